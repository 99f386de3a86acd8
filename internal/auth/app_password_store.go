package auth

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

func insertAppPassword(ctx context.Context, tx *db.Tx, p *AppPassword, key hash) error {
	_, err := tx.Exec(ctx, `INSERT INTO app_password
		(id, account_id, secret_hash, name, session_id, once, created_at, expires_at, used_at, agent, address, lost_at, wiped_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, 0, 0)`,
		p.ID, p.AccountID, key[:], p.Name, p.SessionID, p.Once, p.CreatedAt.UnixMicro(), stamp(p.ExpiresAt), p.Agent, p.Address)
	return err
}

const appPasswordColumns = `p.id, p.account_id, p.name, p.session_id, p.once, p.created_at, p.expires_at, p.used_at, p.agent, p.address,
	p.lost_at, p.wiped_at, a.name_folded, c.email_folded, c.paused_at, c.paused_why, c.paused_by, c.leaves_at`

func scanAppPassword(scan func(...any) error) (*AppPassword, error) {
	var p AppPassword
	var created, expires, used, lost, wiped, paused, leaves int64
	err := scan(&p.ID, &p.AccountID, &p.Name, &p.SessionID, &p.Once, &created, &expires, &used, &p.Agent, &p.Address,
		&lost, &wiped, &p.name, &p.email, &paused, &p.Why, &p.By, &leaves)
	p.CreatedAt, p.ExpiresAt, p.UsedAt, p.LostAt, p.WipedAt = micro(created), moment(expires), moment(used), moment(lost), moment(wiped)
	p.PausedAt, p.LeavesAt = moment(paused), moment(leaves)
	return &p, err
}

// appPasswordByHash is one of a person who is there, also where it opens nothing any more.
func appPasswordByHash(ctx context.Context, tx *db.Tx, key hash) (*AppPassword, error) {
	return scanAppPassword(tx.QueryRow(ctx, `SELECT `+appPasswordColumns+` FROM app_password p JOIN account a ON a.id = p.account_id
		JOIN credential c ON c.account_id = p.account_id WHERE p.secret_hash = $1 AND a.gone_at = 0`, key[:]).Scan)
}

func listAppPasswords(ctx context.Context, tx *db.Tx, who id.ID, now time.Time) ([]*AppPassword, error) {
	rows, err := tx.Query(ctx, `SELECT `+appPasswordColumns+` FROM app_password p JOIN account a ON a.id = p.account_id
		JOIN credential c ON c.account_id = p.account_id
		WHERE p.account_id = $1 AND (p.expires_at = 0 OR p.expires_at > $2) ORDER BY p.id DESC`, who, now.UnixMicro())
	return db.Collect(rows, err, func(r *db.Rows) (*AppPassword, error) { return scanAppPassword(r.Scan) })
}

func countAppPasswords(ctx context.Context, tx *db.Tx, who id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM app_password WHERE account_id = $1 AND lost_at = 0`, who).Scan(&n)
	return n, err
}

func touchAppPassword(ctx context.Context, tx *db.Tx, p *AppPassword) error {
	_, err := tx.Exec(ctx, `UPDATE app_password SET used_at = $2, agent = $3, address = $4 WHERE id = $1`,
		p.ID, p.UsedAt.UnixMicro(), p.Agent, p.Address)
	return err
}

func dropAppPassword(ctx context.Context, tx *db.Tx, who, which id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM app_password WHERE account_id = $1 AND id = $2`, who, which)
	return err
}

func loseAppPassword(ctx context.Context, tx *db.Tx, who, which id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE app_password SET lost_at = $3 WHERE account_id = $1 AND id = $2 AND lost_at = 0`, who, which, at.UnixMicro())
	return err
}

// wipeAppPassword notes that a lost device deleted its copies, if it was to and had not said so.
func wipeAppPassword(ctx context.Context, tx *db.Tx, key hash, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE app_password SET wiped_at = $2 WHERE secret_hash = $1 AND lost_at <> 0 AND wiped_at = 0`, key[:], at.UnixMicro())
	return n == 1, err
}

// dropDevicesFrom removes what was made in a session; a lost device stays to be told so.
func dropDevicesFrom(ctx context.Context, tx *db.Tx, who, session id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM app_password WHERE account_id = $1 AND session_id = $2 AND lost_at = 0`, who, session)
	return err
}

// dropDevicesFromOthers removes what was made anywhere but in the session keep.
func dropDevicesFromOthers(ctx context.Context, tx *db.Tx, who, keep id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM app_password WHERE account_id = $1 AND (session_id <> $2 OR session_id = 0) AND lost_at = 0`, who, keep)
	return err
}

// sweepDevices removes what ran out before now, and devices that deleted their copies before told.
func sweepDevices(ctx context.Context, tx *db.Tx, now, told time.Time) error {
	if _, err := tx.Exec(ctx, `DELETE FROM app_password WHERE expires_at > 0 AND expires_at <= $1`, now.UnixMicro()); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM app_password WHERE wiped_at > 0 AND wiped_at <= $1`, told.UnixMicro())
	return err
}
