package nextcloud

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"allod/script/journey/program"
)

// A device is a folder that the client keeps in step.
type device struct {
	t      *testing.T
	home   *program.Home
	person string
	secret string
	name   string
	dir    string
	log    string
}

func newDevice(t *testing.T, h *program.Home, secret, name string) *device {
	t.Helper()
	base := t.TempDir()
	d := &device{t: t, home: h, person: "ida", secret: secret, name: name, dir: filepath.Join(base, "files"), log: filepath.Join(base, "log")}
	for _, dir := range []string{d.dir, filepath.Join(base, "settings")} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// command is the client, not started yet.
func (d *device) command() *exec.Cmd {
	d.t.Helper()
	c := exec.Command("nextcloudcmd", "--non-interactive", "-u", d.person, "-p", d.secret, d.dir, d.home.Origin)
	c.Env = append(os.Environ(), "HOME="+filepath.Join(filepath.Dir(d.dir), "settings"))
	log, err := os.Create(d.log)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { log.Close() })
	c.Stdout, c.Stderr = log, log
	return c
}

// sync keeps the folder in step, and returns what the client tells of it.
func (d *device) sync() string {
	d.t.Helper()
	err := d.command().Run()
	told, _ := os.ReadFile(d.log)
	if err != nil {
		d.t.Fatalf("%s does not come in step: %v\n%.6000s", d.name, err, told[max(0, len(told)-6000):])
	}
	return string(told)
}

