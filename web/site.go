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
	Site     SiteView
	Title    string
	HTML     string // trusted
	Language string
	URL      string // absolute
	Draft    bool
	Updated  time.Time
	Edit     string // where its owner changes it
	Pictures []Media
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
// "label", "language", "listed", and "do": "publish", "draft" or "preview".
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
	URL       string // the page as others see it, "" for none
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
