package web

import (
	"strconv"
	"time"
)

// A Poll is what a post asks, as a reader sees it.
type Poll struct {
	Post     string // the id of its post
	Options  []PollOption
	Multiple bool
	Hidden   bool // how many chose what is not told before the end
	Over     bool
	Ends     time.Time // when voting ends or ended, zero for never
	People   int       // how many voted
	Voted    bool      // the reader did
	Vote     string    // where a choice is posted, with the field "choice[]"; "" for one who may not vote
	Error    string    // why the choice was not counted
}

// A PollOption is one answer there is to choose.
type PollOption struct {
	Name  string
	Votes int
	Mine  bool // the reader chose it
}

// share is how much of the voters chose an option, as the width of a rod of 100.
func (p *Poll) share(o PollOption) string {
	whole := max(p.People, 1)
	if p.Multiple {
		return strconv.Itoa(min(100*o.Votes/whole, 100))
	}
	votes := 0
	for _, each := range p.Options {
		votes += each.Votes
	}
	return strconv.Itoa(100 * o.Votes / max(votes, 1))
}

// kind is the type of field an option is chosen by.
func (p *Poll) kind() string { return pick(p.Multiple, "checkbox", "radio") }

// ends says when voting ends or ended.
func (f Frame) ends(p *Poll) string {
	switch {
	case p.Over && p.Ends.IsZero():
		return f.T("poll.over")
	case p.Over:
		return f.T("poll.ended", "time", f.Moment(p.Ends))
	case p.Ends.IsZero():
		return f.T("poll.open")
	}
	return f.T("poll.ends", "time", f.Moment(p.Ends))
}

// A VoteView is the page that says why a choice was not counted.
type VoteView struct {
	Post Post
	Back string
}
