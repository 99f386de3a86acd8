package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// HomeName is the name of the actor that signs for the house itself.
const HomeName = "home"

// HomeURI is the canonical id of that actor. It is the house, not a person,
// so it is not portable: the origin is joined in front.
const HomeURI = "/actor"

// A Home is the one row that says which home this is.
type Home struct {
	Instance   string // random, made once, for clients that ask who we are
	Restored   string // another text after each time that it is taken from a backup, "" before
	SealPublic []byte
	CreatedAt  time.Time

	actor     id.ID
	setupHash []byte
}

// Found founds the home at its first start, with the actor that signs for
// it, and returns the home. It does nothing where that was done before.
func (s *Service) Found(ctx context.Context) (*Home, error) {
	h, err := s.Home(ctx)
	if !errors.Is(err, db.ErrNoRows) {
		return h, err
	}
	keys, err := newKeys()
	if err != nil {
		return nil, err
	}
	now := s.now()
	actor := &Account{
		ID: s.ids.Next(), Local: true, Kind: KindApplication, Name: HomeName, URI: HomeURI, Locked: true,
		CreatedAt: now, UpdatedAt: now,
	}
	h = &Home{Instance: rand.Text(), SealPublic: s.vault.Public(), CreatedAt: now, actor: actor.ID, setupHash: []byte{}}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insertHome(ctx, tx, h); err != nil {
			return err
		}
		return s.add(ctx, tx, actor, keys)
	})
	return h, err
}

// Home is the home's row. It returns db.ErrNoRows before Found.
func (s *Service) Home(ctx context.Context) (h *Home, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		h, err = getHome(ctx, tx)
		return err
	})
	return h, err
}

// HomeActor is the actor that signs requests of the house itself.
func (s *Service) HomeActor(ctx context.Context) (*Account, error) {
	return s.find(ctx, withURI, HomeURI)
}

// WasRestored notes that the home is as it was when a backup was made, so
// that devices know that what they hold may be newer.
func (s *Service) WasRestored(ctx context.Context) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return setRestored(ctx, tx, rand.Text()) })
}

// NewSetupToken makes the one-time token of the first page and forgets the
// one before. It is printed, never logged. It returns "" where people live already.
func (s *Service) NewSetupToken(ctx context.Context) (string, error) {
	token := rand.Text()
	hash := sha256.Sum256([]byte(token))
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		people, _, err := countLocal(ctx, tx)
		if err != nil {
			return err
		}
		if people > 0 {
			token = ""
			return setSetupHash(ctx, tx, []byte{})
		}
		return setSetupHash(ctx, tx, hash[:])
	})
	return token, err
}

// CheckSetupToken refuses a token that is not the present one with Denied,
// or Gone where the home is set up.
func (s *Service) CheckSetupToken(ctx context.Context, token string) error {
	return s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error { return checkSetup(ctx, tx, token) })
}

func checkSetup(ctx context.Context, tx *db.Tx, token string) error {
	h, err := getHome(ctx, tx)
	if err != nil {
		return err
	}
	if len(h.setupHash) == 0 {
		return fault.New(fault.Gone, "fault.setup.done")
	}
	hash := sha256.Sum256([]byte(token))
	if subtle.ConstantTimeCompare(hash[:], h.setupHash) != 1 {
		return fault.New(fault.Denied, "fault.setup.token")
	}
	return nil
}

// UseSetupToken checks the token in the transaction that makes the first
// account, and ends it there.
func (s *Service) UseSetupToken(ctx context.Context, tx *db.Tx, token string) error {
	if err := checkSetup(ctx, tx, token); err != nil {
		return err
	}
	hash := sha256.Sum256([]byte(token))
	used, err := endSetup(ctx, tx, hash[:])
	if err == nil && !used { // another form was quicker
		err = fault.New(fault.Gone, "fault.setup.done")
	}
	return err
}

// Population counts those who live here and their posts.
func (s *Service) Population(ctx context.Context) (people, posts int64, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		people, posts, err = countLocal(ctx, tx)
		return err
	})
	return people, posts, err
}
