package media

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

const columns = `id, owner_id, post_id, position, kind, mime, width, height, alt, blurhash, focus_x, focus_y, remote_url, created_at, seconds, node_id`

const fileColumns = `key, media_id, variant, blob, mime, width, height, size, used_at`

func scan(r *db.Rows) (*Medium, error) {
	m := &Medium{}
	var made int64
	err := r.Scan(&m.ID, &m.OwnerID, &m.PostID, &m.Position, &m.Kind, &m.Mime, &m.Width, &m.Height, &m.Alt, &m.Blurhash,
		&m.FocusX, &m.FocusY, &m.RemoteURL, &made, &m.Seconds, &m.NodeID)
	m.CreatedAt = time.UnixMicro(made).UTC()
	return m, err
}

func scanFile(r *db.Rows) (f File, err error) {
	var used int64
	err = r.Scan(&f.Key, &f.MediaID, &f.Variant, &f.Blob, &f.Mime, &f.Width, &f.Height, &f.Size, &used)
	f.UsedAt = time.UnixMicro(used).UTC()
	return f, err
}

func insert(ctx context.Context, tx *db.Tx, m *Medium) error {
	_, err := tx.Exec(ctx, `INSERT INTO media (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		m.ID, m.OwnerID, m.PostID, m.Position, m.Kind, m.Mime, m.Width, m.Height, m.Alt, m.Blurhash, m.FocusX, m.FocusY, m.RemoteURL, m.CreatedAt.UnixMicro(), m.Seconds, m.NodeID)
	return err
}

func insertFile(ctx context.Context, tx *db.Tx, f *File) error {
	_, err := tx.Exec(ctx, `INSERT INTO media_file (`+fileColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		f.Key, f.MediaID, f.Variant, f.Blob, f.Mime, f.Width, f.Height, f.Size, f.UsedAt.UnixMicro())
	return err
}

// with reads media by a condition, in order, with their files.
func with(ctx context.Context, tx *db.Tx, where string, args ...any) ([]*Medium, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM media WHERE `+where, args...)
	all, err := db.Collect(rows, err, scan)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	by := make(map[id.ID]*Medium, len(all))
	ids := make([]id.ID, len(all))
	for i, m := range all {
		by[m.ID], ids[i] = m, m.ID
	}
	rows, err = tx.Query(ctx, `SELECT `+fileColumns+` FROM media_file WHERE media_id = ANY($1) ORDER BY media_id, variant`, ids)
	files, err := db.Collect(rows, err, scanFile)
	for _, f := range files {
		m := by[f.MediaID]
		m.Files = append(m.Files, f)
	}
	return all, err
}

const (
	ofPosts = `post_id = ANY($1) AND position >= 0 ORDER BY post_id, position`
	// with those that the post showed before it was edited
	everOfPost = `post_id = $1 ORDER BY id`
	ofOwner    = `id = ANY($1) AND owner_id = $2`
	withID     = `id = $1`
	withIDs    = `id = ANY($1)`
	heldBy     = `held_by = $1 AND held_by <> 0 AND post_id = 0 ORDER BY id`
	// the medium of a portrait of another server's account
	portrait = `owner_id = $1 AND remote_url = $2 AND post_id = 0`
)

func attach(ctx context.Context, tx *db.Tx, m, owner, post id.ID, position int) (int64, error) {
	return tx.Exec(ctx, `UPDATE media SET post_id = $3, position = $4 WHERE id = $1 AND owner_id = $2 AND post_id = 0`, m, owner, post, position)
}

// retire has a post show none of its media; they stay with it.
func retire(ctx context.Context, tx *db.Tx, post id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE media SET position = -1 WHERE post_id = $1`, post)
	return err
}

// show has a post show a medium that is loose or its own, as it is described now.
func show(ctx context.Context, tx *db.Tx, m *Medium, post id.ID, position int) (int64, error) {
	return tx.Exec(ctx, `UPDATE media SET post_id = $2, position = $3, alt = $4, focus_x = $5, focus_y = $6
		WHERE id = $1 AND (post_id = 0 OR post_id = $2)`, m.ID, post, position, m.Alt, m.FocusX, m.FocusY)
}

// dropRetired forgets media that a post shows no longer, but for the newest.
func dropRetired(ctx context.Context, tx *db.Tx, post id.ID, keep int) error {
	const past = `SELECT id FROM media WHERE post_id = $1 AND position < 0 AND id NOT IN (
		SELECT id FROM media WHERE post_id = $1 AND position < 0 ORDER BY id DESC LIMIT $2)`
	if _, err := tx.Exec(ctx, `DELETE FROM media_file WHERE media_id IN (`+past+`)`, post, keep); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM media WHERE id IN (`+past+`)`, post, keep)
	return err
}

