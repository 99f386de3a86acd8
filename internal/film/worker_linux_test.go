package film_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestWorkerIsConfined has programs of the system try what ffmpeg must not.
func TestWorkerIsConfined(t *testing.T) {
	abi, _, _ := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder, secret := t.TempDir(), filepath.Join(t.TempDir(), "secret")
	video := filepath.Join(t.TempDir(), "video")
	for _, f := range []string{secret, video} {
		if err := os.WriteFile(f, []byte("words"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) error {
		in, err := os.Open(video)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		c := exec.CommandContext(t.Context(), self, append([]string{workerWord, folder}, args...)...)
		c.Dir, c.ExtraFiles = folder, []*os.File{in}
		out, err := c.CombinedOutput()
		t.Logf("%q: %v %s", args, err, out)
		return err
	}
	if err := run("/bin/cat", "/proc/self/fd/3"); err != nil {
		t.Errorf("the video cannot be read: %v", err)
	}
	if err := run("/bin/sh", "-c", "echo x > made"); err != nil {
		t.Errorf("the folder cannot be written to: %v", err)
	}
	if err := run("/bin/bash", "-c", "exec 4<>/dev/tcp/127.0.0.1/1 || exit 1"); err == nil {
		t.Error("it reached the network")
	}
	if abi == 0 || int(abi) < 0 {
		t.Skip("this kernel knows no Landlock")
	}
	for _, path := range []string{secret, "/etc/passwd"} {
		if err := run("/bin/cat", path); err == nil {
			t.Errorf("it read %s", path)
		}
	}
	if err := run("/bin/sh", "-c", "echo x > "+secret); err == nil {
		t.Error("it wrote elsewhere")
	}
}
