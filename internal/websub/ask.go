package websub

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/job"
)

// The modes of a wish.
const (
	Subscribe   = "subscribe"
	Unsubscribe = "unsubscribe"
)

// Bounds of what strangers may ask for.
const (
	leaseUsual = 10 * 24 * time.Hour
	leaseLeast = time.Minute
	leaseMost  = 30 * 24 * time.Hour

	secretMax = 199 // bytes (WebSub §5.1)

	wishesMax      = 2_000   // waiting to be confirmed, in all
	wishesPerHost  = 50      // and of one host's callbacks
	subscriptions  = 100_000 // in all
	perHostMax     = 2_000   // of one host's callbacks
	confirmTries   = 3
	wishTime       = time.Hour // for a callback to confirm
	confirmTime    = 10 * time.Second
	challengeBytes = 4 << 10
)

// A Wish is what somebody asks of the hub (WebSub §5.1).
type Wish struct {
	Mode     string
	Topic    string
	Callback string
	Secret   string
	Lease    time.Duration // 0 leaves it to the hub
}

// Ask takes a wish. It counts once its callback has confirmed it. Invalid for
// what is no wish, NotFound for a topic that is no feed of this home, TooMany
// where too much waits.
func (h *Hub) Ask(ctx context.Context, w Wish) error {
	host, err := h.check(ctx, &w)
	if err != nil {
		return err
	}
	feed, err := h.Feeds.Feed(ctx, w.Topic)
	if err != nil && (w.Mode == Subscribe || !fault.Is(err, fault.NotFound, fault.Gone)) {
		if fault.Is(err, fault.NotFound, fault.Gone) {
			return fault.Wrap(err, fault.NotFound, "fault.websub.topic").(*fault.Error).In("hub.topic")
		}
		return err
	}
	return h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := h.room(ctx, tx, w, host); err != nil {
			return err
		}
		if feed != nil && w.Mode == Subscribe {
			if err := putTopic(ctx, tx, w.Topic, feed); err != nil {
				return err
			}
		}
		wish, err := putWish(ctx, tx, &request{ID: h.IDs.Next(), Wish: w, host: host, askedAt: h.Now()})
		if err != nil {
			return err
		}
		return h.Jobs.Add(ctx, tx, confirm{wish}, job.Options{Unique: true})
	})
}

// check looks at a wish without asking anybody, and puts it in order.
func (h *Hub) check(ctx context.Context, w *Wish) (host string, err error) {
	wrong := func(field, key string, args ...any) error { return fault.New(fault.Invalid, key, args...).In(field) }
	if w.Mode != Subscribe && w.Mode != Unsubscribe {
		return "", wrong("hub.mode", "fault.websub.mode")
	}
	u, err := address.Parse(w.Callback)
	switch {
	case err != nil || u.Fragment != "", u.Scheme != "https" && !h.Plain:
		return "", wrong("hub.callback", "fault.websub.callback")
	case h.Ours(ctx, u.Host):
		return "", wrong("hub.callback", "fault.websub.ours")
	case len(w.Secret) > secretMax:
		return "", wrong("hub.secret", "fault.websub.secret", "max", secretMax)
	case len(w.Topic) > address.MaxURL:
		return "", wrong("hub.topic", "fault.websub.topic")
	}
	if w.Lease <= 0 {
		w.Lease = leaseUsual
	}
	w.Lease = max(leaseLeast, min(w.Lease, leaseMost))
	return u.Host, nil
}

// room refuses a wish where too many wait or are kept already.
func (h *Hub) room(ctx context.Context, tx *db.Tx, w Wish, host string) error {
	all, ofHost, err := wishes(ctx, tx, host)
	if err != nil {
		return err
	}
	if all >= wishesMax || ofHost >= wishesPerHost {
		return fault.New(fault.TooMany, "fault.websub.many")
	}
	if w.Mode == Unsubscribe {
		return nil
	}
	all, ofHost, err = kept(ctx, tx, host)
	if err == nil && (all >= subscriptions || ofHost >= perHostMax) {
		err = fault.New(fault.TooMany, "fault.websub.many")
	}
	return err
}

// confirm is the job that asks a callback whether it wants what was asked for
// in its name (WebSub §5.3).
type confirm struct {
	Wish id.ID `json:"wish"`
}

// Kind names the job.
func (confirm) Kind() string { return "websub.confirm" }

func (h *Hub) confirm(ctx context.Context, c confirm) error {
	var r *request
	err := h.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = wish(ctx, tx, c.Wish)
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		return nil
	} else if err != nil {
		return err
	}
	agreed, err := h.asksBack(ctx, r)
	if err != nil && r.tries+1 < confirmTries {
		if err := h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return tried(ctx, tx, r.ID) }); err != nil {
			return err
		}
		return job.Later(time.Duration(r.tries+1) * 5 * time.Second)
	}
	return again(h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := job.Complete(ctx, tx); err != nil {
			return err
		}
		n, err := endWish(ctx, tx, r.ID, r.askedAt)
		if err != nil {
			return err
		}
		if n == 0 { // the wish was made anew while the callback was asked about the old one
			return errMore
		}
		switch {
		case !agreed:
			return nil
		case r.Mode == Unsubscribe:
			return endSubscription(ctx, tx, r.Topic, r.Callback)
		}
		return putSubscription(ctx, tx, &subscription{
			ID: r.ID, topic: r.Topic, callback: r.Callback, host: r.host, secret: r.Secret, leaseUntil: h.Now().Add(r.Lease),
		})
	}))
}

// asksBack asks the callback. The error is that it could not be asked.
func (h *Hub) asksBack(ctx context.Context, r *request) (bool, error) {
	u, err := url.Parse(r.Callback)
	if err != nil {
		return false, nil
	}
	challenge := rand.Text()
	q := url.Values{"hub.mode": {r.Mode}, "hub.topic": {r.Topic}, "hub.challenge": {challenge}}
	if r.Mode == Subscribe {
		q.Set("hub.lease_seconds", strconv.FormatInt(int64(r.Lease/time.Second), 10))
	}
	if u.RawQuery != "" { // what is there stays as it is (WebSub §5.3)
		u.RawQuery += "&"
	}
	u.RawQuery += q.Encode()
	resp, err := h.Fetch.Do(ctx, fetch.Request{URL: u.String(), NoRedirect: true, MaxBytes: challengeBytes, Timeout: confirmTime})
	switch {
	case fault.Is(err, fault.Denied, fault.Invalid, fault.TooLarge):
		return false, nil
	case err != nil:
		return false, err
	case resp.Status >= http.StatusInternalServerError:
		return false, fault.New(fault.Unavailable, "").Because("the callback answered %d", resp.Status)
	}
	return resp.Status/100 == 2 && string(resp.Body) == challenge, nil
}
