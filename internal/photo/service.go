package photo

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math"
	"time"

	"golang.org/x/sync/singleflight"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/media/derive"
)

// Deriver looks at content in a process of its own.
type Deriver interface {
	Study(ctx context.Context, src io.Reader, want []derive.Size) (*derive.Picture, error)
	Film(ctx context.Context, src io.ReadSeeker) (*derive.Film, error)
}

// Config is what the service is made of.
type Config struct {
	DB      *db.DB
	Blobs   blob.Store
	Derive  Deriver
	Gallery Gallery
	Now     func() time.Time
	Zone    *time.Location // of the home, for files that say no other date
	Log     *slog.Logger
}

// Service keeps the index. It is safe for concurrent use.
type Service struct {
	Config
	wake    chan struct{}
	looking singleflight.Group // by content, so that nothing is looked at twice at once
}

// New returns the service. It looks at nothing until it runs.
func New(cfg Config) *Service {
	return &Service{Config: cfg, wake: make(chan struct{}, 1)}
}

// Changed keeps the index right when a file or folder is new or is not what it was.
func (s *Service) Changed(ctx context.Context, tx *db.Tx, c file.Change) error {
	n := c.Node
	switch c.Kind {
	case file.ThrownAway:
		if err := orphan(ctx, tx, n.ID); err != nil {
			return err
		}
		return s.stirred(tx, trash(ctx, tx, n.ID, true))
	case file.Removed:
		if err := orphan(ctx, tx, n.ID); err != nil {
			return err
		}
		return s.stirred(tx, drop(ctx, tx, n.ID))
	case file.Restored:
		if n.Folder {
			return s.stirred(tx, trash(ctx, tx, n.ID, false))
		}
	}
	if n.Folder {
		return nil
	}
	if c.Kind != file.Made {
		if err := orphan(ctx, tx, n.ID); err != nil {
			return err
		}
	}
	kind := kindOf(n)
	if kind == "" {
		if c.Kind == file.Made {
			return nil
		}
		return drop(ctx, tx, n.ID)
	}
	if _, err := await(ctx, tx, n.Blob, kind, s.Now()); err != nil {
		return err
	}
	said, err := takenOf(ctx, tx, n.Blob)
	if err != nil {
		return err
	}
	taken, by := date(said, n.Name, n.ModifiedAt, s.Zone)
	return s.stirred(tx, put(ctx, tx, n, kind, taken, by))
}

// stirred has the index worked on once the change is durable.
func (s *Service) stirred(tx *db.Tx, err error) error {
	if err == nil {
		tx.After(s.rouse)
	}
	return err
}

func (s *Service) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// A Place is one in a timeline.
type Place struct {
	TakenAt time.Time
	NodeID  id.ID
}

// At is where a photo stands.
func (p *Photo) At() Place { return Place{p.TakenAt, p.NodeID} }

// Latest is the place after everything.
func Latest() Place { return Place{time.UnixMicro(math.MaxInt64), math.MaxInt64} }

// EndOf is the place after the last photo of a month.
func EndOf(year int, month time.Month) Place {
	return Place{time.Date(year, month+1, 1, 0, 0, 0, 0, time.UTC), 0}
}

// Before are a person's photos taken before a place, the latest first.
func (s *Service) Before(ctx context.Context, owner id.ID, at Place, most int) (all []*Photo, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = before(ctx, tx, owner, at, most)
		return err
	})
	return all, err
}

// After are a person's photos taken after a place, the earliest first.
func (s *Service) After(ctx context.Context, owner id.ID, at Place, most int) (all []*Photo, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = after(ctx, tx, owner, at, most)
		return err
	})
	return all, err
}

// A Month is one in which photos were taken.
type Month struct {
	Year  int
	Month time.Month
}

func (m Month) number() int { return m.Year*100 + int(m.Month) }

// MonthOf is the month of a day.
func MonthOf(t time.Time) Month { return Month{t.Year(), t.Month()} }

