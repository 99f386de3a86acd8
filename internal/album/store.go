package album

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

const columns = `a.id, a.owner_id, a.title, a.words, a.place, a.cover, a.by_date, a.folder_id, a.post_id, a.shown, a.tells, a.made_at, a.changed_at`

func scan(r *db.Rows) (*Album, error) {
	a := &Album{}
	var made, changed int64
	err := r.Scan(&a.ID, &a.OwnerID, &a.Title, &a.Words, &a.Place, &a.Cover, &a.ByDate, &a.FolderID, &a.PostID, &a.Shown, &a.Tells, &made, &changed)
	a.MadeAt, a.ChangedAt = time.UnixMicro(made).UTC(), time.UnixMicro(changed).UTC()
	return a, err
}

func one(rows *db.Rows, err error) (*Album, error) {
	all, err := db.Collect(rows, err, scan)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, db.ErrNoRows
	}
	return all[0], nil
}

func insert(ctx context.Context, tx *db.Tx, a *Album) error {
	_, err := tx.Exec(ctx, `INSERT INTO album (id, owner_id, title, folded, words, place, cover, by_date, folder_id, made_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		a.ID, a.OwnerID, a.Title, a.folded(), a.Words, a.Place, a.Cover, a.ByDate, a.FolderID, a.MadeAt.UnixMicro(), a.ChangedAt.UnixMicro())
	return err
}

func update(ctx context.Context, tx *db.Tx, a *Album) error {
	_, err := tx.Exec(ctx, `UPDATE album SET title = $2, folded = $3, words = $4, place = $5, cover = $6, by_date = $7, changed_at = $8, tells = $9, stale = CASE WHEN shown THEN stale + 1 ELSE stale END WHERE id = $1`,
		a.ID, a.Title, a.folded(), a.Words, a.Place, a.Cover, a.ByDate, a.ChangedAt.UnixMicro(), a.Tells)
	return err
}

func remove(ctx context.Context, tx *db.Tx, album id.ID) error {
	for _, statement := range []string{
		`DELETE FROM album_photo WHERE album_id = $1`, `DELETE FROM album_piece WHERE album_id = $1`, `DELETE FROM album_front WHERE album_id = $1`,
		`DELETE FROM album_person WHERE album_id = $1`, `DELETE FROM album_link WHERE album_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, album); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `DELETE FROM album WHERE id = $1`, album)
	return err
}

func get(ctx context.Context, tx *db.Tx, album id.ID) (*Album, error) {
	return one(tx.Query(ctx, `SELECT `+columns+` FROM album a WHERE a.id = $1`, album))
}

func getNamed(ctx context.Context, tx *db.Tx, owner id.ID, folded string) (*Album, error) {
	return one(tx.Query(ctx, `SELECT `+columns+` FROM album a WHERE a.owner_id = $1 AND a.folded = $2`, owner, folded))
}

func ofOwner(ctx context.Context, tx *db.Tx, owner id.ID) ([]*Album, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM album a WHERE a.owner_id = $1 ORDER BY a.changed_at DESC, a.id DESC`, owner)
	return db.Collect(rows, err, scan)
}

func countOf(ctx context.Context, tx *db.Tx, owner id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM album WHERE owner_id = $1`, owner).Scan(&n)
	return n, err
}

// A choice is a photo of an album before it is read.
type choice struct {
	node, by id.ID
	alt      string
}

func scanChoice(r *db.Rows) (c choice, err error) {
	err = r.Scan(&c.node, &c.by, &c.alt)
	return c, err
}

// chosenOnes are what was chosen for an album and does not lie in the trash, in order.
func chosenOnes(ctx context.Context, tx *db.Tx, a *Album) ([]choice, error) {
	statement := `SELECT c.node_id, c.by_id, c.alt FROM album_photo c JOIN photo p ON p.node_id = c.node_id WHERE c.album_id = $1 AND NOT p.trashed
		ORDER BY c.place, c.node_id LIMIT $2`
	if a.ByDate {
		statement = `SELECT c.node_id, c.by_id, c.alt FROM album_photo c JOIN photo p ON p.node_id = c.node_id WHERE c.album_id = $1 AND NOT p.trashed
			ORDER BY p.taken_at, c.node_id LIMIT $2`
	}
	rows, err := tx.Query(ctx, statement, a.ID, Most)
	return db.Collect(rows, err, scanChoice)
}

// held are the photos of a folder, the earliest first, without the parts of others.
func held(ctx context.Context, tx *db.Tx, folder, owner id.ID) ([]choice, error) {
	rows, err := tx.Query(ctx, `SELECT p.node_id, p.owner_id, '' FROM photo p WHERE p.folder_id = $1 AND p.owner_id = $2 AND NOT p.trashed AND p.part <> 'motion' AND p.part <> 'burst'
		ORDER BY p.taken_at, p.node_id LIMIT $3`, folder, owner, Most)
	return db.Collect(rows, err, scanChoice)
}

