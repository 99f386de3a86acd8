package moderation

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A Place is where something would be seen.
type Place string

// The places. Thread is a conversation, Profile somebody's page.
const (
	Home          Place = "home"
	Notifications Place = "notifications"
	Public        Place = "public"
	Thread        Place = "thread"
	Profile       Place = "account"
)

// Together is a list that is read by itself. Filters take it for the home stream.
const Together Place = "list"

// Places are all of them, in the order they are offered.
var Places = []Place{Home, Notifications, Public, Thread, Profile}

// An Action is what a filter does.
type Action string

// The actions.
const (
	Warn Action = "warn" // the post is folded
	Hide Action = "hide" // it is left out
	Blur Action = "blur" // its pictures are folded
)

// A Filter keeps posts with certain words, or certain posts, from its owner.
type Filter struct {
	ID        id.ID
	Owner     id.ID
	Title     string
	Places    []Place
	Action    Action
	Until     time.Time // zero: until it is taken back
	CreatedAt time.Time
	Keywords  []Keyword
	Posts     []FilteredPost
}

// A Keyword is a word or phrase of a filter.
type Keyword struct {
	ID    id.ID
	Text  string
	Whole bool // only where it stands by itself, not within a word
}

// A FilteredPost is one post of a filter.
type FilteredPost struct{ ID, Post id.ID }

// Limits of filters.
const (
	FiltersMax  = 100 // of one person
	KeywordsMax = 200 // of one filter
	WordsMax    = 1000
	KeywordMax  = 200 // characters
	TitleMax    = 200 // characters
	longest     = 10 * 365 * 24 * time.Hour
)

// Active reports whether a filter still holds.
func (f *Filter) Active(now time.Time) bool { return f.Until.IsZero() || now.Before(f.Until) }

// At reports whether a filter holds at a place.
func (f *Filter) At(p Place) bool {
	if p == Together {
		p = Home
	}
	return slices.Contains(f.Places, p)
}

func (f *Filter) check(now time.Time) error {
	invalid := func(field, key string, args ...any) error { return fault.New(fault.Invalid, key, args...).In(field) }
	f.Title = strings.Join(strings.Fields(f.Title), " ")
	switch {
	case f.Title == "" || !utf8.ValidString(f.Title):
		return invalid("title", "fault.filter.title")
	case utf8.RuneCountInString(f.Title) > TitleMax:
		return invalid("title", "fault.group.long", "max", TitleMax)
	case len(f.Places) == 0:
		return invalid("context", "fault.filter.places")
	case len(f.Keywords) > KeywordsMax:
		return invalid("keywords", "fault.filter.keywords_many", "max", KeywordsMax)
	case !f.Until.IsZero() && f.Until.Sub(now) > longest:
		return invalid("expires_in", "fault.audience.duration")
	}
	for _, p := range f.Places {
		if !slices.Contains(Places, p) {
			return invalid("context", "fault.filter.places")
		}
	}
	if f.Action != Warn && f.Action != Hide && f.Action != Blur {
		return invalid("filter_action", "fault.filter.action")
	}
	for i := range f.Keywords {
		if err := f.Keywords[i].check(); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keyword) check() error {
	k.Text = strings.TrimSpace(k.Text)
	switch {
	case !utf8.ValidString(k.Text) || fold(k.Text) == "":
		return fault.New(fault.Invalid, "fault.filter.keyword").In("keywords")
	case utf8.RuneCountInString(k.Text) > KeywordMax:
		return fault.New(fault.Invalid, "fault.group.long", "max", KeywordMax).In("keywords")
	}
	return nil
}

// Filters are those of a person, the oldest first, also the ones that have ended.
func (s *Service) Filters(ctx context.Context, who id.ID) (out []*Filter, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = filtersOf(ctx, tx, who)
		return err
	})
	return out, err
}

// Filter is one of a person's; NotFound for any other.
func (s *Service) Filter(ctx context.Context, who, filter id.ID) (f *Filter, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err = own(ctx, tx, who, filter)
		return err
	})
	return f, err
}

func own(ctx context.Context, tx *db.Tx, who, filter id.ID) (*Filter, error) {
	f, err := getFilter(ctx, tx, filter)
	if errors.Is(err, db.ErrNoRows) || err == nil && f.Owner != who {
		return nil, fault.New(fault.NotFound, "fault.filter.unknown")
	}
	return f, err
}

