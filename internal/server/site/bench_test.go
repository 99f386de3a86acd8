//go:build unix

package site_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"allod/internal/db/dbtest"
	"allod/internal/post"
)

// furnish gives a house a person with a page of posts, some answers, some with warnings.
func furnish(b *testing.B) (*house, *browser) {
	h := newHouse(b, dbtest.SQLite(b))
	ida, browser := h.resident("ida")
	var last *post.Post
	for i := range 40 {
		d := draft(fmt.Sprintf("Post %d: my grandmother wrote down *what she planted*, when it rained, and who she lent tools to. #garden", i))
		if i%5 == 4 {
			d.ReplyTo = last.ID
		}
		last = h.publish(ida, d)
	}
	return h, browser
}

// serve asks the whole stack for a path, again and again.
func serve(b *testing.B, h *house, path string, change ...func(*http.Request)) {
	b.ReportAllocs()
	began := cpu(b)
	for b.Loop() {
		r := httptest.NewRequestWithContext(b.Context(), "GET", h.url+path, nil)
		for _, c := range change {
			c(r)
		}
		w := &sink{header: http.Header{}}
		h.handler.ServeHTTP(w, r)
		if w.status != http.StatusOK || w.size < 1000 {
			b.Fatalf("%s: %d with %d bytes", path, w.status, w.size)
		}
	}
	b.ReportMetric(float64(cpu(b)-began)/float64(b.N), "cpu-ns/op")
}

// cpu is the processor time this process has taken so far, which others that
// run beside it do not lengthen.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkHome(b *testing.B) {
	h, browser := furnish(b)
	at, err := url.Parse(h.url)
	if err != nil {
		b.Fatal(err)
	}
	cookies := browser.client.Jar.Cookies(at)
	serve(b, h, "/", func(r *http.Request) { r.AddCookie(cookies[0]) })
}

func BenchmarkPublicProfile(b *testing.B) {
	h, _ := furnish(b)
	serve(b, h, "/@ida")
}

func BenchmarkPublicProfileNotKept(b *testing.B) {
	h, _ := furnish(b)
	serve(b, h, "/@ida?lang=en")
}

// writeLong gives ida an article of 100,000 words, and returns its page.
func writeLong(b *testing.B) (*house, *browser, string) {
	h := newHouse(b, dbtest.SQLite(b))
	ida, browser := h.resident("ida")
	var text strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&text, "## Part %d\n\n%s\n\n", i, strings.Repeat("My grandmother wrote down *what she planted* and when it rained. ", 9))
	}
	p := h.publish(ida, post.Draft{Kind: post.Article, Title: "The whole garden", Text: text.String(), Visibility: post.Public})
	if p.Words < 99_000 {
		b.Fatalf("%d words", p.Words)
	}
	return h, browser, "/@ida/" + p.ID.String()
}

// BenchmarkArticle opens an article of 100,000 words that is kept rendered.
func BenchmarkArticle(b *testing.B) {
	h, _, page := writeLong(b)
	serve(b, h, page)
}

// BenchmarkArticleNotKept reads it from the database and draws its page each time.
func BenchmarkArticleNotKept(b *testing.B) {
	h, _, page := writeLong(b)
	serve(b, h, page+"?lang=en")
}

// BenchmarkArticleInside is the same for one who lives here.
func BenchmarkArticleInside(b *testing.B) {
	h, browser, page := writeLong(b)
	at, err := url.Parse(h.url)
	if err != nil {
		b.Fatal(err)
	}
	cookies := browser.client.Jar.Cookies(at)
	serve(b, h, page, func(r *http.Request) { r.AddCookie(cookies[0]) })
}

// A sink takes an answer and forgets it.
type sink struct {
	header       http.Header
	status, size int
}

func (s *sink) Header() http.Header { return s.header }

func (s *sink) WriteHeader(status int) { s.status = status }

func (s *sink) Write(p []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	s.size += len(p)
	return len(p), nil
}
