package web

import "time"

// A ShareView is where a file or folder is shared with people here, and links
// to it are made and taken back. The fields of a link are "may", "label", "note", "password", "days" and "kept",
// those of a person "who", "may", "on", "until" and "note".
type ShareView struct {
	Name     string
	Folder   bool
	Links    []ShareRow
	Add      string // where links are made, "" for what is somebody else's
	Back     string
	Label    Field
	Note     Field
	Password Field
	Days     string // how long the link is good, "0" for ever
	May      string // what may be done by it: "look", "edit", or "drop" to only put files in
	Kept     bool   // files are shown and not offered to be saved
	Whole    bool   // photos and videos go out as they are

	People []ShareePerson
	Give   string // where it is shared with somebody, "" where it may not be shared on
	Who    Field
	Until  Field
	Words  Field  // a note to them
	With   string // what they may do: "look", "add" or "edit"
	On     bool   // they may share it with others
	Owner  string // whose it is, "" for the reader's own
	Leave  string // where the reader ceases to see what is somebody else's, "" where that does not begin here
}

// A ShareePerson is somebody with whom something is shared.
type ShareePerson struct {
	Name   string
	Handle string
	May    string
	On     bool
	Note   string
	Until  time.Time // zero for ever
	Change string
	End    string
}

// id is what the forms about them are called.
func (p ShareePerson) id() string { return "with-" + p.Handle }

// mays are what people may do with a file or folder, in the order they are offered.
func mays(folder bool) []string {
	if folder {
		return []string{"look", "add", "edit"}
	}
	return []string{"look", "edit"}
}

// linkMays are what may be done by a link.
func linkMays(folder bool) []string {
	if folder {
		return []string{"look", "edit", "drop"}
	}
	return []string{"look", "edit"}
}

// mayIcon is the drawing of one of them.
func mayIcon(may string) string {
	switch may {
	case "add":
		return "plus"
	case "edit":
		return "pen"
	case "drop":
		return "upload"
	}
	return "file"
}

// shareMay is one of them in words.
func (f Frame) shareMay(may string, folder bool) string {
	switch may {
	case "add":
		return f.T("share.may_add")
	case "drop":
		return f.T("share.may_drop")
	case "edit":
		if folder {
			return f.T("share.may_edit_folder")
		}
		return f.T("share.may_edit")
	}
	return f.T("share.may_look")
}

// mayMeans is what it means.
func (f Frame) mayMeans(may string, folder, link bool) string {
	switch {
	case may == "add":
		return f.T("share.may_add_means")
	case may == "drop":
		return f.T("share.may_drop_means")
	case may == "edit" && folder && link:
		return f.T("share.may_edit_link_means")
	case may == "edit" && folder:
		return f.T("share.may_edit_folder_means")
	case may == "edit":
		return f.T("share.may_edit_means")
	}
	return f.T("share.may_look_means")
}

// A SharedListView is what the reader shares, and what others share with them.
type SharedListView struct {
	Head FilesHead
	With []SharedThing
	By   []SharedThing
}

// A SharedThing is a file or folder that is shared.
type SharedThing struct {
	Name string
	URL  string
	Kind FileKind
	Who  string // by whom or with whom, "" for who has the link
	May  string
	Note string
	When time.Time
	Edit string // where it is changed, or "" for what others share
	Stop string
}

// A ShareRow is one link.
type ShareRow struct {
	ID     string
	URL    string
	May    string
	Kept   bool
	Whole  bool
	Note   string
	Post   string // the form of a post that carries it
	Mail   string // the same, of a letter
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
	Fetch  string // to be saved; a folder as one file; "" where that is not offered
	Note   string // what who shares it says
	Add    string // where files are put in, "" where they may not
	Put    string // where the file is replaced, "" where it may not
	Blind  bool   // files are put in, and none are seen
	Came   *Arrived
	Shown  bool // a browser may show it in place
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

// lines is what was typed into a field of several lines, after the line break that browsers leave out at its beginning.
func (f Field) lines() string { return "\n" + f.Value }
