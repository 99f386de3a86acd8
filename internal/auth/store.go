package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/id"
)

func micro(us int64) time.Time { return time.UnixMicro(us).UTC() }

// moment reads microseconds; 0 is never.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return micro(us)
}

// stamp writes microseconds; never is 0.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func insertCredential(ctx context.Context, tx *db.Tx, c *credential, folded string, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO credential (account_id, email, email_folded, password_hash, owner, created_at, updated_at, invitation_id)
		VALUES ($1, $2, $3, $4, $5, $6, $6, $7)`, c.AccountID, c.Email, folded, c.password, c.Owner, at.UnixMicro(), c.InvitationID)
	return err
}

const credentialColumns = `c.account_id, c.email, c.password_hash, c.owner, c.invitation_id, c.paused_at, c.paused_why, c.paused_by, c.leaves_at, c.created_at`

func scanCredential(scan func(...any) error) (*credential, error) {
	var c credential
	var paused, leaves, made int64
	err := scan(&c.AccountID, &c.Email, &c.password, &c.Owner, &c.InvitationID, &paused, &c.Why, &c.By, &leaves, &made)
	c.PausedAt, c.LeavesAt, c.CreatedAt = moment(paused), moment(leaves), micro(made)
	return &c, err
}

func credentialByID(ctx context.Context, tx *db.Tx, who id.ID) (*credential, error) {
	return scanCredential(tx.QueryRow(ctx, `SELECT `+credentialColumns+` FROM credential c WHERE c.account_id = $1`, who).Scan)
}

func credentialByEmail(ctx context.Context, tx *db.Tx, folded string) (*credential, error) {
	return scanCredential(tx.QueryRow(ctx, `SELECT `+credentialColumns+` FROM credential c WHERE c.email_folded = $1`, folded).Scan)
}

func credentialByName(ctx context.Context, tx *db.Tx, folded string) (*credential, error) {
	return scanCredential(tx.QueryRow(ctx, `SELECT `+credentialColumns+` FROM account a
		JOIN credential c ON c.account_id = a.id WHERE a.name_folded = $1 AND a.host = '' AND a.local`, folded).Scan)
}

// setPassword replaces a hash, if it is still the one that was checked.
func setPassword(ctx context.Context, tx *db.Tx, who id.ID, old, fresh string, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE credential SET password_hash = $3, updated_at = $4 WHERE account_id = $1 AND password_hash = $2`,
		who, old, fresh, at.UnixMicro())
	return n == 1, err
}

func insertSession(ctx context.Context, tx *db.Tx, s *Session, key hash) error {
	_, err := tx.Exec(ctx, `INSERT INTO session (id, account_id, token_hash, agent, address, created_at, seen_at, expires_at, way)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.ID, s.AccountID, key[:], s.Agent, s.Address, s.CreatedAt.UnixMicro(), s.SeenAt.UnixMicro(), s.ExpiresAt.UnixMicro(), string(s.Way))
	return err
}

const sessionColumns = `s.id, s.account_id, s.agent, s.address, s.created_at, s.seen_at, s.expires_at, s.way,
	COALESCE(c.owner, FALSE), COALESCE(c.paused_at, 0), COALESCE(c.paused_why, ''), COALESCE(c.paused_by, 0), COALESCE(c.leaves_at, 0)`

func scanSession(scan func(...any) error) (*Session, error) {
	var s Session
	var created, seen, expires, paused, leaves int64
	err := scan(&s.ID, &s.AccountID, &s.Agent, &s.Address, &created, &seen, &expires, &s.Way, &s.Keeper, &paused, &s.Why, &s.By, &leaves)
	s.CreatedAt, s.SeenAt, s.ExpiresAt, s.PausedAt, s.LeavesAt = micro(created), micro(seen), micro(expires), moment(paused), moment(leaves)
	return &s, err
}

// sessionByHash is the session of a token, run out or not, of an account that is there.
func sessionByHash(ctx context.Context, tx *db.Tx, key hash) (*Session, error) {
	return scanSession(tx.QueryRow(ctx, `SELECT `+sessionColumns+` FROM session s JOIN account a ON a.id = s.account_id
		LEFT JOIN credential c ON c.account_id = s.account_id WHERE s.token_hash = $1 AND a.gone_at = 0`, key[:]).Scan)
}

func listSessions(ctx context.Context, tx *db.Tx, who id.ID, now time.Time) ([]*Session, error) {
	rows, err := tx.Query(ctx, `SELECT `+sessionColumns+` FROM session s LEFT JOIN credential c ON c.account_id = s.account_id
		WHERE s.account_id = $1 AND s.expires_at > $2 ORDER BY s.seen_at DESC, s.id DESC`, who, now.UnixMicro())
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
	_, err := tx.Exec(ctx, `INSERT INTO oauth_token (id, token_hash, app_id, account_id, scopes, created_at, used_at, agent, address)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		t.ID, key[:], t.AppID, t.AccountID, t.Scopes.String(), t.CreatedAt.UnixMicro(), t.UsedAt.UnixMicro(), t.Agent, t.Address)
	return err
}

