package remote

import (
	"context"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	as "allod/protocol/activitystreams"
	"allod/protocol/integrity"
)

// A document is what was fetched and whose authority is established.
type document struct {
	as.Ref
	proved time.Time // when its proof was made; zero where its address vouches for it
}

// FetchObject fetches the object of an id and establishes its authority: the
// answer must be ActivityStreams by its content type, and carry the id of the
// address it finally came from. One with another id is asked once more at
// that id, and no further; one with a portable id must be proved by the DID
// in it. The id of the answer is therefore to be used, and may differ from
// the one asked for, as at the address of a page for people.
//
// Faults: NotFound, Gone, Denied (also for what has no authority),
// Unsupported for another content type, Invalid for what is no object,
// TooLarge, Timeout, Unavailable, and TooMany with ErrSpent. A Tombstone that
// is served with status 200 is an answer like any other.
func (s *Service) FetchObject(ctx context.Context, id string, b *Budget) (as.Ref, error) {
	d, err := s.object(ctx, id, b.orUsual())
	return d.Ref, err
}

func (s *Service) object(ctx context.Context, id string, b *Budget) (document, error) {
	for range 2 {
		url, err := s.addressOf(ctx, id)
		if err != nil {
			return document{}, err
		}
		resp, err := s.get(ctx, url, as.Accept, b)
		if err != nil {
			return document{}, err
		}
		if !as.IsContentType(resp.Header.Get("Content-Type")) {
			return document{}, fault.New(fault.Unsupported, "").Because("%.200s is %.80q", resp.URL, resp.Header.Get("Content-Type"))
		}
		ref, err := as.Decode(resp.Body)
		if err != nil {
			return document{}, fault.New(fault.Invalid, "").Because("%.200s: %w", resp.URL, err)
		}
		if _, err := translate.Canonical(ref.ID()); err != nil {
			return document{}, err
		}
		if translate.Portable(ref.ID()) {
			return s.proved(ref, id)
		}
		if sameAddress(ref.ID(), resp.URL) {
			return document{Ref: ref}, nil
		}
		id = ref.ID()
	}
	return document{}, fault.New(fault.Denied, "").Because("what %.200q leads to has another id", id)
}

// proved checks a document with a portable id: it may lie anywhere, but must
// be proved, and be the one that was asked for where that is portable too.
func (s *Service) proved(ref as.Ref, asked string) (document, error) {
	if translate.Portable(asked) && !translate.Same(translate.WithoutFragment(asked), ref.ID()) {
		return document{}, fault.New(fault.Denied, "").Because("%.200q was answered by %.200q", asked, ref.ID())
	}
	created, err := translate.CheckProof(ref.Raw(), ref.ID(), s.now())
	return document{ref, created}, err
}

// addressOf is where an id is fetched. A portable id that names no gateway is
// asked of the one where its actor was last seen.
func (s *Service) addressOf(ctx context.Context, id string) (string, error) {
	p, err := integrity.ParsePortable(id)
	if err != nil || p.Host != "" {
		if _, err := translate.Canonical(id); err != nil {
			return "", err
		}
		return translate.WithoutFragment(id), nil
	}
	p.Fragment = ""
	owner, err := s.byDID(ctx, p.DID)
	if err != nil {
		return "", err
	}
	return s.names.ID(owner, p.Canonical()), nil
}

// byDID is the known actor of a DID.
func (s *Service) byDID(ctx context.Context, did string) (a *account.Account, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err = account.ByURI(ctx, tx, "ap://"+did+"/actor")
		return err
	})
	return a, err
}

// sameAddress reports whether an id is the address a document came from, up
// to the spelling of the host and a fragment, which is never sent.
func sameAddress(id, url string) bool {
	a, err := address.Parse(id)
	if err != nil {
		return false
	}
	b, err := address.Parse(url)
	if err != nil {
		return false
	}
	a.Fragment, a.RawFragment, b.Fragment, b.RawFragment = "", "", "", ""
	return a.String() == b.String()
}
