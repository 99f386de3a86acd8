package file

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"syscall"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A Write is what is known of content on its way in.
type Write struct {
	Size       int64     // bytes, -1 if that is not known
	ModifiedAt time.Time // as the device says; zero for now
	MadeAt     time.Time // the same; zero if it does not say
	Sum        Sum       // what the content must hash to; zero asks nothing
	Parents    bool      // make folders that are missing
	Beside     bool      // where something stands there, write beside it under a name that is free
	Tokens     Tokens    // of locks that the device holds; nil asks about none
	// Check, if not nil, is asked before anything changes, with what stands
	// there, nil for nothing. Its error ends the write.
	Check func(now *Node) error
}

// Put writes a file at a path of a person's home and returns it, and whether
// it is new. What was there before is kept as a version. The content is durable
// when Put returns. Faults: Invalid for a path or name that cannot be, and,
// because of ErrSum, for content that is not what it was said to be; Conflict
// because of ErrNoParent or, where a folder stands there, ErrExists, or because of ErrLocked; Denied where what is
// shared is not to be changed; TooLarge because of ErrFull.
func (s *Service) Put(ctx context.Context, owner id.ID, path string, r io.Reader, w Write) (n *Node, fresh bool, err error) {
	names, err := Split(path)
	if err != nil {
		return nil, false, err
	}
	if w.Size < 0 || w.Size > handful {
		if err := s.expect(ctx, owner, names, w); err != nil {
			return nil, false, err
		}
	}
	if owner < 0 { // who has a link sends no more than one day takes
		r = &metered{r, LinkBytesMax}
	}
	sums := newSums(r, w.Sum)
	came, err := s.blobs.Receive(ctx, sums)
	if err != nil {
		return nil, false, disk(err)
	}
	if err := sums.check(w.Sum); err != nil {
		return nil, false, err
	}
	if w.Size >= 0 && came.Size != w.Size {
		return nil, false, fault.New(fault.Invalid, "fault.file.cut_off").Because("%d of %d bytes came", came.Size, w.Size)
	}
	return s.adopt(ctx, owner, names, content{came.Ref, sums.text()}, w, func(ctx context.Context, tx *db.Tx) error {
		return s.blobs.Keep(ctx, tx, came)
	})
}

// handful is how many bytes are here sooner than a look at where they are to go: that is left to the transaction.
const handful = 16 << 10

// content is what a file holds.
type content struct {
	blob.Ref
	sums string
}

// expect refuses, before its bytes come, what could not be written.
func (s *Service) expect(ctx context.Context, owner id.ID, names []string, w Write) error {
	return s.look(ctx, owner, strings.Join(names, "/"), func(ctx context.Context, tx *db.Tx, g *ground) error {
		if err := g.humble(&w); err != nil {
			return err
		}
		now, _, err := s.target(ctx, tx, g)
		if err != nil && !(w.Parents && errors.Is(err, ErrNoParent)) && !(w.Beside && errors.Is(err, ErrExists)) {
			return err
		}
		if err := g.mayWrite(now, w); err != nil {
			return err
		}
		if w.Check != nil {
			if err := w.Check(now); err != nil {
				return err
			}
		}
		if err := s.free(ctx, tx, w.Tokens, spot{g: g, names: g.names, member: now == nil}); err != nil {
			return err
		}
		if g.link != nil && w.Size > LinkBytesMax {
			return fault.New(fault.TooMany, "fault.share.flood")
		}
		return room(ctx, tx, g.space, w.Size)
	})
}

// humble has who sees nothing there add files, and replace none and learn of none.
func (g *ground) humble(w *Write) error {
	if g.rights.Can(Look) {
		return nil
	}
	if len(g.names) != 1 {
		return fault.New(fault.Denied, "fault.share.rights")
	}
	w.Beside, w.Check, w.Parents = true, nil, false
	return nil
}

// mayWrite refuses what somebody may not write where now stands, nil for nothing.
func (g *ground) mayWrite(now *Node, w Write) error {
	if now == nil || w.Beside {
		return g.rights.demand(Add)
	}
	return g.rights.demand(Edit)
}

