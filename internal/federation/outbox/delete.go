package outbox

import (
	"context"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/federation/delivery"
	"allod/internal/federation/translate"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

const verbDelete = "delete"

// Deleted takes a post back wherever it was told.
func (s *Service) Deleted(ctx context.Context, tx *db.Tx, f post.Deleted) error {
	if !f.Post.Local || !leaves(f.Post) {
		return nil
	}
	me := f.Post.Author
	reached, err := delivery.ReachedBy(ctx, tx, me.Under("create", f.Post.ID))
	if err != nil {
		return err
	}
	return s.send(ctx, tx, errand{
		Verb: verbDelete, Actor: me.ID, URI: me.Under("delete", f.Post.ID), Post: f.Post.ID, Object: f.Post.URI,
		Level: string(f.Post.Visibility), Named: idsOf(f.Named), To: append(reached, inboxes(f.Members)...),
	})
}

func (s *Service) delete(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	named, err := s.people(ctx, e.Named)
	if err != nil {
		return nil, err
	}
	stone, err := s.tombstone(ctx, me, e.Object, time.UnixMicro(e.At))
	if err != nil {
		return nil, err
	}
	object, err := as.Decode(stone)
	if err != nil {
		return nil, err
	}
	doc := as.NewDelete(s.Names.ID(me, e.URI), s.Names.Actor(me), object, []string{as.Public}, nil)
	level := post.Visibility(e.Level)
	if level.Shut() { // tell nobody else that there was something, nor who else knew
		doc.To = nil
		if level == post.Circle {
			doc.To = append(doc.To, translate.AudienceOf(s.Names.ID(me, e.Object)))
		}
		for _, a := range named {
			doc.To = append(doc.To, s.Names.Actor(a))
		}
	}
	body, err := s.prove(ctx, me, doc, e.At)
	if err != nil {
		return nil, err
	}
	if level.Shut() {
		return &parcel{body: body, to: append(inboxes(named), e.To...)}, nil
	}
	return &parcel{body: body, followers: true, to: append(shared(named), e.To...)}, nil
}

// tombstone is the proven document that stands where a post was.
func (s *Service) tombstone(ctx context.Context, me *account.Account, uri string, at time.Time) ([]byte, error) {
	raw, err := as.TombstoneDocument{
		ID: s.Names.ID(me, uri), AttributedTo: s.Names.Actor(me), FormerType: as.TypeNote, Deleted: at,
	}.JSON()
	if err != nil {
		return nil, err
	}
	return s.proveBytes(ctx, me, raw, at)
}
