package browser

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestPhotos has a phone bring photos, and looks at them by when they were
// taken, at one of them by keys, and posts two; without script as well.
func TestPhotos(t *testing.T) {
	needsBrowser(t)
	h := startHome(t, "127.0.0.1")
	ida := openTab(t, h.origin, way{language: "en", size: desk})
	ida.visit(h.link)
	ida.fill("#name", "Ida")
	ida.fill("#address", "ida")
	ida.fill("#password", town[0].password)
	ida.press("form .button.primary")
	ida.open("/photos")
	ida.says(".photos-none", "No photos yet")
	ida.look("photos-none", desk)

	bring := phoneOf(t, h, "ida")
	drawn, err := filepath.Glob("testdata/*.webp")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 9, 30, 18, 0, 0, 0, time.UTC)
	for i, path := range drawn {
		bring(path, at.AddDate(0, -2*i, -i))
	}
	root := os.Getenv("ALLOD_TEST_PHOTOS")
	for _, name := range []string{"gps/DSCN0010.jpg", "heic/mobile/iphone_13_pro_max.HEIC"} {
		if _, err := os.Stat(filepath.Join(root, name)); root != "" && err == nil {
			bring(filepath.Join(root, name), at)
		}
	}
	for range 60 { // each page says how things stand now
		ida.open("/photos")
		if ida.count(".photo-month small") == 0 && ida.count(".jgrid img") >= len(drawn) {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}
	if n := ida.count(".jgrid img"); n < len(drawn) {
		t.Fatalf("%d pictures of %d", n, len(drawn))
	}
	ida.look("photos", desk)

	ida.press(".jgrid li:nth-child(1) a")
	ida.see(".stage img")
	first := ida.path()
	ida.tap(".photo-facts summary")
	ida.look("photo", desk)
	ida.load(chromedp.KeyEvent(kb.ArrowRight))
	if second := ida.path(); second == first {
		t.Error("the arrow leads nowhere")
	}
	ida.load(chromedp.KeyEvent(kb.ArrowLeft))
	if ida.path() != first {
		t.Error("the other arrow does not lead back")
	}
	ida.load(chromedp.KeyEvent(kb.Escape))
	ida.says("h1", "Photos")
	ida.open("/photos?choose=1&lang=ru")
	ida.look("photos-choose", desk)

	plain := openTab(t, h.origin, way{language: "ru", size: phone, plain: true})
	plain.open("/login?next=/photos")
	plain.fill("#username", "ida")
	plain.fill("#password", town[0].password)
	plain.press("form .button.primary")
	plain.press(".photos-head a")
	plain.tap(".photo-month .jgrid li:nth-child(1) .pick input")
	plain.press(".chosen-photos button")
	plain.see(".pictures img, .picture img, form img")
	plain.fill("#text", "Вид с дамбы")
	plain.press(".send")
	plain.see(".h-entry img")

	arabic := openTab(t, h.origin, way{language: "ar", size: phone})
	arabic.open("/login?next=" + first)
	arabic.fill("#username", "ida")
	arabic.fill("#password", town[0].password)
	arabic.press("form .button.primary")
	arabic.see(".stage img")
	arabic.look("photo-arabic", phone)
}

// phoneOf is a phone that keeps its files with a home: it sends one, as old as it says.
func phoneOf(t *testing.T, h *home, name string) func(path string, modified time.Time) {
	t.Helper()
	out, err := exec.Command(program, "account", "app-password", name, "--data", h.data).Output()
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(string(out))
	secret := words[len(words)-1]
	return func(path string, modified time.Time) {
		t.Helper()
		body, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, h.origin+"/remote.php/dav/files/"+name+"/"+filepath.Base(path), body)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(name, secret)
		r.Header.Set("X-OC-Mtime", strconv.FormatInt(modified.Unix(), 10))
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusCreated {
			t.Fatalf("%s: %s", path, answer.Status)
		}
	}
}
