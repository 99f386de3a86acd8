package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

func micro(us int64) time.Time { return time.UnixMicro(us).UTC() }

func insertCredential(ctx context.Context, tx *db.Tx, c *credential, folded string, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO credential (account_id, email, email_folded, password_hash, owner, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $6)`, c.AccountID, c.Email, folded, c.password, c.Owner, at.UnixMicro())
	return err
}

func scanCredential(row db.Row) (*credential, error) {
	var c credential
	err := row.Scan(&c.AccountID, &c.Email, &c.password, &c.Owner)
	return &c, err
}

func credentialByID(ctx context.Context, tx *db.Tx, who id.ID) (*credential, error) {
	return scanCredential(tx.QueryRow(ctx, `SELECT account_id, email, password_hash, owner FROM credential WHERE account_id = $1`, who))
}

func credentialByEmail(ctx context.Context, tx *db.Tx, folded string) (*credential, error) {
	return scanCredential(tx.QueryRow(ctx, `SELECT account_id, email, password_hash, owner FROM credential WHERE email_folded = $1`, folded))
}

func credentialByName(ctx context.Context, tx *db.Tx, folded string) (*credential, error) {
	return scanCredential(tx.QueryRow(ctx, `SELECT c.account_id, c.email, c.password_hash, c.owner FROM account a
		JOIN credential c ON c.account_id = a.id WHERE a.name_folded = $1 AND a.host = '' AND a.local`, folded))
}

// setPassword replaces a hash, if it is still the one that was checked.
func setPassword(ctx context.Context, tx *db.Tx, who id.ID, old, fresh string, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE credential SET password_hash = $3, updated_at = $4 WHERE account_id = $1 AND password_hash = $2`,
		who, old, fresh, at.UnixMicro())
	return n == 1, err
}

func insertSession(ctx context.Context, tx *db.Tx, s *Session, key hash) error {
	_, err := tx.Exec(ctx, `INSERT INTO session (id, account_id, token_hash, agent, address, created_at, seen_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.ID, s.AccountID, key[:], s.Agent, s.Address, s.CreatedAt.UnixMicro(), s.SeenAt.UnixMicro(), s.ExpiresAt.UnixMicro())
	return err
}

func scanSession(scan func(...any) error) (*Session, error) {
	var s Session
	var created, seen, expires int64
	err := scan(&s.ID, &s.AccountID, &s.Agent, &s.Address, &created, &seen, &expires)
	s.CreatedAt, s.SeenAt, s.ExpiresAt = micro(created), micro(seen), micro(expires)
	return &s, err
}

// sessionByHash is the session of a token, run out or not, of an account that is there.
func sessionByHash(ctx context.Context, tx *db.Tx, key hash) (*Session, error) {
	return scanSession(tx.QueryRow(ctx, `SELECT s.id, s.account_id, s.agent, s.address, s.created_at, s.seen_at, s.expires_at
		FROM session s JOIN account a ON a.id = s.account_id WHERE s.token_hash = $1 AND a.gone_at = 0`, key[:]).Scan)
}

func listSessions(ctx context.Context, tx *db.Tx, who id.ID, now time.Time) ([]*Session, error) {
	rows, err := tx.Query(ctx, `SELECT id, account_id, agent, address, created_at, seen_at, expires_at FROM session
		WHERE account_id = $1 AND expires_at > $2 ORDER BY seen_at DESC, id DESC`, who, now.UnixMicro())
	return db.Collect(rows, err, func(r *db.Rows) (*Session, error) { return scanSession(r.Scan) })
}

func touchSession(ctx context.Context, tx *db.Tx, s *Session) error {
	_, err := tx.Exec(ctx, `UPDATE session SET seen_at = $2, expires_at = $3 WHERE id = $1`, s.ID, s.SeenAt.UnixMicro(), s.ExpiresAt.UnixMicro())
	return err
}

// dropOldSessions keeps the max sessions that were seen last.
func dropOldSessions(ctx context.Context, tx *db.Tx, who id.ID, most int) error {
	_, err := tx.Exec(ctx, `DELETE FROM session WHERE account_id = $1 AND id NOT IN
		(SELECT id FROM session WHERE account_id = $1 ORDER BY seen_at DESC, id DESC LIMIT $2)`, who, most)
	return err
}

// dropSession removes a session with the codes asked in it that were not exchanged.
func dropSession(ctx context.Context, tx *db.Tx, who, session id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM oauth_code WHERE account_id = $1 AND session_id = $2 AND token_id = 0`, who, session); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM session WHERE account_id = $1 AND id = $2`, who, session)
	return err
}

// dropOtherSessions removes all sessions but one, with their codes.
func dropOtherSessions(ctx context.Context, tx *db.Tx, who, keep id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM oauth_code WHERE account_id = $1 AND session_id <> $2`, who, keep); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM session WHERE account_id = $1 AND id <> $2`, who, keep)
	return err
}

// dropTokensFrom removes the tokens given from one session.
func dropTokensFrom(ctx context.Context, tx *db.Tx, who, session id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM oauth_token WHERE account_id = $1 AND id IN
		(SELECT token_id FROM oauth_code WHERE account_id = $1 AND session_id = $2)`, who, session)
	return err
}

