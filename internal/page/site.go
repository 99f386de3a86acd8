package page

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Limits of a site as a whole.
const (
	BlocksMax  = 8
	WordsMax   = 5000 // characters of a block
	MissingMax = 2000 // characters
	CountMax   = 20   // posts of a block
)

// A Site is how a person's site looks as a whole. The zero Site is as it comes.
type Site struct {
	AccountID id.ID
	Front     []Block // what stands on the front page, in order; none is the profile
	Lettering string
	Width     string
	Scheme    string
	Missing   string // Markdown said where nothing is; "" is what the house says
	UpdatedAt time.Time
}

// The letterings, widths and color schemes to choose from, each beginning with how a site comes.
var (
	Letterings = []string{"reading", "plain", "round", "typed"}
	Widths     = []string{"usual", "narrow", "wide"}
	Schemes    = []string{"", "light", "dark"}
)

// A Block is a part of a front page.
type Block struct {
	Kind  BlockKind `json:"kind"`
	Words string    `json:"words,omitempty"` // Markdown, of Words
	Count int       `json:"count,omitempty"` // how many, of lists of posts
}

// BlockKind is what a part of a front page shows.
type BlockKind string

// The parts there are.
const (
	Intro    BlockKind = "intro"  // who one is, and how to follow
	Words    BlockKind = "words"  // words of one's own
	Pinned   BlockKind = "pinned" // posts one has pinned
	Latest   BlockKind = "latest" // posts of any kind
	Notes    BlockKind = "notes"
	Articles BlockKind = "articles"
	Pictures BlockKind = "pictures"
	Pages    BlockKind = "pages" // the pages of the menu
	Facts    BlockKind = "facts" // what one says of oneself by name and value
)

// BlockKinds are all parts, in the order they are offered.
var BlockKinds = []BlockKind{Intro, Words, Pinned, Latest, Notes, Articles, Pictures, Pages, Facts}

// Counts reports whether a part is a list of posts whose length is chosen.
func (k BlockKind) Counts() bool {
	return slices.Contains([]BlockKind{Latest, Notes, Articles, Pictures}, k)
}

// check puts a site into the form it is kept in, or says what is wrong with it.
func (s *Site) check() error {
	if len(s.Front) > BlocksMax {
		return fault.New(fault.Invalid, "fault.site.blocks", "max", BlocksMax)
	}
	for i := range s.Front {
		b := &s.Front[i]
		switch {
		case !slices.Contains(BlockKinds, b.Kind):
			return fault.New(fault.Invalid, "fault.request.field", "field", "kind")
		case utf8.RuneCountInString(b.Words) > WordsMax:
			return fault.New(fault.Invalid, "fault.site.words", "max", WordsMax)
		}
		if b.Kind != Words {
			b.Words = ""
		}
		if !b.Kind.Counts() {
			b.Count = 0
		} else if b.Count < 1 || b.Count > CountMax {
			b.Count = 5
		}
	}
	if utf8.RuneCountInString(s.Missing) > MissingMax {
		return fault.New(fault.Invalid, "fault.site.missing", "max", MissingMax).In("missing")
	}
	for _, c := range []struct {
		of   []string
		is   *string
		name string
	}{{Letterings, &s.Lettering, "lettering"}, {Widths, &s.Width, "width"}, {Schemes, &s.Scheme, "scheme"}} {
		if *c.is == "" {
			*c.is = c.of[0]
		}
		if !slices.Contains(c.of, *c.is) {
			return fault.New(fault.Invalid, "fault.request.field", "field", c.name)
		}
	}
	return nil
}

// Site is how owner's site looks. It is shared and must not be changed.
func (s *Service) Site(ctx context.Context, owner id.ID) (*Site, error) {
	now := s.now()
	if at, ok := s.sites.find(owner, now); ok {
		return at, nil
	}
	gen := s.sites.generation()
	var at *Site
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		at, err = siteOf(ctx, tx, owner)
		return err
	})
	if err == nil {
		s.sites.keep(at, now.Add(siteTime), gen)
	}
	return at, err
}

// ChangeSite changes how owner's site looks. Invalid for what cannot be kept.
func (s *Service) ChangeSite(ctx context.Context, owner id.ID, change func(*Site)) error {
	return s.change(ctx, owner, func(ctx context.Context, tx *db.Tx) error {
		at, err := siteOf(ctx, tx, owner)
		if err != nil {
			return err
		}
		change(at)
		if err := at.check(); err != nil {
			return err
		}
		at.UpdatedAt = s.now()
		tx.After(func() { s.sites.drop(owner) })
		return putSite(ctx, tx, at)
	})
}

// siteOf is the site of an account, as it comes where nothing was changed.
func siteOf(ctx context.Context, tx *db.Tx, owner id.ID) (*Site, error) {
	at, err := getSite(ctx, tx, owner)
	if errors.Is(err, db.ErrNoRows) {
		at, err = &Site{AccountID: owner}, nil
		at.Lettering, at.Width, at.Scheme = Letterings[0], Widths[0], Schemes[0]
	}
	return at, err
}

// sites keeps how sites look as it was read a moment ago: every page of a site asks for it.
type sites struct {
	mu  sync.Mutex
	by  map[id.ID]kept
	gen int // counts what was dropped
}

type kept struct {
	site  *Site
	until time.Time
}

const (
	siteTime = 5 * time.Second
	sitesMax = 5000
)

func (c *sites) find(owner id.ID, now time.Time) (*Site, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.by[owner]
	return k.site, ok && now.Before(k.until)
}

func (c *sites) generation() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gen
}

// keep takes in what was read, unless something was dropped meanwhile: it may have been read before that change.
func (c *sites) keep(at *Site, until time.Time, gen int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gen != gen {
		return
	}
	if c.by == nil || len(c.by) >= sitesMax {
		c.by = map[id.ID]kept{}
	}
	c.by[at.AccountID] = kept{at, until}
}

func (c *sites) drop(owner id.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen++
	delete(c.by, owner)
}
