package page

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

const eventColumns = `id, page_id, uid, title, place, text, begins, ends, zone, repeats, until, skips, cancelled, draft, sequence, created_at, updated_at`

func scanEvent(r *db.Rows) (*Event, error) {
	e := &Event{}
	var begins, ends, until, skips string
	var made, changed int64
	err := r.Scan(&e.ID, &e.PageID, &e.UID, &e.Title, &e.Place, &e.Text, &begins, &ends, &e.Zone, &e.Repeats, &until, &skips, &e.Cancelled, &e.Draft,
		&e.Sequence, &made, &changed)
	e.Begins, _ = ParseWall(begins)
	e.Ends, _ = ParseWall(ends)
	e.Until, _ = ParseWall(until)
	e.Skips = readDays(skips)
	e.CreatedAt, e.UpdatedAt = time.UnixMicro(made).UTC(), time.UnixMicro(changed).UTC()
	return e, err
}

func eventsOf(ctx context.Context, tx *db.Tx, page id.ID) ([]*Event, error) {
	rows, err := tx.Query(ctx, `SELECT `+eventColumns+` FROM page_event WHERE page_id = $1 ORDER BY begins, id`, page)
	return db.Collect(rows, err, scanEvent)
}

func eventByID(ctx context.Context, tx *db.Tx, page, which id.ID) (*Event, error) {
	rows, err := tx.Query(ctx, `SELECT `+eventColumns+` FROM page_event WHERE page_id = $1 AND id = $2 ORDER BY id`, page, which)
	all, err := db.Collect(rows, err, scanEvent)
	if err == nil && len(all) == 0 {
		err = unknownEvent()
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

func countEvents(ctx context.Context, tx *db.Tx, page id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM page_event WHERE page_id = $1`, page).Scan(&n)
	return n, err
}

func putEvent(ctx context.Context, tx *db.Tx, e *Event) error {
	_, err := tx.Exec(ctx, `INSERT INTO page_event (`+eventColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (id) DO UPDATE SET title = excluded.title, place = excluded.place, text = excluded.text, begins = excluded.begins, ends = excluded.ends,
		zone = excluded.zone, repeats = excluded.repeats, until = excluded.until, skips = excluded.skips, cancelled = excluded.cancelled, draft = excluded.draft,
		sequence = excluded.sequence, updated_at = excluded.updated_at`,
		e.ID, e.PageID, e.UID, e.Title, e.Place, e.Text, e.Begins.String(), e.Ends.String(), e.Zone, string(e.Repeats), e.Until.String(), writeDays(e.Skips),
		e.Cancelled, e.Draft, e.Sequence, e.CreatedAt.UnixMicro(), e.UpdatedAt.UnixMicro())
	return err
}

func removeEvent(ctx context.Context, tx *db.Tx, which id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM page_event WHERE id = $1`, which)
	return err
}

func removeEvents(ctx context.Context, tx *db.Tx, page id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM page_event WHERE page_id = $1`, page)
	return err
}

// touch notes that something of a page changed.
func touch(ctx context.Context, tx *db.Tx, page id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE page SET updated_at = $2 WHERE id = $1`, page, at.UnixMicro())
	return err
}