// write writes a file of the folder.
func (d *device) write(name string, content []byte) {
	d.t.Helper()
	file := filepath.Join(d.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func (d *device) rename(from, to string) {
	d.t.Helper()
	if err := os.Rename(filepath.Join(d.dir, from), filepath.Join(d.dir, to)); err != nil {
		d.t.Fatal(err)
	}
}

func (d *device) remove(name string) {
	d.t.Helper()
	if err := os.RemoveAll(filepath.Join(d.dir, name)); err != nil {
		d.t.Fatal(err)
	}
}

// tree is what the folder holds: hashes by name, without what the client keeps for itself.
func (d *device) tree() map[string]string {
	d.t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == d.dir {
			return err
		}
		name, _ := filepath.Rel(d.dir, path)
		if strings.HasPrefix(e.Name(), ".sync_") || strings.HasPrefix(e.Name(), ".owncloudsync") {
			return nil
		}
		if e.IsDir() {
			all[name] = "folder"
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		sum := sha256.New()
		_, err = io.Copy(sum, f)
		all[name] = fmt.Sprintf("%x", sum.Sum(nil))
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// equal fails the test where two folders hold anything else.
func equal(t *testing.T, when string, a, b *device) map[string]string {
	t.Helper()
	left, right := a.tree(), b.tree()
	if maps.Equal(left, right) {
		t.Logf("%s: %d names are equal on both", when, len(left))
		return left
	}
	for name, sum := range left {
		if right[name] != sum {
			t.Errorf("%s: %q is %.12q on %s and %.12q on %s", when, name, sum, a.name, right[name], b.name)
		}
	}
	for name := range right {
		if left[name] == "" {
			t.Errorf("%s: %q is on %s alone", when, name, b.name)
		}
	}
	t.FailNow()
	return nil
}

// noise is content that differs with each seed and looks like nothing.
func noise(seed uint64, size int) []byte {
	b := make([]byte, size)
	var key [32]byte
	copy(key[:], strconv.FormatUint(seed, 10))
	_, _ = rand.NewChaCha8(key).Read(b)
	return b
}

// odd are names that have broken programs before.
var odd = []string{
	"a #+;&=%.txt", "100% %41 %2F.txt", "дневник.md", "مذكرات.txt", "🏔 hill.txt", "e\u0301tude.txt", "dots...more", "-rf", "'quoted' \"twice\"", "(1) [2] {3}", "a  b", "~x", "@home", "!", "$HOME", "CON",
}

// fill puts a tree of 2,000 files into a folder: mostly small, some larger, some empty.
func (d *device) fill() {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 2000 - len(odd) {
		size := r.IntN(6000)
		switch {
		case i%97 == 0:
			size = 0
		case i%151 == 0:
			size = 300_000 + r.IntN(1_000_000)
		case i == 1000:
			size = 24 << 20 // in pieces
		}
		d.write(fmt.Sprintf("year %d/%02d/file-%04d.bin", 2000+i%5, i%12, i), noise(uint64(i), size))
	}
	for i, name := range odd {
		d.write("odd names/"+name, noise(uint64(10_000+i), 100+i))
	}
	if err := os.MkdirAll(filepath.Join(d.dir, "empty folder", "within"), 0o700); err != nil {
		d.t.Fatal(err)
	}
}

func TestTwoFoldersStayInStep(t *testing.T) {
	if os.Getenv("ALLOD_NEXTCLOUD") == "" {
		t.Skip("script/journey/nextcloud/run runs this")
	}
	h := program.New(t, program.Build(t))
	h.Up()
	h.Add("ida")
	secret, ok := program.Command(t, h.Program, "account", "app-password", "ida", "--device", "Journey", "--data", h.Data)
	if !ok {
		t.Fatal(secret)
	}
	secret = strings.TrimSpace(secret)
	desk, laptop := newDevice(t, h, secret, "the desk"), newDevice(t, h, secret, "the laptop")

	desk.fill()
	desk.sync()
	laptop.sync()
	if n := len(equal(t, "2,000 files up and down", desk, laptop)); n < 2000 {
		t.Fatalf("only %d names", n)
	}

	renamed(t, desk, laptop)
	conflict(t, desk, laptop)
	killed(t, desk, laptop)

	told := desk.sync()
	if n := strings.Count(told, "sendRequest \"PROPFIND\"") + strings.Count(told, `PROPFIND of QUrl`); n > 2 {
		t.Errorf("nothing changed, and the client asks %d times", n)
	}
	equal(t, "in the end", desk, laptop)
	restored(t, desk, laptop)
}

// restored has the home be as it was before what the desk wrote last. The desk
// keeps that, and brings it again.
func restored(t *testing.T, desk, laptop *device) {
	desk.write("restored/edited.txt", []byte("as it was\n"))
	desk.sync()
	laptop.sync()
	h := desk.home
	copies, again := filepath.Join(t.TempDir(), "copies"), filepath.Join(t.TempDir(), "data")
	if out, ok := program.Command(t, h.Program, "backup", copies, "--data", h.Data); !ok {
		t.Fatal(out)
	}
	desk.write("restored/edited.txt", []byte("as it is now\n"))
	desk.write("restored/fresh.txt", []byte("came after the backup\n"))
	desk.sync()
	h.Down()
	if out, ok := program.Command(t, h.Program, "restore", copies, "--data", again); !ok {
		t.Fatal(out)
	}
	h.Data = again
	h.Up()
	_ = desk.command().Run() // tells of the conflict by its status
	kept := map[string]bool{}
	for name := range desk.tree() {
		if b, err := os.ReadFile(filepath.Join(desk.dir, name)); err == nil {
			kept[string(b)] = true
		}
	}
	if !kept["as it is now\n"] || !kept["came after the backup\n"] {
		t.Error("a device lost what is newer than the backup")
	}
}

// renamed has what one device renames, moves, edits, deletes and makes come to the other, whole.
func renamed(t *testing.T, desk, laptop *device) {
	laptop.rename("year 2001", "the year 2001")
	laptop.rename("the year 2001/01", "the year 2001/january")
	laptop.rename("year 2002/02/file-0002.bin", "year 2002/02/renamed.bin")
	laptop.rename("year 2000/00/file-0120.bin", "year 2003/file-0120.bin")
	laptop.rename("odd names/дневник.md", "odd names/Дневник.md")
	laptop.remove("year 2004/04")
	laptop.remove("odd names/CON")
	laptop.write("year 2003/03/file-0003.bin", noise(50_000, 2345))
	laptop.write("new/deep/deeper/file.txt", []byte("heather\n"))
	laptop.write("new/empty.txt", nil)
	laptop.sync()
	if told := desk.sync(); strings.Contains(told, "file-0001.bin\" (GET)") {
		t.Error("a file that was moved was fetched anew")
	}
	equal(t, "renamed, moved, edited, deleted", desk, laptop)
}

// conflict changes one file on both devices: both are kept.
func conflict(t *testing.T, desk, laptop *device) {
	ours, theirs := noise(60_000, 500), noise(60_001, 600)
	desk.write("new/both.txt", []byte("before\n"))
	desk.sync()
	laptop.sync()
	desk.write("new/both.txt", ours)
	laptop.write("new/both.txt", theirs)
	desk.sync()
	_ = laptop.command().Run() // tells of the conflict by its status
	copies, err := filepath.Glob(filepath.Join(laptop.dir, "new", "both (conflicted copy*.txt"))
	if err != nil || len(copies) != 1 {
		t.Fatalf("%v copies of the file that both changed: %v", copies, err)
	}
	kept, err := os.ReadFile(copies[0])
	if err != nil || !bytes.Equal(kept, theirs) {
		t.Fatalf("what the laptop wrote is lost: %v", err)
	}
	if now, err := os.ReadFile(filepath.Join(laptop.dir, "new", "both.txt")); err != nil || !bytes.Equal(now, ours) {
		t.Fatalf("what the desk wrote is lost: %v", err)
	}
	if err := os.Rename(copies[0], filepath.Join(laptop.dir, "new", "both, of the laptop.txt")); err != nil {
		t.Fatal(err)
	}
	laptop.sync()
	desk.sync()
	equal(t, "changed on both", desk, laptop)
}

// killed ends the home in the middle of a large file. What came stays, and the client goes on.
func killed(t *testing.T, desk, laptop *device) {
	size, err := strconv.Atoi(os.Getenv("LARGE"))
	if err != nil {
		size = 120
	}
	const piece = 8 << 20
	f, err := os.Create(filepath.Join(desk.dir, "large.bin"))
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < size<<20; at += piece {
		if _, err := f.Write(noise(uint64(at), piece)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	client := desk.command()
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	program.Await(t, "a piece of the large file has come", func() bool { return pieces(t, desk) > 0 })
	desk.home.Kill()
	_ = client.Wait()
	desk.home.Up()
	had := pieces(t, desk)
	if had == 0 {
		t.Error("the pieces that had come are lost")
	}
	desk.sync()
	laptop.sync()
	equal(t, fmt.Sprintf("killed after %d pieces of %d MiB", had, size), desk, laptop)
}

// pieces is how many of a file that is not whole yet lie in the home.
func pieces(t *testing.T, d *device) int {
	t.Helper()
	ask := func(path string) string {
		r, err := http.NewRequestWithContext(t.Context(), "PROPFIND", d.home.Origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth("ida", d.secret)
		r.Header.Set("Depth", "1")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			return ""
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	const top = "/remote.php/dav/uploads/ida/"
	_, rest, ok := strings.Cut(strings.Replace(ask(top), "<d:href>"+top+"</d:href>", "", 1), "<d:href>"+top)
	if !ok {
		return 0
	}
	name, _, _ := strings.Cut(rest, "/")
	return max(strings.Count(ask(top+name+"/"), "<d:response>")-2, 0) // without the folder, and the file that is to be
}
