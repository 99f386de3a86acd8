package mastodon

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/protocol/mastodon"
)

func TestSearchFindsWhatIsNamed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas, ilse := h.person(t, "ada"), h.person(t, "tomas"), h.met(t, "ilse")
		far := h.met(t, "far")
		h.elsewhere["@far@elsewhere.example"] = far
		h.elsewhere["https://elsewhere.example/@far"] = far
		open := h.say(t, ada, "Hello #Bees")
		secret := into[mastodon.Status](t, h.ok(t, ada.token, "POST", "/api/v1/statuses", "status=Me&visibility=direct")).ID
		type hit struct{ Accounts, Statuses, Hashtags string }
		for _, c := range []struct {
			query string
			want  hit
		}{
			{"q=ada", hit{Accounts: ada.ID.String()}},
			{"q=@Ada", hit{Accounts: ada.ID.String()}},
			{"q=@ada@harbor.example", hit{Accounts: ada.ID.String()}},
			{"q=ilse@meadow.example", hit{Accounts: ilse.ID.String()}},
			{"q=ilse@meadow.example&type=hashtags", hit{}},
			{"q=@far@elsewhere.example&type=accounts", hit{}},
			{"q=@far@elsewhere.example&type=accounts&resolve=true&limit=1", hit{Accounts: far.ID.String()}},
			{"q=https://elsewhere.example/@far&resolve=true", hit{Accounts: far.ID.String()}},
			{"q=@far@elsewhere.example&resolve=true&offset=1", hit{}},
			{"q=" + origin + "/@ada/" + open + "&resolve=true", hit{Statuses: open}},
			{"q=" + origin + "/@ada/" + open + "&resolve=true&type=accounts", hit{}},
			{"q=" + origin + "/@ada/" + secret + "&resolve=true", hit{}},
			{"q=https://silent.example/&resolve=true", hit{}},
			{"q=home", hit{}},
			{"q=%23bees", hit{Hashtags: "bees"}},
			{"q=BEES", hit{Hashtags: "bees"}},
			{"q=%23wasps", hit{}},
			{"q=", hit{}},
		} {
			s := into[mastodon.Search](t, h.ok(t, tomas.token, "GET", "/api/v2/search?"+c.query, ""))
			var got hit
			for _, a := range s.Accounts {
				got.Accounts += a.ID
			}
			for _, p := range s.Statuses {
				got.Statuses += p.ID
			}
			for _, tag := range s.Hashtags {
				got.Hashtags += tag.Name
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s: %s", c.query, diff)
			}
		}
		if got := ids(t, h.ok(t, tomas.token, "GET", "/api/v1/accounts/search?q=ilse@meadow.example", "")); cmp.Diff([]string{ilse.ID.String()}, got) != "" {
			t.Errorf("%v", got)
		}
	})
}