// dropTokensFromOthers removes an account's tokens that were not given from one session.
func dropTokensFromOthers(ctx context.Context, tx *db.Tx, who, keep id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM oauth_token WHERE account_id = $1 AND id NOT IN
		(SELECT token_id FROM oauth_code WHERE account_id = $1 AND session_id = $2)`, who, keep)
	return err
}

func insertApp(ctx context.Context, tx *db.Tx, a *App) error {
	redirects, err := json.Marshal(a.RedirectURIs)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO oauth_app (id, client_id, secret_hash, name, website, redirect_uris, scopes, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, a.ClientID, a.secret, a.Name, a.Website, string(redirects), a.Scopes.String(), a.CreatedAt.UnixMicro())
	return err
}

const appColumns = `id, client_id, secret_hash, name, website, redirect_uris, scopes, created_at`

func scanApp(row db.Row) (*App, error) {
	var a App
	var redirects, scopes string
	var created int64
	if err := row.Scan(&a.ID, &a.ClientID, &a.secret, &a.Name, &a.Website, &redirects, &scopes, &created); err != nil {
		return nil, err
	}
	a.Scopes, a.CreatedAt = strings.Fields(scopes), micro(created)
	if err := json.Unmarshal([]byte(redirects), &a.RedirectURIs); err != nil {
		return nil, fmt.Errorf("app %d: %w", a.ID, err)
	}
	return &a, nil
}

func appByClient(ctx context.Context, tx *db.Tx, clientID string) (*App, error) {
	return scanApp(tx.QueryRow(ctx, `SELECT `+appColumns+` FROM oauth_app WHERE client_id = $1`, clientID))
}

func appByID(ctx context.Context, tx *db.Tx, app id.ID) (*App, error) {
	return scanApp(tx.QueryRow(ctx, `SELECT `+appColumns+` FROM oauth_app WHERE id = $1`, app))
}

func insertCode(ctx context.Context, tx *db.Tx, key hash, g *Grant, expires time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO oauth_code (code_hash, app_id, account_id, session_id, redirect_uri, scopes, challenge, expires_at, token_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)`,
		key[:], g.App.ID, g.AccountID, g.SessionID, g.Redirect, g.Scopes.String(), g.Challenge, expires.UnixMicro())
	return err
}

func codeByHash(ctx context.Context, tx *db.Tx, key hash) (*code, error) {
	var c code
	var scopes string
	var expires int64
	err := tx.QueryRow(ctx, `SELECT app_id, account_id, session_id, redirect_uri, scopes, challenge, expires_at, token_id
		FROM oauth_code WHERE code_hash = $1`, key[:]).
		Scan(&c.appID, &c.AccountID, &c.SessionID, &c.Redirect, &scopes, &c.Challenge, &expires, &c.tokenID)
	c.Scopes, c.expiresAt = strings.Fields(scopes), micro(expires)
	return &c, err
}

