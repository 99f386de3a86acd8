package push

import (
	"context"
	"strings"
	"time"

	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/notification"
)

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

const columns = `s.id, s.kind, s.account_id, s.holder_id, s.endpoint, s.host, s.public_key, s.secret, s.encoding, s.bearer, s.alerts, s.policy,
	s.language, s.network, s.confirmed_at, s.told_at, s.failed_since, s.created_at`

func scan(r *db.Rows) (*Subscription, error) {
	s := &Subscription{}
	var alerts string
	var confirmed, told, failed, made int64
	err := r.Scan(&s.ID, &s.Kind, &s.AccountID, &s.HolderID, &s.Endpoint, &s.host, &s.key, &s.secret, &s.Encoding, &s.bearer, &alerts, &s.Policy,
		&s.Language, &s.network, &confirmed, &told, &failed, &made)
	for a := range strings.FieldsSeq(alerts) {
		s.Alerts = append(s.Alerts, notification.Kind(a))
	}
	s.ConfirmedAt, s.ToldAt, s.failedSince, s.CreatedAt = moment(confirmed), moment(told), moment(failed), moment(made)
	return s, err
}

func wordsOf(alerts []notification.Kind) string {
	all := make([]string, len(alerts))
	for i, a := range alerts {
		all[i] = string(a)
	}
	return strings.Join(all, " ")
}

func insert(ctx context.Context, tx *db.Tx, s *Subscription) error {
	if s.bearer == nil {
		s.bearer = []byte{}
	}
	_, err := tx.Exec(ctx, `INSERT INTO push_subscription (id, kind, account_id, holder_id, endpoint, host, public_key, secret, encoding, bearer, alerts, policy,
		language, network, confirmed_at, told_at, failed_since, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, $16)`,
		s.ID, string(s.Kind), s.AccountID, s.HolderID, s.Endpoint, s.host, s.key, s.secret, string(s.Encoding), s.bearer, wordsOf(s.Alerts), string(s.Policy),
		s.Language, s.network, micro(s.ConfirmedAt), micro(s.CreatedAt))
	return err
}

func one(rows *db.Rows, err error) (*Subscription, error) {
	all, err := db.Collect(rows, err, scan)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

func known(s *Subscription, err error) (*Subscription, error) {
	if err == nil && s == nil {
		err = unknown()
	}
	return s, err
}

func get(ctx context.Context, tx *db.Tx, which id.ID) (*Subscription, error) {
	return known(one(tx.Query(ctx, `SELECT `+columns+` FROM push_subscription s WHERE s.id = $1`, which)))
}

func held(ctx context.Context, tx *db.Tx, holder id.ID) (*Subscription, error) {
	return known(one(tx.Query(ctx, `SELECT `+columns+` FROM push_subscription s WHERE s.holder_id = $1 AND s.holder_id <> 0`, holder)))
}

// guest is the subscription of a guest's browser to somebody, nil for none.
func guest(ctx context.Context, tx *db.Tx, owner id.ID, endpoint string) (*Subscription, error) {
	return one(tx.Query(ctx, `SELECT `+columns+` FROM push_subscription s WHERE s.endpoint = $2 AND s.account_id = $1 AND s.kind = 'guest'`, owner, endpoint))
}

// standing tells of a subscription of one who lives here whether what it ends
// with is still there. Who is paused may read, so they are told too.
const standing = ` AND (s.kind = 'app' AND EXISTS (SELECT 1 FROM oauth_token t WHERE t.id = s.holder_id)
	OR s.kind = 'browser' AND EXISTS (SELECT 1 FROM session e WHERE e.id = s.holder_id AND e.expires_at > $2))`

// live are those of one who lives here that tell them, the newest first.
func live(ctx context.Context, tx *db.Tx, who id.ID, now time.Time) ([]*Subscription, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM push_subscription s WHERE s.account_id = $1 AND s.kind <> 'guest'`+standing+` ORDER BY s.id DESC`,
		who, micro(now))
	return db.Collect(rows, err, scan)
}

// alive is one of them, nil for one that has ended.
func alive(ctx context.Context, tx *db.Tx, which id.ID, now time.Time) (*Subscription, error) {
	return one(tx.Query(ctx, `SELECT `+columns+` FROM push_subscription s WHERE s.id = $1 AND s.kind <> 'guest'`+standing, which, micro(now)))
}

// anyOf reports whether somebody here may have to be told.
func anyOf(ctx context.Context, tx *db.Tx, who id.ID) (any bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM push_subscription WHERE account_id = $1 AND kind <> 'guest')`, who).Scan(&any)
	return any, err
}

