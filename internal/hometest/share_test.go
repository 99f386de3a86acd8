package hometest_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// TestLinkOpensAFolderToWhoHasIt shares a folder with and without a password and takes it back.
func TestLinkOpensAFolderToWhoHasIt(t *testing.T) {
	h := hometest.Start(t, "")
	ida, olga := h.Settle("ida"), newVisitor(h)
	d := &device{ida, ida.AppPassword()}
	for _, folder := range []string{"Trip", "Trip/Sea", "Private"} {
		if resp, body := d.do("MKCOL", "/remote.php/dav/files/ida/"+folder, ""); resp.StatusCode != http.StatusCreated {
			t.Fatalf("%s %s", resp.Status, body)
		}
	}
	for path, text := range map[string]string{"Trip/map.txt": "zqmap", "Trip/Sea/wave.html": "<script>zqwave</script>", "Private/diary.txt": "zqdiary"} {
		if resp, body := d.do("PUT", "/remote.php/dav/files/ida/"+path, text); resp.StatusCode != http.StatusCreated {
			t.Fatalf("%s %s", resp.Status, body)
		}
	}
	about := func(path string) string {
		t.Helper()
		found := regexp.MustCompile(`/file/\d+/share`).FindString(ida.Page(path))
		if found == "" {
			t.Fatalf("%s does not lead to links", path)
		}
		return found
	}
	number := regexp.MustCompile(`/file/(\d+)/zip`).FindStringSubmatch(ida.Page("/files/Trip"))
	if number == nil {
		t.Fatal("no folder")
	}
	dialog := "/file/" + number[1] + "/share"
	if got := about("/file/" + number[1]); got != dialog {
		t.Errorf("the page of the folder leads to %s", got)
	}
	make := func(form url.Values) string {
		t.Helper()
		code, page := press(t, ida, dialog, form)
		link := regexp.MustCompile(h.Origin + `(/s/[\w-]+)`).FindStringSubmatch(page)
		if code != http.StatusOK || link == nil {
			t.Fatalf("%d\n%s", code, page)
		}
		return link[1]
	}
	if code, page := press(t, ida, dialog, url.Values{"days": {"7"}, "label": {"Olga"}, "password": {"short"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="Olga"`) {
		t.Errorf("%d\n%s", code, page)
	}
	open := make(url.Values{"days": {"7"}, "label": {"zqlabel"}})
	code, page := olga.get(open + "?lang=en")
	if code != http.StatusOK || !strings.Contains(page, "map.txt") || !strings.Contains(page, "Sea") || strings.Contains(page, "Private") || strings.Contains(page, "zqlabel") {
		t.Errorf("%d\n%s", code, page)
	}
	if code, body := olga.get(open + "/raw?at=map.txt"); code != http.StatusOK || body != "zqmap" {
		t.Errorf("%d %s", code, body)
	}
	resp, body := ask(t, olga.client, http.MethodGet, h.Origin+open+"/raw?at="+url.QueryEscape("Sea/wave.html"))
	if resp.StatusCode != http.StatusOK || !strings.Contains(body, "zqwave") || !strings.HasPrefix(resp.Header.Get("Content-Disposition"), "attachment") ||
		!strings.Contains(resp.Header.Get("Content-Security-Policy"), "sandbox") || resp.Header.Get("X-Robots-Tag") == "" {
		t.Errorf("%s %v", resp.Status, resp.Header)
	}
	_, packed := olga.get(open + "/zip?at=")
	z, err := zip.NewReader(bytes.NewReader([]byte(packed)), int64(len(packed)))
	if err != nil || len(z.File) != 4 {
		t.Errorf("%d entries: %v", len(z.File), err)
	}
	for _, path := range []string{"../Private/diary.txt", "/../Private", "Sea/../../Private/diary.txt", "Private/diary.txt", "%00"} {
		for _, what := range []string{"", "/raw", "/fetch", "/zip"} {
			if code, body := olga.get(open + what + "?at=" + path); code/100 != 4 || strings.Contains(body, "zqdiary") {
				t.Errorf("%s%s: %d %s", what, path, code, body)
			}
		}
	}
	if code, _ := olga.get(open[:len(open)-1] + "A/raw?at=map.txt"); code != http.StatusGone {
		t.Errorf("a link that was made up: %d", code)
	}

	// One with a password shows nothing before it was said.
	locked := make(url.Values{"days": {"0"}, "password": {"the boat is green"}})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	olga.client.Jar = jar
	for _, what := range []string{"", "/raw", "/fetch", "/zip"} {
		if code, body := olga.get(locked + what + "?at=map.txt"); code != http.StatusOK || !strings.Contains(body, `name="password"`) || strings.Contains(body, "map") {
			t.Errorf("%s: %d %s", what, code, body)
		}
	}
	if code, page := olga.post(locked, url.Values{"password": {"the boat is red"}}); code != http.StatusUnprocessableEntity {
		t.Errorf("%d\n%s", code, page)
	}
	if code, page := olga.post(locked, url.Values{"password": {"the boat is green"}}); code != http.StatusOK || !strings.Contains(page, "map.txt") {
		t.Errorf("%d\n%s", code, page)
	}
	if code, body := olga.get(locked + "/raw?at=map.txt"); code != http.StatusOK || body != "zqmap" {
		t.Errorf("%d %s", code, body)
	}

	// Taken back, they open nothing, at once.
	for _, end := range regexp.MustCompile(dialog+`/\d+/end`).FindAllString(ida.Page(dialog), -1) {
		if code, _ := press(t, ida, end, nil); code != http.StatusOK {
			t.Errorf("%d", code)
		}
	}
	for _, link := range []string{open, locked} {
		if code, _ := olga.get(link + "/raw?at=map.txt"); code != http.StatusGone {
			t.Errorf("%s: %d", link, code)
		}
	}
}