// A rim is one end of an album: the photo that stands for it, or its last.
type rim struct {
	album, node, by id.ID
	alt             string
	count           int
	from, to        int64 // when the first and the last of its photos were taken
	front, back     int   // how many stand before it and behind it, and it
}

// rims are what stands for albums and what is last in them, all at once.
func rims(ctx context.Context, tx *db.Tx, albums []id.ID) ([]rim, error) {
	rows, err := tx.Query(ctx, `WITH shown AS (
			SELECT a.id AS album_id, c.node_id, c.by_id, c.alt, p.taken_at, CASE WHEN a.by_date THEN p.taken_at ELSE c.place END AS at, a.cover
			FROM album a JOIN album_photo c ON c.album_id = a.id JOIN photo p ON p.node_id = c.node_id WHERE a.id = ANY($1) AND a.folder_id = 0 AND NOT p.trashed
			UNION ALL SELECT a.id, p.node_id, p.owner_id, '', p.taken_at, p.taken_at, a.cover
			FROM album a JOIN photo p ON p.folder_id = a.folder_id AND p.owner_id = a.owner_id
			WHERE a.id = ANY($1) AND a.folder_id <> 0 AND NOT p.trashed AND p.part <> 'motion' AND p.part <> 'burst')
		SELECT album_id, node_id, by_id, alt, many, first, last, front, back FROM (
			SELECT album_id, node_id, by_id, alt, count(*) OVER (PARTITION BY album_id) AS many,
				min(taken_at) OVER (PARTITION BY album_id) AS first, max(taken_at) OVER (PARTITION BY album_id) AS last,
				row_number() OVER (PARTITION BY album_id ORDER BY CASE WHEN node_id = cover THEN 0 ELSE 1 END, at, node_id) AS front,
				row_number() OVER (PARTITION BY album_id ORDER BY at DESC, node_id DESC) AS back FROM shown) x
		WHERE front = 1 OR back = 1 ORDER BY album_id, front`, albums)
	return db.Collect(rows, err, func(r *db.Rows) (e rim, err error) {
		err = r.Scan(&e.album, &e.node, &e.by, &e.alt, &e.count, &e.from, &e.to, &e.front, &e.back)
		return e, err
	})
}

// places are where what was chosen for an album stands, also what lies in the trash.
func places(ctx context.Context, tx *db.Tx, album id.ID) (map[id.ID]int64, error) {
	by := map[id.ID]int64{}
	rows, err := tx.Query(ctx, `SELECT node_id, place FROM album_photo WHERE album_id = $1`, album)
	_, err = db.Collect(rows, err, func(r *db.Rows) (int64, error) {
		var node id.ID
		var at int64
		err := r.Scan(&node, &at)
		by[node] = at
		return at, err
	})
	return by, err
}

func choose(ctx context.Context, tx *db.Tx, album, node, by id.ID, place int64, alt string) error {
	_, err := tx.Exec(ctx, `INSERT INTO album_photo (album_id, node_id, by_id, place, alt) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (album_id, node_id) DO NOTHING`, album, node, by, place, alt)
	return err
}

func putAt(ctx context.Context, tx *db.Tx, album, node id.ID, place int64) error {
	_, err := tx.Exec(ctx, `UPDATE album_photo SET place = $3 WHERE album_id = $1 AND node_id = $2`, album, node, place)
	return err
}

func describe(ctx context.Context, tx *db.Tx, album, node id.ID, alt string) error {
	_, err := tx.Exec(ctx, `UPDATE album_photo SET alt = $3 WHERE album_id = $1 AND node_id = $2`, album, node, alt)
	return err
}

func drop(ctx context.Context, tx *db.Tx, album, node id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM album_photo WHERE album_id = $1 AND node_id = $2`, album, node)
	return err
}

const belowIDs = `WITH RECURSIVE down (id) AS (
	SELECT CAST($1 AS BIGINT)
	UNION ALL SELECT c.id FROM down JOIN file_node c ON c.parent_id = down.id)
	SELECT id FROM down`

// dropBelow takes a node that goes for good, with all below it, out of all
// albums; those that follow such a folder follow nothing.
func dropBelow(ctx context.Context, tx *db.Tx, node id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM album_photo WHERE node_id IN (`+belowIDs+`)`, node); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE album SET folder_id = 0 WHERE folder_id <> 0 AND folder_id IN (`+belowIDs+`)`, node)
	return err
}
