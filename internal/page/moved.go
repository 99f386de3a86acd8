package page

import (
	"context"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Limits of what has moved.
const (
	PathMax  = 300 // characters
	MovedMax = 5000
	hopsMax  = 8 // from one moved address to the next
)

// A Moved is an address below a person's site that leads to another.
type Moved struct {
	AccountID id.ID
	Path      string // below the site, without slashes around it
	PageID    id.ID  // the page it leads to, or
	Target    string // the path it leads to; "" with no page: what was there is gone
	CreatedAt time.Time
}

// Gone reports whether the address says that what was there is gone.
func (m *Moved) Gone() bool { return m.PageID == 0 && m.Target == "" }

// Path is a path below a site in the form that two spellings of it share; ok
// is false for one that cannot be kept.
func Path(raw string) (path string, ok bool) {
	raw = strings.TrimSpace(raw)
	path, query, _ := strings.Cut(raw, "?")
	plain, err := url.PathUnescape(path)
	if err != nil {
		plain = path
	}
	if !utf8.ValidString(plain) || !utf8.ValidString(query) {
		return "", false
	}
	plain = strings.ToLower(norm.NFC.String(strings.Trim(plain, "/")))
	if query != "" {
		plain += "?" + query
	}
	if utf8.RuneCountInString(plain) > PathMax || strings.ContainsFunc(plain, unicode.IsControl) {
		return "", false
	}
	return plain, true
}

// A Place is what an address below a site has come to: a page, or the path to go on to.
type Place struct {
	Page *Page
	To   string
}

// Find is what is at a path below owner's site for viewer. Gone for what was
// there once, NotFound for what never was, or is a draft.
func (s *Service) Find(ctx context.Context, viewer, owner id.ID, path string) (at Place, err error) {
	path, ok := Path(path)
	if !ok || path == "" {
		return at, unknown()
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		at, err = follow(ctx, tx, viewer, owner, path)
		return err
	})
	return at, err
}

// follow goes from a path to where it leads, a few steps at most.
func follow(ctx context.Context, tx *db.Tx, viewer, owner id.ID, path string) (at Place, err error) {
	for hop := range hopsMax {
		if slug, ok := slugOf(path); ok && slug != "" && !strings.ContainsAny(path, "/?.") {
			found, err := list(ctx, tx, ofOwnerWithSlug, owner, slug)
			if err != nil {
				return at, err
			}
			if len(found) > 0 && found[0].CanSee(viewer) {
				if hop > 0 || slug != path {
					return Place{To: slug}, nil
				}
				return Place{Page: found[0]}, nil
			}
		}
		moved, err := movedFrom(ctx, tx, owner, path)
		if err == nil && len(moved) == 0 && hop > 0 {
			return Place{To: path}, nil // a post, or nothing: its own address tells
		}
		if err == nil && len(moved) == 0 {
			err = unknown()
		}
		if err != nil {
			return at, err
		}
		switch m := moved[0]; {
		case m.Gone():
			return at, fault.New(fault.Gone, "fault.page.gone")
		case m.PageID != 0:
			p, err := mine(ctx, tx, owner, m.PageID)
			if fault.Is(err, fault.NotFound) || err == nil && !p.CanSee(viewer) {
				return at, fault.New(fault.Gone, "fault.page.gone")
			} else if err != nil {
				return at, err
			}
			return Place{To: p.Slug}, nil
		default:
			path = m.Target
		}
	}
	return at, unknown()
}

// Lead has an address below owner's site lead to another, or to owner's front
// where that is "/". Invalid for a path that is none, or leads back to itself;
// Conflict for one that a page has.
func (s *Service) Lead(ctx context.Context, owner id.ID, from, to string) error {
	path, ok := Path(from)
	if !ok || path == "" {
		return fault.New(fault.Invalid, "fault.page.path", "max", PathMax).In("from")
	}
	if _, err := id.Parse(path); err == nil || keeps(path) {
		return fault.New(fault.Invalid, "fault.page.path_house").In("from")
	}
	target, ok := Path(to)
	if !ok || strings.TrimSpace(to) == "" {
		return fault.New(fault.Invalid, "fault.page.path", "max", PathMax).In("to")
	}
	if target == "" {
		target = "/"
	}
	return s.change(ctx, owner, func(ctx context.Context, tx *db.Tx) error {
		if slug, ok := slugOf(path); ok && slug == path {
			taken, err := list(ctx, tx, ofOwnerWithSlug, owner, slug)
			if err != nil {
				return err
			}
			if len(taken) > 0 {
				return fault.New(fault.Conflict, "fault.page.path_taken", "title", taken[0].Title).In("from")
			}
		}
		if err := turnsBack(ctx, tx, owner, path, target); err != nil {
			return err
		}
		if n, err := countMoved(ctx, tx, owner); err != nil {
			return err
		} else if n >= MovedMax {
			return fault.New(fault.Invalid, "fault.page.moved_many", "max", MovedMax)
		}
		return move(ctx, tx, Moved{AccountID: owner, Path: path, Target: target, CreatedAt: s.now()})
	})
}

// turnsBack refuses a target from which one would come back to path, or walk too long.
func turnsBack(ctx context.Context, tx *db.Tx, owner id.ID, path, target string) error {
	for at, hop := target, 0; ; hop++ {
		if at == path || hop == hopsMax-1 {
			return fault.New(fault.Invalid, "fault.page.loop").In("to")
		}
		moved, err := movedFrom(ctx, tx, owner, at)
		if err != nil || len(moved) == 0 || moved[0].Target == "" {
			return err
		}
		at = moved[0].Target
	}
}

// Forwarded are the addresses of owner's site that lead on, or say that something is gone, newest first.
func (s *Service) Forwarded(ctx context.Context, owner id.ID) (all []Moved, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = movedOf(ctx, tx, owner, MovedMax)
		return err
	})
	return all, err
}

// Unlead ends what an address of owner's site leads to.
func (s *Service) Unlead(ctx context.Context, owner id.ID, path string) error {
	return s.change(ctx, owner, func(ctx context.Context, tx *db.Tx) error { return unmove(ctx, tx, owner, path) })
}
