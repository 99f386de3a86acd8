package draft

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/media"
)

const columns = `id, account_id, form, key, due_at, held, updated_at, passing`

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func scan(r *db.Rows) (*Draft, error) {
	d := &Draft{}
	var form, held string
	var due, updated, passing int64
	if err := r.Scan(&d.ID, &d.AccountID, &form, &d.Key, &due, &held, &updated, &passing); err != nil {
		return nil, err
	}
	if due != 0 {
		d.DueAt = time.UnixMicro(due).UTC()
	}
	d.UpdatedAt, d.Passing = time.UnixMicro(updated).UTC(), passing == 1
	if err := json.Unmarshal([]byte(form), &d.Form); err != nil {
		return nil, fmt.Errorf("draft %d: %w", d.ID, err)
	}
	if held == "" {
		return d, nil
	}
	d.Held = &Held{}
	return d, json.Unmarshal([]byte(held), d.Held)
}

// texts are what of a draft is kept as JSON.
func (d *Draft) texts() (form, held string, err error) {
	f, err := json.Marshal(d.Form)
	if err != nil || d.Held == nil {
		return string(f), "", err
	}
	h, err := json.Marshal(d.Held)
	return string(f), string(h), err
}

func insert(ctx context.Context, tx *db.Tx, d *Draft) error {
	form, held, err := d.texts()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO draft (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		d.ID, d.AccountID, form, d.Key, micro(d.DueAt), held, micro(d.UpdatedAt), flag(d.Passing))
	return err
}

func update(ctx context.Context, tx *db.Tx, d *Draft) (int64, error) {
	form, held, err := d.texts()
	if err != nil {
		return 0, err
	}
	return tx.Exec(ctx, `UPDATE draft SET form = $3, due_at = $4, held = $5, updated_at = $6, passing = $7 WHERE id = $1 AND account_id = $2`,
		d.ID, d.AccountID, form, micro(d.DueAt), held, micro(d.UpdatedAt), flag(d.Passing))
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// latest is the draft of somebody that was kept in passing last, nil for none.
func latest(ctx context.Context, tx *db.Tx, who id.ID) (*Draft, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM draft WHERE account_id = $1 AND passing = 1 ORDER BY updated_at DESC LIMIT 1`, who)
	all, err := db.Collect(rows, err, scan)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

func get(ctx context.Context, tx *db.Tx, which id.ID) (*Draft, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM draft WHERE id = $1`, which)
	all, err := db.Collect(rows, err, scan)
	if err == nil && len(all) == 0 {
		err = db.ErrNoRows
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

func list(ctx context.Context, tx *db.Tx, who id.ID, due bool, p id.Page) ([]*Draft, error) {
	query := `SELECT ` + columns + ` FROM draft WHERE account_id = $1 AND due_at = 0`
	if due {
		query = `SELECT ` + columns + ` FROM draft WHERE account_id = $1 AND due_at > 0`
	}
	query, args := db.Paged(query, "id", p, who)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, scan)
	return id.NewestFirst(p, all), err
}

func withKey(ctx context.Context, tx *db.Tx, who id.ID, key string) (id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT id FROM draft WHERE account_id = $1 AND key = $2 AND key <> ''`, who, key)
	all, err := db.Collect(rows, err, db.Scalar[id.ID])
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return all[0], nil
}

func count(ctx context.Context, tx *db.Tx, who id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM draft WHERE account_id = $1`, who).Scan(&n)
	return n, err
}

func overdue(ctx context.Context, tx *db.Tx, before time.Time, limit int) ([]*Draft, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM draft WHERE due_at > 0 AND due_at <= $1 ORDER BY due_at LIMIT $2`, micro(before), limit)
	return db.Collect(rows, err, scan)
}

func remove(ctx context.Context, tx *db.Tx, which id.ID) error {
	if err := media.Release(ctx, tx, which); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM draft WHERE id = $1`, which)
	return err
}

func forget(ctx context.Context, tx *db.Tx, who id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM draft WHERE account_id = $1`, who)
	return err
}
