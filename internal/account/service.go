package account

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"slices"
	"sync"
	"time"

	"allod/internal/db"
	"allod/internal/fact"
	"allod/internal/fault"
	"allod/internal/id"
)

// Service finds, makes and changes accounts.
type Service struct {
	db    *db.DB
	ids   *id.Source
	now   func() time.Time
	vault *Vault

	// Pictured finds the small pictures of this home that a text names; nil where there are none.
	Pictured func(ctx context.Context, text string) ([]Emoji, error)

	// Changed and Ended are recorded when they happen.
	Changed fact.Fact[Changed]
	Met     fact.Fact[Met]
	Ended   fact.Fact[Ended]
	Moved   fact.Fact[Moved]

	mu     sync.Mutex
	keys   map[id.ID]*Keys // opened private keys of those who live here
	public map[string]*Key // public keys by URI

	manners   *Manners // as read a moment ago
	mannersAt time.Time

	cards cards
	hosts hosts
}

// New returns the service. A vault that only seals can add accounts, not act for them.
func New(d *db.DB, ids *id.Source, now func() time.Time, vault *Vault) *Service {
	return &Service{db: d, ids: ids, now: now, vault: vault, keys: map[id.ID]*Keys{}, public: map[string]*Key{}}
}

// find is one account by a condition, NotFound where there is none.
func (s *Service) find(ctx context.Context, where string, args ...any) (a *Account, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err = one(ctx, tx, where, args...)
		return notFound(err)
	})
	return a, err
}

func notFound(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return fault.Wrap(err, fault.NotFound, "fault.account.unknown")
	}
	return err
}

// Get is the account of an id.
func (s *Service) Get(ctx context.Context, who id.ID) (*Account, error) {
	return s.find(ctx, withID, who)
}

// ByName is one who lives here.
func (s *Service) ByName(ctx context.Context, name string) (*Account, error) {
	return s.find(ctx, livingHere, Fold(name))
}

// ByHandle is the account of name@host, where host is in normal form and "" for here.
func (s *Service) ByHandle(ctx context.Context, name, host string) (*Account, error) {
	return s.find(ctx, withHandle, Fold(name), host)
}

// ByURI is the account of a canonical actor id.
func (s *Service) ByURI(ctx context.Context, uri string) (*Account, error) {
	return s.find(ctx, withURI, uri)
}

// Get is the account of an id, inside a transaction.
func Get(ctx context.Context, tx *db.Tx, who id.ID) (*Account, error) {
	a, err := one(ctx, tx, withID, who)
	return a, notFound(err)
}

// ByURI is the account of a canonical actor id, inside a transaction.
func ByURI(ctx context.Context, tx *db.Tx, uri string) (*Account, error) {
	a, err := one(ctx, tx, withURI, uri)
	return a, notFound(err)
}

// ByURIs are the accounts of canonical actor ids; unknown ones are left out.
func ByURIs(ctx context.Context, tx *db.Tx, uris []string) ([]*Account, error) {
	return list(ctx, tx, withURIs, uris)
}

// List are the accounts of ids, by id; unknown ones are left out.
func List(ctx context.Context, tx *db.Tx, who []id.ID) (map[id.ID]*Account, error) {
	if len(who) == 0 {
		return nil, nil
	}
	all, err := list(ctx, tx, withIDs, who)
	if err != nil {
		return nil, err
	}
	by := make(map[id.ID]*Account, len(all))
	for _, a := range all {
		by[a.ID] = a
	}
	return by, nil
}

// CountPosts adds delta to an account's posts; at is when it last posted.
func CountPosts(ctx context.Context, tx *db.Tx, who id.ID, delta int, at time.Time) error {
	return countPosts(ctx, tx, who, delta, at)
}

// CountFollows adds to how many follow who and how many who follows.
func CountFollows(ctx context.Context, tx *db.Tx, who id.ID, followers, following int64) error {
	return countFollows(ctx, tx, who, followers, following)
}

// FixAuthority fixes the origin in a local account's ids, at its first
// delivery. Later calls change nothing.
func FixAuthority(ctx context.Context, tx *db.Tx, who id.ID, origin string) error {
	return setAuthority(ctx, tx, who, origin)
}

// Keys are the private keys of one who lives here.
func (s *Service) Keys(ctx context.Context, who id.ID) (*Keys, error) {
	s.mu.Lock()
	k := s.keys[who]
	s.mu.Unlock()
	if k != nil {
		return k, nil
	}
	var rows []keyRow
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		rows, err = sealedKeys(ctx, tx, who)
		return err
	})
	if err != nil {
		return nil, err
	}
	k = &Keys{}
	for _, r := range rows {
		der, err := s.vault.Open(r.sealed)
		if err != nil {
			return nil, err
		}
		private, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			return nil, err
		}
		k.put(r.kind, private)
	}
	if err := k.complete(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.keys[who] = k
	s.mu.Unlock()
	return k, nil
}

// publicMax bounds the public keys kept in memory.
const publicMax = 20_000

