package delivery

import (
	"context"
	"errors"
	"sync"
	"time"

	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/job"
)

// lane is the job that drains what one host is owed, in order.
type lane struct {
	Host string `json:"host"`
	// Now is a lane that somebody asked for, beside the one that waits for its pause to end.
	Now bool `json:"now,omitempty"`
}

// Kind names the job.
func (lane) Kind() string { return "delivery.lane" }

const (
	laneTake = 20               // deliveries taken at a time
	laneTime = 30 * time.Second // then the job makes room for others and comes back
	laneWait = 200 * time.Millisecond

	// A delivery on its way outside of the lane is mostly through in a moment.
	behindWait = 20 * time.Millisecond
	behindMax  = time.Second
)

// errLeft undoes a completion: something came in the meantime.
var errLeft = errors.New("the lane is not empty")

// drain sends what a host is owed until nothing is left, the host fails, or
// its time is up.
func (s *Service) drain(ctx context.Context, l lane) error {
	if !s.enterLane(l.Host) {
		return job.Later(laneWait)
	}
	defer s.leaveLane(l.Host)
	began, waited := s.Now(), time.Duration(0)
	for {
		if pause := s.hosts.closed(l.Host, s.Now()); pause > 0 {
			return job.Later(pause)
		}
		all, behind, activities, err := s.take(ctx, l.Host)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			if behind {
				if waited += behindWait; waited > behindMax {
					return job.Later(laneWait)
				}
				time.Sleep(behindWait)
				continue
			}
			err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.complete(ctx, tx, l.Host) })
			if errors.Is(err, errLeft) {
				continue
			}
			return err
		}
		pause, err := s.sendInOrder(ctx, all, activities)
		if err != nil {
			return err
		}
		if pause > 0 {
			return job.Later(pause)
		}
		if s.Now().Sub(began) > laneTime {
			return job.Later(0)
		}
	}
}

// enterLane sees to it that one job drains a host's lane at a time.
func (s *Service) enterLane(host string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining[host] {
		return false
	}
	s.draining[host] = true
	return true
}

func (s *Service) leaveLane(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.draining, host)
}

// hurry puts down lanes that run at once.
func (s *Service) hurry(ctx context.Context, tx *db.Tx, hosts []string) error {
	var lanes []job.Args
	for _, h := range hosts {
		lanes = append(lanes, lane{Host: h, Now: true})
	}
	return s.Jobs.AddMany(ctx, tx, lanes, job.Options{Unique: true})
}

// complete ends the job, then looks: in the other order a delivery that came
// in between would be stranded.
func (s *Service) complete(ctx context.Context, tx *db.Tx, host string) error {
	if err := job.Complete(ctx, tx); err != nil {
		return err
	}
	left, err := laneLeft(ctx, tx, host)
	if err == nil && left {
		err = errLeft
	}
	return err
}

func (s *Service) take(ctx context.Context, host string) (all []Delivery, behind bool, activities map[id.ID]*Activity, err error) {
	activities = map[id.ID]*Activity{}
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if all, behind, err = ofLane(ctx, tx, host, laneTake); err != nil {
			return err
		}
		for _, d := range all {
			if activities[d.ActivityID] == nil {
				if activities[d.ActivityID], err = activityByID(ctx, tx, d.ActivityID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return all, behind, activities, err
}

// sendInOrder sends the deliveries of one activity a few at a time, settles
// them, and sends the next ones only then. It stops where the host could not
// take one, and returns how long the host is then left alone.
func (s *Service) sendInOrder(ctx context.Context, all []Delivery, activities map[id.ID]*Activity) (pause time.Duration, err error) {
	for len(all) > 0 && pause == 0 && err == nil {
		n := 1
		for n < len(all) && n < perHostMax && all[n].ActivityID == all[0].ActivityID {
			n++
		}
		pause, err = s.settle(ctx, s.sendTogether(ctx, all[:n], activities[all[0].ActivityID]))
		all = all[n:]
	}
	return pause, err
}

// sendTogether sends deliveries of one activity at the same time.
func (s *Service) sendTogether(ctx context.Context, all []Delivery, a *Activity) []outcome {
	results := make([]outcome, len(all))
	var wg sync.WaitGroup
	for i, d := range all {
		if a == nil { // forgotten: nothing is left to send
			results[i] = outcome{Delivery: d, state: abandoned}
			continue
		}
		s.slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-s.slots }()
			results[i] = s.try(ctx, a, d)
		})
	}
	wg.Wait()
	return results
}
