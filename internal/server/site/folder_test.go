package site_test

import (
	"archive/zip"
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/file"
)

// keepFile puts a file where somebody has none.
func (h *house) keepFile(a *account.Account, path, content string) *file.Node {
	h.t.Helper()
	n, _, err := h.files.Put(h.t.Context(), a.ID, path, strings.NewReader(content), file.Write{Size: int64(len(content)), Parents: true})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func (h *house) holds(a *account.Account, path string) string {
	h.t.Helper()
	n, err := h.files.At(h.t.Context(), a.ID, path)
	if err != nil {
		h.t.Fatalf("%s: %v", path, err)
	}
	r, err := h.files.Open(h.t.Context(), n)
	if err != nil {
		h.t.Fatal(err)
	}
	defer r.Close()
	all, err := io.ReadAll(r)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(all)
}

func nodePath(n *file.Node, rest string) string { return "/file/" + number(n) + rest }

// upload sends files as a browser sends the form: fields first, names with folders in them.
func (b *browser) upload(action, clash string, files ...[2]string) answer {
	b.h.t.Helper()
	var buf bytes.Buffer
	m := multipart.NewWriter(&buf)
	if err := m.WriteField("clash", clash); err != nil {
		b.h.t.Fatal(err)
	}
	for _, f := range files {
		head := textproto.MIMEHeader{"Content-Type": {"application/octet-stream"}}
		head.Set("Content-Disposition", `form-data; name="file"; filename="`+strings.ReplaceAll(f[0], `"`, `\"`)+`"`)
		w, err := m.CreatePart(head)
		if err != nil {
			b.h.t.Fatal(err)
		}
		if _, err := io.WriteString(w, f[1]); err != nil {
			b.h.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		b.h.t.Fatal(err)
	}
	return b.do("POST", action, &buf, header("Content-Type", m.FormDataContentType()))
}

func TestFoldersAreMadeFilledAndLookedThrough(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ida, b := h.resident("ida")
		page := b.get("/files").want(http.StatusOK, "Nothing is in this folder yet", h.url)
		action, _ := page.form("/file/")
		make := strings.Replace(action, "/add", "/make", 1)
		b.post(make, url.Values{"name": {"Seed lists"}}).leads("/files/Seed%20lists")
		b.post(make, url.Values{"name": {"seed LISTS"}}).want(http.StatusUnprocessableEntity, "Something of this name is there already", `value="seed LISTS"`)
		b.post(make, url.Values{"name": {"a/b"}}).want(http.StatusUnprocessableEntity, "cannot hold /", `value="a/b"`)
		b.post(make, url.Values{"name": {".."}}).want(http.StatusUnprocessableEntity, "needs a name")
		b.upload(strings.Replace(action, "/make", "/add", 1), "beside", [2]string{"beans & peas.txt", "blue"}, [2]string{"Plot/2026/lease?.pdf", "%PDF-1.4"}).leads("/files?notice=files_kept")
		if got := h.holds(ida, "Plot/2026/lease?.pdf"); got != "%PDF-1.4" {
			t.Errorf("the file of a folder holds %q", got)
		}
		b.get("/files").want(http.StatusOK, "beans &amp; peas.txt", "3 things", `href="/files/Plot"`)
		b.get("/files/Plot/2026").want(http.StatusOK, `href="/files/Plot/2026/lease%3F.pdf"`, `href="/files/Plot"`)
		b.get("/files/beans%20&%20peas.txt").want(http.StatusOK, "blue")
		b.get("/files/none").want(http.StatusNotFound)
		b.get("/files/..%2f..%2fetc").want(http.StatusUnprocessableEntity)
		again := b.upload(strings.Replace(action, "/make", "/add", 1), "beside", [2]string{"beans & peas.txt", "green"})
		again.want(http.StatusOK, "1 file was kept", "beans &amp; peas (2).txt")
		b.upload(strings.Replace(action, "/make", "/add", 1), "skip", [2]string{"beans & peas.txt", "red"}).want(http.StatusOK, "1 file was left out")
		b.upload(strings.Replace(action, "/make", "/add", 1), "replace", [2]string{"beans & peas.txt", "white"}).leads("/files")
		if first, second := h.holds(ida, "beans & peas.txt"), h.holds(ida, "beans & peas (2).txt"); first != "white" || second != "green" {
			t.Errorf("they hold %q and %q", first, second)
		}
		refused := b.upload(strings.Replace(action, "/make", "/add", 1), "beside", [2]string{"../up.txt", "x"}, [2]string{"fine.txt", "y"})
		refused.want(http.StatusUnprocessableEntity, "1 file was not kept", "1 file was kept", "up.txt")
		b.upload(strings.Replace(action, "/make", "/add", 1), "beside").want(http.StatusUnprocessableEntity, "Choose at least one file")
	})
}