// Months are those in which a person's photos were taken, the latest first.
func (s *Service) Months(ctx context.Context, owner id.ID) (all []Month, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		found, err := months(ctx, tx, owner)
		for _, m := range found {
			all = append(all, Month{m / 100, time.Month(m % 100)})
		}
		return err
	})
	return all, err
}

// Counts are how many photos of a person were taken in each month from one to another.
func (s *Service) Counts(ctx context.Context, owner id.ID, from, to Month) (by map[Month]int, err error) {
	by = map[Month]int{}
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		found, err := perMonth(ctx, tx, owner, from.number(), to.number())
		for m, n := range found {
			by[Month{m / 100, time.Month(m % 100)}] = n
		}
		return err
	})
	return by, err
}

// Folders are the folders in which a person's photos lie, with their paths, those with most photos first.
func (s *Service) Folders(ctx context.Context, owner id.ID, most int) (all []file.Found, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		ids, err := foldersOf(ctx, tx, owner, most)
		if err != nil || len(ids) == 0 {
			return err
		}
		all, err = file.Locate(ctx, tx, owner, ids)
		return err
	})
	return all, err
}

// Get is a person's photo by the number of its file. NotFound for one of
// others, in the trash, or for what is none.
func (s *Service) Get(ctx context.Context, owner id.ID, number int64) (p *Photo, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err = s.get(ctx, tx, owner, number)
		return err
	})
	return p, err
}

func (s *Service) get(ctx context.Context, tx *db.Tx, owner id.ID, number int64) (*Photo, error) {
	return OfOwner(ctx, tx, owner, number)
}

// WithNodes are photos of anybody by their files.
func WithNodes(ctx context.Context, tx *db.Tx, nodes []id.ID) (map[id.ID]*Photo, error) {
	all, err := withNodes(ctx, tx, nodes)
	by := make(map[id.ID]*Photo, len(all))
	for _, p := range all {
		by[p.NodeID] = p
	}
	return by, err
}

// OfOwner is Get within a transaction.
func OfOwner(ctx context.Context, tx *db.Tx, owner id.ID, number int64) (*Photo, error) {
	p, err := getNumber(ctx, tx, number)
	if errors.Is(err, db.ErrNoRows) || err == nil && p.OwnerID != owner {
		return nil, fault.New(fault.NotFound, "fault.photo.unknown")
	}
	return p, err
}

// A View is a photo among its neighbors.
type View struct {
	*Photo
	Earlier, Later *Photo // nil at the ends
	Parts          []*Photo
	Leader         *Photo // that stands for it, nil where it stands for itself
}

// Look at a photo among its neighbors. NotFound as for Get.
func (s *Service) Look(ctx context.Context, owner id.ID, number int64) (v *View, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.get(ctx, tx, owner, number)
		if err != nil {
			return err
		}
		v = &View{Photo: p}
		if p.PartOf != 0 {
			if v.Leader, err = getNode(ctx, tx, p.PartOf); err != nil {
				return err
			}
		}
		earlier, err := before(ctx, tx, owner, p.At(), 1)
		if err != nil {
			return err
		}
		later, err := after(ctx, tx, owner, p.At(), 1)
		if err != nil {
			return err
		}
		for _, one := range earlier {
			v.Earlier = one
		}
		for _, one := range later {
			v.Later = one
		}
		v.Parts, err = partsOf(ctx, tx, p.NodeID)
		return err
	})
	return v, err
}

// UsedBlobs are those of hashes that are previews of photos.
func UsedBlobs(ctx context.Context, tx *db.Tx, hashes []string) ([]string, error) {
	return usedBlobs(ctx, tx, hashes)
}

// sweepBatch is how much one transaction of a sweep takes.
const sweepBatch = 200

// Sweep forgets what was found about content that no photo holds any more.
func (s *Service) Sweep(ctx context.Context) error {
	for last := ""; ; {
		var gone []string
		err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if gone, err = unheld(ctx, tx, last, sweepBatch); err != nil || len(gone) == 0 {
				return err
			}
			last = gone[len(gone)-1]
			return forget(ctx, tx, gone)
		})
		if err != nil || len(gone) < sweepBatch {
			return err
		}
	}
}
