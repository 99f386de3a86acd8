package push

import (
	"context"
	"errors"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/notification"
	"allod/internal/post"
	"allod/internal/relationship"
)

// chunk is how many guests one transaction puts messages down for.
const chunk = 500

// Made has the apps and browsers of somebody told of a notification.
func (s *Service) Made(ctx context.Context, tx *db.Tx, f notification.Made) error {
	any, err := anyOf(ctx, tx, f.Notification.AccountID)
	if err != nil || !any {
		return err
	}
	return s.Jobs.Add(ctx, tx, news{f.Notification.AccountID, f.Notification.ID}, job.Options{})
}

// news is the job that finds who is to be told of a notification.
type news struct {
	Account      id.ID `json:"account"`
	Notification id.ID `json:"notification"`
}

// Kind names the job.
func (news) Kind() string { return "push.news" }

func (s *Service) news(ctx context.Context, n news) error {
	of, err := s.News.Get(ctx, n.Account, n.Notification)
	if fault.Is(err, fault.NotFound) {
		return nil
	} else if err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := job.Complete(ctx, tx); err != nil {
			return err
		}
		subs, err := live(ctx, tx, n.Account, s.Now())
		if err != nil {
			return err
		}
		var jobs []job.Args
		for _, sub := range subs {
			ok, err := s.meant(ctx, tx, sub, of)
			if err != nil {
				return err
			}
			if ok {
				jobs = append(jobs, tell{sub.ID, n.Account, n.Notification})
			}
		}
		return s.Jobs.AddMany(ctx, tx, jobs, once)
	})
}

// meant reports whether a subscription is for a notification: of a kind it
// names, which an app has a word for, and by somebody it wants to hear of.
func (s *Service) meant(ctx context.Context, tx *db.Tx, sub *Subscription, n *notification.Notification) (bool, error) {
	if !sub.wants(n.Kind) || sub.Kind == App && s.Type(n.Kind) == "" {
		return false, nil
	}
	switch {
	case sub.Policy == Nobody:
		return false, nil
	case n.From == nil: // of a guest
		return sub.Policy == Everybody, nil
	case n.FromID == n.AccountID: // of the home itself
		return true, nil
	}
	follower, followed := sub.AccountID, n.FromID
	switch sub.Policy {
	case Everybody:
		return true, nil
	case Followed:
	case Followers:
		follower, followed = followed, follower
	case Nobody:
	}
	by, err := relationship.FollowedOf(ctx, tx, follower, []id.ID{followed})
	return by[followed], err
}

// tell is the job that brings a notification to one app or browser.
type tell struct {
	Subscription id.ID `json:"subscription"`
	Account      id.ID `json:"account"`
	Notification id.ID `json:"notification"`
}

// Kind names the job.
func (tell) Kind() string { return "push.tell" }

func (s *Service) tell(ctx context.Context, t tell) error {
	if s.late(t.Notification) {
		return nil
	}
	var sub *Subscription
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		sub, err = alive(ctx, tx, t.Subscription, s.Now())
		return err
	})
	if err != nil || sub == nil {
		return err
	}
	n, err := s.News.Get(ctx, t.Account, t.Notification)
	if fault.Is(err, fault.NotFound) {
		return nil
	} else if err != nil {
		return err
	}
	veil, err := s.Guard.Veil(ctx, t.Account)
	if err != nil {
		return err
	}
	covers := n.Covers(veil, s.Text)
	if notification.Unseen(covers) {
		return nil
	}
	text, err := s.textOf(ctx, sub, n, notification.Folded(covers))
	if err != nil {
		return err
	}
	return s.bring(ctx, sub, message{text, n.ID})
}

// late reports whether something happened too long ago to be news.
func (s *Service) late(what id.ID) bool { return s.Now().Sub(what.Time()) > keepFor }

// Published has guests told of what somebody whom they follow posted for everyone.
func (s *Service) Published(ctx context.Context, tx *db.Tx, f post.Published) error {
	if f.Post.Visibility != post.Public {
		return nil
	}
	any, err := anyGuest(ctx, tx, f.Post.AuthorID)
	if err != nil || !any {
		return err
	}
	return s.Jobs.Add(ctx, tx, posted{Account: f.Post.AuthorID, Post: f.Post.ID}, job.Options{})
}

