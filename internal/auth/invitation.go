package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Limits of invitations.
const (
	InvitationNoteMax = 200 // characters
	InvitationUsesMax = 500
	InvitationForMax  = 365 * 24 * time.Hour

	invitationsMax = 100 // of one person, open at once
)

// An Invitation lets somebody move in. Its link is made from its id and a
// key of the home, so that who may see it can copy it again, and a copy of the database opens nothing.
type Invitation struct {
	ID        id.ID
	By        id.ID
	Note      string
	Email     string // folded; "" for whoever has the link
	Uses      int
	Used      int
	CreatedAt time.Time
	ExpiresAt time.Time
	EndedAt   time.Time // zero while it was not taken back
}

// Open reports whether somebody can still move in by it.
func (i *Invitation) Open(now time.Time) bool {
	return i.EndedAt.IsZero() && i.Used < i.Uses && now.Before(i.ExpiresAt)
}

// A NewInvitation is what who invites says of it.
type NewInvitation struct {
	Note  string
	Email string // "" for whoever has the link
	Uses  int
	For   time.Duration
}

// Invite makes an invitation. It returns Denied for who may not invite, and
// Invalid in the fields "note", "email", "uses" and "days".
func (s *Service) Invite(ctx context.Context, by id.ID, n NewInvitation) (*Invitation, error) {
	now := s.now()
	i := &Invitation{
		ID: s.ids.Next(), By: by, Note: strings.TrimSpace(n.Note), Uses: n.Uses, CreatedAt: now, ExpiresAt: now.Add(n.For),
	}
	switch {
	case utf8.RuneCountInString(i.Note) > InvitationNoteMax || !storable(i.Note):
		return nil, fault.New(fault.Invalid, "fault.invitation.note", "max", InvitationNoteMax).In("note")
	case n.Uses < 1 || n.Uses > InvitationUsesMax:
		return nil, fault.New(fault.Invalid, "fault.invitation.uses", "max", InvitationUsesMax).In("uses")
	case n.For <= 0 || n.For > InvitationForMax:
		return nil, fault.New(fault.Invalid, "fault.invitation.days").In("days")
	}
	if n.Email != "" {
		var err error
		if _, i.Email, err = ParseEmail(n.Email); err != nil {
			return nil, err
		}
	}
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.mayInvite(ctx, tx, by); err != nil {
			return err
		}
		open, err := countOpenInvitations(ctx, tx, by, now)
		if err != nil {
			return err
		}
		if open >= invitationsMax {
			return fault.New(fault.Conflict, "fault.invitation.many", "max", invitationsMax)
		}
		return insertInvitation(ctx, tx, i)
	})
	if err != nil {
		return nil, err
	}
	return i, nil
}

// MayInvite reports whether somebody may invite.
func (s *Service) MayInvite(ctx context.Context, who id.ID) (may bool, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error { return s.mayInvite(ctx, tx, who) })
	if fault.Is(err, fault.Denied) {
		return false, nil
	}
	return err == nil, err
}

func (s *Service) mayInvite(ctx context.Context, tx *db.Tx, who id.ID) error {
	c, err := credentialByID(ctx, tx, who)
	if errors.Is(err, db.ErrNoRows) {
		return fault.New(fault.Denied, "fault.invitation.denied")
	} else if err != nil {
		return err
	}
	m, err := account.GetManners(ctx, tx)
	if err != nil {
		return err
	}
	switch {
	case len(s.key) == 0 || m.Joining == account.Closed:
		return fault.New(fault.Denied, "fault.invitation.closed")
	case !c.PausedAt.IsZero() || !c.Owner && !m.AllInvite:
		return fault.New(fault.Denied, "fault.invitation.denied")
	}
	return nil
}

// Invitations are those of one person, or of all where by is 0, the newest first.
func (s *Service) Invitations(ctx context.Context, by id.ID) (all []*Invitation, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = listInvitations(ctx, tx, by, 2*invitationsMax)
		return err
	})
	return all, err
}

// Invitation is the open invitation of a link's last part. It returns Gone
// for one that is used up, over or taken back, and NotFound for any other text.
func (s *Service) Invitation(ctx context.Context, code string) (i *Invitation, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err = s.invitation(ctx, tx, code)
		return err
	})
	return i, err
}

func (s *Service) invitation(ctx context.Context, tx *db.Tx, code string) (*Invitation, error) {
	which, ok := s.readCode(code)
	if !ok {
		return nil, fault.New(fault.NotFound, "fault.invitation.unknown")
	}
	i, err := invitationByID(ctx, tx, which)
	if errors.Is(err, db.ErrNoRows) {
		return nil, fault.Wrap(err, fault.NotFound, "fault.invitation.unknown")
	} else if err != nil {
		return nil, err
	}
	if !i.Open(s.now()) {
		return nil, fault.New(fault.Gone, "fault.invitation.over")
	}
	m, err := account.GetManners(ctx, tx)
	if err == nil && m.Joining == account.Closed {
		err = fault.New(fault.Gone, "fault.invitation.over")
	}
	return i, err
}

// A Coming is one who moved in by an invitation.
type Coming struct{ InvitationID, AccountID id.ID }

// CameBy are those who moved in by invitations of these ids.
func (s *Service) CameBy(ctx context.Context, invitations []id.ID) (all []Coming, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = listComings(ctx, tx, invitations)
		return err
	})
	return all, err
}

// EndInvitation takes an invitation back. Whoever came by it stays. A keeper
// may take back anybody's; by is then 0.
func (s *Service) EndInvitation(ctx context.Context, by, which id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return endInvitation(ctx, tx, by, which, s.now()) })
}

// letters are those of a code: no two look alike when they are read out.
var letters = base32.NewEncoding("abcdefghjkmnpqrstvwxyz0123456789").WithPadding(base32.NoPadding)

const macSize = 15 // bytes: 24 letters

// Code is the last part of an invitation's link.
func (s *Service) Code(which id.ID) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(which))
	m := hmac.New(sha256.New, s.key)
	m.Write([]byte("invitation\x00"))
	m.Write(b)
	return letters.EncodeToString(append(b, m.Sum(nil)[:macSize]...))
}

func (s *Service) readCode(code string) (id.ID, bool) {
	raw, err := letters.DecodeString(strings.ToLower(strings.TrimSpace(code)))
	if err != nil || len(raw) != 8+macSize || len(s.key) == 0 {
		return 0, false
	}
	which := id.ID(binary.BigEndian.Uint64(raw))
	return which, hmac.Equal([]byte(s.Code(which)), []byte(strings.ToLower(strings.TrimSpace(code))))
}

// use counts one who moves in by an invitation and checks whom it is for.
func (s *Service) use(ctx context.Context, tx *db.Tx, code, folded string) (id.ID, error) {
	i, err := s.invitation(ctx, tx, code)
	if err != nil {
		return 0, err
	}
	if i.Email != "" && i.Email != folded {
		return 0, fault.New(fault.Denied, "fault.invitation.email").In("email")
	}
	used, err := useInvitation(ctx, tx, i.ID)
	if err == nil && !used { // another form was quicker
		err = fault.New(fault.Gone, "fault.invitation.over")
	}
	return i.ID, err
}
