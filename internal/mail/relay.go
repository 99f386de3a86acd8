package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	smtp "github.com/wneessen/go-mail"
)

// A Relay is the mail server that sends this home's mail on.
type Relay struct {
	Server         string // host and port; "" for none
	TLS            string // starttls, tls or none
	User, Password string
	From           string
}

// relayTime is how long the relay may take for one step.
const relayTime = 20 * time.Second

// A line is an open connection to the relay.
type line struct {
	client *smtp.Client
	from   string
}

// open connects and signs in.
func (r Relay) open(ctx context.Context, origin string) (*line, error) {
	host, port, err := net.SplitHostPort(r.Server)
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	options := []smtp.Option{smtp.WithPort(number), smtp.WithTimeout(relayTime), smtp.WithoutNoop(),
		smtp.WithTLSConfig(&tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}), smtp.WithHELO(origin)}
	switch r.TLS {
	case "tls":
		options = append(options, smtp.WithSSL())
	case "none":
		options = append(options, smtp.WithTLSPolicy(smtp.NoTLS))
	default:
		options = append(options, smtp.WithTLSPolicy(smtp.TLSMandatory))
	}
	if r.User != "" {
		auth := smtp.SMTPAuthAutoDiscover
		if r.TLS == "none" { // on this machine, as the settings see to
			auth = smtp.SMTPAuthPlainNoEnc
		}
		options = append(options, smtp.WithSMTPAuth(auth), smtp.WithUsername(r.User), smtp.WithPassword(r.Password))
	}
	client, err := smtp.NewClient(host, options...)
	if err != nil {
		return nil, err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return nil, fmt.Errorf("connect to %s: %w", r.Server, err)
	}
	return &line{client, r.From}, nil
}

// close ends the connection; what was sent is sent already.
func (l *line) close() { _ = l.client.Close() }

// A message is a mail as it is handed over.
type message struct {
	id, to, sender, subject, text, page, way string
	bulk                                     bool
	at                                       time.Time
}

// send hands one mail over.
func (l *line) send(m message) error {
	out := smtp.NewMsg(smtp.WithNoDefaultUserAgent())
	if err := errors.Join(out.FromFormat(m.sender, l.from), out.EnvelopeFrom(l.from), out.To(m.to)); err != nil {
		return &refusal{err: err, lasting: true}
	}
	out.Subject(m.subject)
	out.SetDateWithValue(m.at)
	out.SetMessageIDWithValue(m.id)
	out.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834 §5
	out.SetGenHeader("X-Auto-Response-Suppress", "All")
	if m.bulk {
		out.SetGenHeader(smtp.HeaderPrecedence, "list")
	}
	if m.way != "" { // RFC 2369 §3.2, RFC 8058 §3.1
		out.SetGenHeaderPreformatted(smtp.HeaderListUnsubscribe, "<"+m.way+">")
		out.SetGenHeaderPreformatted(smtp.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	out.SetBodyString(smtp.TypeTextPlain, m.text)
	out.AddAlternativeString(smtp.TypeTextHTML, m.page)
	if err := l.client.Send(out); err != nil {
		return refusalOf(err)
	}
	return nil
}

// A refusal is why the relay did not take a mail.
type refusal struct {
	err     error
	reason  string // as the server said it
	lasting bool   // the same mail will not be taken later either
	address bool   // and no other to this address
	broken  bool   // the connection is no good any more
}

// Error is the reason.
func (r *refusal) Error() string { return r.err.Error() }

// Unwrap is the error of the library.
func (r *refusal) Unwrap() error { return r.err }

// refusalOf reads what the server said (RFC 5321 §4.2.1, RFC 3463 §3). A
// refusal for policy is about the letter or about us, not the address.
func refusalOf(err error) *refusal {
	r := &refusal{err: err, reason: reason(err)}
	var failed *smtp.SendError
	if !errors.As(err, &failed) {
		r.broken = true
		return r
	}
	code := failed.ErrorCode()
	r.broken = code == 0 || code == 421
	r.lasting = code >= 500
	about := failed.Reason == smtp.ErrSMTPRcptTo || failed.Reason == smtp.ErrSMTPData || failed.Reason == smtp.ErrSMTPDataClose
	r.address = r.lasting && about && !strings.HasPrefix(failed.EnhancedStatusCode(), "5.7.")
	return r
}

// reasonMax is how much of what a server said is kept, in bytes.
const reasonMax = 300

// reason is what a server said, without what our side adds around it.
func reason(err error) string {
	text := strings.ToValidUTF8(strings.Join(strings.Fields(err.Error()), " "), "")
	for _, mark := range []string{": 5", ": 4"} {
		if at := strings.Index(text, mark); at >= 0 {
			text = text[at+2:]
			break
		}
	}
	text, _, _ = strings.Cut(text, ", affected ")
	text = strings.ReplaceAll(text, `"`, "")
	if len(text) > reasonMax {
		text = strings.ToValidUTF8(text[:reasonMax], "") + "…"
	}
	return text
}
