package relationship

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

const followColumns = `id, follower_id, followed_id, accepted, boosts, notify, uri, created_at`

func scanFollow(r *db.Rows) (f Follow, err error) {
	var made int64
	err = r.Scan(&f.ID, &f.Follower, &f.Followed, &f.Accepted, &f.Boosts, &f.Notify, &f.URI, &made)
	f.CreatedAt = time.UnixMicro(made).UTC()
	return f, err
}

func getFollow(ctx context.Context, tx *db.Tx, follower, followed id.ID) (*Follow, error) {
	rows, err := tx.Query(ctx, `SELECT `+followColumns+` FROM follow WHERE followed_id = $1 AND follower_id = $2`, followed, follower)
	all, err := db.Collect(rows, err, scanFollow)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, db.ErrNoRows
	}
	return &all[0], nil
}

func putFollow(ctx context.Context, tx *db.Tx, f *Follow) error {
	_, err := tx.Exec(ctx, `INSERT INTO follow (`+followColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (followed_id, follower_id) DO UPDATE SET accepted = excluded.accepted, boosts = excluded.boosts,
		notify = excluded.notify, uri = excluded.uri`,
		f.ID, f.Follower, f.Followed, f.Accepted, f.Boosts, f.Notify, f.URI, f.CreatedAt.UnixMicro())
	return err
}

func deleteFollow(ctx context.Context, tx *db.Tx, f *Follow) error {
	_, err := tx.Exec(ctx, `DELETE FROM follow WHERE id = $1`, f.ID)
	return err
}

func getBlock(ctx context.Context, tx *db.Tx, by, of id.ID) (*Block, error) {
	b := &Block{By: by, Of: of}
	var made int64
	err := tx.QueryRow(ctx, `SELECT id, uri, created_at FROM block WHERE account_id = $1 AND target_id = $2`, by, of).Scan(&b.ID, &b.URI, &made)
	b.CreatedAt = time.UnixMicro(made).UTC()
	return b, err
}

func putBlock(ctx context.Context, tx *db.Tx, b *Block) error {
	_, err := tx.Exec(ctx, `INSERT INTO block (id, account_id, target_id, uri, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, target_id) DO UPDATE SET uri = excluded.uri`, b.ID, b.By, b.Of, b.URI, b.CreatedAt.UnixMicro())
	return err
}

func deleteBlock(ctx context.Context, tx *db.Tx, b *Block) error {
	_, err := tx.Exec(ctx, `DELETE FROM block WHERE id = $1`, b.ID)
	return err
}

// blocked reports whether either has blocked the other.
func blocked(ctx context.Context, tx *db.Tx, a, b id.ID) (yes bool, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) > 0 FROM block WHERE (account_id = $1 AND target_id = $2) OR (account_id = $2 AND target_id = $1)`, a, b).Scan(&yes)
	return yes, err
}

func followsBetween(ctx context.Context, tx *db.Tx, me id.ID, them []id.ID) ([]Follow, error) {
	rows, err := tx.Query(ctx, `SELECT `+followColumns+` FROM follow WHERE (follower_id = $1 AND followed_id = ANY($2))
		OR (followed_id = $1 AND follower_id = ANY($2))`, me, them)
	return db.Collect(rows, err, scanFollow)
}

type pair struct{ by, of id.ID }

func blocksBetween(ctx context.Context, tx *db.Tx, me id.ID, them []id.ID) ([]pair, error) {
	rows, err := tx.Query(ctx, `SELECT account_id, target_id FROM block WHERE (account_id = $1 AND target_id = ANY($2))
		OR (target_id = $1 AND account_id = ANY($2))`, me, them)
	return db.Collect(rows, err, func(r *db.Rows) (p pair, err error) {
		err = r.Scan(&p.by, &p.of)
		return p, err
	})
}

// blocksBy reads a page of the blocks of who, by their ids.
func blocksBy(ctx context.Context, tx *db.Tx, who id.ID, p id.Page) ([]end, error) {
	query, args := db.Paged(`SELECT id, target_id FROM block WHERE account_id = $1`, "id", p, who)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, func(r *db.Rows) (e end, err error) {
		err = r.Scan(&e.tie, &e.account)
		return e, err
	})
	return id.NewestFirst(p, all), err
}

// listed reads a page of follows, by their ids.
func listed(ctx context.Context, tx *db.Tx, side string, who id.ID, accepted bool, p id.Page) ([]Follow, error) {
	query, args := db.Paged(`SELECT `+followColumns+` FROM follow WHERE `+side+` = $1 AND accepted = $2`, "id", p, who, accepted)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, scanFollow)
	return id.NewestFirst(p, all), err
}

// The sides of a follow.
const (
	follower = "follower_id"
	followed = "followed_id"
)

