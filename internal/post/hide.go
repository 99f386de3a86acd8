package post

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
)

// A Hiding is that the owner of a post hides a reply below it from others. Its
// writer and everybody else are told that, why, and since when.
type Hiding struct {
	PostID    id.ID
	By        id.ID // the owner
	Reason    string
	CreatedAt time.Time
}

// A Veil stands in a conversation where a reply is hidden: all but what it said.
type Veil struct {
	ID, ReplyToID id.ID
	PublishedAt   time.Time
	Hiding
}

// Hid and Unhid are the facts about hidden replies.
type (
	Hid struct {
		Hiding Hiding
		Post   *Post
		By     *account.Account
	}
	Unhid struct {
		Post *Post
		By   *account.Account
	}
)

// ReasonMax is the longest reason, in characters.
const ReasonMax = 300

// Hide has me hide a reply below a post of mine from others, with a reason.
// Denied for what does not stand below a post of mine, or is my own.
func (s *Service) Hide(ctx context.Context, me *account.Account, reply id.ID, reason string) error {
	reason, err := HideReason(reason)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.hideable(ctx, tx, me.ID, reply)
		if err != nil {
			return err
		}
		h := Hiding{PostID: p.ID, By: me.ID, Reason: reason, CreatedAt: s.now()}
		if err := putHiding(ctx, tx, h); err != nil {
			return err
		}
		return s.Hid.Record(ctx, tx, Hid{h, p, me})
	})
}

// HideReason is why something below a post is hidden, in the form it is kept;
// Invalid in the field "reason" for none.
func HideReason(text string) (string, error) {
	text = strings.TrimSpace(markup.Words(text))
	switch {
	case text == "":
		return "", fault.New(fault.Invalid, "fault.hide.reason").In("reason")
	case utf8.RuneCountInString(text) > ReasonMax:
		return "", fault.New(fault.Invalid, "fault.hide.reason_long", "max", ReasonMax).In("reason")
	}
	return text, nil
}

// Unhide has me show a reply again that I had hidden. None to show is no error.
func (s *Service) Unhide(ctx context.Context, me *account.Account, reply id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.SeeOne(ctx, tx, me.ID, reply)
		if err != nil {
			return err
		}
		ended, err := dropHiding(ctx, tx, reply, me.ID)
		if err != nil || !ended {
			return err
		}
		return s.Unhid.Record(ctx, tx, Unhid{p, me})
	})
}

// Hideable is a reply that me may hide, with the faults of Hide.
func (s *Service) Hideable(ctx context.Context, me, reply id.ID) (p *Post, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err = s.hideable(ctx, tx, me, reply)
		return err
	})
	return p, err
}

func (s *Service) hideable(ctx context.Context, tx *db.Tx, me, reply id.ID) (*Post, error) {
	p, err := s.SeeOne(ctx, tx, me, reply)
	if err != nil {
		return nil, err
	}
	no := fault.New(fault.Denied, "fault.hide.not_yours")
	if p.AuthorID == me || p.ReplyToID == 0 {
		return nil, no
	}
	up, err := ancestors(ctx, tx, p.ID, ancestorsMax)
	if err != nil {
		return nil, err
	}
	mine, err := authored(ctx, tx, up, me)
	if err != nil {
		return nil, err
	}
	if !mine {
		return nil, no
	}
	if h, err := hidings(ctx, tx, []id.ID{p.ID}); err != nil {
		return nil, err
	} else if one := h[p.ID]; one != nil && one.By != me {
		return nil, fault.New(fault.Conflict, "fault.hide.already")
	}
	return p, nil
}

// veil puts veils into a thread where replies are hidden from viewer. The
// owner and the writer go on seeing them, and that they are hidden. Answers
// below a hidden reply stay: nobody hid them.
func (t *Thread) veil(ctx context.Context, tx *db.Tx, viewer id.ID) error {
	var ids []id.ID
	for _, list := range [][]*Post{t.Ancestors, t.Descendants, {t.Post}} {
		for _, p := range list {
			if p.ReplyToID != 0 {
				ids = append(ids, p.ID)
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := hidings(ctx, tx, ids)
	if err != nil || len(found) == 0 {
		return err
	}
	sift := func(all []*Post) []*Post {
		kept := all[:0:0]
		for _, p := range all {
			h := found[p.ID]
			if h != nil && viewer != h.By && viewer != p.AuthorID {
				t.Veils = append(t.Veils, Veil{ID: p.ID, ReplyToID: p.ReplyToID, PublishedAt: p.PublishedAt, Hiding: *h})
				continue
			}
			p.Hiding = h
			kept = append(kept, p)
		}
		return kept
	}
	t.Ancestors, t.Descendants = sift(t.Ancestors), sift(t.Descendants)
	t.Post.Hiding = found[t.Post.ID]
	return nil
}
