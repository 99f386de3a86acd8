package file

import (
	"context"
	"errors"
	"slices"
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
// wait, of the same person and of whom the file is shared with (RFC 4918 §6). It holds against doors that ask for
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

// Tokens are those of locks that a device says it holds.
type Tokens []string

// told are the tokens that were told, nil for none.
func told(held []Tokens) Tokens {
	if len(held) == 0 {
		return nil
	}
	return held[0]
}

// A spot is a place that changes.
type spot struct {
	g      *ground
	names  []string // from its top
	member bool     // something begins or ceases to stand there
	tree   bool     // all below it changes too
}

// free refuses a change where a lock stands in the way whose token is not told
// (RFC 4918 §7): Conflict because of ErrLocked. Without tokens nothing is asked.
func (s *Service) free(ctx context.Context, tx *db.Tx, tokens Tokens, spots ...spot) error {
	if tokens == nil {
		return nil
	}
	for _, at := range spots {
		locks, err := s.locks(ctx, tx, at.g.space)
		if err != nil || len(locks) == 0 {
			if err != nil {
				return err
			}
			continue
		}
		path, err := at.g.path(ctx, tx, at.names)
		if err != nil {
			return err
		}
		free, known := true, false
		for _, l := range locks {
			mine := slices.Contains(tokens, l.Token)
			if at.tree && l.Inside(path) && !mine {
				return locked()
			}
			if l.Covers(path) || at.member && l.Covers(folderOf(path)) {
				free, known = false, known || mine
			}
		}
		if !free && !known {
			return locked()
		}
	}
	return nil
}

func locked() error { return fault.New(fault.Conflict, "fault.file.locked").Because("%w", ErrLocked) }

// folderOf is the path of the folder that holds what stands at a path.
func folderOf(path string) string {
	i := strings.LastIndexByte(path, '/')
	return path[:max(i, 0)]
}

// Locks are those that hold now in a person's tree, also on what others share with them.
func (s *Service) Locks(ctx context.Context, who id.ID) (all []*Lock, err error) {
	err = s.look(ctx, who, "", func(ctx context.Context, tx *db.Tx, g *ground) error {
		all, err = s.locksSeen(ctx, tx, g)
		return err
	})
	return all, err
}

// locksSeen are the locks that somebody finds below the top of a ground, and in what others share with them.
func (s *Service) locksSeen(ctx context.Context, tx *db.Tx, g *ground) (all []*Lock, err error) {
	if g.link != nil {
		return s.locksIn(ctx, tx, g.space, g.top, "")
	}
	if all, err = s.locks(ctx, tx, g.space); err != nil || !g.Granted {
		return all, err
	}
	e, err := s.open(ctx, tx, g.space)
	if err != nil {
		return nil, err
	}
	for _, m := range e.mounts {
		of, err := getSpace(ctx, tx, m.target.OwnerID)
		if err != nil {
			return nil, err
		}
		path, err := pathFrom(ctx, tx, g.Home, m.row)
		if err != nil {
			return nil, err
		}
		there, err := s.locksIn(ctx, tx, of, m.target.ID, path)
		if err != nil {
			return nil, err
		}
		all = append(all, there...)
	}
	return all, nil
}

// locksIn are those of a tree on a node and all below it, as they are found where that stands at a path.
func (s *Service) locksIn(ctx context.Context, tx *db.Tx, sp *space, top id.ID, at string) (in []*Lock, err error) {
	all, err := s.locks(ctx, tx, sp)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	n, err := getNode(ctx, tx, top)
	if err != nil {
		return nil, err
	}
	from, err := pathFrom(ctx, tx, sp.Home, n)
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		switch {
		case l.Path == from || l.Deep && inside(Fold(from), Fold(l.Path)):
			l.Path = at
		case inside(l.Path, from):
			l.Path = strings.TrimPrefix(at+l.Path[len(from):], "/")
		default:
			continue
		}
		in = append(in, l)
	}
	return in, nil
}

func (s *Service) locks(ctx context.Context, tx *db.Tx, sp *space) (all []*Lock, err error) {
	held, err := listLocks(ctx, tx, sp.Owner, s.now())
	if err != nil || len(held) == 0 {
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
// nothing does. Conflict because of ErrLocked where another lock stands in the way, or because of ErrNoParent;
// Denied where what is shared is not to be changed. Check, if not nil, is asked before, with what stands there, nil for nothing.
func (s *Service) TakeLock(ctx context.Context, who id.ID, l Lock, check ...func(now *Node) error) (n *Node, fresh bool, err error) {
	names, err := Split(l.Path)
	if err != nil {
		return nil, false, err
	}
	empty, err := s.nothing(ctx)
	if err != nil {
		return nil, false, err
	}
	err = s.changeAt(ctx, who, names, func(ctx context.Context, tx *db.Tx, g *ground) error {
		if err := deleteEnded(ctx, tx, g.Owner, s.now()); err != nil {
			return err
		}
		if err := s.mayLock(ctx, tx, g, &l); err != nil {
			return err
		}
		n, err = g.at(ctx, tx)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		for _, ask := range check {
			if err := ask(n); err != nil {
				return err
			}
		}
		if n == nil {
			if n, fresh, err = s.write(ctx, tx, g, empty, Write{}); err != nil {
				return err
			}
		} else if err := g.rights.demand(Edit); err != nil {
			return err
		}
		l.NodeID, l.EndsAt = n.ID, s.now().Add(l.Lasts)
		return insertLock(ctx, tx, g.Owner, &l)
	})
	return n, fresh, err
}

// mayLock refuses a lock where another one stands in the way.
func (s *Service) mayLock(ctx context.Context, tx *db.Tx, g *ground, l *Lock) error {
	held, err := s.locks(ctx, tx, g.space)
	if err != nil || len(held) == 0 {
		return err
	}
	if len(held) >= LocksMax {
		return fault.New(fault.TooMany, "fault.file.locks", "n", LocksMax)
	}
	path, err := g.path(ctx, tx, g.names)
	if err != nil {
		return err
	}
	for _, h := range held {
		if (h.Covers(path) || l.Deep && h.Inside(path)) && !(h.Shared && l.Shared) {
			return locked()
		}
	}
	return nil
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
	g, err := s.reach(ctx, tx, owner, nil)
	if err != nil {
		return nil, err
	}
	held, err := s.locksSeen(ctx, tx, g)
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
