package websub

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/job"
)

const (
	chunk    = 500                // subscriptions put down by one transaction
	sendTime = 20 * time.Second   // for a callback to take a feed
	giveUp   = 3 * 24 * time.Hour // after which a callback that takes nothing is forgotten
)

// News says that feeds of an account, or of hashtags of the house, may have
// something new. It is called in the transaction of what is new.
func (h *Hub) News(ctx context.Context, tx *db.Tx, who id.ID, tags []string) error {
	topics, err := touched(ctx, tx, who, tags)
	if err != nil || len(topics) == 0 {
		return err
	}
	if err := markStale(ctx, tx, topics, h.Now()); err != nil {
		return err
	}
	jobs := make([]job.Args, len(topics))
	for i, t := range topics {
		jobs[i] = announce{t}
	}
	return h.Jobs.AddMany(ctx, tx, jobs, job.Options{Unique: true})
}

// announce is the job that looks whether a feed has something new, keeps it,
// and has it sent to all who asked.
type announce struct {
	Topic string `json:"topic"`
}

// Kind names the job.
func (announce) Kind() string { return "websub.announce" }

func (h *Hub) announce(ctx context.Context, a announce) error {
	t, err := h.topic(ctx, a.Topic)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	} else if err != nil {
		return err
	}
	feed, err := h.Feeds.Feed(ctx, a.Topic)
	if fault.Is(err, fault.NotFound, fault.Gone) {
		return h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return endTopic(ctx, tx, a.Topic) })
	} else if err != nil {
		return err
	}
	hash := hashOf(feed.Body)
	return again(h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := job.Complete(ctx, tx); err != nil {
			return err
		}
		n, err := refresh(ctx, tx, t, feed, hash)
		if err != nil {
			return err
		}
		if n == 0 { // more happened meanwhile
			return errMore
		}
		if hash == t.hash {
			return nil
		}
		return h.sendAll(ctx, tx, a.Topic)
	}))
}

func (h *Hub) topic(ctx context.Context, address string) (t *topic, err error) {
	err = h.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err = topicAt(ctx, tx, address)
		return err
	})
	return t, err
}

// sendAll puts down a job for each subscription of a topic.
func (h *Hub) sendAll(ctx context.Context, tx *db.Tx, topic string) error {
	for after := id.ID(0); ; {
		ids, err := subscribers(ctx, tx, topic, after, h.Now(), chunk)
		if err != nil || len(ids) == 0 {
			return err
		}
		jobs := make([]job.Args, len(ids))
		for i, s := range ids {
			jobs[i] = send{s}
		}
		if err := h.Jobs.AddMany(ctx, tx, jobs, job.Options{Unique: true}); err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// send is the job that brings a feed to one who asked for it.
type send struct {
	Subscription id.ID `json:"subscription"`
}

// Kind names the job.
func (send) Kind() string { return "websub.send" }

func (h *Hub) send(ctx context.Context, s send) error {
	var sub *subscription
	var t *topic
	err := h.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if sub, err = subscriptionByID(ctx, tx, s.Subscription); err != nil {
			return err
		}
		t, err = topicAt(ctx, tx, sub.topic)
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		return nil
	} else if err != nil {
		return err
	}
	if !sub.leaseUntil.After(h.Now()) {
		return nil // the sweep takes it away
	}
	if sub.sentHash != t.hash {
		if err := h.bring(ctx, sub, t); err != nil {
			return h.failed(ctx, sub, err)
		}
	}
	return again(h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := job.Complete(ctx, tx); err != nil {
			return err
		}
		if err := taken(ctx, tx, sub.ID, t.hash); err != nil {
			return err
		}
		now, err := topicAt(ctx, tx, sub.topic)
		if err == nil && now.hash != t.hash {
			err = errMore
		}
		return err
	}))
}

// errGone is that a callback wants nothing any more (WebSub §7).
var errGone = errors.New("the callback is gone")

// bring sends a feed whole, signed with the secret of the subscription (WebSub §7.1).
func (h *Hub) bring(ctx context.Context, s *subscription, t *topic) error {
	header := http.Header{
		"Content-Type": {t.contentType},
		"Link":         {"<" + h.Hub + `>; rel="hub"`, "<" + t.address + `>; rel="self"`},
	}
	if s.secret != "" {
		mac := hmac.New(sha256.New, []byte(s.secret))
		mac.Write(t.body)
		header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	resp, err := h.Fetch.Do(ctx, fetch.Request{
		Method: http.MethodPost, URL: s.callback, Header: header, Body: t.body, StatusOnly: true, Timeout: sendTime,
	})
	switch {
	case err != nil:
		return err
	case resp.Status == http.StatusGone:
		return errGone
	case resp.Status/100 != 2:
		return fault.New(fault.Unavailable, "").Because("the callback answered %d", resp.Status)
	}
	return nil
}

// failed has a feed brought again later, or gives the subscription up.
func (h *Hub) failed(ctx context.Context, s *subscription, why error) error {
	since := s.failedSince
	if since.IsZero() {
		since = h.Now()
	}
	if errors.Is(why, errGone) || h.Now().Sub(since) > giveUp {
		return h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return endSubscription(ctx, tx, s.topic, s.callback) })
	}
	if s.failedSince.IsZero() {
		if err := h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return fails(ctx, tx, s.ID, since) }); err != nil {
			return err
		}
	}
	return why
}
