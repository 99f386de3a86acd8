package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"allod/internal/fault"
	"allod/internal/server"
)

// keys shows the key of an error instead of its sentence.
func keys(w http.ResponseWriter, r *http.Request, status int, err error) {
	key, _ := fault.Message(err)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, key)
}

// quiet is a log that a test reads.
func quiet() (*slog.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return slog.New(slog.NewJSONHandler(&b, nil)), &b
}

func config() server.Config {
	log, _ := quiet()
	return server.Config{Log: log, Face: keys, Origin: "https://home.example", MaxBody: 1 << 20}
}

// stand puts a stack around doors.
func stand(t *testing.T, c server.Config, doors http.HandlerFunc) http.Handler {
	t.Helper()
	h, err := server.Stack(c, server.Health(c.Log, func(context.Context) error { return nil }), doors)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, change ...func(*http.Request)) *http.Response {
	r := httptest.NewRequest("GET", "https://home.example/", nil)
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEveryKindOfErrorHasItsStatus(t *testing.T) {
	for kind, want := range map[fault.Kind]int{
		fault.Internal: 500, fault.NotFound: 404, fault.Gone: 410, fault.Invalid: 422, fault.Denied: 403, fault.Unauthenticated: 401,
		fault.Conflict: 409, fault.TooLarge: 413, fault.TooMany: 429, fault.Unsupported: 415, fault.Unavailable: 503, fault.Timeout: 504,
	} {
		if got := server.Status(fmt.Errorf("around: %w", fault.New(kind, ""))); got != want {
			t.Errorf("%v is %d, not %d", kind, got, want)
		}
	}
	for want, err := range map[int]error{
		400: server.Malformed("x"), 413: &http.MaxBytesError{Limit: 1}, 500: errors.New("x"), 504: context.DeadlineExceeded,
	} {
		if got := server.Status(fmt.Errorf("around: %w", err)); got != want {
			t.Errorf("%v is %d, not %d", err, got, want)
		}
	}
}

func TestErrorsOfTheProgramAreLoggedOnceAndNotShown(t *testing.T) {
	for name, h := range map[string]server.Handler{
		"error": func(http.ResponseWriter, *http.Request) error { return errors.New("secret") },
		"panic": func(http.ResponseWriter, *http.Request) error { panic("secret") },
	} {
		t.Run(name, func(t *testing.T) {
			log, lines := quiet()
			c := config()
			c.Log = log
			res := get(stand(t, c, server.Door{Log: log, Face: keys}.Handler(h).ServeHTTP))
			if got := body(t, res); res.StatusCode != 500 || got != "fault.internal" {
				t.Errorf("%d %q", res.StatusCode, got)
			}
			if strings.Count(lines.String(), "secret") < 1 || strings.Count(lines.String(), "\n") != 1 ||
				!strings.Contains(lines.String(), res.Header.Get("X-Request-Id")) {
				t.Error(lines)
			}
		})
	}
}

func TestErrorsOfTheCallerAreNotLogged(t *testing.T) {
	log, lines := quiet()
	get(server.Door{Log: log, Face: keys}.Handler(func(http.ResponseWriter, *http.Request) error { return fault.New(fault.NotFound, "") }))
	if lines.Len() > 0 {
		t.Error(lines)
	}
}

func TestHalfAnAnswerIsCut(t *testing.T) {
	log, _ := quiet()
	s := httptest.NewServer(server.Door{Log: log, Face: keys}.Handler(func(w http.ResponseWriter, r *http.Request) error {
		_, _ = io.WriteString(w, "half")
		return errors.Join(http.NewResponseController(w).Flush(), errors.New("broke"))
	}))
	defer s.Close()
	res, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, err := io.ReadAll(res.Body); err == nil {
		t.Errorf("%q is taken for a whole answer", b)
	}
}

func TestDoorEndsSlowWork(t *testing.T) {
	log, _ := quiet()
	res := get(server.Door{Log: log, Face: keys, Timeout: time.Millisecond}.Handler(func(w http.ResponseWriter, r *http.Request) error {
		<-r.Context().Done()
		return r.Context().Err()
	}))
	if res.StatusCode != 504 {
		t.Error(res.Status)
	}
}

func TestOtherHostsAreMisdirected(t *testing.T) {
	c := config()
	c.Serves = func(_ context.Context, host string) bool { return host == "ada.example" }
	h := stand(t, c, func(w http.ResponseWriter, r *http.Request) {})
	for host, want := range map[string]int{
		"home.example": 200, "HOME.example.": 200, "home.example:443": 200, "ada.example": 200,
		"home.example:8080": 421, "evil.example": 421, "home.example.evil.example": 421, "": 421, "home.example@evil.example": 421,
		"127.0.0.1": 421, "a b": 421, "\x00": 421, "ada.example,home.example": 421,
	} {
		res := get(h, func(r *http.Request) { r.Host = host })
		if res.StatusCode != want {
			t.Errorf("%q: %d, not %d", host, res.StatusCode, want)
		}
		if want == 421 && body(t, res) != "fault.request.host" {
			t.Errorf("%q: no sentence", host)
		}
	}
	res := get(h, func(r *http.Request) { r.Host, r.URL.Path = "127.0.0.1:8080", "/healthz" })
	if res.StatusCode != 200 || body(t, res) != "ok\n" {
		t.Error(res.Status)
	}
}

func TestReadyTellsWhetherTheDatabaseAnswers(t *testing.T) {
	log, lines := quiet()
	err := errors.New("down")
	h := server.Health(log, func(context.Context) error { return err })
	ready := func(r *http.Request) { r.URL.Path = "/readyz" }
	if res := get(h, ready); res.StatusCode != 503 || strings.Contains(body(t, res), "down") || !strings.Contains(lines.String(), "down") {
		t.Error(res.Status, lines)
	}
	err = nil
	if res := get(h, ready); res.StatusCode != 200 {
		t.Error(res.Status)
	}
}

func TestSafetyHeadersStandOnEveryAnswer(t *testing.T) {
	h := stand(t, config(), func(w http.ResponseWriter, r *http.Request) {})
	for _, host := range []string{"home.example", "evil.example"} {
		res := get(h, func(r *http.Request) { r.Host = host })
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Strict-Transport-Security": "max-age=",
			"Content-Security-Policy": "frame-ancestors 'none'", "X-Frame-Options": "DENY",
		} {
			if got := res.Header.Get(name); !strings.Contains(got, want) {
				t.Errorf("%s: %q", name, got)
			}
		}
		if csp := res.Header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Error(csp)
		}
	}
	c := config()
	c.Origin = "http://home.example"
	if res := get(stand(t, c, func(http.ResponseWriter, *http.Request) {})); res.Header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS over http")
	}
}

