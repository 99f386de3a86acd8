package delivery

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"allod/internal/account"
	"allod/internal/address"
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
	moved *account.Account // who has ids of more than one origin; else nil
}

// as is the id of the key that an activity is signed with: one of the ids that it speaks by.
func (s *Service) as(k *signer, a *Activity) string {
	if k.moved == nil {
		return k.keyID
	}
	var spoken struct {
		Actor string `json:"actor"`
	}
	if err := json.Unmarshal(a.Body, &spoken); err != nil {
		return k.keyID
	}
	host, err := address.HostOf(spoken.Actor)
	if err != nil {
		return k.keyID
	}
	return s.Names.Key(s.Names.At(k.moved, host), account.RSA)
}

// Forget has the keys of somebody looked up again.
func (s *Service) Forget(who id.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.signers, who)
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
	if len(a.Former) > 0 {
		one.moved = a
	}
	s.mu.Lock()
	s.signers[who] = one
	s.mu.Unlock()
	return one, nil
}

func (k *signer) sign(keyID string, form httpsig.Form, now time.Time) func(*http.Request, []byte) error {
	return func(r *http.Request, body []byte) error {
		if form == httpsig.RFC9421 {
			return httpsig.SignRFC9421(r, body, keyID, k.keys.RSA, now)
		}
		return httpsig.SignCavage(r, body, keyID, k.keys.RSA, now)
	}
}

// post sends an activity in the form of signature that the host is known to
// take, and once in the other form if that one is refused (double knock).
func (s *Service) post(ctx context.Context, a *Activity, d Delivery) (status int, err error) {
	k, err := s.signer(ctx, a.AccountID)
	if err != nil {
		return 0, err
	}
	keyID := s.as(k, a)
	form, certain := s.hosts.form(d.Host)
	send := func(form httpsig.Form) (int, error) {
		resp, err := s.Fetch.Do(ctx, fetch.Request{
			Method: http.MethodPost, URL: d.Inbox, Body: a.Body, Header: http.Header{"Content-Type": {contentType}},
			Timeout: postTimeout, Sign: k.sign(keyID, form, s.Now()), StatusOnly: true, Idempotent: true,
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
