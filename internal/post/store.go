package post

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/markup"
)

const columns = `id, author_id, local, kind, visibility, uri, location, url, reply_to_id, reply_to_uri, reply_to_account_id, thread_id,
	title, warning, sensitive, language, text, html, clean, tags, media_count, likes_count, boosts_count, replies_count,
	published_at, edited_at, arrived_at, polled, words, rights, here_only, pinned_at`

// visible is the one condition on who may see a post p: $1 is who asks, 0 for
// a stranger. A block between the two hides either's posts from the other.
const visible = `(p.visibility IN ('public', 'unlisted')
	OR p.author_id = $1
	OR (p.visibility = 'followers' AND EXISTS (SELECT 1 FROM follow f WHERE f.followed_id = p.author_id AND f.follower_id = $1 AND f.accepted))
	OR (p.visibility <> 'self' AND EXISTS (SELECT 1 FROM post_audience n WHERE n.post_id = p.id AND n.account_id = $1)))
	AND NOT EXISTS (SELECT 1 FROM block b WHERE b.account_id = p.author_id AND b.target_id = $1)
	AND NOT EXISTS (SELECT 1 FROM block b WHERE b.account_id = $1 AND b.target_id = p.author_id)`

// seen are the posts of ids that viewer may see, in no order.
func seen(ctx context.Context, tx *db.Tx, viewer id.ID, ids []id.ID) ([]*Post, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM post p WHERE p.id = ANY($2) AND `+visible, viewer, ids)
	return db.Collect(rows, err, scan)
}

// stored is a post whoever asks: for the author's own acts and those of its server.
func stored(ctx context.Context, tx *db.Tx, where string, args ...any) (*Post, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM post WHERE `+where, args...)
	all, err := db.Collect(rows, err, scan)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, db.ErrNoRows
	}
	return all[0], nil
}

const (
	withID  = `id = $1`
	withURI = `uri = $1`
)

func insert(ctx context.Context, tx *db.Tx, p *Post) error {
	tags, err := p.Tags.json()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO post (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
		$17, $18, $19, $20, $21, 0, 0, 0, $22, $23, $24, $25, $26, $27, $28, 0)`,
		p.ID, p.AuthorID, p.Local, p.Kind, string(p.Visibility), p.URI, p.Location, p.URL, p.ReplyToID, p.ReplyToURI, p.ReplyToAccountID,
		p.ThreadID, p.Title, p.Warning, p.Sensitive, p.Language, p.Text, p.HTML, p.clean, tags, p.mediaCount,
		micro(p.PublishedAt), micro(p.EditedAt), micro(p.ArrivedAt), p.polled, p.Words, string(p.Rights), p.HereOnly)
	if err != nil || p.Body == nil {
		return err
	}
	return putBody(ctx, tx, p)
}

func updateWords(ctx context.Context, tx *db.Tx, p *Post) error {
	tags, err := p.Tags.json()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE post SET url = $2, title = $3, warning = $4, sensitive = $5, language = $6, text = $7, html = $8,
		clean = $9, tags = $10, media_count = $11, edited_at = $12, polled = $13, words = $14, rights = $15 WHERE id = $1`,
		p.ID, p.URL, p.Title, p.Warning, p.Sensitive, p.Language, p.Text, p.HTML, p.clean, tags, p.mediaCount, micro(p.EditedAt),
		p.polled, p.Words, string(p.Rights))
	if err != nil {
		return err
	}
	if p.Body == nil {
		return dropBody(ctx, tx, p.ID)
	}
	return putBody(ctx, tx, p)
}

func putBody(ctx context.Context, tx *db.Tx, p *Post) error {
	contents, err := json.Marshal(p.Body.Contents)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO post_body (post_id, summary, text, html, clean, contents) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (post_id) DO UPDATE SET summary = excluded.summary, text = excluded.text, html = excluded.html,
		clean = excluded.clean, contents = excluded.contents`,
		p.ID, p.Body.Summary, p.Body.Text, p.Body.HTML, p.Body.clean, string(contents))
	return err
}

func dropBody(ctx context.Context, tx *db.Tx, post id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM post_body WHERE post_id = $1`, post)
	return err
}

