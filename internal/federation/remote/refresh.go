package remote

import (
	"context"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
)

// RefreshPost asks a post's own server what it says now. One of those who
// live here is left alone. It returns the faults of FetchObject, and Denied
// where the answer is another's.
func (s *Service) RefreshPost(ctx context.Context, known id.ID, b *Budget) error {
	var p *post.Post
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = s.posts.StoredID(ctx, tx, known)
		return err
	})
	if err != nil || p.Local {
		return err
	}
	b = b.orUsual()
	said, err := s.fetchSaid(ctx, post.Address(s.names, p), b)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := s.Arrival(ctx, tx, said.author, said.object)
		if err != nil {
			return err
		}
		if a.URI != p.URI {
			return fault.New(fault.Denied, "").Because("%s was asked for and %s came", p.URI, a.URI)
		}
		now, err := s.posts.TakeUpdate(ctx, tx, a)
		if err != nil || !now.EditedAt.Equal(a.Edited) {
			return err
		}
		return s.SaveDocument(ctx, tx, p.ID, FormPost, said.object.Raw, s.now())
	})
}
