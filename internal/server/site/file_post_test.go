package site_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/file"
)

// keepPicture puts a picture where somebody has nothing.
func (h *house) keepPicture(a *account.Account, path string, n int) *file.Node {
	h.t.Helper()
	node, _, err := h.files.Put(h.t.Context(), a.ID, path, bytes.NewReader(drawing(h.t, n)), file.Write{Size: -1, Parents: true})
	if err != nil {
		h.t.Fatal(err)
	}
	return node
}

func TestFilesBecomePostsArticlesAndPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ida, b := h.resident("ida")
		_, other := h.resident("ben")
		boat, leaf := h.keepPicture(ida, "Trip/IMG_10.png", 1), h.keepPicture(ida, "Trip/IMG_2.png", 2)
		h.keepFile(ida, "Trip/ticket.pdf", "%PDF-1.4")
		text := h.keepFile(ida, "walk.md", "# Round the bay\r\n\r\nWe set out *early*.\n")
		plain := h.keepFile(ida, "list.txt", "bread\nsalt")
		pdf := h.keepFile(ida, "lease.pdf", "%PDF-1.4")
		h.photoWork()
		choose := func(do string, all ...*file.Node) answer {
			form := url.Values{"do": {do}}
			for _, n := range all {
				form.Add("f[]", number(n))
			}
			return b.post("/file/chosen", form)
		}

		page := b.get(choose("post", boat, leaf).leads("/compose?draft=")).want(http.StatusOK, "held-1", "held-2", "/media/")
		if strings.Contains(page.text(), "held-3\" value") {
			t.Error("more than was chosen")
		}
		b.get(choose("post", text, boat).leads("/compose?draft=")).want(http.StatusOK, `value="Round the bay"`, "We set out *early*.", "held-1")
		b.get(choose("post", plain).leads("/compose?draft=")).want(http.StatusOK, `value="list"`, "bread\nsalt")
		at := choose("page", text, boat).leads("/site/pages/")
		b.get(at).want(http.StatusOK, `value="Round the bay"`, "We set out *early*.", "held-1")
		choose("page", text).leads("/site/pages/") // the title is taken, so it gets a number
		b.get(strings.TrimSuffix(choose("page", boat, leaf).leads("/site/pages/"), "#added")).want(http.StatusOK, "/media/")

		folder, err := h.files.At(t.Context(), ida.ID, "Trip")
		if err != nil {
			t.Fatal(err)
		}
		page = b.get(choose("post", folder).leads("/compose?draft="))
		page.want(http.StatusOK, "held-2")
		b.get(nodePath(folder, "")).want(http.StatusOK, `value="post"`)
		b.get("/files/lease.pdf").want(http.StatusOK)

		choose("post", pdf).want(http.StatusUnprocessableEntity, "lease.pdf cannot be shown")
		choose("post", text, plain).want(http.StatusUnprocessableEntity, "holds one text")
		empty, err := h.files.MakeFolder(t.Context(), ida.ID, "Empty")
		if err != nil {
			t.Fatal(err)
		}
		choose("post", empty).want(http.StatusUnprocessableEntity, "nothing in it")
		other.post("/file/chosen", url.Values{"do": {"post"}, "f[]": {number(boat)}}).leads("/files")
	})
}

// More pictures than a post shows go on a page of pictures; a post shows twenty.
func TestManyPicturesOfAFolder(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	for i := range 21 {
		h.keepPicture(ida, fmt.Sprintf("Many/%d.png", i), i+1)
	}
	h.photoWork()
	folder, err := h.files.At(t.Context(), ida.ID, "Many")
	if err != nil {
		t.Fatal(err)
	}
	at := b.post("/file/chosen", url.Values{"do": {"post"}, "f[]": {number(folder)}}).leads("/site/pages/")
	if page := b.get(strings.TrimSuffix(at, "#added")).want(http.StatusOK, "Many").text(); strings.Count(page, "/media/") < 21 {
		t.Error("the page does not show them all")
	}
	if err := h.files.Delete(t.Context(), ida.ID, "Many/0.png", false, nil); err != nil {
		t.Fatal(err)
	}
	form := b.get(b.post("/file/chosen", url.Values{"do": {"post"}, "f[]": {number(folder)}}).leads("/compose?draft=")).want(http.StatusOK, "held-20")
	action, fields := form.form("/compose")
	fields["text"], fields["visibility"] = "All of them", "public"
	where := b.send(action, fields, nil).leads("/@ida/")
	if page := b.get(where).want(http.StatusOK, "photos many").text(); strings.Count(page, "u-photo") != 20 {
		t.Errorf("%d pictures", strings.Count(page, "u-photo"))
	}
}

// What a post shows is chosen among one's files, from the form in which it is written.
func TestAttachFromFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ida, b := h.resident("ida")
		_, other := h.resident("ben")
		boat, leaf := h.keepPicture(ida, "Trip/boat.png", 1), h.keepPicture(ida, "leaf.png", 2)
		h.photoWork()
		action, fields := b.get("/compose").want(http.StatusOK).form("/compose")
		fields["attach"], fields["text"], fields["warning"] = "true", "Words that stay", "Boats"
		at := b.send(action, fields, nil).leads("/file/attach?draft=")
		page := b.get(at).want(http.StatusOK, "leaf.png", "Trip", `href="/file/attach?at=`)
		_, form := page.form("/file/attach")
		draft := form["draft"]
		b.post("/file/attach", url.Values{"draft": {draft}}).want(http.StatusUnprocessableEntity, "Choose at least one")
		back := b.post("/file/attach", url.Values{"draft": {draft}, "f[]": {number(leaf)}}).leads("/compose?draft=" + draft)
		b.get(back).want(http.StatusOK, "Words that stay", "Boats", "held-1")
		folder, err := h.files.At(t.Context(), ida.ID, "Trip")
		if err != nil {
			t.Fatal(err)
		}
		b.get("/file/attach?draft="+draft+"&at="+number(folder)).want(http.StatusOK, "boat.png")
		b.post("/file/attach", url.Values{"draft": {draft}, "f[]": {number(boat)}}).leads("/compose?draft=" + draft)
		b.get(back).want(http.StatusOK, "held-2")
		other.post("/file/attach", url.Values{"draft": {draft}, "f[]": {number(boat)}}).want(http.StatusNotFound)

		_, fields = b.get("/compose").form("/compose")
		fields["attach"] = "true"
		b.send(action, fields, nil).leads("/file/attach")
		fresh := b.post("/file/attach", url.Values{"f[]": {number(leaf)}}).leads("/compose?draft=")
		b.get(fresh).want(http.StatusOK, "held-1")
		b.get("/file/attach?draft=x").want(http.StatusUnprocessableEntity)
		b.get("/file/attach?at=999999").want(http.StatusNotFound)
	})
}
