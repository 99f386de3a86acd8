package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"allod/internal/fault"
	"allod/internal/fetch"
)

func client(t *testing.T, allow ...string) *fetch.Client {
	t.Helper()
	return start(t, fetch.Config{UserAgent: "test/1"}, allow...)
}

func start(t *testing.T, cfg fetch.Config, allow ...string) *fetch.Client {
	t.Helper()
	for _, p := range allow {
		cfg.AllowPrivate = append(cfg.AllowPrivate, netip.MustParsePrefix(p))
	}
	c := fetch.New(cfg)
	t.Cleanup(c.Close)
	return c
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.Of(err) != kind {
		t.Errorf("got %v, want a fault: %v", err, kind)
	}
}

func TestAnswerIsReturnedWhole(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "Text/Plain; Charset=utf-8")
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, strings.Join([]string{r.Method, r.URL.RequestURI(), r.Header.Get("X-Thing"), r.UserAgent(), string(body)}, "|"))
	})
	resp, err := client(t, "127.0.0.0/8").Do(t.Context(), fetch.Request{
		Method: "POST", URL: url + "/path?q=1#part", Header: http.Header{"x-thing": {"yes"}}, Body: []byte("hello"),
	})
	if err != nil {
		t.Fatal(err)
	}
	mediaType, params := resp.MediaType()
	got := []any{resp.Status, string(resp.Body), resp.URL, mediaType, params["charset"]}
	want := []any{201, "POST|/path?q=1|yes|test/1|hello", url + "/path?q=1", "text/plain", "utf-8"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestStatusIsAnAnswerAndItsBodyIsCut(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, strings.Repeat("x", 3<<20))
	})
	resp, err := client(t, "127.0.0.0/8").Do(t.Context(), fetch.Request{URL: url, Accept: []string{"image/png"}})
	if err != nil || resp.Status != 404 || len(resp.Body) == 0 || len(resp.Body) > 64<<10 {
		t.Fatalf("%v, %v", resp, err)
	}
}

func TestUnusableURLs(t *testing.T) {
	c := client(t, "127.0.0.0/8")
	for _, url := range []string{
		"", "/path", "example.com", "ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1/", "javascript:1", "https://", "https:///x",
		"https://user:hunter2@example.com/", "http://hunter2@127.0.0.1/", "https://exa mple.com/?hunter2", "https://127.1/", "http://0x7f000001/",
		"http://2130706433/", "http://127.0.0.1:99999/?hunter2", "https://[fe80::1%25eth0]/", "https://example.com/%zz?hunter2",
	} {
		_, err := c.Do(t.Context(), fetch.Request{URL: url})
		wantKind(t, err, fault.Invalid)
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("secret in %v", err)
		}
	}
	_, err := c.Do(t.Context(), fetch.Request{Method: "GET / HTTP/1.1\r\nX", URL: "https://example.com/"})
	wantKind(t, err, fault.Invalid)
}

func TestPrivateNetworksAreClosed(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the request arrived") })
	port := url[strings.LastIndexByte(url, ':'):]
	for _, url := range []string{
		url, "https://127.0.0.1" + port, "https://127.0.0.1/", "http://127.0.0.1/", "http://localhost" + port, "https://[::1]" + port,
		"http://[::ffff:127.0.0.1]" + port, "https://[::ffff:7f00:1]/", "https://10.0.0.1/", "https://169.254.169.254/", "http://169.254.169.254/latest/meta-data/",
		"https://0.0.0.0/", "http://0.0.0.0" + port, "https://[::]/", "http://example.com/", "https://example.com:8443/",
	} {
		_, err := client(t).Do(t.Context(), fetch.Request{URL: url})
		wantKind(t, err, fault.Denied)
	}
	for _, url := range []string{"http://127.0.0.1" + port, "http://[::ffff:127.0.0.1]" + port, "http://0.0.0.0" + port, "http://169.254.169.254/"} {
		_, err := client(t, "127.0.0.2/32", "169.254.0.0/16").Do(t.Context(), fetch.Request{URL: url})
		wantKind(t, err, fault.Denied)
	}
}

func TestEnvironmentProxyIsIgnored(t *testing.T) {
	proxy := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("went through the proxy") })
	t.Setenv("HTTP_PROXY", proxy)
	t.Setenv("HTTPS_PROXY", proxy)
	_, err := client(t, "127.0.0.1/32").Do(t.Context(), fetch.Request{URL: "http://192.0.2.1/"})
	wantKind(t, err, fault.Denied)
}

func TestEndlessBodyIsRefused(t *testing.T) {
	c := client(t, "127.0.0.0/8")
	endless := serve(t, func(w http.ResponseWriter, r *http.Request) {
		chunk := bytes.Repeat([]byte("x"), 32<<10)
		for r.Context().Err() == nil {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	_, err := c.Do(t.Context(), fetch.Request{URL: endless})
	wantKind(t, err, fault.TooLarge)
	_, err = c.Do(t.Context(), fetch.Request{URL: endless, MaxBytes: 10})
	wantKind(t, err, fault.TooLarge)

	resp, err := c.Do(t.Context(), fetch.Request{URL: endless, MaxBytes: 10, StatusOnly: true})
	if err != nil || resp.Status != 200 || resp.Body != nil {
		t.Errorf("status only: %v, %v", resp, err)
	}
}

func TestCapIsExact(t *testing.T) {
	c := client(t, "127.0.0.0/8")
	for _, announced := range []bool{true, false} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if !announced {
				w.(http.Flusher).Flush()
			}
			io.WriteString(w, "12345")
		})
		resp, err := c.Do(t.Context(), fetch.Request{URL: url, MaxBytes: 5})
		if err != nil || string(resp.Body) != "12345" {
			t.Errorf("five of five: %v, %v", resp, err)
		}
		_, err = c.Do(t.Context(), fetch.Request{URL: url, MaxBytes: 4})
		wantKind(t, err, fault.TooLarge)
	}
}

