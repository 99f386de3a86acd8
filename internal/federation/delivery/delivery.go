// Package delivery brings one activity to one inbox, patiently.
//
// What is owed lies in our own table: a row for each activity and inbox. The
// job that made the rows tries each once; what fails then, and all that is
// newer for the same host, waits in that host's lane, which one job drains in
// order. A lane that fails pauses as a whole, so a host that is down costs one
// job, however much it is owed.
package delivery

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/moderation"
)

// The states of a delivery.
const (
	due       = "due"
	done      = "done"
	refused   = "refused"   // the server said no, for good
	gone      = "gone"      // the inbox is no more
	abandoned = "abandoned" // a week of trying
)

// Patience is how long a delivery is tried before it is given up.
const Patience = 7 * 24 * time.Hour

// An Activity is what is delivered, byte for byte.
type Activity struct {
	ID        id.ID
	AccountID id.ID // who signs
	URI       string
	Body      []byte
	CreatedAt time.Time
	About
}

// About is what an activity tells of, for the person who sent it.
type About struct {
	Verb string // such as create
	Post id.ID  // 0 for what is about no post
}

// A Delivery is one activity on its way to one inbox.
type Delivery struct {
	ID         id.ID
	ActivityID id.ID
	Host       string
	Inbox      string
	Lane       bool
	Attempts   int
	CreatedAt  time.Time
}

// Signers tells who signs and with what.
type Signers interface {
	Get(ctx context.Context, who id.ID) (*account.Account, error)
	Keys(ctx context.Context, who id.ID) (*account.Keys, error)
}

// Poster sends one request to the outside.
type Poster interface {
	Do(ctx context.Context, req fetch.Request) (*fetch.Response, error)
}

// Config is what the service is made of.
type Config struct {
	DB      *db.DB
	Jobs    *job.Queue
	Signers Signers
	Fetch   Poster
	Names   account.Names
	IDs     *id.Source
	Now     func() time.Time
	Log     *slog.Logger
}

// Service delivers.
type Service struct {
	Config
	hosts *hosts
	slots chan struct{} // deliveries on their way at once

	mu       sync.Mutex
	signers  map[id.ID]*signer
	draining map[string]bool // hosts whose lane runs here
}

// concurrency is how many deliveries are on their way at once, in all.
const concurrency = 64

// New returns the service and tells the queue about its jobs.
func New(cfg Config) *Service {
	s := &Service{Config: cfg, slots: make(chan struct{}, concurrency), signers: map[id.ID]*signer{}, draining: map[string]bool{}}
	s.hosts = newHosts(cfg.DB)
	job.Handle(cfg.Jobs, s.drain)
	return s
}

// Put keeps an activity to be delivered. Put again, what was kept first stays.
// It returns the id under which it is kept.
func (s *Service) Put(ctx context.Context, tx *db.Tx, who id.ID, uri string, body []byte, about About) (id.ID, error) {
	return putActivity(ctx, tx, &Activity{ID: s.IDs.Next(), AccountID: who, URI: uri, Body: body, CreatedAt: s.Now(), About: about})
}

// Chunk is how many deliveries one transaction makes and one job sends.
const Chunk = 500

// Owe puts down deliveries of an activity to at most Chunk inboxes. The job
// that asks for it calls Fan once the transaction is kept; run again after a
// crash, it does both again, and nothing is made or sent twice.
func (s *Service) Owe(ctx context.Context, tx *db.Tx, activity id.ID, inboxes []string) error {
	if len(inboxes) == 0 {
		return nil
	}
	made := make([]Delivery, 0, len(inboxes))
	for _, inbox := range inboxes {
		host, err := address.HostOf(inbox)
		if err != nil {
			s.Log.Warn("an inbox has no usable address", "error", err)
			continue
		}
		made = append(made, Delivery{ID: s.IDs.Next(), ActivityID: activity, Host: host, Inbox: inbox, CreatedAt: s.Now()})
	}
	shut, err := moderation.Shut(ctx, tx, hostsOf(made))
	if err != nil {
		return err
	}
	made = slices.DeleteFunc(made, func(d Delivery) bool { return shut[d.Host] }) // the keeper decided so, for all to read
	if len(made) == 0 {
		return nil
	}
	waiting, err := waitingHosts(ctx, tx, activity, hostsOf(made))
	if err != nil {
		return err
	}
	now := s.Now()
	for i := range made {
		made[i].Lane = waiting[made[i].Host] || s.hosts.closed(made[i].Host, now) > 0
		if err := insertDelivery(ctx, tx, &made[i]); err != nil {
			return err
		}
	}
	return s.openLanes(ctx, tx, made)
}

