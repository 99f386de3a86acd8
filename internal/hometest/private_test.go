package hometest_test

import (
	"net/http"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// TestHomeWithoutPublicOriginTellsOthersNothing takes a home with followers
// elsewhere back from the open web.
func TestHomeWithoutPublicOriginTellsOthersNothing(t *testing.T) {
	w := newTown(t)
	w.Down()
	w.Config.Origin, w.Config.AllowPrivate = "", nil
	w.Up()
	sent, owed := w.bob.inbox(), stateOf(w.Home)["delivery"]
	s := write(w.ida, map[string]any{"status": "for this house alone, " + w.bob.address()})
	hometest.Call[status](w.ida, http.MethodPost, "/api/v1/statuses/"+s.ID+"/reblog", map[string]any{})
	hometest.Call[relation](w.ida, http.MethodPost, "/api/v1/accounts/"+find(w.ida, w.bob.address()).ID+"/unfollow", map[string]any{})
	if status, raw := w.ida.Do(http.MethodDelete, "/api/v1/statuses/"+s.ID, nil); status != http.StatusOK {
		t.Errorf("%d %s", status, raw)
	}
	quiet(w.Home)
	if now := stateOf(w.Home)["delivery"]; len(now) != len(owed) || w.bob.inbox() != sent {
		t.Errorf("%d deliveries, not %d; sent %q", len(now), len(owed), strings.TrimPrefix(w.bob.inbox(), sent))
	}
}
