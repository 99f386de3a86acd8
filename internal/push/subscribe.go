package push

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"net/netip"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/notification"
)

// Bounds of what is kept.
const (
	perResident  = 50     // apps and browsers of one person
	guestsMax    = 10_000 // who follow one person
	waitingMax   = 500    // and have not answered yet
	perNetwork   = 200    // guests of one network, whomever they follow
	guestsTotal  = 100_000
	networkBytes = 8
)

// A Wish is what an app or a browser wants to be told.
type Wish struct {
	AccountID id.ID
	HolderID  id.ID // the token or the session
	Target    Target
	Encoding  Encoding
	Bearer    string // the token itself, which an app is told so that it knows for whom it is
	Alerts    []notification.Kind
	Policy    string // "" is Everybody
}

// PutApp has an app told, in the place of what its token had before. It
// returns Invalid in the fields "endpoint", "keys" and "policy".
func (s *Service) PutApp(ctx context.Context, w Wish) (*Subscription, error) {
	return s.put(ctx, App, w)
}

// PutBrowser has a browser told, in the place of what its session, or the
// browser itself for somebody else, had before.
func (s *Service) PutBrowser(ctx context.Context, w Wish) (*Subscription, error) {
	w.Encoding = Standard
	return s.put(ctx, Browser, w)
}

func (s *Service) put(ctx context.Context, k Kind, w Wish) (*Subscription, error) {
	sub := &Subscription{
		ID: s.IDs.Next(), Kind: k, AccountID: w.AccountID, HolderID: w.HolderID, Encoding: w.Encoding, Alerts: alertsOf(w.Alerts),
		CreatedAt: s.Now(), ConfirmedAt: s.Now(),
	}
	var err error
	if sub.Policy, err = policyOf(w.Policy); err != nil {
		return nil, err
	}
	if err := s.take(ctx, w.Target, sub); err != nil {
		return nil, err
	}
	if w.Bearer != "" {
		if sub.bearer, err = s.Vault.Seal([]byte(w.Bearer)); err != nil {
			return nil, err
		}
	}
	return sub, s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := removeHeld(ctx, tx, sub.HolderID); err != nil {
			return err
		}
		if k == Browser {
			if err := removeBrowser(ctx, tx, sub.Endpoint); err != nil {
				return err
			}
		}
		if err := insert(ctx, tx, sub); err != nil {
			return err
		}
		return keepNewest(ctx, tx, sub.AccountID, perResident)
	})
}

// Held is what a token or a session has; NotFound where that is nothing.
func (s *Service) Held(ctx context.Context, holder id.ID) (sub *Subscription, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		sub, err = held(ctx, tx, holder)
		return err
	})
	return sub, err
}

// Change says anew what a token or a session wants to be told. It returns
// NotFound where there is nothing and Invalid in the field "policy".
func (s *Service) Change(ctx context.Context, holder id.ID, alerts []notification.Kind, policy string) (sub *Subscription, err error) {
	p, err := policyOf(policy)
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if sub, err = held(ctx, tx, holder); err != nil {
			return err
		}
		sub.Alerts, sub.Policy = alertsOf(alerts), p
		return change(ctx, tx, sub)
	})
	return sub, err
}

// Drop ends what a token or a session has; nothing is no error.
func (s *Service) Drop(ctx context.Context, holder id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return removeHeld(ctx, tx, holder) })
}

// DropOf ends one of an account's own, known by its id.
func (s *Service) DropOf(ctx context.Context, who, which id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return removeOwn(ctx, tx, who, which) })
}

// Of are the apps and browsers that tell one who lives here, the newest first.
func (s *Service) Of(ctx context.Context, who id.ID) (all []*Subscription, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = live(ctx, tx, who, s.Now())
		return err
	})
	return all, err
}

// A Visit is a guest's wish to follow somebody.
type Visit struct {
	Owner    id.ID
	Target   Target
	Language string       // one this home speaks
	From     netip.Prefix // the network they come from
}

// Follow has a guest's browser told of what somebody posts, once it has
// answered a first message. It returns NotFound for nobody here, Invalid in
// the fields of take, and TooMany where there is no room.
func (s *Service) Follow(ctx context.Context, v Visit) (*Subscription, error) {
	sub := &Subscription{
		ID: s.IDs.Next(), Kind: Guest, AccountID: v.Owner, Encoding: Standard, Policy: Everybody, Language: v.Language,
		CreatedAt: s.Now(), network: s.hash(v.From),
	}
	if err := s.take(ctx, v.Target, sub); err != nil {
		return nil, err
	}
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := account.Get(ctx, tx, v.Owner)
		if err != nil {
			return err
		}
		if !a.Local || a.Gone() || a.Kind == account.KindApplication {
			return fault.New(fault.NotFound, "fault.account.unknown")
		}
		known, err := guest(ctx, tx, v.Owner, sub.Endpoint)
		if err != nil {
			return err
		}
		if known != nil { // the browser may have new keys
			sub.ID, sub.ConfirmedAt, sub.CreatedAt = known.ID, known.ConfirmedAt, known.CreatedAt
			if err := replaceKeys(ctx, tx, sub); err != nil {
				return err
			}
			return s.Jobs.Add(ctx, tx, welcome{sub.ID}, once)
		}
		n, err := count(ctx, tx, v.Owner, sub.network)
		if err != nil {
			return err
		}
		if n.of >= guestsMax || n.waiting >= waitingMax || n.network >= perNetwork || n.all >= guestsTotal {
			return fault.New(fault.TooMany, "fault.push.full")
		}
		if err := insert(ctx, tx, sub); err != nil {
			return err
		}
		return s.Jobs.Add(ctx, tx, welcome{sub.ID}, once)
	})
	if err != nil {
		return nil, err
	}
	return sub, nil
}

var once = job.Options{Unique: true}

// Get is a guest's subscription; NotFound for one that has ended.
func (s *Service) Get(ctx context.Context, which id.ID) (sub *Subscription, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		sub, err = get(ctx, tx, which)
		if err == nil && sub.Kind != Guest {
			err = unknown()
		}
		return err
	})
	return sub, err
}

// Confirm has a guest's subscription count: its browser answered.
func (s *Service) Confirm(ctx context.Context, which id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return confirm(ctx, tx, which, s.Now()) })
}

// End ends a guest's subscription; one that has ended is no error.
func (s *Service) End(ctx context.Context, which id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return removeGuest(ctx, tx, which) })
}

// Move takes what a browser has over to where its push service reaches it
// now. Whoever knows the old endpoint, which is a secret, is that browser.
func (s *Service) Move(ctx context.Context, old string, to Target) error {
	var sub Subscription
	if err := s.take(ctx, to, &sub); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := move(ctx, tx, old, &sub)
		if err == nil && n == 0 {
			err = unknown()
		}
		return err
	})
}

// Guests is how many people without an account follow somebody so.
func (s *Service) Guests(ctx context.Context, owner id.ID) (n int, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := count(ctx, tx, owner, 0)
		n = all.of
		return err
	})
	return n, err
}

func unknown() error { return fault.New(fault.NotFound, "fault.push.unknown") }

// hash stands for a network without telling which it is. It is never 0.
func (s *Service) hash(p netip.Prefix) int64 {
	mac := hmac.New(sha256.New, s.netKey)
	mac.Write([]byte(p.String()))
	n := int64(binary.BigEndian.Uint64(mac.Sum(nil)[:networkBytes]) >> 1)
	return max(n, 1)
}
