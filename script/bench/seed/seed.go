// Package seed fills a home's database with posts of others, in bulk, as if
// they had been delivered over the last months.
package seed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the drivers that the home uses
	_ "modernc.org/sqlite"
)

// A Plan says what is stored.
type Plan struct {
	// Database is a postgres:// URL, or the path of a SQLite file. The home has made its tables.
	Database string
	// Reader is the name of the account whose home stream is filled.
	Reader string
	// Authors are those who wrote, all followed by the reader.
	Authors int
	// Posts is how many there are, spread over the authors in turn.
	Posts int
	// Every is the time between two posts; the newest is from now.
	Every time.Duration
}

// step is how many rows one statement makes.
const step = 50_000

// Fill stores the plan. It may be done once for a database, while no home uses it.
func Fill(ctx context.Context, p Plan) error {
	d, lite, err := open(p.Database)
	if err != nil {
		return err
	}
	defer d.Close()
	f := &filler{Plan: p, db: d, start: time.Now().Add(-time.Duration(p.Posts) * p.Every).Truncate(time.Millisecond)}
	if err := d.QueryRowContext(ctx, `SELECT id FROM account WHERE local AND name_folded = $1`, strings.ToLower(p.Reader)).Scan(&f.reader); err != nil {
		return fmt.Errorf("the reader %q: %w", p.Reader, err)
	}
	// What the home wrote itself tells which version of its sanitizer is current.
	if err := d.QueryRowContext(ctx, `SELECT clean FROM post WHERE local ORDER BY id DESC LIMIT 1`).Scan(&f.clean); errors.Is(err, sql.ErrNoRows) {
		return errors.New("the reader must have posted once")
	} else if err != nil {
		return err
	}
	if err := f.people(ctx); err != nil {
		return err
	}
	for from := 0; from < p.Posts; from += step {
		if err := f.posts(ctx, from, min(from+step, p.Posts)); err != nil {
			return err
		}
	}
	return rest(ctx, d, lite)
}

// open opens the database; on SQLite with one connection that does not wait for the disk.
func open(database string) (d *sql.DB, lite bool, err error) {
	if strings.HasPrefix(database, "postgres") {
		d, err = sql.Open("pgx", database)
		return d, false, err
	}
	d, err = sql.Open("sqlite", "file:"+database+"?_pragma=busy_timeout(10000)&_pragma=synchronous(OFF)&_pragma=cache_size(-262144)&_txlock=immediate")
	if err == nil {
		d.SetMaxOpenConns(1)
	}
	return d, true, err
}

// rest leaves the database as one that has been in use for long.
func rest(ctx context.Context, d *sql.DB, lite bool) error {
	statement := `VACUUM ANALYZE` // what autovacuum would do in the middle of a measurement
	if lite {
		statement = `PRAGMA wal_checkpoint(TRUNCATE)` // and no ANALYZE, which a home does not run either
	}
	_, err := d.ExecContext(ctx, statement)
	return err
}

type filler struct {
	Plan
	db     *sql.DB
	start  time.Time
	reader int64
	clean  int64
}

// idBits is how far the milliseconds of an id are shifted (package id of the home).
const idBits = 15

// authorID is the id of author n, counted from 0: a moment a day before the first post.
func (f *filler) authorID(n int) int64 {
	return (f.start.Add(-24*time.Hour).UnixMilli()+int64(n))<<idBits + 1
}