const tokenColumns = `t.id, t.account_id, t.app_id, p.name, p.website, t.scopes, t.created_at, t.used_at, t.agent, t.address,
	COALESCE(c.paused_at, 0), COALESCE(c.paused_why, ''), COALESCE(c.paused_by, 0), COALESCE(c.leaves_at, 0)`

func scanToken(scan func(...any) error) (*Token, error) {
	var t Token
	var scopes string
	var created, used, paused, leaves int64
	err := scan(&t.ID, &t.AccountID, &t.AppID, &t.AppName, &t.AppWebsite, &scopes, &created, &used, &t.Agent, &t.Address, &paused, &t.Why, &t.By, &leaves)
	t.Scopes, t.CreatedAt, t.UsedAt, t.PausedAt, t.LeavesAt = strings.Fields(scopes), micro(created), micro(used), moment(paused), moment(leaves)
	return &t, err
}

// tokenByHash is a token whose app and account are there.
func tokenByHash(ctx context.Context, tx *db.Tx, key hash) (*Token, error) {
	return scanToken(tx.QueryRow(ctx, `SELECT `+tokenColumns+` FROM oauth_token t JOIN oauth_app p ON p.id = t.app_id
		LEFT JOIN account a ON a.id = t.account_id LEFT JOIN credential c ON c.account_id = t.account_id
		WHERE t.token_hash = $1 AND (t.account_id = 0 OR a.gone_at = 0)`, key[:]).Scan)
}

func listTokens(ctx context.Context, tx *db.Tx, who id.ID) ([]*Token, error) {
	rows, err := tx.Query(ctx, `SELECT `+tokenColumns+` FROM oauth_token t JOIN oauth_app p ON p.id = t.app_id
		LEFT JOIN credential c ON c.account_id = t.account_id WHERE t.account_id = $1 ORDER BY t.id DESC`, who)
	return db.Collect(rows, err, func(r *db.Rows) (*Token, error) { return scanToken(r.Scan) })
}

func touchToken(ctx context.Context, tx *db.Tx, t *Token) error {
	_, err := tx.Exec(ctx, `UPDATE oauth_token SET used_at = $2, agent = $3, address = $4 WHERE id = $1`, t.ID, t.UsedAt.UnixMicro(), t.Agent, t.Address)
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
		`DELETE FROM app_password WHERE account_id = $1`,
		`DELETE FROM arrival WHERE account_id = $1`,
		`DELETE FROM session WHERE account_id = $1`,
		`DELETE FROM passkey WHERE account_id = $1`,
		`DELETE FROM challenge WHERE account_id = $1`,
		`DELETE FROM reset WHERE account_id = $1`,
		`UPDATE invitation SET ended_at = expires_at WHERE account_id = $1 AND ended_at = 0`,
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

// hasKeeper reports whether somebody keeps the home.
func hasKeeper(ctx context.Context, tx *db.Tx) (kept bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM credential WHERE owner)`).Scan(&kept)
	return kept, err
}

func listKeepers(ctx context.Context, tx *db.Tx) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT account_id FROM credential WHERE owner ORDER BY account_id`)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func setStanding(ctx context.Context, tx *db.Tx, who id.ID, s Standing) error {
	_, err := tx.Exec(ctx, `UPDATE credential SET paused_at = $2, paused_why = $3, paused_by = $4, leaves_at = $5 WHERE account_id = $1`,
		who, stamp(s.PausedAt), s.Why, s.By, stamp(s.LeavesAt))
	return err
}

