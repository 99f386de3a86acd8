package comment

import (
	"context"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
)

// Published keeps that a post of one who lives here answers the comment of a
// guest. For everybody else it is an answer to the post above. NotFound where
// the comment does not stand there, or stands there no more.
func (s *Service) Published(ctx context.Context, tx *db.Tx, f post.Published) error {
	if f.Guest == 0 {
		return nil
	}
	c, err := s.shown(ctx, tx, f.Guest, f.Post.ReplyToID)
	if err != nil {
		return err
	}
	if err := insertAnswer(ctx, tx, f.Post.ID, c.ID); err != nil {
		return err
	}
	g, err := guestByID(ctx, tx, c.GuestID)
	if err != nil || g == nil || !c.Hears || g.ConfirmedAt.IsZero() || !f.Post.Visibility.Open() {
		return err
	}
	return s.Answered.Record(ctx, tx, Answered{c, g, f.Post})
}

// Answerable is a comment that one who lives here may answer: it stands on
// the page below a post. NotFound for any other.
func (s *Service) Answerable(ctx context.Context, what, below id.ID) (c *Comment, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err = s.shown(ctx, tx, what, below)
		return err
	})
	return c, err
}

func (s *Service) shown(ctx context.Context, tx *db.Tx, what, below id.ID) (*Comment, error) {
	all, err := withIDs(ctx, tx, []id.ID{what})
	if err == nil && (len(all) == 0 || all[0].State != Shown || all[0].BelowPostID != below) {
		err = fault.New(fault.NotFound, "fault.comment.unknown")
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Answers are the comments that posts answer, by the id of the post. Whoever
// asks has been let see the comments.
func (s *Service) Answers(ctx context.Context, seen []*Comment) (by map[id.ID]id.ID, err error) {
	if len(seen) == 0 {
		return nil, nil
	}
	ids := make([]id.ID, len(seen))
	for i, c := range seen {
		ids[i] = c.ID
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		by, err = answersOf(ctx, tx, ids)
		return err
	})
	return by, err
}

// Quiet has a guest be written no more of what they once asked to be told.
func (s *Service) Quiet(ctx context.Context, who id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		g, err := guestByID(ctx, tx, who)
		if err == nil && g == nil {
			err = fault.New(fault.NotFound, "fault.comment.guest")
		}
		if err != nil {
			return err
		}
		return quiet(ctx, tx, who)
	})
}