func TestFilesAreTheirOwnersAlone(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, a := h.resident("ida")
	_, b := h.resident("ben")
	n := h.keepFile(ida, "secret.txt", "nobody else")
	for _, rest := range []string{"", "/raw", "/fetch", "/zip", "/name", "/move"} {
		b.get(nodePath(n, rest)).want(http.StatusNotFound)
		if got := h.visitor().get(nodePath(n, rest)); got.status == http.StatusOK || strings.Contains(got.text(), "nobody") {
			t.Errorf("a visitor gets %d at %s", got.status, rest)
		}
	}
	for _, rest := range []string{"/make", "/name", "/favorite", "/trash"} {
		b.post(nodePath(n, rest), url.Values{"name": {"x"}}).want(http.StatusNotFound)
	}
	b.post("/file/chosen", url.Values{"f[]": {number(n)}, "do": {"trash"}}).leads("/files?notice=none_chosen")
	a.get("/files/secret.txt").want(http.StatusOK, "nobody else")
	if got := a.do("POST", nodePath(n, "/trash"), nil, header("Sec-Fetch-Site", "cross-site")); got.status != http.StatusForbidden {
		t.Errorf("another site may throw files away: %d", got.status)
	}
}

func TestBytesOfFilesNeverRun(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	for name, inline := range map[string]bool{
		"a.html": false, "a.svg": false, "a.xml": false, "a.json": false, "a.txt": false, "a.js": false, "a.bin": false,
		"a.png": true, "a.mp4": true, "a.mp3": true, "a.pdf": true,
	} {
		n := h.keepFile(ida, name, "<script>alert(1)</script>")
		got := b.get(nodePath(n, "/raw")).want(http.StatusOK)
		d, policy := got.header.Get("Content-Disposition"), got.header.Get("Content-Security-Policy")
		if strings.HasPrefix(d, "inline") != inline || !strings.HasPrefix(policy, "sandbox") || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s leaves with %q, %q", name, d, policy)
		}
		if strings.Contains(got.header.Get("Content-Type"), "json") {
			t.Errorf("%s leaves as %q", name, got.header.Get("Content-Type"))
		}
		if d := b.get(nodePath(n, "/fetch")).header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") || !strings.Contains(d, name) {
			t.Errorf("%s is saved by %q", name, d)
		}
	}
	n := h.keepFile(ida, "long.mp4", "0123456789")
	part := b.get(nodePath(n, "/raw"), header("Range", "bytes=2-4")).want(http.StatusPartialContent)
	if part.text() != "234" {
		t.Errorf("a part is %q", part.text())
	}
	b.get(nodePath(n, "/raw"), header("If-None-Match", part.header.Get("ETag"))).want(http.StatusNotModified)
	b.get("/files/a.html").want(http.StatusOK, "&lt;script&gt;")
}

func TestChosenThingsMoveAndAskBeforeTheyClash(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	one, two := h.keepFile(ida, "one.txt", "one"), h.keepFile(ida, "two.txt", "two")
	h.keepFile(ida, "Box/one.txt", "old one")
	box, err := h.files.At(t.Context(), ida.ID, "Box")
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"f[]": {number(one), number(two)}, "do": {"move"}}
	b.post("/file/chosen", form).want(http.StatusOK, "Where does it go?", "Box")
	form.Set("at", number(box))
	b.post("/file/chosen", form).want(http.StatusOK, "No folders are in here")
	form.Set("into", number(box))
	b.post("/file/chosen", form).want(http.StatusConflict, "1 thing of this name is there already", "one.txt", `value="`+number(one)+`"`)
	if h.holds(ida, "Box/two.txt") != "two" || h.holds(ida, "one.txt") != "one" {
		t.Error("what clashes did not stay, or what does not clash did")
	}
	form = url.Values{"f[]": {number(one)}, "do": {"move"}, "into": {number(box)}, "clash": {"beside"}}
	b.post("/file/chosen", form).leads("/files/Box?notice=moved_files")
	if got := h.holds(ida, "Box/one (2).txt"); got != "one" {
		t.Errorf("beside stands %q", got)
	}
	b.post("/file/chosen", url.Values{"f[]": {number(box)}, "do": {"move"}, "into": {number(box)}}).want(http.StatusUnprocessableEntity, "cannot be put into itself")
	b.post("/file/chosen", url.Values{"f[]": {number(two)}, "do": {"copy"}, "into": {number(box)}, "clash": {"beside"}}).leads("/files/Box")
	if got := h.holds(ida, "Box/two (2).txt"); got != "two" {
		t.Errorf("the copy holds %q", got)
	}
	b.post("/file/chosen", url.Values{"f[]": {number(two)}, "do": {"rename"}}).leads(nodePath(two, "/name"))
	b.post(nodePath(two, "/name"), url.Values{"name": {"ONE.txt"}}).want(http.StatusUnprocessableEntity, "Something of this name", `value="ONE.txt"`)
	b.post(nodePath(two, "/name"), url.Values{"name": {"Two.md"}}).leads("/files/Box/Two.md")
	b.post(nodePath(two, "/favorite"), nil).leads("/files/Box/Two.md")
	b.get("/file/favorites").want(http.StatusOK, "Two.md", `href="/files/Box"`)
	b.post("/file/chosen", url.Values{"do": {"move"}}).leads("/files?notice=none_chosen")
}

