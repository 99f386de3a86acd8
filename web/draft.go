package web

import "time"

// A DraftsView is what the reader writes and has not posted yet.
type DraftsView struct {
	Later  []Draft // those posted by themselves
	Drafts []Draft // the others
	Older  string  // more of these, "" at the end
	Newest string
}

// A Draft is something that is not posted yet.
type Draft struct {
	Title    string // of an article
	Excerpt  string // how it begins, "" for no words
	Time     time.Time
	Level    Level
	Pictures int
	Asks     bool
	Held     string // why it was not posted when it was due, a ready sentence
	Edit     string // where one goes on with it
	Drop     string // where a form throws it away
}

// Keeping is what a form knows of its draft: the fields "draft", an id, and
// "later", when it is to be posted; the button "keep" keeps it.
type Keeping struct {
	Draft string
	Later Field  // as a browser writes it, 2026-11-22T18:05
	Zone  string // the name of the zone this is in
	May   bool   // it may be kept, and posted later
}
