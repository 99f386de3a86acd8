package outbox

import (
	"context"
	"time"

	"allod/internal/account"
	"allod/internal/album"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	"allod/internal/job"
	"allod/internal/media"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

const verbCreate = "create"

// A post waits a moment for the card of what it links to, which travels with it.
const (
	cardTime  = 10 * time.Second
	cardPause = 250 * time.Millisecond
)

// Published tells of a new post: those who follow its author and those it names.
func (s *Service) Published(ctx context.Context, tx *db.Tx, f post.Published) error {
	if !leaves(f.Post) {
		return nil
	}
	return s.send(ctx, tx, errand{Verb: verbCreate, Actor: f.Post.AuthorID, URI: f.Post.Author.Under("create", f.Post.ID), Post: f.Post.ID})
}

func (s *Service) create(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	told, err := s.told(ctx, e)
	if fault.Is(err, fault.NotFound) {
		return nil, nil // deleted meanwhile
	} else if err != nil {
		return nil, err
	}
	p := told.Post
	if p.Card != nil && p.Card.State == media.CardDue && s.Now().Sub(moment(e.At)) < cardTime {
		return nil, job.Later(cardPause)
	}
	note, err := s.note(ctx, *told)
	if err != nil {
		return nil, err
	}
	object, err := as.Decode(note)
	if err != nil {
		return nil, err
	}
	to, cc := translate.Recipients(s.Names, *told)
	doc := as.NewCreate(s.Names.ID(me, e.URI), s.Names.Actor(me), object, to, cc, p.PublishedAt)
	body, err := s.prove(ctx, me, doc, p.PublishedAt.UnixMicro())
	if err != nil {
		return nil, err
	}
	if p.Visibility.Shut() {
		return &parcel{body: body, to: inboxes(append(told.Named, told.Members...))}, nil
	}
	return &parcel{body: body, followers: true, to: shared(told.Named)}, nil
}

// told is a post with what its document needs.
func (s *Service) told(ctx context.Context, e errand) (*translate.Told, error) {
	t := &translate.Told{}
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if t.Post, err = s.Posts.StoredID(ctx, tx, e.Post); err != nil {
			return err
		}
		t.Post.Author = t.Post.Author.AsOf(t.Post.ID.Time())
		if err := s.Posts.Unfold(ctx, tx, t.Post); err != nil {
			return err
		}
		if t.Named, err = post.Named(ctx, tx, e.Post); err != nil {
			return err
		}
		if t.Members, err = post.Members(ctx, tx, e.Post); err != nil {
			return err
		}
		shown, err := album.OfPost(ctx, tx, e.Post)
		if err != nil {
			return err
		}
		if a := t.Post.Author; shown != nil {
			t.Album, t.Shows = s.Names.ID(a, a.Under("album", shown.ID)), s.Names.Profile(a)+"/albums/"+shown.ID.String()
		}
		if t.Parent = t.Post.ReplyToURI; t.Post.ReplyToID != 0 {
			parent, err := s.Posts.StoredID(ctx, tx, t.Post.ReplyToID)
			if err != nil {
				return err
			}
			t.Parent = post.Address(s.Names, parent)
			if t.Post.Visibility == post.Circle && parent.Visibility == post.Circle && !parent.Local && translate.Portable(parent.URI) {
				t.Circle = translate.AudienceOf(t.Parent)
			}
		}
		return nil
	})
	return t, err
}

// note is the proven document of a post. Its bytes are the same each time:
// the proof carries the moment of the post, its last edit or its last vote.
func (s *Service) note(ctx context.Context, t translate.Told) ([]byte, error) {
	raw, err := translate.NoteDocument(s.Names, t)
	if err != nil {
		return nil, err
	}
	at := t.Post.PublishedAt
	if t.Post.EditedAt.After(at) {
		at = t.Post.EditedAt
	}
	if p := t.Post.Poll; p != nil {
		at = latest(at, p.CountedAt, p.ClosedAt)
	}
	return s.proveBytes(ctx, t.Post.Author, raw, at)
}

// latest is the last of several moments.
func latest(all ...time.Time) (last time.Time) {
	for _, t := range all {
		if t.After(last) {
			last = t
		}
	}
	return last
}
