package album

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

func personOf(ctx context.Context, tx *db.Tx, album, who id.ID) (p Person, ok bool, err error) {
	rows, err := tx.Query(ctx, `SELECT account_id, adds FROM album_person WHERE album_id = $1 AND account_id = $2`, album, who)
	all, err := db.Collect(rows, err, scanPerson)
	if err != nil || len(all) == 0 {
		return p, false, err
	}
	return all[0], true, nil
}

func scanPerson(r *db.Rows) (p Person, err error) {
	err = r.Scan(&p.AccountID, &p.Adds)
	return p, err
}

func peopleOf(ctx context.Context, tx *db.Tx, album id.ID) ([]Person, error) {
	rows, err := tx.Query(ctx, `SELECT account_id, adds FROM album_person WHERE album_id = $1 ORDER BY account_id`, album)
	return db.Collect(rows, err, scanPerson)
}

func putPerson(ctx context.Context, tx *db.Tx, album, who id.ID, adds bool) error {
	_, err := tx.Exec(ctx, `INSERT INTO album_person (album_id, account_id, adds) VALUES ($1, $2, $3) ON CONFLICT (album_id, account_id) DO UPDATE SET adds = excluded.adds`, album, who, adds)
	return err
}

func dropPerson(ctx context.Context, tx *db.Tx, album, who id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM album_person WHERE album_id = $1 AND account_id = $2`, album, who)
	return err
}

func forgetPerson(ctx context.Context, tx *db.Tx, who id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM album_person WHERE account_id = $1`, who)
	return err
}

// chosenBy is what somebody put into an album.
func chosenBy(ctx context.Context, tx *db.Tx, album, who id.ID) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT node_id FROM album_photo WHERE album_id = $1 AND by_id = $2 ORDER BY node_id`, album, who)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// ofPerson are the albums of others that somebody was invited to.
func ofPerson(ctx context.Context, tx *db.Tx, who id.ID) ([]*Album, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM album_person w JOIN album a ON a.id = w.album_id WHERE w.account_id = $1 ORDER BY a.changed_at DESC, a.id DESC`, who)
	return db.Collect(rows, err, scan)
}

// addsTo are those that they may put photos into.
func addsTo(ctx context.Context, tx *db.Tx, who id.ID) ([]*Album, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM album_person w JOIN album a ON a.id = w.album_id WHERE w.account_id = $1 AND w.adds AND a.folder_id = 0 ORDER BY a.changed_at DESC, a.id DESC`, who)
	return db.Collect(rows, err, scan)
}

const linkColumns = `id, album_id, label, password, created_at, expires_at`

func scanLink(r *db.Rows) (*Link, error) {
	l := &Link{}
	var made, expires int64
	err := r.Scan(&l.ID, &l.AlbumID, &l.Label, &l.Password, &made, &expires)
	l.CreatedAt = time.UnixMicro(made).UTC()
	if expires != 0 {
		l.ExpiresAt = time.UnixMicro(expires).UTC()
	}
	return l, err
}

func insertLink(ctx context.Context, tx *db.Tx, l *Link) error {
	expires := int64(0)
	if !l.ExpiresAt.IsZero() {
		expires = l.ExpiresAt.UnixMicro()
	}
	_, err := tx.Exec(ctx, `INSERT INTO album_link (id, album_id, label, password, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		l.ID, l.AlbumID, l.Label, l.Password, l.CreatedAt.UnixMicro(), expires)
	return err
}

func getLink(ctx context.Context, tx *db.Tx, link id.ID) ([]*Link, error) {
	rows, err := tx.Query(ctx, `SELECT `+linkColumns+` FROM album_link WHERE id = $1`, link)
	return db.Collect(rows, err, scanLink)
}

// linksOf are the links to an album that have not run out, the newest first.
func linksOf(ctx context.Context, tx *db.Tx, album id.ID, now time.Time) ([]*Link, error) {
	rows, err := tx.Query(ctx, `SELECT `+linkColumns+` FROM album_link WHERE album_id = $1 AND (expires_at = 0 OR expires_at > $2) ORDER BY id DESC`, album, now.UnixMicro())
	return db.Collect(rows, err, scanLink)
}

func dropLink(ctx context.Context, tx *db.Tx, album, link id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM album_link WHERE album_id = $1 AND id = $2`, album, link)
	return err
}
