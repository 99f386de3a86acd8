package outbox

import (
	"context"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/relationship"
	as "allod/protocol/activitystreams"
)

const (
	verbFollow   = "follow"
	verbUnfollow = "unfollow"
	verbAccept   = "accept"
	verbReject   = "reject"
)

func moment(us int64) time.Time { return time.UnixMicro(us).UTC() }

// Asked asks someone elsewhere to be followed.
func (s *Service) Asked(ctx context.Context, tx *db.Tx, f relationship.Asked) error {
	if !f.Follower.Local || f.Followed.Local {
		return nil
	}
	return s.send(ctx, tx, followErrand(verbFollow, f.Tie))
}

// Ended tells them that one follows no longer.
func (s *Service) Ended(ctx context.Context, tx *db.Tx, f relationship.Ended) error {
	if !f.Follower.Local || f.Followed.Local {
		return nil
	}
	e := followErrand(verbUnfollow, f.Tie)
	e.Inner, e.URI = e.URI, undoOf(e.URI)
	return s.send(ctx, tx, e)
}

func followErrand(verb string, t relationship.Tie) errand {
	return errand{Verb: verb, Actor: t.Follower.ID, URI: t.Follow.URI, Other: t.Followed.ID, To: inboxes([]*account.Account{t.Followed})}
}

// Began grants a follow to someone elsewhere.
func (s *Service) Began(ctx context.Context, tx *db.Tx, f relationship.Began) error {
	return s.answer(ctx, tx, verbAccept, f.Tie)
}

// Refused denies or ends a follow of someone elsewhere.
func (s *Service) Refused(ctx context.Context, tx *db.Tx, f relationship.Refused) error {
	return s.answer(ctx, tx, verbReject, f.Tie)
}

func (s *Service) answer(ctx context.Context, tx *db.Tx, verb string, t relationship.Tie) error {
	if t.Follower.Local || !t.Followed.Local {
		return nil
	}
	return s.send(ctx, tx, errand{
		// asked twice, answered twice: the moment is part of the answer's id
		Verb: verb, Actor: t.Followed.ID, URI: t.Followed.Under(verb, t.Follow.ID) + "/" + s.Now().UTC().Format("20060102150405.000000"),
		Inner: t.Follow.URI, Other: t.Follower.ID, To: inboxes([]*account.Account{t.Follower}),
	})
}

func (s *Service) followDocument(ctx context.Context, e errand, uri string, me *account.Account) (as.ActivityDocument, error) {
	other, err := s.Accounts.Get(ctx, e.Other)
	if err != nil {
		return as.ActivityDocument{}, err
	}
	return as.NewFollow(s.Names.ID(me, uri), s.Names.Actor(me), s.Names.Actor(other)), nil
}

func (s *Service) follow(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	doc, err := s.followDocument(ctx, e, e.URI, me)
	if err != nil {
		return nil, err
	}
	body, err := s.prove(ctx, me, doc, e.At)
	return &parcel{body: body, to: e.To}, err
}

func (s *Service) unfollow(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	inner, err := s.followDocument(ctx, e, e.Inner, me)
	if err != nil {
		return nil, err
	}
	return s.undo(ctx, e, me, inner)
}

func (s *Service) accept(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	return s.answerDocument(ctx, e, me, as.NewAccept)
}

func (s *Service) reject(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	return s.answerDocument(ctx, e, me, as.NewReject)
}

// answerDocument names the Follow by its id and embeds what every reader
// needs of it: some know a follow by its id alone, others read it here.
func (s *Service) answerDocument(ctx context.Context, e errand, me *account.Account,
	build func(id, actor string, follow as.Ref, follower string) as.ActivityDocument,
) (*parcel, error) {
	other, err := s.Accounts.Get(ctx, e.Other)
	if err != nil {
		return nil, err
	}
	asked, err := as.NewFollow(s.Names.ID(other, e.Inner), s.Names.Actor(other), s.Names.Actor(me)).JSON()
	if err != nil {
		return nil, err
	}
	follow, err := as.Decode(asked)
	if err != nil {
		return nil, err
	}
	body, err := s.prove(ctx, me, build(s.Names.ID(me, e.URI), s.Names.Actor(me), follow, s.Names.Actor(other)), e.At)
	return &parcel{body: body, to: e.To}, err
}