// bodies are the whole texts of posts, by post.
func bodies(ctx context.Context, tx *db.Tx, posts []id.ID) (map[id.ID]*Body, error) {
	by := map[id.ID]*Body{}
	rows, err := tx.Query(ctx, `SELECT post_id, summary, text, html, clean, contents FROM post_body WHERE post_id = ANY($1)`, posts)
	_, err = db.Collect(rows, err, func(r *db.Rows) (b *Body, err error) {
		var post id.ID
		var contents string
		b = &Body{}
		if err = r.Scan(&post, &b.Summary, &b.Text, &b.HTML, &b.clean, &contents); err != nil {
			return nil, err
		}
		by[post] = b
		return b, json.Unmarshal([]byte(contents), &b.Contents)
	})
	return by, err
}

const revisionColumns = `id, post_id, said_at, title, warning, sensitive, language, summary, html, clean, words, rights, media`

func insertRevision(ctx context.Context, tx *db.Tx, r *Revision, text, body string) error {
	shown, err := json.Marshal(r.shown)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO post_revision (`+revisionColumns+`, text, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
		$11, $12, $13, $14, $15)`, r.ID, r.PostID, micro(r.SaidAt), r.Title, r.Warning, r.Sensitive, r.Language, r.Summary, r.HTML, r.clean,
		r.Words, string(r.Rights), string(shown), text, body)
	return err
}

// revisions are what a post said before, oldest first.
func revisions(ctx context.Context, tx *db.Tx, post id.ID, limit int) ([]*Revision, error) {
	rows, err := tx.Query(ctx, `SELECT `+revisionColumns+` FROM post_revision WHERE post_id = $1 ORDER BY id LIMIT $2`, post, limit)
	return db.Collect(rows, err, scanRevision)
}

// revisionBody is the whole of an article as it was, "" for any other post.
func revisionBody(ctx context.Context, tx *db.Tx, revision id.ID) (body string, err error) {
	err = tx.QueryRow(ctx, `SELECT body FROM post_revision WHERE id = $1`, revision).Scan(&body)
	return body, err
}

// dropOldRevisions keeps the newest of a post and returns how many it dropped.
func dropOldRevisions(ctx context.Context, tx *db.Tx, post id.ID, keep int) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM post_revision WHERE post_id = $1 AND id NOT IN (
		SELECT id FROM post_revision WHERE post_id = $1 ORDER BY id DESC LIMIT $2)`, post, keep)
}

