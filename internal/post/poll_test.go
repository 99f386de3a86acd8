package post_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/poll"
	"allod/internal/post"
)

// A clock is set by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// clocked has the town's posts go by a clock of ours.
func (w *town) clocked() *clock {
	w.t.Helper()
	c := &clock{at: time.Now().UTC().Truncate(time.Microsecond)}
	names, err := account.NewNames("https://home.example")
	if err != nil {
		w.t.Fatal(err)
	}
	w.posts = post.New(w.db, id.NewSource(c.now), c.now, w.accs, markup.New(), directory{}, names)
	return c
}

func supper(more ...func(*poll.Ask)) post.Draft {
	a := &poll.Ask{Options: []string{"Friday", " Saturday \n evening", "", "Neither"}, For: time.Hour}
	for _, f := range more {
		f(a)
	}
	return post.Draft{Text: "Which evening?", Poll: a, Visibility: post.Public}
}

func several(a *poll.Ask) { a.Multiple = true }

func (w *town) seen(by *account.Account, p *post.Post) *poll.Poll {
	w.t.Helper()
	got, err := w.posts.Get(w.t.Context(), by.ID, p.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	if got.Poll == nil {
		w.t.Fatal("the post asks nothing")
	}
	return got.Poll
}

func (w *town) takeVote(by *account.Account, p *post.Post, name string) error {
	return w.db.Update(w.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return w.posts.TakeVote(ctx, tx, by, p.ID, name)
	})
}

func votes(p *poll.Poll) (all []int64) {
	for _, o := range p.Options {
		all = append(all, o.Votes)
	}
	return all
}

func TestEveryVoteIsCountedOnce(t *testing.T) {
	each(t, func(w *town) {
		w.clocked()
		p := w.publish(w.ida, supper())
		if got := p.Poll.Options; len(got) != 3 || got[1].Name != "Saturday evening" {
			t.Errorf("the options are %v", got)
		}
		var told []post.Voted
		w.posts.Voted.Then(func(_ context.Context, _ *db.Tx, f post.Voted) error {
			told = append(told, f)
			return nil
		})
		if _, err := w.posts.Vote(t.Context(), w.ben, p.ID, []int{1}); err != nil {
			t.Fatal(err)
		}
		if err := w.takeVote(w.wren, p, "Friday"); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			err  error
			kind fault.Kind
			key  string
		}{
			"again":                    {second(w.posts.Vote(t.Context(), w.ben, p.ID, []int{0})), fault.Conflict, "fault.poll.twice"},
			"again from elsewhere":     {w.takeVote(w.wren, p, "Neither"), fault.Conflict, "fault.poll.twice"},
			"an option that is none":   {w.takeVote(w.vex, p, "Sunday"), fault.Invalid, "fault.poll.option"},
			"a place that is none":     {second(w.posts.Vote(t.Context(), w.vex, p.ID, []int{3})), fault.Invalid, "fault.poll.option"},
			"nothing":                  {second(w.posts.Vote(t.Context(), w.vex, p.ID, nil)), fault.Invalid, "fault.poll.none"},
			"two where one is asked":   {second(w.posts.Vote(t.Context(), w.vex, p.ID, []int{0, 1})), fault.Invalid, "fault.poll.one"},
			"the one who asks":         {second(w.posts.Vote(t.Context(), w.ida, p.ID, []int{0})), fault.Denied, "fault.poll.own"},
			"a post that asks nothing": {second(w.posts.Vote(t.Context(), w.ben, w.publish(w.ida, post.Draft{Text: "so"}).ID, []int{0})), fault.NotFound, "fault.poll.unknown"},
		} {
			if key, _ := fault.Message(c.err); !fault.Is(c.err, c.kind) || key != c.key {
				t.Errorf("%s: %v", what, c.err)
			}
		}
		got := w.seen(w.ben, p)
		if !slices.Equal(votes(got), []int64{1, 1, 0}) || got.Voters != 2 || !slices.Equal(got.Own, []int{1}) {
			t.Errorf("counted %v by %d, mine %v", votes(got), got.Voters, got.Own)
		}
		if len(told) != 2 || told[0].By.ID != w.ben.ID || !slices.Equal(told[1].Choices, []int{0}) {
			t.Errorf("told %v", told)
		}
	})
}

func second[A any](_ A, err error) error { return err }

