package site

import (
	"context"
	"slices"
	"strings"

	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/post"
	"allod/web"
)

// roundsMax is how many times a list is read on to fill a page of which much is hidden.
const roundsMax = 5

// A veiled list is one as its reader wants to see it.
type veiled struct {
	items  []post.Item
	covers map[id.ID][]moderation.Cover // by item, of those that are folded
	hidden int
	last   id.ID // where the list was read to, 0 where it is at its end
}

// veil reads a page of a list, at most size items, without what the reader does not want to see.
func (s *Site) veil(ctx context.Context, v *reader, at moderation.Place, p id.Page, size int, read func(context.Context, id.Page) ([]post.Item, error)) (out veiled, err error) {
	veil, err := s.Guard.Veil(ctx, v.id())
	if err != nil {
		return out, err
	}
	out.covers = map[id.ID][]moderation.Cover{}
	for range roundsMax {
		all, err := read(ctx, p)
		if err != nil {
			return out, err
		}
		for i, it := range all {
			if len(out.items) == size {
				out.last = all[i-1].ID
				return out, nil
			}
			if !veil.Bare() {
				covers := veil.Over(v.id(), at, it.Subject(s.Text))
				if moderation.Hidden(covers) != nil {
					out.hidden++
					continue
				}
				if len(covers) > 0 {
					out.covers[it.ID] = covers
				}
			}
			out.items = append(out.items, it)
		}
		if len(all) == 0 {
			return out, nil
		}
		p.Max = all[len(all)-1].ID
		out.last = p.Max
		if out.hidden == 0 || len(out.items) == size {
			break
		}
	}
	// Some may be hidden from this reader by their authors, so the end is asked for.
	rest, err := read(ctx, id.Page{Max: out.last, Limit: size})
	if err == nil && len(rest) == 0 {
		out.last = 0
	}
	return out, err
}

// fold is the fold that a reader's filters put before a post.
func (s *Site) fold(v *reader, covers []moderation.Cover) *web.Fold {
	f := &web.Fold{}
	var words []string
	for _, c := range covers {
		if c.Filter == nil {
			continue
		}
		f.Filters = append(f.Filters, web.Link{Label: c.Filter.Title, URL: filtersPath + "/" + c.Filter.ID.String()})
		f.Media = c.Action == moderation.Blur
		for _, k := range c.Keywords {
			if !slices.Contains(words, k) {
				words = append(words, k)
			}
		}
	}
	f.Words = strings.Join(words, ", ")
	return f
}

// foldThread folds the posts of a conversation that the reader does not want
// to see openly: they came to read it, so nothing is left out of it.
func (s *Site) foldThread(ctx context.Context, v *reader, t *post.Thread, view *web.ConversationView) error {
	veil, err := s.Guard.Veil(ctx, v.id())
	if err != nil || veil.Bare() {
		return err
	}
	folds := map[string]*web.Fold{}
	for _, p := range slices.Concat(t.Ancestors, t.Descendants) {
		if covers := veil.Over(v.id(), moderation.Thread, p.Subject(s.Text)); len(covers) > 0 {
			folds[p.ID.String()] = s.cover(v, covers)
		}
	}
	for i := range view.Before {
		view.Before[i].Fold = folds[view.Before[i].ID]
	}
	foldTalks(view.Answers, folds)
	return nil
}

func foldTalks(talks []web.Talk, folds map[string]*web.Fold) {
	for i := range talks {
		talks[i].Post.Fold = folds[talks[i].Post.ID]
		foldTalks(talks[i].Answers, folds)
	}
}

// cover is the fold of any reason.
func (s *Site) cover(v *reader, covers []moderation.Cover) *web.Fold {
	f := s.fold(v, covers)
	if len(f.Filters) == 0 {
		f.Filters = []web.Link{{Label: s.whyHidden(v, covers[0], ""), URL: hiddenPath}}
	}
	return f
}
