package timeline

import (
	"context"
	"errors"
	"time"

	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/post"
)

type entry struct{ id, post, boost, by id.ID }

func homeEntries(ctx context.Context, tx *db.Tx, reader id.ID, p id.Page) ([]post.Entry, error) {
	query, args := db.Paged(`SELECT id, post_id, boost_id FROM home_item WHERE reader_id = $1`, "id", p, reader)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, func(r *db.Rows) (e post.Entry, err error) {
		err = r.Scan(&e.ID, &e.PostID, &e.BoostID)
		return e, err
	})
	return id.NewestFirst(p, all), err
}

// itemID is the id of the item that brought a post into a stream, or the bound itself where it is no such post's.
func itemID(ctx context.Context, tx *db.Tx, reader, bound id.ID) (id.ID, error) {
	if bound == 0 {
		return 0, nil
	}
	item := bound
	err := tx.QueryRow(ctx, `SELECT id FROM home_item WHERE post_id = $1 AND reader_id = $2 AND boost_id = 0`, bound, reader).Scan(&item)
	if errors.Is(err, db.ErrNoRows) {
		return bound, nil
	}
	return item, err
}

func countAbove(ctx context.Context, tx *db.Tx, reader, item id.ID, most int) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM (SELECT 1 FROM home_item WHERE reader_id = $1 AND id > $2 LIMIT $3) AS newer`, reader, item, most).Scan(&n)
	return n, err
}

func insert(ctx context.Context, tx *db.Tx, reader id.ID, e entry) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO home_item (reader_id, id, post_id, boost_id, by_id) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		reader, e.id, e.post, e.boost, e.by)
	return n == 1, err
}

// namedFollowers are those here whom a post names and who follow its author.
func namedFollowers(ctx context.Context, tx *db.Tx, post, author id.ID) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT n.account_id FROM post_audience n JOIN account a ON a.id = n.account_id
		WHERE n.post_id = $1 AND a.local AND EXISTS (
			SELECT 1 FROM follow f WHERE f.followed_id = $2 AND f.follower_id = n.account_id AND f.accepted) ORDER BY n.account_id`, post, author)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func hide(ctx context.Context, tx *db.Tx, reader id.ID, e entry, why string) error {
	_, err := tx.Exec(ctx, `INSERT INTO hidden_item (reader_id, id, post_id, boost_id, by_id, why) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		reader, e.id, e.post, e.boost, e.by, why)
	return err
}

func hiddenEntries(ctx context.Context, tx *db.Tx, reader id.ID, p id.Page) ([]post.Entry, map[id.ID]string, error) {
	query, args := db.Paged(`SELECT id, post_id, boost_id, why FROM hidden_item WHERE reader_id = $1`, "id", p, reader)
	rows, err := tx.Query(ctx, query, args...)
	why := map[id.ID]string{}
	all, err := db.Collect(rows, err, func(r *db.Rows) (e post.Entry, err error) {
		var w string
		if err = r.Scan(&e.ID, &e.PostID, &e.BoostID, &w); err == nil {
			why[e.ID] = w
		}
		return e, err
	})
	return id.NewestFirst(p, all), why, err
}

func forgetHidden(ctx context.Context, tx *db.Tx, before id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM hidden_item WHERE id < $1`, before)
	return err
}

// listEntries are the items of a home stream that some people brought.
func listEntries(ctx context.Context, tx *db.Tx, reader id.ID, by []id.ID, p id.Page) ([]post.Entry, error) {
	query, args := db.Paged(`SELECT id, post_id, boost_id FROM home_item WHERE reader_id = $1 AND by_id = ANY($2)`, "id", p, reader, by)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, func(r *db.Rows) (e post.Entry, err error) {
		err = r.Scan(&e.ID, &e.PostID, &e.BoostID)
		return e, err
	})
	return id.NewestFirst(p, all), err
}

func removeBoost(ctx context.Context, tx *db.Tx, post, boost id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM hidden_item WHERE post_id = $1 AND boost_id = $2`, post, boost); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM home_item WHERE post_id = $1 AND boost_id = $2`, post, boost)
	return err
}

func removePost(ctx context.Context, tx *db.Tx, post id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM hidden_item WHERE post_id = $1`, post); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM home_item WHERE post_id = $1`, post)
	return err
}

func removeBy(ctx context.Context, tx *db.Tx, reader, by id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM hidden_item WHERE reader_id = $1 AND by_id = $2`, reader, by); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM home_item WHERE reader_id = $1 AND by_id = $2`, reader, by)
	return err
}

func getMarker(ctx context.Context, tx *db.Tx, reader id.ID, stream string) (m Marker, err error) {
	var at int64
	err = tx.QueryRow(ctx, `SELECT last_id, version, updated_at FROM marker WHERE account_id = $1 AND stream = $2`, reader, stream).Scan(&m.LastID, &m.Version, &at)
	m.UpdatedAt = time.UnixMicro(at).UTC()
	return m, err
}

func putMarker(ctx context.Context, tx *db.Tx, reader id.ID, stream string, last id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO marker (account_id, stream, last_id, version, updated_at) VALUES ($1, $2, $3, 1, $4)
		ON CONFLICT (account_id, stream) DO UPDATE SET last_id = excluded.last_id, version = marker.version + 1, updated_at = excluded.updated_at
		WHERE marker.last_id < excluded.last_id`, reader, stream, last, at.UnixMicro())
	return err
}
