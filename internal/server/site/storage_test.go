package site_test

import (
	"net/http"
	"net/url"
	"testing"

	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/db/dbtest"
)

func TestVersionsAreLookedAtAndHadBack(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	_, ben := h.resident("ben")
	n := h.keepFile(ida, "note.txt", "first")
	b.get(nodePath(n, "/versions")).want(http.StatusOK, "nothing else yet")
	h.keepFile(ida, "note.txt", "second")
	page := b.get(nodePath(n, "/versions")).want(http.StatusOK)
	back, _ := page.form(nodePath(n, "/versions/"))
	was := back[:len(back)-len("/restore")]
	if got := b.get(was).want(http.StatusOK); got.text() != "first" || got.header.Get("Content-Disposition")[:10] != "attachment" {
		t.Errorf("the version is %q", got.text())
	}
	ben.get(was).want(http.StatusNotFound)
	ben.post(back, nil).want(http.StatusNotFound)
	b.post(back, nil).leads(nodePath(n, "/versions?notice=version_back"))
	if got := h.holds(ida, "note.txt"); got != "first" {
		t.Errorf("it holds %q", got)
	}
	back, _ = b.get(nodePath(n, "/versions")).form(nodePath(n, "/versions/"))
	b.post(back[:len(back)-len("/restore")]+"/delete", nil).leads(nodePath(n, "/versions?notice=discarded"))
	b.get(nodePath(n, "/versions")).want(http.StatusOK, "nothing else yet")
	b.get(nodePath(n, "/versions/x")).want(http.StatusNotFound)
}

func TestStorageTellsWhatTakesUpRoomAndTheKeeperSetsTheMost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		keeper, err := h.auth.Register(t.Context(), auth.Registration{Name: "vera", Password: password, Owner: true})
		if err != nil {
			t.Fatal(err)
		}
		k := h.visitor()
		k.post("/login", url.Values{"username": {"vera"}, "password": {password}, "next": {"/"}}).leads("/")
		ida, b := h.resident("ida")
		h.keepFile(ida, "Box/bell.mp4", "0123456789")
		h.keepFile(ida, "leaf.jpg", "01234")
		b.get("/file/storage").want(http.StatusOK, "Video", "Pictures", "bell.mp4", `href="/files/Box"`, "used in all")
		at := "/house/people/" + ida.ID.String() + "/space"
		k.get("/house").want(http.StatusOK, at)
		action, fields := k.get(at).want(http.StatusOK).form(at)
		fields["quota"] = "much"
		k.post(action, values(fields)).want(http.StatusUnprocessableEntity, "Write a number of gigabytes", `value="much"`)
		fields["quota"] = "0,000000016"
		k.post(action, values(fields)).leads(at + "?notice=saved")
		k.get(at).want(http.StatusOK, `value="0.000000016"`)
		b.get(at).want(http.StatusForbidden)
		home, err := h.files.At(t.Context(), ida.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		b.upload(nodePath(home, "/add"), "beside", [2]string{"more.txt", "many more bytes"}).want(http.StatusUnprocessableEntity, "no room left", "more.txt")
		b.get("/file/storage").want(http.StatusOK, "<meter")
		if _, err := h.files.Usage(t.Context(), keeper.ID); err != nil {
			t.Fatal(err)
		}
	})
}
