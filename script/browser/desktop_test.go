package browser

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDesktopIsLetInAndShutOut lets Nextcloud's own client in by the browser:
// it keeps a folder in step with what it was given, until its person
// disconnects it. Then it is refused, and leaves the folder as it is.
func TestDesktopIsLetInAndShutOut(t *testing.T) {
	needsBrowser(t)
	client, err := exec.LookPath("nextcloudcmd")
	if err != nil {
		t.Fatal("nextcloudcmd is missing: run script/setup first")
	}
	h := startHome(t, "127.0.0.1")
	tab := openTab(t, h.origin, way{language: "en", size: desk})
	ana := english.ana
	tab.visit(h.link)
	tab.fill("#name", ana.name)
	tab.fill("#address", ana.handle)
	tab.fill("#password", ana.password)
	tab.press("form .button.primary")
	login := ana.handle

	device := line{t: t, origin: h.origin, Client: &http.Client{Timeout: patience}}
	f := device.arrive()
	tab.visit(f.Login)
	tab.fill("#password", ana.password)
	tab.press(`.button[value="allow"]`)
	tab.says("h1", "Connected")
	secret := device.collect(f)

	base := t.TempDir()
	folder := filepath.Join(base, "files")
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sync := func() (string, error) {
		c := exec.Command(client, "--non-interactive", "-u", login, "-p", secret, folder, h.origin)
		c.Env = append(os.Environ(), "HOME="+base)
		out, err := c.CombinedOutput()
		return string(out[max(0, len(out)-3000):]), err
	}
	write("the walk.txt", "over the moor\n")
	if said, err := sync(); err != nil {
		t.Fatalf("it does not come in: %v\n%s", err, said)
	}
	tab.open("/files")
	tab.says(".files", "the walk.txt")

	tab.open("/access")
	tab.press("#devices .rows > li:first-child > form .button, #devices .rows > li:first-child .button")
	write("after.txt", "written when it was out\n")
	if said, err := sync(); err == nil {
		t.Errorf("it still comes in:\n%s", said)
	}
	for name, want := range map[string]string{"the walk.txt": "over the moor\n", "after.txt": "written when it was out\n"} {
		if got, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(got) != want {
			t.Errorf("%s on the device: %q, %v", name, got, err)
		}
	}
	tab.open("/files")
	tab.says(".files", "the walk.txt")
	if text := tab.text(".files"); strings.Contains(text, "after.txt") {
		t.Errorf("what it wrote when it was out is there: %s", text)
	}
}
