package mastodon

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/protocol/mastodon"
)

func TestFavouriteAndReblog(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas := h.person(t, "ada"), h.person(t, "tomas")
		i := h.say(t, ada, "Bees")
		do := func(act string) mastodon.Status {
			return into[mastodon.Status](t, h.ok(t, tomas.token, "POST", "/api/v1/statuses/"+i+"/"+act, ""))
		}
		if s := do("favourite"); !s.Favourited || s.FavouritesCount != 1 {
			t.Errorf("%+v", s)
		}
		do("favourite")
		b := do("reblog")
		if b.Reblog == nil || b.Reblog.ID != i || !b.Reblogged || b.Reblog.ReblogsCount != 1 || b.ID == i || b.Account.ID != tomas.ID.String() {
			t.Errorf("%+v", b)
		}
		if again := do("reblog"); again.ID != b.ID {
			t.Errorf("boosted twice: %s, %s", b.ID, again.ID)
		}
		for _, by := range []string{"favourited_by", "reblogged_by"} {
			if got := ids(t, h.ok(t, "", "GET", "/api/v1/statuses/"+i+"/"+by, "")); cmp.Diff([]string{tomas.ID.String()}, got) != "" {
				t.Errorf("%s: %v", by, got)
			}
		}
		told := into[[]mastodon.Notification](t, h.ok(t, ada.token, "GET", "/api/v1/notifications", ""))
		if len(told) != 2 || told[0].Type != "reblog" || told[1].Type != "favourite" || told[1].Status.ID != i {
			t.Errorf("%+v", told)
		}
		for query, want := range map[string]int{
			"types[]=favourite": 1, "exclude_types[]=favourite": 1, "types[]=poll": 0, "types[]=reblog&exclude_types[]=reblog": 0, "types[]=mention&types[]=reblog": 1,
		} {
			if got := ids(t, h.ok(t, ada.token, "GET", "/api/v1/notifications?"+query, "")); len(got) != want {
				t.Errorf("%s: %v", query, got)
			}
		}
		if one := into[mastodon.Notification](t, h.ok(t, ada.token, "GET", "/api/v1/notifications/"+told[1].ID, "")); one.Type != "favourite" {
			t.Errorf("%+v", one)
		}
		if s := do("unfavourite"); s.Favourited || s.FavouritesCount != 0 {
			t.Errorf("%+v", s)
		}
		if s := do("unreblog"); s.Reblogged || s.ReblogsCount != 0 {
			t.Errorf("%+v", s)
		}
		h.expect(t, http.StatusForbidden, ada.token, "POST", "/api/v1/statuses/"+into[mastodon.Status](t,
			h.ok(t, ada.token, "POST", "/api/v1/statuses", "status=Me&visibility=direct")).ID+"/reblog", "")
	})
}