// openLanes puts down the lane jobs of deliveries that wait in a lane, sorted
// by host, so that two posters never wait for each other.
func (s *Service) openLanes(ctx context.Context, tx *db.Tx, all []Delivery) error {
	var lanes []job.Args
	for _, h := range hostsOf(all) {
		for _, d := range all {
			if d.Host == h && d.Lane {
				lanes = append(lanes, lane{Host: h})
				break
			}
		}
	}
	return s.Jobs.AddMany(ctx, tx, lanes, job.Options{Unique: true})
}

// ReachedBy are the inboxes to which an activity was delivered or is owed.
func ReachedBy(ctx context.Context, tx *db.Tx, uri string) ([]string, error) {
	return inboxesOf(ctx, tx, uri)
}

// Body is an activity that was put, by its canonical id; nil where there is none.
func (s *Service) Body(ctx context.Context, uri string) (a *Activity, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err = activityByURI(ctx, tx, uri)
		return err
	})
	return a, err
}

// Load reads what was learned of hosts before. It is called once, before the jobs start.
func (s *Service) Load(ctx context.Context) error { return s.hosts.load(ctx) }

// How long what was settled is kept, for the person who sent it to see, and
// of how many deliveries at most: then the oldest go earlier.
const (
	keepFor = 30 * 24 * time.Hour
	keepMax = 1_000_000
)

// Sweep forgets what was settled a month ago, or is too much to keep, and sees to it that nothing is left behind.
func (s *Service) Sweep(ctx context.Context) error {
	before := s.Now().Add(-keepFor)
	for {
		var n, left int64
		err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if n, err = forgetSettled(ctx, tx, before, sweepTake); err != nil || n == sweepTake {
				return err
			}
			left, err = countDeliveries(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
		switch {
		case n == sweepTake:
		case left > keepMax && before.Before(s.Now().Add(-24*time.Hour)):
			before = before.Add(24 * time.Hour)
		default:
			return s.rescue(ctx)
		}
	}
}

// sweepTake is how many activities are forgotten at a time: each may have many deliveries.
const sweepTake = 50

// rescue puts into lanes what no job sends any longer: deliveries to inboxes
// that a job, cut off and run again, did not find a second time.
func (s *Service) rescue(ctx context.Context) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		left, err := leftBehind(ctx, tx, s.Now().Add(-time.Hour), Chunk)
		if err != nil {
			return err
		}
		var ids []id.ID
		for i := range left {
			left[i].Lane = true
			ids = append(ids, left[i].ID)
		}
		if err := moveToLane(ctx, tx, ids); err != nil {
			return err
		}
		return s.openLanes(ctx, tx, left)
	})
}

// An outcome is how one try ended.
type outcome struct {
	Delivery
	state string // due: to be tried again
	err   string // in words, for the person
}

// try sends one delivery once.
func (s *Service) try(ctx context.Context, a *Activity, d Delivery) outcome {
	o := outcome{Delivery: d, state: due}
	o.Attempts++
	status, err := s.post(ctx, a, d)
	switch {
	case fault.Is(err, fault.Denied): // the keeper closed this home to it, for all to read
		o.state, o.err = refused, err.Error()
	case err != nil:
		o.err = err.Error()
	case status/100 == 2:
		o.state = done
	case status == http.StatusGone:
		o.state, o.err = gone, "410"
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= 500:
		o.err = fmt.Sprint(status)
	default:
		o.state, o.err = refused, fmt.Sprint(status)
	}
	if o.state == due && s.Now().Sub(d.CreatedAt) > Patience {
		o.state = abandoned
	}
	return o
}
