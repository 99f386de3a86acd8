package file

import (
	"context"
	"errors"
	"sync"
	"time"

	"allod/internal/db"
	"allod/internal/fact"
	"allod/internal/fault"
	"allod/internal/id"
)

// What went wrong, for doors whose protocol has a word of its own for it. They
// are the causes of faults.
var (
	ErrExists   = errors.New("something stands there")        // Conflict
	ErrNoParent = errors.New("there is no folder to hold it") // Conflict
	ErrFull     = errors.New("no room is left")               // TooLarge
	ErrSum      = errors.New("the content is not what its checksum says")
)

// Service keeps the trees.
type Service struct {
	db    *db.DB
	blobs Blobs
	ids   *id.Source
	now   func() time.Time

	// Quota is how many bytes a newcomer's files may take up, -1 for no bound.
	Quota int64

	// Changed is recorded for every node that is new, or is not what it was.
	Changed fact.Fact[Change]
	// Granted is recorded when something is shared with somebody here, Ungranted when that ends.
	Granted   fact.Fact[Granted]
	Ungranted fact.Fact[Ungranted]

	numbers numbers
	seats   seats
	plain   sync.Map // owners who have a space and, when that was last looked up, nothing that others share
}

// A Change is what became of a node.
type Change struct {
	Node *Node
	Kind ChangeKind
}

// ChangeKind says what a change is.
type ChangeKind string

// The kinds.
const (
	Made       ChangeKind = "made"
	Replaced   ChangeKind = "replaced" // its content
	Moved      ChangeKind = "moved"    // or renamed
	ThrownAway ChangeKind = "thrown away"
	Restored   ChangeKind = "restored"
	Removed    ChangeKind = "removed" // with all it held
)

// New returns the service. Its field Quota may be set before it is used.
func New(d *db.DB, blobs Blobs, ids *id.Source, now func() time.Time) *Service {
	return &Service{db: d, blobs: blobs, ids: ids, now: now, Quota: -1}
}

// numbers hands out those of nodes, many taken at once, so that writers do not wait for each other.
type numbers struct {
	mu          sync.Mutex
	next, until int64
}

// numbersAtOnce is how many are taken. A process that ends leaves the rest unused.
const numbersAtOnce = 256

// number is one that no node has had.
func (s *Service) number(ctx context.Context, tx *db.Tx) (int64, error) {
	s.numbers.mu.Lock()
	defer s.numbers.mu.Unlock()
	if s.numbers.next == s.numbers.until {
		first, err := takeNumbers(ctx, tx, numbersAtOnce)
		if err != nil {
			return 0, err
		}
		s.numbers.next, s.numbers.until = first, first+numbersAtOnce
	}
	s.numbers.next++
	return s.numbers.next - 1, nil
}

func (s *Service) etag() Etag { return Etag(s.ids.Next()) }

// A space is what a person's files are allowed and take up.
type space struct {
	Owner, Home, Trash id.ID
	Quota, Versions    int64
	Granted            bool // somebody once shared something with them
}

// space is that of a person. Who moved in before there were files gets theirs when it is first asked for.
func (s *Service) space(ctx context.Context, owner id.ID) (sp *space, err error) {
	if owner <= 0 {
		return nil, unknownFile(db.ErrNoRows) // nobody's, or that of who has a link
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		sp, err = getSpace(ctx, tx, owner)
		return err
	})
	if err == nil && !sp.Granted {
		s.plain.Store(owner, true)
	} else {
		s.plain.Delete(owner)
	}
	if !errors.Is(err, db.ErrNoRows) {
		return sp, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.Lay(ctx, tx, owner); err != nil {
			return err
		}
		sp, err = getSpace(ctx, tx, owner)
		return err
	})
	return sp, err
}

// Lay makes a person's home and trash, unless they have them.
func (s *Service) Lay(ctx context.Context, tx *db.Tx, owner id.ID) error {
	fresh := &space{Owner: owner, Home: s.ids.Next(), Trash: s.ids.Next(), Quota: s.Quota}
	if n, err := insertSpace(ctx, tx, fresh); err != nil || n == 0 {
		return err
	}
	now := s.now()
	for top, name := range map[id.ID]string{fresh.Home: "files", fresh.Trash: "trash"} {
		n := &Node{ID: top, OwnerID: owner, Name: name, Folder: true, Etag: s.etag(), ModifiedAt: now, UploadedAt: now}
		var err error
		if n.Number, err = s.number(ctx, tx); err != nil {
			return err
		}
		if err := insertNode(ctx, tx, n, owner.String()+" "+name); err != nil {
			return err
		}
	}
	return nil
}

// change runs fn with a person's tree locked.
func (s *Service) change(ctx context.Context, owner id.ID, fn func(ctx context.Context, tx *db.Tx, sp *space) error) error {
	if _, err := s.space(ctx, owner); err != nil {
		return err
	}
	return disk(s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := lockSpace(ctx, tx, owner); err != nil {
			return err
		}
		sp, err := getSpace(ctx, tx, owner)
		if err != nil {
			return err
		}
		return fn(ctx, tx, sp)
	}))
}

