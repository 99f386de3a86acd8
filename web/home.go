package web

import "github.com/a-h/templ"

// before is where the next page of a list goes on from, as a date.
func (f Frame) before(posts []Post) string {
	if len(posts) == 0 {
		return f.T("list.older")
	}
	return f.T("list.before", "day", f.day(posts[len(posts)-1].placed()))
}

// counted hands plural forms to the script that counts.
func counted(forms map[string]string) templ.Attributes {
	a := templ.Attributes{}
	for category, text := range forms {
		a["data-"+category] = text
	}
	return a
}