func TestTrashGivesBackAndIsEmptied(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	one, two := h.keepFile(ida, "Box/one.txt", "one"), h.keepFile(ida, "two.txt", "two")
	b.post("/file/chosen", url.Values{"f[]": {number(one), number(two)}, "do": {"trash"}}, header("Referer", h.url+"/files?by=new")).leads("/files?by=new&notice=thrown_away")
	b.get("/file/trash").want(http.StatusOK, "one.txt", "Box", "two.txt", "30 days")
	b.post("/file/trash/restore", url.Values{"f[]": {number(one)}}).leads("/file/trash?notice=restored")
	if h.holds(ida, "Box/one.txt") != "one" {
		t.Error("it is not back")
	}
	b.post("/file/trash/restore", nil).leads("/file/trash?notice=none_chosen")
	action, _ := b.get("/file/trash/empty").want(http.StatusOK, "1 thing is deleted for good").form("/file/trash/empty")
	b.post(action, nil).leads("/file/trash?notice=trash_emptied")
	b.get("/file/trash").want(http.StatusOK, "Nothing is in the trash")
	b.post("/file/trash/restore", url.Values{"f[]": {number(two)}}).leads("/file/trash?notice=none_chosen")
}

func TestFoldersComeInOneZipFile(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	h.keepFile(ida, "Box/Ящик/бобы.txt", strings.Repeat("beans ", 1000))
	two := h.keepFile(ida, "Box/two.jpg", "two")
	box, err := h.files.At(t.Context(), ida.ID, "Box")
	if err != nil {
		t.Fatal(err)
	}
	names := func(a answer) (all []string) {
		t.Helper()
		z, err := zip.NewReader(bytes.NewReader(a.want(http.StatusOK).body), int64(len(a.body)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, r); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
			all = append(all, f.Name)
		}
		slices.Sort(all)
		return all
	}
	if got := names(b.get(nodePath(box, "/zip"))); !slices.Equal(got, []string{"Box/", "Box/two.jpg", "Box/Ящик/", "Box/Ящик/бобы.txt"}) {
		t.Errorf("the folder comes as %q", got)
	}
	if got := names(b.post("/file/chosen", url.Values{"f[]": {number(box), number(two)}, "do": {"fetch"}})); !slices.Contains(got, "two.jpg") {
		t.Errorf("what was chosen comes as %q", got)
	}
	b.post("/file/chosen", url.Values{"f[]": {number(two)}, "do": {"fetch"}}).leads(nodePath(two, "/fetch"))
}

func TestFoldersOfManyComeInPages(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	for i := range 205 {
		h.keepFile(ida, "Many/"+string(rune('a'+i/26))+string(rune('a'+i%26))+".txt", strings.Repeat("x", i))
	}
	page := b.get("/files/Many").want(http.StatusOK, "205 things", "1–200", "/files/Many?skip=200")
	if rows := find(page.page(), func(n *node) bool { return n.Data == "input" && attr(n, "name") == "f[]" }); len(rows) != 200 {
		t.Errorf("a page has %d rows", len(rows))
	}
	b.get("/files/Many?skip=200").want(http.StatusOK, "201–205", `href="/files/Many"`)
	largest := find(b.get("/files/Many?by=size").page(), class("name"))
	if len(largest) == 0 || attr(largest[0], "href") != "/files/Many/hw.txt" {
		t.Error("the largest does not come first")
	}
	b.get("/files/Many?skip=-1&by=x").want(http.StatusOK, "1–200")
}

func number(n *file.Node) string { return strconv.FormatInt(n.Number, 10) }

func TestDocumentsStandInAFrameOfThisHomeAlone(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	n := h.keepFile(ida, "lease.pdf", "%PDF-1.4")
	page := b.get("/files/lease.pdf").want(http.StatusOK, `<iframe class="file-pdf" src="`+nodePath(n, "/raw"))
	if got := page.header.Get("Content-Security-Policy"); !strings.Contains(got, "frame-src 'self'") || !strings.Contains(got, "frame-ancestors 'none'") {
		t.Errorf("the page says %q", got)
	}
	raw := b.get(nodePath(n, "/raw")).want(http.StatusOK).header
	if got := raw.Get("Content-Security-Policy"); got != "sandbox; default-src 'none'; frame-ancestors 'self'" || raw.Get("X-Frame-Options") != "SAMEORIGIN" {
		t.Errorf("the document says %q and %q", got, raw.Get("X-Frame-Options"))
	}
	if got := b.get("/files").header.Get("Content-Security-Policy"); strings.Contains(got, "frame-src") {
		t.Errorf("other pages may hold frames: %q", got)
	}
}

func TestPicturesThatBrowsersDoNotShowAreShownSmaller(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	n := h.keepFile(ida, "IMG_1.HEIC", "not looked at here")
	b.get("/files/IMG_1.HEIC").want(http.StatusOK, `<img src="/photos/`+number(n)+`/2048?v=`)
	m := h.keepFile(ida, "sea.png", "nor here")
	b.get("/files/sea.png").want(http.StatusOK, `<img src="`+nodePath(m, "/raw"))
}
