package hometest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// located is a photograph that says where and when it was taken, and with
// what, as another writer of metadata says it.
func located(t testing.TB) []byte {
	t.Helper()
	tool, err := exec.LookPath("exiftool")
	if err != nil {
		t.Skip("exiftool is not installed")
	}
	at := filepath.Join(t.TempDir(), "located.jpg")
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, image.NewGray(image.Rect(0, 0, 90, 60)), nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, plain.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tool, "-overwrite_original", "-Make=Zqcam", "-Model=Zq 1", "-GPSLatitude=52.5", "-GPSLatitudeRef=N", "-GPSLongitude=13.25",
		"-GPSLongitudeRef=W", "-GPSAltitude=34", "-DateTimeOriginal=2026:02:03 04:05:06", "-OffsetTimeOriginal=+02:00", "-Artist=Zq", "-XMP:City=Zqtown", "-IPTC:City=Zqtown", "-SerialNumber=123", at).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	raw, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// saidBy is what another reader of metadata finds in a picture, by group and name.
func saidBy(t testing.TB, picture []byte) map[string]any {
	t.Helper()
	at := filepath.Join(t.TempDir(), "picture")
	if err := os.WriteFile(at, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	raw, err := exec.CommandContext(t.Context(), "exiftool", "-j", "-G", "-n", at).Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	if err := json.Unmarshal(raw, &all); err != nil || len(all) != 1 {
		t.Fatal(err)
	}
	for name := range all[0] {
		if strings.HasPrefix(name, "File:") || strings.HasPrefix(name, "ExifTool:") || strings.HasPrefix(name, "Composite:") || strings.HasPrefix(name, "JFIF:") || name == "SourceFile" {
			delete(all[0], name)
		}
	}
	return all[0]
}

// fetched is what a visitor without an account is answered.
func fetched(t testing.TB, address string, header ...string) (*http.Response, string) {
	t.Helper()
	return ask(t, &http.Client{}, http.MethodGet, address, header...)
}

var aMedium = regexp.MustCompile(`/media/[\w-]+`)

// seenBy waits until an album shows so many pictures to somebody, and returns where they are.
func seenBy(t testing.TB, page func() string, n int) (all []string) {
	t.Helper()
	hometest.Await(t, fmt.Sprintf("%d pictures of the album are seen", n), func() bool {
		all = nil
		_, grid, _ := strings.Cut(page(), `class="jgrid`)
		for _, m := range regexp.MustCompile(`<img src="(/media/[\w-]+)"`).FindAllStringSubmatch(grid, -1) {
			all = append(all, m[1])
		}
		return len(all) == n
	})
	return all
}

// An album is shown to everyone by a post, its pictures say nothing unless its
// owner wants that, and it is out of reach once it is withdrawn.
func TestAlbumIsShownAndWithdrawn(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	photograph(ida, "one.jpg", located(t))
	photograph(ida, "two.jpg", snapshot(t))
	one, two := numberOf(ida, "one.jpg"), numberOf(ida, "two.jpg")
	at := albumOf(ida, one, two)
	submit(ida, at+"/edit", url.Values{"title": {"Between two trains"}, "words": {"Lent by Tomas"}, "order": {"chosen"}})
	public := "/@ida" + strings.TrimPrefix(at, "/photos")
	visit := func() string { _, body := fetched(t, h.Origin+public); return body }
	if resp, _ := fetched(t, h.Origin+public); resp.StatusCode != http.StatusNotFound {
		t.Errorf("an album that is shown to nobody: %s", resp.Status)
	}
	submit(ida, at+"/show", url.Values{"visibility": {"public"}})
	all := seenBy(t, visit, 2)
	page := visit()
	for _, part := range []string{"Between two trains", "Lent by Tomas", `property="og:image"`, "application/activity+json"} {
		if !strings.Contains(page, part) {
			t.Errorf("its page lacks %q", part)
		}
	}
	if strings.Contains(page, "one.jpg") {
		t.Error("its page tells the names of files")
	}
	picture := func(address string) []byte {
		resp, body := fetched(t, h.Origin+address)
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", address, resp.Status)
		}
		return []byte(body)
	}
	if got := saidBy(t, picture(all[0])); len(got) > 0 {
		t.Errorf("a picture says %v", got)
	}
	collected(t, h, h.Origin+public, all)
	if !strings.Contains(ida.Page("/@ida"), "Between two trains") {
		t.Error("no post tells of it")
	}

	submit(ida, at+"/tell", url.Values{"tells": {"true"}})
	before := all[0]
	hometest.Await(t, "the pictures say when and where", func() bool {
		all = seenBy(t, visit, 2)
		return all[0] != before
	})
	if resp, _ := fetched(t, h.Origin+before); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the picture that said nothing: %s", resp.Status)
	}
	got := saidBy(t, picture(all[0]))
	if got["EXIF:GPSLatitude"] != 52.5 || got["EXIF:GPSLongitude"] != 13.25 || got["EXIF:GPSLongitudeRef"] != "W" || got["EXIF:DateTimeOriginal"] != "2026:02:03 04:05:06" || got["EXIF:OffsetTimeOriginal"] != "+02:00" || got["EXIF:GPSAltitude"] != nil {
		t.Errorf("a picture says %v", got)
	}
	for name := range got {
		if !strings.HasPrefix(name, "EXIF:GPS") && name != "EXIF:DateTimeOriginal" && name != "EXIF:OffsetTimeOriginal" && name != "EXIF:ExifVersion" && name != "EXIF:ExifByteOrder" {
			t.Errorf("a picture says %s", name)
		}
	}
	if !strings.Contains(visit(), "carry when and where") {
		t.Error("the page does not say that its pictures tell")
	}
	inPost := aMedium.FindString(ida.Page("/@ida"))
	if got := saidBy(t, picture(inPost)); len(got) > 0 {
		t.Errorf("the picture of the post says %v", got)
	}
	submit(ida, at+"/tell", nil)
	before = all[0]
	hometest.Await(t, "the pictures say nothing again", func() bool { all = seenBy(t, visit, 2); return all[0] != before })
	if got := saidBy(t, picture(all[0])); len(got) > 0 {
		t.Errorf("a picture says %v", got)
	}

	submit(ida, "/file/"+one+"/trash", nil)
	if resp, _ := fetched(t, h.Origin+all[0]); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the picture of a photo that was thrown away: %s", resp.Status)
	}
	left := seenBy(t, visit, 1)
	submit(ida, at+"/withdraw", nil)
	for _, address := range []string{public, left[0], inPost} {
		if resp, _ := fetched(t, h.Origin+address); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s after the album was withdrawn: %s", address, resp.Status)
		}
	}
	if !strings.Contains(ida.Page(at), `/photos/albums/`) || strings.Contains(ida.Page("/@ida"), "Between two trains") {
		t.Error("the album is gone for its owner, or its post is not")
	}
}