// target is what stands where a file is to be written, nil for nothing, and the folder that holds it.
func (s *Service) target(ctx context.Context, tx *db.Tx, g *ground) (now, parent *Node, err error) {
	last := len(g.names) - 1
	if last < 0 { // what is shared is written itself
		now, err = getNode(ctx, tx, g.top)
		if err == nil && now.Folder {
			err = exists()
		}
		return now, nil, unknownFile(err)
	}
	names := g.names
	parent, err = walk(ctx, tx, g.top, names[:last])
	if fault.Is(err, fault.NotFound) || err == nil && !parent.Folder {
		return nil, nil, fault.New(fault.Conflict, "fault.file.no_parent").Because("%w", ErrNoParent)
	}
	if err != nil {
		return nil, nil, err
	}
	now, err = getChild(ctx, tx, parent.ID, Fold(names[last]))
	if errors.Is(err, db.ErrNoRows) {
		return nil, parent, nil
	}
	if err == nil && now.Target != 0 {
		return nil, parent, s.stepAside(ctx, tx, now)
	}
	if err == nil && now.Folder {
		return nil, nil, exists()
	}
	return now, parent, err
}

// stepAside calls something otherwise that stands for what its person does not
// see at this time, so that its name is free for what they do.
func (s *Service) stepAside(ctx context.Context, tx *db.Tx, hidden *Node) error {
	if !tx.Writes() {
		return nil
	}
	name, err := freeName(ctx, tx, hidden.ParentID, numbered(hidden.Name, "2"))
	if err != nil {
		return err
	}
	aside := *hidden
	aside.Name = name
	return place(ctx, tx, &aside, Fold(name))
}

// beside has the names of a ground end in one that is free.
func (g *ground) beside(ctx context.Context, tx *db.Tx) error {
	last := len(g.names) - 1
	if last < 0 {
		return nil
	}
	parent, err := walk(ctx, tx, g.top, g.names[:last])
	if err != nil {
		return nil // whoever writes there is told why not
	}
	name, err := freeName(ctx, tx, parent.ID, g.names[last])
	g.names = append(slices.Clone(g.names[:last]), name)
	return err
}

func exists() error { return fault.New(fault.Conflict, "fault.file.exists").Because("%w", ErrExists) }

// disk says in words that the home's disk is full.
func disk(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || err != nil && strings.Contains(err.Error(), "disk is full") { // as SQLite says
		return fault.New(fault.TooLarge, "fault.file.disk").Because("%w: %w", ErrFull, err)
	}
	return err
}

// adopt has a file hold content that is durable once take has run in the same transaction.
func (s *Service) adopt(ctx context.Context, owner id.ID, names []string, c content, w Write, take func(ctx context.Context, tx *db.Tx) error) (n *Node, fresh bool, err error) {
	err = s.changeAt(ctx, owner, names, func(ctx context.Context, tx *db.Tx, g *ground) error {
		if err := take(ctx, tx); err != nil {
			return err
		}
		n, fresh, err = s.write(ctx, tx, g, c, w)
		return err
	})
	return n, fresh, err
}

// write has the file hold content at which the names of a ground end.
func (s *Service) write(ctx context.Context, tx *db.Tx, g *ground, c content, w Write) (n *Node, fresh bool, err error) {
	if err := g.humble(&w); err != nil {
		return nil, false, err
	}
	if w.Parents && len(g.names) > 1 {
		if err := s.makeFolders(ctx, tx, g); err != nil {
			return nil, false, err
		}
	}
	if w.Beside {
		if err := g.beside(ctx, tx); err != nil {
			return nil, false, err
		}
	}
	now, parent, err := s.target(ctx, tx, g)
	if err != nil {
		return nil, false, err
	}
	if err := g.mayWrite(now, w); err != nil {
		return nil, false, err
	}
	if w.Check != nil {
		if err := w.Check(now); err != nil {
			return nil, false, err
		}
	}
	if err := s.free(ctx, tx, w.Tokens, spot{g: g, names: g.names, member: now == nil}); err != nil {
		return nil, false, err
	}
	if now != nil {
		n, err = s.replaceFile(ctx, tx, g.space, now, c, w)
		return n, false, err
	}
	if err := room(ctx, tx, g.space, c.Size); err != nil {
		return nil, false, err
	}
	if err := s.count(ctx, tx, g, c.Size); err != nil {
		return nil, false, err
	}
	n, err = s.newFile(ctx, tx, parent, g.names[len(g.names)-1], c, w)
	return n, true, err
}

func (s *Service) newFile(ctx context.Context, tx *db.Tx, parent *Node, name string, c content, w Write) (*Node, error) {
	n := &Node{ID: s.ids.Next(), OwnerID: parent.OwnerID, ParentID: parent.ID, Name: name, Etag: s.etag()}
	s.fill(n, c, w)
	var err error
	if n.Number, err = s.number(ctx, tx); err != nil {
		return nil, err
	}
	if err := insertNode(ctx, tx, n, Fold(name)); err != nil {
		return nil, err
	}
	if err := touch(ctx, tx, parent.ID, n.Etag, n.Size); err != nil {
		return nil, err
	}
	return n, s.Changed.Record(ctx, tx, Change{n, Made})
}