func localFollowers(ctx context.Context, tx *db.Tx, who id.ID, boosts bool) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT f.follower_id FROM follow f JOIN account a ON a.id = f.follower_id
		WHERE f.followed_id = $1 AND f.accepted AND a.local AND (f.boosts OR NOT $2) ORDER BY f.follower_id`, who, boosts)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func followerInboxes(ctx context.Context, tx *db.Tx, who id.ID, after string, limit int) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT CASE WHEN a.shared_inbox <> '' THEN a.shared_inbox ELSE a.inbox END AS inbox
		FROM follow f JOIN account a ON a.id = f.follower_id
		WHERE f.followed_id = $1 AND f.accepted AND NOT a.local AND a.gone_at = 0
		AND CASE WHEN a.shared_inbox <> '' THEN a.shared_inbox ELSE a.inbox END > $2 ORDER BY inbox LIMIT $3`, who, after, limit)
	return db.Collect(rows, err, db.Scalar[string])
}

// tiesWithLocals are the granted follows between who and those who live here.
func tiesWithLocals(ctx context.Context, tx *db.Tx, who id.ID) ([]Follow, error) {
	rows, err := tx.Query(ctx, `SELECT `+followColumns+` FROM follow WHERE accepted AND (
		(follower_id = $1 AND followed_id IN (SELECT id FROM account WHERE local)) OR
		(followed_id = $1 AND follower_id IN (SELECT id FROM account WHERE local)))`, who)
	return db.Collect(rows, err, scanFollow)
}

// followedElsewhere are the follows, asked for or granted, of who for those who do not live here.
func followedElsewhere(ctx context.Context, tx *db.Tx, who id.ID) ([]Follow, error) {
	rows, err := tx.Query(ctx, `SELECT `+followColumns+` FROM follow WHERE follower_id = $1
		AND followed_id IN (SELECT id FROM account WHERE NOT local) ORDER BY id`, who)
	return db.Collect(rows, err, scanFollow)
}

func deleteAll(ctx context.Context, tx *db.Tx, who id.ID) error {
	for _, statement := range []string{
		`DELETE FROM follow WHERE follower_id = $1 OR followed_id = $1`,
		`DELETE FROM block WHERE account_id = $1 OR target_id = $1`,
		`DELETE FROM mute WHERE account_id = $1 OR target_id = $1`,
		`DELETE FROM host_block WHERE account_id = $1`,
		`DELETE FROM circle_member WHERE account_id = $1 OR circle_id IN (SELECT id FROM circle WHERE owner_id = $1)`,
		`DELETE FROM circle WHERE owner_id = $1`,
		`DELETE FROM list_member WHERE account_id = $1 OR list_id IN (SELECT id FROM list WHERE owner_id = $1)`,
		`DELETE FROM list WHERE owner_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, who); err != nil {
			return err
		}
	}
	return nil
}

const circleColumns = `c.id, c.owner_id, c.name, c.created_at, (SELECT count(*) FROM circle_member m WHERE m.circle_id = c.id)`

func scanCircle(r *db.Rows) (*Circle, error) {
	c := &Circle{}
	var made int64
	err := r.Scan(&c.ID, &c.Owner, &c.Name, &made, &c.Members)
	c.CreatedAt = time.UnixMicro(made).UTC()
	return c, err
}

func circlesOf(ctx context.Context, tx *db.Tx, owner id.ID) ([]*Circle, error) {
	rows, err := tx.Query(ctx, `SELECT `+circleColumns+` FROM circle c WHERE c.owner_id = $1 ORDER BY c.id`, owner)
	return db.Collect(rows, err, scanCircle)
}

func getCircle(ctx context.Context, tx *db.Tx, circle id.ID) (*Circle, error) {
	rows, err := tx.Query(ctx, `SELECT `+circleColumns+` FROM circle c WHERE c.id = $1`, circle)
	return one(db.Collect(rows, err, scanCircle))
}

func putCircle(ctx context.Context, tx *db.Tx, c *Circle) error {
	_, err := tx.Exec(ctx, `INSERT INTO circle (id, owner_id, name, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name`, c.ID, c.Owner, c.Name, c.CreatedAt.UnixMicro())
	return err
}

func deleteCircle(ctx context.Context, tx *db.Tx, circle id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM circle_member WHERE circle_id = $1`, circle); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM circle WHERE id = $1`, circle)
	return err
}

func addCircleMember(ctx context.Context, tx *db.Tx, circle, who id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO circle_member (circle_id, account_id, since) VALUES ($1, $2, $3)
		ON CONFLICT (circle_id, account_id) DO NOTHING`, circle, who, at.UnixMicro())
	return err
}

