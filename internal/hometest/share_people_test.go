package hometest_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// drop sends files as somebody without an account.
func (v *visitor) drop(path string, files map[string]string) (int, string) {
	t := v.home.T()
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, text := range files {
		part, err := form.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return v.read(v.client.Post(v.home.Origin+path, form.FormDataContentType(), &b))
}

// folder makes a folder with a file on somebody's device and returns the page on which it is shared.
func (d *device) folder(name string) string {
	t := d.Home.T()
	t.Helper()
	d.want(http.StatusCreated, "MKCOL", "/remote.php/dav/files/"+d.Name+"/"+name, "")
	d.want(http.StatusCreated, http.MethodPut, "/remote.php/dav/files/"+d.Name+"/"+name+"/map.txt", "zqmap")
	number := regexp.MustCompile(`/file/(\d+)/zip`).FindStringSubmatch(d.Page("/files/" + name))
	if number == nil {
		t.Fatal("no folder")
	}
	return "/file/" + number[1] + "/share"
}

// TestFolderIsSharedWithSomebodyHere has one person share a folder with another on pages, and both use it on devices.
func TestFolderIsSharedWithSomebodyHere(t *testing.T) {
	h := hometest.Start(t, "")
	ida, bo := h.Settle("ida"), h.Settle("bo")
	idas, bos := &device{ida, ida.AppPassword()}, &device{bo, bo.AppPassword()}
	dialog := idas.folder("Trip")
	people := strings.TrimSuffix(dialog, "share") + "people"
	if code, page := press(t, ida, people, url.Values{"who": {"zoe"}, "note": {"zqnote"}, "may": {"edit"}}); code != http.StatusUnprocessableEntity ||
		!strings.Contains(page, `value="zoe"`) || !strings.Contains(page, "zqnote") {
		t.Errorf("%d\n%s", code, page)
	}
	if code, page := press(t, ida, people, url.Values{"who": {"@bo"}, "note": {"zqnote"}, "may": {"edit"}, "until": {"2126-05-01"}}); code != http.StatusOK || !strings.Contains(page, "@bo") {
		t.Fatalf("%d\n%s", code, page)
	}
	if page := ida.Page("/file/shared"); !strings.Contains(page, "Trip") {
		t.Errorf("%s", page)
	}
	if page := bo.Page("/file/shared"); !strings.Contains(page, "Trip") || !strings.Contains(page, "zqnote") || !strings.Contains(page, "/share/leave") {
		t.Errorf("%s", page)
	}
	if page := bo.Page("/files/Trip"); !strings.Contains(page, "map.txt") {
		t.Errorf("%s", page)
	}
	if page := bo.Page("/news"); !strings.Contains(page, "Trip") {
		t.Errorf("no news of it: %s", page)
	}
	bos.want(http.StatusCreated, http.MethodPut, "/remote.php/dav/files/bo/Trip/from-bo.txt", "hello")
	if _, got := idas.want(http.StatusOK, http.MethodGet, "/remote.php/dav/files/ida/Trip/from-bo.txt", ""); got != "hello" {
		t.Error(got)
	}
	// A page of theirs reads and changes it; what is not theirs to give they do not give.
	if code, _ := press(t, bo, people, url.Values{"who": {"ida"}}); code/100 != 4 {
		t.Errorf("%d", code)
	}
	if code, _ := press(t, bo, dialog, url.Values{"days": {"0"}}); code != http.StatusForbidden {
		t.Errorf("a link to what is another's: %d", code)
	}
	change := regexp.MustCompile(people + `/\d+"`).FindString(ida.Page(dialog))
	change = strings.TrimSuffix(change, `"`)
	if code, _ := press(t, ida, change, url.Values{"may": {"look"}}); code != http.StatusOK {
		t.Errorf("%d", code)
	}
	bos.want(http.StatusForbidden, http.MethodPut, "/remote.php/dav/files/bo/Trip/from-bo.txt", "more")
	bos.want(http.StatusForbidden, http.MethodDelete, "/remote.php/dav/files/bo/Trip/map.txt", "")
	if page := bo.Page("/files/Trip"); strings.Contains(page, `data-add`) {
		t.Error("it offers to put files where none can be put")
	}
	if code, _ := press(t, ida, change+"/end", nil); code != http.StatusOK {
		t.Errorf("%d", code)
	}
	bos.want(http.StatusNotFound, http.MethodGet, "/remote.php/dav/files/bo/Trip/map.txt", "")
	if page := bo.Page("/files"); strings.Contains(page, "Trip") {
		t.Error("it stands there still")
	}
	if page := bo.Page("/news"); strings.Contains(page, "Trip") {
		t.Error("the news tells of what is no more")
	}
	idas.want(http.StatusOK, http.MethodGet, "/remote.php/dav/files/ida/Trip/map.txt", "")
}

// TestStrangersDropFilesWithoutSeeingAny has somebody without an account send files into a folder.
func TestStrangersDropFilesWithoutSeeingAny(t *testing.T) {
	h := hometest.Start(t, "")
	ida, olga := h.Settle("ida"), newVisitor(h)
	d := &device{ida, ida.AppPassword()}
	dialog := d.folder("Entries")
	link := func(form url.Values) string {
		t.Helper()
		_, page := press(t, ida, dialog, form)
		all := regexp.MustCompile(h.Origin+`(/s/[\w-]+)`).FindAllStringSubmatch(page, -1)
		if all == nil {
			t.Fatalf("%s", page)
		}
		return all[0][1]
	}
	drop := link(url.Values{"days": {"0"}, "may": {"drop"}, "note": {"zqnote"}})
	if code, page := olga.get(drop + "?lang=en"); code != http.StatusOK || strings.Contains(page, "map.txt") || !strings.Contains(page, "zqnote") || !strings.Contains(page, "multipart/form-data") {
		t.Errorf("%d\n%s", code, page)
	}
	if code, page := olga.drop(drop+"/add?at=", map[string]string{"map.txt": "another", "song.mp3": "la"}); code != http.StatusOK || !strings.Contains(page, "map (2).txt") {
		t.Errorf("%d\n%s", code, page)
	}
	if _, got := d.want(http.StatusOK, http.MethodGet, "/remote.php/dav/files/ida/Entries/map.txt", ""); got != "zqmap" {
		t.Error(got)
	}
	if _, got := d.want(http.StatusOK, http.MethodGet, "/remote.php/dav/files/ida/Entries/map%20(2).txt", ""); got != "another" {
		t.Error(got)
	}
	for _, what := range []string{"/raw?at=map.txt", "/fetch?at=map.txt", "/zip?at=", "?at=map.txt", "/raw?at=song.mp3"} {
		if code, page := olga.get(drop + what); code/100 != 4 || strings.Contains(page, "zqmap") {
			t.Errorf("%s: %d %s", what, code, page)
		}
	}
	for name, files := range map[string]map[string]string{"none": {}, "nameless": {"": "x"}} {
		if code, _ := olga.drop(drop+"/add?at=", files); code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, code)
		}
	}

	look := link(url.Values{"days": {"0"}, "may": {"look"}, "kept": {"on"}})
	if code, _ := olga.drop(look+"/add?at=", map[string]string{"x.txt": "x"}); code != http.StatusForbidden {
		t.Errorf("%d", code)
	}
	if code, page := olga.get(look); code != http.StatusOK || !strings.Contains(page, "map.txt") || strings.Contains(page, "/zip") {
		t.Errorf("%d\n%s", code, page)
	}
	for _, what := range []string{"/raw?at=map.txt", "/fetch?at=map.txt", "/zip?at="} {
		if code, _ := olga.get(look + what); code != http.StatusForbidden {
			t.Errorf("%s is saved: %d", what, code)
		}
	}

	edit := link(url.Values{"days": {"0"}, "may": {"edit"}})
	if code, page := olga.drop(edit+"/add?at=", map[string]string{"new.txt": "x"}); code != http.StatusOK || !strings.Contains(page, "new.txt") {
		t.Errorf("%d\n%s", code, page)
	}
	if code, _ := olga.drop(edit+"/add?at=map.txt", map[string]string{"anything.txt": "newer"}); code != http.StatusOK {
		t.Errorf("%d", code)
	}
	if _, got := d.want(http.StatusOK, http.MethodGet, "/remote.php/dav/files/ida/Entries/map.txt", ""); got != "newer" {
		t.Error(got)
	}
}

