package search

import (
	"strings"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// questionMax is the most characters of a question that are read, and termsMax the most words.
const (
	questionMax = 500
	termsMax    = 20
)

// A Query is what is looked for among posts.
type Query struct {
	Words    string
	Author   id.ID // of the posts; 0 anybody
	Here     bool  // only what was said by those who live here
	Pictured bool  // only with pictures
	Articles bool  // only articles
	After    time.Time
	Before   time.Time
}

// The marks of a post, which no word of a text is like.
const (
	markHere    = "+here"
	markPicture = "+picture"
	markArticle = "+article"
)

func markAuthor(who id.ID) string { return "@" + who.String() }

// Read takes what somebody typed apart: words, and has:picture, is:article,
// after:2026-03-01, before:2026-03-02, in UTC. What it does not understand it looks for as words.
func Read(text string) Query {
	var q Query
	var words []string
	for _, field := range strings.Fields(clip(text)) {
		key, value, _ := strings.Cut(strings.ToLower(field), ":")
		day, err := time.Parse(time.DateOnly, value)
		switch {
		case field == "has:picture" || field == "has:image" || field == "has:media":
			q.Pictured = true
		case field == "is:article":
			q.Articles = true
		case key == "after" && err == nil:
			q.After = day.Add(24 * time.Hour)
		case key == "before" && err == nil:
			q.Before = day
		default:
			words = append(words, field)
		}
	}
	q.Words = strings.Join(words, " ")
	return q
}

func clip(text string) string {
	n := 0
	for i := range text {
		if n++; n > questionMax {
			return text[:i]
		}
	}
	return text
}

// Empty reports whether nothing is asked.
func (q Query) Empty() bool { return len(q.matching()) == 0 }

// matching is the query in the words of the tables. A place alone, as Here, asks nothing.
func (q Query) matching() db.Matching {
	m := db.Matching(asked(clip(q.Words)))
	if len(m) > termsMax {
		m = m[:termsMax]
	}
	if q.Pictured {
		m = append(m, []string{markPicture})
	}
	if q.Articles {
		m = append(m, []string{markArticle})
	}
	if len(m) == 0 {
		return nil
	}
	if q.Author != 0 {
		m = append(m, []string{markAuthor(q.Author)})
	}
	if q.Here {
		m = append(m, []string{markHere})
	}
	return m
}

// within narrows a page to the query's days.
func (q Query) within(p id.Page) (below, above id.ID) {
	below, above = p.Below(), p.Above()
	if !q.Before.IsZero() {
		below = min(below, id.At(q.Before))
	}
	if !q.After.IsZero() {
		above = max(above, id.At(q.After)-1)
	}
	return below, above
}
