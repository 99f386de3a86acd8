package outbox

import (
	"context"
	"fmt"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/federation/delivery"
	"allod/internal/federation/translate"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

const verbEdit = "edit"

// involvedTold is how many of those who liked, passed on or answered a post
// elsewhere are told of its edit even if they do not follow its author.
const involvedTold = 500

// Edited tells what a post says now: those who have it, and those it names.
func (s *Service) Edited(ctx context.Context, tx *db.Tx, f post.Edited) error {
	if !f.Post.Local || !leaves(f.Post) {
		return nil
	}
	me := f.Post.Author
	reached, err := delivery.ReachedBy(ctx, tx, me.Under("create", f.Post.ID))
	if err != nil {
		return err
	}
	if f.Post.Visibility.Open() { // of others, who did something with it may not see it any longer
		involved, err := post.Involved(ctx, tx, f.Post.ID, involvedTold)
		if err != nil {
			return err
		}
		reached = append(reached, shared(involved)...)
	}
	uri := me.Under("update", f.Post.ID) + fmt.Sprintf("/%d", f.Post.EditedAt.UnixMicro())
	return s.send(ctx, tx, errand{Verb: verbEdit, Actor: me.ID, URI: uri, Post: f.Post.ID, To: reached})
}

// leaves reports whether a post is told to anybody elsewhere.
func leaves(p *post.Post) bool { return p.Visibility != post.Self && !p.HereOnly }

// edit tells a post as it is now, which may be after a later edit.
func (s *Service) edit(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	told, err := s.told(ctx, e)
	if fault.Is(err, fault.NotFound) {
		return nil, nil // deleted meanwhile
	} else if err != nil {
		return nil, err
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
	doc := as.NewUpdate(s.Names.ID(me, e.URI), s.Names.Actor(me), object, to, cc, told.Post.EditedAt)
	body, err := s.prove(ctx, me, doc, e.At)
	if err != nil {
		return nil, err
	}
	if told.Post.Visibility.Shut() {
		return &parcel{body: body, to: append(inboxes(append(told.Named, told.Members...)), e.To...)}, nil
	}
	return &parcel{body: body, followers: true, to: append(shared(told.Named), e.To...)}, nil
}