// dropPast forgets media that a post shows no longer, but for some.
func dropPast(ctx context.Context, tx *db.Tx, post id.ID, keep []id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM media_file WHERE media_id IN
		(SELECT id FROM media WHERE post_id = $1 AND position < 0 AND NOT (id = ANY($2)))`, post, keep); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM media WHERE post_id = $1 AND position < 0 AND NOT (id = ANY($2))`, post, keep)
	return err
}

func hold(ctx context.Context, tx *db.Tx, m, owner, draft id.ID) (int64, error) {
	return tx.Exec(ctx, `UPDATE media SET held_by = $3 WHERE id = $1 AND owner_id = $2 AND post_id = 0`, m, owner, draft)
}

func release(ctx context.Context, tx *db.Tx, draft id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE media SET held_by = 0 WHERE held_by = $1 AND held_by <> 0`, draft)
	return err
}

// describe changes what is said of a loose medium, and tells how many it found.
func describe(ctx context.Context, tx *db.Tx, m *Medium) (int64, error) {
	return tx.Exec(ctx, `UPDATE media SET alt = $2, focus_x = $3, focus_y = $4 WHERE id = $1 AND post_id = 0`, m.ID, m.Alt, m.FocusX, m.FocusY)
}

func deleteOf(ctx context.Context, tx *db.Tx, post id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM media_file WHERE media_id IN (SELECT id FROM media WHERE post_id = $1)`, post); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM media WHERE post_id = $1`, post)
	return err
}

func closeOf(ctx context.Context, tx *db.Tx, post id.ID, ids []id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM media_file WHERE media_id IN (SELECT id FROM media WHERE post_id = $1 AND id = ANY($2))`, post, ids)
	return err
}

func dropOf(ctx context.Context, tx *db.Tx, post id.ID, ids []id.ID) error {
	if err := closeOf(ctx, tx, post, ids); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM media WHERE post_id = $1 AND id = ANY($2)`, post, ids)
	return err
}

func say(ctx context.Context, tx *db.Tx, post, medium id.ID, alt string) error {
	_, err := tx.Exec(ctx, `UPDATE media SET alt = $3 WHERE post_id = $1 AND id = $2`, post, medium, alt)
	return err
}

func deleteOne(ctx context.Context, tx *db.Tx, m id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM media_file WHERE media_id = $1`, m); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM media WHERE id = $1`, m)
	return err
}

// fileByKey is the file at an address and its owner; nil where there is none.
func fileByKey(ctx context.Context, tx *db.Tx, key string) (file *File, owner id.ID, err error) {
	rows, err := tx.Query(ctx, `SELECT f.key, f.media_id, f.variant, f.blob, f.mime, f.width, f.height, f.size, f.used_at, m.owner_id, m.sealed
		FROM media_file f JOIN media m ON m.id = f.media_id WHERE f.key = $1`, key)
	_, err = db.Collect(rows, err, func(r *db.Rows) (f File, err error) {
		var used int64
		err = r.Scan(&f.Key, &f.MediaID, &f.Variant, &f.Blob, &f.Mime, &f.Width, &f.Height, &f.Size, &used, &owner, &f.sealed)
		f.UsedAt, file = time.UnixMicro(used).UTC(), &f
		return f, err
	})
	return file, owner, err
}

func seal(ctx context.Context, tx *db.Tx, post id.ID, sealed bool) error {
	_, err := tx.Exec(ctx, `UPDATE media SET sealed = $2 WHERE post_id = $1 AND sealed <> $2`, post, sealed)
	return err
}

// loose are media that were never attached and are older than a moment, portraits apart.
func loose(ctx context.Context, tx *db.Tx, before time.Time, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT m.id FROM media m WHERE m.post_id = 0 AND m.held_by = 0 AND m.created_at < $1 AND NOT EXISTS (
		SELECT 1 FROM media_file f JOIN account a ON a.avatar = f.key OR a.header = f.key WHERE f.media_id = m.id AND a.id = m.owner_id)
		AND NOT EXISTS (SELECT 1 FROM account a WHERE a.id = m.owner_id AND m.remote_url <> '' AND (a.avatar = m.remote_url OR a.header = m.remote_url))
		AND NOT EXISTS (SELECT 1 FROM card c WHERE c.media_id = m.id)
		ORDER BY m.created_at LIMIT $2`, before.UnixMicro(), limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func usedBlobs(ctx context.Context, tx *db.Tx, hashes []string) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT blob FROM media_file WHERE blob = ANY($1)`, hashes)
	return db.Collect(rows, err, db.Scalar[string])
}

func touch(ctx context.Context, tx *db.Tx, key string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE media_file SET used_at = $2 WHERE key = $1`, key, at.UnixMicro())
	return err
}

