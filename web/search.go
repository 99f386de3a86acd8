package web

// A SearchView is what was found for some words. Its form has the field "q".
type SearchView struct {
	Action    string
	Sought    Field
	Elsewhere string // where an address that was typed is asked of its own home, "" if none was
	Tag       *Link  // the hashtag of these words, nil if nobody has used it
	People    []PersonRow
	Pages     []PageFound
	Posts     []Post // newest first
	Older     string
	Newest    string
}

// Asked reports whether anything was looked for.
func (v SearchView) Asked() bool { return v.Sought.Value != "" }

// Nothing reports whether nothing was found.
func (v SearchView) Nothing() bool {
	return v.Tag == nil && len(v.People) == 0 && len(v.Pages) == 0 && len(v.Posts) == 0 && v.Elsewhere == ""
}

// A PageFound is a page of somebody's site.
type PageFound struct {
	Page  Link
	Whose Person
	Words string // how it begins, plain text
}
