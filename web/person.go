package web

import "strconv"

// A Person is somebody as the pages show them.
type Person struct {
	Name     string // what they call themselves, never empty
	NameHTML string // trusted: the same with the small pictures it names, "" where there are none
	Address  string // such as "ida@marrow.example"
	URL      string // their page here
	Key      string // what their plot mark is drawn from
	Avatar   string // the address of their picture, "" for the plot mark
	Hue      int    // 0 to 11
	You      bool   // the reader
}

// A Relation is how the reader and a person stand, with the address of each
// form that would change it; "" for one there is no need for.
type Relation struct {
	Following  bool // the reader follows them
	Requested  bool // the reader has asked to
	FollowsYou bool
	Wants      bool // they have asked to follow the reader
	Blocked    bool

	Follow   string // asks, or follows at once
	Unfollow string // also takes a request back
	Accept   string // lets them follow
	Reject   string
	Remove   string // makes them no longer follow
	Block    string
	Mute     string // a page that asks for how long
	Unblock  string
}

// hueClass is the class that puts a person's color on an element.
func hueClass(hue int) string {
	if hue < 0 || hue >= Hues {
		hue = 0
	}
	return "hue-" + strconv.Itoa(hue)
}

// more reports whether there is anything besides following to do about somebody.
func (r Relation) more() bool {
	return r.Remove != "" || r.Block != "" || r.Mute != ""
}

// follow is the word on the button that follows somebody.
func (f Frame) follow(r Relation) string {
	if r.FollowsYou || r.Wants {
		return f.T("people.follow_back")
	}
	return f.T("people.follow")
}

// followClass makes following the one thing to do unless an answer is due first.
func followClass(r Relation) string {
	if r.Wants {
		return ""
	}
	return "primary"
}
