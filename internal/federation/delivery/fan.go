package delivery

import (
	"context"
	"sync"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// fanTime is after how long a fan leaves what it has not begun to the lanes.
const fanTime = 25 * time.Second

// Fan tries each delivery of an activity to these inboxes once, those apart
// that wait in lanes or are settled.
func (s *Service) Fan(ctx context.Context, activity id.ID, inboxes []string) error {
	if len(inboxes) == 0 {
		return nil
	}
	var a *Activity
	var all []Delivery
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if a, err = activityByID(ctx, tx, activity); err != nil || a == nil {
			return err
		}
		all, err = ofFan(ctx, tx, activity, inboxes)
		return err
	})
	if err != nil || len(all) == 0 {
		return err
	}
	settled := s.collect(ctx, len(all))
	var wg sync.WaitGroup
	perHost := map[string]chan struct{}{}
	deadline := s.Now().Add(fanTime)
	for _, d := range all {
		gate := perHost[d.Host]
		if gate == nil {
			gate = make(chan struct{}, perHostMax)
			perHost[d.Host] = gate
		}
		s.slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-s.slots }()
			select {
			case gate <- struct{}{}:
				defer func() { <-gate }()
			default: // its host is busy with others of this chunk
				settled.add(outcome{Delivery: d, state: due})
				return
			}
			if s.Now().After(deadline) || s.hosts.closed(d.Host, s.Now()) > 0 {
				settled.add(outcome{Delivery: d, state: due})
				return
			}
			settled.add(s.try(ctx, a, d))
		})
	}
	wg.Wait()
	return settled.finish()
}

// perHostMax is how many deliveries go to one host at a time.
const perHostMax = 4

// A collector settles outcomes in batches as they come.
type collector struct {
	s    *Service
	in   chan outcome
	done chan error
}

// settleEvery is how long an outcome waits for others to be settled with.
const settleEvery = 10 * time.Millisecond

func (s *Service) collect(ctx context.Context, n int) *collector {
	c := &collector{s: s, in: make(chan outcome, n), done: make(chan error, 1)}
	go func() {
		var failed error
		for o := range c.in {
			batch := []outcome{o}
			timer := time.NewTimer(settleEvery)
		gather:
			for {
				select {
				case o, ok := <-c.in:
					if !ok {
						break gather
					}
					batch = append(batch, o)
				case <-timer.C:
					break gather
				}
			}
			timer.Stop()
			if _, err := s.settle(context.WithoutCancel(ctx), batch); err != nil {
				failed = err
			}
		}
		c.done <- failed
	}()
	return c
}

func (c *collector) add(o outcome) { c.in <- o }

func (c *collector) finish() error {
	close(c.in)
	return <-c.done
}

// settle writes outcomes down, puts what is to be tried again into its
// host's lane, and returns the longest pause of the hosts among them.
func (s *Service) settle(ctx context.Context, batch []outcome) (pause time.Duration, err error) {
	now := s.Now()
	type key struct {
		state, words string
		attempts     int
	}
	groups := map[key][]id.ID{}
	var keys []key
	var rest []Delivery
	all := make([]Delivery, 0, len(batch))
	for _, o := range batch {
		if o.state != due || o.err != "" {
			pause = max(pause, s.hosts.settle(o, now))
		}
		all = append(all, o.Delivery)
		k := key{o.state, o.err, o.Attempts}
		if groups[k] == nil {
			keys = append(keys, k)
		}
		groups[k] = append(groups[k], o.ID)
		if o.state == due {
			o.Lane = true
			rest = append(rest, o.Delivery)
		}
	}
	changed := s.hosts.changed(hostsOf(all))
	return pause, s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, k := range keys {
			if err := settle(ctx, tx, groups[k], k.state, k.state == due, k.attempts, now, k.words); err != nil {
				return err
			}
		}
		for i := range changed {
			if err := putHost(ctx, tx, &changed[i]); err != nil {
				return err
			}
		}
		return s.openLanes(ctx, tx, rest)
	})
}
