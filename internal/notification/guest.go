package notification

import (
	"context"

	"allod/internal/account"
	"allod/internal/comment"
	"allod/internal/db"
	"allod/internal/post"
)

// Arrived tells an owner that a guest's comment waits for them.
func (s *Service) Arrived(ctx context.Context, tx *db.Tx, f comment.Arrived) error {
	return s.commented(ctx, tx, f.Comment)
}

// Told tells an owner of a comment that is shown without having waited.
func (s *Service) Told(ctx context.Context, tx *db.Tx, f comment.Told) error {
	if !f.First {
		return nil
	}
	return s.commented(ctx, tx, f.Comment)
}

func (s *Service) commented(ctx context.Context, tx *db.Tx, c *comment.Comment) error {
	owner, err := account.Get(ctx, tx, c.OwnerID)
	if err != nil {
		return err
	}
	n := Notification{AccountID: owner.ID, Kind: Comment, FromID: c.ID, PostID: c.PostID}
	if n.Hidden, err = mutedThread(ctx, tx, &n); err != nil {
		return err
	}
	return s.put(ctx, tx, n)
}

// Taken forgets that a comment came, once it will not be shown.
func (s *Service) Taken(ctx context.Context, tx *db.Tx, f comment.Taken) error {
	if f.Comment.State == comment.Hidden {
		return nil
	}
	return remove(ctx, tx, f.Comment.OwnerID, Comment, f.Comment.ID, f.Comment.PostID)
}

// Hid tells a writer who lives here that a reply of theirs is hidden.
func (s *Service) Hid(ctx context.Context, tx *db.Tx, f post.Hid) error {
	return s.add(ctx, tx, f.Post.Author, Hidden, f.By.ID, f.Post.ID)
}

// Unhid forgets that, once it is hidden no more.
func (s *Service) Unhid(ctx context.Context, tx *db.Tx, f post.Unhid) error {
	return remove(ctx, tx, f.Post.AuthorID, Hidden, f.By.ID, f.Post.ID)
}

// put keeps a notification and wakes the screens of one who is told.
func (s *Service) put(ctx context.Context, tx *db.Tx, n Notification) error {
	n.ID, n.CreatedAt = s.ids.Next(), s.now()
	fresh, err := insert(ctx, tx, &n)
	if err != nil || !fresh || n.Hidden != "" {
		return err
	}
	tx.After(func() { s.tell(n.AccountID, n.ID) })
	return s.Made.Record(ctx, tx, Made{&n})
}
