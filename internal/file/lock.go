package file

import (
	"context"
	"errors"
	"strings"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// LocksMax is how many locks a person's devices may hold at once.
const LocksMax = 1000

// ErrLocked is that a lock stands in the way. It is the cause of a Conflict.
var ErrLocked = errors.New("another device has locked it")

// A Lock is what a device takes while somebody works on a file, so that others
// of the same person wait (RFC 4918 §6). It holds against doors that ask for
// it; it ends by itself, since devices are switched off.
type Lock struct {
	Token  string
	NodeID id.ID
	Shared bool
	Deep   bool          // also on all that is below
	Holder string        // as the device says it, XML
	Lasts  time.Duration // from each time it is asked for
	EndsAt time.Time
	Path   string // of the node
}

// Covers reports whether a lock holds for a path.
func (l *Lock) Covers(path string) bool {
	here, there := Fold(l.Path), Fold(path)
	return here == there || l.Deep && inside(there, here)
}

// Inside reports whether a lock is on something below a path.
func (l *Lock) Inside(path string) bool { return inside(Fold(l.Path), Fold(path)) }

func inside(path, folder string) bool {
	return folder == "" && path != "" || strings.HasPrefix(path, folder+"/")
}

// Locks are those that a person's devices hold now.
func (s *Service) Locks(ctx context.Context, owner id.ID) (all []*Lock, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = s.locks(ctx, tx, owner)
		return err
	})
	return all, err
}

func (s *Service) locks(ctx context.Context, tx *db.Tx, owner id.ID) (all []*Lock, err error) {
	held, err := listLocks(ctx, tx, owner, s.now())
	if err != nil || len(held) == 0 {
		return nil, err
	}
	sp, err := getSpace(ctx, tx, owner)
	if err != nil {
		return nil, err
	}
	for _, l := range held {
		n, err := getNode(ctx, tx, l.NodeID)
		if err == nil {
			l.Path, err = pathFrom(ctx, tx, sp.Home, n)
		}
		if errors.Is(err, db.ErrNoRows) || fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// TakeLock locks what stands at the path of l, and makes an empty file where
// nothing does. Conflict because of ErrLocked where another lock stands in the way, or because of ErrNoParent.
func (s *Service) TakeLock(ctx context.Context, owner id.ID, l Lock) (n *Node, fresh bool, err error) {
	names, err := Split(l.Path)
	if err != nil {
		return nil, false, err
	}
	empty, err := s.nothing(ctx)
	if err != nil {
		return nil, false, err
	}
	err = s.change(ctx, owner, func(ctx context.Context, tx *db.Tx, sp *space) error {
		if err := deleteEnded(ctx, tx, owner, s.now()); err != nil {
			return err
		}
		held, err := s.locks(ctx, tx, owner)
		if err != nil {
			return err
		}
		if len(held) >= LocksMax {
			return fault.New(fault.TooMany, "fault.file.locks", "n", LocksMax)
		}
		for _, h := range held {
			if (h.Covers(l.Path) || l.Deep && h.Inside(l.Path)) && !(h.Shared && l.Shared) {
				return fault.New(fault.Conflict, "fault.file.locked").Because("%w", ErrLocked)
			}
		}
		n, err = walk(ctx, tx, sp.Home, names)
		if fault.Is(err, fault.NotFound) && len(names) > 0 {
			var parent *Node
			if _, parent, err = s.target(ctx, tx, sp.Home, names); err != nil {
				return err
			}
			fresh = true
			n, err = s.newFile(ctx, tx, parent, names[len(names)-1], empty, Write{})
		}
		if err != nil {
			return err
		}
		l.NodeID, l.EndsAt = n.ID, s.now().Add(l.Lasts)
		return insertLock(ctx, tx, owner, &l)
	})
	return n, fresh, err
}

// nothing is the content of an empty file, durable.
func (s *Service) nothing(ctx context.Context) (content, error) {
	sums := newSums(strings.NewReader(""), Sum{})
	ref, err := s.blobs.Put(ctx, sums)
	return content{ref, sums.text()}, err
}

// RefreshLock has one of a person's locks that holds for a path last anew.
// NotFound if none of the tokens is of one.
func (s *Service) RefreshLock(ctx context.Context, owner id.ID, path string, tokens []string, lasts time.Duration) (l *Lock, err error) {
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		l, err = s.lockOf(ctx, tx, owner, path, tokens)
		if err != nil {
			return err
		}
		l.Lasts, l.EndsAt = lasts, s.now().Add(lasts)
		return refreshLock(ctx, tx, l)
	})
	return l, err
}

// Unlock ends a lock that holds for a path. NotFound if the token is of none.
func (s *Service) Unlock(ctx context.Context, owner id.ID, path, token string) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		l, err := s.lockOf(ctx, tx, owner, path, []string{token})
		if err != nil {
			return err
		}
		return deleteLock(ctx, tx, l.Token)
	})
}

func (s *Service) lockOf(ctx context.Context, tx *db.Tx, owner id.ID, path string, tokens []string) (*Lock, error) {
	held, err := s.locks(ctx, tx, owner)
	if err != nil {
		return nil, err
	}
	for _, l := range held {
		for _, t := range tokens {
			if l.Token == t && l.Covers(path) {
				return l, nil
			}
		}
	}
	return nil, fault.New(fault.NotFound, "fault.file.lock")
}
