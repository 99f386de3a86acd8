package web

import "time"

// A Veil is that a reply is hidden from others below a post, and why.
type Veil struct {
	Reason string
	Since  time.Time
	Said   time.Time // when the reply was said
	By     string    // who hides it, as they call themselves
	Gone   bool      // from the one who reads: nothing of it is here
	Yours  bool      // the reader wrote it
	Undo   string    // a form that shows it again; "" for who did not hide it
}

// A CommentLink leads somebody without an account to where they may answer.
type CommentLink struct {
	URL string
}

// A CommentForm is where somebody without an account answers. Its fields are
// "name", "address", "text", "language", "tell", "below", "answers", "began",
// and "website", which nobody sees and nobody fills in.
type CommentForm struct {
	Action    string
	Name      Field
	Address   Field
	Text      Field
	Language  string
	Tell      bool
	Below     string
	Answers   string
	Began     string
	Longest   int
	Rules     string // of the owner; "" for the general ones
	Owner     Person
	Answered  Talk // what is answered
	Back      string
	Failed    string // what is wrong with no field in particular
	Unmailed  bool   // this home sends no mail, so nobody can be asked
	Languages []Option
}

// A GuestView is what a guest's mail leads to: all they wrote here.
type GuestView struct {
	Address  string
	Comments []GuestComment
	Disown   string // says that none of what waits was written by them
	Quiet    string // ends the letters they asked for, "" where none would come
	Waiting  int    // how many wait for their word
}

// GuestState is how far a comment has come.
type GuestState string

// The states, in the order of the room of comments.
const (
	GuestAsked    GuestState = "asked"
	GuestWaiting  GuestState = "waiting"
	GuestShown    GuestState = "shown"
	GuestHidden   GuestState = "hidden"
	GuestDeclined GuestState = "declined"
)

// A GuestComment is a comment for whom it is of.
type GuestComment struct {
	ID       string
	Owner    string
	Post     string // the address of the post
	Time     time.Time
	Since    time.Time
	Name     string
	HTML     string
	Language string
	State    GuestState
	Reason   string
	Confirm  string
	Withdraw string
}

// A WaitingView is what an owner has to decide on: comments of guests, and
// what pages of other sites say, the oldest first.
type WaitingView struct {
	Lines    []WaitingLine
	Total    int
	Settings string
}

// A WaitingLine is one of them.
type WaitingLine struct {
	Talk  Talk
	Mail  string // the guest's address, for the owner's eyes
	Under Link   // the post it stands under, by its plain words
}

// A HideView asks for the reason to hide a reply.
type HideView struct {
	Action string
	Reply  Talk
	Reason Field
	Back   string
	Most   int
	Local  bool // it is of somebody who lives here
}

// A CommentChoiceForm is who may comment. Its fields are "who" and "rules".
type CommentChoiceForm struct {
	Action   string
	Who      string
	Rules    Field
	Waiting  string
	Unmailed bool
}

// whoMay are the choices of who may comment.
func whoMay() []string { return []string{"held", "known", "nobody"} }

// whoWords and whoMeans are what such a choice is called and what follows from it.
func (f Frame) whoWords(who string) string {
	switch who {
	case "held":
		return f.T("comment.held")
	case "known":
		return f.T("comment.known")
	}
	return f.T("comment.nobody")
}

func (f Frame) whoMeans(who string) string {
	switch who {
	case "held":
		return f.T("comment.held_means")
	case "known":
		return f.T("comment.known_means")
	}
	return f.T("comment.nobody_means")
}

// whoIcon is the drawing beside a choice.
func whoIcon(who string) string {
	switch who {
	case "held":
		return "clock"
	case "known":
		return "people"
	}
	return "lock"
}

// guestState says how far a comment has come.
func (f Frame) guestState(c GuestComment) string {
	switch c.State {
	case GuestAsked:
		return f.T("comment.state_asked")
	case GuestWaiting:
		return f.T("comment.state_waiting", "name", c.Owner)
	case GuestShown:
		return f.T("comment.state_shown", "date", f.Date(c.Since))
	case GuestHidden:
		return f.T("comment.state_hidden", "name", c.Owner, "date", f.Date(c.Since))
	}
	return f.T("comment.state_declined", "name", c.Owner)
}
