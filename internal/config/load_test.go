package config_test

import (
	"errors"
	"flag"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"allod/internal/config"
)

type env map[string]string

func load(t *testing.T, e env, args ...string) (config.Config, error) {
	t.Helper()
	if _, ok := e["HOME"]; !ok {
		copied := env{"HOME": t.TempDir()}
		for k, v := range e {
			copied[k] = v
		}
		e = copied
	}
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	return config.Load(flags, args, func(key string) string { return e[key] })
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestDefaults(t *testing.T) {
	for want, e := range map[string]env{
		"/home/a/.local/share/allod": {"HOME": "/home/a"},
		"/srv/share/allod":           {"HOME": "/home/a", "XDG_DATA_HOME": "/srv/share"},
	} {
		got, err := load(t, e)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(config.Config{Data: want, Listen: "127.0.0.1:8420", RateLimits: true, Name: "Allod", Mail: config.Mail{TLS: "starttls"}}, got); diff != "" {
			t.Error(diff)
		}
		if got.Base() != "http://127.0.0.1:8420" || got.Federates() {
			t.Errorf("base %s, federates %v", got.Base(), got.Federates())
		}
	}
}

func TestEverySettingFromEverySource(t *testing.T) {
	dir := t.TempDir()
	want := config.Config{
		Data: dir, Listen: ":8443", Origin: "https://example.com", TLSCert: "c.pem", TLSKey: "k.pem", Database: "postgres://u:p@db/allod", Blobs: "s3://k:s@s3.example/home",
		AllowPrivate: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32")},
		TrustedProxy: []netip.Prefix{netip.MustParsePrefix("fd00::/8")},
		RateLimits:   false, Metrics: "127.0.0.1:9100", Name: "Our Home",
		Mail: config.Mail{Server: "mail.example:465", TLS: "tls", User: "ida", Password: "sesame", From: "home@example.com"},
	}
	secret := file(t, filepath.Join(t.TempDir(), "password"), "sesame\n")
	flags := []string{
		"--data", dir, "--listen", ":8443", "--origin", "HTTPS://Example.com:443/", "--tls-cert", "c.pem", "--tls-key=k.pem", "--database", "postgres://u:p@db/allod", "--blobs", "s3://k:s@s3.example/home",
		"--allow-private", "10.1.2.3/8, 127.0.0.1", "--trusted-proxy", "fd00::/8", "--rate-limits", "off", "--metrics", "127.0.0.1:9100", "--name", " Our Home ",
		"--mail-server", "mail.example:465", "--mail-tls", "tls", "--mail-user", "ida", "--mail-password-file", secret, "--mail-from", "home@example.com",
	}
	environment := env{
		"ALLOD_DATA": dir, "ALLOD_LISTEN": ":8443", "ALLOD_ORIGIN": "https://example.com", "ALLOD_TLS_CERT": "c.pem", "ALLOD_TLS_KEY": "k.pem", "ALLOD_DATABASE": "postgres://u:p@db/allod", "ALLOD_BLOBS": "s3://k:s@s3.example/home",
		"ALLOD_ALLOW_PRIVATE": "10.0.0.0/8,127.0.0.1/32", "ALLOD_TRUSTED_PROXY": "fd00::/8", "ALLOD_RATE_LIMITS": "off", "ALLOD_METRICS": "127.0.0.1:9100", "ALLOD_NAME": "Our Home",
		"ALLOD_MAIL_SERVER": "mail.example:465", "ALLOD_MAIL_TLS": "tls", "ALLOD_MAIL_USER": "ida", "ALLOD_MAIL_PASSWORD": "sesame", "ALLOD_MAIL_FROM": "home@example.com",
	}
	toml := file(t, filepath.Join(t.TempDir(), "any.toml"), `
data = "`+dir+`"
listen = ":8443"
origin = "https://example.com"
tls-cert = "c.pem"
tls-key = "k.pem"
database = "postgres://u:p@db/allod"
blobs = "s3://k:s@s3.example/home"
allow-private = ["10.0.0.0/8", "127.0.0.1"]
trusted-proxy = "fd00::/8"
rate-limits = "off"
metrics = "127.0.0.1:9100"
name = "Our Home"
mail-server = "mail.example:465"
mail-tls = "tls"
mail-user = "ida"
mail-password-file = "`+secret+`"
mail-from = "home@example.com"
`)
	for name, get := range map[string]func() (config.Config, error){
		"flags":                         func() (config.Config, error) { return load(t, nil, flags...) },
		"environment":                   func() (config.Config, error) { return load(t, environment) },
		"file":                          func() (config.Config, error) { return load(t, nil, "--config", toml) },
		"file named by the environment": func() (config.Config, error) { return load(t, env{"ALLOD_CONFIG": toml}) },
	} {
		got, err := get()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if wasRead := strings.HasPrefix(name, "file"); wasRead != (got.File == toml) {
			t.Errorf("%s: read from %q", name, got.File)
		}
		got.File = ""
		if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestFlagsOverEnvironmentOverFile(t *testing.T) {
	dir := t.TempDir()
	file(t, filepath.Join(dir, "allod.toml"), "name = 'file'\nlisten = ':1'\nmetrics = ':2'\n")
	got, err := load(t, env{"ALLOD_DATA": dir, "ALLOD_NAME": "environment", "ALLOD_LISTEN": ":3"}, "--name", "flag")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"flag", ":3", ":2"}, []string{got.Name, got.Listen, got.Metrics}); diff != "" {
		t.Error(diff)
	}
	if got, err := load(t, env{"ALLOD_DATA": "/nowhere", "ALLOD_ORIGIN": "https://a.example"}, "--data", dir, "--origin", ""); err != nil || got.Name != "file" || got.Origin != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestFileErrorsNameTheLine(t *testing.T) {
	for content, want := range map[string]string{
		"name = 'a'\n\ncolour = 'red'\n":                "line 3: there is no setting \"colour\"",
		"# tsl = x\n[tsl]\ncert = 'a'\n":                "line 2: there is no setting \"tsl\"",
		"name = 'a'\ntsl.cert = 'a'\n":                  "line 2: there is no setting \"tsl\"",
		"z = 1\ny = 2\n":                                "line 1: there is no setting \"z\"",
		"listen = ':1'\nname = \n":                      "line 2: ",
		"name = 'a'\nname = 'b'\n":                      "line 2: ",
		"\n listen = 'here'\n":                          "line 2: listen: \"here\": is not host:port",
		"rate-limits = false\n":                         "line 1: rate-limits: is neither a string nor a list",
		"allow-private = [10]\n":                        "line 1: allow-private: is a list of something else",
		"name = 'a'\ndata = '/x'\n":                     "line 2: data cannot be moved",
		"\n\n\"database\" = 'mysql://u:hunter2@h/db'\n": "line 3: database: is not a postgres:// URL",
	} {
		dir := t.TempDir()
		name := file(t, filepath.Join(dir, "allod.toml"), content)
		_, err := load(t, nil, "--data", dir)
		if err == nil || !strings.Contains(err.Error(), name+" "+want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v; want %q", content, err, want)
		}
	}
	if _, err := load(t, nil, "--config", filepath.Join(t.TempDir(), "missing.toml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file that was named: %v", err)
	}
}

func TestBadValuesAreRefused(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--data", ""}, "--data"},
		{[]string{"--listen", "127.0.0.1"}, "--listen"},
		{[]string{"--listen", "127.0.0.1:http"}, "--listen"},
		{[]string{"--listen", "127.0.0.1:70000"}, "--listen"},
		{[]string{"--metrics", "9100"}, "--metrics"},
		{[]string{"--origin", "example.com"}, "--origin"},
		{[]string{"--origin", "ftp://example.com"}, "--origin"},
		{[]string{"--origin", "https://example.com/home"}, "--origin"},
		{[]string{"--origin", "https://example.com/?a"}, "--origin"},
		{[]string{"--origin", "https://example.com/?"}, "--origin"},
		{[]string{"--origin", "https://user@example.com"}, "--origin"},
		{[]string{"--origin", "http://example.com"}, "only https"},
		{[]string{"--origin", "http://192.168.1.2:8420"}, "only https"},
		{[]string{"--tls-cert", "c.pem"}, "go together"},
		{[]string{"--tls-key", "k.pem"}, "go together"},
		{[]string{"--database", "mysql://u:hunter2@db/x"}, "--database"},
		{[]string{"--database", "postgres://u:hunter2@db:port/x"}, "--database"},
		{[]string{"--allow-private", "10.0.0.0/33"}, "--allow-private"},
		{[]string{"--allow-private", "localhost"}, "--allow-private"},
		{[]string{"--allow-private", "::ffff:127.0.0.1/128"}, "--allow-private"},
		{[]string{"--trusted-proxy", "fe80::1%eth0"}, "--trusted-proxy"},
		{[]string{"--rate-limits", "none"}, "--rate-limits"},
		{[]string{"--name", "  "}, "--name"},
		{[]string{"--name", strings.Repeat("я", 65)}, "--name"},
		{[]string{"--colour", "red"}, "-colour"},
	} {
		_, err := load(t, nil, c.args...)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v: %v; want %q", c.args, err, c.want)
		}
	}
	if _, err := load(t, env{"ALLOD_LISTEN": "x"}); err == nil || !strings.Contains(err.Error(), "ALLOD_LISTEN") {
		t.Errorf("environment: %v", err)
	}
}

