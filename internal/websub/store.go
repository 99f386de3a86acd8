package websub

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
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

// A request is a wish that is not confirmed yet.
type request struct {
	ID id.ID
	Wish
	host    string
	tries   int
	askedAt time.Time
}

// A subscription is a confirmed wish.
type subscription struct {
	ID                            id.ID
	topic, callback, host, secret string
	leaseUntil                    time.Time
	sentHash                      string
	failedSince                   time.Time
}

// A topic is a feed to which somebody subscribed, as it was told last.
type topic struct {
	address, contentType string
	body                 []byte
	hash                 string
	staleAt              int64
}

func wishes(ctx context.Context, tx *db.Tx, host string) (all, ofHost int, err error) {
	err = tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM websub_request), (SELECT count(*) FROM websub_request WHERE host = $1)`, host).Scan(&all, &ofHost)
	return all, ofHost, err
}

func kept(ctx context.Context, tx *db.Tx, host string) (all, ofHost int, err error) {
	err = tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM websub_subscription), (SELECT count(*) FROM websub_subscription WHERE host = $1)`, host).Scan(&all, &ofHost)
	return all, ofHost, err
}

// putWish keeps the newest wish of a pair and returns its id, which stays.
func putWish(ctx context.Context, tx *db.Tx, r *request) (wish id.ID, err error) {
	_, err = tx.Exec(ctx, `INSERT INTO websub_request (id, mode, topic, callback, host, secret, lease, tries, asked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT (topic, callback) DO UPDATE SET mode = excluded.mode, secret = excluded.secret,
		lease = excluded.lease, tries = 0, asked_at = excluded.asked_at`,
		r.ID, r.Mode, r.Topic, r.Callback, r.host, r.Secret, int64(r.Lease/time.Second), micro(r.askedAt))
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `SELECT id FROM websub_request WHERE topic = $1 AND callback = $2`, r.Topic, r.Callback).Scan(&wish)
	return wish, err
}

func wish(ctx context.Context, tx *db.Tx, wish id.ID) (*request, error) {
	r := &request{}
	var lease, asked int64
	err := tx.QueryRow(ctx, `SELECT id, mode, topic, callback, host, secret, lease, tries, asked_at FROM websub_request WHERE id = $1`, wish).
		Scan(&r.ID, &r.Mode, &r.Topic, &r.Callback, &r.host, &r.Secret, &lease, &r.tries, &asked)
	r.Lease, r.askedAt = time.Duration(lease)*time.Second, moment(asked)
	return r, err
}

func tried(ctx context.Context, tx *db.Tx, wish id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE websub_request SET tries = tries + 1 WHERE id = $1`, wish)
	return err
}

// endWish ends a wish unless it was made anew, and tells how many it ended.
func endWish(ctx context.Context, tx *db.Tx, wish id.ID, askedAt time.Time) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM websub_request WHERE id = $1 AND asked_at = $2`, wish, micro(askedAt))
}

func forgetWishes(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM websub_request WHERE asked_at < $1`, micro(before))
	return err
}

// putSubscription keeps a subscription; one that is renewed keeps its id and what it was sent.
func putSubscription(ctx context.Context, tx *db.Tx, s *subscription) error {
	_, err := tx.Exec(ctx, `INSERT INTO websub_subscription (id, topic, callback, host, secret, lease_until, sent_hash, failed_since)
		SELECT $1, address, $3, $4, $5, $6, hash, 0 FROM websub_topic WHERE address = $2
		ON CONFLICT (topic, callback) DO UPDATE SET secret = excluded.secret, lease_until = excluded.lease_until, failed_since = 0`,
		s.ID, s.topic, s.callback, s.host, s.secret, micro(s.leaseUntil))
	return err
}

func endSubscription(ctx context.Context, tx *db.Tx, topic, callback string) error {
	_, err := tx.Exec(ctx, `DELETE FROM websub_subscription WHERE topic = $1 AND callback = $2`, topic, callback)
	return err
}

func forgetEnded(ctx context.Context, tx *db.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM websub_subscription WHERE lease_until < $1`, micro(now))
	return err
}

