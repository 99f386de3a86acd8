package media

import (
	"context"
	"slices"
	"strings"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// RemotePerPost is how many media of another server's post are kept.
const RemotePerPost = 20

// Attach gives loose media of owner to a post, in the order given. NotFound
// for one that is not theirs, or belongs to a post already; Invalid for one
// of which nothing may be published yet.
func Attach(ctx context.Context, tx *db.Tx, owner, post id.ID, ids []id.ID) error {
	if len(ids) == 0 {
		return nil
	}
	if err := whole(ctx, tx, ids); err != nil {
		return err
	}
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

// OfOwner are media of owner by their ids, in that order, loose or not.
// NotFound if one is not theirs.
func OfOwner(ctx context.Context, tx *db.Tx, owner id.ID, ids []id.ID) ([]*Medium, error) {
	all, err := with(ctx, tx, ofOwner, ids, owner)
	if err != nil {
		return nil, err
	}
	by := make(map[id.ID]*Medium, len(all))
	for _, m := range all {
		by[m.ID] = m
	}
	out := make([]*Medium, len(ids))
	for i, want := range ids {
		if out[i] = by[want]; out[i] == nil {
			return nil, fault.New(fault.NotFound, "fault.media.unknown").In("pictures")
		}
	}
	return out, nil
}

// A Description is what is said of a medium anew; nil leaves a thing as it is.
type Description struct {
	ID    id.ID
	Alt   *string
	Focus *[2]float64
}

// apply changes what is said of m and reports whether that is anything new.
func (d Description) apply(m *Medium) bool {
	alt, x, y := m.Alt, m.FocusX, m.FocusY
	if d.Alt != nil {
		alt = strings.TrimSpace(*d.Alt)
	}
	if d.Focus != nil {
		x, y = focus(d.Focus[0]), focus(d.Focus[1])
	}
	if alt == m.Alt && x == m.FocusX && y == m.FocusY {
		return false
	}
	m.Alt, m.FocusX, m.FocusY = alt, x, y
	return true
}

// Describe puts what is said of media anew into them, and nowhere else.
func Describe(all []*Medium, said []Description) {
	for _, d := range said {
		for _, m := range all {
			if m.ID == d.ID {
				d.apply(m)
			}
		}
	}
}

// Arrange gives a post that is edited the media of owner that it shows from
// now on, in the order given and described anew, and reports whether that
// changed anything. Those that it shows no longer stay with it, for its history.
func Arrange(ctx context.Context, tx *db.Tx, owner, post id.ID, ids []id.ID, said []Description) (changed bool, err error) {
	for _, d := range said {
		if d.Alt != nil {
			if err := checkAlt(strings.TrimSpace(*d.Alt)); err != nil {
				return false, err
			}
		}
	}
	all, err := OfOwner(ctx, tx, owner, ids)
	if err == nil {
		err = whole(ctx, tx, ids)
	}
	if err != nil {
		return false, err
	}
	now, err := with(ctx, tx, ofPosts, []id.ID{post})
	if err != nil {
		return false, err
	}
	changed = len(now) != len(all)
	for i := 0; i < len(all) && !changed; i++ {
		changed = now[i].ID != all[i].ID
	}
	if err := retire(ctx, tx, post); err != nil {
		return false, err
	}
	for i, m := range all {
		for _, d := range said {
			if d.ID == m.ID && d.apply(m) {
				changed = true
			}
		}
		n, err := show(ctx, tx, m, post, i)
		if err != nil {
			return false, err
		}
		if n == 0 { // it belongs to another post
			return false, fault.New(fault.NotFound, "fault.media.unknown").In("pictures")
		}
	}
	return changed, nil
}

// Renew is Arrange for media that another server's post shows from now on.
// Those it had before keep their ids. It returns the media as they are now.
func Renew(ctx context.Context, tx *db.Tx, ids *id.Source, owner, post id.ID, at time.Time, all []Medium) ([]Medium, error) {
	known, err := EverOf(ctx, tx, post)
	if err != nil {
		return nil, err
	}
	if err := retire(ctx, tx, post); err != nil {
		return nil, err
	}
	taken := map[id.ID]bool{}
	for i := range all {
		m := &all[i]
		m.OwnerID, m.PostID, m.Position, m.CreatedAt = owner, post, i, at
		for _, k := range known {
			if k.RemoteURL == m.RemoteURL && !taken[k.ID] {
				m.ID = k.ID
				break
			}
		}
		if m.ID != 0 {
			taken[m.ID] = true
			if _, err := show(ctx, tx, m, post, i); err != nil {
				return nil, err
			}
			continue
		}
		m.ID = ids.Next()
		if err := insert(ctx, tx, m); err != nil {
			return nil, err
		}
	}
	return all, dropRetired(ctx, tx, post, RemotePerPost)
}

// Same reports whether two lists are of the same media, said to be the same.
func Same(before []*Medium, after []Medium) bool {
	return slices.EqualFunc(before, after, func(a *Medium, b Medium) bool {
		return a.ID == b.ID && a.Alt == b.Alt && a.FocusX == b.FocusX && a.FocusY == b.FocusY
	})
}

// EverOf are all media that a post shows or showed, by their ids.
func EverOf(ctx context.Context, tx *db.Tx, post id.ID) (map[id.ID]*Medium, error) {
	all, err := with(ctx, tx, everOfPost, post)
	by := make(map[id.ID]*Medium, len(all))
	for _, m := range all {
		by[m.ID] = m
	}
	return by, err
}

// AddRemote keeps what is said of another server's media. Their bytes stay there until somebody looks.
func AddRemote(ctx context.Context, tx *db.Tx, ids *id.Source, owner, post id.ID, at time.Time, all []Medium) error {
	for i := range all {
		m := all[i]
		if m.ID == 0 {
			m.ID = ids.Next()
		}
		m.OwnerID, m.PostID, m.Position, m.CreatedAt = owner, post, i, at
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

// Outdate ends the addresses of media that a post shows no longer, but for
// those of keep, which its history shows; their bytes go with the next sweep.
func Outdate(ctx context.Context, tx *db.Tx, post id.ID, keep []id.ID) error {
	return dropPast(ctx, tx, post, keep)
}

// Withdraw ends all addresses of a post's media, and takes its card away; their bytes go with the next sweep.
func Withdraw(ctx context.Context, tx *db.Tx, post id.ID) error {
	if err := takeOffPost(ctx, tx, post); err != nil {
		return err
	}
	return deleteOf(ctx, tx, post)
}
