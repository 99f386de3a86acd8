package feeds

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"allod/internal/freeport"
)

// program builds the program.
func program(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "allod")
	build := exec.Command("go", "build", "-o", file, "./cmd/allod")
	build.Dir, build.Stderr = "../../..", os.Stderr
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if err := build.Run(); err != nil {
		t.Fatal(err)
	}
	return file
}

// A home is the program, serving one person.
type home struct {
	t      *testing.T
	origin string
	name   string
	*http.Client
}

const password = "a long enough password"

// start starts a home and signs its one person in.
func start(t *testing.T, program, name string) *home {
	t.Helper()
	address, err := freeport.On("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	log, err := os.Create(filepath.Join(data, "log"))
	if err != nil {
		t.Fatal(err)
	}
	serve := exec.Command(program, "serve", "--data", data, "--listen", address, "--origin", "http://"+address,
		"--allow-private", "127.0.0.0/8", "--rate-limits", "off")
	serve.Stderr = log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = serve.Process.Signal(os.Interrupt)
		_ = serve.Wait()
		if text, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
			t.Logf("%s:\n%s", name, text)
		}
	})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	h := &home{t, "http://" + address, name, &http.Client{Jar: jar, Timeout: 20 * time.Second}}
	h.await("it answers", func() bool {
		resp, err := h.Get(h.origin + "/readyz")
		if err == nil {
			resp.Body.Close()
		}
		return err == nil && resp.StatusCode == http.StatusOK
	})
	add := exec.Command(program, "account", "add", name, "--email", name+"@example.org", "--password-stdin", "--data", data)
	add.Stdin = strings.NewReader(password + "\n")
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	h.form("/login", url.Values{"username": {name}, "password": {password}})
	return h
}

// await waits until something holds.
func (h *home) await(what string, holds func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("%s: not within 20 seconds: %s", h.name, what)
		}
	}
}

// read is the answer to a request that must go well, and where it came from.
func (h *home) read(resp *http.Response, err error) (string, string) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		h.t.Fatalf("%s: %s %v %.2000s", resp.Request.URL, resp.Status, err, body)
	}
	return string(body), resp.Request.URL.String()
}

func (h *home) page(path string) string {
	h.t.Helper()
	body, _ := h.read(h.Get(h.origin + path))
	return body
}

func (h *home) form(path string, values url.Values) {
	h.t.Helper()
	h.read(h.PostForm(h.origin+path, values))
}

var (
	onceKey   = regexp.MustCompile(`name="key" value="([^"]+)"|/compose\?key=([^"&]+)`)
	ownAnswer = regexp.MustCompile(`/@[^/]+/\d+$`)
)

// say posts by the form of the composer, with pictures, and returns the page of the post.
func (h *home) say(fields map[string]string, pictures ...[]byte) string {
	h.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		_ = form.WriteField(name, value)
	}
	if fields["visibility"] == "" {
		_ = form.WriteField("visibility", "public")
	}
	for i, p := range pictures {
		part, err := form.CreateFormFile(fmt.Sprintf("picture-%d", i+1), "picture.png")
		if err != nil {
			h.t.Fatal(err)
		}
		_, _ = part.Write(p)
	}
	_ = form.Close()
	key := ""
	for _, part := range onceKey.FindStringSubmatch(h.page("/compose"))[1:] {
		key += part
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, h.origin+"/compose?key="+key, &body)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	answer, at := h.read(h.Do(r))
	at, _, _ = strings.Cut(at, "?")
	if !ownAnswer.MatchString(at) {
		h.t.Fatalf("not posted, at %s: %.3000s", at, answer)
	}
	return at
}