func listLeaving(ctx context.Context, tx *db.Tx, now time.Time, limit int) ([]*credential, error) {
	rows, err := tx.Query(ctx, `SELECT `+credentialColumns+` FROM credential c WHERE c.leaves_at > 0 AND c.leaves_at <= $1
		ORDER BY c.leaves_at LIMIT $2`, now.UnixMicro(), limit)
	return db.Collect(rows, err, func(r *db.Rows) (*credential, error) { return scanCredential(r.Scan) })
}

func listTenants(ctx context.Context, tx *db.Tx, who []id.ID) ([]*Tenant, error) {
	rows, err := tx.Query(ctx, `SELECT c.account_id, c.email, c.owner, c.invitation_id, c.paused_at, c.paused_why, c.leaves_at, c.created_at,
		COALESCE((SELECT max(s.seen_at) FROM session s WHERE s.account_id = c.account_id), 0),
		COALESCE((SELECT max(t.used_at) FROM oauth_token t WHERE t.account_id = c.account_id), 0),
		COALESCE((SELECT max(p.used_at) FROM app_password p WHERE p.account_id = c.account_id), 0)
		FROM credential c WHERE c.account_id = ANY($1) ORDER BY c.account_id`, who)
	return db.Collect(rows, err, func(r *db.Rows) (*Tenant, error) {
		var t Tenant
		var paused, leaves, made, seen, used, synced int64
		err := r.Scan(&t.AccountID, &t.Email, &t.Owner, &t.InvitationID, &paused, &t.Why, &leaves, &made, &seen, &used, &synced)
		t.PausedAt, t.LeavesAt, t.CreatedAt, t.SeenAt = moment(paused), moment(leaves), micro(made), moment(max(seen, used, synced))
		return &t, err
	})
}

// replacePassword sets a hash, whatever it was.
func replacePassword(ctx context.Context, tx *db.Tx, who id.ID, phc string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE credential SET password_hash = $2, updated_at = $3 WHERE account_id = $1`, who, phc, at.UnixMicro())
	return err
}

const invitationColumns = `id, account_id, note, email_folded, uses, used, created_at, expires_at, ended_at`

func scanInvitation(scan func(...any) error) (*Invitation, error) {
	var i Invitation
	var made, expires, ended int64
	err := scan(&i.ID, &i.By, &i.Note, &i.Email, &i.Uses, &i.Used, &made, &expires, &ended)
	i.CreatedAt, i.ExpiresAt, i.EndedAt = micro(made), micro(expires), moment(ended)
	return &i, err
}

func insertInvitation(ctx context.Context, tx *db.Tx, i *Invitation) error {
	_, err := tx.Exec(ctx, `INSERT INTO invitation (`+invitationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		i.ID, i.By, i.Note, i.Email, i.Uses, i.Used, i.CreatedAt.UnixMicro(), i.ExpiresAt.UnixMicro(), stamp(i.EndedAt))
	return err
}

func invitationByID(ctx context.Context, tx *db.Tx, which id.ID) (*Invitation, error) {
	return scanInvitation(tx.QueryRow(ctx, `SELECT `+invitationColumns+` FROM invitation WHERE id = $1`, which).Scan)
}

// listInvitations are those of one person, or of everybody where by is 0, the newest first.
func listInvitations(ctx context.Context, tx *db.Tx, by id.ID, limit int) ([]*Invitation, error) {
	rows, err := tx.Query(ctx, `SELECT `+invitationColumns+` FROM invitation WHERE account_id = $1 OR $1 = 0 ORDER BY id DESC LIMIT $2`, by, limit)
	return db.Collect(rows, err, func(r *db.Rows) (*Invitation, error) { return scanInvitation(r.Scan) })
}

func countOpenInvitations(ctx context.Context, tx *db.Tx, by id.ID, now time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM invitation WHERE account_id = $1 AND ended_at = 0 AND expires_at > $2 AND used < uses`,
		by, now.UnixMicro()).Scan(&n)
	return n, err
}

// useInvitation counts one use, if one is left.
func useInvitation(ctx context.Context, tx *db.Tx, which id.ID) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE invitation SET used = used + 1 WHERE id = $1 AND used < uses AND ended_at = 0`, which)
	return n == 1, err
}

// endInvitation takes one back, of one person or, where by is 0, of anybody.
func endInvitation(ctx context.Context, tx *db.Tx, by, which id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE invitation SET ended_at = $3 WHERE id = $2 AND (account_id = $1 OR $1 = 0) AND ended_at = 0`,
		by, which, at.UnixMicro())
	return err
}

