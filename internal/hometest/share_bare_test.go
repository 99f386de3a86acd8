package hometest_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// TestLinkSendsPhotosWithoutPlaceAndCamera shares a photo twice: as links do, and as it is.
func TestLinkSendsPhotosWithoutPlaceAndCamera(t *testing.T) {
	t.Parallel()
	photo := located(t)
	h := hometest.Start(t, "")
	ida, olga := h.Settle("ida"), newVisitor(h)
	d := &device{ida, ida.AppPassword()}
	if resp, body := d.do("MKCOL", "/remote.php/dav/files/ida/Trip", ""); resp.StatusCode != http.StatusCreated {
		t.Fatalf("%s %s", resp.Status, body)
	}
	for path, text := range map[string]string{"Trip/sea.jpg": string(photo), "Trip/raw.dng": string(photo), "Trip/film.mp4": "no film", "Trip/map.txt": "zqmap"} {
		if resp, body := d.do("PUT", "/remote.php/dav/files/ida/"+path, text); resp.StatusCode != http.StatusCreated {
			t.Fatalf("%s: %s %s", path, resp.Status, body)
		}
	}
	number := regexp.MustCompile(`/file/(\d+)/zip`).FindStringSubmatch(ida.Page("/files/Trip"))[1]
	link := func(form url.Values) string {
		t.Helper()
		code, page := press(t, ida, "/file/"+number+"/share", form)
		found := regexp.MustCompile(h.Origin + `(/s/[\w-]+)`).FindStringSubmatch(page)
		if code != http.StatusOK || found == nil {
			t.Fatalf("%d\n%s", code, page)
		}
		return found[1]
	}

	bare := link(url.Values{"days": {"7"}})
	for _, way := range []string{"/raw", "/fetch"} {
		code, sent := olga.get(bare + way + "?at=sea.jpg")
		if said := saidBy(t, []byte(sent)); code != http.StatusOK || len(said) != 0 {
			t.Errorf("%s: %d, and the photo says %v", way, code, said)
		}
		if _, sent := olga.get(bare + way + "?at=raw.dng"); strings.Contains(sent, "Zqcam") {
			t.Errorf("%s of a photo of another name says what it was taken with", way)
		}
		if code, _ := olga.get(bare + way + "?at=film.mp4"); code/100 != 4 {
			t.Errorf("%s of what is no film: %d", way, code)
		}
	}
	if code, sent := olga.get(bare + "/raw?at=map.txt"); code != http.StatusOK || sent != "zqmap" {
		t.Errorf("%d %s", code, sent)
	}
	_, packed := olga.get(bare + "/zip?at=")
	z, err := zip.NewReader(bytes.NewReader([]byte(packed)), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		body, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(body)
		if err != nil || bytes.Contains(all, []byte("Zqcam")) {
			t.Errorf("%s says what it was taken with: %v", f.Name, err)
		}
	}
	if got := strings.Join(names, " "); !strings.Contains(got, "sea.jpg") || !strings.Contains(got, "map.txt") || strings.Contains(got, "film") {
		t.Errorf("packed are %s", got)
	}

	whole := link(url.Values{"days": {"8"}, "whole": {"on"}})
	if code, sent := olga.get(whole + "/fetch?at=sea.jpg"); code != http.StatusOK || sent != string(photo) {
		t.Errorf("%d, and the photo is not as it is", code)
	}
	edit := link(url.Values{"days": {"9"}, "may": {"edit"}})
	if code, sent := olga.get(edit + "/fetch?at=sea.jpg"); code != http.StatusOK || sent != string(photo) {
		t.Errorf("%d, and who may change it does not have it as it is", code)
	}
}