// collected fails the test unless an album is an ordered collection of those pictures for other servers.
func collected(t testing.TB, h *hometest.Home, address string, pictures []string) {
	t.Helper()
	resp, body := fetched(t, address, "Accept", "application/activity+json")
	var c struct {
		Type, Name, URL, First string
		TotalItems             int
		Proof                  map[string]any
	}
	if err := json.Unmarshal([]byte(body), &c); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %.300s", resp.Status, err, body)
	}
	if c.Type != "OrderedCollection" || c.Name != "Between two trains" || c.TotalItems != len(pictures) || c.URL != address || c.Proof == nil {
		t.Errorf("the collection: %s", body)
	}
	_, body = fetched(t, c.First, "Accept", "application/activity+json")
	var page struct {
		Type         string
		OrderedItems []struct{ Type, MediaType, URL string }
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil || page.Type != "OrderedCollectionPage" || len(page.OrderedItems) != len(pictures) {
		t.Fatalf("its page: %v %s", err, body)
	}
	for _, one := range page.OrderedItems {
		resp, raw := fetched(t, one.URL)
		if one.Type != "Image" || resp.StatusCode != http.StatusOK || len(saidBy(t, []byte(raw))) > 0 {
			t.Errorf("%+v: %s", one, resp.Status)
		}
	}
	if resp, _ := fetched(t, c.First+"9", "Accept", "application/activity+json"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a page that is not: %s", resp.Status)
	}
}

