package remote

import (
	"context"
	"errors"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
)

// The forms of documents that are kept.
const (
	FormActor = "actor"
	FormPost  = "post"
)

// SaveDocument keeps the JSON of a subject as it came, or as it was proven,
// byte for byte, in place of the one before.
func (s *Service) SaveDocument(ctx context.Context, tx *db.Tx, subject id.ID, form string, body []byte, at time.Time) error {
	return saveDocument(ctx, tx, subject, form, body, at)
}

// Document is the JSON of a subject as it was saved; NotFound where none was.
func (s *Service) Document(ctx context.Context, tx *db.Tx, subject id.ID, form string) ([]byte, error) {
	body, err := readDocument(ctx, tx, subject, form)
	if errors.Is(err, db.ErrNoRows) {
		return nil, fault.Wrap(err, fault.NotFound, "")
	}
	return body, err
}

// ForgetPost drops what was saved of a deleted post: its words do not outlive it.
func (s *Service) ForgetPost(ctx context.Context, tx *db.Tx, f post.Deleted) error {
	return dropDocument(ctx, tx, f.Post.ID, FormPost)
}

// ForgetActor drops what was saved of an account that ended.
func (s *Service) ForgetActor(ctx context.Context, tx *db.Tx, f account.Ended) error {
	return dropDocument(ctx, tx, f.Account.ID, FormActor)
}