func listComings(ctx context.Context, tx *db.Tx, invitations []id.ID) ([]Coming, error) {
	rows, err := tx.Query(ctx, `SELECT invitation_id, account_id FROM credential WHERE invitation_id = ANY($1) AND invitation_id <> 0
		ORDER BY account_id`, invitations)
	return db.Collect(rows, err, func(r *db.Rows) (c Coming, err error) {
		err = r.Scan(&c.InvitationID, &c.AccountID)
		return c, err
	})
}

const applicantColumns = `id, state, name, display_name, email, email_folded, password_hash, hue, visibility, language, reason, answer,
	created_at, answered_at`

func scanApplicant(scan func(...any) error) (*applicant, error) {
	var a applicant
	var made, answered int64
	err := scan(&a.ID, &a.state, &a.Name, &a.DisplayName, &a.Email, &a.folded, &a.password, &a.hue, &a.visibility, &a.language,
		&a.Reason, &a.answer, &made, &answered)
	a.CreatedAt, a.answeredAt = micro(made), moment(answered)
	return &a, err
}

func insertApplicant(ctx context.Context, tx *db.Tx, a *applicant) error {
	_, err := tx.Exec(ctx, `INSERT INTO applicant (`+applicantColumns+`, name_folded)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		a.ID, a.state, a.Name, a.DisplayName, a.Email, a.folded, a.password, a.hue, a.visibility, a.language, a.Reason, a.answer,
		a.CreatedAt.UnixMicro(), stamp(a.answeredAt), account.Fold(a.Name))
	return err
}

func applicantByID(ctx context.Context, tx *db.Tx, which id.ID) (*applicant, error) {
	return scanApplicant(tx.QueryRow(ctx, `SELECT `+applicantColumns+` FROM applicant WHERE id = $1`, which).Scan)
}

// applicantByToken is one before the door by the token of the app that asked for them.
func applicantByToken(ctx context.Context, tx *db.Tx, key hash) (*applicant, error) {
	return scanApplicant(tx.QueryRow(ctx, `SELECT `+applicantColumns+` FROM applicant
		WHERE id = (SELECT account_id FROM oauth_token WHERE token_hash = $1)`, key[:]).Scan)
}

// applicantByLogin is one before the door by folded name or e-mail address.
func applicantByLogin(ctx context.Context, tx *db.Tx, login string) (*applicant, error) {
	return scanApplicant(tx.QueryRow(ctx, `SELECT `+applicantColumns+` FROM applicant
		WHERE name_folded = $1 OR (email_folded = $1 AND email_folded <> '') ORDER BY id LIMIT 1`, login).Scan)
}

func listApplicants(ctx context.Context, tx *db.Tx, state string, limit int) ([]*applicant, error) {
	rows, err := tx.Query(ctx, `SELECT `+applicantColumns+` FROM applicant WHERE state = $1 ORDER BY id LIMIT $2`, state, limit)
	return db.Collect(rows, err, func(r *db.Rows) (*applicant, error) { return scanApplicant(r.Scan) })
}

func countApplicants(ctx context.Context, tx *db.Tx, state string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM applicant WHERE state = $1`, state).Scan(&n)
	return n, err
}

func answerApplicant(ctx context.Context, tx *db.Tx, which id.ID, state, answer string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE applicant SET state = $2, answer = $3, answered_at = $4 WHERE id = $1`, which, state, answer, at.UnixMicro())
	return err
}

func dropApplicant(ctx context.Context, tx *db.Tx, which id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM applicant WHERE id = $1`, which)
	return err
}

// dropAnswered forgets the answer to who asked for a name or an address before.
func dropAnswered(ctx context.Context, tx *db.Tx, name, email string) error {
	_, err := tx.Exec(ctx, `DELETE FROM applicant WHERE state <> 'asked' AND (name_folded = $1 OR (email_folded = $2 AND email_folded <> ''))`, name, email)
	return err
}

func scanPasskey(scan func(...any) error) (*Passkey, error) {
	var p Passkey
	var raw string
	var made, used int64
	if err := scan(&p.ID, &p.AccountID, &raw, &p.Name, &made, &used); err != nil {
		return nil, err
	}
	p.CreatedAt, p.UsedAt = micro(made), moment(used)
	if err := json.Unmarshal([]byte(raw), &p.credential); err != nil {
		return nil, fmt.Errorf("passkey %d: %w", p.ID, err)
	}
	return &p, nil
}

