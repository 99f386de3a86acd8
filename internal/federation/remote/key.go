package remote

import (
	"context"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	as "allod/protocol/activitystreams"
)

// What the key of a stranger may cost.
const (
	keyTime    = 3 * time.Second // waiting for a turn, and again for answers
	keyFetches = 6
	keyPause   = 5 * time.Minute // between two refreshes of an account's keys
)

// Key is the public key of a key id, as it stands in a signature, and whose
// it is: one we know, or what the owner's server says. The owner's own
// document must list it, whatever the document of a key that is served apart
// says. A host is asked for one key at a time, and not for one that it lately
// did not give.
//
// Timeout, TooMany and Unavailable mean trouble on the way to the key, which
// may pass; any other fault that the signature names no key.
func (s *Service) Key(ctx context.Context, keyID string) (*account.Key, *account.Account, error) {
	key, owner, err := s.knownKey(ctx, keyID)
	if !fault.Is(err, fault.NotFound) {
		return key, owner, err
	}
	return s.askForKey(ctx, keyID, func() bool {
		key, owner, err = s.knownKey(ctx, keyID)
		return err == nil
	})
}

// RefetchKey asks again for a key that did not fit a signature, in case its
// owner has a new one by the same id. It returns TooMany where the owner was
// asked minutes ago, and the faults of Key.
func (s *Service) RefetchKey(ctx context.Context, keyID string) (*account.Key, *account.Account, error) {
	_, owner, err := s.knownKey(ctx, keyID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, nil, err
	}
	if owner != nil && owner.Local {
		return nil, nil, noKey(keyID, "is one of this home's")
	}
	if owner != nil && s.now().Sub(owner.FetchedAt) < keyPause {
		return nil, nil, fault.New(fault.TooMany, "").Because("the keys of %s are minutes old", owner.URI)
	}
	return s.askForKey(ctx, keyID, func() bool {
		_, now, err := s.knownKey(ctx, keyID)
		return err == nil && owner != nil && now.FetchedAt.After(owner.FetchedAt)
	})
}

func (s *Service) knownKey(ctx context.Context, keyID string) (*account.Key, *account.Account, error) {
	key, err := s.accounts.KeyByURI(ctx, keyID)
	if err != nil {
		return nil, nil, err
	}
	owner, err := s.accounts.Get(ctx, key.AccountID)
	return key, owner, err
}

// askForKey fetches a key in the turn of its host, unless it has come while
// the turn was awaited.
func (s *Service) askForKey(ctx context.Context, keyID string, came func() bool) (*account.Key, *account.Account, error) {
	url, err := s.addressOf(ctx, keyID)
	if err != nil {
		return nil, nil, err
	}
	host, err := address.HostOf(url)
	if err != nil {
		return nil, nil, err
	}
	if s.ours(ctx, host) {
		return nil, nil, noKey(keyID, "is not one of this home's")
	}
	end, err := s.asking.turn(ctx, host, keyTime)
	if err != nil {
		return nil, nil, err
	}
	defer end()
	if came() {
		return s.knownKey(ctx, keyID)
	}
	if err := s.failed.of(s.now(), host, keyID); err != nil {
		return nil, nil, err
	}
	b := NewBudget(keyFetches)
	b.wait = keyTime
	if err := s.learn(ctx, keyID, b); err != nil {
		if ctx.Err() == nil {
			s.failed.note(s.now(), host, keyID, err)
		}
		return nil, nil, err
	}
	return s.knownKey(ctx, keyID)
}

// learn fetches the document at a key id and then its owner's, which must list the key.
func (s *Service) learn(ctx context.Context, keyID string, b *Budget) error {
	ownerID, err := s.ownerOf(ctx, keyID, b)
	if err != nil {
		return err
	}
	owner, err := s.fetchActor(ctx, ownerID, b)
	if err != nil {
		return err
	}
	if key, err := s.accounts.KeyByURI(ctx, keyID); err != nil {
		return err
	} else if key.AccountID != owner.ID {
		return noKey(keyID, "is listed by another than its owner")
	}
	return nil
}

// ownerOf is the id of the actor whose key it may be: the key id without its
// fragment, or, where the key is served apart, whom the document there names.
// GoToSocial answers there with a stub of the actor, others with the key.
func (s *Service) ownerOf(ctx context.Context, keyID string, b *Budget) (string, error) {
	if base := translate.WithoutFragment(keyID); base != keyID {
		return base, nil
	}
	url, err := s.addressOf(ctx, keyID)
	if err != nil {
		return "", err
	}
	resp, err := s.get(ctx, url, as.Accept, b)
	if err != nil {
		return "", err
	}
	if !as.IsContentType(resp.Header.Get("Content-Type")) {
		return "", fault.New(fault.Unsupported, "").Because("%.200s is %.80q", resp.URL, resp.Header.Get("Content-Type"))
	}
	ref, err := as.Decode(resp.Body)
	if err != nil {
		return "", fault.New(fault.Invalid, "").Because("%.200s: %w", resp.URL, err)
	}
	owner := ref.ID()
	if !as.IsActorType(ref.Type()) {
		key, err := ref.PublicKey()
		if err != nil {
			return "", fault.Wrap(err, fault.Invalid, "")
		}
		owner = key.Owner
	}
	if !translate.SameAuthority(owner, keyID) {
		return "", noKey(keyID, "names an owner elsewhere")
	}
	return owner, nil
}

func noKey(keyID, why string) error {
	return fault.New(fault.Denied, "").Because("the key %.200q %s", keyID, why)
}
