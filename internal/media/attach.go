package media

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// RemotePerPost is how many media of another server's post are kept.
const RemotePerPost = 16

// Attach gives loose media of owner to a post, in the order given. NotFound
// for one that is not theirs, or belongs to a post already.
func Attach(ctx context.Context, tx *db.Tx, owner, post id.ID, ids []id.ID) error {
	for i, m := range ids {
		n, err := attach(ctx, tx, m, owner, post, i)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "fault.media.unknown").In("pictures")
		}
	}
	return nil
}

// AddRemote keeps what is said of another server's media. Their bytes stay there until somebody looks.
func AddRemote(ctx context.Context, tx *db.Tx, ids *id.Source, owner, post id.ID, at time.Time, all []Medium) error {
	for i := range all {
		m := all[i]
		m.ID, m.OwnerID, m.PostID, m.Position, m.CreatedAt = ids.Next(), owner, post, i, at
		if err := insert(ctx, tx, &m); err != nil {
			return err
		}
	}
	return nil
}

// OfPosts are the media of posts, in order, by post.
func OfPosts(ctx context.Context, tx *db.Tx, posts []id.ID) (map[id.ID][]*Medium, error) {
	if len(posts) == 0 {
		return nil, nil
	}
	all, err := with(ctx, tx, ofPosts, posts)
	by := make(map[id.ID][]*Medium, len(posts))
	for _, m := range all {
		by[m.PostID] = append(by[m.PostID], m)
	}
	return by, err
}

// Withdraw ends all addresses of a post's media, and takes its card away; their bytes go with the next sweep.
func Withdraw(ctx context.Context, tx *db.Tx, post id.ID) error {
	if err := takeOffPost(ctx, tx, post); err != nil {
		return err
	}
	return deleteOf(ctx, tx, post)
}
