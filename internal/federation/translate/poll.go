package translate

import (
	"allod/internal/poll"
	as "allod/protocol/activitystreams"
)

// optionMax is how much of an option of another's poll is kept, in bytes.
const optionMax = 500

// votesMax is the most that another server is believed to have counted.
const votesMax = 1 << 40

// asked is what a post of ours asks, nil where it asks nothing. Totals that
// are hidden until the end are told to nobody before.
func asked(p *poll.Poll) *as.PollDocument {
	if p == nil {
		return nil
	}
	doc := &as.PollDocument{Multiple: p.Multiple, Voters: p.People(), Ends: p.ClosesAt, Closed: p.ClosedAt}
	for _, o := range p.Options {
		one := as.OptionDocument{Name: o.Name, Votes: o.Votes}
		if p.Hidden && p.ClosedAt.IsZero() {
			one.Votes = -1
		}
		doc.Options = append(doc.Options, one)
	}
	return doc
}

// questioned is what an object asks, with the counts it tells; nil where it is no
// poll, or one that offers nothing to choose from.
func questioned(obj *as.Object) *poll.Poll {
	if obj.Poll == nil {
		return nil
	}
	p := &poll.Poll{Multiple: obj.Poll.Multiple, Voters: min(obj.Poll.Voters, votesMax), ClosesAt: obj.EndTime, ClosedAt: obj.Poll.Closed}
	met := map[string]bool{}
	for _, o := range obj.Poll.Options {
		name := cut(line(o.Name), optionMax)
		if name == "" || met[name] || len(p.Options) == poll.RemoteOptionsMax {
			continue
		}
		met[name] = true
		p.Options = append(p.Options, poll.Option{Name: name, Votes: min(o.Votes, votesMax)})
	}
	if len(p.Options) < poll.OptionsMin {
		return nil
	}
	if y := p.ClosesAt.Year(); y < 1990 || y > 9999 {
		p.ClosesAt = p.ClosedAt
	}
	return p
}

// Option is what a vote chooses.
func Option(vote *as.Object) string { return line(vote.Name.String()) }