func subscriptionByID(ctx context.Context, tx *db.Tx, which id.ID) (*subscription, error) {
	s := &subscription{}
	var lease, failed int64
	err := tx.QueryRow(ctx, `SELECT id, topic, callback, host, secret, lease_until, sent_hash, failed_since FROM websub_subscription WHERE id = $1`, which).
		Scan(&s.ID, &s.topic, &s.callback, &s.host, &s.secret, &lease, &s.sentHash, &failed)
	s.leaseUntil, s.failedSince = moment(lease), moment(failed)
	return s, err
}

func subscribers(ctx context.Context, tx *db.Tx, topic string, after id.ID, now time.Time, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT id FROM websub_subscription WHERE topic = $1 AND id > $2 AND lease_until > $3 ORDER BY id LIMIT $4`,
		topic, after, micro(now), limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func taken(ctx context.Context, tx *db.Tx, which id.ID, hash string) error {
	_, err := tx.Exec(ctx, `UPDATE websub_subscription SET sent_hash = $2, failed_since = 0 WHERE id = $1`, which, hash)
	return err
}

func fails(ctx context.Context, tx *db.Tx, which id.ID, since time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE websub_subscription SET failed_since = $2 WHERE id = $1`, which, micro(since))
	return err
}

// putTopic keeps a topic as it is when somebody first subscribes to it, from when on it is told.
func putTopic(ctx context.Context, tx *db.Tx, address string, f *Feed) error {
	_, err := tx.Exec(ctx, `INSERT INTO websub_topic (address, account_id, tag, content_type, body, hash, stale_at)
		VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (address) DO NOTHING`,
		address, f.Account, f.Tag, f.ContentType, f.Body, hashOf(f.Body))
	return err
}

func topicAt(ctx context.Context, tx *db.Tx, address string) (*topic, error) {
	t := &topic{}
	err := tx.QueryRow(ctx, `SELECT address, content_type, body, hash, stale_at FROM websub_topic WHERE address = $1`, address).
		Scan(&t.address, &t.contentType, &t.body, &t.hash, &t.staleAt)
	return t, err
}

// touched are the topics of an account, and those of hashtags of the house.
func touched(ctx context.Context, tx *db.Tx, who id.ID, tags []string) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT address FROM websub_topic WHERE account_id = $1 OR account_id = 0 AND tag <> '' AND tag = ANY($2) ORDER BY address`, who, tags)
	return db.Collect(rows, err, db.Scalar[string])
}

func markStale(ctx context.Context, tx *db.Tx, topics []string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE websub_topic SET stale_at = $2 WHERE address = ANY($1)`, topics, micro(at))
	return err
}

// refresh keeps what a topic says now, unless it became stale again since it
// was read, and tells how many it changed.
func refresh(ctx context.Context, tx *db.Tx, t *topic, f *Feed, hash string) (int64, error) {
	return tx.Exec(ctx, `UPDATE websub_topic SET content_type = $3, body = $4, hash = $5 WHERE address = $1 AND stale_at = $2`,
		t.address, t.staleAt, f.ContentType, f.Body, hash)
}

// endTopic forgets a topic that is no feed any more, and who subscribed to it.
func endTopic(ctx context.Context, tx *db.Tx, address string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM websub_subscription WHERE topic = $1`, address); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM websub_topic WHERE address = $1`, address)
	return err
}

// forgetTopics forgets topics that nobody subscribes to or has asked to.
func forgetTopics(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM websub_topic WHERE NOT EXISTS (SELECT 1 FROM websub_subscription s WHERE s.topic = websub_topic.address)
		AND NOT EXISTS (SELECT 1 FROM websub_request r WHERE r.topic = websub_topic.address)`)
	return err
}