func TestSeveralChoicesCountOneVoter(t *testing.T) {
	each(t, func(w *town) {
		w.clocked()
		p := w.publish(w.ida, supper(several))
		if _, err := w.posts.Vote(t.Context(), w.ben, p.ID, []int{2, 0, 2}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"Friday", "Neither", "Friday"} { // each comes by itself, one of them twice
			if err := w.takeVote(w.wren, p, name); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.seen(w.ben, p); !slices.Equal(votes(got), []int64{2, 0, 2}) || got.Voters != 2 || !slices.Equal(got.Own, []int{0, 2}) {
			t.Errorf("counted %v by %d, mine %v", votes(got), got.Voters, got.Own)
		}
	})
}

func TestVotesAtOnceAreCountedOnce(t *testing.T) {
	each(t, func(w *town) {
		w.clocked()
		p := w.publish(w.ida, supper())
		var all sync.WaitGroup
		var mu sync.Mutex
		taken := 0
		for i := range 24 {
			all.Go(func() {
				var err error
				if i%2 == 0 {
					_, err = w.posts.Vote(t.Context(), w.ben, p.ID, []int{i % 3})
				} else {
					err = w.takeVote(w.wren, p, []string{"Friday", "Saturday evening", "Neither"}[i%3])
				}
				if err == nil {
					mu.Lock()
					taken++
					mu.Unlock()
				} else if !fault.Is(err, fault.Conflict) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := w.seen(w.ben, p); taken != 2 || got.Votes() != 2 || got.Voters != 2 {
			t.Errorf("%d were taken, %d votes of %d counted", taken, got.Votes(), got.Voters)
		}
	})
}

// TestClosedPollStaysClosed has the clock jump both ways.
func TestClosedPollStaysClosed(t *testing.T) {
	each(t, func(w *town) {
		c := w.clocked()
		began := c.now()
		p := w.publish(w.ida, supper(func(a *poll.Ask) { a.Hidden = true }))
		closings := 0
		w.posts.Closed.Then(func(_ context.Context, _ *db.Tx, f post.Closed) error {
			closings++
			return nil
		})
		if wait, err := w.posts.ClosePoll(t.Context(), p.ID); err != nil || wait != time.Hour {
			t.Fatalf("closed early: waits %v, %v", wait, err)
		}
		if w.seen(w.ben, p).Tells(c.now()) {
			t.Error("hidden totals are told")
		}
		c.set(began.Add(-30 * time.Minute)) // back: longer to wait, and nothing lost
		if wait, err := w.posts.ClosePoll(t.Context(), p.ID); err != nil || wait != 90*time.Minute {
			t.Fatalf("waits %v, %v", wait, err)
		}
		c.set(began.Add(48 * time.Hour)) // forward: the sweep finds it
		if _, err := w.posts.Vote(t.Context(), w.ben, p.ID, []int{0}); !fault.Is(err, fault.Conflict) {
			t.Errorf("voting after the end: %v", err)
		}
		if err := w.posts.ClosePolls(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.set(began) // back again: closed once stays closed
		for range 2 {
			if err := w.posts.ClosePolls(t.Context()); err != nil {
				t.Fatal(err)
			}
			if wait, err := w.posts.ClosePoll(t.Context(), p.ID); err != nil || wait != 0 {
				t.Errorf("waits %v, %v", wait, err)
			}
		}
		if err := w.takeVote(w.wren, p, "Friday"); !fault.Is(err, fault.Conflict) {
			t.Errorf("voting after the end: %v", err)
		}
		if got := w.seen(w.ben, p); closings != 1 || got.ClosedAt.IsZero() || !got.Tells(c.now()) || got.Votes() != 0 {
			t.Errorf("closed %d times; %+v", closings, got)
		}
	})
}

func TestAskThatCannotBePosted(t *testing.T) {
	many := make([]string, poll.OptionsMax+1)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	each(t, func(w *town) {
		for what, a := range map[string]poll.Ask{
			"fault.poll.options_few":  {Options: []string{"one", "  "}},
			"fault.poll.options_many": {Options: many},
			"fault.poll.option_twice": {Options: []string{"Tea", "tea"}},
			"fault.poll.option_long":  {Options: []string{"a", string(make([]rune, 0)) + fmt.Sprintf("%0201d", 1)}},
			"fault.poll.short":        {Options: []string{"a", "b"}, For: time.Second},
			"fault.poll.long":         {Options: []string{"a", "b"}, For: 1000 * 24 * time.Hour},
			"fault.poll.hidden_open":  {Options: []string{"a", "b"}, Hidden: true},
		} {
			_, err := w.posts.Publish(t.Context(), w.ida, post.Draft{Text: "?", Visibility: post.Public, Poll: &a})
			if key, _ := fault.Message(err); key != what || fault.Field(err) != "poll" {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestCountsOfElsewhereAreTakenOver(t *testing.T) {
	each(t, func(w *town) {
		c := w.clocked()
		a := w.arrival(w.wren, 1)
		a.Kind, a.Published = "question", c.now()
		a.Poll = &poll.Poll{Options: []poll.Option{{Name: "yes", Votes: 3}, {Name: "no", Votes: 4}}, Voters: 7, ClosesAt: c.now().Add(time.Hour)}
		p, err := w.receive(a)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.posts.Vote(t.Context(), w.ben, p.ID, []int{0}); err != nil {
			t.Fatal(err)
		}
		if got := w.seen(w.ben, p); !slices.Equal(votes(got), []int64{4, 4}) || got.Voters != 8 {
			t.Errorf("counted %v by %d", votes(got), got.Voters)
		}
		edits, closings := 0, 0
		w.posts.Edited.Then(func(context.Context, *db.Tx, post.Edited) error { edits++; return nil })
		w.posts.Closed.Then(func(context.Context, *db.Tx, post.Closed) error { closings++; return nil })
		update := func() {
			t.Helper()
			w.update(func(ctx context.Context, tx *db.Tx) error {
				_, err := w.posts.TakeUpdate(ctx, tx, a)
				return err
			})
		}
		a.Poll = &poll.Poll{Options: []poll.Option{{Name: "yes", Votes: 10}, {Name: "no", Votes: 5}}, Voters: 15, ClosesAt: a.Poll.ClosesAt}
		update()
		if got := w.seen(w.ben, p); !slices.Equal(votes(got), []int64{10, 5}) || got.Voters != 15 || !slices.Equal(got.Own, []int{0}) || edits != 0 {
			t.Errorf("counted %v by %d, mine %v, %d edits", votes(got), got.Voters, got.Own, edits)
		}
		a.Poll.ClosedAt = c.now()
		update()
		update()
		if got := w.seen(w.ben, p); got.ClosedAt.IsZero() || closings != 1 {
			t.Errorf("closed %d times: %+v", closings, got)
		}
		a.Edited = c.now().Add(time.Second) // other options: what was chosen is void
		a.Poll = &poll.Poll{Options: []poll.Option{{Name: "tea"}, {Name: "no"}}, Voters: -1}
		update()
		if got := w.seen(w.ben, p); len(got.Own) != 0 || got.Options[0].Name != "tea" || got.People() != 0 || edits != 1 {
			t.Errorf("%+v, %d edits", got, edits)
		}
	})
}

func TestPollGoesWithItsPost(t *testing.T) {
	each(t, func(w *town) {
		p := w.publish(w.ida, supper())
		if _, err := w.posts.Vote(t.Context(), w.ben, p.ID, []int{0}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.posts.Delete(t.Context(), w.ida.ID, p.ID); err != nil {
			t.Fatal(err)
		}
		w.update(func(ctx context.Context, tx *db.Tx) error {
			for _, table := range []string{"poll", "poll_option", "poll_voter", "poll_vote"} {
				var n int
				if err := tx.QueryRow(ctx, `SELECT count(*) FROM `+table).Scan(&n); err != nil || n != 0 {
					t.Errorf("%s keeps %d rows, %v", table, n, err)
				}
			}
			return nil
		})
	})
}

func TestNobodyVotesInWhatTheyMayNotSee(t *testing.T) {
	each(t, func(w *town) {
		d := supper()
		d.Visibility = post.Followers
		p := w.publish(w.ida, d)
		if _, err := w.posts.Vote(t.Context(), w.ben, p.ID, []int{0}); !fault.Is(err, fault.NotFound) {
			t.Errorf("voted: %v", err)
		}
		if err := w.takeVote(w.wren, p, "Friday"); !fault.Is(err, fault.NotFound) {
			t.Errorf("voted from elsewhere: %v", err)
		}
	})
}