func setPinned(ctx context.Context, tx *db.Tx, post id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE post SET pinned_at = $2 WHERE id = $1`, post, micro(at))
	return err
}

// pinned are the posts an author pinned, the newest pin first.
func pinned(ctx context.Context, tx *db.Tx, author id.ID, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT id FROM post WHERE author_id = $1 AND pinned_at <> 0 ORDER BY pinned_at DESC, id DESC LIMIT $2`, author, limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// boostersHere are those who live here and passed a post on.
func boostersHere(ctx context.Context, tx *db.Tx, post id.ID, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT b.account_id FROM boost b JOIN account a ON a.id = b.account_id
		WHERE b.post_id = $1 AND a.local ORDER BY b.account_id LIMIT $2`, post, limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// involved are those who liked a post, passed it on or answered it.
func involved(ctx context.Context, tx *db.Tx, post id.ID, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT who FROM (SELECT account_id AS who FROM liked WHERE post_id = $1
		UNION SELECT account_id AS who FROM boost WHERE post_id = $1
		UNION SELECT author_id AS who FROM post WHERE reply_to_id = $1 AND reply_to_id <> 0) AS i ORDER BY who LIMIT $2`, post, limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func addAudience(ctx context.Context, tx *db.Tx, post, who id.ID, mentioned, circle bool) error {
	_, err := tx.Exec(ctx, `INSERT INTO post_audience (post_id, account_id, mentioned, circle) VALUES ($1, $2, $3, $4)
		ON CONFLICT (post_id, account_id) DO NOTHING`, post, who, mentioned, circle)
	return err
}

// admit adds one to those of a circle; fresh is false where they saw the post before.
func admit(ctx context.Context, tx *db.Tx, post, who id.ID) (fresh bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO post_audience (post_id, account_id, mentioned, circle) VALUES ($1, $2, FALSE, TRUE)
		ON CONFLICT (post_id, account_id) DO NOTHING`, post, who)
	return n == 1, err
}

func exclude(ctx context.Context, tx *db.Tx, post, who id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM post_audience WHERE post_id = $1 AND account_id = $2 AND circle`, post, who)
	return err
}

// audience are all beside its author for whom a post is, by its rows.
func audience(ctx context.Context, tx *db.Tx, post id.ID) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT account_id FROM post_audience WHERE post_id = $1 ORDER BY account_id`, post)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func namedIn(ctx context.Context, tx *db.Tx, post id.ID) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT account_id FROM post_audience WHERE post_id = $1 AND NOT circle ORDER BY account_id`, post)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func circledIn(ctx context.Context, tx *db.Tx, post id.ID) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT account_id FROM post_audience WHERE post_id = $1 AND circle ORDER BY account_id`, post)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func addTag(ctx context.Context, tx *db.Tx, post id.ID, tag string) error {
	_, err := tx.Exec(ctx, `INSERT INTO post_tag (tag, post_id) VALUES ($1, $2) ON CONFLICT (tag, post_id) DO NOTHING`, tag, post)
	return err
}

func dropTags(ctx context.Context, tx *db.Tx, post id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM post_tag WHERE post_id = $1`, post)
	return err
}

// once finds the post that author made with key, 0 where there is none.
func once(ctx context.Context, tx *db.Tx, author id.ID, key string) (id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT post_id FROM post_once WHERE author_id = $1 AND key = $2`, author, key)
	all, err := db.Collect(rows, err, db.Scalar[id.ID])
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return all[0], nil
}

func rememberOnce(ctx context.Context, tx *db.Tx, author id.ID, key string, post id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO post_once (author_id, key, post_id, created_at) VALUES ($1, $2, $3, $4)`, author, key, post, micro(at))
	return err
}

func forgetOnce(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM post_once WHERE created_at < $1`, micro(before))
	return err
}

// The counts of a post.
const (
	likes   = "likes_count"
	boosts  = "boosts_count"
	replies = "replies_count"
)

func count(ctx context.Context, tx *db.Tx, post id.ID, column string, delta int) error {
	_, err := tx.Exec(ctx, `UPDATE post SET `+column+` = CASE WHEN `+column+` + $2 < 0 THEN 0 ELSE `+column+` + $2 END WHERE id = $1`, post, delta)
	return err
}

// An orphan is a reply to what is not here.
type orphan struct {
	id         id.ID
	visibility Visibility
}

func orphans(ctx context.Context, tx *db.Tx, uri string) ([]orphan, error) {
	rows, err := tx.Query(ctx, `SELECT id, visibility FROM post WHERE reply_to_uri = $1 AND reply_to_id = 0 AND reply_to_uri <> ''`, uri)
	return db.Collect(rows, err, func(r *db.Rows) (o orphan, err error) {
		err = r.Scan(&o.id, &o.visibility)
		return o, err
	})
}

// adopt puts an orphan below its parent, and its own thread into the parent's.
func adopt(ctx context.Context, tx *db.Tx, orphan, thread id.ID, parent *Post) error {
	if _, err := tx.Exec(ctx, `UPDATE post SET reply_to_id = $2, reply_to_account_id = $3 WHERE id = $1`, orphan, parent.ID, parent.AuthorID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE post SET thread_id = $2 WHERE thread_id = $1`, thread, parent.ThreadID)
	return err
}

