package web

// An EmojiView is the small pictures of this home, for its keeper. The form
// has the fields "shortcode", "category" and "picture", a file.
type EmojiView struct {
	All       []Emoji
	Action    string
	Shortcode Field
	Category  Field
	Picture   Field
}

// An Emoji is a small picture that stands for a word between colons.
type Emoji struct {
	Word     string // with its colons
	URL      string
	Category string
	Remove   string // where a form takes it out
}
