package moderation

import (
	"context"
	"encoding/json"
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

func moment(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

const filterColumns = `id, account_id, title, places, action, expires_at, created_at`

func scanFilter(r *db.Rows) (*Filter, error) {
	f := &Filter{}
	var places string
	var until, made int64
	if err := r.Scan(&f.ID, &f.Owner, &f.Title, &places, &f.Action, &until, &made); err != nil {
		return nil, err
	}
	f.Until, f.CreatedAt = moment(until), moment(made)
	return f, json.Unmarshal([]byte(places), &f.Places)
}

// filtersOf are a person's filters with their parts, the oldest first.
func filtersOf(ctx context.Context, tx *db.Tx, who id.ID) ([]*Filter, error) {
	rows, err := tx.Query(ctx, `SELECT `+filterColumns+` FROM filter WHERE account_id = $1 ORDER BY id`, who)
	all, err := db.Collect(rows, err, scanFilter)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all, addParts(ctx, tx, all)
}

func getFilter(ctx context.Context, tx *db.Tx, filter id.ID) (*Filter, error) {
	rows, err := tx.Query(ctx, `SELECT `+filterColumns+` FROM filter WHERE id = $1`, filter)
	all, err := db.Collect(rows, err, scanFilter)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, db.ErrNoRows
	}
	return all[0], addParts(ctx, tx, all)
}

// addParts reads the keywords and posts of filters.
func addParts(ctx context.Context, tx *db.Tx, all []*Filter) error {
	by := map[id.ID]*Filter{}
	ids := make([]id.ID, len(all))
	for i, f := range all {
		ids[i], by[f.ID] = f.ID, f
	}
	rows, err := tx.Query(ctx, `SELECT id, filter_id, keyword, whole_word FROM filter_keyword WHERE filter_id = ANY($1) ORDER BY id`, ids)
	_, err = db.Collect(rows, err, func(r *db.Rows) (k Keyword, err error) {
		var of id.ID
		if err = r.Scan(&k.ID, &of, &k.Text, &k.Whole); err == nil {
			by[of].Keywords = append(by[of].Keywords, k)
		}
		return k, err
	})
	if err != nil {
		return err
	}
	rows, err = tx.Query(ctx, `SELECT id, filter_id, post_id FROM filter_post WHERE filter_id = ANY($1) ORDER BY id`, ids)
	_, err = db.Collect(rows, err, func(r *db.Rows) (p FilteredPost, err error) {
		var of id.ID
		if err = r.Scan(&p.ID, &of, &p.Post); err == nil {
			by[of].Posts = append(by[of].Posts, p)
		}
		return p, err
	})
	return err
}

// putFilter writes a filter and its keywords; those that are not among them go.
func putFilter(ctx context.Context, tx *db.Tx, f *Filter) error {
	places, err := json.Marshal(f.Places)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO filter (`+filterColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET title = excluded.title, places = excluded.places, action = excluded.action, expires_at = excluded.expires_at`,
		f.ID, f.Owner, f.Title, string(places), string(f.Action), micro(f.Until), micro(f.CreatedAt))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM filter_keyword WHERE filter_id = $1`, f.ID); err != nil {
		return err
	}
	for _, k := range f.Keywords {
		_, err := tx.Exec(ctx, `INSERT INTO filter_keyword (id, filter_id, keyword, whole_word) VALUES ($1, $2, $3, $4)`, k.ID, f.ID, k.Text, k.Whole)
		if err != nil {
			return err
		}
	}
	return nil
}

func deleteFilter(ctx context.Context, tx *db.Tx, filter id.ID) error {
	for _, statement := range []string{
		`DELETE FROM filter_keyword WHERE filter_id = $1`,
		`DELETE FROM filter_post WHERE filter_id = $1`,
		`DELETE FROM filter WHERE id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, filter); err != nil {
			return err
		}
	}
	return nil
}

func addPost(ctx context.Context, tx *db.Tx, filter id.ID, p FilteredPost) error {
	_, err := tx.Exec(ctx, `INSERT INTO filter_post (id, filter_id, post_id) VALUES ($1, $2, $3)`, p.ID, filter, p.Post)
	return err
}

func deletePost(ctx context.Context, tx *db.Tx, which id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM filter_post WHERE id = $1`, which)
	return err
}

func putThread(ctx context.Context, tx *db.Tx, who, thread id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO thread_mute (account_id, thread_id, created_at) VALUES ($1, $2, $3)
		ON CONFLICT (account_id, thread_id) DO NOTHING`, who, thread, micro(at))
	return err
}

