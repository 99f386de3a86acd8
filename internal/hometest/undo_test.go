package hometest_test

import (
	"net/http"
	"testing"

	"allod/internal/hometest"
)

// TestWhatIsTakenBackAtOnceIsTakenBackThere likes and unlikes faster than a
// delivery is settled, so that the second waits in the host's lane, each time anew.
func TestWhatIsTakenBackAtOnceIsTakenBackThere(t *testing.T) {
	t.Parallel()
	ida := hometest.Start(t, "").Settle("ida")
	ben := hometest.Start(t, "").Settle("ben")
	follow(ben, ida)
	hello := write(ida, map[string]any{"status": "Hello"})
	seen := arrives(ben, hello.URI)
	for range 5 {
		for _, n := range []int{1, 0} {
			for _, verb := range map[int][]string{1: {"favourite", "reblog"}, 0: {"unfavourite", "unreblog"}}[n] {
				hometest.Call[status](ben, http.MethodPost, "/api/v1/statuses/"+seen.ID+"/"+verb, map[string]any{})
			}
			hometest.Await(t, "both are counted", func() bool {
				s := hometest.Call[status](ida, http.MethodGet, "/api/v1/statuses/"+hello.ID, nil)
				return s.Favourites == n && s.Reblogs == n
			})
		}
	}
}
