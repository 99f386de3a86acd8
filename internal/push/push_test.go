package push

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/notification"
	"allod/internal/push/pushtest"
)

// A house is the bridge with what it stands on.
type house struct {
	*Service
	t    *testing.T
	auth *auth.Service
}

func newHouse(t *testing.T, d *db.DB, plain bool) *house {
	t.Helper()
	ids := id.NewSource(time.Now)
	vault, err := account.OpenVault(filepath.Join(t.TempDir(), "key"), true)
	if err != nil {
		t.Fatal(err)
	}
	names, err := account.NewNames("https://harbor.example")
	if err != nil {
		t.Fatal(err)
	}
	open := fetch.Config{}
	if plain {
		open.AllowPrivate = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	}
	accounts := account.New(d, ids, time.Now, vault)
	h := &house{t: t, auth: auth.New(d, accounts, ids, time.Now, auth.Options{Memory: 64, Passes: 1})}
	jobs := job.New(d, slog.New(slog.DiscardHandler))
	h.Service, err = New(Config{
		DB: d, Jobs: jobs, Fetch: fetch.New(open), Vault: vault, Accounts: accounts, Names: names, IDs: ids, Now: time.Now, Plain: plain,
		Log:  slog.New(slog.DiscardHandler),
		Ours: func(_ context.Context, host string) bool { return host == "harbor.example" },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := jobs.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := accounts.Found(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// settle lets somebody move in, with the session of a browser.
func (h *house) settle(name string) (who, session id.ID) {
	h.t.Helper()
	a, err := h.auth.Register(h.t.Context(), auth.Registration{Name: name, Password: "correct horse", Preference: account.Preference{Visibility: "public"}})
	h.must(err)
	return a.ID, h.enter(a.ID)
}

func (h *house) enter(who id.ID) id.ID {
	h.t.Helper()
	token, err := h.auth.Begin(h.t.Context(), who, auth.ByPassword, "test", "127.0.0.1")
	h.must(err)
	s, err := h.auth.Session(h.t.Context(), token)
	h.must(err)
	return s.ID
}

// app is the token of an app that somebody let in.
func (h *house) app(who, session id.ID) (app, token id.ID) {
	h.t.Helper()
	a, secret, err := h.auth.CreateApp(h.t.Context(), auth.NewApp{Name: "Skiff", RedirectURIs: []string{auth.OutOfBand}, Scopes: "push"})
	h.must(err)
	code, err := h.auth.NewCode(h.t.Context(), auth.Grant{App: a, AccountID: who, SessionID: session, Redirect: auth.OutOfBand, Scopes: auth.Scopes{"push"}})
	h.must(err)
	_, t, err := h.auth.Exchange(h.t.Context(), auth.Exchange{ClientID: a.ClientID, Secret: secret, Code: code, Redirect: auth.OutOfBand})
	h.must(err)
	return a.ID, t.ID
}

func target(b *pushtest.Browser) Target { return Target{b.Endpoint, b.Key, b.Secret} }

// kept is how many subscriptions are kept for somebody, alive or not.
func (h *house) kept(who id.ID) (n int) {
	h.t.Helper()
	h.must(h.DB.View(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM push_subscription WHERE account_id = $1`, who).Scan(&n)
	}))
	return n
}

func (h *house) tells(who id.ID, want int) {
	h.t.Helper()
	all, err := h.Of(h.t.Context(), who)
	h.must(err)
	if len(all) != want {
		h.t.Errorf("%d tell, not %d", len(all), want)
	}
}

func TestSubscriptionsEndWithWhatTheyHangOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, true)
		s := pushtest.New(t)
		ctx := t.Context()
		keeper, _ := h.settle("keeper")
		ida, session := h.settle("ida")
		app, token := h.app(ida, session)
		other := h.enter(ida)
		alerts := []notification.Kind{notification.Mention}
		browser := s.Browser()
		_, err := h.PutApp(ctx, Wish{AccountID: ida, HolderID: token, Target: target(s.Browser()), Encoding: Older, Bearer: "secret", Alerts: alerts})
		h.must(err)
		for _, holder := range []id.ID{session, other} { // the same browser, signed in anew
			_, err = h.PutBrowser(ctx, Wish{AccountID: ida, HolderID: holder, Target: target(browser), Alerts: alerts})
			h.must(err)
		}
		h.tells(ida, 2)
		got, err := h.Held(ctx, token)
		if err != nil || got.Encoding != Older || got.Policy != Everybody || !got.wants(notification.Mention) || got.wants(notification.Like) {
			t.Errorf("%+v %v", got, err)
		}
		if opened, err := h.Vault.Open(got.bearer); err != nil || string(opened) != "secret" || strings.Contains(string(got.bearer), "secret") {
			t.Errorf("the token is kept as %q: %v", got.bearer, err)
		}
		if _, err := h.Held(ctx, session); !fault.Is(err, fault.NotFound) {
			t.Errorf("the session before still has the browser: %v", err)
		}
		h.must(h.auth.Pause(ctx, keeper, ida, "Resting."))
		h.tells(ida, 2) // who is paused may read
		h.must(h.auth.RevokeApp(ctx, ida, app))
		h.tells(ida, 1)
		h.must(h.auth.RevokeOthers(ctx, ida, session))
		h.tells(ida, 0)
		if n := h.kept(ida); n != 2 {
			t.Errorf("%d are kept before the sweep", n)
		}
		h.must(h.Sweep(ctx))
		if n := h.kept(ida); n != 0 {
			t.Errorf("%d are kept after the sweep", n)
		}
	})
}

func TestGuestCountsOnceItsBrowserAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, true)
		s := pushtest.New(t)
		ctx := t.Context()
		ida, _ := h.settle("ida")
		b := s.Browser()
		from := netip.MustParsePrefix("198.51.100.7/32")
		visit := Visit{Owner: ida, Target: target(b), Language: "ru", From: from}
		sub, err := h.Follow(ctx, visit)
		h.must(err)
		again, err := h.Follow(ctx, visit)
		if err != nil || again.ID != sub.ID {
			t.Errorf("asked again it is another: %v %v", again, err)
		}
		guests := func(want int) {
			t.Helper()
			if n, err := h.Guests(ctx, ida); err != nil || n != want {
				t.Errorf("%d follow, not %d: %v", n, want, err)
			}
		}
		guests(0)
		h.must(h.Confirm(ctx, sub.ID))
		guests(1)
		if strings.Contains(fmt.Sprint(sub.network), "198") && sub.network == 198 {
			t.Error("the network is kept as it is")
		}
		to := s.Browser()
		h.must(h.Move(ctx, b.Endpoint, target(to)))
		if got, err := h.Get(ctx, sub.ID); err != nil || got.Endpoint != to.Endpoint || got.Language != "ru" || got.ConfirmedAt.IsZero() {
			t.Errorf("%+v %v", got, err)
		}
		if err := h.Move(ctx, b.Endpoint, target(to)); !fault.Is(err, fault.NotFound) {
			t.Errorf("moved from where nothing is: %v", err)
		}
		h.must(h.End(ctx, sub.ID))
		h.must(h.End(ctx, sub.ID))
		guests(0)
		if _, err := h.Get(ctx, sub.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("it is still there: %v", err)
		}
		if _, err := h.Follow(ctx, Visit{Owner: 42, Target: target(b)}); !errors.Is(err, db.ErrNoRows) && !fault.Is(err, fault.NotFound) {
			t.Errorf("nobody can be followed: %v", err)
		}
		// One that never answers is forgotten in time.
		waits, err := h.Follow(ctx, visit)
		h.must(err)
		h.Service.Now = func() time.Time { return time.Now().Add(waitFor + time.Hour) }
		h.must(h.Sweep(ctx))
		if _, err := h.Get(ctx, waits.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("one that did not answer is still there: %v", err)
		}
	})
}

func TestNetworkHasRoomForSoMany(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), true)
	s := pushtest.New(t)
	ida, _ := h.settle("ida")
	for i := range perNetwork {
		if _, err := h.Follow(t.Context(), Visit{Owner: ida, Target: target(s.Browser()), From: netip.MustParsePrefix("198.51.100.7/32")}); err != nil {
			t.Fatalf("the %d. is refused: %v", i+1, err)
		}
	}
	if _, err := h.Follow(t.Context(), Visit{Owner: ida, Target: target(s.Browser()), From: netip.MustParsePrefix("198.51.100.7/32")}); !fault.Is(err, fault.TooMany) {
		t.Errorf("one more than there is room for: %v", err)
	}
	if _, err := h.Follow(t.Context(), Visit{Owner: ida, Target: target(s.Browser()), From: netip.MustParsePrefix("198.51.100.8/32")}); err != nil {
		t.Errorf("another network: %v", err)
	}
}

func TestEndpointsAreSafeOutsideTests(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), false)
	b := pushtest.New(t).Browser()
	for endpoint, good := range map[string]bool{
		"https://push.example/abc":                          true,
		"http://push.example/abc":                           false,
		"https://push.example:8443/abc":                     false,
		"https://user@push.example/abc":                     false,
		"https://push.example/abc#x":                        false,
		"https://harbor.example/inbox":                      false,
		"file:///etc/passwd":                                false,
		"https://push.example/" + strings.Repeat("a", 1500): false,
	} {
		err := h.take(t.Context(), Target{endpoint, b.Key, b.Secret}, &Subscription{})
		if good != (err == nil) || !good && fault.Field(err) != "endpoint" {
			t.Errorf("%.60s: %v", endpoint, err)
		}
	}
	// A name that leads into the house or its network is refused when it is dialed.
	sub := &Subscription{}
	if err := h.take(t.Context(), Target{"https://127.0.0.1/abc", b.Key, b.Secret}, sub); err == nil {
		if err := h.send(t.Context(), sub, message{[]byte("{}"), 7}); err != errGone {
			t.Errorf("the home itself is reached: %v", err)
		}
	}
}

func TestWhatServicesAnswerIsUnderstood(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), true)
	s := pushtest.New(t)
	b := s.Browser()
	sub := &Subscription{Encoding: Standard}
	h.must(h.take(t.Context(), target(b), sub))
	try := func() error { return h.send(t.Context(), sub, message{[]byte("{}"), 7}) }
	for status, want := range map[int]error{201: nil, 200: nil, 202: nil, 404: errGone, 410: errGone, 400: errRefused, 403: errRefused, 413: errRefused} {
		s.Answer(status)
		if err := try(); err != want {
			t.Errorf("%d: %v", status, err)
		}
	}
	s.Answer(429, "Retry-After", "120")
	var busy *busyError
	if err := try(); !errors.As(err, &busy) || busy.after != 2*time.Minute {
		t.Errorf("busy: %v", err)
	}
	for text, want := range map[string]time.Duration{"": time.Minute, "-5": time.Minute, "soon": time.Minute, "90": 90 * time.Second, "99999999": pauseMax} {
		if got := pause(text); got != want {
			t.Errorf("pause %q is %s", text, got)
		}
	}
	// No error names the endpoint, which is a secret: errors stand in logs and on the keeper's page.
	s.Answer(500)
	secret := sub.Endpoint[strings.LastIndex(sub.Endpoint, "/")+1:]
	check := func(what string, err error) {
		t.Helper()
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
			t.Errorf("%s: %v", what, err)
		}
	}
	check("500", try())
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }))
	sub.Endpoint = slow.URL + "/push/" + secret
	check("broken off", try())
	slow.Close()
	check("closed", try())
}

func TestKeyOfTheHomeStays(t *testing.T) {
	seed := []byte(strings.Repeat("s", 32))
	names := account.Names{Origin: "https://harbor.example", Host: "harbor.example"}
	a, err := newVapid(seed, names)
	if err != nil {
		t.Fatal(err)
	}
	b, err := newVapid(seed, names)
	if err != nil || a != b {
		t.Errorf("%v and %v: %v", a.public, b.public, err)
	}
	other, err := newVapid([]byte(strings.Repeat("t", 32)), names)
	if err != nil || other.public == a.public || other.private == a.private {
		t.Errorf("another home has the same key: %v", err)
	}
	if key, ok := decode(a.public, keySize); !ok || key[0] != 4 || a.contact != "https://harbor.example" {
		t.Errorf("%+v", a)
	}
}
