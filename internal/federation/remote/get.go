package remote

import (
	"context"
	"crypto/rsa"
	"net/http"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/fetch"
	"allod/protocol/httpsig"
)

// get fetches a document whole, within the budget, signed by the home's own
// actor. An answer of 401 is asked once more with the other generation of
// signatures. What is no 2xx is a fault: NotFound, Gone, Denied, or
// Unavailable where it may be different later.
func (s *Service) get(ctx context.Context, url string, accept string, b *Budget) (*fetch.Response, error) {
	host, err := address.HostOf(url)
	if err != nil {
		return nil, err
	}
	if s.ours(ctx, host) {
		return nil, fault.New(fault.NotFound, "").Because("%.200s is an address of this home", url)
	}
	key, err := s.signingKey(ctx)
	if err != nil {
		return nil, err
	}
	first, second := httpsig.Cavage, httpsig.RFC9421
	if s.form(host) == httpsig.RFC9421 {
		first, second = second, first
	}
	resp, err := s.once(ctx, url, accept, b, s.signer(first, key))
	if err == nil && resp.Status == http.StatusUnauthorized {
		resp, err = s.once(ctx, url, accept, b, s.signer(second, key))
	}
	if err != nil {
		return nil, err
	}
	return resp, refusal(resp)
}

// once sends one request and charges the budget for it.
func (s *Service) once(ctx context.Context, url string, accept string, b *Budget, sign func(*http.Request, []byte) error) (*fetch.Response, error) {
	size, wait, err := b.take()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	resp, err := s.fetch.Do(ctx, fetch.Request{
		URL: url, Header: http.Header{"Accept": {accept}}, MaxBytes: size, Timeout: wait, Sign: sign,
	})
	switch {
	case err == nil:
		size = int64(len(resp.Body))
	case !fault.Is(err, fault.TooLarge):
		size = 0
	}
	b.charge(size, time.Since(start))
	return resp, err
}

// refusal is the fault of an answer that is no 2xx, or nil.
func refusal(resp *fetch.Response) error {
	kind := fault.Unavailable
	switch {
	case resp.Status >= 200 && resp.Status < 300:
		return nil
	case resp.Status == http.StatusGone:
		kind = fault.Gone
	case resp.Status == http.StatusNotFound:
		kind = fault.NotFound
	case resp.Status == http.StatusTooManyRequests, resp.Status == http.StatusRequestTimeout, resp.Status < 400:
	case resp.Status < 500:
		kind = fault.Denied
	}
	return fault.New(kind, "").Because("%.200s answered %d", resp.URL, resp.Status)
}

// signer signs requests by the home's own actor (draft-cavage-12 or RFC 9421, both RSA).
func (s *Service) signer(form httpsig.Form, key *rsa.PrivateKey) func(*http.Request, []byte) error {
	id := s.names.Origin + account.HomeURI + "#main-key"
	return func(r *http.Request, body []byte) error {
		if form == httpsig.RFC9421 {
			return httpsig.SignRFC9421(r, body, id, key, s.now())
		}
		return httpsig.SignCavage(r, body, id, key, s.now())
	}
}

// signingKey is the key of the home's own actor.
func (s *Service) signingKey(ctx context.Context) (*rsa.PrivateKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.homeKey != nil {
		return s.homeKey, nil
	}
	home, err := s.accounts.HomeActor(ctx)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "")
	}
	keys, err := s.accounts.Keys(ctx, home.ID)
	if err != nil {
		return nil, err
	}
	s.homeKey = keys.RSA
	return s.homeKey, nil
}