// fill has a node hold content.
func (s *Service) fill(n *Node, c content, w Write) {
	now := s.now()
	n.Blob, n.Size, n.Checksums, n.Mime, n.UploadedAt = c.Hash, c.Size, c.sums, TypeOf(n.Name), now
	n.ModifiedAt, n.MadeAt = w.ModifiedAt, w.MadeAt
	if n.ModifiedAt.IsZero() {
		n.ModifiedAt = now
	}
}

func (s *Service) replaceFile(ctx context.Context, tx *db.Tx, sp *space, now *Node, c content, w Write) (*Node, error) {
	n := *now
	delta := c.Size - now.Size
	if c.Hash != now.Blob {
		more := c.Size // what was there stays as a version
		if now.Size == 0 {
			more = delta
		}
		if err := room(ctx, tx, sp, more); err != nil {
			return nil, err
		}
		if err := s.keepVersion(ctx, tx, now); err != nil {
			return nil, err
		}
	}
	if w.MadeAt.IsZero() {
		w.MadeAt = now.MadeAt
	}
	s.fill(&n, c, w)
	n.Etag = s.etag()
	if err := replace(ctx, tx, &n); err != nil {
		return nil, err
	}
	if err := touch(ctx, tx, n.ParentID, n.Etag, delta); err != nil {
		return nil, err
	}
	return &n, s.Changed.Record(ctx, tx, Change{&n, Replaced})
}

// MakeFolder makes a folder at a path. Conflict because of ErrExists or ErrNoParent, or
// of ErrLocked where the tokens of locks are told; Denied where nothing may be added.
func (s *Service) MakeFolder(ctx context.Context, owner id.ID, path string, held ...Tokens) (n *Node, err error) {
	names, err := Split(path)
	if err == nil && len(names) == 0 {
		err = exists()
	}
	if err != nil {
		return nil, err
	}
	err = s.changeAt(ctx, owner, names, func(ctx context.Context, tx *db.Tx, g *ground) error {
		now, parent, err := s.target(ctx, tx, g)
		if err == nil && now != nil {
			err = exists()
		}
		if err == nil {
			err = g.rights.demand(Add | Look)
		}
		if err == nil {
			err = s.free(ctx, tx, told(held), spot{g: g, names: g.names, member: true})
		}
		if err == nil {
			err = s.count(ctx, tx, g, 0)
		}
		if err == nil {
			n, err = s.newFolder(ctx, tx, parent, g.names[len(g.names)-1])
		}
		return err
	})
	return n, err
}

func (s *Service) newFolder(ctx context.Context, tx *db.Tx, parent *Node, name string) (*Node, error) {
	now := s.now()
	n := &Node{ID: s.ids.Next(), OwnerID: parent.OwnerID, ParentID: parent.ID, Name: name, Folder: true, Etag: s.etag(), ModifiedAt: now, UploadedAt: now}
	var err error
	if n.Number, err = s.number(ctx, tx); err != nil {
		return nil, err
	}
	if err := insertNode(ctx, tx, n, Fold(name)); err != nil {
		return nil, err
	}
	if err := touch(ctx, tx, parent.ID, n.Etag, 0); err != nil {
		return nil, err
	}
	return n, s.Changed.Record(ctx, tx, Change{n, Made})
}

// makeFolders makes those of names that are missing, from the top.
func (s *Service) makeFolders(ctx context.Context, tx *db.Tx, g *ground) error {
	at, err := getNode(ctx, tx, g.top)
	if err != nil {
		return err
	}
	for _, name := range g.names[:len(g.names)-1] {
		next, err := getChild(ctx, tx, at.ID, Fold(name))
		if err == nil && next.Target != 0 {
			if err = s.stepAside(ctx, tx, next); err == nil {
				err = db.ErrNoRows
			}
		}
		if errors.Is(err, db.ErrNoRows) {
			if err = g.rights.demand(Add | Look); err == nil {
				err = s.count(ctx, tx, g, 0)
			}
			if err != nil {
				return err
			}
			next, err = s.newFolder(ctx, tx, at, name)
		} else if err == nil && !next.Folder {
			err = fault.New(fault.Conflict, "fault.file.no_parent").Because("%w", ErrNoParent)
		}
		if err != nil {
			return err
		}
		at = next
	}
	return nil
}

// Open reads what a file holds.
func (s *Service) Open(ctx context.Context, n *Node) (io.ReadSeekCloser, error) {
	if n.Folder {
		return nil, fault.New(fault.Invalid, "fault.file.folder")
	}
	r, _, err := s.blobs.Open(ctx, n.Blob)
	return r, err
}
