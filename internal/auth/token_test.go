package auth_test

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/id"
)

const back = "https://app.example/back"

func (h *house) app(t *testing.T) (*auth.App, string) {
	t.Helper()
	h.wait(time.Millisecond)
	app, secret, err := h.CreateApp(t.Context(), auth.NewApp{Name: "App", RedirectURIs: []string{back, auth.OutOfBand}, Scopes: "read write"})
	must(t, err)
	return app, secret
}

func (h *house) code(t *testing.T, app *auth.App, who, session id.ID, challenge string) string {
	t.Helper()
	code, err := h.NewCode(t.Context(), auth.Grant{
		App: app, AccountID: who, SessionID: session, Redirect: back, Scopes: auth.Scopes{"read"}, Challenge: challenge,
	})
	must(t, err)
	return code
}

// token is the bearer token of a new app that who let in from a session.
func (h *house) token(t *testing.T, who, session id.ID) string {
	t.Helper()
	app, secret := h.app(t)
	bearer, _, err := h.Exchange(t.Context(), auth.Exchange{
		ClientID: app.ClientID, Secret: secret, Code: h.code(t, app, who, session, ""), Redirect: back,
	})
	must(t, err)
	return bearer
}

func TestCodeIsExchangedOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		_, s := h.session(t, a.ID)
		app, secret := h.app(t)
		e := auth.Exchange{ClientID: app.ClientID, Secret: secret, Code: h.code(t, app, a.ID, s.ID, ""), Redirect: back}
		bearer, made, err := h.Exchange(t.Context(), e)
		must(t, err)
		got, err := h.Token(t.Context(), bearer, auth.Caller{})
		must(t, err)
		if diff := cmp.Diff(made, got); diff != "" {
			t.Error(diff)
		}
		if got.AccountID != a.ID || got.AppName != "App" || got.Scopes.String() != "read" {
			t.Errorf("%+v", got)
		}
		_, _, err = h.Exchange(t.Context(), e)
		want(t, err, fault.Invalid, "code")
		_, err = h.Token(t.Context(), bearer, auth.Caller{})
		want(t, err, fault.Unauthenticated, "")
	})
}

func TestOfManyExchangesAtMostOneHoldsAToken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		_, s := h.session(t, a.ID)
		app, secret := h.app(t)
		e := auth.Exchange{ClientID: app.ClientID, Secret: secret, Code: h.code(t, app, a.ID, s.ID, ""), Redirect: back}
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() { _, _, errs[i] = h.Exchange(t.Context(), e) })
		}
		wg.Wait()
		in := 0
		for _, err := range errs {
			if err == nil {
				in++
			} else if !fault.Is(err, fault.Invalid) {
				t.Error(err)
			}
		}
		left, err := h.Tokens(t.Context(), a.ID)
		if err != nil || in != 1 || len(left) != 0 {
			t.Errorf("%d let in, %d left, %v", in, len(left), err)
		}
	})
}

func TestWrongClaimIsRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		_, s := h.session(t, a.ID)
		app, secret := h.app(t)
		thief, thiefSecret := h.app(t)
		verifier := strings.Repeat("v", 43)
		sum := sha256.Sum256([]byte(verifier))
		challenge := base64.RawURLEncoding.EncodeToString(sum[:])
		plain := h.code(t, app, a.ID, s.ID, "")
		pkce := h.code(t, app, a.ID, s.ID, challenge)
		ok := auth.Exchange{ClientID: app.ClientID, Secret: secret, Code: pkce, Redirect: back, Verifier: verifier}
		with := func(change func(*auth.Exchange)) auth.Exchange { e := ok; change(&e); return e }
		for name, e := range map[string]auth.Exchange{
			"code":        with(func(e *auth.Exchange) { e.Code = "x" }),
			"no code":     with(func(e *auth.Exchange) { e.Code = "" }),
			"redirect":    with(func(e *auth.Exchange) { e.Redirect = auth.OutOfBand }),
			"no verifier": with(func(e *auth.Exchange) { e.Verifier = "" }),
			"verifier":    with(func(e *auth.Exchange) { e.Verifier = strings.Repeat("w", 43) }),
			"short":       with(func(e *auth.Exchange) { e.Verifier = "v" }),
			"plain":       with(func(e *auth.Exchange) { e.Verifier = challenge }),
			"downgrade":   with(func(e *auth.Exchange) { e.Code = plain }),
			"other app":   with(func(e *auth.Exchange) { e.ClientID, e.Secret = thief.ClientID, thiefSecret }),
		} {
			_, _, err := h.Exchange(t.Context(), e)
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, e := range map[string]auth.Exchange{
			"secret":    with(func(e *auth.Exchange) { e.Secret = "x" }),
			"no secret": with(func(e *auth.Exchange) { e.Secret = "" }),
			"client":    with(func(e *auth.Exchange) { e.ClientID = "\x00\xff" }),
		} {
			_, _, err := h.Exchange(t.Context(), e)
			if !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, _, err := h.Exchange(t.Context(), ok)
		must(t, err)
	})
}

