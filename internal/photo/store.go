package photo

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/file"
	"allod/internal/id"
)

const columns = `p.node_id, p.number, p.owner_id, p.name, p.kind, p.taken_at, p.dated, p.part_of, p.part, p.content,
	l.state, l.why, l.width, l.height, l.seconds, l.format, l.blurhash, l.taken, l.zone, l.camera, l.lens, l.exposure, l.aperture, l.iso, l.focal,
	l.located, l.latitude, l.longitude, l.place, l.content_id, l.burst, l.motion, l.picture`

func scan(r *db.Rows) (*Photo, error) {
	p := &Photo{}
	var taken int64
	err := r.Scan(&p.NodeID, &p.Number, &p.OwnerID, &p.Name, &p.Kind, &taken, &p.Dated, &p.PartOf, &p.Part, &p.content,
		&p.State, &p.Why, &p.Width, &p.Height, &p.Seconds, &p.Format, &p.Blurhash, &p.Taken, &p.Zone, &p.Camera, &p.Lens, &p.Exposure, &p.Aperture, &p.ISO, &p.Focal,
		&p.Located, &p.Latitude, &p.Longitude, &p.Place, &p.ContentID, &p.Burst, &p.Motion, &p.picture)
	p.TakenAt = time.UnixMicro(taken).UTC()
	return p, err
}

func one(rows *db.Rows, err error) (*Photo, error) {
	all, err := db.Collect(rows, err, scan)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, db.ErrNoRows
	}
	return all[0], nil
}

// put has a file stand among the photos, as it is called and dated before it is looked at.
func put(ctx context.Context, tx *db.Tx, n *file.Node, kind string, taken time.Time, by Dated) error {
	_, err := tx.Exec(ctx, `INSERT INTO photo (node_id, number, owner_id, folder_id, stem, name, content, kind, modified_at, taken_at, day, dated, trashed, part_of, part, shown, stale)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, FALSE, 0, '', TRUE, TRUE)
		ON CONFLICT (node_id) DO UPDATE SET folder_id = excluded.folder_id, stem = excluded.stem, name = excluded.name, content = excluded.content, kind = excluded.kind,
			modified_at = excluded.modified_at, taken_at = excluded.taken_at, day = excluded.day, dated = excluded.dated,
			trashed = FALSE, part_of = 0, part = '', shown = TRUE, stale = TRUE`,
		n.ID, n.Number, n.OwnerID, n.ParentID, stem(n.Name), n.Name, n.Blob, kind, n.ModifiedAt.UnixMicro(), taken.UnixMicro(), day(taken), string(by))
	return err
}

// await has content looked at, unless it was.
func await(ctx context.Context, tx *db.Tx, content, kind string, at time.Time) (int64, error) {
	return tx.Exec(ctx, `INSERT INTO photo_look (content, kind, state, why, tries, due_at, format, width, height, seconds, taken, zone, camera, lens, exposure, aperture, iso, focal,
			located, latitude, longitude, place, content_id, burst, motion)
		VALUES ($1, $2, 'due', '', 0, $3, '', 0, 0, 0, '', '', '', '', '', 0, 0, 0, FALSE, 0, 0, '', '', '', 0) ON CONFLICT (content) DO NOTHING`,
		content, kind, at.UnixMicro())
}

// takenOf is what a look found about when content was taken, "" for nothing yet.
func takenOf(ctx context.Context, tx *db.Tx, content string) (string, error) {
	rows, err := tx.Query(ctx, `SELECT taken FROM photo_look WHERE content = $1`, content)
	all, err := db.Collect(rows, err, db.Scalar[string])
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

const belowIDs = `WITH RECURSIVE down (id) AS (
	SELECT CAST($1 AS BIGINT)
	UNION ALL SELECT c.id FROM down JOIN file_node c ON c.parent_id = down.id)
	SELECT id FROM down`

// orphan has the photos for which a node or something below it stood stand for themselves, until that is found again.
func orphan(ctx context.Context, tx *db.Tx, node id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE photo SET part_of = 0, part = '', shown = NOT trashed, stale = TRUE WHERE part_of <> 0 AND part_of IN (`+belowIDs+`)`, node)
	return err
}

// trash says of a node and all below it whether they lie in the trash.
func trash(ctx context.Context, tx *db.Tx, node id.ID, lies bool) error {
	_, err := tx.Exec(ctx, `UPDATE photo SET trashed = $2, shown = NOT $2, part_of = 0, part = '', stale = TRUE WHERE node_id IN (`+belowIDs+`)`, node, lies)
	return err
}

// drop forgets a node and all below it.
func drop(ctx context.Context, tx *db.Tx, node id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM photo WHERE node_id IN (`+belowIDs+`)`, node)
	return err
}