func TestCommandKeepsItsOwnFlags(t *testing.T) {
	flags := flag.NewFlagSet("account add", flag.ContinueOnError)
	var usage strings.Builder
	flags.SetOutput(&usage)
	email := flags.String("email", "", "address")
	c, err := config.Load(flags, []string{"--email", "a@b.example", "--data", "/tmp/x", "rest"}, func(string) string { return "" })
	if err != nil || *email != "a@b.example" || c.Data != "/tmp/x" || flags.Arg(0) != "rest" {
		t.Errorf("%s, %+v, %v, %v", *email, c, flags.Args(), err)
	}
	again := flag.NewFlagSet("serve", flag.ContinueOnError)
	again.SetOutput(&usage)
	if _, err := config.Load(again, []string{"-h"}, func(string) string { return "" }); !errors.Is(err, flag.ErrHelp) || !strings.Contains(usage.String(), "allow-private CIDR,…") {
		t.Errorf("help: %v\n%s", err, usage.String())
	}
}

func TestBaseAndFederation(t *testing.T) {
	for _, c := range []struct {
		args      []string
		base      string
		federates bool
	}{
		{[]string{"--origin", "https://bücher.example"}, "https://xn--bcher-kva.example", true},
		{[]string{"--origin", "https://example.com:8443"}, "https://example.com:8443", true},
		{[]string{"--origin", "https://1.1.1.1"}, "https://1.1.1.1", true},
		{[]string{"--origin", "https://localhost"}, "https://localhost", false},
		{[]string{"--origin", "https://127.0.0.1:9000"}, "https://127.0.0.1:9000", false},
		{[]string{"--origin", "https://127.0.0.1:9000", "--allow-private", "127.0.0.0/8"}, "https://127.0.0.1:9000", true},
		{[]string{"--origin", "https://10.0.0.1"}, "https://10.0.0.1", false},
		{[]string{"--origin", "http://10.0.0.1", "--allow-private", "10.0.0.0/8"}, "http://10.0.0.1", true},
		{[]string{"--origin", "http://localhost:8420"}, "http://localhost:8420", false},
		{[]string{"--origin", "http://a.localhost:8420", "--allow-private", "127.0.0.1"}, "http://a.localhost:8420", true},
		{[]string{"--origin", "http://[::1]:8420", "--allow-private", "::1"}, "http://[::1]:8420", true},
		{[]string{"--allow-private", "127.0.0.0/8"}, "http://127.0.0.1:8420", true},
		{[]string{"--listen", ":80"}, "http://127.0.0.1", false},
		{[]string{"--listen", "0.0.0.0:9"}, "http://127.0.0.1:9", false},
		{[]string{"--listen", "[::1]:9"}, "http://[::1]:9", false},
		{[]string{"--listen", "127.0.0.5:9", "--tls-cert", "c", "--tls-key", "k"}, "https://127.0.0.5:9", false},
	} {
		got, err := load(t, nil, c.args...)
		if err != nil || got.Base() != c.base || got.Federates() != c.federates {
			t.Errorf("%v: base %s, federates %v, %v; want %s, %v", c.args, got.Base(), got.Federates(), err, c.base, c.federates)
		}
	}
}