// One who lives here is shown an album, puts a photo of their own into it,
// which stays theirs, and takes it along when they leave.
func TestAlbumOfTwoPeople(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida, ben, cat := h.Settle("ida"), h.Settle("ben"), h.Settle("cat")
	photograph(ida, "hers.jpg", snapshot(t))
	photograph(ben, "his.jpg", append(snapshot(t), "his"...))
	hers, his := numberOf(ida, "hers.jpg"), numberOf(ben, "his.jpg")
	at := albumOf(ida, hers)
	seen := "/@ida" + strings.TrimPrefix(at, "/photos")
	if got := submit(ida, at+"/invite", url.Values{"who": {"nobody"}}); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nobody is invited: %s", got.Status)
	}
	submit(ida, at+"/invite", url.Values{"who": {"@ben"}})
	seenBy(t, func() string { return ben.Page(seen) }, 1)
	if !strings.Contains(ben.Page("/photos/albums"), seen) {
		t.Error("it does not stand among the albums of who was invited")
	}
	for _, c := range []*http.Client{cat.Browser, {}} {
		if resp, _ := ask(t, c, http.MethodGet, h.Origin+seen); resp.StatusCode != http.StatusNotFound {
			t.Errorf("who was not invited: %s", resp.Status)
		}
	}
	id := regexp.MustCompile(`\d+$`).FindString(at)
	add := url.Values{"photo[]": {his}, "do": {"album"}, "album": {id}}
	if got := submit(ben, "/photos/post", add); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("who may look adds: %s at %s", got.Status, got.Request.URL)
	}
	submit(ida, at+"/invite", url.Values{"who": {"ben"}, "adds": {"true"}})
	if got := submit(ben, "/photos/post", add); got.StatusCode != http.StatusOK || got.Request.URL.Path != seen {
		t.Errorf("who may add adds: %s at %s", got.Status, got.Request.URL)
	}
	all := seenBy(t, func() string { return ben.Page(seen) }, 2)
	if !strings.Contains(ida.Page(at), all[1]) {
		t.Error("the owner of the album does not see what another put into it")
	}
	if resp, _ := ask(t, ida.Browser, http.MethodGet, h.Origin+"/photos/"+his+"/512"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the owner of the album sees the file of another: %s", resp.Status)
	}
	submit(ben, at+"/leave", nil)
	if resp, _ := fetched(t, h.Origin+all[1]); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the picture of who left: %s", resp.Status)
	}
	if resp, _ := ask(t, ben.Browser, http.MethodGet, h.Origin+seen); resp.StatusCode != http.StatusNotFound {
		t.Errorf("who left sees it: %s", resp.Status)
	}
	if !strings.Contains(ben.Page("/files"), "his.jpg") {
		t.Error("who left has lost a file")
	}
}