func TestCodeRunsOutAndEndsWithItsSession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		cookie, s := h.session(t, a.ID)
		app, secret := h.app(t)
		late := h.code(t, app, a.ID, s.ID, "")
		h.wait(10 * time.Minute)
		signedOut := h.code(t, app, a.ID, s.ID, "")
		must(t, h.SignOut(t.Context(), cookie))
		for name, code := range map[string]string{"late": late, "signed out": signedOut} {
			_, _, err := h.Exchange(t.Context(), auth.Exchange{ClientID: app.ClientID, Secret: secret, Code: code, Redirect: back})
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestCodeIsNotGivenForMoreThanRegistered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		app, _ := h.app(t)
		_, err := h.NewCode(t.Context(), auth.Grant{App: app, Redirect: back + "/", Scopes: auth.Scopes{"read"}})
		want(t, err, fault.Invalid, "redirect_uri")
		_, err = h.NewCode(t.Context(), auth.Grant{App: app, Redirect: back, Scopes: auth.Scopes{"push"}})
		want(t, err, fault.Invalid, "scope")
	})
}

func TestAppActsForItself(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		app, secret := h.app(t)
		var first string
		for i := range 25 {
			h.wait(time.Millisecond)
			bearer, _, err := h.AppToken(t.Context(), app.ClientID, secret, "read:accounts")
			must(t, err)
			if i == 0 {
				first = bearer
			}
			tok, err := h.Token(t.Context(), bearer, auth.Caller{})
			if err != nil || tok.AccountID != 0 || tok.Scopes.String() != "read:accounts" {
				t.Errorf("%+v %v", tok, err)
			}
		}
		h.wait(time.Minute)
		_, err := h.Token(t.Context(), first, auth.Caller{})
		want(t, err, fault.Unauthenticated, "") // an app keeps the newest few
		_, _, err = h.AppToken(t.Context(), app.ClientID, secret, "push")
		want(t, err, fault.Invalid, "scope")
		_, _, err = h.AppToken(t.Context(), app.ClientID, "", "read")
		want(t, err, fault.Unauthenticated, "")
	})
}

func TestTokenIsRevokedByItsAppAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		_, s := h.session(t, a.ID)
		app, secret := h.app(t)
		other, otherSecret := h.app(t)
		bearer, _, err := h.Exchange(t.Context(), auth.Exchange{
			ClientID: app.ClientID, Secret: secret, Code: h.code(t, app, a.ID, s.ID, ""), Redirect: back,
		})
		must(t, err)
		_, err = h.Token(t.Context(), bearer, auth.Caller{})
		must(t, err)
		want(t, h.RevokeToken(t.Context(), other.ClientID, otherSecret, bearer), fault.Denied, "")
		want(t, h.RevokeToken(t.Context(), app.ClientID, otherSecret, bearer), fault.Unauthenticated, "")
		must(t, h.RevokeToken(t.Context(), app.ClientID, secret, "unknown"))
		must(t, h.RevokeToken(t.Context(), app.ClientID, secret, bearer))
		_, err = h.Token(t.Context(), bearer, auth.Caller{})
		want(t, err, fault.Unauthenticated, "")
	})
}

