package inbox

import (
	"context"
	"errors"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	as "allod/protocol/activitystreams"
	"allod/protocol/httpsig"
)

// A Sender is who signed a request.
type Sender struct {
	Account *account.Account
	KeyURI  string
	Form    httpsig.Form
	To      *account.Account // who lives here and whose own inbox it came to; nil for that of all
}

// ErrNothing is returned by Verify for news of an account that was never met
// here: it is gone, or has changed. No key is fetched to learn that; the answer is the same as if it had been.
var ErrNothing = errors.New("news of an account that is not known here")

// Verify tells who signed a request (RFC 9421 or draft-cavage-12), also one
// without a body. A key that is not known, or no longer fits, is fetched once.
// Unauthenticated for a missing or bad signature; Unavailable where the key
// could not be fetched for now, so that the sender tries again; ErrNothing.
func (b *Inbox) Verify(ctx context.Context, m httpsig.Message) (*Sender, error) {
	sig, err := b.policy.Parse(m)
	if err != nil {
		return nil, unauthenticated(err)
	}
	who, err := b.signer(ctx, m, sig)
	if err != nil {
		return nil, err
	}
	if who.Local {
		return nil, unauthenticated(errors.New("signed with a key of one who lives here"))
	}
	if b.learn != nil {
		if host, err := address.HostOf(who.Inbox); err == nil {
			b.learn(host, sig.Form)
		}
	}
	return &Sender{Account: who, KeyURI: sig.KeyID, Form: sig.Form}, nil
}

// signer is the account whose key made the signature.
func (b *Inbox) signer(ctx context.Context, m httpsig.Message, sig *httpsig.Signature) (*account.Account, error) {
	var who *account.Account
	key, err := b.accounts.KeyByURI(ctx, sig.KeyID)
	switch {
	case err == nil:
		if sig.Verify(key.Public) == nil {
			return b.accounts.Get(ctx, key.AccountID)
		}
		if key, who, err = b.remote.RefetchKey(ctx, sig.KeyID); fault.Is(err, fault.TooMany) {
			return nil, unauthenticated(err) // the key we know is minutes old
		}
	case fault.Is(err, fault.NotFound):
		if b.isNewsOfStranger(ctx, m.Body) {
			return nil, ErrNothing
		}
		key, who, err = b.remote.Key(ctx, sig.KeyID)
	}
	if err != nil {
		return nil, keyTrouble(err)
	}
	if err := sig.Verify(key.Public); err != nil {
		return nil, unauthenticated(err)
	}
	return who, nil
}

// isNewsOfStranger reports whether a body says that an actor who was never
// met here, or something of theirs, is gone or changed.
func (b *Inbox) isNewsOfStranger(ctx context.Context, body []byte) bool {
	a, err := as.DecodeActivity(body)
	if err != nil || a.Type != as.TypeDelete && a.Type != as.TypeUpdate {
		return false
	}
	actor, err := translate.Canonical(a.Actor.ID())
	if err != nil {
		return false
	}
	_, err = b.accounts.ByURI(ctx, actor)
	return fault.Is(err, fault.NotFound)
}

func unauthenticated(err error) error {
	return fault.Wrap(err, fault.Unauthenticated, "")
}

// keyTrouble tells a key that cannot be had for now from one that is none.
func keyTrouble(err error) error {
	switch fault.Of(err) {
	case fault.Unavailable, fault.Timeout, fault.TooMany:
		return fault.Wrap(err, fault.Unavailable, "")
	case fault.Internal:
		return err
	}
	return unauthenticated(err)
}