// remoteCopies are kept copies of others' media, longest unused first, and the bytes of all.
func remoteCopies(ctx context.Context, tx *db.Tx, limit int) ([]File, error) {
	rows, err := tx.Query(ctx, `SELECT `+fileColumns+` FROM media_file WHERE variant = 'remote' ORDER BY used_at LIMIT $1`, limit)
	return db.Collect(rows, err, scanFile)
}

func remoteBytes(ctx context.Context, tx *db.Tx) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(sum(size), 0) FROM media_file WHERE variant = 'remote'`).Scan(&n)
	return n, err
}

func deleteFile(ctx context.Context, tx *db.Tx, key string) error {
	_, err := tx.Exec(ctx, `DELETE FROM media_file WHERE key = $1`, key)
	return err
}

const cardColumns = `c.id, c.url, c.state, c.title, c.description, c.language, c.media_id, c.published_at, c.tries, c.looked_at`

func scanCard(r *db.Rows, more ...any) (*Card, error) {
	c := &Card{}
	var published, looked int64
	err := r.Scan(append([]any{&c.ID, &c.URL, &c.State, &c.Title, &c.Description, &c.Language, &c.pictureID, &published, &c.Tries, &looked}, more...)...)
	if published != 0 {
		c.Published = time.UnixMicro(published).UTC()
	}
	c.LookedAt = time.UnixMicro(looked).UTC()
	return c, err
}

// oneCard is the card of a query, nil where there is none.
func oneCard(rows *db.Rows, err error) (*Card, error) {
	all, err := db.Collect(rows, err, func(r *db.Rows) (*Card, error) { return scanCard(r) })
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// cardAt is the card of a page that all posts share.
func cardAt(ctx context.Context, tx *db.Tx, url string) (*Card, error) {
	return oneCard(tx.Query(ctx, `SELECT `+cardColumns+` FROM card c WHERE c.url = $1 AND c.post_id = 0`, url))
}

func cardByID(ctx context.Context, tx *db.Tx, card id.ID) (*Card, error) {
	return oneCard(tx.Query(ctx, `SELECT `+cardColumns+` FROM card c WHERE c.id = $1 AND c.post_id = 0`, card))
}

func cardsOf(ctx context.Context, tx *db.Tx, posts []id.ID) (map[id.ID]*Card, error) {
	by := map[id.ID]*Card{}
	rows, err := tx.Query(ctx, `SELECT `+cardColumns+`, pc.post_id FROM post_card pc JOIN card c ON c.id = pc.card_id WHERE pc.post_id = ANY($1) ORDER BY pc.post_id`, posts)
	_, err = db.Collect(rows, err, func(r *db.Rows) (*Card, error) {
		var post id.ID
		c, err := scanCard(r, &post)
		by[post] = c
		return c, err
	})
	return by, err
}

func countDue(ctx context.Context, tx *db.Tx) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM card WHERE state = 'due'`).Scan(&n)
	return n, err
}

func insertCard(ctx context.Context, tx *db.Tx, post id.ID, c *Card) error {
	published := int64(0)
	if !c.Published.IsZero() {
		published = c.Published.UnixMicro()
	}
	_, err := tx.Exec(ctx, `INSERT INTO card (id, url, post_id, state, title, description, language, media_id, published_at, tries, looked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)`,
		c.ID, c.URL, post, string(c.State), c.Title, c.Description, c.Language, c.pictureID, published, c.LookedAt.UnixMicro())
	return err
}

func dueAgain(ctx context.Context, tx *db.Tx, card id.ID, state CardState) error {
	_, err := tx.Exec(ctx, `UPDATE card SET state = $2, tries = 0 WHERE id = $1`, card, string(state))
	return err
}

func tryCard(ctx context.Context, tx *db.Tx, card id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE card SET tries = tries + 1 WHERE id = $1`, card)
	return err
}

func settleCard(ctx context.Context, tx *db.Tx, c *Card) error {
	published := int64(0)
	if !c.Published.IsZero() {
		published = c.Published.UnixMicro()
	}
	_, err := tx.Exec(ctx, `UPDATE card SET state = $2, title = $3, description = $4, language = $5, media_id = $6, published_at = $7, looked_at = $8 WHERE id = $1`,
		c.ID, string(c.State), c.Title, c.Description, c.Language, c.pictureID, published, c.LookedAt.UnixMicro())
	return err
}

func putOnPost(ctx context.Context, tx *db.Tx, post, card id.ID) error {
	_, err := tx.Exec(ctx, `INSERT INTO post_card (post_id, card_id) VALUES ($1, $2) ON CONFLICT (post_id) DO UPDATE SET card_id = excluded.card_id`, post, card)
	return err
}

// takeOffPost takes a post's card off; the sweep forgets what no post shows.
func takeOffPost(ctx context.Context, tx *db.Tx, post id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM post_card WHERE post_id = $1`, post)
	return err
}

