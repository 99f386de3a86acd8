package seed

import (
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// schema is that of the home, in SQLite's words as far as a seed needs them.
func schema(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("../../../internal/db/schema/0001_home.sql")
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("BIGINT", "INTEGER", "BYTEA", "BLOB").Replace(regexp.MustCompile(`--[^\n]*`).ReplaceAllString(string(raw), ""))
}

func TestFill(t *testing.T) {
	file := filepath.Join(t.TempDir(), "allod.db")
	d, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Exec(schema(t) + `;
		PRAGMA journal_mode = WAL;
		INSERT INTO account SELECT 5, TRUE, 'person', 'ida', 'ida', '', 'ap://x/actor', '', '', '', '', '', '[]', '', '', '', '', '', '', '', '[]', '',
			0, FALSE, TRUE, TRUE, FALSE, 0, 0, 0, 0, 0, 0, 0, 0, 0;
		INSERT INTO post SELECT 6, 5, TRUE, 'note', 'public', 'ap://x/post/6', '', '', 0, '', 0, 6, '', '', FALSE, '', 'Hi', '<p>Hi</p>', 3, '{}',
			0, 0, 0, 0, 0, 0, 0;`); err != nil {
		t.Fatal(err)
	}
	if err := Fill(t.Context(), Plan{Database: file, Reader: "Ida", Authors: 7, Posts: 1000, Every: time.Second}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int64{
		`SELECT count(*) FROM post WHERE NOT local AND clean = 3`:                                                                1000,
		`SELECT count(*) FROM home_item h JOIN post p ON p.id = h.post_id AND p.author_id = h.by_id WHERE h.reader_id = 5`:       1000,
		`SELECT count(*) FROM post p JOIN account a ON a.id = p.author_id WHERE p.uri LIKE a.uri || '/statuses/%'`:               1000,
		`SELECT count(*) FROM follow WHERE follower_id = 5 AND accepted`:                                                         7,
		`SELECT count(*) FROM account a WHERE NOT local AND posts_count <> (SELECT count(*) FROM post WHERE author_id = a.id)`:   0,
		`SELECT following_count FROM account WHERE id = 5`:                                                                       7,
		`SELECT count(*) FROM post WHERE NOT local AND (id >> 15) * 1000 <> published_at`:                                        0,
		`SELECT max(published_at) / 1000000 - CAST(strftime('%s', 'now') AS INTEGER) BETWEEN -3 AND 0 FROM post WHERE NOT local`: 1,
	} {
		var got int64
		if err := d.QueryRow(query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %d, not %d (%v)", query, got, want, err)
		}
	}
}

func TestFillWantsAReaderWhoPosted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "allod.db")
	d, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Exec(schema(t)); err != nil {
		t.Fatal(err)
	}
	if err := Fill(t.Context(), Plan{Database: file, Reader: "ida", Authors: 1, Posts: 1, Every: time.Second}); err == nil {
		t.Error("filled the stream of nobody")
	}
}
