package hometest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"allod/internal/hometest"
	as "allod/protocol/activitystreams"
)

// dial opens a bare connection to a home and writes the beginning of a request.
func dial(t *testing.T, h *hometest.Home, begin string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(h.Origin, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, begin); err != nil {
		t.Fatal(err)
	}
	return c
}

// trickle writes a byte now and then until the other end has had enough, and
// returns how long that took and what it said.
func trickle(t *testing.T, c net.Conn, most time.Duration) (took time.Duration, said string) {
	t.Helper()
	began := time.Now()
	go func() {
		for time.Since(began) < most {
			if _, err := io.WriteString(c, "x"); err != nil {
				return
			}
			time.Sleep(500 * time.Millisecond)
		}
	}()
	if err := c.SetReadDeadline(began.Add(most)); err != nil {
		t.Error(err)
	}
	answer, err := io.ReadAll(c)
	if took = time.Since(began); took >= most {
		t.Errorf("still open after %v: %v", took, err)
	}
	return took, string(answer)
}

// TestSlowSendersAreCutOff opens requests whose head or body comes by the
// drop. Others are answered meanwhile.
func TestSlowSendersAreCutOff(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the time of a body to be over")
	}
	t.Parallel()
	w := newTown(t)
	before := stateOf(w.Home)
	host := strings.TrimPrefix(w.Origin, "http://")
	body := "Content-Length: 1000\r\n\r\n{"
	var wg sync.WaitGroup
	for name, c := range map[string]struct {
		begin string
		most  time.Duration
		want  string
	}{
		"a head":                     {"GET / HTTP/1.1\r\nHost: " + host + "\r\nX-Slow: ", 20 * time.Second, ""},
		"a delivery":                 {"POST /inbox HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: " + as.ContentType + "\r\n" + body, 45 * time.Second, "HTTP/1.1 408 "},
		"a call":                     {"POST /api/v1/statuses HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + w.ida.Token + "\r\nContent-Type: application/json\r\n" + body, 45 * time.Second, "HTTP/1.1 408 "},
		"a form nobody may send":     {"POST /compose HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/x-www-form-urlencoded\r\n" + body, 45 * time.Second, "HTTP/1.1 "},
		"a body for what reads none": {"GET /api/v1/instance HTTP/1.1\r\nHost: " + host + "\r\n" + body, 45 * time.Second, "HTTP/1.1 "},
	} {
		conn := dial(t, w.Home, c.begin)
		wg.Go(func() {
			took, said := trickle(t, conn, c.most)
			if !strings.HasPrefix(said, c.want) || strings.Contains(said, "HTTP/1.1 5") {
				t.Errorf("%s, after %v: %.200q", name, took, said)
			}
		})
	}
	began := time.Now()
	w.mad.mustSend(w.Home, w.mad.does("Like", w.bob.id+"/notes/0"))
	if page := w.ida.Page("/"); len(page) < 100 || time.Since(began) > 3*time.Second {
		t.Errorf("meanwhile: %d bytes in %v", len(page), time.Since(began))
	}
	wg.Wait()
	unchanged(t, w.Home, before, "seen")
}

// TestEndlessBodiesAreCutOff sends more than is taken, without saying how much it will be.
func TestEndlessBodiesAreCutOff(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	before := stateOf(w.Home)
	host := strings.TrimPrefix(w.Origin, "http://")
	for _, c := range []struct{ path, kind string }{
		{"/inbox", as.ContentType}, {"/api/v1/statuses", "application/json"}, {"/oauth/token", "application/json"}, {"/api/v2/media", "multipart/form-data; boundary=x"},
	} {
		conn := dial(t, w.Home, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n", c.path, host, w.ida.Token, c.kind))
		go func() {
			chunk := fmt.Sprintf("%x\r\n%s\r\n", 1<<16, strings.Repeat("x", 1<<16))
			for range 200 << 20 >> 16 {
				if _, err := io.WriteString(conn, chunk); err != nil {
					return
				}
			}
		}()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		if resp.StatusCode != http.StatusRequestEntityTooLarge && resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", c.path, resp.Status)
		}
		conn.Close()
	}
	unchanged(t, w.Home, before)
}

// TestNothingPrivateIsFetched leads this home, by all that makes it fetch, to
// networks that are closed, to documents without end, and in circles.
func TestNothingPrivateIsFetched(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	p := w.mad.peer
	redirect := func(path, to string) string {
		p.handle(path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
		return p.URL + path
	}
	p.handle("/endless", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", as.ContentType)
		for {
			if _, err := w.Write([]byte(strings.Repeat("[", 1<<16))); err != nil {
				return
			}
		}
	})
	p.handle("/html", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `{"id":"`+p.URL+`/html","type":"Note"}`)
	})
	p.serve("/other", w.mad.note(doc{"id": w.bob.id + "/notes/stolen", "attributedTo": w.bob.id}))
	lures := []string{
		redirect("/cloud", "http://169.254.169.254/latest/meta-data/"), redirect("/private", "http://10.0.0.1/"), redirect("/home", "http://192.168.1.1/admin"),
		redirect("/six", "http://[::1]/"), redirect("/mapped", "http://[::ffff:169.254.169.254]/"), redirect("/file", "file:///etc/passwd"), redirect("/gopher", "gopher://127.0.0.1:70/"),
		redirect("/circle", p.URL+"/circle"), "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/x", "https://[fd00:ec2::254]/", "http://0.0.0.0:1/", "http://2852039166/",
		p.URL + "/endless", p.URL + "/html", p.URL + "/other", "javascript:alert(1)", "//evil.example/x", "ap://did:key:x/y",
	}
	before := stateOf(w.Home)
	for _, lure := range lures {
		found := hometest.Call[struct{ Accounts, Statuses []any }](w.ida, http.MethodGet, "/api/v2/search?resolve=true&q="+url.QueryEscape(lure), nil)
		if len(found.Accounts)+len(found.Statuses) != 0 {
			t.Errorf("%s was found", lure)
		}
		if resp, body := ask(t, still(w.ida.Browser.Jar), http.MethodGet, w.Origin+"/authorize_interaction?uri="+url.QueryEscape(lure)); resp.StatusCode/100 != 4 && resp.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%s: %s %.300s", lure, resp.Status, body)
		}
	}
	unchanged(t, w.Home, before)
	for _, lure := range lures {
		for _, d := range []doc{
			w.mad.does("Announce", lure, doc{"to": as.Public}), w.mad.does("Create", lure), w.mad.does("Update", lure), w.mad.does("Delete", lure), w.mad.does("Like", lure),
			w.mad.does("Create", w.mad.note(doc{"inReplyTo": lure})),
		} {
			if status, body := w.mad.send(w.Home, d); status != http.StatusAccepted && status/100 != 4 {
				t.Errorf("%v of %s: %d %s", d["type"], lure, status, body)
			}
		}
	}
	// Bob speaks of what eve's server serves.
	if status, body := w.bob.send(w.Home, w.bob.does("Create", p.URL+"/other")); status/100 != 2 && status/100 != 4 {
		t.Errorf("%d %s", status, body)
	}
	tried(w.Home)
	now := stateOf(w.Home)
	for _, row := range now["post"] {
		if !strings.Contains(row, "uri='"+w.mad.id+"/notes/") {
			t.Errorf("this came: %.300s", row)
		}
	}
	if len(now["account"]) != len(before["account"]) {
		t.Errorf("%d accounts, not %d", len(now["account"]), len(before["account"]))
	}
	if n := p.times("/circle"); n > 40 {
		t.Errorf("went round %d times", n)
	}
}