func unknownFile(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return fault.New(fault.NotFound, "fault.file.unknown")
	}
	return err
}

// walk follows names down from a folder.
func walk(ctx context.Context, tx *db.Tx, from id.ID, names []string) (n *Node, err error) {
	if len(names) == 0 {
		n, err = getNode(ctx, tx, from)
	} else {
		n, err = getChild(ctx, tx, from, Fold(names[0]))
		names = names[1:]
	}
	for _, name := range names {
		if err != nil {
			break
		}
		if !n.Folder {
			return nil, unknownFile(db.ErrNoRows)
		}
		n, err = getChild(ctx, tx, n.ID, Fold(name))
	}
	if err == nil && n.Target != 0 {
		err = db.ErrNoRows // it is not shared any more, or not with who asks
	}
	return n, unknownFile(err)
}

// At is what stands at a path of a person's home. Invalid for a path that cannot be, NotFound where nothing is.
func (s *Service) At(ctx context.Context, owner id.ID, path string) (n *Node, err error) {
	n, _, err = s.List(ctx, owner, path, false)
	return n, err
}

// List is what stands at a path and, if it is a folder and that is asked, what it holds, by name.
func (s *Service) List(ctx context.Context, owner id.ID, path string, within bool) (n *Node, held []*Node, err error) {
	err = s.look(ctx, owner, path, func(ctx context.Context, tx *db.Tx, g *ground) (err error) {
		if n, err = s.find(ctx, tx, g); err != nil || !within || !n.Folder {
			return err
		}
		held, err = children(ctx, tx, n.ID)
		held, err = s.held(ctx, tx, g, held, err)
		return err
	})
	return n, held, err
}

// ByNumber is a node that stands in a person's tree, their own or shared with them, and its path from
// their home. NotFound for others, and in the trash.
func (s *Service) ByNumber(ctx context.Context, owner id.ID, number int64) (n *Node, path string, err error) {
	err = s.look(ctx, owner, "", func(ctx context.Context, tx *db.Tx, g *ground) error {
		n, err = getNumber(ctx, tx, number)
		if err != nil {
			return unknownFile(err)
		}
		f, err := s.seenFrom(ctx, tx, g, n)
		n, path = f.Node, f.Path
		return err
	})
	return n, path, err
}

// pathFrom is the path of a node from a top; NotFound where it stands below another one.
func pathFrom(ctx context.Context, tx *db.Tx, top id.ID, n *Node) (string, error) {
	if n.ID == top {
		return "", nil
	}
	up, err := above(ctx, tx, n.ID)
	if err != nil {
		return "", err
	}
	if len(up) == 0 || up[len(up)-1].ID != top {
		return "", unknownFile(db.ErrNoRows)
	}
	path := n.Name
	for _, f := range up[:len(up)-1] {
		path = f.Name + "/" + path
	}
	return path, nil
}

// Usage is what a person's files take up and may.
type Usage struct {
	Files, Trash, Versions int64 // bytes
	Uploads                int64 // bytes that came in pieces and are no file yet
	Quota                  int64 // -1 for no bound
}

// Used is all of it together.
func (u Usage) Used() int64 { return u.Files + u.Trash + u.Versions + u.Uploads }

// Left is how many bytes more there is room for, -1 for no bound.
func (u Usage) Left() int64 {
	if u.Quota < 0 {
		return -1
	}
	return max(u.Quota-u.Used(), 0)
}

// Usage is what a person's files take up and may.
func (s *Service) Usage(ctx context.Context, owner id.ID) (u Usage, err error) {
	if _, err := s.space(ctx, owner); err != nil {
		return u, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		sp, err := getSpace(ctx, tx, owner)
		if err == nil {
			u, err = usage(ctx, tx, sp)
		}
		return err
	})
	return u, err
}

func usage(ctx context.Context, tx *db.Tx, sp *space) (u Usage, err error) {
	home, err := getNode(ctx, tx, sp.Home)
	if err != nil {
		return u, err
	}
	trash, err := getNode(ctx, tx, sp.Trash)
	if err != nil {
		return u, err
	}
	uploads, err := uploadsSize(ctx, tx, sp.Owner)
	return Usage{Files: home.Size, Trash: trash.Size, Versions: sp.Versions, Uploads: uploads, Quota: sp.Quota}, err
}

// SetQuota sets how many bytes a person's files may take up, -1 for no bound.
func (s *Service) SetQuota(ctx context.Context, owner id.ID, quota int64) error {
	return s.change(ctx, owner, func(ctx context.Context, tx *db.Tx, sp *space) error { return setQuota(ctx, tx, owner, quota) })
}

// room refuses what a person's files have no room for: TooLarge, because of ErrFull.
func room(ctx context.Context, tx *db.Tx, sp *space, more int64) error {
	if sp.Quota < 0 || more <= 0 {
		return nil
	}
	u, err := usage(ctx, tx, sp)
	if err == nil && u.Left() < more {
		err = full()
	}
	return err
}

// UsedBlobs are those of hashes that a file of somebody refers to.
func UsedBlobs(ctx context.Context, tx *db.Tx, hashes []string) ([]string, error) {
	return usedBlobs(ctx, tx, hashes)
}
