package search

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

// A kind is what is due.
type kind string

const (
	ofPost   kind = "post"
	ofPerson kind = "person"
	ofPages  kind = "pages" // all of a person's
	ofFile   kind = "file"
)

// A due thing changed since its words were taken.
type due struct {
	kind kind
	id   id.ID
	at   int64
}

// note puts a thing down as due; at tells one change from the next.
func note(ctx context.Context, tx *db.Tx, d due) error {
	_, err := tx.Exec(ctx, `INSERT INTO search_due (kind, id, noted_at) VALUES ($1, $2, $3)
		ON CONFLICT (kind, id) DO UPDATE SET noted_at = excluded.noted_at`, string(d.kind), d.id, d.at)
	return err
}

// dues are things that are due: pages, then people, then posts, the newest first.
func dues(ctx context.Context, tx *db.Tx, most int) ([]due, error) {
	rows, err := tx.Query(ctx, `SELECT kind, id, noted_at FROM search_due ORDER BY kind, id DESC LIMIT $1`, most)
	return db.Collect(rows, err, func(r *db.Rows) (d due, err error) {
		err = r.Scan(&d.kind, &d.id, &d.at)
		return d, err
	})
}

// done takes a due thing off, unless it has changed again.
func done(ctx context.Context, tx *db.Tx, d due) error {
	_, err := tx.Exec(ctx, `DELETE FROM search_due WHERE kind = $1 AND id = $2 AND noted_at = $3`, string(d.kind), d.id, d.at)
	return err
}

func putOpen(ctx context.Context, tx *db.Tx, post id.ID, words db.Words) error {
	_, err := tx.Exec(ctx, `INSERT INTO search_open (rowid, words) VALUES ($1, $2::tsvector)`, post, words)
	return err
}

func putKept(ctx context.Context, tx *db.Tx, post id.ID, words db.Words) error {
	_, err := tx.Exec(ctx, `INSERT INTO search_kept (rowid, words) VALUES ($1, $2::tsvector)`, post, words)
	return err
}

func putPerson(ctx context.Context, tx *db.Tx, who id.ID, words db.Words) error {
	_, err := tx.Exec(ctx, `INSERT INTO search_person (rowid, words) VALUES ($1, $2::tsvector)`, who, words)
	return err
}

func putPage(ctx context.Context, tx *db.Tx, page id.ID, words db.Words) error {
	_, err := tx.Exec(ctx, `INSERT INTO search_page (rowid, words) VALUES ($1, $2::tsvector)`, page, words)
	return err
}

func dropPost(ctx context.Context, tx *db.Tx, post id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM search_open WHERE rowid = $1`, post); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM search_kept WHERE rowid = $1`, post)
	return err
}

func dropPerson(ctx context.Context, tx *db.Tx, who id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM search_person WHERE rowid = $1`, who)
	return err
}

// dropPages drops all pages of a person.
func dropPages(ctx context.Context, tx *db.Tx, who id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM search_page WHERE rowid IN (SELECT rowid FROM search_page WHERE search_page.words @@ $1::tsquery)`,
		db.Matching{{markAuthor(who)}})
	return err
}

// pagesWith are pages, the newest first.
func pagesWith(ctx context.Context, tx *db.Tx, m db.Matching, most int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT rowid FROM search_page WHERE search_page.words @@ $1::tsquery ORDER BY rowid DESC LIMIT $2`, m, most)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func putFile(ctx context.Context, tx *db.Tx, node id.ID, words db.Words) error {
	_, err := tx.Exec(ctx, `INSERT INTO search_file (rowid, words) VALUES ($1, $2::tsvector)`, node, words)
	return err
}

func dropFile(ctx context.Context, tx *db.Tx, node id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM search_file WHERE rowid = $1`, node)
	return err
}

// filesWith are files and folders, the newest first.
func filesWith(ctx context.Context, tx *db.Tx, m db.Matching, below id.ID, most int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT rowid FROM search_file WHERE search_file.words @@ $1::tsquery AND rowid < $2 ORDER BY rowid DESC LIMIT $3`, m, below, most)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// openWith are posts that everyone may see, newest first.
func openWith(ctx context.Context, tx *db.Tx, m db.Matching, below, above id.ID, most int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT rowid FROM search_open WHERE search_open.words @@ $1::tsquery AND rowid < $2 AND rowid > $3
		ORDER BY rowid DESC LIMIT $4`, m, below, above, most)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// keptWith are posts that only some may see, newest first.
func keptWith(ctx context.Context, tx *db.Tx, m db.Matching, below, above id.ID, most int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT rowid FROM search_kept WHERE search_kept.words @@ $1::tsquery AND rowid < $2 AND rowid > $3
		ORDER BY rowid DESC LIMIT $4`, m, below, above, most)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// peopleWith are accounts, those we met last first.
func peopleWith(ctx context.Context, tx *db.Tx, m db.Matching, most int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT rowid FROM search_person WHERE search_person.words @@ $1::tsquery ORDER BY rowid DESC LIMIT $2`, m, most)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// findable are those of posts that viewer may find: what was said here, what
// its author lets be found, and what reached viewer or was touched by them.
func findable(ctx context.Context, tx *db.Tx, viewer id.ID, posts []id.ID) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT p.id FROM post p JOIN account a ON a.id = p.author_id
		WHERE p.id = ANY($2) AND (p.local OR a.indexable
			OR EXISTS (SELECT 1 FROM home_item h WHERE h.reader_id = $1 AND h.post_id = p.id)
			OR EXISTS (SELECT 1 FROM post_audience n WHERE n.account_id = $1 AND n.post_id = p.id)
			OR EXISTS (SELECT 1 FROM liked l WHERE l.account_id = $1 AND l.post_id = p.id)
			OR EXISTS (SELECT 1 FROM boost b WHERE b.account_id = $1 AND b.post_id = p.id))`, viewer, posts)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// followed are those of accounts that viewer follows.
func followed(ctx context.Context, tx *db.Tx, viewer id.ID, accounts []id.ID) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT followed_id FROM follow WHERE follower_id = $1 AND followed_id = ANY($2) AND accepted`, viewer, accounts)
	return db.Collect(rows, err, db.Scalar[id.ID])
}