func TestContentPolicyLetsAFormReturnToItsApp(t *testing.T) {
	for redirect, want := range map[string]string{
		"https://app.example:8443/x?y#z": "'self' https://app.example:8443", "http://127.0.0.1:9/callback": "'self' http://127.0.0.1:9",
		"com.app:/x": "'self' com.app:", "urn:ietf:wg:oauth:2.0:oob": "'self'", "http://[::1]:9/": "'self' http:",
		"https://a;script-src *": "'self'", "": "'self'", "\x00": "'self'",
	} {
		_, got, _ := strings.Cut(server.ContentPolicy(redirect), "form-action ")
		if got != want {
			t.Errorf("%q: %q, not %q", redirect, got, want)
		}
	}
}

func TestClientIsWhoTrustedProxiesSay(t *testing.T) {
	for _, c := range []struct{ peer, forwarded, want string }{
		{"192.0.2.1:5", "", "192.0.2.1"},
		{"192.0.2.1:5", "203.0.113.9", "192.0.2.1"}, // not trusted
		{"10.0.0.1:5", "203.0.113.9", "203.0.113.9"},
		{"10.0.0.1:5", "198.51.100.7, 203.0.113.9", "203.0.113.9"}, // the left one is the client's word
		{"10.0.0.1:5", "203.0.113.9, 10.1.1.1", "203.0.113.9"},
		{"10.0.0.1:5", "10.9.9.9", "10.9.9.9"},
		{"10.0.0.1:5", "203.0.113.9:4711", "203.0.113.9"},
		{"10.0.0.1:5", "[2001:db8::1]:4711", "2001:db8::1"},
		{"10.0.0.1:5", "203.0.113.9, nonsense", "10.0.0.1"},
		{"[::ffff:10.0.0.1]:5", "::ffff:203.0.113.9", "203.0.113.9"},
		{"@", "203.0.113.9", "invalid IP"},
	} {
		conf := config()
		conf.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
		var got netip.Addr
		get(stand(t, conf, func(w http.ResponseWriter, r *http.Request) { got = server.ClientAddr(r) }), func(r *http.Request) {
			r.RemoteAddr = c.peer
			if c.forwarded != "" {
				r.Header.Set("X-Forwarded-For", c.forwarded)
			}
		})
		if got.String() != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestWhoAsksTooOftenIsToldWhenToComeAgain(t *testing.T) {
	now := time.Unix(0, 0)
	c := config()
	c.Limits = server.NewLimits(func() time.Time { return now })
	h := stand(t, c, func(http.ResponseWriter, *http.Request) {})
	from := func(addr string) *http.Response {
		return get(h, func(r *http.Request) { r.RemoteAddr = addr })
	}
	for range 1000 {
		if res := from("[2001:db8::1]:1"); res.StatusCode != 200 {
			t.Fatal(res.Status)
		}
	}
	res := from("[2001:db8::ffff]:2") // the same /64
	if res.StatusCode != 429 || res.Header.Get("Retry-After") != "1" || body(t, res) != "fault.too_many" {
		t.Error(res.Status, res.Header)
	}
	if res := from("[2001:db8:0:1::1]:1"); res.StatusCode != 200 {
		t.Error("the next network waits too")
	}
	now = now.Add(time.Second)
	if res := from("[2001:db8::1]:1"); res.StatusCode != 200 {
		t.Error("waited for nothing")
	}
}

func TestPasswordsAreTriedSlowly(t *testing.T) {
	l := server.NewLimits(func() time.Time { return time.Unix(0, 0) })
	addr := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}) }
	for i := range 10 { // one name from many networks
		if err := l.SignIn(addr(i), "Ada"); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.SignIn(addr(11), " ada "); !fault.Is(err, fault.TooMany) {
		t.Error(err)
	}
	for i := range 20 { // many names from one network
		if err := l.SignIn(addr(50), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.SignIn(addr(50), "x"); !fault.Is(err, fault.TooMany) {
		t.Error(err)
	}
	var off *server.Limits
	if err := errors.Join(off.SignIn(addr(1), "x"), off.Request(addr(1)), off.Account(1), off.Register(addr(1))); err != nil {
		t.Error(err)
	}
}

func TestOtherSitesCannotSubmitForms(t *testing.T) {
	log, _ := quiet()
	h := server.Door{Log: log, Face: keys}.Handler(server.SameOrigin(func(http.ResponseWriter, *http.Request) error { return nil }))
	for _, c := range []struct {
		method, name, value string
		want                int
	}{
		{"POST", "", "", 200}, {"POST", "Sec-Fetch-Site", "same-origin", 200}, {"POST", "Origin", "https://home.example", 200},
		{"POST", "Sec-Fetch-Site", "cross-site", 403}, {"POST", "Sec-Fetch-Site", "same-site", 403},
		{"POST", "Origin", "https://evil.example", 403}, {"POST", "Origin", "null", 403}, {"DELETE", "Origin", "https://evil.example", 403},
		{"GET", "Sec-Fetch-Site", "cross-site", 200},
	} {
		res := get(h, func(r *http.Request) {
			r.Method = c.method
			if c.name != "" {
				r.Header.Set(c.name, c.value)
			}
		})
		if res.StatusCode != c.want {
			t.Errorf("%+v: %d", c, res.StatusCode)
		}
	}
}

func TestCORSIsWithoutCredentials(t *testing.T) {
	called := false
	h := server.CORS(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	res := get(h, func(r *http.Request) {
		r.Method = "OPTIONS"
		r.Header.Set("Origin", "https://app.example")
		r.Header.Set("Access-Control-Request-Method", "POST")
	})
	if called || res.StatusCode != 204 || res.Header.Get("Access-Control-Allow-Origin") != "*" ||
		!strings.Contains(res.Header.Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Error(res.Status, res.Header)
	}
	res = get(h)
	if !called || res.Header.Get("Access-Control-Allow-Origin") != "*" || res.Header.Get("Access-Control-Allow-Credentials") != "" {
		t.Error(res.Header)
	}
}

func TestSigningInLeadsOnlyToOurOwnPages(t *testing.T) {
	for next, want := range map[string]string{
		"/home": "/home", "/oauth/authorize?a=b&c=%2F": "/oauth/authorize?a=b&c=%2F", "": "/", "//evil.example": "/",
		"https://evil.example": "/", "/\\evil.example": "/", "javascript:alert(1)": "/", "/\tx": "/", "/\r\nX: y": "/",
		"/" + strings.Repeat("a", 1<<17): "/",
	} {
		if got := server.Local(next); got != want {
			t.Errorf("%.40q: %q", next, got)
		}
	}
}

func TestSlowAndEndlessBodiesEnd(t *testing.T) {
	c := config()
	c.Origin, c.MaxBody = "http://home.example", 1000
	door := server.Door{Log: c.Log, Face: keys}
	s := httptest.NewServer(stand(t, c, door.Handler(func(w http.ResponseWriter, r *http.Request) error {
		if r.Header.Get("X-Slow") != "" { // the time of a body is half a minute
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		}
		_, err := server.ReadBody(r, 500)
		return err
	}).ServeHTTP))
	defer s.Close()
	for head, want := range map[string]string{
		"Content-Length: 100\r\nX-Slow: 1":           "408",
		"Transfer-Encoding: chunked\r\nX-Slow: 1":    "408",
		"Content-Length: 600":                        "413",
		"Transfer-Encoding: chunked\r\nX-Endless: 1": "413",
		"Transfer-Encoding: chunked\r\nX-Broken: 1":  "400",
	} {
		conn, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: home.example\r\n%s\r\n\r\n", head)
		switch {
		case strings.Contains(head, "Endless"), strings.Contains(head, "600"):
			chunk := strings.Repeat("a", 600)
			if strings.Contains(head, "chunked") {
				chunk = "258\r\n" + chunk + "\r\n"
			}
			_, _ = io.WriteString(conn, chunk)
		case strings.Contains(head, "Broken"):
			_, _ = io.WriteString(conn, "zz\r\n")
		default:
			_, _ = io.WriteString(conn, "5\r\nhello\r\n")
		}
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		answer := make([]byte, 12)
		if _, err := io.ReadFull(conn, answer); err != nil || string(answer[9:]) != want {
			t.Errorf("%q: %q %v, want %s", head, answer, err, want)
		}
		conn.Close()
	}
}

func TestWhoSendsTooMuchHearsWhy(t *testing.T) {
	c := config()
	c.Origin, c.MaxBody = "http://home.example", 64<<20
	door := server.Door{Log: c.Log, Face: keys}
	s := httptest.NewServer(stand(t, c, door.Handler(func(w http.ResponseWriter, r *http.Request) error {
		_, err := server.ReadBody(r, 1000)
		return err
	}).ServeHTTP))
	defer s.Close()
	for range 20 {
		r, err := http.NewRequest("POST", s.URL, strings.NewReader(strings.Repeat("a", 8<<20)))
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "home.example"
		res, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if text := body(t, res); res.StatusCode != http.StatusRequestEntityTooLarge || text == "" {
			t.Errorf("%d %q", res.StatusCode, text)
		}
		_ = res.Body.Close()
	}
}

func TestLongFilesAndStreamsPassThrough(t *testing.T) {
	file := filepath.Join(t.TempDir(), "film")
	film := bytes.Repeat([]byte("0123456789"), 300_000)
	if err := os.WriteFile(file, film, 0o600); err != nil {
		t.Fatal(err)
	}
	c := config()
	c.Origin = "http://home.example"
	release := make(chan bool)
	door := server.Door{Log: c.Log, Face: keys}
	s := httptest.NewServer(stand(t, c, door.Handler(func(w http.ResponseWriter, r *http.Request) error {
		if r.URL.Path == "/stream" {
			_, _ = io.WriteString(w, "first")
			err := http.NewResponseController(w).Flush()
			<-release
			return err
		}
		http.ServeFile(w, r, file)
		return nil
	}).ServeHTTP))
	defer s.Close()
	ask := func(path, part string) *http.Response {
		r, err := http.NewRequest("GET", s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "home.example"
		if part != "" {
			r.Header.Set("Range", part)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	for part, want := range map[string][]byte{"": film, "bytes=5-2500004": film[5:2500005], "bytes=-3": film[len(film)-3:]} {
		if got := body(t, ask("/film", part)); got != string(want) {
			t.Errorf("%q: %d bytes, not %d", part, len(got), len(want))
		}
	}
	first := make([]byte, 5)
	if _, err := io.ReadFull(ask("/stream", "").Body, first); err != nil || string(first) != "first" {
		t.Errorf("%q %v", first, err)
	}
	close(release)
}

func TestJSONIsWrittenWhole(t *testing.T) {
	w := httptest.NewRecorder()
	if err := server.JSON(w, 201, map[string]any{"a": "<b>", "f": func() {}}); err == nil || w.Body.Len() > 0 {
		t.Error(err, w.Body)
	}
	if err := server.JSON(w, 201, map[string]any{"a": "<b>"}); err != nil || w.Code != 201 {
		t.Error(err, w.Code)
	}
	var got map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || !cmp.Equal(got, map[string]string{"a": "<b>"}) {
		t.Error(err, got)
	}
}

func TestIDsOfAnAddressAreRead(t *testing.T) {
	r := httptest.NewRequest("GET", "/?max_id=-1&min_id=7", nil)
	if _, err := server.QueryID(r, "max_id"); server.Status(err) != 422 {
		t.Error(err)
	}
	if v, err := server.QueryID(r, "min_id"); err != nil || v != 7 {
		t.Error(v, err)
	}
	if _, err := server.PathID(r, "id"); server.Status(err) != 404 {
		t.Error(err)
	}
}

func BenchmarkStack(b *testing.B) {
	c := config()
	door := server.Door{Log: c.Log, Face: keys, Timeout: time.Minute}
	h, err := server.Stack(c, http.NotFoundHandler(), door.Handler(func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.WriteString(w, "hello")
		return err
	}))
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest("GET", "https://home.example/", nil)
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
}
