// Package program has journeys start the real program, and use it as a person with a browser does.
package program

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything may take on a machine that is busy.
const patience = 60 * time.Second

// Password is that of everybody whom Settle lets in.
const Password = "a long enough password"

// Build builds the program as it is released.
func Build(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "allod")
	c := exec.Command("go", "build", "-trimpath", "-o", file, "allod/cmd/allod")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return file
}

// FreeAddress is one of loopback at which nothing listens.
func FreeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// A Home is a folder, an address, and the program that serves the one at the other.
type Home struct {
	T                           testing.TB
	Program                     string
	Data, Listen, Origin, DBase string
	Flags                       []string // further ones of serve and doctor
	Env                         []string
	log                         string
	serving                     *exec.Cmd
}

// New is a home that does not serve yet, with an origin on loopback.
func New(t testing.TB, program string) *Home {
	t.Helper()
	dir := t.TempDir()
	h := &Home{T: t, Program: program, Data: filepath.Join(dir, "data"), Listen: FreeAddress(t), log: filepath.Join(dir, "log")}
	h.Origin = "http://" + h.Listen
	t.Cleanup(func() {
		h.Down()
		if text, err := os.ReadFile(h.log); err == nil && t.Failed() {
			t.Logf("log of %s: %.8000s", h.Origin, text)
		}
	})
	return h
}

// settings are the flags that every command of the home takes.
func (h *Home) settings() []string {
	all := []string{"--data", h.Data, "--listen", h.Listen, "--origin", h.Origin, "--allow-private", "127.0.0.0/8,::1/128", "--rate-limits", "off"}
	if h.DBase != "" {
		all = append(all, "--database", h.DBase)
	}
	return append(all, h.Flags...)
}

// Up starts the home and waits until it answers.
func (h *Home) Up() {
	h.T.Helper()
	log, err := os.OpenFile(h.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		h.T.Fatal(err)
	}
	defer log.Close()
	h.serving = exec.Command(h.Program, append([]string{"serve"}, h.settings()...)...)
	h.serving.Stderr, h.serving.Env = log, append(os.Environ(), h.Env...)
	if err := h.serving.Start(); err != nil {
		h.T.Fatal(err)
	}
	Await(h.T, h.Origin+" answers", func() bool {
		c, err := net.Dial("tcp", h.Listen)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// Down stops the home as its keeper does.
func (h *Home) Down() {
	h.T.Helper()
	if h.serving == nil {
		return
	}
	_ = h.serving.Process.Signal(syscall.SIGTERM)
	if err := h.serving.Wait(); err != nil {
		h.T.Errorf("%s ends: %v", h.Origin, err)
	}
	h.serving = nil
}

// Kill ends the home as a power cut does.
func (h *Home) Kill() {
	h.T.Helper()
	if err := h.serving.Process.Kill(); err != nil {
		h.T.Fatal(err)
	}
	_ = h.serving.Wait()
	h.serving = nil
}

// Run runs a command of the program, by its words and further arguments, with
// the settings of the home, and tells whether it went well and what it wrote.
func (h *Home) Run(words ...string) (string, bool) {
	h.T.Helper()
	return h.run("", append(words, h.settings()...)...)
}

func (h *Home) run(in string, args ...string) (string, bool) {
	h.T.Helper()
	c := exec.Command(h.Program, args...)
	c.Env, c.Stdin = append(os.Environ(), h.Env...), strings.NewReader(in)
	return output(h.T, c)
}

// Command runs a command of the program that belongs to no home.
func Command(t testing.TB, program string, args ...string) (string, bool) {
	t.Helper()
	return output(t, exec.Command(program, args...))
}

func output(t testing.TB, c *exec.Cmd) (string, bool) {
	t.Helper()
	out, err := c.CombinedOutput()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return string(out), err == nil
}

// Settle lets somebody move in and signs their browser in. The home must serve.
func (h *Home) Settle(name string) *Person {
	h.T.Helper()
	h.Add(name)
	return h.SignIn(name, nil)
}

// Add lets somebody move in.
func (h *Home) Add(name string) {
	h.T.Helper()
	args := []string{"account", "add", name, "--email", name + "@mail.example", "--password-stdin", "--data", h.Data}
	if h.DBase != "" {
		args = append(args, "--database", h.DBase)
	}
	if out, ok := h.run(Password+"\n", args...); !ok {
		h.T.Fatalf("%s does not move in: %s", name, out)
	}
}

// A Person uses a home by a browser without scripts.
type Person struct {
	Home *Home
	Name string
	*http.Client
}

// SignIn signs somebody's browser in; through says how it goes there, nil for straight.
func (h *Home) SignIn(name string, through http.RoundTripper) *Person {
	h.T.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.T.Fatal(err)
	}
	p := &Person{h, name, &http.Client{Jar: jar, Timeout: patience, Transport: through}}
	p.Form("/login", url.Values{"username": {name}, "password": {Password}})
	return p
}

// Form sends a form of the home and returns the page that it leads to.
func (p *Person) Form(path string, values url.Values) string {
	p.Home.T.Helper()
	body, _ := Read(p.Home.T)(p.PostForm(p.Home.Origin+path, values))
	return body
}

// Page is a page of the home.
func (p *Person) Page(path string) string {
	p.Home.T.Helper()
	body, _ := Read(p.Home.T)(p.Get(p.Home.Origin + path))
	return body
}

// Follow follows somebody by their address, name@host.
func (p *Person) Follow(address string) {
	p.Home.T.Helper()
	page := p.Page("/people/find?address=" + url.QueryEscape(address))
	_, after, ok := strings.Cut(page, `action="/people/`)
	number, _, _ := strings.Cut(after, "/")
	if !ok {
		p.Home.T.Fatalf("%s is not found: %.3000s", address, page)
	}
	p.Form("/people/"+number+"/follow", nil)
}

// Read is the answer to a request that must go well, and where it came from.
func Read(t testing.TB) func(*http.Response, error) (string, string) {
	return func(resp *http.Response, err error) (string, string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s %v %.2000s", resp.Request.URL, resp.Status, err, body)
		}
		return string(body), resp.Request.URL.String()
	}
}

// Await waits until something holds.
func Await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}
