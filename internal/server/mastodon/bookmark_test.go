package mastodon

import (
	"net/http"
	"strings"
	"testing"

	"allod/protocol/mastodon"
)

func TestBookmarksAreTheCallersAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas := h.person(t, "ada"), h.person(t, "tomas")
		var ids []string
		for range 3 {
			ids = append(ids, into[mastodon.Status](t, h.ok(t, ada.token, "POST", "/api/v1/statuses", "status=Hello")).ID)
		}
		for _, i := range []int{1, 0, 2} {
			if s := into[mastodon.Status](t, h.ok(t, tomas.token, "POST", "/api/v1/statuses/"+ids[i]+"/bookmark", "")); !s.Bookmarked {
				t.Errorf("%+v", s)
			}
		}
		w := h.ok(t, tomas.token, "GET", "/api/v1/bookmarks?limit=2", "")
		got := into[[]mastodon.Status](t, w)
		if len(got) != 2 || got[0].ID != ids[2] || got[1].ID != ids[0] || !strings.Contains(w.header.Get("Link"), "max_id=") {
			t.Errorf("%+v %s", got, w.header.Get("Link"))
		}
		if got := into[[]mastodon.Status](t, h.ok(t, ada.token, "GET", "/api/v1/bookmarks", "")); len(got) != 0 {
			t.Errorf("another's: %+v", got)
		}
		if s := into[mastodon.Status](t, h.ok(t, tomas.token, "POST", "/api/v1/statuses/"+ids[2]+"/unbookmark", "")); s.Bookmarked {
			t.Errorf("%+v", s)
		}
		h.expect(t, http.StatusNotFound, tomas.token, "POST", "/api/v1/statuses/1/bookmark", "")
		h.expect(t, http.StatusUnauthorized, "", "GET", "/api/v1/bookmarks", "")
	})
}
