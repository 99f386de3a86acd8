package album

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

// stir has the albums that show a node, or the folder that it is in, be made
// anew for others; below, also those that show something below it.
func stir(ctx context.Context, tx *db.Tx, node, folder id.ID, below bool) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE album SET stale = stale + 1 WHERE folder_id = $1 AND folder_id <> 0 AND shown`, folder)
	if err != nil || !below {
		return n > 0, err
	}
	more, err := tx.Exec(ctx, `UPDATE album SET stale = stale + 1 WHERE shown AND (id IN (SELECT album_id FROM album_piece WHERE node_id IN (`+belowIDs+`))
		OR id IN (SELECT album_id FROM album_photo WHERE node_id IN (`+belowIDs+`)) OR folder_id <> 0 AND folder_id IN (`+belowIDs+`))`, node)
	return n+more > 0, err
}

// staleOnes are albums of which others do not see everything, with how often they changed.
func staleOnes(ctx context.Context, tx *db.Tx, most int) (map[id.ID]int64, error) {
	by := map[id.ID]int64{}
	rows, err := tx.Query(ctx, `SELECT id, stale FROM album WHERE stale <> 0 ORDER BY id LIMIT $1`, most)
	_, err = db.Collect(rows, err, func(r *db.Rows) (struct{}, error) {
		var album id.ID
		var times int64
		err := r.Scan(&album, &times)
		by[album] = times
		return struct{}{}, err
	})
	return by, err
}

// settled says that others see an album as it was after so many changes.
func settled(ctx context.Context, tx *db.Tx, album id.ID, times int64) error {
	_, err := tx.Exec(ctx, `UPDATE album SET stale = 0 WHERE id = $1 AND stale = $2`, album, times)
	return err
}

// A piece is what was made of a photo for others.
type piece struct {
	node, medium id.ID
	content      string
	tells        bool
}

func piecesOf(ctx context.Context, tx *db.Tx, album id.ID) (map[id.ID]piece, error) {
	by := map[id.ID]piece{}
	rows, err := tx.Query(ctx, `SELECT node_id, content, tells, media_id FROM album_piece WHERE album_id = $1 ORDER BY node_id`, album)
	_, err = db.Collect(rows, err, func(r *db.Rows) (p piece, err error) {
		err = r.Scan(&p.node, &p.content, &p.tells, &p.medium)
		by[p.node] = p
		return p, err
	})
	return by, err
}

func putPiece(ctx context.Context, tx *db.Tx, album id.ID, p piece) error {
	_, err := tx.Exec(ctx, `INSERT INTO album_piece (album_id, node_id, content, tells, media_id) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (album_id, node_id) DO UPDATE SET content = excluded.content, tells = excluded.tells, media_id = excluded.media_id`,
		album, p.node, p.content, p.tells, p.medium)
	return err
}

// frontsOf are the pictures of an album that its post shows.
func frontsOf(ctx context.Context, tx *db.Tx, album id.ID) (map[id.ID]piece, error) {
	by := map[id.ID]piece{}
	rows, err := tx.Query(ctx, `SELECT node_id, content, media_id FROM album_front WHERE album_id = $1 ORDER BY node_id`, album)
	_, err = db.Collect(rows, err, func(r *db.Rows) (p piece, err error) {
		err = r.Scan(&p.node, &p.content, &p.medium)
		by[p.node] = p
		return p, err
	})
	return by, err
}

// setFronts says which pictures of an album its post shows.
func setFronts(ctx context.Context, tx *db.Tx, album id.ID, all []piece) error {
	if _, err := tx.Exec(ctx, `DELETE FROM album_front WHERE album_id = $1`, album); err != nil {
		return err
	}
	for _, p := range all {
		if _, err := tx.Exec(ctx, `INSERT INTO album_front (album_id, node_id, content, media_id) VALUES ($1, $2, $3, $4)`, album, p.node, p.content, p.medium); err != nil {
			return err
		}
	}
	return nil
}

// frontsBelow are the media by which posts of albums show a node and all below it, by album.
func frontsBelow(ctx context.Context, tx *db.Tx, node id.ID) (map[id.ID][]id.ID, error) {
	by := map[id.ID][]id.ID{}
	rows, err := tx.Query(ctx, `SELECT album_id, media_id FROM album_front WHERE node_id IN (`+belowIDs+`) ORDER BY album_id, node_id`, node)
	_, err = db.Collect(rows, err, func(r *db.Rows) (album id.ID, err error) {
		var medium id.ID
		err = r.Scan(&album, &medium)
		by[album] = append(by[album], medium)
		return album, err
	})
	return by, err
}

func dropPiece(ctx context.Context, tx *db.Tx, album, node id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM album_piece WHERE album_id = $1 AND node_id = $2`, album, node)
	return err
}

func dropPieces(ctx context.Context, tx *db.Tx, album id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM album_piece WHERE album_id = $1`, album)
	return err
}

// shownBelow are the pieces of a node and of all below it, by album.
func shownBelow(ctx context.Context, tx *db.Tx, node id.ID) (map[id.ID][]piece, error) {
	by := map[id.ID][]piece{}
	rows, err := tx.Query(ctx, `SELECT album_id, node_id, media_id FROM album_piece WHERE node_id IN (`+belowIDs+`) ORDER BY album_id, node_id`, node)
	_, err = db.Collect(rows, err, func(r *db.Rows) (p piece, err error) {
		var album id.ID
		err = r.Scan(&album, &p.node, &p.medium)
		by[album] = append(by[album], p)
		return p, err
	})
	return by, err
}

// byPost is the album that a post shows.
func byPost(ctx context.Context, tx *db.Tx, post id.ID) (*Album, error) {
	return one(tx.Query(ctx, `SELECT `+columns+` FROM album a WHERE a.post_id = $1 AND a.post_id <> 0`, post))
}

func setPost(ctx context.Context, tx *db.Tx, album, post id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE album SET post_id = $2, shown = TRUE, stale = stale + 1 WHERE id = $1`, album, post)
	return err
}

// unpost says that no post shows an album any more, nor anything else.
func unpost(ctx context.Context, tx *db.Tx, album id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM album_person WHERE album_id = $1`, album); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM album_link WHERE album_id = $1`, album); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE album SET post_id = 0, shown = FALSE, stale = 0 WHERE id = $1`, album)
	return err
}