// KeyByURI is a public key by the id in a signature. The result is shared
// and must not be changed. NotFound where it is unknown.
func (s *Service) KeyByURI(ctx context.Context, uri string) (*Key, error) {
	s.mu.Lock()
	k := s.public[uri]
	s.mu.Unlock()
	if k != nil {
		return k, nil
	}
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		k, err = keyByURI(ctx, tx, uri)
		return notFound(err)
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	if len(s.public) >= publicMax {
		clear(s.public)
	}
	s.public[uri] = k
	s.mu.Unlock()
	return k, nil
}

// PublicKeys are all the keys that an account's document lists.
func (s *Service) PublicKeys(ctx context.Context, who id.ID) (keys []*Key, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		keys, err = publicKeys(ctx, tx, who)
		return err
	})
	return keys, err
}

// forgetKeys drops an account's public keys from memory.
func (s *Service) forgetKeys(who id.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for uri, k := range s.public {
		if k.AccountID == who {
			delete(s.public, uri)
		}
	}
}

// A Listed key is one of a met account's document, on its way in.
type Listed struct {
	URI    string
	Kind   KeyKind
	Public crypto.PublicKey
}

// Meet keeps what another server says of an account: a new one, or news of
// one that is known by its URI. Ids, counts and times of creation of a known
// one stay. A handle that another account there had is handed over, since
// its server says so. It returns Conflict for a document older than the one that is known, by its proof.
func (s *Service) Meet(ctx context.Context, a *Account, keys []Listed) (*Account, error) {
	a.Local, a.FetchedAt, a.DisplayName = false, s.now(), seemly(a.DisplayName)
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		known, err := one(ctx, tx, withURI, a.URI)
		switch {
		case errors.Is(err, db.ErrNoRows):
			a.ID, a.UpdatedAt = s.ids.Next(), a.FetchedAt
			if a.CreatedAt.IsZero() {
				a.CreatedAt = a.FetchedAt
			}
			if err := s.freeHandle(ctx, tx, a); err != nil {
				return err
			}
			if err := insert(ctx, tx, a); err != nil {
				return err
			}
		case err != nil:
			return err
		case known.Local:
			return fault.New(fault.Denied, "").Because("another server claims %s, who lives here", a.URI)
		case a.ProvedAt.Before(known.ProvedAt):
			return fault.New(fault.Conflict, "").Because("the document of %s is older than the one known", a.URI)
		default:
			a.ID, a.CreatedAt, a.UpdatedAt = known.ID, known.CreatedAt, a.FetchedAt
			a.FollowersCount, a.FollowingCount, a.PostsCount, a.LastPostAt = known.FollowersCount, known.FollowingCount, known.PostsCount, known.LastPostAt
			if err := s.freeHandle(ctx, tx, a); err != nil {
				return err
			}
			if err := update(ctx, tx, a); err != nil {
				return err
			}
		}
		if err := s.keepKeys(ctx, tx, a, keys); err != nil {
			return err
		}
		return s.Met.Record(ctx, tx, Met{a})
	})
	if err != nil {
		return nil, err
	}
	s.forgetKeys(a.ID)
	s.cards.drop(a.ID)
	return a, nil
}

// freeHandle takes a's handle from any other account of its server, whose
// name becomes its id, so that nothing of it is lost.
func (s *Service) freeHandle(ctx context.Context, tx *db.Tx, a *Account) error {
	other, err := one(ctx, tx, withHandleOfAnother, Fold(a.Name), a.Host, a.URI)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	} else if err != nil {
		return err
	}
	if other.Local {
		return fault.New(fault.Denied, "").Because("another server claims the name of %s, who lives here", other.Name)
	}
	other.Name = other.Name + "." + other.ID.String()
	return update(ctx, tx, other)
}

func (s *Service) keepKeys(ctx context.Context, tx *db.Tx, a *Account, keys []Listed) error {
	var kept []string
	for _, k := range keys {
		public, err := marshalPublic(k.Public)
		if err != nil {
			continue // a kind of key we have no use for
		}
		ok, err := putKey(ctx, tx, k.URI, a.ID, k.Kind, public, nil, a.FetchedAt)
		if err != nil {
			return err
		}
		if ok {
			kept = append(kept, k.URI)
		}
	}
	slices.Sort(kept)
	return dropKeys(ctx, tx, a.ID, kept)
}

// End marks an account as gone, with all that follows from it.
func (s *Service) End(ctx context.Context, tx *db.Tx, a *Account) error {
	if a.Gone() {
		return nil
	}
	tx.After(func() { s.cards.drop(a.ID) })
	a.GoneAt = s.now()
	if err := setGone(ctx, tx, a.ID, a.GoneAt); err != nil {
		return err
	}
	return s.Ended.Record(ctx, tx, Ended{a})
}

// First is who has lived here longest, nil where nobody does.
func (s *Service) First(ctx context.Context) (first *Account, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := list(ctx, tx, people)
		if err == nil && len(all) > 0 {
			first = all[0]
		}
		return err
	})
	return first, err
}

// Alone is the one person who lives here; nil where nobody or several do.
func (s *Service) Alone(ctx context.Context) (only *Account, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := list(ctx, tx, people)
		if err == nil && len(all) == 1 {
			only = all[0]
		}
		return err
	})
	return only, err
}
