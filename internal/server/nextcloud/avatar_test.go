package nextcloud

import (
	"net/http"
	"testing"
)

func TestAppsSeePortraits(t *testing.T) {
	h := newHouse(t)
	h.bo.Avatar = "face"
	for _, path := range []string{"/remote.php/dav/avatars/bo/64.png", "/index.php/avatar/bo/64", "/index.php/avatar/bo/64/dark"} {
		w := h.ask(http.MethodGet, path, "")
		if w.Code != http.StatusOK || w.Body.String() != "a face" || w.Header().Get("Content-Type") != "image/jpeg" || w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		if w := h.ask(http.MethodGet, path, "", "If-None-Match", w.Header().Get("ETag")); w.Code != http.StatusNotModified {
			t.Errorf("%s again: %d", path, w.Code)
		}
	}
	h.ida.Avatar = "https://elsewhere.example/face.jpg"
	for _, path := range []string{"/remote.php/dav/avatars/ida/64.png", "/index.php/avatar/nobody/64"} {
		if w := h.ask(http.MethodGet, path, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
