package webdav

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"allod/script/journey/program"
)

// A stranger is a client, with a folder of its own for its settings.
type stranger struct {
	t      *testing.T
	home   *program.Home
	secret string
	dir    string
}

// run runs a client and returns what it writes, and whether it is content.
func (s *stranger) run(in, name string, args ...string) (string, bool) {
	s.t.Helper()
	c := exec.Command(name, args...)
	c.Dir, c.Env, c.Stdin = s.dir, append(os.Environ(), "HOME="+s.dir), strings.NewReader(in)
	out, err := c.CombinedOutput()
	return string(out), err == nil
}

func (s *stranger) write(name, content string) {
	s.t.Helper()
	file := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func TestStrangersThatSpeakWebDAV(t *testing.T) {
	if os.Getenv("ALLOD_WEBDAV") == "" {
		t.Skip("script/journey/webdav/run runs this")
	}
	h := program.New(t, program.Build(t))
	h.Up()
	h.Add("ida")
	secret, ok := program.Command(t, h.Program, "account", "app-password", "ida", "--device", "Journey", "--data", h.Data)
	if !ok {
		t.Fatal(secret)
	}
	for name, uses := range map[string]func(*stranger){"litmus": (*stranger).litmus, "rclone": (*stranger).rclone, "cadaver": (*stranger).cadaver} {
		t.Run(name, func(t *testing.T) { uses(&stranger{t, h, strings.TrimSpace(secret), t.TempDir()}) })
	}
}

var summary = regexp.MustCompile("<- summary for `([a-z]+)': of ([0-9]+) tests run: ([0-9]+) passed, 0 failed. 100.0%")

// litmus tests servers. All it knows must pass.
func (s *stranger) litmus() {
	out, ok := s.run("", "litmus", "-k", s.home.Origin+"/remote.php/dav/files/ida/", "ida", s.secret)
	passed := map[string]bool{}
	for _, one := range summary.FindAllStringSubmatch(out, -1) {
		passed[one[1]] = one[2] == one[3]
		s.t.Logf("%s: %s of %s", one[1], one[3], one[2])
	}
	for _, suite := range []string{"basic", "copymove", "props", "locks", "http"} {
		if !ok || !passed[suite] || strings.Contains(out, "SKIPPED") {
			s.t.Fatalf("%s does not pass:\n%s", suite, out)
		}
	}
}

// rclone copies folders to clouds, and compares them by hash.
func (s *stranger) rclone() {
	pass, ok := s.run("", "rclone", "obscure", s.secret)
	if !ok {
		s.t.Fatal(pass)
	}
	s.write(".config/rclone/rclone.conf", fmt.Sprintf("[home]\ntype = webdav\nurl = %s/remote.php/dav/files/ida\nvendor = nextcloud\nuser = ida\npass = %s\n",
		s.home.Origin, strings.TrimSpace(pass)))
	must := func(args ...string) {
		s.t.Helper()
		if out, ok := s.run("", "rclone", args...); !ok {
			s.t.Fatalf("rclone %v:\n%s", args, out)
		}
	}
	for i := range 120 {
		s.write(fmt.Sprintf("files/%d/a file #%d.txt", i%7, i), strings.Repeat(fmt.Sprint(i), i*i))
	}
	must("sync", "files", "home:rclone/files")
	must("check", "files", "home:rclone/files")
	s.write("files/3/a file #3.txt", "edited")
	if err := os.RemoveAll(filepath.Join(s.dir, "files/5")); err != nil {
		s.t.Fatal(err)
	}
	must("sync", "files", "home:rclone/files")
	must("check", "files", "home:rclone/files")
	must("moveto", "home:rclone/files/1", "home:rclone/files/one")
	must("sync", "home:rclone/files", "back")
	must("check", "back", "home:rclone/files")
	must("purge", "home:rclone")
}

// cadaver is typed into by people.
func (s *stranger) cadaver() {
	s.write(".netrc", "machine 127.0.0.1 login ida password "+s.secret+"\n")
	s.write("hill.txt", "heather")
	out, ok := s.run(strings.Join([]string{
		"mkcol walks", "cd walks", "put hill.txt", "lock hill.txt", "put hill.txt", "discover hill.txt", "unlock hill.txt",
		"copy hill.txt moor.txt", "move moor.txt fen.txt", "propset fen.txt weather mist", "propget fen.txt weather", "ls", "get fen.txt back.txt", "rm hill.txt", "cd ..", "rmcol walks", "quit",
	}, "\n")+"\n", "cadaver", s.home.Origin+"/remote.php/dav/files/ida/")
	back, err := os.ReadFile(filepath.Join(s.dir, "back.txt"))
	if !ok || err != nil || string(back) != "heather" || strings.Contains(out, "failed") || !strings.Contains(out, "mist") {
		s.t.Fatalf("%v %q:\n%s", err, back, out)
	}
}