// remove deletes a post with all that hangs on it; replies stay and keep its address.
func remove(ctx context.Context, tx *db.Tx, post id.ID) error {
	for _, statement := range []string{
		`DELETE FROM post_audience WHERE post_id = $1`,
		`DELETE FROM post_tag WHERE post_id = $1`,
		`DELETE FROM boost WHERE post_id = $1`,
		`DELETE FROM liked WHERE post_id = $1`,
		`DELETE FROM kept WHERE post_id = $1`,
		`DELETE FROM post_body WHERE post_id = $1`,
		`DELETE FROM post_revision WHERE post_id = $1`,
		`DELETE FROM hidden_reply WHERE post_id = $1`,
		`UPDATE post SET reply_to_id = 0 WHERE reply_to_id = $1 AND reply_to_id <> 0`,
		`DELETE FROM post WHERE id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, post); err != nil {
			return err
		}
	}
	return nil
}

func bury(ctx context.Context, tx *db.Tx, t *Tombstone) error {
	_, err := tx.Exec(ctx, `INSERT INTO tombstone (uri, account_id, post_id, deleted_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (uri) DO NOTHING`, t.URI, t.AccountID, t.PostID, micro(t.DeletedAt))
	return err
}

func tombstone(ctx context.Context, tx *db.Tx, uri string) (*Tombstone, error) {
	t := &Tombstone{URI: uri}
	var at int64
	err := tx.QueryRow(ctx, `SELECT account_id, post_id, deleted_at FROM tombstone WHERE uri = $1`, uri).Scan(&t.AccountID, &t.PostID, &at)
	t.DeletedAt = time.UnixMicro(at).UTC()
	return t, err
}

func forgetEarlyDeletes(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM tombstone WHERE post_id = 0 AND deleted_at < $1`, micro(before))
	return err
}

func ofAuthor(ctx context.Context, tx *db.Tx, author id.ID, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT id FROM post WHERE author_id = $1 ORDER BY id LIMIT $2`, author, limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

const boostColumns = `id, account_id, post_id, visibility, uri, created_at`

func insertBoost(ctx context.Context, tx *db.Tx, b *Boost) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO boost (`+boostColumns+`) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		b.ID, b.AccountID, b.PostID, string(b.Visibility), b.URI, micro(b.CreatedAt))
	return n == 1, err
}

func boostsWith(ctx context.Context, tx *db.Tx, where string, args ...any) ([]*Boost, error) {
	rows, err := tx.Query(ctx, `SELECT `+boostColumns+` FROM boost WHERE `+where, args...)
	return db.Collect(rows, err, scanBoost)
}

func deleteBoost(ctx context.Context, tx *db.Tx, boost id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM boost WHERE id = $1`, boost)
	return err
}

const likeColumns = `id, account_id, post_id, uri, created_at`

func insertLike(ctx context.Context, tx *db.Tx, l *Like) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO liked (`+likeColumns+`) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		l.ID, l.AccountID, l.PostID, l.URI, micro(l.CreatedAt))
	return n == 1, err
}

func likesWith(ctx context.Context, tx *db.Tx, where string, args ...any) ([]*Like, error) {
	rows, err := tx.Query(ctx, `SELECT `+likeColumns+` FROM liked WHERE `+where, args...)
	return db.Collect(rows, err, scanLike)
}