// TestLinkGoesInAPostToSomebodyElsewhere has a link go to a person of another home in a post to them alone.
func TestLinkGoesInAPostToSomebodyElsewhere(t *testing.T) {
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	d := &device{ida, ida.AppPassword()}
	dialog := d.folder("Trip")
	_, page := press(t, ida, dialog, url.Values{"days": {"0"}})
	write := regexp.MustCompile(`/compose\?level=direct[^"]*`).FindString(page)
	link := regexp.MustCompile(h.Origin + `/s/[\w-]+`).FindString(page)
	form := ida.Page(strings.ReplaceAll(write, "&amp;", "&"))
	if link == "" || !strings.Contains(form, link) || !regexp.MustCompile(`value="direct"[^>]* checked`).MatchString(form) {
		t.Fatalf("%s\n%s", write, form)
	}
	other := hometest.Start(t, "")
	rosa := other.Settle("rosa")
	find(ida, handle(rosa))
	hometest.Call[status](ida, http.MethodPost, "/api/v1/statuses", map[string]any{"status": handle(rosa) + " " + link, "visibility": "direct"})
	hometest.Await(t, "the link arrives", func() bool {
		for _, n := range hometest.Call[[]notice](rosa, http.MethodGet, "/api/v1/notifications", nil) {
			if n.Status != nil && n.Status.Visibility == "direct" && strings.Contains(n.Status.Content, link) {
				return true
			}
		}
		return false
	})
	if code, page := newVisitor(h).get(strings.TrimPrefix(link, h.Origin)); code != http.StatusOK || !strings.Contains(page, "map.txt") {
		t.Errorf("%d\n%s", code, page)
	}
}
