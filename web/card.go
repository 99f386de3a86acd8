package web

// A Card is what is known of a page that a post links to.
type Card struct {
	URL      string
	Host     string // of the link, whatever the page says of itself
	Title    string
	Text     string // a sentence or two, "" for none
	Language string // BCP 47
	Picture  *Media // nil for none
}
