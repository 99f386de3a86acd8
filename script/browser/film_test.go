package browser

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFilm plays a video of 1080 lines that a device put among the files: by
// HTTP Live Streaming, in one piece by ranges, and where there is no ffmpeg as it came.
func TestFilm(t *testing.T) {
	needsBrowser(t)
	clip := filepath.Join(t.TempDir(), "clip.mp4")
	if out, err := exec.Command("ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=25", "-f", "lavfi", "-i", "sine", "-t", "5",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", clip).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v %s", err, out)
	}
	video, err := os.ReadFile(clip)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("with ffmpeg", func(t *testing.T) {
		b := filmed(t, video)
		for deadline := time.Now().Add(4 * time.Minute); b.count(`source[src$="1080.mp4"]`) == 0 || b.count(".file-video ~ .hint") > 1; b.open("/files/clip.mp4") {
			if time.Now().After(deadline) {
				t.Fatal("it was never ready: " + b.text("main"))
			}
			time.Sleep(time.Second)
		}
		if at := b.plays(`v`); !strings.HasSuffix(at, "/film/all.m3u8") {
			t.Errorf("it plays %s", at)
		}
		for _, source := range []string{"1080.mp4", "/raw"} {
			b.open("/files/clip.mp4")
			only := `(v.querySelectorAll('source:not([src$="` + source + `"])').forEach(s => s.remove()), v.load(), v)`
			if at := b.plays(only); !strings.HasSuffix(at, source) {
				t.Errorf("it plays %s", at)
			}
			if seeks := value[bool](b, `new Promise(r => { const v = document.querySelector("video"); v.onseeked = () => r(Math.abs(v.currentTime - 4) < 0.5); v.currentTime = 4 })`); !seeks {
				t.Errorf("%s cannot be wound on", source)
			}
		}
		b.open("/files/clip.mp4")
		b.look("film", desk)
	})
	t.Run("without", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		b := filmed(t, video)
		if at := b.plays(`v`); !strings.HasSuffix(at, "/raw") {
			t.Errorf("it plays %s", at)
		}
		b.says(".file-video ~ .hint", "ffmpeg")
		b.look("film-without", desk)
	})
}

// filmed is a tab on the page of a video that a device put into a home.
func filmed(t *testing.T, video []byte) *tab {
	t.Helper()
	h := startHome(t, "127.0.0.1")
	b := openTab(t, h.origin, way{language: english.language, size: desk})
	b.visit(h.link)
	b.fill("#name", english.ana.name)
	b.fill("#address", english.ana.handle)
	b.fill("#password", english.ana.password)
	b.press("form .button.primary")
	secret, err := exec.Command(program, "account", "app-password", english.ana.handle, "--data", h.data).Output()
	if err != nil {
		t.Fatalf("app-password: %v", err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, h.origin+"/remote.php/dav/files/"+english.ana.handle+"/clip.mp4", bytes.NewReader(video))
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(string(secret))
	r.SetBasicAuth(english.ana.handle, words[len(words)-1])
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		t.Fatalf("put: %s", resp.Status)
	}
	b.open("/files/clip.mp4")
	return b
}

// plays has the video that an expression about v makes of the page's play, and tells what of.
func (b *tab) plays(made string) string {
	b.t.Helper()
	return value[string](b, `(async () => {
		let v = document.querySelector("video"); v = `+made+`; v.muted = true
		await v.play()
		for (let i = 0; i < 600 && v.currentTime < 0.4; i++) await new Promise(r => setTimeout(r, 20))
		v.pause()
		return v.currentTime < 0.4 ? "nothing: " + v.currentSrc : v.currentSrc
	})()`)
}
