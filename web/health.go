package web

import "time"

// A HealthView is whether what a person says arrives, server by server.
type HealthView struct {
	Servers   int // that hold people who follow
	Troubled  []HostRow
	Well      []HostRow
	Waiting   int // deliveries
	Deletions []Dispatch
	Recent    []Dispatch
	Alone     bool // this home tells other servers nothing
}

// HostState is how a server takes what is sent to it.
type HostState string

// The states, the worst first.
const (
	HostGone     HostState = "gone"
	HostSilent   HostState = "silent"
	HostRefusing HostState = "refusing"
	HostWell     HostState = "well"
	HostUntried  HostState = "untried"
)

// A HostRow is one server.
type HostRow struct {
	Host      string
	State     HostState
	Why       string // how its last failure is called, as Trouble takes it
	Followers int
	Waiting   int
	Refused   int
	Last      time.Time // when something arrived, zero for never
	Next      time.Time // when it is tried again, zero if it is not
	Until     time.Time // until when
	Retry     string    // "" where there is nothing to try
}

// how is the state of a server in a word or two.
func (f Frame) how(s HostState) string {
	switch s {
	case HostGone:
		return f.T("health.gone")
	case HostSilent:
		return f.T("health.silent")
	case HostRefusing:
		return f.T("health.refusing")
	case HostWell:
		return f.T("health.well")
	}
	return f.T("health.untried")
}

// icon and tone of a state, beside its word.
func (s HostState) icon() string {
	switch s {
	case HostGone, HostRefusing:
		return "alert"
	case HostWell:
		return "check"
	}
	return "clock"
}

func (s HostState) tone() string {
	switch s {
	case HostGone:
		return "bad"
	case HostSilent, HostRefusing:
		return "warn"
	case HostWell:
		return "good"
	}
	return "quiet"
}

// Trouble is what happened, by the name delivery gives it.
func (f Frame) Trouble(why string) string {
	switch why {
	case "refused":
		return f.T("trouble.refused")
	case "gone":
		return f.T("trouble.gone")
	case "large":
		return f.T("trouble.large")
	case "slow":
		return f.T("trouble.slow")
	case "broken":
		return f.T("trouble.broken")
	case "silent":
		return f.T("trouble.silent")
	case "closed":
		return f.T("trouble.closed")
	case "nowhere":
		return f.T("trouble.nowhere")
	case "certificate":
		return f.T("trouble.certificate")
	case "":
		return ""
	}
	return f.T("trouble.unknown")
}

// A Dispatch is one thing that was sent out: a post, an edit of it, a deletion.
type Dispatch struct {
	Verb     string // create, edit, delete or another word
	URL      string // where more is told
	At       time.Time
	Excerpt  string // plain words of the post, "" for none
	Sent     int    // places
	Have     int
	Refused  int
	Gone     int
	GivenUp  int
	Waiting  int
	Places   []PlaceRow // those that do not have it
	Retry    string     // "" where there is nothing to try again
	Finished bool       // all is settled
}

// A PlaceRow is a server that does not have what was sent.
type PlaceRow struct {
	Host  string
	State string // due, refused, gone or abandoned
	Why   string
	At    time.Time
}

// A DeliveryView is what became of one post on its way.
type DeliveryView struct {
	Post  string // its page, "" once it is deleted
	Alone bool   // it went nowhere
	Acts  []Dispatch
}

// sent is what was sent, in a word or two.
func (f Frame) sent(verb string) string {
	switch verb {
	case "create":
		return f.T("dispatch.create")
	case "edit":
		return f.T("dispatch.update")
	case "delete":
		return f.T("dispatch.delete")
	}
	return f.T("dispatch.sent")
}

// outcome is what became of a dispatch, in a sentence or two.
func (f Frame) outcome(d Dispatch) string {
	words := f.T("dispatch.nowhere")
	switch {
	case d.Sent == 0:
		return words
	case d.Verb == "delete":
		words = f.T("dispatch.asked", "n", d.Sent) + " " + f.T("dispatch.confirmed", "n", d.Have)
	default:
		words = f.T("dispatch.went", "n", d.Sent) + " " + f.T("dispatch.have", "n", d.Have)
	}
	for _, rest := range []struct {
		n   int
		key string
	}{{d.Waiting, "w"}, {d.Refused, "r"}, {d.Gone, "g"}, {d.GivenUp, "a"}} {
		if rest.n > 0 {
			words += " " + f.remainder(rest.key, rest.n)
		}
	}
	return words
}

func (f Frame) remainder(which string, n int) string {
	switch which {
	case "w":
		return f.T("dispatch.waiting", "n", n)
	case "r":
		return f.T("dispatch.refused", "n", n)
	case "g":
		return f.T("dispatch.gone", "n", n)
	}
	return f.T("dispatch.given_up", "n", n)
}

// placed is how things stand with one place.
func (f Frame) placed(r PlaceRow) string {
	switch r.State {
	case "refused":
		return f.T("health.refusing")
	case "gone":
		return f.T("health.gone")
	case "abandoned":
		return f.T("dispatch.never")
	}
	return f.T("dispatch.slow")
}
