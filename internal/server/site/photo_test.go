package site_test

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"allod/internal/db/dbtest"
	"allod/internal/file"
)

// One sees one's photos, looks at one, and begins a post with it; nobody else sees anything.
func TestPhotosAreTheirOwnersUntilTheyArePosted(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	_, other := h.resident("ben")
	b.get("/photos").want(http.StatusOK)
	var paths []string
	for i, name := range []string{"IMG_20260203_040506.png", "IMG_20250607_080910.png"} {
		n, _, err := h.files.Put(t.Context(), ida.ID, name, bytes.NewReader(drawing(t, i+1)), file.Write{Size: -1})
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, "/photos/"+strconv.FormatInt(n.Number, 10))
	}
	if err := h.photos.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	page := b.get("/photos").want(http.StatusOK).text()
	for _, p := range paths {
		if !strings.Contains(page, p+"/512?v=") {
			t.Errorf("no picture of %s", p)
		}
	}
	if page := b.get("/photos?month=2025-06").want(http.StatusOK).text(); strings.Contains(page, paths[0]+"/512") || !strings.Contains(page, paths[1]+"/512") {
		t.Error("another month")
	}
	if one := b.get(paths[0]).want(http.StatusOK).text(); !strings.Contains(one, `href="`+paths[1]+`"`) {
		t.Error("the photo before it is not led to")
	}
	small := b.get(paths[0] + "/256").want(http.StatusOK)
	if got := small.header.Get("Content-Type"); got != "image/png" || small.header.Get("Content-Security-Policy") == "" || !strings.HasPrefix(small.header.Get("Cache-Control"), "private") {
		t.Errorf("%s %v", got, small.header)
	}
	for _, path := range []string{paths[0], paths[0] + "/256"} {
		other.get(path).want(http.StatusNotFound)
	}
	h.visitor().get(paths[0] + "/256").want(http.StatusNotFound)
	b.get("/photos?month=never").want(http.StatusBadRequest)
	b.get("/photos?before=x.y").want(http.StatusBadRequest)
	b.get("/photos/0").want(http.StatusNotFound)

	number := strings.TrimPrefix(paths[0], "/photos/")
	b.send("/photos/post", map[string]string{}, nil).want(http.StatusUnprocessableEntity)
	other.send("/photos/post", map[string]string{"photo[]": number}, nil).want(http.StatusNotFound)
	went := b.send("/photos/post", map[string]string{"photo[]": number}, nil).want(http.StatusSeeOther)
	form := b.get(went.header.Get("Location")).want(http.StatusOK).text()
	if !strings.Contains(form, "/media/") {
		t.Error("the form of the post does not show the photo")
	}

	other.send("/photos/post", map[string]string{"photo[]": number, "do": "page"}, nil).want(http.StatusNotFound)
	went = b.send("/photos/post", map[string]string{"photo[]": number, "do": "page"}, nil).want(http.StatusSeeOther)
	arranged, _, _ := strings.Cut(went.header.Get("Location"), "#")
	if !strings.Contains(b.get(arranged).want(http.StatusOK).text(), "/media/") {
		t.Error("the new page does not show the photo")
	}
	made := strings.TrimSuffix(strings.TrimPrefix(arranged, "/site/pages/"), "/pictures")
	b.send("/photos/post", map[string]string{"photo[]": strings.TrimPrefix(paths[1], "/photos/"), "do": "page", "page": made}, nil).want(http.StatusSeeOther)
	b.send("/photos/post", map[string]string{"photo[]": number, "do": "page", "page": "1"}, nil).want(http.StatusNotFound)
	if pages, err := h.pages.All(t.Context(), ida.ID, ida.ID); err != nil || len(pages) != 1 || !pages[0].Draft {
		t.Errorf("%+v %v", pages, err)
	}
}

// photoWork looks at the photos there are.
func (h *house) photoWork() {
	h.t.Helper()
	if err := h.photos.Work(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}
