package db

import (
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Words are what a full-text table keeps of a thing, for the place of a
// parameter that is cast to tsvector: each a run of letters and digits of any
// script, @ and +, in lower case.
type Words []string

// Matching asks a full-text table for the rows that hold, for each of its
// lists, at least one of the list's words; a word that ends in * stands for
// all that begin so. It takes the place of a parameter: table.words @@ $1::tsquery.
type Matching [][]string

var (
	matches = regexp.MustCompile(`(\w+)\.words @@ (\$\d+)::tsquery`)
	casts   = strings.NewReplacer("::tsvector", "", "::tsquery", "")
)

// matchInSQLite turns the words of PostgreSQL's full text into those of FTS5.
func matchInSQLite(query string) string {
	if !strings.Contains(query, "::ts") {
		return query
	}
	return casts.Replace(matches.ReplaceAllString(query, "$1 MATCH $2"))
}

// vector is the text of a tsvector.
func (w Words) vector() string {
	if len(w) == 0 {
		return ""
	}
	return "'" + strings.Join(w, "' '") + "'"
}

// query is the text of a tsquery.
func (m Matching) query() string { return m.join("'", ":*", " & ", " | ") }

// fts5 is the text of a query to FTS5 (SQLite, FTS5 §3).
func (m Matching) fts5() string { return m.join(`"`, "*", " AND ", " OR ") }

func (m Matching) join(quote, prefix, and, or string) string {
	all := make([]string, len(m))
	for i, words := range m {
		each := make([]string, len(words))
		for j, w := range words {
			stem, begins := strings.CutSuffix(w, "*")
			each[j] = quote + stem + quote
			if begins {
				each[j] += prefix
			}
		}
		all[i] = "(" + strings.Join(each, or) + ")"
	}
	return strings.Join(all, and)
}

// wordsFor puts full-text arguments into the engine's own text. PostgreSQL is
// told to plan each question by its words: a plan kept for all of them knows
// not whether one stands in half of the rows (docs/decisions/0029).
func wordsFor(d Dialect, args []any) []any {
	asks := false
	for i, a := range args {
		switch a := a.(type) {
		case Words:
			args[i] = strings.Join(a, " ")
			if d == Postgres {
				args[i] = a.vector()
			}
		case Matching:
			args[i] = a.fts5()
			if d == Postgres {
				args[i], asks = a.query(), true
			}
		}
	}
	if asks {
		return append([]any{pgx.QueryExecModeCacheDescribe}, args...)
	}
	return args
}
