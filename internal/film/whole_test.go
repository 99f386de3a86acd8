package film_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/film"
	"allod/internal/id"
	"allod/internal/media"
)

// secrets stand in what cameras and players write beside pictures and sound.
var secrets = []string{"xyzzy", "52.5", "Oboe", "Kilroy", "x264 - core"}

// loud makes a video that says them in every way that there is here.
func loud(t *testing.T) string {
	t.Helper()
	at := clip(t, "loud.mov", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine", "-t", "3", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-b:v", "400k", "-g", "50", "-c:a", "aac",
		"-metadata", "location=+52.5200+013.4050/", "-metadata", "comment=xyzzy", "-metadata", "title=Kilroy was here", "-metadata", "make=Oboe", "-metadata", "creation_time=2021-02-03T04:05:06Z",
		"-metadata:s:v:0", "handler_name=Oboe", "-movflags", "use_metadata_tags")
	if out, err := exec.Command("exiftool", "-overwrite_original", "-XMP:Creator=Kilroy", "-XMP:GPSLatitude=52.5", "-Keys:GPSCoordinates=52.5, 13.4, 30", "-UserData:Model=Oboe", at).CombinedOutput(); err != nil {
		t.Fatalf("exiftool: %v %s", err, out)
	}
	return at
}

// checkBare has exiftool, which is not ours, find nothing in a file but how it is written.
func checkBare(t *testing.T, name string, b []byte) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(string(b), s) {
			t.Errorf("%s holds %q", name, s)
		}
	}
	at := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(at, b, 0o600); err != nil {
		t.Fatal(err)
	}
	raw, err := exec.Command("exiftool", "-json", "-a", "-G1", "-ee", "-u", at).Output()
	var bad *exec.ExitError
	if err != nil && !errors.As(err, &bad) {
		t.Fatal(err)
	}
	var read []map[string]any
	if err := json.Unmarshal(raw, &read); err != nil || len(read) != 1 {
		t.Fatalf("%v %s", err, raw)
	}
	harmless := regexp.MustCompile(`^(SourceFile|(System|File|Composite|ExifTool|JFIF|QuickTime|Track\d|Matroska|ItemList):.*)$`)
	telling := regexp.MustCompile(`(?i)gps|location|make|model|software|artist|title|comment|author|creator|warning|error`)
	for key, value := range read[0] {
		text, _ := value.(string)
		date := strings.HasSuffix(key, "Date") && !strings.HasPrefix(key, "System:")
		if !harmless.MatchString(key) || telling.MatchString(key) || date && !strings.HasPrefix(text, "0000") {
			t.Errorf("%s says %s: %.80v", name, key, value)
		}
	}
}

func needsExiftool(t *testing.T) {
	if _, err := exec.LookPath("exiftool"); err != nil {
		t.Skip("exiftool is not installed; script/setup brings it")
	}
}

func (h *house) medium(m *media.Medium) *media.Medium {
	h.t.Helper()
	now, err := h.media.Get(h.t.Context(), m.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return now
}

// opened is what lies at the address of a part.
func (h *house) opened(f *media.File) []byte {
	h.t.Helper()
	_, r, err := h.media.Open(h.t.Context(), f.Key)
	return bytesOf(h.t, r, err)
}

// What a post shows of a video waits until it is made, and says nothing of where and by whom it was taken.
func TestVideoLeavesBare(t *testing.T) {
	needsExiftool(t)
	h := newHouse(t)
	n := h.put("loud.mov", loud(t))
	m, err := h.films.Medium(t.Context(), n)
	if err != nil || !m.Waiting() || m.NodeID != n.ID || m.Kind != media.Video {
		t.Fatalf("%+v %v", m, err)
	}
	attach := func(m *media.Medium) error {
		return h.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return media.Attach(ctx, tx, ida, 77, []id.ID{m.ID}) })
	}
	if err := attach(m); !fault.Is(err, fault.Invalid) {
		t.Errorf("what waits was posted: %v", err)
	}
	f := h.worked(n)
	if f.State != film.Ready {
		t.Fatalf("%+v", f)
	}
	m = h.medium(m)
	if m.Waiting() || m.Width != 640 || m.Seconds < 2.9 {
		t.Fatalf("%+v", m)
	}
	again, err := h.films.Medium(t.Context(), n) // of what is made already
	if err != nil || h.medium(again).Waiting() {
		t.Errorf("%+v %v", again, err)
	}
	if len(h.medium(again).Files) != len(m.Files) {
		t.Errorf("%d parts, and %d", len(h.medium(again).Files), len(m.Files))
	}
	seen := 0
	for i := range m.Files {
		f := &m.Files[i]
		switch {
		case f.Variant == media.Original:
			if f.Blob != n.Blob {
				t.Error("the original was copied")
			}
			if _, _, err := h.media.Open(t.Context(), f.Key); !fault.Is(err, fault.NotFound) {
				t.Errorf("the original is handed out: %v", err)
			}
		case f.Mime == film.ListType:
			list := string(h.opened(f))
			for _, line := range strings.Split(list, "\n") {
				if strings.HasSuffix(line, ".m3u8") || strings.HasSuffix(line, ".mp4") {
					seen++
					place, _, _ := strings.Cut(f.Key, "/")
					if _, r, err := h.media.Open(t.Context(), place+"/"+line); err != nil {
						t.Errorf("%s: %v", line, err)
					} else {
						r.Close()
					}
				}
			}
		default:
			checkBare(t, filepath.Base(f.Key), h.opened(f))
		}
	}
	if seen < 2 || m.Variant(media.Large) == nil || m.Variant(media.Small) == nil || m.Variant(media.List) == nil {
		t.Errorf("%d names in playlists, %+v", seen, m.Files)
	}
	if err := attach(m); err != nil {
		t.Error(err)
	}
	if err := h.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return media.Withdraw(ctx, tx, 77) }); err != nil {
		t.Fatal(err)
	}
	for i := range m.Files {
		if _, _, err := h.media.Open(t.Context(), m.Files[i].Key); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s is there after the post: %v", m.Files[i].Variant, err)
		}
	}
}