func TestGzipIsUndoneAndBombsAreCapped(t *testing.T) {
	var bomb, small bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 64 {
		z.Write(make([]byte, 1<<20))
	}
	z.Close()
	z.Reset(&small)
	io.WriteString(z, "small")
	z.Close()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		if r.URL.Path == "/bomb" {
			w.Write(bomb.Bytes())
		} else {
			w.Write(small.Bytes())
		}
	})
	c := client(t, "127.0.0.0/8")
	resp, err := c.Do(t.Context(), fetch.Request{URL: url, Header: http.Header{"Accept-Encoding": {"br"}}})
	if err != nil || string(resp.Body) != "small" {
		t.Errorf("%v, %v", resp, err)
	}
	_, err = c.Do(t.Context(), fetch.Request{URL: url + "/bomb"})
	wantKind(t, err, fault.TooLarge)
}

func TestTricklingAnswersMeetTheDeadline(t *testing.T) {
	c := client(t, "127.0.0.0/8")
	trickle := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/silent" {
			<-r.Context().Done()
			return
		}
		for r.Context().Err() == nil {
			io.WriteString(w, "x")
			w.(http.Flusher).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	})
	for _, path := range []string{"/body", "/silent"} {
		begun := time.Now()
		_, err := c.Do(t.Context(), fetch.Request{URL: trickle + path + "?secret=hunter2", Timeout: 100 * time.Millisecond})
		wantKind(t, err, fault.Timeout)
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("query in %v", err)
		}
		if d := time.Since(begun); d > 2*time.Second {
			t.Errorf("%s took %v", path, d)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := c.Do(ctx, fetch.Request{URL: trickle + "/silent"})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

func TestBrokenPeersAreUnavailable(t *testing.T) {
	c := client(t, "127.0.0.0/8")
	short := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "short")
	})
	rude := serve(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, _ := http.NewResponseController(w).Hijack()
		io.WriteString(conn, "220 smtp.example ESMTP\r\n")
		conn.Close()
	})
	header := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 200<<10))
	})
	for _, url := range []string{short, rude, header, "http://127.0.0.1:1/?secret=hunter2"} {
		_, err := c.Do(t.Context(), fetch.Request{URL: url})
		wantKind(t, err, fault.Unavailable)
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("query in %v", err)
		}
	}
}

func TestOnlyAcceptedTypesPass(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.URL.Query().Get("type"))
		io.WriteString(w, r.Header.Get("Accept"))
	})
	const profile = `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`
	accept := []string{"application/activity+json", profile, "image/*;q=0.5"}
	for contentType, ok := range map[string]bool{
		"application/activity+json":                true,
		"Application/Activity+JSON; charset=utf-8": true,
		profile:               true,
		"application/ld+json": false,
		`application/ld+json; profile="https://example.com/"`: false,
		"image/png": true, "text/html": false, "imagex/png": false, "": false, ";": false,
	} {
		resp, err := client(t, "127.0.0.0/8").Do(t.Context(), fetch.Request{URL: url + "?type=" + strings.NewReplacer("+", "%2B", " ", "%20", ";", "%3B", "\"", "%22").Replace(contentType), Accept: accept})
		if !ok {
			wantKind(t, err, fault.Unsupported)
		} else if err != nil || string(resp.Body) != strings.Join(accept, ", ") {
			t.Errorf("%s: %v, %v", contentType, resp, err)
		}
	}
}

func TestSmuggledHeadersAreLeftOut(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "track", Value: "me"})
		if r.Header.Get("Cookie") != "" || r.Header.Get("Idempotency-Key") != "" || strings.HasPrefix(r.Host, "other") {
			t.Errorf("host %s, header %v", r.Host, r.Header)
		}
	})
	c := client(t, "127.0.0.0/8")
	for range 2 {
		header := http.Header{"Cookie": {"a=b"}, "Host": {"other.example"}}
		if _, err := c.Do(t.Context(), fetch.Request{URL: url, Header: header, Idempotent: true}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(header["Cookie"], []string{"a=b"}) {
			t.Error("the caller's header was changed")
		}
	}
}

func TestStreamIsCapped(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		io.WriteString(w, strings.Repeat("x", 1000))
	})
	c := client(t, "127.0.0.0/8")
	for limit, want := range map[int64]error{1000: nil, 999: fault.New(fault.TooLarge, "")} {
		s, err := c.Open(t.Context(), fetch.Request{URL: url, MaxBytes: limit})
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, s)
		if fault.Of(err) != fault.Of(want) || n > limit {
			t.Errorf("cap %d: %d bytes, %v", limit, n, err)
		}
		if _, again := s.Read(make([]byte, 8)); want != nil && fault.Of(again) != fault.TooLarge {
			t.Errorf("read on: %v", again)
		}
		s.Close()
	}
}

func TestTLS(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) }))
	srv.EnableHTTP2 = true
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	resp, err := start(t, fetch.Config{RootCAs: roots}, "127.0.0.0/8").Do(t.Context(), fetch.Request{URL: srv.URL})
	if err != nil || string(resp.Body) != "HTTP/2.0" {
		t.Errorf("%v, %v", resp, err)
	}
	_, err = client(t, "127.0.0.0/8").Do(t.Context(), fetch.Request{URL: srv.URL})
	wantKind(t, err, fault.Unavailable) // unknown authority
}