// useCode marks a code as exchanged, unless it was before or its session has ended.
func useCode(ctx context.Context, tx *db.Tx, key hash, token id.ID) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE oauth_code SET token_id = $2 WHERE code_hash = $1 AND token_id = 0
		AND session_id IN (SELECT id FROM session)`, key[:], token)
	return n == 1, err
}

func dropTokenOfCode(ctx context.Context, tx *db.Tx, key hash) error {
	_, err := tx.Exec(ctx, `DELETE FROM oauth_token WHERE id IN (SELECT token_id FROM oauth_code WHERE code_hash = $1)`, key[:])
	return err
}

func insertToken(ctx context.Context, tx *db.Tx, t *Token, key hash) error {
	_, err := tx.Exec(ctx, `INSERT INTO oauth_token (id, token_hash, app_id, account_id, scopes, created_at, used_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		t.ID, key[:], t.AppID, t.AccountID, t.Scopes.String(), t.CreatedAt.UnixMicro(), t.UsedAt.UnixMicro())
	return err
}

const tokenColumns = `t.id, t.account_id, t.app_id, p.name, p.website, t.scopes, t.created_at, t.used_at`

func scanToken(scan func(...any) error) (*Token, error) {
	var t Token
	var scopes string
	var created, used int64
	err := scan(&t.ID, &t.AccountID, &t.AppID, &t.AppName, &t.AppWebsite, &scopes, &created, &used)
	t.Scopes, t.CreatedAt, t.UsedAt = strings.Fields(scopes), micro(created), micro(used)
	return &t, err
}

// tokenByHash is a token whose app and account are there.
func tokenByHash(ctx context.Context, tx *db.Tx, key hash) (*Token, error) {
	return scanToken(tx.QueryRow(ctx, `SELECT `+tokenColumns+` FROM oauth_token t JOIN oauth_app p ON p.id = t.app_id
		LEFT JOIN account a ON a.id = t.account_id WHERE t.token_hash = $1 AND (t.account_id = 0 OR a.gone_at = 0)`, key[:]).Scan)
}

func listTokens(ctx context.Context, tx *db.Tx, who id.ID) ([]*Token, error) {
	rows, err := tx.Query(ctx, `SELECT `+tokenColumns+` FROM oauth_token t JOIN oauth_app p ON p.id = t.app_id
		WHERE t.account_id = $1 ORDER BY t.id DESC`, who)
	return db.Collect(rows, err, func(r *db.Rows) (*Token, error) { return scanToken(r.Scan) })
}

func touchToken(ctx context.Context, tx *db.Tx, t *Token) error {
	_, err := tx.Exec(ctx, `UPDATE oauth_token SET used_at = $2 WHERE id = $1`, t.ID, t.UsedAt.UnixMicro())
	return err
}

func dropToken(ctx context.Context, tx *db.Tx, token id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM oauth_token WHERE id = $1`, token)
	return err
}

// dropOldAppTokens keeps the newest tokens that an app holds on its own behalf.
func dropOldAppTokens(ctx context.Context, tx *db.Tx, app id.ID, most int) error {
	_, err := tx.Exec(ctx, `DELETE FROM oauth_token WHERE app_id = $1 AND account_id = 0 AND id NOT IN
		(SELECT id FROM oauth_token WHERE app_id = $1 AND account_id = 0 ORDER BY id DESC LIMIT $2)`, app, most)
	return err
}

// dropApp removes what an account gave an app.
func dropApp(ctx context.Context, tx *db.Tx, who, app id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM oauth_code WHERE account_id = $1 AND app_id = $2`, who, app); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM oauth_token WHERE account_id = $1 AND app_id = $2`, who, app)
	return err
}

// dropAccess removes everything an account enters by.
func dropAccess(ctx context.Context, tx *db.Tx, who id.ID) error {
	for _, statement := range []string{
		`DELETE FROM oauth_code WHERE account_id = $1`,
		`DELETE FROM oauth_token WHERE account_id = $1`,
		`DELETE FROM session WHERE account_id = $1`,
		`DELETE FROM credential WHERE account_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, who); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes what ran out before now, and apps made before unused that hold nothing.
func sweep(ctx context.Context, tx *db.Tx, now, unused time.Time) error {
	if _, err := tx.Exec(ctx, `DELETE FROM session WHERE expires_at <= $1`, now.UnixMicro()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM oauth_code WHERE expires_at <= $1 AND token_id NOT IN (SELECT id FROM oauth_token)`, now.UnixMicro()); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM oauth_app WHERE created_at <= $1 AND id NOT IN (SELECT app_id FROM oauth_token)
		AND id NOT IN (SELECT app_id FROM oauth_code)`, unused.UnixMicro())
	return err
}
