package auth

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

func insertArrival(ctx context.Context, tx *db.Tx, a *Arrival, ask, poll hash) error {
	_, err := tx.Exec(ctx, `INSERT INTO arrival (id, ask_hash, poll_hash, agent, address, expires_at, account_id, session_id, name)
		VALUES ($1, $2, $3, $4, $5, $6, 0, 0, '')`, a.ID, ask[:], poll[:], a.Agent, a.Address, a.ExpiresAt.UnixMicro())
	return err
}

// dropOldArrivals keeps the newest of those that wait.
func dropOldArrivals(ctx context.Context, tx *db.Tx, most int) error {
	_, err := tx.Exec(ctx, `DELETE FROM arrival WHERE id <= (SELECT COALESCE(max(id), 0) FROM
		(SELECT id FROM arrival ORDER BY id DESC LIMIT 1 OFFSET $1) AS old)`, most)
	return err
}

const arrivalColumns = `id, agent, address, expires_at, account_id, session_id, name`

func scanArrival(row db.Row) (*Arrival, error) {
	var a Arrival
	var expires int64
	err := row.Scan(&a.ID, &a.Agent, &a.Address, &expires, &a.accountID, &a.sessionID, &a.name)
	a.ExpiresAt = micro(expires)
	return &a, err
}

func arrivalByAsk(ctx context.Context, tx *db.Tx, key hash) (*Arrival, error) {
	return scanArrival(tx.QueryRow(ctx, `SELECT `+arrivalColumns+` FROM arrival WHERE ask_hash = $1`, key[:]))
}

func arrivalByPoll(ctx context.Context, tx *db.Tx, key hash) (*Arrival, error) {
	return scanArrival(tx.QueryRow(ctx, `SELECT `+arrivalColumns+` FROM arrival WHERE poll_hash = $1`, key[:]))
}

// answerArrival says who let a device in, if it still waits for that and the session is there.
func answerArrival(ctx context.Context, tx *db.Tx, key hash, who, session id.ID, name string, now time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE arrival SET account_id = $2, session_id = $3, name = $4 WHERE ask_hash = $1 AND account_id = 0
		AND expires_at > $5 AND EXISTS (SELECT 1 FROM session WHERE id = $3 AND account_id = $2)`, key[:], who, session, name, now.UnixMicro())
	return n == 1, err
}

// takeArrival removes one that was let in, if the session in which that was said is there.
func takeArrival(ctx context.Context, tx *db.Tx, which id.ID) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM arrival WHERE id = $1 AND session_id IN (SELECT id FROM session)`, which)
	return n == 1, err
}

func dropArrivalByAsk(ctx context.Context, tx *db.Tx, key hash) error {
	_, err := tx.Exec(ctx, `DELETE FROM arrival WHERE ask_hash = $1 AND account_id = 0`, key[:])
	return err
}
