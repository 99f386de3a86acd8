// Package mailtest catches mail in tests: a mail server on loopback that keeps what it is sent.
package mailtest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// A Catcher is a mail server that keeps what it is sent.
type Catcher struct {
	// Address is its host and port.
	Address string

	mu      sync.Mutex
	letters []Letter
	refused map[string]*smtp.SMTPError
	server  *smtp.Server
}

// A Letter is a mail that was caught.
type Letter struct {
	From, To string // of the envelope
	Header   mail.Header
	Text     string // the plain part
	HTML     string
	Raw      string
}

// Start starts a catcher that stops with the test.
func Start(t testing.TB) *Catcher {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &Catcher{Address: l.Addr().String(), refused: map[string]*smtp.SMTPError{}}
	c.server = smtp.NewServer(c)
	c.server.Domain, c.server.ReadTimeout, c.server.WriteTimeout = "catcher.example", 10*time.Second, 10*time.Second
	c.server.ErrorLog = nowhere{}
	go func() { _ = c.server.Serve(l) }()
	t.Cleanup(c.Stop)
	return c
}

// Stop ends it; connections are refused from then on.
func (c *Catcher) Stop() { _ = c.server.Close() }

type nowhere struct{}

// Printf says nothing.
func (nowhere) Printf(string, ...any) {}

// Println says nothing.
func (nowhere) Println(...any) {}

// Refuse has mail to an address refused with a code and sentence; code 0 takes it again.
func (c *Catcher) Refuse(address string, code int, enhanced [3]int, sentence string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.refused, address)
	if code != 0 {
		c.refused[address] = &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: sentence}
	}
}

// Letters are those caught so far, to an address, or all for "".
func (c *Catcher) Letters(to string) (out []Letter) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.letters {
		if to == "" || l.To == to {
			out = append(out, l)
		}
	}
	return out
}

// Await is the n-th letter to an address, counted from one.
func (c *Catcher) Await(t testing.TB, to string, n int) Letter {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if all := c.Letters(to); len(all) >= n {
			return all[n-1]
		}
		if time.Now().After(deadline) {
			t.Fatalf("no letter %d to %s; %d in all", n, to, len(c.Letters("")))
		}
	}
}

// Link is the first address in the plain part that begins with a prefix.
func (l Letter) Link(t testing.TB, prefix string) string {
	t.Helper()
	for word := range strings.FieldsSeq(l.Text) {
		if strings.HasPrefix(word, prefix) {
			return word
		}
	}
	t.Fatalf("no link to %s in the letter:\n%s", prefix, l.Text)
	return ""
}

// NewSession begins with a client.
func (c *Catcher) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{catcher: c}, nil }

type session struct {
	catcher  *Catcher
	from, to string
}

// Mail takes the sender.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt takes a recipient, or refuses as it was told to.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.catcher.mu.Lock()
	defer s.catcher.mu.Unlock()
	if no := s.catcher.refused[to]; no != nil {
		return no
	}
	s.to = to
	return nil
}

// Data takes the mail.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	l := Letter{From: s.from, To: s.to, Raw: string(raw)}
	if err := l.read(raw); err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: err.Error()}
	}
	s.catcher.mu.Lock()
	defer s.catcher.mu.Unlock()
	s.catcher.letters = append(s.catcher.letters, l)
	return nil
}

// Reset forgets the envelope.
func (s *session) Reset() { s.from, s.to = "", "" }

// Logout ends.
func (s *session) Logout() error { return nil }

// read takes a mail apart.
func (l *Letter) read(raw []byte) error {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	l.Header = m.Header
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return errors.Join(err, errors.New("not multipart/alternative"))
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var body io.Reader = p
		if p.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			body = quotedprintable.NewReader(p)
		}
		text, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			l.HTML = string(text)
		} else {
			l.Text = string(text)
		}
	}
}

// Subject is the subject as a reader sees it.
func (l Letter) Subject() string {
	s, err := new(mime.WordDecoder).DecodeHeader(l.Header.Get("Subject"))
	if err != nil {
		return l.Header.Get("Subject")
	}
	return s
}