// A due look is at content that nobody has looked at.
type due struct {
	content, kind string
	tries         int
	picture       string // of a video, the blob of one
}

// claim takes content to look at, the longest waiting first, so that nobody else does until a moment.
func claim(ctx context.Context, tx *db.Tx, now, until time.Time) (*due, error) {
	rows, err := tx.Query(ctx, `UPDATE photo_look SET due_at = $2, tries = tries + 1 WHERE content IN (
			SELECT content FROM photo_look WHERE state = 'due' AND due_at <= $1 ORDER BY due_at LIMIT 1)
		RETURNING content, kind, tries, picture`, now.UnixMicro(), until.UnixMicro())
	all, err := db.Collect(rows, err, func(r *db.Rows) (*due, error) {
		d := &due{}
		return d, r.Scan(&d.content, &d.kind, &d.tries, &d.picture)
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// again has content looked at once more, at a moment.
func again(ctx context.Context, tx *db.Tx, content string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE photo_look SET due_at = $2 WHERE content = $1 AND state = 'due'`, content, at.UnixMicro())
	return err
}

// illustrate has a video looked at anew, which has a picture now.
func illustrate(ctx context.Context, tx *db.Tx, content, picture string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE photo_look SET picture = $2, state = 'due', tries = 0, due_at = $3 WHERE content = $1 AND picture <> $2`, content, picture, at.UnixMicro())
	return err
}

// settle keeps what was found, unless there is a picture by now that was not looked at.
func settle(ctx context.Context, tx *db.Tx, d *due, l *Look) error {
	_, err := tx.Exec(ctx, `UPDATE photo_look SET state = $2, why = $3, format = $4, width = $5, height = $6, seconds = $7, taken = $8, zone = $9, camera = $10, lens = $11,
			exposure = $12, aperture = $13, iso = $14, focal = $15, located = $16, latitude = $17, longitude = $18, place = $19, content_id = $20, burst = $21, motion = $22, blurhash = $23
		WHERE content = $1 AND picture = $24`, d.content, string(l.State), l.Why, l.Format, l.Width, l.Height, l.Seconds, l.Taken, l.Zone, l.Camera, l.Lens,
		l.Exposure, l.Aperture, l.ISO, l.Focal, l.Located, l.Latitude, l.Longitude, l.Place, l.ContentID, l.Burst, l.Motion, l.Blurhash, d.picture)
	return err
}

// A held photo is what must be known of one to date it and to find what it is part of.
type held struct {
	node, owner, folder id.ID
	stem, name, content string
	kind                string
	modified, taken     time.Time
	trashed             bool
	seconds             float64
	said                string // by its camera, of when it was taken
	pair, burst         string // what parts of a live photo, and of a burst, share
}

const heldColumns = `p.node_id, p.owner_id, p.folder_id, p.stem, p.name, p.content, p.kind, p.modified_at, p.taken_at, p.trashed, l.seconds, l.taken, l.content_id, l.burst`

func scanHeld(r *db.Rows) (*held, error) {
	h := &held{}
	var modified, taken int64
	err := r.Scan(&h.node, &h.owner, &h.folder, &h.stem, &h.name, &h.content, &h.kind, &modified, &taken, &h.trashed, &h.seconds, &h.said, &h.pair, &h.burst)
	h.modified, h.taken = time.UnixMicro(modified).UTC(), time.UnixMicro(taken).UTC()
	return h, err
}

// holders are the photos that hold content.
func holders(ctx context.Context, tx *db.Tx, content string) ([]*held, error) {
	rows, err := tx.Query(ctx, `SELECT `+heldColumns+` FROM photo p JOIN photo_look l ON l.content = p.content WHERE p.content = $1 ORDER BY p.node_id`, content)
	return db.Collect(rows, err, scanHeld)
}

// staleOnes are photos of which is to be found what they are part of.
func staleOnes(ctx context.Context, tx *db.Tx, most int) ([]*held, error) {
	rows, err := tx.Query(ctx, `SELECT `+heldColumns+` FROM photo p JOIN photo_look l ON l.content = p.content WHERE p.stale ORDER BY p.node_id LIMIT $1`, most)
	return db.Collect(rows, err, scanHeld)
}

// twins are the photos of one owner with the same content, but for those in the trash.
func twins(ctx context.Context, tx *db.Tx, owner id.ID, content string) ([]*held, error) {
	rows, err := tx.Query(ctx, `SELECT `+heldColumns+` FROM photo p JOIN photo_look l ON l.content = p.content WHERE p.content = $2 AND p.owner_id = $1 AND NOT p.trashed
		ORDER BY p.node_id`, owner, content)
	return db.Collect(rows, err, scanHeld)
}

// ofPair are the photos of one owner with the same content id, which a still and its moving part share.
func ofPair(ctx context.Context, tx *db.Tx, owner id.ID, pair string) ([]*held, error) {
	rows, err := tx.Query(ctx, `SELECT `+heldColumns+` FROM photo_look l JOIN photo p ON p.content = l.content AND p.owner_id = $1
		WHERE l.content_id = $2 AND l.content_id <> '' AND NOT p.trashed ORDER BY p.node_id`, owner, pair)
	return db.Collect(rows, err, scanHeld)
}

// ofStem are the photos in a folder that are called the same but for the ending.
func ofStem(ctx context.Context, tx *db.Tx, folder id.ID, stem string) ([]*held, error) {
	rows, err := tx.Query(ctx, `SELECT `+heldColumns+` FROM photo p JOIN photo_look l ON l.content = p.content WHERE p.folder_id = $1 AND p.stem = $2 AND NOT p.trashed
		ORDER BY p.node_id`, folder, stem)
	return db.Collect(rows, err, scanHeld)
}

// ofBurst are the photos of one owner taken in one burst.
func ofBurst(ctx context.Context, tx *db.Tx, owner id.ID, burst string) ([]*held, error) {
	rows, err := tx.Query(ctx, `SELECT `+heldColumns+` FROM photo_look l JOIN photo p ON p.content = l.content AND p.owner_id = $1
		WHERE l.burst = $2 AND l.burst <> '' AND NOT p.trashed ORDER BY p.taken_at, p.node_id LIMIT 500`, owner, burst)
	return db.Collect(rows, err, scanHeld)
}

func redate(ctx context.Context, tx *db.Tx, node id.ID, taken time.Time, by Dated) error {
	_, err := tx.Exec(ctx, `UPDATE photo SET taken_at = $2, day = $3, dated = $4, stale = TRUE WHERE node_id = $1`, node, taken.UnixMicro(), day(taken), string(by))
	return err
}

// place says what a photo is part of.
func place(ctx context.Context, tx *db.Tx, node, of id.ID, part Part) error {
	_, err := tx.Exec(ctx, `UPDATE photo SET part_of = $2, part = $3, shown = NOT trashed AND CAST($2 AS BIGINT) = 0, stale = FALSE WHERE node_id = $1`, node, of, string(part))
	return err
}

// settled says that what a photo is part of is known.
func settled(ctx context.Context, tx *db.Tx, node id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE photo SET stale = FALSE WHERE node_id = $1`, node)
	return err
}

func putPreview(ctx context.Context, tx *db.Tx, content string, p *Preview) error {
	_, err := tx.Exec(ctx, `INSERT INTO photo_preview (content, side, blob, mime, width, height) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (content, side) DO UPDATE SET blob = excluded.blob, mime = excluded.mime, width = excluded.width, height = excluded.height`,
		content, p.Side, p.blob, p.Mime, p.Width, p.Height)
	return err
}

// previews are those of content, the smallest first.
func previews(ctx context.Context, tx *db.Tx, content string) ([]*Preview, error) {
	rows, err := tx.Query(ctx, `SELECT side, blob, mime, width, height FROM photo_preview WHERE content = $1 ORDER BY side`, content)
	return db.Collect(rows, err, func(r *db.Rows) (*Preview, error) {
		p := &Preview{}
		return p, r.Scan(&p.Side, &p.blob, &p.Mime, &p.Width, &p.Height)
	})
}

func getNumber(ctx context.Context, tx *db.Tx, number int64) (*Photo, error) {
	return one(tx.Query(ctx, `SELECT `+columns+` FROM photo p JOIN photo_look l ON l.content = p.content WHERE p.number = $1 AND NOT p.trashed`, number))
}

func getNode(ctx context.Context, tx *db.Tx, node id.ID) (*Photo, error) {
	return one(tx.Query(ctx, `SELECT `+columns+` FROM photo p JOIN photo_look l ON l.content = p.content WHERE p.node_id = $1`, node))
}

func withNodes(ctx context.Context, tx *db.Tx, nodes []id.ID) ([]*Photo, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM photo p JOIN photo_look l ON l.content = p.content WHERE p.node_id = ANY($1)`, nodes)
	return db.Collect(rows, err, scan)
}

// A half is a still with its moving half.
type half struct {
	still, video         id.ID
	stillName, videoName string
}

// halves are the moving photos of which a half is among nodes.
func halves(ctx context.Context, tx *db.Tx, nodes []id.ID) ([]half, error) {
	rows, err := tx.Query(ctx, `SELECT s.node_id, v.node_id, s.name, v.name FROM photo v JOIN photo s ON s.node_id = v.part_of
		WHERE v.part = 'motion' AND v.part_of <> 0 AND (v.node_id = ANY($1) OR v.part_of = ANY($1)) ORDER BY v.node_id`, nodes)
	return db.Collect(rows, err, func(r *db.Rows) (h half, err error) {
		err = r.Scan(&h.still, &h.video, &h.stillName, &h.videoName)
		return h, err
	})
}

// foldersOf are the folders in which a person's photos lie, those with most first.
func foldersOf(ctx context.Context, tx *db.Tx, owner id.ID, most int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT folder_id FROM photo WHERE owner_id = $1 AND shown GROUP BY folder_id ORDER BY count(*) DESC, folder_id LIMIT $2`, owner, most)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// before are photos of a person taken before a place in their timeline, the latest first.
func before(ctx context.Context, tx *db.Tx, owner id.ID, at Place, most int) ([]*Photo, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM (
			SELECT node_id FROM photo WHERE owner_id = $1 AND shown AND (taken_at < $2 OR taken_at = $2 AND node_id < $3) ORDER BY taken_at DESC, node_id DESC LIMIT $4) x
		JOIN photo p ON p.node_id = x.node_id JOIN photo_look l ON l.content = p.content ORDER BY p.taken_at DESC, p.node_id DESC`, owner, at.TakenAt.UnixMicro(), at.NodeID, most)
	return db.Collect(rows, err, scan)
}

