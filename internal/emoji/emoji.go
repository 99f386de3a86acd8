// Package emoji is the small pictures of this home that stand for a word between colons, as in :wave:.
package emoji

import (
	"context"
	"io"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
)

// Limits of the set.
const (
	Most        = 500
	PictureMax  = 1 << 20 // bytes
	CategoryMax = 50      // characters
	inTextMost  = 64      // different ones in one text
)

// An Emoji is a picture with its word.
type Emoji struct {
	ID        id.ID
	Shortcode string // without colons
	MediaID   id.ID
	Key       string // of the file shown
	Mime      string
	Category  string
	CreatedAt time.Time
}

// Service keeps the set. It is small and asked for with every post, so it is remembered for a moment.
type Service struct {
	db    *db.DB
	ids   *id.Source
	now   func() time.Time
	media *media.Service

	mu    sync.Mutex
	held  []*Emoji
	until time.Time
}

// New returns the service.
func New(d *db.DB, ids *id.Source, now func() time.Time, pictures *media.Service) *Service {
	return &Service{db: d, ids: ids, now: now, media: pictures}
}

// heldFor is how long a change on another node is not seen.
const heldFor = 15 * time.Second

// shortcode is what an emoji may be called.
var shortcode = regexp.MustCompile(`^[A-Za-z0-9_]{2,40}$`)

// between finds words between colons.
var between = regexp.MustCompile(`:([A-Za-z0-9_]{2,40}):`)

// List is the whole set, by category and name.
func (s *Service) List(ctx context.Context) ([]*Emoji, error) {
	s.mu.Lock()
	held, until := s.held, s.until
	s.mu.Unlock()
	if s.now().Before(until) {
		return held, nil
	}
	var all []*Emoji
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = list(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held, s.until = all, s.now().Add(heldFor)
	return all, nil
}

// In are those of the set that a text names, each once, in its order.
func (s *Service) In(ctx context.Context, text string) (out []*Emoji, err error) {
	if !strings.Contains(text, ":") {
		return nil, nil
	}
	all, err := s.List(ctx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	by := make(map[string]*Emoji, len(all))
	for _, e := range all {
		by[e.Shortcode] = e
	}
	for rest := text; len(out) < inTextMost; {
		m := between.FindStringSubmatchIndex(rest)
		if m == nil {
			break
		}
		if e := by[rest[m[2]:m[3]]]; e != nil {
			out = append(out, e)
			delete(by, e.Shortcode)
		}
		rest = rest[m[3]:] // its last colon may be the first of the next
	}
	return out, nil
}

// Add takes a picture into the set. It returns Invalid in the fields
// "shortcode", "category" and "picture", Conflict for a word that is taken,
// and the faults of media.Upload.
func (s *Service) Add(ctx context.Context, by id.ID, code, category string, picture io.Reader) (*Emoji, error) {
	code, category = strings.Trim(strings.TrimSpace(code), ":"), strings.Join(strings.Fields(category), " ")
	invalid := func(field, key string, args ...any) error { return fault.New(fault.Invalid, key, args...).In(field) }
	switch {
	case !shortcode.MatchString(code):
		return nil, invalid("shortcode", "fault.emoji.shortcode")
	case !utf8.ValidString(category) || utf8.RuneCountInString(category) > CategoryMax:
		return nil, invalid("category", "fault.emoji.category", "n", CategoryMax)
	}
	m, err := s.media.Upload(ctx, by, &capped{r: picture, left: PictureMax}, ":"+code+":", 0, 0)
	if err != nil {
		key, args := fault.Message(err)
		return nil, fault.New(fault.Of(err), key, args...).In("picture").Because("%w", err)
	}
	f := m.Variant(media.Small)
	if f == nil {
		f = m.Variant(media.Large)
	}
	e := &Emoji{ID: s.ids.Next(), Shortcode: code, MediaID: m.ID, Key: f.Key, Mime: f.Mime, Category: category, CreatedAt: s.now()}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := list(ctx, tx)
		if err != nil {
			return err
		}
		if len(all) >= Most {
			return fault.New(fault.TooMany, "fault.emoji.many", "n", Most)
		}
		n, err := insert(ctx, tx, e)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.emoji.taken", "name", code).In("shortcode")
		}
		if err != nil {
			return err
		}
		return media.Hold(ctx, tx, by, e.ID, []id.ID{m.ID})
	})
	s.forget()
	return e, err
}

// Remove takes one out of the set. Posts that were made with it keep the word.
func (s *Service) Remove(ctx context.Context, which id.ID) error {
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := remove(ctx, tx, which)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "fault.emoji.unknown")
		}
		if err != nil {
			return err
		}
		return media.Release(ctx, tx, which)
	})
	s.forget()
	return err
}

func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = time.Time{}
}

// capped reads up to its cap and then fails with TooLarge.
type capped struct {
	r    io.Reader
	left int64
}

// Read reads from the source while it is within the cap.
func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, fault.New(fault.TooLarge, "fault.media.large", "n", PictureMax>>20)
	}
	return n, err
}