func anyGuest(ctx context.Context, tx *db.Tx, owner id.ID) (any bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM push_subscription WHERE account_id = $1 AND kind = 'guest' AND confirmed_at <> 0)`, owner).Scan(&any)
	return any, err
}

func guestsAfter(ctx context.Context, tx *db.Tx, owner, after id.ID, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT id FROM push_subscription WHERE account_id = $1 AND kind = 'guest' AND id > $2 AND confirmed_at <> 0
		ORDER BY id LIMIT $3`, owner, after, limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// A tally is how many guests there are: of one person, of those how many wait, of one network, and in all.
type tally struct{ of, waiting, network, all int }

func count(ctx context.Context, tx *db.Tx, owner id.ID, network int64) (n tally, err error) {
	err = tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM push_subscription WHERE account_id = $1 AND kind = 'guest' AND confirmed_at <> 0),
		(SELECT count(*) FROM push_subscription WHERE account_id = $1 AND kind = 'guest' AND confirmed_at = 0),
		(SELECT count(*) FROM push_subscription WHERE network = $2 AND network <> 0),
		(SELECT count(*) FROM push_subscription WHERE network <> 0)`, owner, network).Scan(&n.of, &n.waiting, &n.network, &n.all)
	return n, err
}

func replaceKeys(ctx context.Context, tx *db.Tx, s *Subscription) error {
	_, err := tx.Exec(ctx, `UPDATE push_subscription SET public_key = $2, secret = $3, language = $4, failed_since = 0 WHERE id = $1`,
		s.ID, s.key, s.secret, s.Language)
	return err
}

// move has every subscription of a browser lead to where it is reached now, and tells how many these were.
func move(ctx context.Context, tx *db.Tx, old string, to *Subscription) (int64, error) {
	return tx.Exec(ctx, `UPDATE push_subscription SET endpoint = $2, host = $3, public_key = $4, secret = $5, failed_since = 0
		WHERE endpoint = $1 AND kind <> 'app'`, old, to.Endpoint, to.host, to.key, to.secret)
}

func change(ctx context.Context, tx *db.Tx, s *Subscription) error {
	_, err := tx.Exec(ctx, `UPDATE push_subscription SET alerts = $2, policy = $3 WHERE id = $1`, s.ID, wordsOf(s.Alerts), string(s.Policy))
	return err
}

func confirm(ctx context.Context, tx *db.Tx, which id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE push_subscription SET confirmed_at = $2 WHERE id = $1 AND confirmed_at = 0`, which, micro(at))
	return err
}

func took(ctx context.Context, tx *db.Tx, which id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE push_subscription SET told_at = $2, failed_since = 0 WHERE id = $1`, which, micro(at))
	return err
}

func fails(ctx context.Context, tx *db.Tx, which id.ID, since time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE push_subscription SET failed_since = $2 WHERE id = $1 AND failed_since = 0`, which, micro(since))
	return err
}

func remove(ctx context.Context, tx *db.Tx, which id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM push_subscription WHERE id = $1`, which)
	return err
}

func removeGuest(ctx context.Context, tx *db.Tx, which id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM push_subscription WHERE id = $1 AND kind = 'guest'`, which)
	return err
}

func removeOwn(ctx context.Context, tx *db.Tx, who, which id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM push_subscription WHERE id = $1 AND account_id = $2 AND kind <> 'guest'`, which, who)
	return err
}

func removeHeld(ctx context.Context, tx *db.Tx, holder id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM push_subscription WHERE holder_id = $1 AND holder_id <> 0`, holder)
	return err
}

// removeBrowser forgets whom a browser told before: it has one reader at a time.
func removeBrowser(ctx context.Context, tx *db.Tx, endpoint string) error {
	_, err := tx.Exec(ctx, `DELETE FROM push_subscription WHERE endpoint = $1 AND kind = 'browser'`, endpoint)
	return err
}

func removeOf(ctx context.Context, tx *db.Tx, who id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM push_subscription WHERE account_id = $1`, who)
	return err
}

// keepNewest lets the newest apps and browsers of one person stay.
func keepNewest(ctx context.Context, tx *db.Tx, who id.ID, most int) error {
	_, err := tx.Exec(ctx, `DELETE FROM push_subscription WHERE account_id = $1 AND kind <> 'guest' AND id NOT IN
		(SELECT id FROM push_subscription WHERE account_id = $1 AND kind <> 'guest' ORDER BY id DESC LIMIT $2)`, who, most)
	return err
}

func sweep(ctx context.Context, tx *db.Tx, now, asked time.Time) error {
	if _, err := tx.Exec(ctx, `DELETE FROM push_subscription WHERE kind = 'app' AND NOT EXISTS (SELECT 1 FROM oauth_token t WHERE t.id = holder_id)
		OR kind = 'browser' AND NOT EXISTS (SELECT 1 FROM session e WHERE e.id = holder_id AND e.expires_at > $1)`, micro(now)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM push_subscription WHERE confirmed_at = 0 AND created_at < $1`, micro(asked))
	return err
}
