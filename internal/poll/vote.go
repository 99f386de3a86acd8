package poll

import (
	"context"
	"errors"
	"slices"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Add keeps the poll of a new post.
func Add(ctx context.Context, tx *db.Tx, p *Poll) error { return insert(ctx, tx, p) }

// OfPosts are the polls of posts, by post, with what viewer chose; 0 is a stranger.
func OfPosts(ctx context.Context, tx *db.Tx, viewer id.ID, posts []id.ID) (map[id.ID]*Poll, error) {
	if len(posts) == 0 {
		return nil, nil
	}
	by, err := list(ctx, tx, posts)
	if err != nil || viewer == 0 || len(by) == 0 {
		return by, err
	}
	return by, addOwn(ctx, tx, viewer, posts, by)
}

// Get is the poll of a post; NotFound where it asks nothing.
func Get(ctx context.Context, tx *db.Tx, viewer, post id.ID) (*Poll, error) {
	by, err := OfPosts(ctx, tx, viewer, []id.ID{post})
	if err == nil && by[post] == nil {
		err = fault.New(fault.NotFound, "fault.poll.unknown")
	}
	if err != nil {
		return nil, err
	}
	return by[post], nil
}

// Vote counts the choices of one who lives here, all at once. It returns
// Invalid for choices that are none or too many, Denied for the one who
// asks, and Conflict after closing and for one who voted before.
func Vote(ctx context.Context, tx *db.Tx, p *Poll, voter id.ID, choices []int, now time.Time) error {
	slices.Sort(choices)
	choices = slices.Compact(choices)
	switch {
	case p.AuthorID == voter:
		return fault.New(fault.Denied, "fault.poll.own")
	case p.Over(now):
		return fault.New(fault.Conflict, "fault.poll.over")
	case len(choices) == 0:
		return fault.New(fault.Invalid, "fault.poll.none").In("choices")
	case choices[0] < 0 || choices[len(choices)-1] >= len(p.Options):
		return fault.New(fault.Invalid, "fault.poll.option").In("choices")
	case !p.Multiple && len(choices) > 1:
		return fault.New(fault.Invalid, "fault.poll.one").In("choices")
	}
	fresh, err := insertVoter(ctx, tx, p.PostID, voter, now)
	if err != nil {
		return err
	}
	if !fresh {
		return fault.New(fault.Conflict, "fault.poll.twice")
	}
	return count(ctx, tx, p, voter, choices, true, now)
}

// TakeVote counts one choice of one who does not live here. Where several may
// be chosen, each comes by itself. Errors are those of Vote.
func TakeVote(ctx context.Context, tx *db.Tx, p *Poll, voter id.ID, name string, now time.Time) error {
	choice := p.Find(name)
	switch {
	case p.AuthorID == voter:
		return fault.New(fault.Denied, "fault.poll.own")
	case p.Over(now):
		return fault.New(fault.Conflict, "fault.poll.over")
	case choice < 0:
		return fault.New(fault.Invalid, "fault.poll.option")
	}
	fresh, err := insertVoter(ctx, tx, p.PostID, voter, now)
	if err != nil {
		return err
	}
	if !fresh && !p.Multiple {
		return fault.New(fault.Conflict, "fault.poll.twice")
	}
	return count(ctx, tx, p, voter, []int{choice}, fresh, now)
}

// count adds choices of a voter whose row is there, and the voter if fresh.
func count(ctx context.Context, tx *db.Tx, p *Poll, voter id.ID, choices []int, fresh bool, now time.Time) error {
	if err := countVoter(ctx, tx, p.PostID, fresh && p.Voters >= 0, now); err != nil {
		return err
	}
	if fresh && p.Voters >= 0 {
		p.Voters++
	}
	for _, c := range choices {
		if err := insertVote(ctx, tx, p.PostID, voter, c); err != nil {
			return err
		}
		p.Options[c].Votes++
	}
	p.Own, p.CountedAt = choices, now
	return nil
}

// Close ends a poll and reports whether it was open until now.
func Close(ctx context.Context, tx *db.Tx, p *Poll, now time.Time) (bool, error) {
	n, err := closeOne(ctx, tx, p.PostID, now)
	if n == 1 {
		p.ClosedAt = now
	}
	return n == 1, err
}

// Overdue are the polls that should have been closed by now.
func Overdue(ctx context.Context, tx *db.Tx, now time.Time, limit int) ([]id.ID, error) {
	return overdue(ctx, tx, now, limit)
}

// Told takes over what another server tells of its poll. Where the options
// are others than they were, votes for the old ones are void.
func Told(ctx context.Context, tx *db.Tx, known *Poll, told *Poll) error {
	same := known.Multiple == told.Multiple && slices.EqualFunc(known.Options, told.Options, func(a, b Option) bool { return a.Name == b.Name })
	if !same {
		told.ClosedAt = time.Time{}
		return errors.Join(Remove(ctx, tx, known.PostID), insert(ctx, tx, told))
	}
	return updateCounts(ctx, tx, told)
}

// Due marks the counts of a poll as to be told; false where they were marked already.
func Due(ctx context.Context, tx *db.Tx, post id.ID) (bool, error) {
	n, err := mark(ctx, tx, post, true)
	return n == 1, err
}

// Settled takes that mark away, before the counts are read and told.
func Settled(ctx context.Context, tx *db.Tx, post id.ID) (bool, error) {
	n, err := mark(ctx, tx, post, false)
	return n == 1, err
}

// Asked says that another server is being asked for its counts; false where that was done a moment ago.
func Asked(ctx context.Context, tx *db.Tx, post id.ID, now time.Time) (bool, error) {
	n, err := ask(ctx, tx, post, now)
	return n == 1, err
}

// Voters are those who voted, by whether they live here, at most limit, newest first.
func Voters(ctx context.Context, tx *db.Tx, post id.ID, local bool, limit int) ([]id.ID, error) {
	return voters(ctx, tx, post, local, limit)
}

// Remove takes away the poll of a post and all votes.
func Remove(ctx context.Context, tx *db.Tx, post id.ID) error { return remove(ctx, tx, post) }
