package account

import (
	"context"
	"crypto/ed25519"
	"strings"
	"unicode/utf8"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Limits of a profile, in characters.
const (
	DisplayNameMax = 100
	BioMax         = 5000
	FieldsMax      = 8
	FieldMax       = 500
)

// Preference is what one who lives here has chosen.
type Preference struct {
	Language     string // of the pages; "" follows the browser
	Visibility   string // of a new post
	PostLanguage string // of a new post; "" is that of the pages
	Zone         string // IANA time zone; "" is the home's
	Rights       Rights // of what one posts, unless a post says otherwise; "" is Reserved
	Listed       bool   // on the front page of a home of several
}

// A Newcomer is an account about to be made, with its keys.
type Newcomer struct {
	account *Account
	keys    *Keys
	prefs   Preference
}

// CheckNewcomer tells what is wrong with the names of a new account, in the
// fields "name" and "display_name".
func CheckNewcomer(name, displayName string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if utf8.RuneCountInString(strings.TrimSpace(displayName)) > DisplayNameMax {
		return fault.New(fault.Invalid, "fault.profile.name_long", "max", DisplayNameMax).In("display_name")
	}
	return nil
}

// NameTaken reports whether a name was ever given out here.
func NameTaken(ctx context.Context, tx *db.Tx, name string) (bool, error) {
	return nameTaken(ctx, tx, name)
}

// Prepare checks a name and makes the keys of a new account, which takes a
// while, so that Settle inside a transaction does not.
func (s *Service) Prepare(name, displayName string, hue int, p Preference) (*Newcomer, error) {
	if err := CheckNewcomer(name, displayName); err != nil {
		return nil, err
	}
	displayName = seemly(displayName)
	keys, err := newKeys()
	if err != nil {
		return nil, err
	}
	now := s.now()
	did := didKey(keys.Publishing.Public().(ed25519.PublicKey))
	return &Newcomer{
		account: &Account{
			ID: s.ids.Next(), Local: true, Kind: KindPerson, Name: name, URI: "ap://" + did + "/actor", DisplayName: displayName,
			Hue: (hue%12 + 12) % 12, Locked: p.Visibility != "public", Discoverable: true, Indexable: true, CreatedAt: now, UpdatedAt: now,
		},
		keys: keys, prefs: p,
	}, nil
}

// As gives the newcomer an id that they were promised before.
func (n *Newcomer) As(who id.ID) { n.account.ID = who }

// Settle gives the newcomer a home here. It returns Conflict for a name that was ever given out.
func (s *Service) Settle(ctx context.Context, tx *db.Tx, n *Newcomer) (*Account, error) {
	taken, err := nameTaken(ctx, tx, n.account.Name)
	if err != nil {
		return nil, err
	}
	if taken {
		return nil, fault.New(fault.Conflict, "fault.name.taken").In("name")
	}
	if err := takeName(ctx, tx, n.account.Name, n.account.ID, n.account.CreatedAt); err != nil {
		return nil, err
	}
	if err := putPreference(ctx, tx, n.account.ID, &n.prefs); err != nil {
		return nil, err
	}
	if err := s.add(ctx, tx, n.account, n.keys); err != nil {
		return nil, err
	}
	return n.account, s.Met.Record(ctx, tx, Met{n.account})
}

func (s *Service) add(ctx context.Context, tx *db.Tx, a *Account, keys *Keys) error {
	if err := insert(ctx, tx, a); err != nil {
		return err
	}
	rows, err := keys.sealedBy(s.vault)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := putKey(ctx, tx, a.URI+"#"+string(r.kind), a.ID, r.kind, r.public, r.sealed, a.CreatedAt); err != nil {
			return err
		}
	}
	return nil
}

// A Profile is what one who lives here says of themselves. Nil leaves a thing as it is.
type Profile struct {
	DisplayName, Bio          *string
	Fields                    *[]Field
	Avatar, Header            *string // keys of media files
	Hue                       *int
	Locked, Discoverable, Bot *bool
	Indexable                 *bool
}

// Edit changes a profile and returns the account as it is now. It returns
// Invalid for what is too long.
func (s *Service) Edit(ctx context.Context, who id.ID, p Profile) (a *Account, err error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	known, err := s.Get(ctx, who)
	if err != nil {
		return nil, err
	}
	p.apply(known)
	emoji, err := s.picturedIn(ctx, known)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if a, err = Get(ctx, tx, who); err != nil {
			return err
		}
		if !a.Local {
			return fault.New(fault.Denied, "")
		}
		tx.After(func() { s.cards.drop(who) })
		p.apply(a)
		a.Emoji, a.UpdatedAt = emoji, s.now()
		if err := update(ctx, tx, a); err != nil {
			return err
		}
		return s.Changed.Record(ctx, tx, Changed{a})
	})
	return a, err
}

// picturedIn are the small pictures of this home that a profile names.
func (s *Service) picturedIn(ctx context.Context, a *Account) ([]Emoji, error) {
	if s.Pictured == nil {
		return nil, nil
	}
	text := a.DisplayName + "\n" + a.Bio
	for _, f := range a.Fields {
		text += "\n" + f.Name + "\n" + f.Value
	}
	return s.Pictured(ctx, text)
}

func (p *Profile) check() error {
	long := func(s *string, most int, key, field string) error {
		if s != nil && utf8.RuneCountInString(*s) > most {
			return fault.New(fault.Invalid, key, "max", most).In(field)
		}
		return nil
	}
	if err := long(p.DisplayName, DisplayNameMax, "fault.profile.name_long", "display_name"); err != nil {
		return err
	}
	if err := long(p.Bio, BioMax, "fault.profile.bio_long", "note"); err != nil {
		return err
	}
	if p.Fields == nil {
		return nil
	}
	if len(*p.Fields) > FieldsMax {
		return fault.New(fault.Invalid, "fault.profile.fields_many", "max", FieldsMax).In("fields_attributes")
	}
	for _, f := range *p.Fields {
		for _, s := range []string{f.Name, f.Value} {
			if err := long(&s, FieldMax, "fault.profile.field_long", "fields_attributes"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Profile) apply(a *Account) {
	set(&a.DisplayName, p.DisplayName)
	a.DisplayName = seemly(a.DisplayName)
	set(&a.Bio, p.Bio)
	set(&a.Fields, p.Fields)
	set(&a.Avatar, p.Avatar)
	set(&a.Header, p.Header)
	set(&a.Locked, p.Locked)
	set(&a.Discoverable, p.Discoverable)
	set(&a.Indexable, p.Indexable)
	set(&a.Bot, p.Bot)
	if p.Hue != nil {
		a.Hue = (*p.Hue%12 + 12) % 12
	}
}

func set[T any](into, from *T) {
	if from != nil {
		*into = *from
	}
}

// Preference is what one who lives here has chosen.
func (s *Service) Preference(ctx context.Context, who id.ID) (p *Preference, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err = getPreference(ctx, tx, who)
		return notFound(err)
	})
	return p, err
}

// SetPreference keeps what one who lives here has chosen.
func (s *Service) SetPreference(ctx context.Context, who id.ID, p Preference) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return putPreference(ctx, tx, who, &p) })
}
