package seed

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// The words of posts are drawn so that the n-th commonest is said about 1/n
// times as often as the commonest (Zipf), out of a town's vocabulary.
const (
	vocabulary = 60_000
	perPost    = 25
)

// Word is the n-th commonest word, counted from 0.
func Word(n int) string {
	const consonants, vowels = "bdfgklmnprst", "aeiou"
	var b strings.Builder
	for n += len(consonants) * len(vowels); n > 0; n /= len(consonants) * len(vowels) {
		k := n % (len(consonants) * len(vowels))
		b.WriteByte(consonants[k%len(consonants)])
		b.WriteByte(vowels[k/len(consonants)])
	}
	return b.String()
}

// Drawn is a word as likely as people say it; common leaves out the rarest.
func Drawn(r *rand.Rand, common int) string {
	return Word(int(math.Exp(r.Float64()*math.Log(float64(common)))) - 1)
}

// FillWords gives every stored post of others words that a search finds, in
// place of those it has. It may be done once for a database, while no home uses it.
func FillWords(ctx context.Context, database string) error {
	d, lite, err := open(database)
	if err != nil {
		return err
	}
	defer d.Close()
	r := rand.New(rand.NewPCG(7, 11))
	for last, more := int64(0), true; more; {
		if last, more, err = fillWords(ctx, d, lite, r, last); err != nil {
			return err
		}
	}
	if _, err := d.ExecContext(ctx, `DELETE FROM search_due`); err != nil {
		return err
	}
	return rest(ctx, d, lite)
}

// fillWords takes the next posts above an id, and tells the last of them and whether there were any.
func fillWords(ctx context.Context, d *sql.DB, lite bool, r *rand.Rand, above int64) (last int64, more bool, err error) {
	tx, err := d.BeginTx(ctx, nil)
	if err != nil {
		return 0, false, err
	}
	defer tx.Rollback() //nolint:errcheck // a no-op after Commit
	rows, err := tx.QueryContext(ctx, `SELECT id, author_id FROM post WHERE NOT local AND id > $1 ORDER BY id LIMIT 20000`, above)
	if err != nil {
		return 0, false, err
	}
	var posts [][2]int64
	for rows.Next() {
		var p [2]int64
		if err := rows.Scan(&p[0], &p[1]); err != nil {
			return 0, false, err
		}
		posts = append(posts, p)
	}
	if err := rows.Err(); err != nil || len(posts) == 0 {
		return above, false, err
	}
	insert, quote := `INSERT INTO search_open (rowid, words) VALUES ($1, $2)`, ""
	if !lite {
		insert, quote = `INSERT INTO search_open (rowid, words) VALUES ($1, $2::tsvector)`, "'"
	}
	statement, err := tx.PrepareContext(ctx, insert)
	if err != nil {
		return 0, false, err
	}
	defer statement.Close()
	for _, p := range posts {
		words := []string{fmt.Sprint("@", p[1])}
		for range perPost {
			words = append(words, Drawn(r, vocabulary))
		}
		if _, err := statement.ExecContext(ctx, p[0], quote+strings.Join(words, quote+" "+quote)+quote); err != nil {
			return 0, false, err
		}
	}
	return posts[len(posts)-1][0], true, tx.Commit()
}
