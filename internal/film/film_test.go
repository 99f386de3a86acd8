package film_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/film"
	"allod/internal/id"
	"allod/internal/media"
)

const workerWord = "film-worker"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == workerWord {
		os.Exit(film.Worker(os.Args[2:]))
	}
	os.Exit(m.Run())
}

const ida id.ID = 1 << 20

// A house keeps files and makes films of them.
type house struct {
	t     *testing.T
	films *film.Service
	files *file.Service
	media *media.Service
	blobs *blob.Disk
	db    *db.DB
}

func newHouse(t *testing.T) *house {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("there is no ffmpeg; script/setup brings it")
	}
	d := dbtest.SQLite(t)
	blobs, err := blob.NewDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, blobs: blobs, db: d, files: file.New(d, blobs, id.NewSource(time.Now), time.Now)}
	h.media = media.New(d, blobs, nil, id.NewSource(time.Now), time.Now)
	h.films = film.New(film.Config{DB: d, Blobs: blobs, Gallery: h.media, Now: time.Now, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Self: self, Args: []string{workerWord}})
	h.files.Changed.Then(h.films.Changed)
	return h
}

// clip makes a video with ffmpeg, and returns its file.
func clip(t *testing.T, name string, args ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), name)
	c := exec.Command("ffmpeg", append(append([]string{"-nostdin", "-hide_banner", "-loglevel", "error", "-y"}, args...), out)...)
	if said, err := c.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v %s", err, said)
	}
	return out
}

func (h *house) put(path, from string) *file.Node {
	h.t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		h.t.Fatal(err)
	}
	n, _, err := h.files.Put(h.t.Context(), ida, path, bytes.NewReader(b), file.Write{Size: -1})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func (h *house) worked(n *file.Node) *film.Film {
	h.t.Helper()
	if err := h.films.Work(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	f, err := h.films.Of(h.t.Context(), n)
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

func bytesOf(t *testing.T, r io.ReadSeekCloser, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestFilm(t *testing.T) {
	h := newHouse(t)
	n := h.put("trip.mov", clip(t, "trip.mov", "-f", "lavfi", "-i", "testsrc2=size=854x480:rate=25", "-f", "lavfi", "-i", "sine", "-t", "5",
		"-c:v", "mpeg4", "-c:a", "aac", "-metadata", "location=+52.5200+013.4050/", "-metadata", "comment=xyzzy", "-metadata", "com.apple.quicktime.make=Oboe"))
	f := h.worked(n)
	if f.State != film.Ready || f.Percent != 100 || f.Width != 854 || f.Height != 480 || f.Seconds < 4.9 || len(f.Renditions) != 2 || !f.Poster() {
		t.Fatalf("%+v", f)
	}
	for _, want := range []string{"RESOLUTION=854x480,CODECS=\"avc1.", "mp4a.40.2", "480.m3u8", "RESOLUTION=640x360", "360.m3u8"} {
		if !strings.Contains(f.Master(), want) {
			t.Errorf("%s lacks %s", f.Master(), want)
		}
	}
	for _, r := range f.Renditions {
		rd, err := h.films.Open(t.Context(), r)
		b := bytesOf(t, rd, err)
		if int64(len(b)) != r.Size || !strings.Contains(r.Playlist, r.Name+".mp4") || r.Bandwidth < 10_000 {
			t.Errorf("%d bytes, %+v", len(b), r)
		}
		for _, secret := range []string{"xyzzy", "52.5200", "Oboe"} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s tells %s", r.Name, secret)
			}
		}
	}
	rd, err := h.films.OpenPoster(t.Context(), f)
	if b := bytesOf(t, rd, err); !bytes.HasPrefix(b, []byte("\xff\xd8")) || bytes.Contains(b, []byte("xyzzy")) {
		t.Errorf("%d bytes are no clean JPEG", len(b))
	}
	refers := []string{}
	if err := h.blobs.Walk(t.Context(), func(r blob.Ref, _ time.Time) error {
		refers = append(refers, r.Hash)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	used := func() (all []string) {
		if err := h.db.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			all, err = film.UsedBlobs(ctx, tx, refers)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got := used(); len(got) != 3 {
		t.Errorf("%d of %d blobs are used", len(got), len(refers))
	}
	if err := h.files.Delete(t.Context(), ida, "trip.mov", true, nil); err != nil {
		t.Fatal(err)
	}
	if err := h.films.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := used(); len(got) != 0 {
		t.Errorf("%d blobs are used of a video that is gone", len(got))
	}
}

// What fits already is taken over, and upright is upright.
func TestFilmThatFits(t *testing.T) {
	h := newHouse(t)
	n := h.put("tall.mp4", clip(t, "tall.mp4", "-f", "lavfi", "-i", "testsrc=size=360x640:rate=25", "-t", "2", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-b:v", "300k", "-g", "25"))
	f := h.worked(n)
	if f.State != film.Ready || len(f.Renditions) != 1 || f.Renditions[0].Width != 360 || f.Renditions[0].Height != 640 || strings.Contains(f.Renditions[0].Codecs, "mp4a") {
		t.Errorf("%+v %+v", f, f.Renditions)
	}
}

// What cannot be read, or would have us read something else, is kept as it came, and its page says why.
func TestFilmOfNothing(t *testing.T) {
	h := newHouse(t)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"words.mp4":    "these are words",
		"playlist.mp4": "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\n/etc/passwd\n#EXT-X-ENDLIST\n",
		"concat.mkv":   "ffconcat version 1.0\nfile /etc/passwd\n",
		"empty.mp4":    "",
	} {
		at := filepath.Join(dir, name)
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if f := h.worked(h.put(name, at)); f.State != film.None || f.Why != "fault.film.unreadable" || len(f.Renditions) != 0 {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if _, err := h.films.Of(t.Context(), h.put("a.txt", filepath.Join(dir, "words.mp4"))); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

// Who is interrupted goes on with what is missing.
func TestFilmGoesOn(t *testing.T) {
	h := newHouse(t)
	n := h.put("a.mp4", clip(t, "a.mp4", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25", "-t", "4", "-c:v", "mpeg4", "-q:v", "3"))
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		defer stop()
		for ctx.Err() == nil {
			if f, err := h.films.Of(t.Context(), n); err == nil && len(f.Renditions) == 1 {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	if err := h.films.Work(ctx); err == nil {
		t.Skip("it was done before it could be stopped")
	}
	before, err := h.films.Of(t.Context(), n)
	if err != nil || before.State != film.Due || len(before.Renditions) != 1 {
		t.Fatalf("%+v %v", before, err)
	}
	later := time.Now().Add(time.Hour) // the claim has ended
	h.films.Now = func() time.Time { return later }
	f := h.worked(n)
	if f.State != film.Ready || len(f.Renditions) != 2 {
		t.Fatalf("%+v", f)
	}
	if f.Rendition("360") == nil || *f.Rendition("360") != *before.Rendition("360") {
		t.Error("the first copy was made again")
	}
}

// Without ffmpeg nothing is awaited.
func TestNoTool(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if s := film.New(film.Config{Log: slog.New(slog.DiscardHandler)}); s.Able() {
		t.Error("a tool was found")
	}
}
