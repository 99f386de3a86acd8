package web

// An AudienceView is what the choice of who may see a post needs beyond the
// levels. Circle i and list i of the form, from 1, are "circle-i" and "list-i".
type AudienceView struct {
	Followers int
	Circles   []GroupChoice
	Lists     []GroupChoice
	Manage    string // where circles are made
}

// A GroupChoice is a circle or list to choose.
type GroupChoice struct {
	ID      string
	Name    string
	Members int
	Chosen  bool
}

// plain are the levels of the coarse choice, exact those of the fine one.
func (v ComposeView) plain() (out []Level) {
	for _, l := range v.offered() {
		if l != Unlisted {
			out = append(out, l)
		}
	}
	return out
}

// exact reports whether the fine part of the choice offers anything, and
// whether something in it is chosen.
func (v ComposeView) exact() (offers, chosen bool) {
	for _, l := range v.offered() {
		offers = offers || l == Unlisted
	}
	return offers || !v.Stays, v.chosen() == Unlisted || v.HereOnly && !v.Stays
}

// reach is what choosing a level means, with how many that is where it is known.
func (f Frame) reach(l Level, v ComposeView) string {
	switch {
	case l == Followers && v.ReplyTo == "":
		return f.T("audience.followers_will_see", "n", v.Audience.Followers)
	case l == Direct && len(v.Audience.Circles)+len(v.Audience.Lists) > 0:
		return f.T("audience.chosen_means")
	}
	return f.consequence(l)
}

// chosenName is what the coarse choice calls a level.
func (f Frame) chosenName(l Level) string {
	if l == Direct {
		return f.T("audience.level")
	}
	return f.choice(l)
}

// A GroupKind is a circle, to write to, or a list, to read by.
type GroupKind string

// The kinds.
const (
	Circles GroupKind = "circles"
	Lists   GroupKind = "lists"
)

// A GroupsView is the circles or the lists of a person. Its form has the field "title".
type GroupsView struct {
	Kind   GroupKind
	Tabs   []Tab
	Action string
	Title  Field
	Groups []GroupLine
}

// A GroupLine is one of them.
type GroupLine struct {
	Name    string
	URL     string
	Members int
	Apart   bool // its people are left out of the home stream
}

// A GroupView is a circle or list with its people. The fields of its forms are
// "title", "replies", "exclusive" and "who", an address or, to take somebody
// out, an id.
type GroupView struct {
	Kind      GroupKind
	Tabs      []Tab
	Title     Field
	Who       Field
	Action    string // changes its name
	Add       string
	Remove    string
	End       string
	Back      string
	Stream    string // where a list is read
	Replies   string
	Exclusive bool
	Members   []GroupMember
}

// A GroupMember is somebody in a group.
type GroupMember struct {
	Person Person
	ID     string
}

// A ListStreamView is what came from the people of a list.
type ListStreamView struct {
	Title  string
	People string // where its people are
	Empty  bool   // nobody is on it
	Posts  []Post
	Hidden int
	Older  string
	Newest string
}

func (f Frame) groupsTitle(k GroupKind) string {
	if k == Lists {
		return f.T("audience.lists")
	}
	return f.T("audience.circles")
}

// key is the message that says something of a kind of group.
func (k GroupKind) key(what string) string { return "audience." + part(what, string(k)) }

// repliesKey, doesKey and measureKey are the messages that name a choice.

func repliesKey(choice string) string { return "audience." + part("replies", choice) }

func doesKey(choice string) string { return "hidden." + part("does", choice) }

func measureKey(choice string) string { return "limits." + choice }

// A Fold is that a post is folded by the reader's own filters.
type Fold struct {
	Filters []Link // each with where it is changed
	Words   string // which of their words it holds
	Media   bool   // only its pictures are folded
}

// A HiddenView is what was kept from the reader, and why.
type HiddenView struct {
	Tabs    []Tab
	Posts   []HiddenPost
	News    []HiddenNews
	Muted   []HiddenRule
	Hosts   []HiddenRule
	Filters []HiddenRule
	Lists   []HiddenRule
	Quiet   []HiddenRule
	Threads []HiddenRule // conversations one is not told of
	Block   string       // blocks a server; its field is "host"
	Host    Field
	Make    string // where a filter is made
	Older   string
	Newest  string
}

// A HiddenPost is a post that was not, or not openly, shown.
type HiddenPost struct {
	Post Post
	Why  string // in a sentence
	Undo string // the way to undo it, by GET; or
	End  string // by a form
	Does string // what that does, in words
	Hide string // the field "host" of the form, "" for none
}

// HiddenNews is something the reader was not told.
type HiddenNews struct {
	News News
	Why  string
}

// A HiddenRule is something that hides, with the form or page that ends it.
type HiddenRule struct {
	Name  string
	URL   string
	Until string // in a sentence
	End   string // a form
	Host  string // its field "host", "" for none
	Does  string // what the form does
}

// A MutePage asks how somebody is muted. Its fields are "lasting", in hours,
// and "told", whether one is still told what they do. The form for their
// server has the field "host".
type MutePage struct {
	Person    Person
	Action    string
	Lasting   []Option
	Chosen    string
	Muted     string // a sentence, where they are already
	Unmute    string
	Boosts    string // a form that turns what they pass on off or on; "" where they are not followed
	BoostsOn  bool
	Host      string // their server, "" for one who lives here
	BlockHost string
	HostOff   bool // it is blocked already
	Back      string
}

// A FilterForm is a filter being written. Its fields are "title", "words", a
// line each, "whole", "place-i" from 1, "action" and "lasting", in hours.
type FilterForm struct {
	New     bool
	Action  string
	End     string
	Back    string
	Title   Field
	Words   Field
	Whole   bool
	Places  []Option
	At      []bool // which places are chosen
	Does    string
	Lasting []Option
	Chosen  string
	Failed  string
}

// A LimitsView is what a home holds back from servers. Its form, for the
// keeper, has the fields "host", "measure" and "reason".
type LimitsView struct {
	Hosts   []HostLimit
	Keeper  bool
	SetHost string
	Host    Field
	Measure string
	Reason  Field
	People  string // where the keeper looks after those who live here
}

// A HostLimit is what a home does about a server.
type HostLimit struct {
	Host   string
	Does   string
	Reason string
	Since  string
	End    string // for the keeper
}

// A Limit is something held back from the reader.
type Limit struct {
	What   string
	Reason string
	Placed string // by whom and when
	Ends   string // when, in a sentence; "" for what only happened
	Holds  bool
}

// filterTitle is the title of the page of a filter.
func (f Frame) filterTitle(v FilterForm) string {
	if v.New {
		return f.T("hidden.new_filter")
	}
	return f.T("hidden.filter")
}

func part(what, of string) string { return what + "_" + of }
