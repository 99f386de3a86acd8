package mastodon

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMarkersGoForward(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		all := "/api/v1/markers?timeline[]=home&timeline[]=notifications&timeline[]=lists"
		if r := h.ok(t, ada.token, "GET", all, ""); string(r.body) != "{}" {
			t.Errorf("%s", r.body)
		}
		h.ok(t, ada.token, "POST", "/api/v1/markers", `{"home":{"last_read_id":"20"}}`)
		r := h.ok(t, ada.token, "POST", "/api/v1/markers", "home[last_read_id]=10&notifications[last_read_id]=5")
		m := into[map[string]marker](t, r)
		if m["home"].LastReadID != "20" || m["notifications"].LastReadID != "5" || m["home"].Version != 1 {
			t.Errorf("%s", r.body)
		}
		if again := h.ok(t, ada.token, "GET", all, ""); cmp.Diff(m, into[map[string]marker](t, again)) != "" {
			t.Errorf("%s", again.body)
		}
	})
}
