package web

import "time"

// A JoinView is the page somebody moves in by: with an invitation, or asking.
// Its fields are "name", "address", "visibility", "hue", "reason", "email",
// "password" and "again", and for whoever asks "website", which people leave
// empty, and "began".
type JoinView struct {
	Action   string
	By       string // who invites, "" for whoever asks
	Asks     bool   // the keeper is asked first
	Name     Field
	Address  Field
	Hue      int
	Reason   Field
	Email    Field
	Mail     bool // a mail address is needed: the invitation is for one
	Password Field
	Rules    []string
	About    string // the page about the home
	Began    string
	Failed   string
}

// questions are how many are asked.
func (v JoinView) questions() int {
	if v.Asks {
		return 4
	}
	return 3
}

// heading is the key of what the page says first, and of what it explains then.
func (v JoinView) heading() (title, intro string) {
	if v.Asks {
		return "join.ask_title", "join.ask_intro"
	}
	return "join.title", "join.intro"
}

// An InvitationsView is the invitations of one person, or of everybody for
// the keeper. The form has the fields "note", "email", "uses" and "days".
type InvitationsView struct {
	Action string
	Note   Field
	Email  Field
	Uses   Field
	Days   Field
	Opens  bool   // the home lets nobody in until a link is made
	Fresh  string // the link that was just made, "" for none
	List   []Invitation
	Failed string
}

// An InviteNow invites somebody by one press. Its fields are "uses", "days"
// and, where the home lets nobody in so far, "open".
type InviteNow struct {
	Action     string
	Opens      bool
	Uses, Days string
}

// An Invitation is a link to move in by.
type Invitation struct {
	Link    string // "" for one that opens nothing any more
	Note    string
	Email   string
	By      string // who invites, "" for the reader
	Uses    int
	Used    int
	Made    time.Time
	Until   time.Time
	Ended   bool
	Came    []Person
	End     string // where it is taken back, "" if it is over
	Current bool   // it was just made
}

// A LostView is where one who lost the password begins: by mail, if this home
// sends any, or by the keeper. Its field is "email".
type LostView struct {
	Action string // "" where this home sends no mail
	Email  Field
	Sent   bool
	Keeper string // what people call the keeper, "" if there is none
}

// A ResetView is where a new password is chosen. Its fields are "password" and "again".
type ResetView struct {
	Action   string
	Who      string // the name here
	Password Field
}
