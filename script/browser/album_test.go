package browser

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestAlbums chooses photos for an album, arranges them, shows it to everyone
// and by a link, and looks at it as a visitor, by keys; without script as well.
func TestAlbums(t *testing.T) {
	needsBrowser(t)
	h := startHome(t, "127.0.0.1")
	ida := openTab(t, h.origin, way{language: "en", size: desk})
	ida.visit(h.link)
	ida.fill("#name", "Ida")
	ida.fill("#address", "ida")
	ida.fill("#password", town[0].password)
	ida.press("form .button.primary")
	ida.open("/photos/albums")
	ida.says(".photos-none", "No albums yet")
	ida.look("albums-none", desk)

	bring := phoneOf(t, h, "ida")
	drawn, err := filepath.Glob("testdata/*.webp")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 9, 30, 18, 0, 0, 0, time.UTC)
	for i, path := range drawn {
		bring(path, at.AddDate(0, 0, -i))
	}
	for range 60 { // each page says how things stand now
		ida.open("/photos")
		if ida.count(".photo-month small") == 0 && ida.count(".jgrid img") >= len(drawn) {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}

	ida.open("/photos?choose=1")
	for i := 1; i <= min(4, len(drawn)); i++ {
		ida.tap(".photo-month .jgrid li:nth-child(" + string(rune('0'+i)) + ") .pick input")
	}
	ida.press(`.chosen-photos button[value="album"]`)
	album := ida.path()
	if !strings.HasPrefix(album, "/photos/albums/") {
		t.Fatalf("the chosen photos lead to %s", album)
	}
	ida.look("album", desk)
	ida.open(album + "/edit")
	ida.fill("#title", "Between two trains")
	ida.fill("#words", "Arezzo, 24 October 2026. Lent by Tomas, who had the better light.")
	ida.press("form .button.primary")
	ida.see(".pieces li:nth-child(2)")
	ida.press(`.pieces li:nth-child(2) button[value^="up-"]`)
	ida.look("album-edit", desk)
	ida.open(album + "/share")
	ida.look("album-share", desk)
	ida.tap(`input[value="public"]`)
	ida.press("#who form .button.primary")
	ida.see("#who .link-line")
	ida.open(album)
	ida.press(".jgrid li:nth-child(1) a")
	ida.see(".stage img")
	first := ida.path()
	ida.load(chromedp.KeyEvent(kb.ArrowRight))
	if ida.path() == first {
		t.Error("the arrow leads nowhere within the album")
	}
	ida.look("album-photo", desk)
	ida.load(chromedp.KeyEvent(kb.Escape))
	if ida.path() != album {
		t.Errorf("it is left to %s", ida.path())
	}
	ida.open("/photos/albums")
	ida.look("albums", desk)

	public := "/@ida" + strings.TrimPrefix(album, "/photos")
	visitor := openTab(t, h.origin, way{language: "en", size: phone})
	for range 60 {
		visitor.open(public)
		if visitor.count(".jgrid img") == min(4, len(drawn)) {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}
	visitor.look("album-public", phone)
	visitor.press(".jgrid li:nth-child(1) a")
	visitor.see(".stage img")
	visitor.press(`.stage a[rel="next"]`)
	visitor.see(".stage img")
	visitor.look("album-public-photo", phone)

	plain := openTab(t, h.origin, way{language: "ar", size: phone, plain: true})
	plain.open("/login?next=" + album + "/edit")
	plain.fill("#username", "ida")
	plain.fill("#password", town[0].password)
	plain.press("form .button.primary")
	plain.press(`.pieces li:nth-child(2) button[value^="up-"]`)
	plain.see(".pieces li:nth-child(2)")

	arabic := openTab(t, h.origin, way{language: "ar", size: phone})
	arabic.open("/login?next=" + album + "/edit")
	arabic.fill("#username", "ida")
	arabic.fill("#password", town[0].password)
	arabic.press("form .button.primary")
	arabic.look("album-edit-arabic", phone)
	arabic.open(album + "/share")
	arabic.look("album-share-arabic", phone)
}