func deleteThread(ctx context.Context, tx *db.Tx, who, thread id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM thread_mute WHERE account_id = $1 AND thread_id = $2`, who, thread)
	return err
}

func threadsOf(ctx context.Context, tx *db.Tx, who id.ID, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT thread_id FROM thread_mute WHERE account_id = $1 ORDER BY thread_id DESC LIMIT $2`, who, limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func mutedThreads(ctx context.Context, tx *db.Tx, who id.ID, limit int) ([]MutedThread, error) {
	rows, err := tx.Query(ctx, `SELECT thread_id, created_at FROM thread_mute WHERE account_id = $1 ORDER BY created_at DESC, thread_id DESC LIMIT $2`, who, limit)
	return db.Collect(rows, err, func(r *db.Rows) (m MutedThread, err error) {
		var since int64
		err = r.Scan(&m.Thread, &since)
		m.Since = moment(since)
		return m, err
	})
}

func threadMuters(ctx context.Context, tx *db.Tx, thread id.ID) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT account_id FROM thread_mute WHERE thread_id = $1`, thread)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func moveThread(ctx context.Context, tx *db.Tx, from, to id.ID) error {
	_, err := tx.Exec(ctx, `INSERT INTO thread_mute (account_id, thread_id, created_at)
		SELECT account_id, $2, created_at FROM thread_mute WHERE thread_id = $1 ON CONFLICT (account_id, thread_id) DO NOTHING`, from, to)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM thread_mute WHERE thread_id = $1`, from)
	return err
}

const restrictionColumns = `id, account_id, kind, reason, subject, by_id, times, created_at, last_at, until_at, ended_at`

func scanRestriction(r *db.Rows) (*Restriction, error) {
	x := &Restriction{}
	var since, last, until, ended int64
	err := r.Scan(&x.ID, &x.Account, &x.Kind, &x.Reason, &x.Subject, &x.By, &x.Times, &since, &last, &until, &ended)
	x.Since, x.Last, x.Until, x.Ended = moment(since), moment(last), moment(until), moment(ended)
	return x, err
}

func putRestriction(ctx context.Context, tx *db.Tx, r *Restriction) error {
	_, err := tx.Exec(ctx, `INSERT INTO restriction (`+restrictionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.ID, r.Account, string(r.Kind), r.Reason, r.Subject, r.By, r.Times, micro(r.Since), micro(r.Last), micro(r.Until), micro(r.Ended))
	return err
}

// noteAgain counts what happened before, after a moment, once more.
func noteAgain(ctx context.Context, tx *db.Tx, r *Restriction, after time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE restriction SET times = times + $4, last_at = $5, until_at = $6, ended_at = $5
		WHERE account_id = $1 AND kind = $2 AND subject = $3 AND by_id = 0 AND created_at > $7`,
		r.Account, string(r.Kind), r.Subject, r.Times, micro(r.Last), micro(r.Until), micro(after))
	return n > 0, err
}

func restrictionsOf(ctx context.Context, tx *db.Tx, who id.ID, limit int) ([]*Restriction, error) {
	rows, err := tx.Query(ctx, `SELECT `+restrictionColumns+` FROM restriction WHERE account_id = $1 ORDER BY id DESC LIMIT $2`, who, limit)
	return db.Collect(rows, err, scanRestriction)
}

// forgetPast forgets what ended before a moment.
func forgetPast(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM restriction WHERE ended_at <> 0 AND ended_at < $1 AND by_id = 0`, micro(before))
	return err
}

func putPolicy(ctx context.Context, tx *db.Tx, p *HostPolicy) error {
	_, err := tx.Exec(ctx, `INSERT INTO host_policy (host, action, reason, by_id, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (host) DO UPDATE SET action = excluded.action, reason = excluded.reason, by_id = excluded.by_id, created_at = excluded.created_at`,
		p.Host, string(p.Measure), p.Reason, p.By, micro(p.Since))
	return err
}

func deletePolicy(ctx context.Context, tx *db.Tx, host string) error {
	_, err := tx.Exec(ctx, `DELETE FROM host_policy WHERE host = $1`, host)
	return err
}

func shutAmong(ctx context.Context, tx *db.Tx, hosts []string) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT host FROM host_policy WHERE action = 'suspend' AND host = ANY($1)`, hosts)
	return db.Collect(rows, err, db.Scalar[string])
}

func policies(ctx context.Context, tx *db.Tx, limit int) ([]HostPolicy, error) {
	rows, err := tx.Query(ctx, `SELECT host, action, reason, by_id, created_at FROM host_policy ORDER BY host LIMIT $1`, limit)
	return db.Collect(rows, err, func(r *db.Rows) (p HostPolicy, err error) {
		var since int64
		err = r.Scan(&p.Host, &p.Measure, &p.Reason, &p.By, &since)
		p.Since = moment(since)
		return p, err
	})
}

func deleteAll(ctx context.Context, tx *db.Tx, who id.ID) error {
	for _, statement := range []string{
		`DELETE FROM filter_keyword WHERE filter_id IN (SELECT id FROM filter WHERE account_id = $1)`,
		`DELETE FROM filter_post WHERE filter_id IN (SELECT id FROM filter WHERE account_id = $1)`,
		`DELETE FROM filter WHERE account_id = $1`,
		`DELETE FROM thread_mute WHERE account_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, who); err != nil {
			return err
		}
	}
	return nil
}
