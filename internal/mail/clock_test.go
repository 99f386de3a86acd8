package mail_test

import (
	"testing"
	"time"

	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/subscriber"
)

// TestClockThatJumpsSendsNoDigestTwiceAndNoHeapOfThem moves the clock back
// after a digest, and a year ahead before the next.
func TestClockThatJumpsSendsNoDigestTwiceAndNoHeapOfThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStage(t, d, "127.0.0.1:1")
		s.follow("reader@x.example", "daily", "en")
		s.set(monday.Add(30 * time.Minute))
		s.say("one")
		at := func(when time.Duration) {
			t.Helper()
			s.set(monday.Add(when))
			if _, err := s.subs.Advance(t.Context(), s.ida.ID, subscriber.Daily); err != nil {
				t.Fatal(err)
			}
		}
		at(90 * time.Minute)
		if n := s.count(digests); n != 1 {
			t.Fatalf("%d digests", n)
		}
		for _, when := range []time.Duration{-72 * time.Hour, 90 * time.Minute, -365 * 24 * time.Hour, 2 * time.Hour} {
			at(when)
		}
		if n := s.count(digests); n != 1 {
			t.Errorf("%d digests after the clock went back and forth", n)
		}
		s.set(monday.Add(3 * time.Hour))
		s.say("two")
		at(365 * 24 * time.Hour)
		at(365*24*time.Hour + 2*time.Hour)
		if n := s.count(digests); n != 2 {
			t.Errorf("%d digests after a year at once", n)
		}
		if n := s.count(`SELECT count(*) FROM letter WHERE kind = 'digest' AND text LIKE '%one%' AND text LIKE '%two%'`); n != 0 {
			t.Error("what was told is told again")
		}
	})
}