func TestPersonTakesBackWhatAnAppHolds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		_, s := h.session(t, a.ID)
		stays, goes := h.token(t, a.ID, s.ID), h.token(t, a.ID, s.ID)
		all, err := h.Tokens(t.Context(), a.ID)
		must(t, err)
		if len(all) != 2 || all[0].AppName != "App" {
			t.Fatalf("%+v", all)
		}
		must(t, h.RevokeApp(t.Context(), a.ID, all[0].AppID))
		_, err = h.Token(t.Context(), goes, auth.Caller{})
		want(t, err, fault.Unauthenticated, "")
		_, err = h.Token(t.Context(), stays, auth.Caller{})
		must(t, err)
	})
}

func TestSweepKeepsWhatIsInUse(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		_, s := h.session(t, a.ID)
		bearer := h.token(t, a.ID, s.ID)
		idle, _ := h.app(t)
		h.wait(8 * 24 * time.Hour)
		must(t, h.Sweep(t.Context()))
		_, err := h.App(t.Context(), idle.ClientID)
		want(t, err, fault.NotFound, "")
		tok, err := h.Token(t.Context(), bearer, auth.Caller{})
		must(t, err)
		if !tok.UsedAt.Equal(h.clock()) {
			t.Errorf("used at %v", tok.UsedAt)
		}
		must(t, h.Revoke(t.Context(), a.ID, s.ID)) // the sweep kept which session the token came from
		_, err = h.Token(t.Context(), bearer, auth.Caller{})
		want(t, err, fault.Unauthenticated, "")
	})
}

func TestAppSaysWhoItIs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		made, secret, err := h.CreateApp(t.Context(), auth.NewApp{
			Name: " Name ", Website: "https://app.example", RedirectURIs: []string{back, "com.app:/x", back}, Scopes: "read  push read",
		})
		must(t, err)
		got, err := h.Authenticate(t.Context(), made.ClientID, secret)
		must(t, err)
		byID, err := h.AppByID(t.Context(), made.ID)
		must(t, err)
		for _, a := range []*auth.App{got, byID} {
			if a.Name != "Name" || a.Website != "https://app.example" || a.Scopes.String() != "read push" ||
				!cmp.Equal(a.RedirectURIs, []string{back, "com.app:/x"}) {
				t.Errorf("%+v", a)
			}
		}
	})
}

func TestBadAppIsRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ok := auth.NewApp{Name: "App", RedirectURIs: []string{back}}
		with := func(change func(*auth.NewApp)) auth.NewApp { n := ok; change(&n); return n }
		redirect := func(uri ...string) auth.NewApp { return with(func(n *auth.NewApp) { n.RedirectURIs = uri }) }
		for name, c := range map[string]struct {
			app   auth.NewApp
			field string
		}{
			"no name":    {with(func(n *auth.NewApp) { n.Name = " " }), "client_name"},
			"long name":  {with(func(n *auth.NewApp) { n.Name = strings.Repeat("é", 61) }), "client_name"},
			"NUL":        {with(func(n *auth.NewApp) { n.Name = "a\x00" }), "client_name"},
			"website":    {with(func(n *auth.NewApp) { n.Website = "javascript:alert(1)" }), "website"},
			"scope":      {with(func(n *auth.NewApp) { n.Scopes = "read admin:write" }), "scopes"},
			"none":       {redirect(), "redirect_uris"},
			"empty":      {redirect(""), "redirect_uris"},
			"relative":   {redirect("/back"), "redirect_uris"},
			"script":     {redirect("JavaScript:alert(1)"), "redirect_uris"},
			"data":       {redirect("data:text/html,x"), "redirect_uris"},
			"fragment":   {redirect(back + "#x"), "redirect_uris"},
			"user":       {redirect("https://good.example@evil.example/"), "redirect_uris"},
			"no host":    {redirect("https:///x"), "redirect_uris"},
			"line":       {redirect(back + "\nhttps://evil.example"), "redirect_uris"},
			"space":      {redirect("https://a.example/ b"), "redirect_uris"},
			"quote":      {redirect(`app:"x`), "redirect_uris"},
			"other urn":  {redirect("urn:x:y"), "redirect_uris"},
			"one is bad": {redirect(back, "file:///etc/passwd"), "redirect_uris"},
			"long":       {redirect("https://a.example/" + strings.Repeat("x", 2000)), "redirect_uris"},
		} {
			t.Run(name, func(t *testing.T) {
				_, _, err := h.CreateApp(t.Context(), c.app)
				want(t, err, fault.Invalid, c.field)
			})
		}
	})
}
