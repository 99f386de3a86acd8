package web

import "time"

// A SiteView is what stands at the head of every page of somebody's site.
type SiteView struct {
	Person Person
	URL    string     // its front
	Menu   []MenuItem // empty for a site of one page
}

// A MenuItem is a way to a page of a site.
type MenuItem struct {
	Label string
	URL   string
	Here  bool
}

// A PageView is a page of somebody's site, as a reader sees it.
type PageView struct {
	Site      SiteView
	Title     string
	HTML      string // trusted
	Language  string
	URL       string // absolute
	Draft     bool
	Updated   time.Time
	Edit      string     // where its owner changes it
	Reach     *ReachView // of a page about how to reach its owner
	Calendar  *CalendarView
	Portfolio *PortfolioView
	Beside    []Media // pictures that stand below the words
}

// A ReachView is the ways to reach somebody that work.
type ReachView struct {
	Address string // to write to from another home
	Facts   []Fact
}

// A MissingView says that nothing is at an address of somebody's site, in
// their words or in those of the house.
type MissingView struct {
	Site SiteView
	Gone bool   // something was there
	HTML string // trusted; "" is what the house says
}

// A KeepView is the pages of one's own site.
type KeepView struct {
	Pages []KeptPage
	New   []Link // a page of each kind
	Front string // the site as others see it
}

// A KeptPage is a page in the list of its owner.
type KeptPage struct {
	Title  string
	Menu   string // what the menu calls it, if that is something else
	Path   string // as others read it, without scheme
	URL    string
	Kind   string // as kinds calls it
	Draft  bool
	Listed bool
	Edit   string
	Up     string // forms; "" where it cannot go further
	Down   string
	Toggle string // shows it in the menu, or not
}

// A PageForm is a page being written. Its fields are "title", "text", "slug",
// "label", "language", "listed", "cover", the pictures as in a ComposeView, and "do": "publish", "draft" or "preview".
type PageForm struct {
	Action    string
	New       bool
	Kind      string // as kinds calls it
	Title     Field
	Text      Field
	Slug      Field
	Base      string // what stands before the slug
	Label     Field
	Language  string
	Languages []Option
	Listed    bool
	Draft     bool
	Preview   string // trusted; "" for none
	Beside    []Media
	Pictures  []PictureField
	Picture   string // what is wrong with the pictures
	Room      int    // how many there may be; 0 for none here
	Cover     string // the value of Covers that is chosen
	Covers    []Option
	URL       string // the page as others see it, "" for none
	Parts     *Link  // what of the page is looked after elsewhere
	Delete    string
	Failed    string
}

// An AskView asks before something is taken away.
type AskView struct {
	Title, Text string
	Action      string
	Do          string // on the button
	Back        string
}

// A Look is how a site is set: the letters people's words are in, how wide
// they run, and whether it is light or dark whatever the reader prefers.
type Look struct {
	Lettering string // "reading", "plain", "round", "typed"; "" is the first
	Width     string // "usual", "narrow", "wide"
	Scheme    string // "light", "dark"; "" is as the reader prefers
}

// A FrontBlock is a part of a composed front page.
type FrontBlock struct {
	Kind  string // as page.BlockKind
	Title string // of a list
	HTML  string // trusted, of words
	Posts []Post
	Pages []MenuItem
	More  string // where the rest of a list is
}

// A FrontForm is a front page being composed. Its fields are "kind-i",
// "words-i" and "count-i" from 1, "add" for a new part, and "do": "save",
// "reset", "add", or "up-i", "down-i" and "drop-i".
type FrontForm struct {
	Action  string
	Blocks  []BlockField
	Offered []Option // the parts that can be added
	Front   string   // the page as others see it
	Failed  string
}

// A BlockField is a part of a front page being composed.
type BlockField struct {
	Kind   string
	Label  string
	Means  string
	Words  *Field // nil for what has none
	Counts bool
	Count  int
}

// A LookForm is how a site is set. Its fields are "hue", "lettering", "width" and "scheme".
type LookForm struct {
	Action string
	Hue    int
	Look   Look
	Front  string
}

// A MovedView is the addresses of a site that lead on. The fields of its
// forms are "from", "to"; "path"; and "missing".
type MovedView struct {
	Base    string // what stands before a path
	Add     string
	From    Field
	To      Field
	Drop    string
	Rows    []MovedRow
	Save    string
	Missing Field
}

// A MovedRow is an address that leads on.
type MovedRow struct {
	Path string // as it is kept
	From string
	To   string // "" where something is gone
	URL  string
}

// A DomainView is somebody's own domain, or how to have one. The field of its
// form is "domain".
type DomainView struct {
	Home    string // the host of the home
	Action  string
	Check   string
	End     string
	Domain  Field
	Claimed string // what is waited for, "" for nothing
	Problem string // what the last check found, a ready sentence
	Checked time.Time
	Own     string // "" for none
	Carried bool   // others know the person by it
	Fixed   bool   // others know the person by an address already
	Handle  string
	Site    string
}