func listPasskeys(ctx context.Context, tx *db.Tx, who id.ID) ([]*Passkey, error) {
	rows, err := tx.Query(ctx, `SELECT id, account_id, credential, name, created_at, used_at FROM passkey WHERE account_id = $1 ORDER BY id`, who)
	return db.Collect(rows, err, func(r *db.Rows) (*Passkey, error) { return scanPasskey(r.Scan) })
}

func insertPasskey(ctx context.Context, tx *db.Tx, p *Passkey) error {
	raw, err := json.Marshal(p.credential)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO passkey (id, account_id, credential_id, credential, name, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, 0)`,
		p.ID, p.AccountID, p.credential.ID, string(raw), p.Name, p.CreatedAt.UnixMicro())
	return err
}

func touchPasskey(ctx context.Context, tx *db.Tx, p *Passkey) error {
	raw, err := json.Marshal(p.credential)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE passkey SET credential = $2, used_at = $3 WHERE id = $1`, p.ID, string(raw), p.UsedAt.UnixMicro())
	return err
}

func renamePasskey(ctx context.Context, tx *db.Tx, who, which id.ID, name string) error {
	_, err := tx.Exec(ctx, `UPDATE passkey SET name = $3 WHERE account_id = $1 AND id = $2`, who, which, name)
	return err
}

func dropPasskey(ctx context.Context, tx *db.Tx, who, which id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM passkey WHERE account_id = $1 AND id = $2`, who, which)
	return err
}

func insertChallenge(ctx context.Context, tx *db.Tx, key hash, who, session id.ID, data string, expires time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO challenge (token_hash, account_id, session_id, data, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		key[:], who, session, data, expires.UnixMicro())
	return err
}

// takeChallenge removes a question and returns it, if it was asked of these and is still good.
func takeChallenge(ctx context.Context, tx *db.Tx, key hash, who, session id.ID, now time.Time) (data string, found bool, err error) {
	var asked, in id.ID
	var expires int64
	err = tx.QueryRow(ctx, `SELECT account_id, session_id, data, expires_at FROM challenge WHERE token_hash = $1`, key[:]).Scan(&asked, &in, &data, &expires)
	if errors.Is(err, db.ErrNoRows) {
		return "", false, nil
	} else if err != nil {
		return "", false, err
	}
	n, err := tx.Exec(ctx, `DELETE FROM challenge WHERE token_hash = $1`, key[:])
	return data, n == 1 && asked == who && in == session && now.UnixMicro() < expires, err
}

func insertReset(ctx context.Context, tx *db.Tx, key hash, who id.ID, now, expires time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO reset (token_hash, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4)`,
		key[:], who, now.UnixMicro(), expires.UnixMicro())
	return err
}

func resetByHash(ctx context.Context, tx *db.Tx, key hash) (who id.ID, expires time.Time, err error) {
	var us int64
	err = tx.QueryRow(ctx, `SELECT account_id, expires_at FROM reset WHERE token_hash = $1`, key[:]).Scan(&who, &us)
	return who, micro(us), err
}

// dropOldResets keeps the newest links of a person.
func dropOldResets(ctx context.Context, tx *db.Tx, who id.ID, most int) error {
	_, err := tx.Exec(ctx, `DELETE FROM reset WHERE account_id = $1 AND token_hash NOT IN
		(SELECT token_hash FROM reset WHERE account_id = $1 ORDER BY created_at DESC LIMIT $2)`, who, most)
	return err
}

// sweepDoorway removes what ran out before now, and answers given before told.
func sweepDoorway(ctx context.Context, tx *db.Tx, now, told time.Time) error {
	for _, statement := range []string{
		`DELETE FROM challenge WHERE expires_at <= $1`,
		`DELETE FROM reset WHERE expires_at <= $1`,
		`DELETE FROM arrival WHERE expires_at <= $1`,
	} {
		if _, err := tx.Exec(ctx, statement, now.UnixMicro()); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `DELETE FROM applicant WHERE state <> 'asked' AND answered_at <= $1`, told.UnixMicro()); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM oauth_token WHERE account_id <> 0 AND account_id NOT IN (SELECT account_id FROM credential)
		AND account_id NOT IN (SELECT id FROM applicant)`)
	return err
}
