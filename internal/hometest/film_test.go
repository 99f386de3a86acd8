package hometest_test

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// TestVideoAmongFiles has a home make a video ready that a device put there, and hands it to nobody else.
func TestVideoAmongFiles(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("there is no ffmpeg; script/setup brings it")
	}
	clip := filepath.Join(t.TempDir(), "clip.mp4")
	if out, err := exec.Command("ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine", "-t", "3", "-c:v", "mpeg4", "-c:a", "aac", clip).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	body, err := os.ReadFile(clip)
	if err != nil {
		t.Fatal(err)
	}
	ida := newDevice(t, "ida")
	rosa := ida.Home.Settle("rosa")
	ida.want(http.StatusCreated, http.MethodPut, davFiles+"/clip.mp4", string(body))
	ida.want(http.StatusCreated, http.MethodPut, davFiles+"/clip.ar.vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\nسلام\n")
	get := func(p *hometest.Person, path string, header ...string) (int, http.Header, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.Home.Origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		resp, err := p.Browser.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, resp.Header, string(b)
	}
	page := ""
	hometest.Await(t, "the video is ready", func() bool {
		_, _, page = get(ida.Person, "/files/clip.mp4")
		return strings.Contains(page, "/film/all.m3u8") && strings.Contains(page, "poster.jpg") && !strings.Contains(page, "% done")
	})
	if !strings.Contains(page, `srclang="ar"`) {
		t.Error("its captions are not named")
	}
	at := strings.TrimSuffix(regexp.MustCompile(`/file/\d+/film`).FindString(page), "/film")
	status, _, list := get(ida.Person, at+"/film/all.m3u8")
	if status != http.StatusOK || !strings.Contains(list, "360.m3u8") {
		t.Errorf("%d %s", status, list)
	}
	_, _, pieces := get(ida.Person, at+"/film/360.m3u8")
	if !strings.Contains(pieces, "#EXT-X-BYTERANGE") {
		t.Error(pieces)
	}
	status, head, part := get(ida.Person, at+"/film/360.mp4", "Range", "bytes=0-99")
	if status != http.StatusPartialContent || len(part) != 100 || head.Get("Content-Type") != "video/mp4" || !strings.HasPrefix(head.Get("Cache-Control"), "private") {
		t.Errorf("%d %d %v", status, len(part), head)
	}
	for _, end := range []string{"/film/all.m3u8", "/film/360.m3u8", "/film/360.mp4", "/film/poster.jpg", "/raw"} {
		if status, _, _ := get(rosa, at+end); status != http.StatusNotFound {
			t.Errorf("another gets %s: %d", end, status)
		}
	}
	if status, _, _ := get(ida.Person, at+"/film/1080.mp4"); status != http.StatusNotFound {
		t.Errorf("a size there is not: %d", status)
	}
}
