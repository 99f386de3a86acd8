package push

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/SherClockHolmes/webpush-go"

	"allod/internal/fault"
	"allod/internal/fetch"
	"allod/internal/id"
)

const (
	sendTime = 10 * time.Second   // for a push service to take a message
	keepFor  = 2 * 24 * time.Hour // what a browser that is off may still be told
	giveUp   = 7 * 24 * time.Hour // after which one that takes nothing is forgotten
	pauseMax = 12 * time.Hour     // that a push service may ask for
)

// A message is what a browser or an app is told.
type message struct {
	text  []byte
	topic id.ID // what waits for a browser that is off is replaced by what is newer of the same topic (RFC 8030 §5.4)
}

var (
	errGone    = errors.New("the browser takes nothing any more")   // RFC 8030 §7.3
	errRefused = errors.New("the push service refuses the message") // which will not change
)

// busyError is that a push service wants to be left alone for a while.
type busyError struct{ after time.Duration }

// Error is that a push service is busy.
func (e *busyError) Error() string { return "the push service is busy" }

// send seals a message and hands it to the push service. What is wrong never
// names the endpoint, which is a secret.
func (s *Service) send(ctx context.Context, sub *Subscription, m message) error {
	resp, err := webpush.SendNotificationWithContext(ctx, m.text,
		&webpush.Subscription{Endpoint: sub.Endpoint, Keys: webpush.Keys{P256dh: encode(sub.key), Auth: encode(sub.secret)}},
		&webpush.Options{
			HTTPClient: courier{s.Fetch, sub, m.text}, TTL: int(keepFor / time.Second), Topic: m.topic.String(), Urgency: webpush.UrgencyNormal,
			Subscriber: s.key.contact, VAPIDPublicKey: s.key.public, VAPIDPrivateKey: s.key.private,
		})
	if err != nil {
		switch {
		case fault.Is(err, fault.Denied, fault.Invalid):
			return errGone // an address that this home does not go to
		case fault.Is(err, fault.Internal):
			return fault.New(fault.Internal, "").Because("the message for %s could not be made", sub.host)
		}
		return fault.New(fault.Of(err), "").Because("the push service at %s does not answer", sub.host)
	}
	switch code := resp.StatusCode; {
	case code/100 == 2:
		return nil
	case code == http.StatusNotFound, code == http.StatusGone:
		return errGone
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		return &busyError{pause(resp.Header.Get("Retry-After"))}
	case code/100 == 5:
		return fault.New(fault.Unavailable, "").Because("the push service at %s answers %d", sub.host, code)
	}
	return errRefused
}

// pause reads how long a service wants to be left alone (RFC 9110 §10.2.3).
func pause(text string) time.Duration {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return time.Minute
	}
	return min(time.Duration(n)*time.Second, pauseMax)
}

// A courier carries what the library has sealed out of the house by the one
// way there is, in the older form for those who ask for it.
type courier struct {
	fetch *fetch.Client
	to    *Subscription
	text  []byte
}

// Do sends a request of the library's.
func (c courier) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if c.to.Encoding == Older {
		o, err := sealOlder(c.text, c.to.key, c.to.secret)
		if err != nil {
			return nil, err
		}
		body = o.body
		o.address(r.Header)
	}
	resp, err := c.fetch.Do(r.Context(), fetch.Request{
		Method: http.MethodPost, URL: c.to.Endpoint, Header: r.Header, Body: body, StatusOnly: true, Timeout: sendTime, Idempotent: true,
	})
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: resp.Status, Header: resp.Header, Body: io.NopCloser(bytes.NewReader(nil))}, nil
}
