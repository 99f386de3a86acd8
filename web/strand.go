package web

// A StrandView is what somebody said of one kind or with one hashtag.
type StrandView struct {
	Title  string
	Owner  Person
	Posts  []Post // newest first
	Older  string // the next page, "" at the end
	Newest string // the first page, "" if this is it
	Feeds  []Feed
}

// name is what a feed is called where it stands alone.
func (f Feed) name() string {
	if f.Named != "" {
		return f.Named
	}
	return f.Title
}
