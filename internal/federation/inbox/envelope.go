package inbox

import (
	"context"
	"crypto/ed25519"
	"errors"
	"slices"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	as "allod/protocol/activitystreams"
	"allod/protocol/integrity"
)

// An envelope is an activity on its way in, with what is known of who stands behind it.
type envelope struct {
	activity *as.Activity
	raw      []byte
	uri      string // canonical id of the activity
	actor    string // canonical id of its actor
	object   as.Ref // as the activity has it, or as it was fetched from its own id
	target   string // canonical id of the object, "" without one

	signer *account.Account // who signed the request
	author *account.Account // the actor's account; nil where it was never met

	to *account.Account // whose own inbox it came to, nil for that of all

	direct     bool // the signer is the actor, whose signature is enough
	vouched    bool // the actor sent it: by signature or proof
	refetched  bool // what it says was learned from the object's own server instead
	remembered bool // its id is among the seen already
	fetched    bool // all it needs was asked for; it is not put aside again
}

// open reads an activity. Invalid for what is none, Denied where its id is not of its actor's authority.
func (b *Inbox) open(signer *account.Account, raw []byte) (*envelope, error) {
	a, err := as.DecodeActivity(raw)
	if err != nil {
		return nil, malformed(err)
	}
	e := &envelope{activity: a, raw: raw, object: a.Object, signer: signer}
	if b.verbOf(a.Type) == nil {
		return nil, dropped("verb " + a.Type)
	}
	if e.actor, err = translate.Canonical(a.Actor.ID()); err != nil {
		return nil, malformed(err)
	}
	if e.uri, err = translate.Canonical(a.ID); err != nil {
		return nil, malformed(err)
	}
	if !translate.SameAuthority(e.uri, e.actor) {
		return nil, denied("activity %s is not of the authority of its actor %s", e.uri, e.actor)
	}
	if !e.object.IsZero() && e.object.ID() != "" {
		if e.target, err = translate.Canonical(e.object.ID()); err != nil {
			return nil, malformed(err)
		}
	}
	return e, nil
}

// cutDID splits the canonical form of a portable id into "ap://did:key:…" and the path.
func cutDID(uri string) (did, path string, ok bool) {
	rest, ok := strings.CutPrefix(uri, "ap://")
	did, path, _ = strings.Cut(rest, "/")
	return "ap://" + did, path, ok
}

// portable reports whether an id in canonical form belongs to a DID (FEP-ef61).
func portable(uri string) bool { return strings.HasPrefix(uri, "ap://") }

// vouch establishes without asking another server that the actor sent the
// activity. It does so by the signature of an actor that is not portable, or
// by a proof (FEP-8b32) with a key of the actor. Denied for a portable actor without one.
func (b *Inbox) vouch(ctx context.Context, e *envelope) error {
	switch {
	case e.actor != e.signer.URI:
		if e.author != nil {
			break
		}
		who, err := b.accounts.ByURI(ctx, e.actor)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		} else if err == nil {
			e.author = who
		}
	case !portable(e.actor):
		e.author, e.direct, e.vouched = e.signer, true, true
		return nil
	default:
		e.author = e.signer
	}
	if e.author != nil && e.author.Local {
		return denied("%s, who lives here, is named as actor from elsewhere", e.actor)
	}
	proof, err := integrity.Verify(e.raw, b.now(), b.provers(ctx, e))
	switch {
	case err == nil:
		// A proof does not say when it was sent. One that another hands on is
		// believed only as long as its id is remembered, so that it acts once.
		e.vouched = e.actor == e.signer.URI || b.now().Sub(proof.Created) < seenFor
	case fault.Is(err, fault.Internal) && !isReason(err):
		return err
	}
	if !e.vouched && portable(e.actor) {
		return denied("%s is portable, and its activity carries no proof of its own: %w", e.actor, err)
	}
	return nil
}

func isReason(err error) bool {
	var r integrity.Reason
	return errors.As(err, &r)
}

// provers finds the key of a proof, if it is one of the actor's.
func (b *Inbox) provers(ctx context.Context, e *envelope) func(string) (ed25519.PublicKey, error) {
	return func(method string) (ed25519.PublicKey, error) {
		if portable(e.actor) {
			did, key, err := integrity.ParseVerificationMethod(method)
			if err == nil && !strings.HasPrefix(e.actor, "ap://"+did+"/") {
				err = denied("the proof is by %s", did)
			}
			return key, err
		}
		if e.author == nil {
			return nil, denied("the actor of the proof is not known")
		}
		k, err := b.accounts.KeyByURI(ctx, method)
		if err != nil {
			return nil, err
		}
		key, ok := k.Public.(ed25519.PublicKey)
		if !ok || k.AccountID != e.author.ID {
			return nil, denied("the proof is not by a key of %s", e.actor)
		}
		return key, nil
	}
}

// owned refuses an object that is not of the actor's authority.
func (e *envelope) owned() error {
	if e.target == "" {
		return malformed(errors.New("the object has no id"))
	}
	if !translate.SameAuthority(e.target, e.actor) {
		return denied("%s is not of the authority of %s", e.target, e.actor)
	}
	return nil
}

// said is the embedded object of a Create or Update. Denied unless it is
// the actor's own: of their authority and attributed to them.
func (e *envelope) said() (*as.Object, error) {
	if err := e.owned(); err != nil {
		return nil, err
	}
	obj, err := e.object.Object()
	if err != nil {
		return nil, malformed(err)
	}
	if !translate.IsPost(obj.Type) {
		return nil, dropped("object " + obj.Type)
	}
	if !slices.ContainsFunc(obj.AttributedTo.IDs(), func(by string) bool { return translate.Same(by, e.actor) }) {
		return nil, denied("%s is not attributed to %s", e.target, e.actor)
	}
	return obj, nil
}

// seenFor is how long ids of activities are remembered.
const seenFor = 28 * 24 * time.Hour

// A dropped says why an activity that may be in order changes nothing here.
type dropped string

func (d dropped) Error() string { return string(d) }

// orDrop takes a refusal that follows from how things stand here, such as a
// block or a post that the actor may not see, as a reason to drop.
func orDrop(err error) error {
	if fault.Is(err, fault.NotFound, fault.Gone, fault.Denied, fault.Invalid, fault.Conflict) {
		return dropped(err.Error())
	}
	return err
}

func malformed(err error) error {
	return fault.Wrap(err, fault.Invalid, "")
}

func denied(format string, args ...any) error {
	return fault.New(fault.Denied, "").Because(format, args...)
}
