package page

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

const columns = `id, account_id, kind, slug, title, label, text, language, position, listed, draft, cover, created_at, updated_at`

func scan(r *db.Rows) (*Page, error) {
	p := &Page{}
	var made, changed int64
	err := r.Scan(&p.ID, &p.AccountID, &p.Kind, &p.Slug, &p.Title, &p.Label, &p.Text, &p.Language, &p.Position, &p.Listed, &p.Draft, &p.Cover, &made, &changed)
	p.CreatedAt, p.UpdatedAt = time.UnixMicro(made).UTC(), time.UnixMicro(changed).UTC()
	return p, err
}

const (
	ofOwner         = `account_id = $1 ORDER BY position, id`
	openOfOwner     = `account_id = $1 AND NOT draft ORDER BY position, id`
	openWithIDs     = `id = ANY($1) AND NOT draft ORDER BY id`
	ofOwnerWithID   = `account_id = $1 AND id = $2 ORDER BY id`
	ofOwnerWithSlug = `account_id = $1 AND slug = $2 ORDER BY id`
)

func list(ctx context.Context, tx *db.Tx, where string, args ...any) ([]*Page, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM page WHERE `+where, args...)
	return db.Collect(rows, err, scan)
}

func insert(ctx context.Context, tx *db.Tx, p *Page) error {
	_, err := tx.Exec(ctx, `INSERT INTO page (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		p.ID, p.AccountID, string(p.Kind), p.Slug, p.Title, p.Label, p.Text, p.Language, p.Position, p.Listed, p.Draft, p.Cover,
		p.CreatedAt.UnixMicro(), p.UpdatedAt.UnixMicro())
	return err
}

func update(ctx context.Context, tx *db.Tx, p *Page) error {
	_, err := tx.Exec(ctx, `UPDATE page SET slug = $3, title = $4, label = $5, text = $6, language = $7, listed = $8, draft = $9, cover = $10, updated_at = $11
		WHERE account_id = $1 AND id = $2`, p.AccountID, p.ID, p.Slug, p.Title, p.Label, p.Text, p.Language, p.Listed, p.Draft, p.Cover, p.UpdatedAt.UnixMicro())
	return err
}

func place(ctx context.Context, tx *db.Tx, which id.ID, position int64) error {
	_, err := tx.Exec(ctx, `UPDATE page SET position = $2 WHERE id = $1`, which, position)
	return err
}

func remove(ctx context.Context, tx *db.Tx, which id.ID) error {
	_, moved := tx.Exec(ctx, `UPDATE page_moved SET page_id = 0 WHERE page_id = $1`, which)
	_, page := tx.Exec(ctx, `DELETE FROM page WHERE id = $1`, which)
	return errors.Join(moved, page, removeEvents(ctx, tx, which), removePictures(ctx, tx, which))
}

// leave drops what of an account's site is no page.
func leave(ctx context.Context, tx *db.Tx, owner id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM page_moved WHERE account_id = $1`, owner)
	_, site := tx.Exec(ctx, `DELETE FROM site WHERE account_id = $1`, owner)
	return errors.Join(err, site)
}

func getSite(ctx context.Context, tx *db.Tx, owner id.ID) (*Site, error) {
	s := &Site{AccountID: owner}
	var front string
	var changed int64
	err := tx.QueryRow(ctx, `SELECT front, lettering, width, scheme, missing, updated_at FROM site WHERE account_id = $1`, owner).
		Scan(&front, &s.Lettering, &s.Width, &s.Scheme, &s.Missing, &changed)
	if err != nil {
		return nil, err
	}
	s.UpdatedAt = time.UnixMicro(changed).UTC()
	return s, json.Unmarshal([]byte(front), &s.Front)
}

func putSite(ctx context.Context, tx *db.Tx, s *Site) error {
	front, err := json.Marshal(append([]Block{}, s.Front...))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO site (account_id, front, lettering, width, scheme, missing, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (account_id) DO UPDATE SET front = excluded.front, lettering = excluded.lettering, width = excluded.width,
		scheme = excluded.scheme, missing = excluded.missing, updated_at = excluded.updated_at`,
		s.AccountID, string(front), s.Lettering, s.Width, s.Scheme, s.Missing, s.UpdatedAt.UnixMicro())
	return err
}

const movedColumns = `account_id, path, page_id, target, created_at`

func scanMoved(r *db.Rows) (m Moved, err error) {
	var at int64
	err = r.Scan(&m.AccountID, &m.Path, &m.PageID, &m.Target, &at)
	m.CreatedAt = time.UnixMicro(at).UTC()
	return m, err
}

func movedFrom(ctx context.Context, tx *db.Tx, owner id.ID, path string) ([]Moved, error) {
	rows, err := tx.Query(ctx, `SELECT `+movedColumns+` FROM page_moved WHERE account_id = $1 AND path = $2 ORDER BY path`, owner, path)
	return db.Collect(rows, err, scanMoved)
}

func movedOf(ctx context.Context, tx *db.Tx, owner id.ID, limit int) ([]Moved, error) {
	rows, err := tx.Query(ctx, `SELECT `+movedColumns+` FROM page_moved WHERE account_id = $1 ORDER BY created_at DESC, path LIMIT $2`, owner, limit)
	return db.Collect(rows, err, scanMoved)
}

func countMoved(ctx context.Context, tx *db.Tx, owner id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM page_moved WHERE account_id = $1`, owner).Scan(&n)
	return n, err
}

func move(ctx context.Context, tx *db.Tx, m Moved) error {
	_, err := tx.Exec(ctx, `INSERT INTO page_moved (`+movedColumns+`) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, path) DO UPDATE SET page_id = excluded.page_id, target = excluded.target, created_at = excluded.created_at`,
		m.AccountID, m.Path, m.PageID, m.Target, m.CreatedAt.UnixMicro())
	return err
}

func unmove(ctx context.Context, tx *db.Tx, owner id.ID, path string) error {
	_, err := tx.Exec(ctx, `DELETE FROM page_moved WHERE account_id = $1 AND path = $2`, owner, path)
	return err
}

func spots(ctx context.Context, tx *db.Tx, owner, from, to id.ID, limit int) ([]Spot, error) {
	rows, err := tx.Query(ctx, `SELECT id, edited_at FROM post WHERE author_id = $1 AND id >= $2 AND id < $3 AND visibility = 'public'
		ORDER BY id DESC LIMIT $4`, owner, from, to, limit)
	return db.Collect(rows, err, func(r *db.Rows) (s Spot, err error) {
		var edited int64
		err = r.Scan(&s.ID, &edited)
		if s.ChangedAt = s.ID.Time(); edited != 0 {
			s.ChangedAt = time.UnixMicro(edited).UTC()
		}
		return s, err
	})
}
