package program

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Caddy runs Caddy with site blocks, in a folder of its own, until the test ends.
func Caddy(t testing.TB, at, sites string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(file, []byte("{\n\tadmin off\n\tauto_https disable_redirects\n}\n"+sites), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("caddy", "run", "--config", file, "--adapter", "caddyfile")
	c.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	Run(t, at, c)
}

// Apache runs Apache with hosts, in a folder of its own, until the test ends.
func Apache(t testing.TB, at, hosts string) {
	t.Helper()
	dir := t.TempDir()
	text := "ServerRoot /usr/lib/apache2\nServerName localhost\nDefaultRuntimeDir " + dir + "\nPidFile " + filepath.Join(dir, "pid") +
		"\nErrorLog /dev/stderr\nListen " + at + "\n"
	if os.Getuid() == 0 {
		text += "User www-data\nGroup www-data\n"
	}
	for _, module := range []string{"mpm_event", "authz_core", "ssl", "proxy", "proxy_http"} {
		text += fmt.Sprintf("LoadModule %s_module modules/mod_%s.so\n", module, module)
	}
	file := filepath.Join(dir, "apache2.conf")
	if err := os.WriteFile(file, []byte(text+hosts+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	Run(t, at, exec.Command("/usr/sbin/apache2", "-d", dir, "-f", file, "-DFOREGROUND"))
}