// after are photos of a person taken after a place in their timeline, the earliest first.
func after(ctx context.Context, tx *db.Tx, owner id.ID, at Place, most int) ([]*Photo, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM (
			SELECT node_id FROM photo WHERE owner_id = $1 AND shown AND (taken_at > $2 OR taken_at = $2 AND node_id > $3) ORDER BY taken_at, node_id LIMIT $4) x
		JOIN photo p ON p.node_id = x.node_id JOIN photo_look l ON l.content = p.content ORDER BY p.taken_at, p.node_id`, owner, at.TakenAt.UnixMicro(), at.NodeID, most)
	return db.Collect(rows, err, scan)
}

// months are those in which a person's photos were taken, the latest first:
// from each the index leads to the one before it, however many photos it holds.
func months(ctx context.Context, tx *db.Tx, owner id.ID) ([]int, error) {
	rows, err := tx.Query(ctx, `WITH RECURSIVE m (month) AS (
			SELECT COALESCE(max(day), 0) / 100 FROM photo WHERE owner_id = $1 AND shown
			UNION ALL SELECT COALESCE((SELECT max(p.day) FROM photo p WHERE p.owner_id = $1 AND p.shown AND p.day < m.month * 100), 0) / 100 FROM m WHERE m.month > 0)
		SELECT month FROM m WHERE month > 0 ORDER BY month DESC`, owner)
	return db.Collect(rows, err, db.Scalar[int])
}

// perMonth is how many photos of a person were taken in each month from one to another.
func perMonth(ctx context.Context, tx *db.Tx, owner id.ID, from, to int) (map[int]int, error) {
	by := map[int]int{}
	rows, err := tx.Query(ctx, `SELECT day / 100, count(*) FROM photo WHERE owner_id = $1 AND shown AND day >= $2 AND day < $3 GROUP BY day / 100 ORDER BY day / 100`,
		owner, from*100, (to+1)*100)
	_, err = db.Collect(rows, err, func(r *db.Rows) (int, error) {
		var month, n int
		err := r.Scan(&month, &n)
		by[month] = n
		return n, err
	})
	return by, err
}

// partsOf are the photos that one stands for.
func partsOf(ctx context.Context, tx *db.Tx, node id.ID) ([]*Photo, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM photo p JOIN photo_look l ON l.content = p.content WHERE p.part_of = $1 AND p.part_of <> 0 ORDER BY p.taken_at, p.node_id LIMIT 500`, node)
	return db.Collect(rows, err, scan)
}

// usedBlobs are those of hashes that are previews.
func usedBlobs(ctx context.Context, tx *db.Tx, hashes []string) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT blob FROM photo_preview WHERE blob = ANY($1) ORDER BY blob`, hashes)
	return db.Collect(rows, err, db.Scalar[string])
}

// unheld is content that no photo holds any more.
func unheld(ctx context.Context, tx *db.Tx, above string, most int) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT l.content FROM photo_look l WHERE l.content > $1 AND NOT EXISTS (SELECT 1 FROM photo p WHERE p.content = l.content) ORDER BY l.content LIMIT $2`, above, most)
	return db.Collect(rows, err, db.Scalar[string])
}

func forget(ctx context.Context, tx *db.Tx, contents []string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM photo_preview WHERE content = ANY($1)`, contents); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM photo_look WHERE content = ANY($1)`, contents)
	return err
}