func deleteLike(ctx context.Context, tx *db.Tx, like id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM liked WHERE id = $1`, like)
	return err
}

// The conditions that boosts and likes are found by.
const (
	byPair    = `post_id = $1 AND account_id = $2`
	byIDs     = `id = ANY($1)`
	byAccount = `account_id = $1 ORDER BY id LIMIT $2`
)

// An act is what somebody did with a post.
type act struct {
	post id.ID
	act  int
}

// The acts that acted tells apart.
const (
	actLiked = iota + 1
	actBoosted
	actKept
)

// acted is what viewer did with the posts of ids.
func acted(ctx context.Context, tx *db.Tx, viewer id.ID, ids []id.ID) ([]act, error) {
	rows, err := tx.Query(ctx, `SELECT post_id, 1 FROM liked WHERE account_id = $1 AND post_id = ANY($2)
		UNION ALL SELECT post_id, 2 FROM boost WHERE account_id = $1 AND post_id = ANY($2)
		UNION ALL SELECT post_id, 3 FROM kept WHERE account_id = $1 AND post_id = ANY($2)`, viewer, ids)
	return db.Collect(rows, err, func(r *db.Rows) (a act, err error) {
		err = r.Scan(&a.post, &a.act)
		return a, err
	})
}

func insertKept(ctx context.Context, tx *db.Tx, row, who, post id.ID) error {
	_, err := tx.Exec(ctx, `INSERT INTO kept (id, account_id, post_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, row, who, post)
	return err
}

func deleteKept(ctx context.Context, tx *db.Tx, who, post id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM kept WHERE account_id = $1 AND post_id = $2`, who, post)
	return err
}

func entriesKept(ctx context.Context, tx *db.Tx, who id.ID, p id.Page) ([]Entry, error) {
	query, args := db.Paged(`SELECT k.id, k.post_id, 0 FROM kept k JOIN post p ON p.id = k.post_id WHERE k.account_id = $1 AND `+visible, "k.id", p, who)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, scanEntry)
	return id.NewestFirst(p, all), err
}

func entriesByAuthor(ctx context.Context, tx *db.Tx, viewer, author id.ID, c Choice, p id.Page) ([]Entry, error) {
	args := []any{viewer, author}
	query := `SELECT id, post_id, boost_id FROM (
		SELECT p.id AS id, p.id AS post_id, 0 AS boost_id FROM post p WHERE p.author_id = $2 AND ` + visible
	if !c.Replies {
		query += ` AND (p.reply_to_uri = '' OR p.reply_to_account_id = p.author_id)`
	}
	if c.MediaOnly {
		query += ` AND p.media_count > 0`
	}
	if c.Public {
		query += ` AND p.visibility = 'public'`
	}
	if c.Abroad {
		query += ` AND NOT p.here_only`
	}
	if c.Kind != "" {
		args = append(args, c.Kind)
		query += fmt.Sprintf(` AND p.kind = $%d`, len(args))
	}
	if c.Tag != "" {
		args = append(args, markup.FoldTag(c.Tag))
		query += fmt.Sprintf(` AND EXISTS (SELECT 1 FROM post_tag t WHERE t.tag = $%d AND t.post_id = p.id)`, len(args))
	}
	if c.Elsewhere {
		query += ` AND NOT p.here_only`
	}
	if c.Boosts && !c.narrow() {
		query += ` UNION ALL SELECT o.id AS id, o.post_id AS post_id, o.id AS boost_id FROM boost o JOIN post p ON p.id = o.post_id
		WHERE o.account_id = $2 AND p.visibility IN ('public', 'unlisted')`
	}
	query, args = db.Paged(query+`) AS e WHERE TRUE`, "e.id", p, args...)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, scanEntry)
	return id.NewestFirst(p, all), err
}

// narrow reports whether a choice asks for something that boosts are not.
func (c Choice) narrow() bool {
	return c.MediaOnly || c.Public || c.Abroad || c.Kind != "" || c.Tag != ""
}

func entriesOfAll(ctx context.Context, tx *db.Tx, viewer id.ID, g Ground, p id.Page) ([]Entry, error) {
	query := `SELECT p.id, p.id, 0 FROM post p WHERE p.visibility = 'public' AND (p.reply_to_uri = '' OR p.reply_to_account_id = p.author_id) AND ` + visible
	switch {
	case g.Local:
		query += ` AND p.local`
	case g.Remote:
		query += ` AND NOT p.local`
	}
	if g.MediaOnly {
		query += ` AND p.media_count > 0`
	}
	query, args := db.Paged(query, "p.id", p, viewer)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, scanEntry)
	return id.NewestFirst(p, all), err
}

func entriesByTag(ctx context.Context, tx *db.Tx, viewer id.ID, tag string, p id.Page) ([]Entry, error) {
	query, args := db.Paged(`SELECT p.id, p.id, 0 FROM post_tag t JOIN post p ON p.id = t.post_id
		WHERE t.tag = $2 AND p.visibility = 'public' AND `+visible, "t.post_id", p, viewer, tag)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, scanEntry)
	return id.NewestFirst(p, all), err
}

func entriesByTagHere(ctx context.Context, tx *db.Tx, tag string, p id.Page) ([]Entry, error) {
	query, args := db.Paged(`SELECT p.id, p.id, 0 FROM post_tag t JOIN post p ON p.id = t.post_id
		WHERE t.tag = $1 AND p.local AND p.visibility = 'public' AND NOT p.here_only`, "t.post_id", p, tag)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, scanEntry)
	return id.NewestFirst(p, all), err
}

func threadOf(ctx context.Context, tx *db.Tx, post id.ID) (id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT thread_id FROM post WHERE id = $1`, post)
	all, err := db.Collect(rows, err, db.Scalar[id.ID])
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return all[0], nil
}