// posted is the job that puts down a message for each guest who follows an
// author, from one on by its id.
type posted struct {
	Account id.ID `json:"account"`
	Post    id.ID `json:"post"`
	After   id.ID `json:"after"`
}

// Kind names the job.
func (posted) Kind() string { return "push.posted" }

func (s *Service) posted(ctx context.Context, p posted) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := job.Complete(ctx, tx); err != nil {
			return err
		}
		guests, err := guestsAfter(ctx, tx, p.Account, p.After, chunk)
		if err != nil || len(guests) == 0 {
			return err
		}
		jobs := make([]job.Args, len(guests), len(guests)+1)
		for i, g := range guests {
			jobs[i] = hear{g, p.Post}
		}
		if len(guests) == chunk {
			jobs = append(jobs, posted{p.Account, p.Post, guests[chunk-1]})
		}
		return s.Jobs.AddMany(ctx, tx, jobs, job.Options{})
	})
}

// hear is the job that tells one guest of a post.
type hear struct {
	Subscription id.ID `json:"subscription"`
	Post         id.ID `json:"post"`
}

// Kind names the job.
func (hear) Kind() string { return "push.hear" }

func (s *Service) hear(ctx context.Context, h hear) error {
	if s.late(h.Post) {
		return nil
	}
	var sub *Subscription
	var p *post.Post
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if sub, err = get(ctx, tx, h.Subscription); err != nil || sub.Kind != Guest || sub.ConfirmedAt.IsZero() {
			return err
		}
		p, err = s.Posts.Told(ctx, tx, h.Post)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	} else if err != nil {
		return err
	}
	if p == nil {
		return nil
	}
	text, err := s.textOfPost(sub, p)
	if err != nil {
		return err
	}
	return s.bring(ctx, sub, message{text, h.Post})
}

// welcome is the job that sends a guest's browser its first message, which it answers.
type welcome struct {
	Subscription id.ID `json:"subscription"`
}

// Kind names the job.
func (welcome) Kind() string { return "push.welcome" }

func (s *Service) welcome(ctx context.Context, w welcome) error {
	if s.late(w.Subscription) {
		return nil
	}
	var sub *Subscription
	var owner *account.Account
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if sub, err = get(ctx, tx, w.Subscription); err == nil {
			owner, err = account.Get(ctx, tx, sub.AccountID)
		}
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	} else if err != nil {
		return err
	}
	text, err := s.textOfWelcome(sub, owner)
	if err != nil {
		return err
	}
	return s.bring(ctx, sub, message{text, sub.ID})
}

// bring hands a message to the push service of a subscription, now or later,
// or ends the subscription.
func (s *Service) bring(ctx context.Context, sub *Subscription, m message) error {
	if wait := s.lanes.enter(sub.host); wait > 0 {
		return job.Later(wait)
	}
	why := s.send(ctx, sub, m)
	var busy *busyError
	settled := why == nil || why == errGone || why == errRefused || errors.As(why, &busy)
	s.lanes.leave(sub.host, settled)
	now := s.Now()
	switch {
	case why == nil && sub.failedSince.IsZero() && now.Sub(sub.ToldAt) < toldTouch:
		return nil
	case why == nil:
		return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return took(ctx, tx, sub.ID, now) })
	case busy != nil:
		return job.Later(busy.after)
	case why == errGone, !sub.failedSince.IsZero() && now.Sub(sub.failedSince) > giveUp, sub.Kind == Guest && sub.ConfirmedAt.IsZero() && settled:
		return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return remove(ctx, tx, sub.ID) })
	}
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return fails(ctx, tx, sub.ID, now) })
	if err != nil || why == errRefused {
		if why == errRefused {
			s.Log.WarnContext(ctx, "a push service refuses a message", "host", sub.host)
		}
		return err
	}
	return why
}

// toldTouch is how exactly it is kept when somebody was last told.
const toldTouch = time.Hour
