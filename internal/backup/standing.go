package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/fault"
)

// Day is how often a standing backup is made where nothing else is chosen,
// and KeepDefault how many copies stay.
const (
	Day         = 24 * time.Hour
	KeepDefault = 7
	keepMax     = 60
)

// A Standing backup is one that is made again and again, and how the last one went.
type Standing struct {
	Folder string
	Every  time.Duration
	Keep   int64

	TriedAt, MadeAt time.Time
	Copies, Bytes   int64
	// FaultKey and FaultArgs are the sentence of the last attempt's failure, "" when it went well.
	FaultKey  string
	FaultArgs []any

	known bool
}

// Fault is the last failure.
func (s Standing) Fault() error {
	if s.FaultKey == "" {
		return nil
	}
	return fault.New(fault.Unavailable, s.FaultKey, s.FaultArgs...)
}

// Due reports whether the next copy should be made. After a failure it is tried again each hour.
func (s Standing) Due(now time.Time) bool {
	switch {
	case s.Folder == "":
		return false
	case s.TriedAt.IsZero() || s.TriedAt.After(now.Add(time.Hour)): // a clock that was put back
		return true
	case s.FaultKey != "":
		return now.Sub(s.TriedAt) >= min(time.Hour, s.Every)
	}
	return now.Sub(s.MadeAt) >= s.Every
}

// Config is what a Service stands on.
type Config struct {
	Source
	Log *slog.Logger
}

// Service makes copies on demand and standing ones.
type Service struct {
	Config
	turn sync.Mutex // one copy at a time
}

// New returns the service.
func New(c Config) *Service { return &Service{Config: c} }

// Standing tells where copies go by themselves, and how the last one went.
func (s *Service) Standing(ctx context.Context) (st Standing, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		st, err = readStanding(ctx, tx)
		return err
	})
	return st, err
}

// Choose says where copies go from now on; an empty folder ends that. What is there already stays.
func (s *Service) Choose(ctx context.Context, folder string, every time.Duration, keep int64) error {
	folder = strings.TrimSpace(folder)
	if folder != "" {
		folder = filepath.Clean(folder)
		if err := s.fits(folder); err != nil {
			return err
		}
		if _, err := os.Stat(filepath.Dir(folder)); err != nil {
			return inField(told(err, folder))
		}
	}
	if every < time.Hour || every > 31*Day || every%time.Hour != 0 {
		return fault.New(fault.Invalid, "fault.request.field", "field", "every").In("every")
	}
	if keep < 1 || keep > keepMax {
		return fault.New(fault.Invalid, "fault.backup.keep", "most", keepMax).In("keep")
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		st, err := readStanding(ctx, tx)
		if err != nil {
			return err
		}
		if folder != st.Folder {
			st = Standing{Folder: folder}
		}
		st.Every, st.Keep = every, keep
		return writeStanding(ctx, tx, st)
	})
}

func inField(err error) error {
	key, args := fault.Message(err)
	return fault.New(fault.Invalid, key, args...).In("folder").Because("%w", err)
}

// Run makes the standing copy now, if one is chosen, and drops those there
// are too many of. How it went is kept for the page.
func (s *Service) Run(ctx context.Context) error {
	if !s.turn.TryLock() {
		return fault.New(fault.Conflict, "fault.backup.running")
	}
	defer s.turn.Unlock()
	st, err := s.Standing(ctx)
	if err != nil || st.Folder == "" {
		return err
	}
	folder := st.Folder
	st.TriedAt = s.Now()
	m, failed := s.copyTo(ctx, st)
	st.FaultKey, st.FaultArgs = "", nil
	if failed == nil {
		st.known, st.MadeAt, st.Bytes = true, m.MadeAt, m.Bytes()
		if failed = told(Prune(ctx, folder, int(st.Keep)), folder); failed == nil {
			names, err := list(folder)
			st.Copies, failed = int64(len(names)), err
		}
	}
	if failed != nil {
		if ctx.Err() != nil {
			return ctx.Err() // the home stops; that is no failure of the disk
		}
		st.FaultKey, st.FaultArgs = fault.Message(failed)
		s.Log.Warn("the standing backup was not made", "folder", folder, "error", failed.Error())
	}
	return errors.Join(failed, s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := readStanding(ctx, tx)
		if err != nil || now.Folder != folder { // another was chosen meanwhile
			return err
		}
		st.Every, st.Keep = now.Every, now.Keep
		return writeStanding(ctx, tx, st)
	}))
}

// copyTo makes a copy, but not where the disk that held copies is away: its
// empty place would fill the disk below.
func (s *Service) copyTo(ctx context.Context, st Standing) (*Manifest, error) {
	if st.known && !Holds(st.Folder) {
		return nil, fault.New(fault.Unavailable, "fault.backup.away", "folder", st.Folder)
	}
	return Take(ctx, s.Source, st.Folder)
}

// Keep makes the standing copies when they are due, until ctx ends.
func (s *Service) Keep(ctx context.Context, look time.Duration) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		st, err := s.Standing(ctx)
		if err == nil && st.Due(s.Now()) {
			err = s.Run(ctx)
		}
		if err != nil && ctx.Err() == nil && fault.Is(err, fault.Internal) {
			s.Log.Error("standing backup", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Prune drops the oldest copies of a folder beyond keep, and the files that no copy has any more.
func Prune(ctx context.Context, dir string, keep int) (err error) {
	names, err := list(dir)
	if err != nil || len(names) <= keep {
		return err
	}
	for _, name := range names[:len(names)-keep] {
		gone := copyFolder(dir, unfinished+name) // it counts no more, whatever happens next
		if err := errors.Join(os.Rename(copyFolder(dir, name), gone), os.RemoveAll(gone)); err != nil {
			return err
		}
	}
	wanted := map[string]bool{}
	for _, name := range names[len(names)-keep:] {
		if err := eachFile(copyFolder(dir, name), func(ref blob.Ref) error { wanted[ref.Hash] = true; return nil }); err != nil {
			return fmt.Errorf("copy %s: %w", name, err) // without its list nothing may be dropped
		}
	}
	pool, err := blob.OpenDisk(filepath.Join(dir, blobsFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	return pool.Walk(ctx, func(ref blob.Ref, _ time.Time) error {
		if wanted[ref.Hash] {
			return nil
		}
		return pool.Delete(ctx, ref.Hash)
	})
}
