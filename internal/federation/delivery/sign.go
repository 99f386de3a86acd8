package delivery

import (
	"context"
	"net/http"
	"time"

	"allod/internal/account"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/protocol/httpsig"
)

// contentType is that of ActivityStreams documents (ActivityPub §7).
const contentType = "application/activity+json"

// postTimeout bounds one delivery.
const postTimeout = 10 * time.Second

// A signer signs requests of one who lives here.
type signer struct {
	keyID string
	keys  *account.Keys
}

func (s *Service) signer(ctx context.Context, who id.ID) (*signer, error) {
	s.mu.Lock()
	known := s.signers[who]
	s.mu.Unlock()
	if known != nil {
		return known, nil
	}
	a, err := s.Signers.Get(ctx, who)
	if err != nil {
		return nil, err
	}
	keys, err := s.Signers.Keys(ctx, who)
	if err != nil {
		return nil, err
	}
	one := &signer{keyID: s.Names.Key(a, account.RSA), keys: keys}
	s.mu.Lock()
	s.signers[who] = one
	s.mu.Unlock()
	return one, nil
}

func (k *signer) sign(form httpsig.Form, now time.Time) func(*http.Request, []byte) error {
	return func(r *http.Request, body []byte) error {
		if form == httpsig.RFC9421 {
			return httpsig.SignRFC9421(r, body, k.keyID, k.keys.RSA, now)
		}
		return httpsig.SignCavage(r, body, k.keyID, k.keys.RSA, now)
	}
}

// post sends an activity in the form of signature that the host is known to
// take, and once in the other form if that one is refused (double knock).
func (s *Service) post(ctx context.Context, a *Activity, d Delivery) (status int, err error) {
	k, err := s.signer(ctx, a.AccountID)
	if err != nil {
		return 0, err
	}
	form, certain := s.hosts.form(d.Host)
	send := func(form httpsig.Form) (int, error) {
		resp, err := s.Fetch.Do(ctx, fetch.Request{
			Method: http.MethodPost, URL: d.Inbox, Body: a.Body, Header: http.Header{"Content-Type": {contentType}},
			Timeout: postTimeout, Sign: k.sign(form, s.Now()), StatusOnly: true, Idempotent: true,
		})
		if err != nil {
			return 0, err
		}
		return resp.Status, nil
	}
	if status, err = send(form); err != nil || certain || (status != http.StatusUnauthorized && status != http.StatusBadRequest) {
		return status, err
	}
	other := httpsig.RFC9421
	if form == httpsig.RFC9421 {
		other = httpsig.Cavage
	}
	again, err := send(other)
	if err == nil && again/100 == 2 {
		s.hosts.learn(d.Host, other)
	}
	return again, err
}

// Learn is told which form of signature a host speaks.
func (s *Service) Learn(host string, f httpsig.Form) { s.hosts.learn(host, f) }

// Form is the form of signature that a host is known to take, 0 while nothing is known.
func (s *Service) Form(host string) httpsig.Form {
	if f, certain := s.hosts.form(host); certain {
		return f
	}
	return 0
}