func deleteCircleMember(ctx context.Context, tx *db.Tx, circle, who id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM circle_member WHERE circle_id = $1 AND account_id = $2`, circle, who)
	return err
}

func circleMembers(ctx context.Context, tx *db.Tx, circle id.ID) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT account_id FROM circle_member WHERE circle_id = $1 ORDER BY since DESC, account_id DESC`, circle)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

const listColumns = `l.id, l.owner_id, l.title, l.replies, l.exclusive, l.created_at, (SELECT count(*) FROM list_member m WHERE m.list_id = l.id)`

func scanList(r *db.Rows) (*List, error) {
	l := &List{}
	var made int64
	err := r.Scan(&l.ID, &l.Owner, &l.Title, &l.Replies, &l.Exclusive, &made, &l.Members)
	l.CreatedAt = time.UnixMicro(made).UTC()
	return l, err
}

func listsOf(ctx context.Context, tx *db.Tx, owner id.ID) ([]*List, error) {
	rows, err := tx.Query(ctx, `SELECT `+listColumns+` FROM list l WHERE l.owner_id = $1 ORDER BY l.id`, owner)
	return db.Collect(rows, err, scanList)
}

func listsWith(ctx context.Context, tx *db.Tx, owner, who id.ID) ([]*List, error) {
	rows, err := tx.Query(ctx, `SELECT `+listColumns+` FROM list l WHERE l.owner_id = $1
		AND EXISTS (SELECT 1 FROM list_member w WHERE w.list_id = l.id AND w.account_id = $2) ORDER BY l.id`, owner, who)
	return db.Collect(rows, err, scanList)
}

func getList(ctx context.Context, tx *db.Tx, list id.ID) (*List, error) {
	rows, err := tx.Query(ctx, `SELECT `+listColumns+` FROM list l WHERE l.id = $1`, list)
	return one(db.Collect(rows, err, scanList))
}

func putList(ctx context.Context, tx *db.Tx, l *List) error {
	_, err := tx.Exec(ctx, `INSERT INTO list (id, owner_id, title, replies, exclusive, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET title = excluded.title, replies = excluded.replies, exclusive = excluded.exclusive`,
		l.ID, l.Owner, l.Title, string(l.Replies), l.Exclusive, l.CreatedAt.UnixMicro())
	return err
}

func deleteList(ctx context.Context, tx *db.Tx, list id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM list_member WHERE list_id = $1`, list); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM list WHERE id = $1`, list)
	return err
}

func addListMember(ctx context.Context, tx *db.Tx, list, who id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO list_member (list_id, account_id, since) VALUES ($1, $2, $3)
		ON CONFLICT (list_id, account_id) DO NOTHING`, list, who, at.UnixMicro())
	return err
}

func deleteListMember(ctx context.Context, tx *db.Tx, list, who id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM list_member WHERE list_id = $1 AND account_id = $2`, list, who)
	return err
}

func listMembers(ctx context.Context, tx *db.Tx, list id.ID) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT account_id FROM list_member WHERE list_id = $1 ORDER BY since DESC, account_id DESC`, list)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

const muteColumns = `id, account_id, target_id, notifications, expires_at, created_at`

func scanMute(r *db.Rows) (m Mute, err error) {
	var until, made int64
	err = r.Scan(&m.ID, &m.By, &m.Of, &m.Notifications, &until, &made)
	if m.CreatedAt = time.UnixMicro(made).UTC(); until != 0 {
		m.Until = time.UnixMicro(until).UTC()
	}
	return m, err
}

func putMute(ctx context.Context, tx *db.Tx, m *Mute) error {
	var until int64
	if !m.Until.IsZero() {
		until = m.Until.UnixMicro()
	}
	_, err := tx.Exec(ctx, `INSERT INTO mute (`+muteColumns+`) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (account_id, target_id) DO UPDATE SET notifications = excluded.notifications, expires_at = excluded.expires_at`,
		m.ID, m.By, m.Of, m.Notifications, until, m.CreatedAt.UnixMicro())
	return err
}

func deleteMute(ctx context.Context, tx *db.Tx, by, of id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM mute WHERE account_id = $1 AND target_id = $2`, by, of)
	return err
}

// mutesBy reads a page of the mutes of who that hold, by their ids.
func mutesBy(ctx context.Context, tx *db.Tx, who id.ID, now time.Time, p id.Page) ([]Mute, error) {
	query, args := db.Paged(`SELECT `+muteColumns+` FROM mute WHERE account_id = $1 AND (expires_at = 0 OR expires_at > $2)`, "id", p, who, now.UnixMicro())
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, scanMute)
	return id.NewestFirst(p, all), err
}

