package nextcloud

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// visitor asks something of a link, with its password or without one.
func (h *house) visitor(method, path, body, password string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if password != "" {
		r.SetBasicAuth("anonymous", password)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func (h *house) link(t *testing.T, form ...string) string {
	t.Helper()
	_, made := h.ocsAs(t, h.ida, http.MethodPost, "shares", append([]string{"shareType", "3"}, form...)...)
	return "/public.php/dav/files/" + field(t, made, "token").(string)
}

func TestWhoHasALinkComesInByWebDAV(t *testing.T) {
	h := newHouse(t)
	h.trip(t)
	h.ask(http.MethodPut, "/remote.php/dav/files/ida/secret.txt", "shh")
	at := h.link(t, "path", "/Trip")
	w := h.visitor("PROPFIND", at+"/", findShared, "", "Depth", "1")
	if w.Code != http.StatusMultiStatus || !strings.Contains(response(w.Body.String(), at+"/map.txt"), "<oc:permissions>SG</oc:permissions>") || strings.Contains(w.Body.String(), "secret") ||
		!strings.Contains(response(w.Body.String(), at+"/"), "<oc:permissions>SG</oc:permissions>") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := h.visitor(http.MethodGet, at+"/map.txt", "", ""); w.Body.String() != "here" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for _, c := range [][2]string{{http.MethodPut, "/map.txt"}, {http.MethodPut, "/new.txt"}, {http.MethodDelete, "/map.txt"}, {"MKCOL", "/sub"}, {http.MethodDelete, "/"}} {
		if w := h.visitor(c[0], at+c[1], "", ""); w.Code != http.StatusForbidden {
			t.Errorf("%v: %d %s", c, w.Code, w.Body)
		}
	}
	for _, c := range [][2]string{{"LOCK", "/map.txt"}, {"PROPPATCH", "/map.txt"}, {"REPORT", "/"}, {"SEARCH", "/"}} {
		if w := h.visitor(c[0], at+c[1], "", ""); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%v: %d %s", c, w.Code, w.Body)
		}
	}
	for _, path := range []string{at + "x/", at + "/../../../../remote.php/dav/files/ida/secret.txt", at + "/secret.txt", "/public.php/dav/files/", "/public.php/dav/files/ida/"} {
		if w := h.visitor(http.MethodGet, path, "", ""); w.Code/100 != 4 && w.Code/100 != 3 || strings.Contains(w.Body.String(), "shh") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	// The pass of a link opens nothing else, and a device's password opens no link but its own.
	if w := h.visitor("MOVE", at+"/map.txt", "", "", "Destination", "/remote.php/dav/files/ida/stolen.txt"); w.Code/100 != 4 {
		t.Errorf("%d", w.Code)
	}
	if w := h.visitor(http.MethodGet, at+"/map.txt", "", "", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
		t.Errorf("%d", w.Code)
	}
}

func TestLinkWithAPasswordAsksForIt(t *testing.T) {
	h := newHouse(t)
	h.trip(t)
	at := h.link(t, "path", "/Trip", "password", "correct horse battery")
	for range 2 {
		for password, want := range map[string]int{"": 401, "wrong": 401, "correct horse battery": 200} {
			w := h.visitor(http.MethodGet, at+"/map.txt", "", password)
			if w.Code != want || want == 401 && w.Header().Get("WWW-Authenticate") == "" {
				t.Errorf("%q: %d", password, w.Code)
			}
		}
	}
}

func TestStrangersDropFilesByWebDAV(t *testing.T) {
	h := newHouse(t)
	h.trip(t)
	at := h.link(t, "path", "/Trip", "permissions", "4")
	if w := h.visitor(http.MethodPut, at+"/map.txt", "another", ""); w.Code != http.StatusCreated {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := h.ask(http.MethodGet, "/remote.php/dav/files/ida/Trip/map%20(2).txt", ""); w.Body.String() != "another" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w := h.visitor("PROPFIND", at+"/", findShared, "", "Depth", "1")
	if w.Code != http.StatusMultiStatus || strings.Contains(w.Body.String(), "map") || !strings.Contains(w.Body.String(), "<oc:permissions>SCK</oc:permissions>") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for _, c := range [][2]string{{http.MethodGet, "/map.txt"}, {"PROPFIND", "/map.txt"}, {"COPY", "/map.txt"}, {"MOVE", "/map.txt"}, {http.MethodDelete, "/map.txt"}, {"MKCOL", "/sub"}} {
		if w := h.visitor(c[0], at+c[1], "", "", "Destination", at+"/x.txt"); w.Code/100 != 4 {
			t.Errorf("%v: %d %s", c, w.Code, w.Body)
		}
	}
}

func TestLinkToOneFileLeadsToIt(t *testing.T) {
	h := newHouse(t)
	h.trip(t)
	at := h.link(t, "path", "/Trip/map.txt", "permissions", "3")
	for _, path := range []string{at, at + "/", at + "/map.txt"} {
		if w := h.visitor(http.MethodGet, path, "", ""); w.Code != http.StatusOK || w.Body.String() != "here" {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := h.visitor(http.MethodPut, at+"/map.txt", "there", ""); w.Code != http.StatusNoContent {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := h.ask(http.MethodGet, "/remote.php/dav/files/ida/Trip/map.txt", ""); w.Body.String() != "there" {
		t.Errorf("%s", w.Body)
	}
	kept := h.link(t, "path", "/Trip/map.txt", "hideDownload", "true")
	if w := h.visitor(http.MethodGet, kept, "", ""); w.Code != http.StatusForbidden {
		t.Errorf("%d", w.Code)
	}
}

// TestLinksSendNoPhotoAsItIs is of links that were not made for it: what is made of photos for pages is no file of a folder.
func TestLinksSendNoPhotoAsItIs(t *testing.T) {
	h := newHouse(t)
	h.trip(t)
	h.ask(http.MethodPut, "/remote.php/dav/files/ida/Trip/sea.jpg", "with a place")
	look, edit := h.link(t, "path", "/Trip"), h.link(t, "path", "/Trip", "permissions", "7")
	if w := h.visitor(http.MethodGet, look+"/sea.jpg", "", ""); w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "place") && !strings.Contains(w.Body.String(), "camera") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := h.visitor(http.MethodGet, edit+"/sea.jpg", "", ""); w.Code != http.StatusOK || w.Body.String() != "with a place" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
