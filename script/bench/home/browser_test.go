package home

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFill(t *testing.T) {
	for _, c := range []struct {
		name, page, action string
		want               url.Values
	}{
		{"signing in", `<form method="get" action="/find"><input name="q"></form>
			<form class="a" method="post" action="/login?a=1&amp;b=2"><input type="hidden" name="next" value="/x?y&amp;z"/>
			<input class="input" type="text" name="username" value=""/><input type="password" name="password"/><button>Open</button></form>`,
			"/login?a=1&b=2", url.Values{"next": {"/x?y&z"}, "username": {"ida"}, "password": {"pass"}}},
		{"consent, by its first button", `<form method="post" action="/oauth/authorize"><input type="hidden" name="client_id" value="c"/>
			<button type="submit" name="decision" value="allow">Yes</button><button name="decision" value="deny">No</button></form>`,
			"/oauth/authorize", url.Values{"client_id": {"c"}, "decision": {"allow"}}},
	} {
		action, got, ok := fill(c.page, "ida", "pass")
		if !ok || action != c.action {
			t.Errorf("%s: action %q, %v", c.name, action, ok)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	if _, _, ok := fill(`<form method="get"></form>`, "", ""); ok {
		t.Error("filled in a form that does not post")
	}
}
