package outbox_test

import (
	"context"
	"testing"
	"time"

	"allod/internal/db"
	"allod/internal/poll"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

func TestPollIsAskedAndItsCountsAreTold(t *testing.T) {
	each(t, true, func(w *desk) {
		w.followed()
		p := w.publish(post.Draft{Text: "Tea?", Visibility: post.Public, Poll: &poll.Ask{Options: []string{"yes", "no"}, Hidden: true, For: time.Hour}})
		o, err := w.next(as.TypeCreate, "/shared").Object.Object()
		if err != nil || o.Type != as.TypeQuestion || o.Poll == nil || o.Poll.Multiple || o.EndTime.IsZero() || o.Poll.Voters != 0 {
			t.Fatalf("%v: %+v %+v", err, o, o.Poll)
		}
		w.update(func(ctx context.Context, tx *db.Tx) error { return w.posts.TakeVote(ctx, tx, w.wren, p.ID, "yes") })
		w.update(func(ctx context.Context, tx *db.Tx) error {
			p, err := w.posts.StoredID(ctx, tx, p.ID)
			if err != nil {
				return err
			}
			return w.outbox.Tally(ctx, tx, p)
		})
		if o, err = w.next(as.TypeUpdate, "/shared").Object.Object(); err != nil || o.Poll.Voters != 1 || o.Poll.Options[0].Votes != 0 {
			t.Errorf("hidden totals: %v %+v", err, o.Poll)
		}
		w.update(func(ctx context.Context, tx *db.Tx) error {
			p, err := w.posts.StoredID(ctx, tx, p.ID)
			if err != nil {
				return err
			}
			if _, err := poll.Close(ctx, tx, p.Poll, time.Now()); err != nil {
				return err
			}
			return w.posts.Closed.Record(ctx, tx, post.Closed{Post: p})
		})
		if o, err = w.next(as.TypeUpdate, "/shared").Object.Object(); err != nil || o.Poll.Options[0].Votes != 1 || o.Poll.Closed.IsZero() || !o.Updated.IsZero() {
			t.Errorf("totals at the end: %v %+v", err, o.Poll)
		}
	})
}

func TestEachChoiceIsToldToTheOneWhoAskedAlone(t *testing.T) {
	each(t, true, func(w *desk) {
		var p *post.Post
		w.update(func(ctx context.Context, tx *db.Tx) (err error) {
			p, err = w.posts.Receive(ctx, tx, post.Arrival{
				Author: w.wren, Kind: "question", Visibility: post.Public, URI: w.wren.URI + "/q", Location: w.wren.URI + "/q", HTML: "Tea?", Published: time.Now(),
				Poll: &poll.Poll{Options: []poll.Option{{Name: "yes"}, {Name: "no"}, {Name: "both"}}, Multiple: true, Voters: 0},
			})
			return err
		})
		if _, err := w.posts.Vote(t.Context(), w.ida, p.ID, []int{0, 2}); err != nil {
			t.Fatal(err)
		}
		chosen := map[string]bool{}
		for range 2 {
			a := w.next(as.TypeCreate, "/wren/inbox")
			o, err := a.Object.Object()
			if err != nil || o.InReplyTo.First().ID() != w.wren.URI+"/q" || o.Content.String() != "" || len(o.To) != 1 || o.To[0] != w.wren.URI || len(o.Cc) != 0 {
				t.Errorf("%v: %+v", err, o)
			}
			chosen[o.Name.String()] = true
		}
		if !chosen["yes"] || !chosen["both"] {
			t.Errorf("told %v", chosen)
		}
		w.quiet()
	})
}
