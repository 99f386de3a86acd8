package mastodon

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/db/dbtest"
	"allod/protocol/mastodon"
)

func TestPreferencesFillInWhatAnAppLeavesOut(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ada := h.person(t, "ada")
	c := into[mastodon.CredentialAccount](t, h.ok(t, ada.token, "PATCH", "/api/v1/accounts/update_credentials", "source[privacy]=private&source[language]=RU&source[sensitive]=true"))
	if c.Source.Privacy != "private" || c.Source.Language != "ru" {
		t.Errorf("%+v", c.Source)
	}
	p := into[map[string]any](t, h.ok(t, ada.token, "GET", "/api/v1/preferences", ""))
	if p["posting:default:visibility"] != "private" || p["posting:default:language"] != "ru" {
		t.Errorf("%v", p)
	}
	s := into[mastodon.Status](t, h.ok(t, ada.token, "POST", "/api/v1/statuses", "status=So"))
	if s.Visibility != "private" || *s.Language != "ru" {
		t.Errorf("%+v", s)
	}
}

func TestProfileIsChangedInEveryForm(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		patch := func(body string) mastodon.CredentialAccount {
			t.Helper()
			return into[mastodon.CredentialAccount](t, h.ok(t, ada.token, "PATCH", "/api/v1/accounts/update_credentials", body))
		}
		want := mastodon.List[mastodon.Field]{{Name: "Site", Value: "https://ada.example"}, {Name: "Tea", Value: "yes"}}
		for _, body := range []string{
			`{"fields_attributes":[{"name":"Site","value":"https://ada.example"},{"name":"Tea","value":"yes"},{"name":"","value":""}]}`,
			`{"fields_attributes":{"0":{"name":"Site","value":"https://ada.example"},"1":{"name":"Tea","value":"yes"}}}`,
			"fields_attributes[0][name]=Site&fields_attributes[0][value]=https://ada.example&fields_attributes[1][name]=Tea&fields_attributes[1][value]=yes",
			"fields_attributes[][name]=Site&fields_attributes[][value]=https://ada.example&fields_attributes[][name]=Tea&fields_attributes[][value]=yes",
		} {
			if diff := cmp.Diff(want, patch(body).Source.Fields); diff != "" {
				t.Errorf("%s: %s", body, diff)
			}
			patch(`{"fields_attributes":[]}`)
		}
		c := patch("display_name=Ada+L.&note=I+keep+**bees**&bot=1&discoverable=false&indexable=false&locked=true")
		if c.DisplayName != "Ada L." || !strings.Contains(c.Note, "<strong>bees</strong>") || c.Source.Note != "I keep **bees**" ||
			!c.Bot || *c.Discoverable || c.Indexable || !c.Locked {
			t.Errorf("%+v", c)
		}
		if c = patch(`{"locked":false}`); c.Locked || c.DisplayName != "Ada L." {
			t.Errorf("%+v", c)
		}
		r := h.do(t, ada.token, pictureForm(t, "PATCH", "/api/v1/accounts/update_credentials", "avatar", map[string]string{"display_name": "Ada"}))
		if c = into[mastodon.CredentialAccount](t, r); r.status != http.StatusOK || !strings.HasPrefix(c.Avatar, origin+"/media/") || c.DisplayName != "Ada" || c.Header != origin+"/blank.png" {
			t.Errorf("%d %s", r.status, r.body)
		}
		if got := into[mastodon.Account](t, h.ok(t, "", "GET", "/api/v1/accounts/lookup?acct=ADA@harbor.example", "")); got.ID != ada.ID.String() || got.Avatar != c.Avatar {
			t.Errorf("%+v", got)
		}
	})
}
