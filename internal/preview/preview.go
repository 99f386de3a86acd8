// Package preview looks at the pages that posts link to, so that their cards
// show what they are about.
//
// A page is looked at once, for all posts, and not by everybody at the same
// moment: what somebody here links to at once, what came from elsewhere after
// a while by chance. What came from a home of ours brings its card along, and
// then nothing is asked. Only posts for everyone are looked after.
package preview

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/media"
	"allod/internal/post"
)

// Config is what the service is made of.
type Config struct {
	DB    *db.DB
	Jobs  *job.Queue
	Fetch *fetch.Client
	Media *media.Service
	IDs   *id.Source
	Now   func() time.Time
	Log   *slog.Logger
	// Ours reports whether a host is this home's, whose pages are not fetched.
	Ours func(ctx context.Context, host string) bool
	// Pause is how long to wait before a page is looked at that came from
	// elsewhere; nil is a time by chance, so that not everybody asks at once.
	Pause func() time.Duration
}

// Service looks at pages. It is safe for concurrent use.
type Service struct {
	Config
	looking chan struct{} // a token for each look under way
}

// looksAtOnce is how many pages are looked at at the same time: jobs for
// others' sites leave room for all the others.
const looksAtOnce = 8

// New returns the service and tells the queue about its job.
func New(cfg Config) *Service {
	if cfg.Pause == nil {
		cfg.Pause = func() time.Duration { return pauseLeast + rand.N(pauseMost-pauseLeast) }
	}
	s := &Service{Config: cfg, looking: make(chan struct{}, looksAtOnce)}
	job.Handle(cfg.Jobs, s.look)
	return s
}

// A page that came from elsewhere is looked at after a time between these.
const (
	pauseLeast = 5 * time.Second
	pauseMost  = 60 * time.Second
)

// Written has the page looked at that a post of one who lives here links to.
func (s *Service) Written(ctx context.Context, tx *db.Tx, p *post.Post) error {
	return s.link(ctx, tx, p, 0)
}

// Came has the page looked at that a post from elsewhere links to, unless it
// came with word of it.
func (s *Service) Came(ctx context.Context, tx *db.Tx, p *post.Post) error {
	if p.Previewed {
		return nil
	}
	return s.link(ctx, tx, p, s.Pause())
}

func (s *Service) link(ctx context.Context, tx *db.Tx, p *post.Post, pause time.Duration) error {
	to := p.Linked()
	if to == "" {
		if p.EditedAt.IsZero() {
			return nil
		}
		return media.Unlink(ctx, tx, p.ID) // it may have linked to something before
	}
	host, err := address.HostOf(to)
	if err != nil || s.Ours(ctx, host) {
		return media.Unlink(ctx, tx, p.ID)
	}
	c, due, err := media.Link(ctx, tx, s.IDs, s.Now(), p.ID, to)
	if err != nil || !due {
		return err
	}
	return s.Jobs.Add(ctx, tx, look{c.ID}, job.Options{Unique: true, After: s.Now().Add(pause)})
}

// look is the job that looks at a page.
type look struct {
	Card id.ID `json:"card"`
}

// Kind names the job.
func (look) Kind() string { return "preview.look" }

const (
	tries    = 3
	roomTime = 2 * time.Second // to wait for a token
)

func (s *Service) look(ctx context.Context, l look) error {
	c, err := s.Media.DueCard(ctx, l.Card)
	if fault.Is(err, fault.NotFound) {
		return nil
	} else if err != nil {
		return err
	}
	select {
	case s.looking <- struct{}{}:
		defer func() { <-s.looking }()
	case <-time.After(roomTime):
		return job.Later(time.Second)
	}
	found, err := s.read(ctx, c.URL)
	switch {
	case fault.Is(err, fault.Unavailable, fault.Timeout) && c.Tries+1 < tries:
		if err := s.Media.TryCard(ctx, c.ID); err != nil {
			return err
		}
		return job.Later(time.Duration(c.Tries+1) * 10 * time.Second)
	case err != nil:
		s.Log.Debug("a page shows nothing", "error", err)
		found = &page{}
	}
	c.Title, c.Description, c.Language, c.Published = found.title, found.description, found.language, found.published
	if c.Title != "" && found.image != "" {
		c.Picture = s.picture(ctx, found)
	}
	return s.Media.SettleCard(ctx, c)
}

// Bounds of one look.
const (
	pageTime    = 10 * time.Second
	pageMost    = 8 << 20   // of a page that is read at all
	pageRead    = 512 << 10 // of it that is read: what counts stands at its head
	pictureTime = 10 * time.Second
	pictureMost = 8 << 20
)

// read is what a page says of itself.
func (s *Service) read(ctx context.Context, url string) (*page, error) {
	stream, err := s.Fetch.Open(ctx, fetch.Request{
		URL: url, Accept: []string{"text/html", "application/xhtml+xml"}, MaxBytes: pageMost, Timeout: pageTime,
	})
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	switch {
	case stream.Status >= 500 || stream.Status == 429:
		return nil, fault.New(fault.Unavailable, "").Because("the page answered %d", stream.Status)
	case stream.Status/100 != 2:
		return nil, fault.New(fault.NotFound, "").Because("the page answered %d", stream.Status)
	}
	return parse(stream, stream.Header.Get("Content-Type"), stream.URL)
}

// picture is the picture that a page shows itself by, nil where it cannot be had.
func (s *Service) picture(ctx context.Context, p *page) *media.Medium {
	stream, err := s.Fetch.Open(ctx, fetch.Request{URL: p.image, Accept: []string{"image/*"}, MaxBytes: pictureMost, Timeout: pictureTime})
	if err != nil {
		return nil
	}
	defer stream.Close()
	if stream.Status/100 != 2 {
		return nil
	}
	m, err := s.Media.CardPicture(ctx, stream, p.imageAlt)
	if err != nil {
		s.Log.Debug("a page's picture is none", "error", err)
		return nil
	}
	return m
}
