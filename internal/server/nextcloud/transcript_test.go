package nextcloud

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A step is a request of a client as its source or reports of it tell, and what it needs to be answered.
type step struct {
	line   int
	method string
	path   string
	header [][2]string
	body   string
	wants  []string
}

// steps reads a transcript: requests with their headers, "|" before the body, "=" before what must be true of the answer.
func steps(t *testing.T, file string) (all []step) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var now *step
	for i, line := range strings.Split(string(text), "\n") {
		switch {
		case line == "":
			now = nil
		case strings.HasPrefix(line, "#"):
		case now == nil:
			method, path, _ := strings.Cut(line, " ")
			all = append(all, step{line: i + 1, method: method, path: path})
			now = &all[len(all)-1]
		case strings.HasPrefix(line, "| "):
			now.body += line[2:]
		case strings.HasPrefix(line, "= "):
			now.wants = append(now.wants, line[2:])
		default:
			name, value, _ := strings.Cut(line, ": ")
			now.header = append(now.header, [2]string{name, value})
		}
	}
	return all
}

// TestClientsThatDoNotRunHereAreAnswered holds the door against what is known of the apps of phones and of Finder.
func TestClientsThatDoNotRunHereAreAnswered(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 3 {
		t.Fatalf("%v: %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			h, token := newHouse(t), ""
			for _, s := range steps(t, file) {
				r := httptest.NewRequest(s.method, "http://marrow.example"+s.path, strings.NewReader(s.body))
				r.SetBasicAuth("ida", "secret")
				for _, pair := range s.header {
					if pair[0] == "Transfer-Encoding" {
						r.ContentLength = -1
					}
					r.Header.Set(pair[0], strings.ReplaceAll(pair[1], "$TOKEN", token))
				}
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if got := w.Header().Get("Lock-Token"); got != "" {
					token = strings.Trim(got, "<>")
				}
				for _, want := range s.wants {
					if !s.holds(w, want) {
						t.Errorf("%s:%d: %s %s: not %q: %d %v %.3000s", file, s.line, s.method, s.path, want, w.Code, w.Header(), w.Body)
					}
				}
			}
		})
	}
}

// holds reports whether something is true of an answer.
func (s *step) holds(w *httptest.ResponseRecorder, want string) bool {
	kind, rest, _ := strings.Cut(want, " ")
	switch kind {
	case "body":
		return strings.Contains(w.Body.String(), rest)
	case "not":
		return !strings.Contains(w.Body.String(), rest)
	case "header":
		name, value, exact := strings.Cut(rest, ": ")
		got := w.Header().Get(name)
		return got != "" && (!exact || strings.HasPrefix(got, value))
	}
	return strconv.Itoa(w.Code) == kind
}

func TestSurroundingsAreAnsweredInBothForms(t *testing.T) {
	h := newHouse(t)
	for path, want := range map[string]string{
		"/ocs/v1.php/cloud/capabilities?format=json": `{"ocs":{"meta":{"status":"ok","statuscode":100,"message":"OK"},"data":{"version":{"major":31,`,
		"/ocs/v2.php/cloud/capabilities?format=json": `"statuscode":200`,
		"/ocs/v2.php/cloud/capabilities":             `<ocs><meta><status>ok</status><statuscode>200</statuscode><message>OK</message></meta><data><version><major>31</major>`,
		"/ocs/v1.php/cloud/user?format=json":         `"id":"ida"`,
	} {
		if w := h.ask(http.MethodGet, path, ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := h.ask(http.MethodGet, "/ocs/v1.php/cloud/capabilities?format=json", ""); strings.Contains(w.Body.String(), "bulkupload") || len(w.Body.String()) > 4096 {
		t.Errorf("%s", w.Body)
	}
	if w := h.ask(http.MethodGet, "/index.php/204", ""); w.Code != http.StatusNoContent {
		t.Errorf("%d", w.Code)
	}
	for _, path := range []string{"/ocs/v2.php/cloud/user", "/remote.php/dav/files/ida/"} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.AddCookie(&http.Cookie{Name: "session", Value: "x"})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized || !strings.HasPrefix(w.Header().Get("WWW-Authenticate"), "Basic") {
			t.Errorf("%s without a password: %d %v", path, w.Code, w.Header())
		}
	}
}

func TestOneFileIsLentToAPlayer(t *testing.T) {
	h := newHouse(t)
	made := h.ask(http.MethodPut, "/remote.php/dav/files/ida/clip.mp4", "0123456789")
	number := strings.TrimLeft(made.Header().Get("OC-FileId")[:8], "0")
	lent := h.ask(http.MethodPost, "/ocs/v2.php/apps/dav/api/v1/direct?format=json", "fileId="+number, "Content-Type", "application/x-www-form-urlencoded")
	_, rest, _ := strings.Cut(lent.Body.String(), `"url":"http://marrow.example`)
	path, _, ok := strings.Cut(rest, `"`)
	if !ok {
		t.Fatalf("%d %s", lent.Code, lent.Body)
	}
	open := func(path string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Range", "bytes=2-4")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	if w := open(path); w.Code != http.StatusPartialContent || w.Body.String() != "234" || w.Header().Get("Content-Security-Policy") == "" {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
	forged := []byte(path)
	forged[len(directPath)+14]++
	for _, path := range []string{string(forged), directPath + "x", path[:len(path)-1]} {
		if w := open(path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := h.ask(http.MethodPost, "/ocs/v2.php/apps/dav/api/v1/direct", "fileId=999999", "Content-Type", "application/x-www-form-urlencoded"); w.Code != http.StatusNotFound {
		t.Errorf("%d", w.Code)
	}
	h.revoked = true
	if w := open(path); w.Code != http.StatusNotFound {
		t.Errorf("what was lent to a device that is shut out: %d", w.Code)
	}
}
