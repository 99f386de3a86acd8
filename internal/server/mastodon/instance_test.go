package mastodon

import (
	"testing"

	"allod/internal/db/dbtest"
	"allod/protocol/mastodon"
)

func TestInstanceAndApplicationTellOfThemselves(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ada := h.person(t, "ada")
	for _, name := range []string{"v1", "v2"} {
		golden(t, "instance_"+name, into[any](t, h.ok(t, "", "GET", "/api/"+name+"/instance", "")))
	}
	a := into[mastodon.Application](t, h.ok(t, ada.token, "GET", "/api/v1/apps/verify_credentials", ""))
	if a.Name != "Skiff" || a.RedirectURI != "urn:ietf:wg:oauth:2.0:oob" || len(a.Scopes) != 5 {
		t.Errorf("%+v", a)
	}
}
