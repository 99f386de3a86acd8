package browser

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A neighbor uses a home by its forms alone, without a window.
type neighbor struct {
	t      *testing.T
	origin string
	client *http.Client
}

// newNeighbor signs somebody in, whatever name the home on the port goes by.
func newNeighbor(t *testing.T, origin, port, name, password string) *neighbor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	dialer := net.Dialer{}
	n := &neighbor{t: t, origin: origin, client: &http.Client{Jar: jar, Timeout: 10 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // the certificate of the test speaks for nobody
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, port)
		},
	}}}
	n.send("/login", url.Values{"username": {name}, "password": {password}})
	return n
}

// send posts a form and gives the page it leads to, with its path.
func (n *neighbor) send(path string, fields url.Values, pictures ...string) (page, at string) {
	n.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, values := range fields {
		for _, v := range values {
			n.must(form.WriteField(name, v))
		}
	}
	for i, file := range pictures {
		name := fmt.Sprintf("picture-%d", i+1)
		if strings.HasSuffix(path, "/pictures") {
			name = "pictures"
		}
		part, err := form.CreateFormFile(name, file)
		n.must(err)
		picture, err := os.ReadFile(filepath.Join("testdata", file))
		n.must(err)
		_, err = part.Write(picture)
		n.must(err)
	}
	n.must(form.Close())
	kind, content := form.FormDataContentType(), io.Reader(&body)
	if path == "/login" || regexp.MustCompile(`^/(people|posts)/`).MatchString(path) {
		kind, content = "application/x-www-form-urlencoded", bytes.NewBufferString(fields.Encode())
	}
	answer, err := n.client.Post(n.origin+path, kind, content)
	return n.read(answer, err)
}

// get is a page, with the path it is at.
func (n *neighbor) get(path string) (page, at string) {
	n.t.Helper()
	answer, err := n.client.Get(n.origin + path)
	return n.read(answer, err)
}

func (n *neighbor) read(answer *http.Response, err error) (page, at string) {
	n.t.Helper()
	n.must(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	n.must(err)
	if answer.StatusCode != http.StatusOK {
		n.t.Fatalf("%s answered %s", answer.Request.URL, answer.Status)
	}
	return string(text), answer.Request.URL.Path
}

func (n *neighbor) must(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
}

// post says something, with pictures, and gives its path. Each picture is
// described by the word its file is named for.
func (n *neighbor) post(text, level string, more url.Values, pictures ...string) string {
	n.t.Helper()
	fields := url.Values{"text": {text}, "visibility": {level}, "language": {"en"}}
	for i, file := range pictures {
		fields.Set(fmt.Sprintf("alt-%d", i+1), "A picture of "+file[:len(file)-len(filepath.Ext(file))])
	}
	for name, values := range more {
		fields[name] = values
	}
	_, at := n.send("/compose", fields, pictures...)
	return at
}

// press sends the form of one button whose action on a page ends with a word.
func (n *neighbor) press(path, word string) {
	n.t.Helper()
	page, _ := n.get(path)
	found := regexp.MustCompile(`action="([^"]+/` + word + `)"`).FindStringSubmatch(page)
	if found == nil {
		n.t.Fatalf("%s has no form to %s", path, word)
	}
	n.send(found[1], url.Values{"on": {"true"}})
}