// threadIDs are the visible posts of a conversation, oldest first.
func threadIDs(ctx context.Context, tx *db.Tx, viewer, thread id.ID, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT p.id FROM post p WHERE p.thread_id = $2 AND `+visible+` ORDER BY p.id LIMIT $3`, viewer, thread, limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// ancestors walks up from a post, at most limit steps, whoever may see them.
func ancestors(ctx context.Context, tx *db.Tx, post id.ID, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `WITH RECURSIVE up (id, parent, depth) AS (
		SELECT id, reply_to_id, 0 FROM post WHERE id = $1
		UNION ALL SELECT q.id, q.reply_to_id, up.depth + 1 FROM up JOIN post q ON q.id = up.parent WHERE up.depth < $2)
		SELECT id FROM up WHERE depth > 0 ORDER BY depth DESC`, post, limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func openIDs(ctx context.Context, tx *db.Tx, author id.ID, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT id FROM post WHERE author_id = $1 AND visibility IN ('public', 'unlisted', 'followers') ORDER BY id DESC LIMIT $2`, author, limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func actorsOf(ctx context.Context, tx *db.Tx, table string, post id.ID, p id.Page) ([]Entry, error) {
	query, args := db.Paged(`SELECT id, account_id, 0 FROM `+table+` WHERE post_id = $1`, "id", p, post)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, scanEntry)
	return id.NewestFirst(p, all), err
}

func spoken(ctx context.Context, tx *db.Tx, ids []id.ID) ([]*Spoken, error) {
	rows, err := tx.Query(ctx, `SELECT p.id, p.author_id, p.local, p.kind, p.visibility, p.language, p.title, p.warning,
		COALESCE(b.summary || ' ' || b.html, p.html), p.tags, p.media_count
		FROM post p LEFT JOIN post_body b ON b.post_id = p.id WHERE p.id = ANY($1)`, ids)
	return db.Collect(rows, err, func(r *db.Rows) (*Spoken, error) {
		s := &Spoken{}
		var tags string
		var media int
		err := r.Scan(&s.ID, &s.AuthorID, &s.Local, &s.Kind, &s.Visibility, &s.Language, &s.Title, &s.Warning, &s.HTML, &tags, &media)
		if err != nil {
			return nil, err
		}
		var t Tags
		if tags != "" && tags != "{}" {
			if err := json.Unmarshal([]byte(tags), &t); err != nil {
				return nil, fmt.Errorf("post %d: %w", s.ID, err)
			}
		}
		s.Hashtags, s.Pictured = t.Hashtags, media > 0
		return s, nil
	})
}
