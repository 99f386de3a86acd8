package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/page"
	"allod/internal/post"
)

// rounds is how often a search goes on where it found what is not for the one who asks.
const rounds = 8

// Posts are those that viewer may see and find, newest first: of what
// everyone may see, what was said here, what its author lets be found, and
// what reached viewer; of the rest, all. A stranger, viewer 0, finds what was said here.
func (s *Service) Posts(ctx context.Context, viewer id.ID, q Query, p id.Page) (found []*post.Post, err error) {
	p = p.Bounded(20, post.ListMax)
	q.Here = q.Here || viewer == 0
	m := q.matching()
	if m == nil {
		return nil, nil
	}
	below, above := q.within(p)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		for range rounds {
			ids, more, err := candidates(ctx, tx, viewer, m, below, above, p.Limit+4)
			if err != nil || len(ids) == 0 {
				return err
			}
			below = ids[len(ids)-1]
			may, err := findable(ctx, tx, viewer, ids)
			if err != nil {
				return err
			}
			ids = slices.DeleteFunc(ids, func(i id.ID) bool { return !slices.Contains(may, i) })
			posts, err := s.posts.See(ctx, tx, viewer, ids)
			if err != nil {
				return err
			}
			found = append(found, posts...)
			if !more || len(found) >= p.Limit {
				break
			}
		}
		return nil
	})
	return found[:min(len(found), p.Limit)], err
}

// candidates are the next posts that match, newest first, and whether there may be more.
func candidates(ctx context.Context, tx *db.Tx, viewer id.ID, m db.Matching, below, above id.ID, most int) (ids []id.ID, more bool, err error) {
	open, err := openWith(ctx, tx, m, below, above, most)
	if err != nil {
		return nil, false, err
	}
	var kept []id.ID
	if viewer != 0 {
		if kept, err = keptWith(ctx, tx, m, below, above, most); err != nil {
			return nil, false, err
		}
	}
	// Below the end of a list that was cut off, the other one may not go on yet.
	var end id.ID
	for _, list := range [][]id.ID{open, kept} {
		if len(list) == most {
			more, end = true, max(end, list[most-1])
		}
	}
	ids = slices.Concat(open, kept)
	slices.SortFunc(ids, func(a, b id.ID) int { return cmp.Compare(b, a) })
	return slices.DeleteFunc(ids, func(i id.ID) bool { return i < end }), more, nil
}

// peopleMax is how many people are weighed against each other for a question.
const peopleMax = 400

// A Choice narrows a list of people.
type Choice struct {
	Followed bool // only whom the one who asks follows
	Most     int  // at most so many
}

// People are those whose name or address has words that begin so: whom viewer
// follows first, then who is followed most.
func (s *Service) People(ctx context.Context, viewer id.ID, text string, c Choice) (people []*account.Account, err error) {
	m := named(text)
	if m == nil {
		return nil, nil
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		ids, err := peopleWith(ctx, tx, m, peopleMax)
		if err != nil {
			return err
		}
		all, err := account.List(ctx, tx, ids)
		if err != nil {
			return err
		}
		mine, err := followed(ctx, tx, viewer, ids)
		if err != nil {
			return err
		}
		for _, a := range all {
			shut, err := s.posts.ShutOut(ctx, tx, a)
			if err != nil {
				return err
			}
			if a.GoneAt.IsZero() && !shut && (!c.Followed || slices.Contains(mine, a.ID)) {
				people = append(people, a)
			}
		}
		slices.SortFunc(people, func(a, b *account.Account) int {
			return cmp.Or(
				-cmp.Compare(rank(slices.Contains(mine, a.ID)), rank(slices.Contains(mine, b.ID))),
				-cmp.Compare(rank(a.Local), rank(b.Local)),
				-cmp.Compare(a.FollowersCount, b.FollowersCount),
				cmp.Compare(a.ID, b.ID))
		})
		return nil
	})
	return people[:min(len(people), c.Most)], err
}

// Pages are those of people's sites with these words, the newest first. Drafts are not found.
func (s *Service) Pages(ctx context.Context, q Query, most int) (pages []*page.Page, err error) {
	if q.Pictured || q.Articles {
		return nil, nil
	}
	m := q.matching()
	if m == nil {
		return nil, nil
	}
	m = slices.DeleteFunc(m, func(any []string) bool { return any[0] == markHere })
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		ids, err := pagesWith(ctx, tx, m, most)
		if err != nil {
			return err
		}
		pages, err = page.OpenWithIDs(ctx, tx, ids)
		slices.SortFunc(pages, func(a, b *page.Page) int { return cmp.Compare(b.ID, a.ID) })
		return err
	})
	return pages, err
}

func rank(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// named is a question for people: each word whole but the last, which may be begun.
func named(text string) (m db.Matching) {
	var words []string
	cut(strings.TrimPrefix(clip(text), "@"), func(w string) { words = append(words, fold(w)) })
	if len(words) > termsMax {
		words = words[:termsMax]
	}
	for i, w := range words {
		if i == len(words)-1 && len([]rune(w)) >= prefixMin {
			w += "*"
		}
		m = append(m, []string{w})
	}
	return m
}
