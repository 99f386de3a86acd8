package live_test

import (
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/id"
	"allod/internal/live"
)

func ref(topic string, n int) live.Ref { return live.Ref{Topic: topic, Kind: "post", ID: id.ID(n)} }

// drain reads what waits.
func drain(s *live.Subscription) (got []live.Ref) {
	for {
		select {
		case r, ok := <-s.C:
			if !ok {
				return got
			}
			got = append(got, r)
		default:
			return got
		}
	}
}

func TestSubscribersHearTheirTopicsInOrder(t *testing.T) {
	bus := live.New()
	a, both := bus.Subscribe("a"), bus.Subscribe("a", "b", "a")
	defer a.Close()
	defer both.Close()
	for i, topic := range []string{"a", "b", "c", "a"} {
		bus.Publish(ref(topic, i+1))
	}
	if diff := cmp.Diff([]live.Ref{ref("a", 1), ref("a", 4)}, drain(a)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]live.Ref{ref("a", 1), ref("b", 2), ref("a", 4)}, drain(both)); diff != "" {
		t.Error(diff)
	}
}

func TestSlowReaderLosesTheOldestAndIsTold(t *testing.T) {
	bus := live.New()
	s := bus.Subscribe("a")
	defer s.Close()
	const sent = 200
	for i := range sent {
		bus.Publish(ref("a", i+1))
	}
	got := drain(s)
	if len(got) == 0 || got[len(got)-1] != ref("a", sent) {
		t.Fatalf("the newest is not among %v", got)
	}
	if lost := s.Lost(); lost != sent-len(got) || lost == 0 {
		t.Errorf("lost %d of %d, read %d", lost, sent, len(got))
	}
	if lost := s.Lost(); lost != 0 {
		t.Errorf("told twice: %d", lost)
	}
}

func TestClosedSubscriptionHearsNothing(t *testing.T) {
	bus := live.New()
	s := bus.Subscribe("a")
	s.Close()
	s.Close()
	bus.Publish(ref("a", 1))
	if r, ok := <-s.C; ok {
		t.Errorf("heard %v", r)
	}
}

func TestClosingTheBusEndsEveryStream(t *testing.T) {
	bus := live.New()
	before := bus.Subscribe("a", "b")
	bus.Close()
	after := bus.Subscribe("a")
	bus.Publish(ref("a", 1))
	for _, s := range []*live.Subscription{before, after} {
		if r, ok := <-s.C; ok {
			t.Errorf("heard %v", r)
		}
		s.Close()
	}
	bus.Close()
}

func TestManyAtOnce(t *testing.T) {
	bus := live.New()
	var wait sync.WaitGroup
	for w := range 8 {
		topic := strconv.Itoa(w % 2)
		wait.Go(func() {
			for i := range 500 {
				bus.Publish(ref(topic, i+1))
			}
		})
		wait.Go(func() {
			for range 50 {
				s := bus.Subscribe(topic)
				heard := drain(s)
				for i := 1; i < len(heard); i++ {
					if heard[i].Topic != topic {
						t.Errorf("heard %v on %s", heard[i], topic)
					}
				}
				s.Lost()
				s.Close()
			}
		})
	}
	wait.Wait()
}
