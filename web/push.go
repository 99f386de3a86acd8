package web

import "time"

// A PushView is where one turns the notifications of this browser on. Its form
// has the fields "endpoint", "key" and "secret", which the browser fills in.
type PushView struct {
	Key    string // the home's, in base64url
	Failed string // what the home says against what the browser gave
}

// An EarView is where a visitor follows somebody by notification.
type EarView struct {
	PushView
	Person Person
	Action string
	Hear   string // the other ways to keep hearing
}

// An EarPageView is what a guest's notifications lead to.
type EarPageView struct {
	Person    Person
	Confirmed bool // a first one has come
	End       string
	Page      string // of the person
}

// A BellView is what one's browsers and apps tell one. Its form has the
// fields "kind-i" too.
type BellView struct {
	PushView
	Action string
	Kinds  []BellKind
	On     bool   // in this browser
	End    string // turns it off in this browser
	Others []Bell
	Guests int    // who follow by notification
	Page   string // where they do
}

// A BellKind is something one may be told of.
type BellKind struct {
	Value, Label, Means string
	Chosen              bool
}

// A Bell is a browser or an app that tells one.
type Bell struct {
	Name  string
	App   bool
	Since time.Time
	End   string
}