func FuzzFileNeverPanics(f *testing.F) {
	f.Add("name = 'a'\n[x]\n'listen'=':1'")
	f.Add("a.b.c = [1, {x = 2}]\n\"\" = 1")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, content string) {
		name := file(t, filepath.Join(dir, "fuzz.toml"), content)
		load(t, env{"HOME": dir}, "--config", name)
	})
}

func TestMailIsJudgedTogether(t *testing.T) {
	dir := t.TempDir()
	const from = "--mail-from=home@example.com"
	for want, flags := range map[string][]string{
		"needs mail-from":     {"--mail-server", "mail.example:587"},
		"go together":         {"--mail-server", "mail.example:587", from, "--mail-user", "ida"},
		"is for this machine": {"--mail-server", "mail.example:25", from, "--mail-tls", "none"},
		"is not one mail":     {"--mail-from", "Ida <ida@example.com>\r\nBcc: all@example.com"},
		"is neither":          {"--mail-tls", "ssl"},
		"is not host:port":    {"--mail-server", "mail.example"},
		"cannot be read":      {"--mail-password-file", filepath.Join(dir, "none")},
		"mail-server has no":  {"--mail-server", ":25", from},
	} {
		if _, err := load(t, nil, append([]string{"--data", dir}, flags...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, wanted %q", flags, err, want)
		}
	}
	if got, err := load(t, nil, "--data", dir, "--mail-server", "127.0.0.1:25", from, "--mail-tls", "none"); err != nil || got.Mail.TLS != "none" {
		t.Errorf("%+v, %v", got.Mail, err)
	}
}
