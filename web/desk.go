package web

import "time"

// A Begun is what was being typed when a page was left, to go on with.
type Begun struct {
	ID      string // of the draft
	Key     string // of the form it came with, for the script
	At      int64  // when it was kept, for the script
	Time    time.Time
	Excerpt string
	Edit    string // where to go on
	Drop    string
}

// short are the levels that the small composer offers: the plain ones, and the
// one it begins with.
func (v ComposeView) short() (out []Level) {
	chosen := v.chosen()
	for _, l := range v.offered() {
		if l != Unlisted || l == chosen {
			out = append(out, l)
		}
	}
	return out
}
