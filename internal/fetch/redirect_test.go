package fetch_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/fault"
	"allod/internal/fetch"
)

func TestRedirectsAreFollowedUpToThree(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		if n == 0 {
			io.WriteString(w, "arrived")
			return
		}
		status := []int{301, 302, 303, 307, 308}[n%5]
		w.Header().Set("Location", fmt.Sprintf("?n=%d#part", n-1))
		w.WriteHeader(status)
	})
	c := client(t, "127.0.0.0/8")
	resp, err := c.Do(t.Context(), fetch.Request{URL: url + "/?n=3"})
	if err != nil || string(resp.Body) != "arrived" || resp.URL != url+"/?n=0" {
		t.Fatalf("%v, %v", resp, err)
	}
	_, err = c.Do(t.Context(), fetch.Request{URL: url + "/?n=4"})
	wantKind(t, err, fault.Unavailable)

	for _, req := range []fetch.Request{{NoRedirect: true}, {Method: "POST", Body: []byte("x")}, {Method: "DELETE"}} {
		req.URL = url + "/?n=1"
		if resp, err := c.Do(t.Context(), req); err != nil || resp.Status != 302 || resp.URL != req.URL {
			t.Errorf("%s: %v, %v; want the redirect itself", req.Method, resp, err)
		}
	}
}

func TestRedirectsLeadNowhereForbidden(t *testing.T) {
	inner := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the inner server was reached") })
	port := inner[strings.LastIndexByte(inner, ':'):]
	var to string
	listener, err := net.Listen("tcp4", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	outer := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	})}}
	outer.Start()
	t.Cleanup(outer.Close)
	c := client(t, "127.0.0.2/32")
	for location, kind := range map[string]fault.Kind{
		inner:                                      fault.Denied,
		"https://127.0.0.1/":                       fault.Denied,
		"//127.0.0.1" + port + "/":                 fault.Denied,
		"http://[::ffff:127.0.0.1]" + port:         fault.Denied,
		"http://localhost" + port:                  fault.Denied,
		"https://10.0.0.1/":                        fault.Denied,
		"http://169.254.169.254/latest/meta-data/": fault.Denied,
		"http://1.1.1.1/":                          fault.Denied,
		"file:///etc/passwd":                       fault.Invalid,
		"gopher://127.0.0.2/":                      fault.Invalid,
		"https://u:hunter2@127.0.0.2/":             fault.Invalid,
		"http://%zz/?hunter2":                      fault.Invalid,
	} {
		to = location
		_, err := c.Do(t.Context(), fetch.Request{URL: outer.URL})
		wantKind(t, err, kind)
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("secret in %v", err)
		}
	}
}

func TestEachHopIsSignedAnewAndCredentialsStay(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/first" {
			http.Redirect(w, r, "/second", http.StatusFound)
			return
		}
		fmt.Fprint(w, r.Header["Authorization"], r.Header["Signature"], r.Header["Signature-Input"], r.Header["X-Kept"])
	})
	c := client(t, "127.0.0.0/8")
	header := http.Header{"Authorization": {"Bearer secret"}, "Signature": {"stale"}, "Signature-Input": {"stale"}, "X-Kept": {"kept"}}
	var signed []string
	resp, err := c.Do(t.Context(), fetch.Request{URL: url + "/first", Header: header, Sign: func(r *http.Request, body []byte) error {
		signed = append(signed, r.Method+" "+r.URL.Path+" "+r.Host)
		r.Header.Set("Signature", "for "+r.URL.Path)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(resp.Body), "[] [for /second] [] [kept]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	host := strings.TrimPrefix(url, "http://")
	if diff := cmp.Diff([]string{"GET /first " + host, "GET /second " + host}, signed); diff != "" {
		t.Error(diff)
	}

	noKey := errors.New("no key")
	_, err = c.Do(t.Context(), fetch.Request{URL: url, Sign: func(*http.Request, []byte) error { return noKey }})
	if !errors.Is(err, noKey) || fault.Of(err) != fault.Internal {
		t.Errorf("signing failed with %v", err)
	}
}