func (f *filler) people(ctx context.Context) error {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // a no-op after Commit
	now := f.start.UnixMicro()
	for n := range f.Authors {
		host := fmt.Sprintf("h%d.example", n%10)
		uri := fmt.Sprintf("https://%s/users/a%d", host, n)
		wrote := (f.Posts + f.Authors - 1 - n) / f.Authors
		if _, err := tx.ExecContext(ctx, `INSERT INTO account (id, local, kind, name, name_folded, host, uri, location, authority, url,
			display_name, bio, fields, inbox, shared_inbox, outbox, followers_uri, following_uri, avatar, header, also_known_as, moved_to,
			hue, locked, discoverable, indexable, bot, followers_count, following_count, posts_count, last_post_at,
			proved_at, created_at, updated_at, fetched_at, gone_at)
			VALUES ($1, FALSE, 'person', $2, $2, $3, $4, $4, '', $5, $6, '<p>Writes for a measurement.</p>', '[]', $7, $8, $9, $10, $11,
			'', '', '[]', '', $12, FALSE, TRUE, TRUE, FALSE, 1, 0, $13, $14, 0, $14, $14, $14, 0)`,
			f.authorID(n), fmt.Sprintf("a%d", n), host, uri, fmt.Sprintf("https://%s/@a%d", host, n), fmt.Sprintf("Author %d", n),
			uri+"/inbox", "https://"+host+"/inbox", uri+"/outbox", uri+"/followers", uri+"/following", n%12, wrote, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO follow (id, follower_id, followed_id, accepted, boosts, notify, uri, created_at)
			VALUES ($1, $2, $1, TRUE, TRUE, FALSE, $3, $4)`,
			f.authorID(n), f.reader, fmt.Sprintf("urn:seed:follow:%d", n), now); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE account SET following_count = following_count + $2 WHERE id = $1`, f.reader, f.Authors); err != nil {
		return err
	}
	return tx.Commit()
}

// words are what a post says.
const words = `<p>The quick brown fox jumps over the lazy dog while the rain falls on the plain, and a second sentence brings the text to a usual length. It ends with a link to <a href="https://example.org/a" rel="nofollow noopener">example.org/a</a> and something in <em>italics</em>.</p>`

// The numbers of a step, made by the database itself: a row for each post.
// $1 and $2 are the first and the one after the last, $3 how many authors,
// $4 the first author's id, $5 and $6 the moment of the first post and the
// pause between two, in milliseconds.
const (
	series = `WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < CAST($2 AS BIGINT)),
		p(i, a, by, at) AS (SELECT i, i % CAST($3 AS BIGINT), CAST($4 AS BIGINT) + (i % CAST($3 AS BIGINT)) * 32768,
			CAST($5 AS BIGINT) + i * CAST($6 AS BIGINT) FROM n)`
	posts = `INSERT INTO post (id, author_id, local, kind, visibility, uri, location, url, reply_to_id, reply_to_uri, reply_to_account_id,
		thread_id, title, warning, sensitive, language, text, html, clean, tags, media_count, likes_count, boosts_count, replies_count,
		published_at, edited_at, arrived_at) ` + series + `
		SELECT at * 32768, by, FALSE, 'note', 'public',
			'https://h' || (a % 10) || '.example/users/a' || a || '/statuses/' || i, 'https://h' || (a % 10) || '.example/users/a' || a || '/statuses/' || i,
			'https://h' || (a % 10) || '.example/@a' || a || '/' || i,
			0, '', 0, at * 32768, '', '', FALSE, 'en', '', $7, CAST($8 AS BIGINT), '{}', 0, 0, 0, 0, at * 1000, 0, at * 1000 FROM p`
	items = `INSERT INTO home_item (reader_id, id, post_id, boost_id, by_id) ` + series + `
		SELECT CAST($7 AS BIGINT), at * 32768, at * 32768, 0, by FROM p`
)

// posts stores the posts of one step and puts them into the home stream.
func (f *filler) posts(ctx context.Context, from, to int) error {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // a no-op after Commit
	args := []any{from, to, f.Authors, f.authorID(0), f.start.UnixMilli(), f.Every.Milliseconds()}
	if _, err := tx.ExecContext(ctx, posts, append(args, words, f.clean)...); err != nil {
		return fmt.Errorf("posts: %w", err)
	}
	if _, err := tx.ExecContext(ctx, items, append(args, f.reader)...); err != nil {
		return fmt.Errorf("home stream: %w", err)
	}
	return tx.Commit()
}