// PutFilter makes a filter, where its id is 0, or changes one of its owner's
// with all its keywords: those with an id stay, those without are new, and
// what is not among them goes. Its posts stay.
func (s *Service) PutFilter(ctx context.Context, f Filter) (*Filter, error) {
	if err := f.check(s.now()); err != nil {
		return nil, err
	}
	err := s.change(ctx, f.Owner, func(ctx context.Context, tx *db.Tx) error {
		all, err := filtersOf(ctx, tx, f.Owner)
		if err != nil {
			return err
		}
		words := len(f.Keywords)
		for _, other := range all {
			if other.ID != f.ID {
				words += len(other.Keywords)
			}
		}
		switch {
		case words > WordsMax:
			return fault.New(fault.Invalid, "fault.filter.keywords_many", "max", WordsMax).In("keywords")
		case f.ID == 0 && len(all) >= FiltersMax:
			return fault.New(fault.Invalid, "fault.group.many", "max", FiltersMax).In("title")
		case f.ID == 0:
			f.ID, f.CreatedAt = s.ids.Next(), s.now()
		default:
			before, err := own(ctx, tx, f.Owner, f.ID)
			if err != nil {
				return err
			}
			f.CreatedAt, f.Posts = before.CreatedAt, before.Posts
			for i, k := range f.Keywords {
				if k.ID != 0 && !slices.ContainsFunc(before.Keywords, func(b Keyword) bool { return b.ID == k.ID }) {
					return fault.New(fault.NotFound, "fault.filter.unknown").In("keywords")
				}
				f.Keywords[i] = k
			}
		}
		for i := range f.Keywords {
			if f.Keywords[i].ID == 0 {
				f.Keywords[i].ID = s.ids.Next()
			}
		}
		return putFilter(ctx, tx, &f)
	})
	return &f, err
}

// DropFilter ends a filter.
func (s *Service) DropFilter(ctx context.Context, who, filter id.ID) error {
	return s.change(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		if _, err := own(ctx, tx, who, filter); err != nil {
			return err
		}
		return deleteFilter(ctx, tx, filter)
	})
}

// PutKeyword adds a keyword to a filter, where its id is 0, or changes one.
func (s *Service) PutKeyword(ctx context.Context, who, filter id.ID, k Keyword) (Keyword, error) {
	f, err := s.Filter(ctx, who, filter)
	if err != nil {
		return k, err
	}
	at := slices.IndexFunc(f.Keywords, func(o Keyword) bool { return o.ID == k.ID })
	switch {
	case k.ID == 0:
		f.Keywords = append(f.Keywords, k)
		at = len(f.Keywords) - 1
	case at < 0:
		return k, fault.New(fault.NotFound, "fault.filter.unknown")
	default:
		f.Keywords[at] = k
	}
	f, err = s.PutFilter(ctx, *f)
	if err != nil {
		return k, err
	}
	return f.Keywords[at], nil
}

// Keyword is one of a person's, with its filter; NotFound for any other.
func (s *Service) Keyword(ctx context.Context, who, keyword id.ID) (*Filter, Keyword, error) {
	all, err := s.Filters(ctx, who)
	for _, f := range all {
		for _, k := range f.Keywords {
			if k.ID == keyword {
				return f, k, nil
			}
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "fault.filter.unknown")
	}
	return nil, Keyword{}, err
}

// DropKeyword takes a keyword out of its filter.
func (s *Service) DropKeyword(ctx context.Context, who, keyword id.ID) error {
	f, _, err := s.Keyword(ctx, who, keyword)
	if err != nil {
		return err
	}
	f.Keywords = slices.DeleteFunc(f.Keywords, func(k Keyword) bool { return k.ID == keyword })
	_, err = s.PutFilter(ctx, *f)
	return err
}

// AddPost puts a post into a filter. Whether there is such a post is for the caller to know.
func (s *Service) AddPost(ctx context.Context, who, filter, post id.ID) (added FilteredPost, err error) {
	err = s.change(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		f, err := own(ctx, tx, who, filter)
		if err != nil {
			return err
		}
		if at := slices.IndexFunc(f.Posts, func(p FilteredPost) bool { return p.Post == post }); at >= 0 {
			added = f.Posts[at]
			return nil
		}
		if len(f.Posts) >= KeywordsMax {
			return fault.New(fault.Invalid, "fault.filter.keywords_many", "max", KeywordsMax).In("status_id")
		}
		added = FilteredPost{s.ids.Next(), post}
		return addPost(ctx, tx, filter, added)
	})
	return added, err
}

// FilteredPost is one of a person's, with its filter; NotFound for any other.
func (s *Service) FilteredPost(ctx context.Context, who, which id.ID) (*Filter, FilteredPost, error) {
	all, err := s.Filters(ctx, who)
	for _, f := range all {
		for _, p := range f.Posts {
			if p.ID == which {
				return f, p, nil
			}
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "fault.filter.unknown")
	}
	return nil, FilteredPost{}, err
}

// DropPost takes a post out of its filter.
func (s *Service) DropPost(ctx context.Context, who, which id.ID) error {
	if _, _, err := s.FilteredPost(ctx, who, which); err != nil {
		return err
	}
	return s.change(ctx, who, func(ctx context.Context, tx *db.Tx) error { return deletePost(ctx, tx, which) })
}