// People without an account see an album by its link, once they said its password, until it is taken back.
func TestAlbumByALink(t *testing.T) {
	t.Parallel()
	h, mail := mailed(t, "")
	ida := h.Settle("ida")
	photograph(ida, "one.jpg", snapshot(t))
	at := albumOf(ida, numberOf(ida, "one.jpg"))
	if got := submit(ida, at+"/link", url.Values{"label": {"Grandparents"}, "password": {"walnut tree"}, "days": {"7"}}); got.StatusCode != http.StatusOK {
		t.Fatal(got.Status)
	}
	link := regexp.MustCompile(`/album/[\w.~-]+`).FindString(ida.Page(at + "/share"))
	if link == "" {
		t.Fatal("there is no link")
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{h, &http.Client{Jar: jar}}
	look := func() string { _, body := ask(t, v.client, http.MethodGet, h.Origin+link); return body }
	if page := look(); !strings.Contains(page, `type="password"`) || strings.Contains(page, "/media/") {
		t.Error("it is seen before its password was said")
	}
	say := func(password string) int {
		resp, err := v.client.PostForm(h.Origin+link, url.Values{"password": {password}})
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		_, _ = io.Copy(io.Discard, resp.Body)
		return resp.StatusCode
	}
	if code := say("acorn"); code != http.StatusUnprocessableEntity {
		t.Errorf("another password: %d", code)
	}
	if code := say("walnut tree"); code != http.StatusOK {
		t.Errorf("the password: %d", code)
	}
	all := seenBy(t, look, 1)
	if code, page := v.post(link+"/comment", comment("Was it raining?", "Edith", "edith@pask.example")); code != http.StatusOK || !strings.Contains(page, "open the letter") {
		t.Fatalf("%d: %s", code, page)
	}
	_, page := v.get(mail.Await(t, "edith@pask.example", 1).Link(t, h.Origin+"/guest/"))
	v.button(page, "/confirm")
	waits := regexp.MustCompile(`/comments/(\d+)/\w+`).FindStringSubmatch(ida.Page("/waiting"))
	if waits == nil || strings.Contains(look(), "Was it raining") {
		t.Fatal("a comment by a link does not wait for the owner of the album")
	}
	submit(ida, "/comments/"+waits[1]+"/show", nil)
	if !strings.Contains(look(), "Was it raining") {
		t.Error("a comment that was let is not seen where it was written")
	}
	if resp, _ := fetched(t, h.Origin+"/@ida"+strings.TrimPrefix(at, "/photos")); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a link shows it to everyone: %s", resp.Status)
	}
	end := regexp.MustCompile(at + `/links/\d+/end`).FindString(ida.Page(at + "/share"))
	submit(ida, end, nil)
	if resp, _ := ask(t, v.client, http.MethodGet, h.Origin+link); resp.StatusCode != http.StatusGone {
		t.Errorf("a link that was taken back: %s", resp.Status)
	}
	submit(ida, at+"/withdraw", nil)
	if resp, _ := fetched(t, h.Origin+all[0]); resp.StatusCode != http.StatusNotFound {
		t.Errorf("its picture: %s", resp.Status)
	}
}

// Another home is told of an album by a post with its pictures, of what changes
// in it, and that it was withdrawn; what is answered there is said of it here.
func TestAlbumReachesAnotherHome(t *testing.T) {
	t.Parallel()
	here, far := hometest.Start(t, ""), hometest.Start(t, "")
	ida, wren := here.Settle("ida"), far.Settle("wren")
	follow(wren, ida)
	photograph(ida, "one.jpg", snapshot(t))
	photograph(ida, "two.jpg", append(snapshot(t), "two"...))
	one, two := numberOf(ida, "one.jpg"), numberOf(ida, "two.jpg")
	at := albumOf(ida, one, two)
	submit(ida, at+"/edit", url.Values{"title": {"Between two trains"}, "order": {"chosen"}})
	submit(ida, at+"/show", url.Values{"visibility": {"public"}})
	type shown struct {
		ID, URI string
		Content string
		Media   []struct{ URL string } `json:"media_attachments"`
	}
	read := func() (albums []shown) {
		for _, one := range hometest.Call[[]shown](wren, http.MethodGet, "/api/v1/timelines/home", nil) {
			if strings.Contains(one.Content, "Between two trains") {
				albums = append(albums, one)
			}
		}
		return albums
	}
	var got shown
	hometest.Await(t, "the album arrives with its pictures", func() bool {
		if all := read(); len(all) == 1 && len(all[0].Media) == 2 {
			got = all[0]
		}
		return got.ID != ""
	})
	if !strings.Contains(got.Content, "Between two trains") || !strings.Contains(got.Content, "/@ida/albums/") {
		t.Errorf("it says %q", got.Content)
	}
	write(wren, map[string]any{"status": "Which one is yours?", "in_reply_to_id": got.ID})
	public := "/@ida" + strings.TrimPrefix(at, "/photos")
	hometest.Await(t, "the answer is said of the album", func() bool { return strings.Contains(ida.Page(public), "One comment") })

	submit(ida, "/file/"+two+"/trash", nil)
	hometest.Await(t, "a photo that was thrown away leaves the post elsewhere", func() bool {
		all := read()
		return len(all) == 1 && len(all[0].Media) == 1
	})
	submit(ida, at+"/withdraw", nil)
	hometest.Await(t, "the post goes elsewhere too", func() bool { return len(read()) == 0 })
}
