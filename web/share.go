package web

import "time"

// A ShareView is where links to a file or folder are made and taken back. Its
// fields are "label", "password" and "days".
type ShareView struct {
	Name     string
	Folder   bool
	Links    []ShareRow
	Add      string
	Back     string
	Label    Field
	Password Field
	Days     string // how long the link is good, "0" for ever
}

// A ShareRow is one link.
type ShareRow struct {
	ID     string
	URL    string
	Label  string
	Made   time.Time
	Until  time.Time // zero for ever
	Locked bool      // by a password
	End    string
}

// A SharedView is a file or folder as somebody sees it who has a link.
type SharedView struct {
	Name   string
	By     string // who shares it
	Folder bool
	Kind   FileKind
	Size   int64
	Count  int    // of what the folder holds
	Up     string // the folder above, "" at the top
	Rows   []SharedRow
	More   string
	Raw    string
	Fetch  string // to be saved; a folder as one file
	Shown  bool   // a browser may show it in place
}

// A SharedRow is a line of a folder.
type SharedRow struct {
	Name string
	URL  string
	Kind FileKind
	Size int64
	When time.Time
}

// A SharedLockedView asks for the password of a link, in the field "password".
type SharedLockedView struct {
	Action   string
	Password Field
}

// shareDays are the choices of how long a link is good.
var shareDays = []string{"0", "1", "7", "30", "365"}

// shareDay is one of them in words.
func (f Frame) shareDay(days string) string {
	switch days {
	case "1":
		return f.T("share.a_day")
	case "7":
		return f.T("share.a_week")
	case "30":
		return f.T("share.a_month")
	case "365":
		return f.T("share.a_year")
	}
	return f.T("share.for_ever")
}
