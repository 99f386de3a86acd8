package film

import (
	"context"
	"time"

	"allod/internal/db"
)

// await has a film made of content, unless that was asked before.
func await(ctx context.Context, tx *db.Tx, content, kind string, at time.Time) (int64, error) {
	return tx.Exec(ctx, `INSERT INTO film (content, kind, state, why, tries, due_at, percent, seconds, width, height, poster_blob)
		VALUES ($1, $3, 'due', '', 0, $2, 0, 0, 0, 0, '') ON CONFLICT (content) DO NOTHING`, content, at.UnixMicro(), kind)
}

// want has content made in one piece too, unless it is.
func want(ctx context.Context, tx *db.Tx, content string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE film SET wanted = TRUE, state = 'due', tries = CASE WHEN state = 'due' THEN tries ELSE 0 END, due_at = CASE WHEN state = 'due' THEN due_at ELSE CAST($2 AS BIGINT) END
		WHERE content = $1 AND NOT wanted AND state <> 'none'`, content, at.UnixMicro())
	return err
}

// ready says that all is made that is asked for.
func ready(ctx context.Context, tx *db.Tx, content string) (int64, error) {
	return tx.Exec(ctx, `UPDATE film SET state = 'ready', why = '', percent = 100 WHERE content = $1 AND (NOT wanted OR whole_blob <> '')`, content)
}

func setWhole(ctx context.Context, tx *db.Tx, content string, w whole) error {
	_, err := tx.Exec(ctx, `UPDATE film SET whole_blob = $2, whole_size = $3, whole_width = $4, whole_height = $5 WHERE content = $1`, content, w.blob, w.size, w.width, w.height)
	return err
}

// awaitAll has one made of every video there is.
func awaitAll(ctx context.Context, tx *db.Tx, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO film (content, state, why, tries, due_at, percent, seconds, width, height, poster_blob)
		SELECT DISTINCT n.blob, 'due', '', 0, CAST($1 AS BIGINT), 0, 0, 0, 0, '' FROM file_node n
		WHERE n.mime LIKE 'video/%' AND n.blob <> '' AND NOT EXISTS (SELECT 1 FROM film f WHERE f.content = n.blob)`, at.UnixMicro())
	return err
}

// A due film is to be worked on.
type due struct {
	content string
	kind    string
	tries   int
}

// claim takes the film that has waited longest, nil if none is due. It is due again at until.
func claim(ctx context.Context, tx *db.Tx, now, until time.Time) (*due, error) {
	rows, err := tx.Query(ctx, `SELECT content, kind, tries + 1 FROM film WHERE state = 'due' AND due_at <= $1 ORDER BY due_at LIMIT 1`, now.UnixMicro())
	all, err := db.Collect(rows, err, func(r *db.Rows) (*due, error) {
		d := &due{}
		return d, r.Scan(&d.content, &d.kind, &d.tries)
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	n, err := tx.Exec(ctx, `UPDATE film SET tries = $2, due_at = $3 WHERE content = $1 AND tries = $2 - 1 AND state = 'due'`, all[0].content, all[0].tries, until.UnixMicro())
	if err != nil || n == 0 { // another node was faster
		return nil, err
	}
	return all[0], nil
}

func again(ctx context.Context, tx *db.Tx, content string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE film SET due_at = $2 WHERE content = $1 AND state = 'due'`, content, at.UnixMicro())
	return err
}

func describe(ctx context.Context, tx *db.Tx, content string, src *source) error {
	_, err := tx.Exec(ctx, `UPDATE film SET seconds = $2, width = $3, height = $4 WHERE content = $1`, content, src.seconds, src.width, src.height)
	return err
}

func progress(ctx context.Context, tx *db.Tx, content string, percent int) error {
	_, err := tx.Exec(ctx, `UPDATE film SET percent = $2 WHERE content = $1`, content, percent)
	return err
}

func setPoster(ctx context.Context, tx *db.Tx, content, poster string) error {
	_, err := tx.Exec(ctx, `UPDATE film SET poster_blob = $2 WHERE content = $1`, content, poster)
	return err
}

func settle(ctx context.Context, tx *db.Tx, content string, as State, why string) error {
	_, err := tx.Exec(ctx, `UPDATE film SET state = $2, why = $3, percent = 100 WHERE content = $1`, content, string(as), why)
	return err
}

func putRendition(ctx context.Context, tx *db.Tx, content string, r *Rendition) error {
	_, err := tx.Exec(ctx, `INSERT INTO film_rendition (content, name, width, height, bandwidth, codecs, playlist, blob, size, rate)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (content, name) DO UPDATE SET width = excluded.width, height = excluded.height,
			bandwidth = excluded.bandwidth, codecs = excluded.codecs, playlist = excluded.playlist, blob = excluded.blob, size = excluded.size, rate = excluded.rate`,
		content, r.Name, r.Width, r.Height, r.Bandwidth, r.Codecs, r.Playlist, r.blob, r.Size, r.Rate)
	return err
}

func get(ctx context.Context, tx *db.Tx, content string) (*Film, error) {
	f := &Film{Content: content}
	err := tx.QueryRow(ctx, `SELECT kind, state, why, percent, seconds, width, height, poster_blob, wanted, whole_blob, whole_size, whole_width, whole_height FROM film WHERE content = $1`, content).
		Scan(&f.kind, &f.State, &f.Why, &f.Percent, &f.Seconds, &f.Width, &f.Height, &f.poster, &f.wanted, &f.whole.blob, &f.whole.size, &f.whole.width, &f.whole.height)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `SELECT name, width, height, bandwidth, codecs, playlist, blob, size, rate FROM film_rendition WHERE content = $1 ORDER BY height DESC, width DESC`, content)
	f.Renditions, err = db.Collect(rows, err, func(r *db.Rows) (*Rendition, error) {
		n := &Rendition{}
		return n, r.Scan(&n.Name, &n.Width, &n.Height, &n.Bandwidth, &n.Codecs, &n.Playlist, &n.blob, &n.Size, &n.Rate)
	})
	return f, err
}

// forget drops films of content that no file and no version holds.
func forget(ctx context.Context, tx *db.Tx) error {
	const gone = `NOT EXISTS (SELECT 1 FROM file_node n WHERE n.blob = film.content) AND NOT EXISTS (SELECT 1 FROM file_version v WHERE v.blob = film.content)`
	if _, err := tx.Exec(ctx, `DELETE FROM film_rendition WHERE content IN (SELECT content FROM film WHERE `+gone+`)`); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM film WHERE `+gone)
	return err
}

// usedBlobs are those of hashes that a film refers to.
func usedBlobs(ctx context.Context, tx *db.Tx, hashes []string) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT blob FROM film_rendition WHERE blob = ANY($1) UNION SELECT poster_blob FROM film WHERE poster_blob <> '' AND poster_blob = ANY($1)
		UNION SELECT whole_blob FROM film WHERE whole_blob <> '' AND whole_blob = ANY($1)`, hashes)
	return db.Collect(rows, err, db.Scalar[string])
}
