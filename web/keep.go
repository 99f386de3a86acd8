package web

// A KeptView is the posts that the reader keeps.
type KeptView struct {
	Posts  []Post // last kept first
	Older  string // the next page, "" at the end
	Newest string // the first page, "" if this is it
}
