package mastodon

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/protocol/mastodon"
)

// form is a body of pairs.
func form(pairs ...string) string {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

func TestAppAsksForAPlaceInSomebodysName(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		own, _, err := h.Auth.AppToken(t.Context(), h.app.ClientID, h.secret, "read write")
		if err != nil {
			t.Fatal(err)
		}
		body := form("username", "nora", "email", "nora@example.org", "password", "a long enough one", "agreement", "true", "locale", "ru-RU", "reason", "I row")
		h.expect(t, 403, own, "POST", "/api/v1/accounts", body) // the home is closed
		if err := h.Accounts.SetManners(t.Context(), account.Manners{Joining: account.Asked, About: "A house of rowers", Rules: "Be kind\n\nNo engines"}); err != nil {
			t.Fatal(err)
		}
		h.expect(t, 401, "", "POST", "/api/v1/accounts", body)
		h.expect(t, 403, ada.token, "POST", "/api/v1/accounts", body)
		h.expect(t, 422, own, "POST", "/api/v1/accounts", body) // faster than people type
		h.ahead.Store(int64(5 * time.Second))
		for what, c := range map[string]struct{ name, value, field, code string }{
			"a name that is taken": {"username", "ada", "username", mastodon.ErrTaken},
			"a name of a route":    {"username", "admin", "username", mastodon.ErrReserved},
			"no name":              {"username", "", "username", mastodon.ErrBlank},
			"a long name":          {"username", strings.Repeat("n", 31), "username", mastodon.ErrTooLong},
			"no address":           {"email", "nora at home", "email", mastodon.ErrInvalid},
			"a short password":     {"password", "short", "password", mastodon.ErrTooShort},
			"no consent":           {"agreement", "false", "agreement", mastodon.ErrAccepted},
			"no reason":            {"reason", " ", "reason", mastodon.ErrBlank},
		} {
			v, _ := url.ParseQuery(body)
			v.Set(c.name, c.value)
			r := h.send(t, own, "POST", "/api/v1/accounts", v.Encode())
			got := into[mastodon.ValidationError](t, r)
			if r.status != 422 || got.Error == "" || len(got.Details[c.field]) != 1 || got.Details[c.field][0].Error != c.code {
				t.Errorf("%s: %d %s", what, r.status, r.body)
			}
		}
		token := into[mastodon.Token](t, h.ok(t, own, "POST", "/api/v1/accounts", body))
		if token.TokenType != "Bearer" || token.Scope != "read write" || token.CreatedAt == 0 {
			t.Errorf("%+v", token)
		}
		h.expect(t, 403, token.AccessToken, "GET", "/api/v1/accounts/verify_credentials", "")
		h.expect(t, 422, own, "POST", "/api/v1/accounts", body) // nora asks once
		waiting, err := h.Auth.Applicants(t.Context())
		if err != nil || len(waiting) != 1 || waiting[0].Reason != "I row" {
			t.Fatalf("%+v %v", waiting, err)
		}
		if err := h.Auth.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Auth.Admit(t.Context(), waiting[0].ID); err != nil {
			t.Fatal(err)
		}
		me := into[mastodon.CredentialAccount](t, h.ok(t, token.AccessToken, "GET", "/api/v1/accounts/verify_credentials", ""))
		if me.Username != "nora" {
			t.Errorf("%+v", me)
		}
		if p, err := h.Accounts.Preference(t.Context(), waiting[0].ID); err != nil || p.Language != "ru" {
			t.Errorf("%+v %v", p, err)
		}

		turned := into[mastodon.Token](t, h.ok(t, own, "POST", "/api/v1/accounts", strings.ReplaceAll(body, "nora", "mallory")))
		if waiting, err = h.Auth.Applicants(t.Context()); err != nil || len(waiting) != 1 {
			t.Fatal(waiting, err)
		}
		if err := h.Auth.Refuse(t.Context(), waiting[0].ID, "No engines"); err != nil {
			t.Fatal(err)
		}
		if r := h.send(t, turned.AccessToken, "GET", "/api/v1/timelines/home", ""); r.status != 403 || !strings.Contains(string(r.body), "No engines") {
			t.Errorf("%d %s", r.status, r.body)
		}
		h.ahead.Store(int64(40 * 24 * time.Hour))
		if err := h.Auth.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.expect(t, 401, turned.AccessToken, "GET", "/api/v1/timelines/home", "")
		h.ok(t, token.AccessToken, "GET", "/api/v1/timelines/home", "")
	})
}

func TestAppUsesAnInvitation(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		if err := h.Accounts.SetManners(t.Context(), account.Manners{Joining: account.Invited}); err != nil {
			t.Fatal(err)
		}
		i, err := h.Auth.Invite(t.Context(), ada.ID, auth.NewInvitation{Uses: 1, For: 24 * time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		code := h.Auth.Code(i.ID)
		own, _, err := h.Auth.AppToken(t.Context(), h.app.ClientID, h.secret, "read write")
		if err != nil {
			t.Fatal(err)
		}
		h.ahead.Store(int64(5 * time.Second))
		body := func(name, code string) string {
			return form("username", name, "email", name+"@example.org", "password", "a long enough one", "agreement", "1", "invite_code", code)
		}
		h.expect(t, 403, own, "POST", "/api/v1/accounts", body("nora", ""))
		if r := h.send(t, own, "POST", "/api/v1/accounts", body("nora", "guessed")); r.status != 404 && r.status != 410 {
			t.Errorf("%d %s", r.status, r.body)
		}
		token := into[mastodon.Token](t, h.ok(t, own, "POST", "/api/v1/accounts", body("nora", code)))
		h.ok(t, token.AccessToken, "GET", "/api/v1/timelines/home", "")
		if r := h.send(t, own, "POST", "/api/v1/accounts", body("mallory", code)); r.status != 404 && r.status != 410 {
			t.Errorf("%d %s", r.status, r.body)
		}
	})
}

func TestInstanceTellsItsRulesAndWhoMayJoin(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if err := h.Accounts.SetManners(t.Context(), account.Manners{
			Joining: account.Asked, AllInvite: true, About: "A house of rowers", Rules: "Be kind\n\nNo engines",
		}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"v1", "v2"} {
			golden(t, "instance_"+name+"_asked", into[any](t, h.ok(t, "", "GET", "/api/"+name+"/instance", "")))
		}
		golden(t, "instance_rules", into[any](t, h.ok(t, "", "GET", "/api/v1/instance/rules", "")))
	})
}