func mutesOf(ctx context.Context, tx *db.Tx, them []id.ID, now time.Time) ([]Mute, error) {
	rows, err := tx.Query(ctx, `SELECT `+muteColumns+` FROM mute WHERE target_id = ANY($1) AND (expires_at = 0 OR expires_at > $2)`, them, now.UnixMicro())
	return db.Collect(rows, err, scanMute)
}

func mutesBetween(ctx context.Context, tx *db.Tx, me id.ID, them []id.ID, now time.Time) ([]Mute, error) {
	rows, err := tx.Query(ctx, `SELECT `+muteColumns+` FROM mute WHERE account_id = $1 AND target_id = ANY($2)
		AND (expires_at = 0 OR expires_at > $3)`, me, them, now.UnixMicro())
	return db.Collect(rows, err, scanMute)
}

func forgetMutes(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM mute WHERE expires_at <> 0 AND expires_at < $1`, before.UnixMicro())
	return err
}

func scanHostBlock(r *db.Rows) (h HostBlock, err error) {
	var made int64
	err = r.Scan(&h.ID, &h.By, &h.Host, &made)
	h.CreatedAt = time.UnixMicro(made).UTC()
	return h, err
}

func putHostBlock(ctx context.Context, tx *db.Tx, h *HostBlock) error {
	_, err := tx.Exec(ctx, `INSERT INTO host_block (id, account_id, host, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, host) DO NOTHING`, h.ID, h.By, h.Host, h.CreatedAt.UnixMicro())
	return err
}

func deleteHostBlock(ctx context.Context, tx *db.Tx, by id.ID, host string) error {
	_, err := tx.Exec(ctx, `DELETE FROM host_block WHERE account_id = $1 AND host = $2`, by, host)
	return err
}

func hostBlocksBy(ctx context.Context, tx *db.Tx, who id.ID, p id.Page) ([]HostBlock, error) {
	query, args := db.Paged(`SELECT id, account_id, host, created_at FROM host_block WHERE account_id = $1`, "id", p, who)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, scanHostBlock)
	return id.NewestFirst(p, all), err
}

func countHostBlocks(ctx context.Context, tx *db.Tx, who id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM host_block WHERE account_id = $1`, who).Scan(&n)
	return n, err
}

// hostBlockers are those who have blocked one of hosts.
func hostBlockers(ctx context.Context, tx *db.Tx, hosts []string) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT account_id FROM host_block WHERE host = ANY($1)`, hosts)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func hostBlocksAmong(ctx context.Context, tx *db.Tx, who id.ID, hosts []string) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT host FROM host_block WHERE account_id = $1 AND host = ANY($2)`, who, hosts)
	return db.Collect(rows, err, db.Scalar[string])
}

// followersFrom are those who follow who, or ask to, from a server or one below it.
func followersFrom(ctx context.Context, tx *db.Tx, who id.ID, host string) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT f.follower_id FROM follow f JOIN account a ON a.id = f.follower_id
		WHERE f.followed_id = $1 AND (a.host = $2 OR substr(a.host, length(a.host) - length($2)) = '.' || $2) ORDER BY f.id`, who, host)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// quietFollows are those whom who follows without wanting to see what they pass on.
func quietFollows(ctx context.Context, tx *db.Tx, who id.ID) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT followed_id FROM follow WHERE follower_id = $1 AND accepted AND NOT boosts`, who)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// one is the first of all; ErrNoRows where there is none.
func one[T any](all []*T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, db.ErrNoRows
	}
	return all[0], nil
}

// followersByInbox count the followers of other servers by the inbox that reaches them.
func followersByInbox(ctx context.Context, tx *db.Tx, who id.ID) ([]inboxCount, error) {
	rows, err := tx.Query(ctx, `SELECT CASE WHEN a.shared_inbox <> '' THEN a.shared_inbox ELSE a.inbox END AS reached, count(*)
		FROM follow f JOIN account a ON a.id = f.follower_id
		WHERE f.followed_id = $1 AND f.accepted AND NOT a.local AND a.gone_at = 0 GROUP BY reached ORDER BY reached`, who)
	return db.Collect(rows, err, func(r *db.Rows) (c inboxCount, err error) {
		err = r.Scan(&c.inbox, &c.n)
		return c, err
	})
}

func remoteFollowers(ctx context.Context, tx *db.Tx, who id.ID) ([]reached, error) {
	rows, err := tx.Query(ctx, `SELECT f.follower_id, CASE WHEN a.shared_inbox <> '' THEN a.shared_inbox ELSE a.inbox END
		FROM follow f JOIN account a ON a.id = f.follower_id
		WHERE f.followed_id = $1 AND NOT a.local ORDER BY f.follower_id`, who)
	return db.Collect(rows, err, func(r *db.Rows) (f reached, err error) {
		err = r.Scan(&f.follower, &f.inbox)
		return f, err
	})
}
