package web

import "strings"

// A BringView is whom somebody followed elsewhere, as a file of theirs lists
// them. The form of Action has the field "file"; that of Choose "who[]", the ids of the chosen.
type BringView struct {
	Tabs   []Tab
	Action string
	File   Field

	Any      bool // a list was brought
	Cut      bool // it may have been longer than Most
	Most     int
	Waiting  int // lines that something is still to be done about
	People   []Brought
	Followed []Brought
	Lost     []Brought // whose servers could not be reached
	Feeds    []Brought // that nobody can be followed by

	Choose string
	Again  string
	Forget string
}

// A Brought is one line of the list.
type Brought struct {
	ID     string
	Name   string // as the file has it
	URL    string
	Person *Person // who was found, nil for nobody
}

// elsewhereURL is an address of the web, "" for anything else that a file may hold.
func elsewhereURL(at string) string {
	if strings.HasPrefix(at, "https://") || strings.HasPrefix(at, "http://") {
		return at
	}
	return ""
}