func unusedCards(ctx context.Context, tx *db.Tx, before time.Time, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT c.id FROM card c WHERE c.looked_at < $1 AND NOT EXISTS (SELECT 1 FROM post_card p WHERE p.card_id = c.id)
		ORDER BY c.looked_at LIMIT $2`, before.UnixMicro(), limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// deleteCards forgets cards; their pictures are loose then.
func deleteCards(ctx context.Context, tx *db.Tx, ids []id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM card WHERE id = ANY($1)`, ids)
	return err
}

func usedBy(ctx context.Context, tx *db.Tx, owners []id.ID) ([]usage, error) {
	rows, err := tx.Query(ctx, `SELECT m.owner_id, CAST(sum(f.size) AS BIGINT) FROM media m JOIN media_file f ON f.media_id = m.id
		WHERE m.owner_id = ANY($1) AND NOT (m.node_id <> 0 AND f.variant = 'original') GROUP BY m.owner_id ORDER BY m.owner_id`, owners)
	return db.Collect(rows, err, func(r *db.Rows) (u usage, err error) {
		err = r.Scan(&u.owner, &u.bytes)
		return u, err
	})
}

func used(ctx context.Context, tx *db.Tx) (ours, copies int64, err error) {
	err = tx.QueryRow(ctx, `SELECT CAST(COALESCE(sum(CASE WHEN variant = 'remote' THEN 0 ELSE size END), 0) AS BIGINT),
		CAST(COALESCE(sum(CASE WHEN variant = 'remote' THEN size ELSE 0 END), 0) AS BIGINT) FROM media_file`).Scan(&ours, &copies)
	return ours, copies, err
}

// bare are media of content, a video or sound, that have only that.
func bare(ctx context.Context, tx *db.Tx, content string) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT m.id FROM media_file f JOIN media m ON m.id = f.media_id WHERE f.blob = $1 AND f.variant = 'original' AND m.kind IN ('video', 'audio')
		AND NOT EXISTS (SELECT 1 FROM media_file g WHERE g.media_id = m.id AND g.variant = 'large') ORDER BY m.id`, content)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func measure(ctx context.Context, tx *db.Tx, m id.ID, o Outfit) error {
	_, err := tx.Exec(ctx, `UPDATE media SET width = $2, height = $3, seconds = $4 WHERE id = $1`, m, o.Width, o.Height, o.Seconds)
	return err
}

// countWaiting is how many of some media are videos or sounds of ours that only have their original.
func countWaiting(ctx context.Context, tx *db.Tx, ids []id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM media m WHERE m.id = ANY($1) AND m.kind IN ('video', 'audio') AND m.remote_url = ''
		AND NOT EXISTS (SELECT 1 FROM media_file f WHERE f.media_id = m.id AND f.variant = 'large')`, ids).Scan(&n)
	return n, err
}

// videosOf are the videos that are made of a file.
func videosOf(ctx context.Context, tx *db.Tx, node id.ID) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT id FROM media WHERE node_id = $1 AND node_id <> 0 AND kind = 'video' ORDER BY id`, node)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func dropWords(ctx context.Context, tx *db.Tx, m id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM media_file WHERE media_id = $1 AND substr(variant, 1, 6) = 'words-'`, m)
	return err
}

func countShown(ctx context.Context, tx *db.Tx, node id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(DISTINCT post_id) FROM media WHERE node_id = $1 AND node_id <> 0 AND post_id <> 0 AND position >= 0`, node).Scan(&n)
	return n, err
}

// dropOriginals forgets those of posted media that are made of a node or of what is below it.
func dropOriginals(ctx context.Context, tx *db.Tx, node id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM media_file WHERE variant = 'original' AND media_id IN (
		SELECT m.id FROM media m WHERE m.node_id <> 0 AND m.post_id <> 0 AND m.node_id IN (
			WITH RECURSIVE down (id) AS (
				SELECT CAST($1 AS BIGINT)
				UNION ALL SELECT c.id FROM down JOIN file_node c ON c.parent_id = down.id)
			SELECT id FROM down))`, node)
	return err
}
