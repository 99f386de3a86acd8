package server_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/locale"
	"allod/internal/server"
)

func sessions(t *testing.T, d *db.DB, origin string) (*server.Sessions, *account.Account) {
	t.Helper()
	ids := id.NewSource(time.Now)
	vault, err := account.OpenVault(filepath.Join(t.TempDir(), "key"), true)
	if err != nil {
		t.Fatal(err)
	}
	accounts := account.New(d, ids, time.Now, vault)
	a := auth.New(d, accounts, ids, time.Now, auth.Options{Memory: 64, Passes: 1})
	who, err := a.Register(t.Context(), auth.Registration{Name: "ada", Password: "correct horse"})
	if err != nil {
		t.Fatal(err)
	}
	return server.NewSessions(a, accounts, origin), who
}

func TestCookieIsOutOfReach(t *testing.T) {
	for origin, want := range map[string]string{"https://home.example": "__Host-session", "http://127.0.0.1:8080": "session"} {
		s, who := sessions(t, dbtest.SQLite(t), origin)
		w := httptest.NewRecorder()
		if err := s.Begin(w, httptest.NewRequest("POST", "/login", nil), who, auth.ByPassword); err != nil {
			t.Fatal(err)
		}
		c := w.Result().Cookies()[0]
		if c.Name != want || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" ||
			c.Secure != strings.HasPrefix(origin, "https") || len(c.Value) != 43 {
			t.Errorf("%+v", c)
		}
	}
}

func TestCookieTellsWhoIsSignedIn(t *testing.T) {
	s, who := sessions(t, dbtest.SQLite(t), "http://home.example")
	log, _ := quiet()
	var me *account.Account
	var session *auth.Session
	h := server.Door{Log: log, Face: keys}.Handler(s.Handler(func(w http.ResponseWriter, r *http.Request) error {
		me, session = server.Me(r), server.SessionOf(r)
		return nil
	}))
	visit := func(cookie string) {
		me, session = nil, nil
		if res := get(h, func(r *http.Request) { r.Header.Set("Cookie", cookie) }); res.StatusCode != 200 {
			t.Error(res.Status)
		}
	}
	w := httptest.NewRecorder()
	if err := s.Begin(w, httptest.NewRequest("POST", "/login", nil), who, auth.ByPassword); err != nil {
		t.Fatal(err)
	}
	cookie := "session=" + w.Result().Cookies()[0].Value
	if visit(cookie); me == nil || me.ID != who.ID || session == nil || session.Address != "192.0.2.1" {
		t.Errorf("%+v %+v", me, session)
	}
	for _, other := range []string{"", "session=", "session=x", "session=\xff", "__Host-" + cookie, cookie + "x"} {
		if visit(other); me != nil || session != nil {
			t.Errorf("%q opens", other)
		}
	}
	r := httptest.NewRequest("POST", "/logout", nil)
	r.Header.Set("Cookie", cookie)
	w = httptest.NewRecorder()
	if err := s.End(w, r); err != nil || w.Result().Cookies()[0].MaxAge >= 0 {
		t.Error(err, w.Header())
	}
	if visit(cookie); me != nil {
		t.Error("signed out and still in")
	}
}

func TestSigningInAgainEndsTheOldSession(t *testing.T) {
	s, who := sessions(t, dbtest.SQLite(t), "http://home.example")
	begin := func(cookie string) string {
		r := httptest.NewRequest("POST", "/login", nil)
		r.Header.Set("Cookie", cookie)
		w := httptest.NewRecorder()
		if err := s.Begin(w, r, who, auth.ByPassword); err != nil {
			t.Fatal(err)
		}
		return "session=" + w.Result().Cookies()[0].Value
	}
	first := begin("")
	begin(first)
	log, _ := quiet()
	get(server.Door{Log: log, Face: keys}.Handler(s.Handler(func(w http.ResponseWriter, r *http.Request) error {
		if server.Me(r) != nil {
			t.Error("the old cookie opens")
		}
		return nil
	})), func(r *http.Request) { r.Header.Set("Cookie", first) })
}

func TestFacesSpeakTheReadersLanguage(t *testing.T) {
	b, err := locale.Load(os.DirFS("../../web/locale"))
	if err != nil {
		t.Fatal(err)
	}
	said := func(key string) string { return b.Match("ru", "").T(key) }
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Language", "ru")
	for _, c := range []struct {
		face server.Face
		err  error
		want string
	}{
		{server.JSONFace(b), fault.New(fault.Denied, ""), `{"error":"` + said("fault.denied") + "\"}\n"},
		{server.PlainFace(b), fault.New(fault.Denied, ""), said("fault.denied") + "\n"},
		{server.PlainFace(b), fault.New(fault.Internal, "fault.denied"), said("fault.internal") + "\n"},
	} {
		w := httptest.NewRecorder()
		c.face(w, r, server.Status(c.err), c.err)
		if w.Body.String() != c.want {
			t.Errorf("%q, not %q", w.Body, c.want)
		}
	}
	w := httptest.NewRecorder()
	r.Header.Set("Authorization", "Bearer x")
	server.JSONFace(b)(w, r, 401, fault.New(fault.Unauthenticated, ""))
	if !strings.Contains(w.Header().Get("WWW-Authenticate"), `error="invalid_token"`) || server.Bearer(r) != "x" {
		t.Error(w.Header())
	}
}
