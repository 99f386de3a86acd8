package backup

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"allod/internal/db"
)

func readStanding(ctx context.Context, tx *db.Tx) (Standing, error) {
	s := Standing{Every: Day, Keep: KeepDefault}
	var hours, tried, made int64
	var args string
	err := tx.QueryRow(ctx, `SELECT folder, every_hours, keep, known, tried_at, made_at, copies, bytes, fault_key, fault_args
		FROM standing_backup WHERE id = 1`).Scan(
		&s.Folder, &hours, &s.Keep, &s.known, &tried, &made, &s.Copies, &s.Bytes, &s.FaultKey, &args)
	if errors.Is(err, db.ErrNoRows) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.Every = time.Duration(hours) * time.Hour
	s.TriedAt, s.MadeAt = at(tried), at(made)
	if args != "" {
		err = json.Unmarshal([]byte(args), &s.FaultArgs)
	}
	return s, err
}

func writeStanding(ctx context.Context, tx *db.Tx, s Standing) error {
	args, err := json.Marshal(s.FaultArgs)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO standing_backup (id, folder, every_hours, keep, known, tried_at, made_at, copies, bytes, fault_key, fault_args)
		VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET folder = excluded.folder, every_hours = excluded.every_hours, keep = excluded.keep, known = excluded.known,
			tried_at = excluded.tried_at, made_at = excluded.made_at, copies = excluded.copies, bytes = excluded.bytes,
			fault_key = excluded.fault_key, fault_args = excluded.fault_args`,
		s.Folder, int64(s.Every/time.Hour), s.Keep, s.known, since(s.TriedAt), since(s.MadeAt), s.Copies, s.Bytes, s.FaultKey, string(args))
	return err
}

// at reads microseconds; 0 is never.
func at(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func since(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}