// A sound leaves in two ways, without its cover and what players keep in it.
func TestSoundLeavesBare(t *testing.T) {
	needsExiftool(t)
	h := newHouse(t)
	cover := clip(t, "cover.jpg", "-f", "lavfi", "-i", "testsrc=size=64x64", "-frames:v", "1", "-metadata", "comment=xyzzy")
	song := clip(t, "song.mp3", "-f", "lavfi", "-i", "sine", "-i", cover, "-t", "2", "-map", "0:a", "-map", "1:v", "-c:v", "copy", "-metadata", "title=Kilroy", "-metadata", "artist=Oboe", "-metadata", "comment=xyzzy", "-disposition:v", "attached_pic")
	n := h.put("song.mp3", song)
	if err := h.films.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.films.Of(t.Context(), n); !fault.Is(err, fault.NotFound) {
		t.Errorf("a sound that nobody posts is worked on: %v", err)
	}
	m, err := h.films.Medium(t.Context(), n)
	if err != nil || m.Kind != media.Audio {
		t.Fatalf("%+v %v", m, err)
	}
	if f := h.worked(n); f.State != film.Ready || f.Seconds < 1.9 {
		t.Fatalf("%+v", f)
	}
	m = h.medium(m)
	if m.Waiting() || len(m.Files) != 3 {
		t.Fatalf("%+v", m)
	}
	for i := range m.Files {
		if f := &m.Files[i]; f.Variant != media.Original {
			checkBare(t, filepath.Base(f.Key), h.opened(f))
		}
	}
	if _, err := h.films.Medium(t.Context(), h.put("no.mp3", func() string {
		at := filepath.Join(t.TempDir(), "no.mp3")
		if err := os.WriteFile(at, []byte("words"), 0o600); err != nil {
			t.Fatal(err)
		}
		return at
	}())); err != nil {
		t.Fatal(err)
	}
	if err := h.films.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What cannot be read is refused once that is known, and what was made before
// it was wanted in one piece is made so at once.
func TestVideoThatIsWantedLater(t *testing.T) {
	h := newHouse(t)
	n := h.put("a.mp4", clip(t, "a.mp4", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-t", "1", "-c:v", "mpeg4"))
	h.worked(n)
	m, err := h.films.Medium(t.Context(), n)
	if err != nil || !m.Waiting() {
		t.Fatalf("%+v %v", m, err)
	}
	h.worked(n)
	if m = h.medium(m); m.Waiting() {
		t.Errorf("%+v", m)
	}
	at := filepath.Join(t.TempDir(), "words.mp4")
	if err := os.WriteFile(at, []byte("these are words"), 0o600); err != nil {
		t.Fatal(err)
	}
	bad := h.put("words.mp4", at)
	h.worked(bad)
	if _, err := h.films.Medium(t.Context(), bad); !fault.Is(err, fault.Unsupported) {
		t.Error(err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := film.New(film.Config{DB: h.db, Now: time.Now}).Medium(t.Context(), n); !fault.Is(err, fault.Unsupported) {
		t.Errorf("without ffmpeg: %v", err)
	}
}
