package web

import "time"

// A ProfileView is somebody's page: the site of a person who lives here, or
// what this home knows of one who lives elsewhere.
type ProfileView struct {
	Person    Person
	URL       string // its own address, absolute
	Bio       string // trusted HTML
	Facts     []Fact
	Since     time.Time // when they came, zero if not known
	Following int       // -1 if not told
	Followers int
	Elsewhere string // their page at their own home, "" if this is it
	Feeds     []Feed
	Follow    *FollowView  // how a visitor follows, nil for none
	Relation  *Relation    // nil for a visitor and for oneself
	Edit      string       // where to change the page, for its owner
	Keep      string       // where to look after the pages of the site, for its owner
	AddPage   string       // where its owner makes the first page, "" once there is one
	Menu      []MenuItem   // the way through the site
	Blocks    []FrontBlock // of a composed front; empty for introduction and posts
	Pinned    []Post       // at the top of the page
	Posts     []Post       // newest first
	Older     string
	Newest    string
}

// A Fact is something a person says of themselves.
type Fact struct {
	Name     string
	HTML     string // trusted
	Proven   bool   // the page it names names this one
	NameHTML string // trusted: the name with the small pictures in it, "" where there are none
}

// A FollowView is how a visitor follows from their own home. Its field is
// "address".
type FollowView struct {
	Action  string
	Address Field
	Hear    string // the ways to follow without an account
}

// A PeopleView lists people the reader has to do with. Its form has the field
// "address".
type PeopleView struct {
	Invite   *InviteNow // nil for who may not
	Tabs     []Tab
	Find     string // where an address is looked for, by GET
	Sought   Field
	Rows     []PersonRow
	Kind     PeopleKind
	TakeAway string // where the list is as a file, "" for nowhere
	Bring    string // where a list of elsewhere is brought along
	Older    string
	Newest   string
}

// A Tab is one of several lists.
type Tab struct {
	Label   string
	URL     string
	Current bool
}

// PeopleKind is which people a list holds.
type PeopleKind string

// The lists.
const (
	Follows  PeopleKind = "following"
	Followed PeopleKind = "followers"
	Requests PeopleKind = "requests"
	Blocked  PeopleKind = "blocked"
)

// A PersonRow is somebody in a list.
type PersonRow struct {
	Person   Person
	Relation *Relation
}

// nobody is what an empty list says: that it is, and what to do.
func (f Frame) nobody(k PeopleKind) (title, advice string) {
	switch k {
	case Followed:
		return f.T("people.no_followers"), f.T("people.no_followers_advice")
	case Requests:
		return f.T("people.no_requests"), f.T("people.no_requests_advice")
	case Blocked:
		return f.T("people.no_blocked"), f.T("people.no_blocked_advice")
	default:
		return f.T("people.no_following"), f.T("people.no_following_advice")
	}
}
