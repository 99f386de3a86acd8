package draft_test

import (
	"testing"
	"time"
)

// TestClockThatJumpsPostsADraftOnceAndNotBeforeItsTime moves the clock a year
// ahead and back, as a machine does whose battery is empty.
func TestClockThatJumpsPostsADraftOnceAndNotBeforeItsTime(t *testing.T) {
	each(t, func(t *testing.T, w *desk) {
		w.keep(0, form("soon"), w.now().Add(time.Hour))
		w.keep(0, form("much later"), w.now().Add(3*365*24*time.Hour))
		w.jump(-30 * 24 * time.Hour)
		w.wake()
		if n := len(w.posted()); n != 0 {
			t.Fatalf("%d posts by a clock that went back", n)
		}
		w.jump(365 * 24 * time.Hour)
		w.wake()
		w.eventually("what was due is posted", func() bool { return len(w.posted()) == 1 })
		for _, at := range []time.Duration{0, 2 * time.Hour, -365 * 24 * time.Hour, 366 * 24 * time.Hour} {
			w.jump(at)
			w.wake()
		}
		time.Sleep(200 * time.Millisecond)
		if all := w.posted(); len(all) != 1 || all[0].Post.Text != "soon" {
			t.Errorf("%d posts after the clock went back and forth", len(all))
		}
	})
}
