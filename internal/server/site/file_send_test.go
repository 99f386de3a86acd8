package site_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"allod/internal/db/dbtest"
)

func TestScriptsSendFilesInPiecesAndGoOnWhereTheyStopped(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	_, ben := h.resident("ben")
	home, err := h.files.At(t.Context(), ida.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	whole := bytes.Repeat([]byte("0123456789abcdef"), 1<<16*17+1) // two pieces of 8 MiB and a bit
	const piece = 8 << 20
	say := func(who *browser, from int, clash, name string) answer {
		t.Helper()
		q := url.Values{"name": {name}, "size": {strconv.Itoa(len(whole))}, "from": {strconv.Itoa(from)}, "modified": {"1700000000000"}, "clash": {clash}, "upload": {"web-1"}}
		return who.do("POST", nodePath(home, "/send?")+q.Encode(), bytes.NewReader(whole[from:min(from+piece, len(whole))]))
	}
	say(ben, 0, "", "bell.mov").want(http.StatusNotFound)
	say(h.visitor(), 0, "", "bell.mov").want(http.StatusUnauthorized)
	say(b, 0, "", "../bell.mov").want(http.StatusUnprocessableEntity)
	say(b, 0, "", "Box/bell.mov").want(http.StatusNoContent)
	b.get("/files/Box").want(http.StatusNotFound) // nothing half-written is to be seen
	if got := b.get(nodePath(home, "/sent?upload=web-1")).want(http.StatusNoContent).header.Get("Upload-Offset"); got != strconv.Itoa(piece) {
		t.Errorf("%s bytes have come", got)
	}
	say(b, piece, "", "Box/bell.mov").want(http.StatusNoContent)
	say(b, 2*piece, "", "Box/bell.mov").want(http.StatusNoContent)
	if got := h.holds(ida, "Box/bell.mov"); got != string(whole) {
		t.Errorf("%d bytes of %d were kept, or others", len(got), len(whole))
	}
	n, err := h.files.At(t.Context(), ida.ID, "Box/bell.mov")
	if err != nil || n.ModifiedAt.UnixMilli() != 1700000000000 {
		t.Errorf("it was made %v, %v", n.ModifiedAt, err)
	}
	if got, ok := b.get(nodePath(home, "/sent?upload=web-1")).want(http.StatusNoContent).header["Upload-Offset"]; ok {
		t.Errorf("of what was kept %s bytes are still said to have come", got)
	}
	say(b, 0, "", "Box/bell.mov").want(http.StatusConflict, "Something of this name is there already")

	small := func(clash, body string) answer {
		t.Helper()
		q := url.Values{"name": {"note.txt"}, "size": {strconv.Itoa(len(body))}, "from": {"0"}, "clash": {clash}}
		return b.do("POST", nodePath(home, "/send?")+q.Encode(), bytes.NewReader([]byte(body)))
	}
	small("", "one").want(http.StatusNoContent)
	small("", "two").want(http.StatusConflict)
	small("skip", "two").want(http.StatusNoContent)
	if got := h.holds(ida, "note.txt"); got != "one" {
		t.Errorf("what was to stay holds %q", got)
	}
	small("beside", "two").want(http.StatusNoContent)
	small("replace", "three").want(http.StatusNoContent)
	if first, second := h.holds(ida, "note.txt"), h.holds(ida, "note (2).txt"); first != "three" || second != "two" {
		t.Errorf("they hold %q and %q", first, second)
	}
	small("replace", "").want(http.StatusNoContent)
	if err := h.files.SetQuota(t.Context(), ida.ID, 1000); err != nil {
		t.Fatal(err)
	}
	small("beside", "four").want(http.StatusRequestEntityTooLarge, "no room left")
	say(b, 0, "beside", "more.mov").want(http.StatusRequestEntityTooLarge, "no room left")
	b.post(nodePath(home, "/unsend?upload=web-1"), nil).want(http.StatusNoContent)
	if got := b.do("POST", nodePath(home, "/send?size=1&from=0&name=x"), bytes.NewReader([]byte("x")), header("Origin", "https://evil.example")); got.status != http.StatusForbidden {
		t.Errorf("another site sends files: %d", got.status)
	}
}
