package post

import (
	"context"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/relationship"
)

// A post to a circle keeps a row for each of those who were chosen when it was
// published: who comes into the circle later does not see it, and who leaves
// it sees it still. Nobody but the author learns who they are.

// AudienceURI is the canonical id of the collection of those a post to a
// circle is for, which only its author can read.
func (p *Post) AudienceURI() string { return p.URI + "/audience" }

// within is the level of an answer: one in a circle stays in it, as narrow as
// its author wants. An app of the author's, which knows no circles, answers
// nobody in particular; that is for the circle too.
func within(parent, p *Post, named []*account.Account) Visibility {
	if parent.Visibility != Circle {
		return p.Visibility
	}
	if !p.Visibility.Shut() || p.Visibility == Direct && parent.AuthorID == p.AuthorID && len(named) == 0 {
		return Circle
	}
	return p.Visibility
}

// circleOf are those whom an answer within the circle of a post reaches,
// beside those it names: all who may see the post.
func circleOf(ctx context.Context, tx *db.Tx, p *Post) ([]*account.Account, error) {
	ids, err := audience(ctx, tx, p.ID)
	if err != nil {
		return nil, err
	}
	return ordered(ctx, tx, append(ids, p.AuthorID))
}

// chosen are the members of a post to a circle: of the circle of its parent or
// of those its author names, without the author and those who are named
// openly. Invalid where that leaves nobody at all.
func chosen(ctx context.Context, tx *db.Tx, author id.ID, d Draft, parents, named []*account.Account) ([]*account.Account, error) {
	groups, err := relationship.Circled(ctx, tx, author, d.Circles, d.Lists)
	if err != nil {
		return nil, err
	}
	people, err := ordered(ctx, tx, d.Members)
	if err != nil {
		return nil, err
	}
	groups = append(groups, people...)
	met := map[id.ID]bool{author: true}
	for _, a := range named {
		met[a.ID] = true
	}
	var out []*account.Account
	for _, a := range append(parents, groups...) {
		if !met[a.ID] {
			met[a.ID] = true
			out = append(out, a)
		}
	}
	if len(out)+len(named) == 0 && d.Album == 0 {
		return nil, fault.New(fault.Invalid, "fault.audience.circle_empty").In("named")
	}
	return out, nil
}

// Admit has somebody see a post to a circle that reached their own inbox, and
// reports whether that is new. Posts of other levels stay as they are.
func (s *Service) Admit(ctx context.Context, tx *db.Tx, uri string, author, who *account.Account) error {
	p, err := s.Stored(ctx, tx, uri)
	if err != nil {
		return err
	}
	if p.Local || p.AuthorID != author.ID || p.Visibility != Circle || who.ID == author.ID {
		return nil
	}
	fresh, err := admit(ctx, tx, p.ID, who.ID)
	if err != nil || !fresh {
		return err
	}
	return s.Admitted.Record(ctx, tx, Admitted{p, who})
}

// Invite has one who lives here see a post of ours that is not for the author
// alone, as if they had been of its circle from the beginning.
func (s *Service) Invite(ctx context.Context, tx *db.Tx, post id.ID, who *account.Account) error {
	p, err := s.StoredID(ctx, tx, post)
	if err != nil {
		return err
	}
	if !p.Local || p.Visibility == Self || who.ID == p.AuthorID {
		return nil
	}
	fresh, err := admit(ctx, tx, post, who.ID)
	if err != nil || !fresh {
		return err
	}
	return s.Admitted.Record(ctx, tx, Admitted{p, who})
}

// Exclude has one who was invited see a post no longer, unless they may for another reason.
func (s *Service) Exclude(ctx context.Context, tx *db.Tx, post, who id.ID) error {
	return exclude(ctx, tx, post, who)
}

// Members are those of the circle of a post whom it does not name.
func Members(ctx context.Context, tx *db.Tx, post id.ID) ([]*account.Account, error) {
	return members(ctx, tx, post)
}

func members(ctx context.Context, tx *db.Tx, post id.ID) ([]*account.Account, error) {
	ids, err := circledIn(ctx, tx, post)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return ordered(ctx, tx, ids)
}

func ordered(ctx context.Context, tx *db.Tx, ids []id.ID) ([]*account.Account, error) {
	people, err := account.List(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*account.Account, 0, len(ids))
	for _, i := range ids {
		if a := people[i]; a != nil {
			out = append(out, a)
		}
	}
	return out, nil
}
