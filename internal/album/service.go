package album

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/photo"
	"allod/internal/post"
)

// Config is what the service is made of.
type Config struct {
	DB     *db.DB
	IDs    *id.Source
	Now    func() time.Time
	Log    *slog.Logger
	Photos Studio
	Posts  *post.Service
	// Accounts are those who live here.
	Accounts Accounts
	// Address is where others see an album.
	Address func(owner *account.Account, album id.ID) string
}

// Studio makes media of photos.
type Studio interface {
	Medium(ctx context.Context, owner id.ID, number int64, alt string, tell photo.Telling) (*media.Medium, error)
}

// Accounts are people, by their ids.
type Accounts interface {
	Get(ctx context.Context, who id.ID) (*account.Account, error)
}

// Service keeps albums. It is safe for concurrent use. What others see of them
// it makes while it runs.
type Service struct {
	Config
	wake chan struct{}
}

// New returns the service.
func New(cfg Config) *Service { return &Service{Config: cfg, wake: make(chan struct{}, 1)} }

func unknown() error { return fault.New(fault.NotFound, "fault.album.unknown") }

// found is the fault of an album that is not there.
func found(a *Album, err error) (*Album, error) {
	if errors.Is(err, db.ErrNoRows) {
		return nil, unknown()
	}
	return a, err
}

// mine is an album of owner's.
func mine(ctx context.Context, tx *db.Tx, owner, album id.ID) (*Album, error) {
	a, err := found(get(ctx, tx, album))
	if err == nil && a.OwnerID != owner {
		return nil, unknown()
	}
	return a, err
}

// Make makes an album of owner's, of which OwnerID, Title, Words, Place, ByDate
// and FolderID are read. Invalid in the field at fault; Conflict in "title"
// where owner has one that is called so; NotFound for a folder that is not theirs.
func (s *Service) Make(ctx context.Context, a Album) (*Album, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	a.ID, a.MadeAt = s.IDs.Next(), s.Now()
	a.ChangedAt = a.MadeAt
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := countOf(ctx, tx, a.OwnerID)
		if err == nil && n >= PerPerson {
			err = fault.New(fault.TooMany, "fault.album.many", "max", PerPerson)
		}
		if err != nil {
			return err
		}
		if a.Follows() {
			if err := follows(ctx, tx, &a); err != nil {
				return err
			}
		}
		if err := free(ctx, tx, &a); err != nil {
			return err
		}
		return insert(ctx, tx, &a)
	})
	if err != nil {
		return nil, err
	}
	return &a, nil
}

// follows refuses to follow what is no folder of the owner's.
func follows(ctx context.Context, tx *db.Tx, a *Album) error {
	at, err := file.Locate(ctx, tx, a.OwnerID, []id.ID{a.FolderID})
	if err == nil && (len(at) == 0 || !at[0].Folder) {
		err = fault.New(fault.NotFound, "fault.file.unknown")
	}
	return err
}

// free refuses a title that another album of the owner's has.
func free(ctx context.Context, tx *db.Tx, a *Album) error {
	other, err := getNamed(ctx, tx, a.OwnerID, a.folded())
	if errors.Is(err, db.ErrNoRows) || err == nil && other.ID == a.ID {
		return nil
	}
	if err == nil {
		err = fault.New(fault.Conflict, "fault.album.taken").In("title")
	}
	return err
}

// Change changes what is said of an album of owner's, with fn. Faults as for
// Make, and NotFound for a cover that is not in it.
func (s *Service) Change(ctx context.Context, owner, album id.ID, fn func(a *Album)) (a *Album, err error) {
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if a, err = mine(ctx, tx, owner, album); err != nil {
			return err
		}
		was := *a
		fn(a)
		a.ID, a.OwnerID, a.FolderID, a.MadeAt, a.PostID, a.Shown = was.ID, was.OwnerID, was.FolderID, was.MadeAt, was.PostID, was.Shown
		if err := a.check(); err != nil {
			return err
		}
		if err := free(ctx, tx, a); err != nil {
			return err
		}
		if a.Cover != was.Cover && a.Cover != 0 {
			all, err := choices(ctx, tx, a)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(all, func(c choice) bool { return c.node == a.Cover }) {
				return fault.New(fault.NotFound, "fault.photo.unknown")
			}
		}
		return s.keep(ctx, tx, a)
	})
	return a, err
}

// keep writes an album that changed, and has others see it as it is now.
func (s *Service) keep(ctx context.Context, tx *db.Tx, a *Album) error {
	a.ChangedAt = s.Now()
	if a.Shown {
		tx.After(s.rouse)
	}
	return update(ctx, tx, a)
}

// Remove takes an album of owner's away. What it showed stays where it lies.
func (s *Service) Remove(ctx context.Context, owner, album id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := mine(ctx, tx, owner, album)
		if err != nil {
			return err
		}
		if err := s.end(ctx, tx, a); err != nil {
			return err
		}
		return remove(ctx, tx, album)
	})
}

// Mine is an album of owner's; NotFound for any other.
func (s *Service) Mine(ctx context.Context, owner, album id.ID) (a *Album, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err = mine(ctx, tx, owner, album)
		return err
	})
	return a, err
}

// Called is the album of owner's that has a title; NotFound where there is none.
func (s *Service) Called(ctx context.Context, owner id.ID, title string) (a *Album, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err = found(getNamed(ctx, tx, owner, file.Fold(title)))
		return err
	})
	return a, err
}

// All are the albums of owner's, that which changed last first, with what stands for each.
func (s *Service) All(ctx context.Context, owner id.ID) (all []*Summary, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		albums, err := ofOwner(ctx, tx, owner)
		if err != nil {
			return err
		}
		all, err = summaries(ctx, tx, albums)
		return err
	})
	return all, err
}

// Summary is an album with what stands for it. Who asks must have been let see it.
func (s *Service) Summary(ctx context.Context, a *Album) (sum *Summary, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := summaries(ctx, tx, []*Album{a})
		if err == nil {
			sum = all[0]
		}
		return err
	})
	return sum, err
}

// summaries are albums with what stands for each.
func summaries(ctx context.Context, tx *db.Tx, albums []*Album) ([]*Summary, error) {
	if len(albums) == 0 {
		return nil, nil
	}
	all, by, ids := make([]*Summary, len(albums)), make(map[id.ID]*Summary, len(albums)), make([]id.ID, len(albums))
	for i, a := range albums {
		all[i], ids[i] = &Summary{Album: a}, a.ID
		by[a.ID] = all[i]
	}
	ends, err := rims(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	nodes := make([]id.ID, len(ends))
	for i, e := range ends {
		nodes[i] = e.node
	}
	known, err := photo.WithNodes(ctx, tx, nodes)
	if err != nil {
		return nil, err
	}
	for _, e := range ends {
		sum, p := by[e.album], known[e.node]
		sum.Count, sum.From, sum.To = e.count, time.UnixMicro(e.from).UTC(), time.UnixMicro(e.to).UTC()
		if e.front == 1 && p != nil {
			sum.Front = &Piece{p, e.by, e.alt}
		}
		if e.back == 1 && p != nil {
			sum.Last = p.Number
		}
	}
	return all, nil
}

// choices are what an album shows, in order, before it is read.
func choices(ctx context.Context, tx *db.Tx, a *Album) ([]choice, error) {
	if a.Follows() {
		return held(ctx, tx, a.FolderID, a.OwnerID)
	}
	return chosenOnes(ctx, tx, a)
}

// Pieces are what an album shows, in order. Who asks must have been let see it.
func (s *Service) Pieces(ctx context.Context, a *Album) (all []*Piece, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = pieces(ctx, tx, a)
		return err
	})
	return all, err
}

func pieces(ctx context.Context, tx *db.Tx, a *Album) (all []*Piece, err error) {
	ones, err := choices(ctx, tx, a)
	if err != nil || len(ones) == 0 {
		return nil, err
	}
	nodes := make([]id.ID, len(ones))
	for i, c := range ones {
		nodes[i] = c.node
	}
	known, err := photo.WithNodes(ctx, tx, nodes)
	for _, c := range ones {
		if p := known[c.node]; p != nil {
			all = append(all, &Piece{p, c.by, c.alt})
		}
	}
	return all, err
}

// numbered are photos of who, by the numbers of their files. NotFound for one that is not theirs.
func numbered(ctx context.Context, tx *db.Tx, who id.ID, numbers []int64) (all []*photo.Photo, err error) {
	for _, n := range numbers {
		p, err := photo.OfOwner(ctx, tx, who, n)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// Add chooses photos of who, by the numbers of their files, for an album. Those
// that are in it stay where they are. NotFound for a photo that is not theirs,
// Denied for an album that follows a folder, TooMany beyond Most.
func (s *Service) Add(ctx context.Context, who, album id.ID, numbers []int64) error {
	return s.change(ctx, who, album, s.open, func(ctx context.Context, tx *db.Tx, a *Album) error {
		all, err := numbered(ctx, tx, who, numbers)
		if err != nil {
			return err
		}
		at, err := places(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		last := int64(0)
		for _, place := range at {
			last = max(last, place)
		}
		for _, p := range all {
			if _, there := at[p.NodeID]; there {
				continue
			}
			if at[p.NodeID] = last + 1; len(at) > Most {
				return fault.New(fault.TooMany, "fault.album.full", "max", Most)
			}
			last++
			if err := choose(ctx, tx, a.ID, p.NodeID, who, last, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// Drop takes photos out of an album, by the numbers of their files: its owner
// all of them, who may add those that they chose. They stay where they lie.
func (s *Service) Drop(ctx context.Context, who, album id.ID, numbers []int64) error {
	return s.change(ctx, who, album, s.open, func(ctx context.Context, tx *db.Tx, a *Album) error {
		all, err := pieces(ctx, tx, a)
		if err != nil {
			return err
		}
		for _, p := range all {
			if !slices.Contains(numbers, p.Number) || who != a.OwnerID && who != p.ByID {
				continue
			}
			if err := leave(ctx, tx, a, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// A Caption is what is said of a photo of an album anew.
type Caption struct {
	Number int64   // of its file
	Alt    *string // what it shows; nil leaves it
	Place  int     // where it is to stand, from 1; 0 leaves it where it is
	Drop   bool    // it leaves the album
}

// Arrange says anew what photos of an album show, where they stand, and which
// leave it. Once one is given a place, the order that was chosen holds. What is
// said of photos that are not in it is left out: they went meanwhile. Invalid for a description that is too long.
func (s *Service) Arrange(ctx context.Context, owner, album id.ID, captions []Caption) error {
	return s.rearrange(ctx, owner, album, func(ctx context.Context, tx *db.Tx, a *Album) error {
		all, err := pieces(ctx, tx, a)
		if err != nil {
			return err
		}
		by := make(map[int64]*Piece, len(all))
		for _, p := range all {
			by[p.Number] = p
		}
		var moved []Caption
		for _, c := range captions {
			p := by[c.Number]
			switch {
			case p == nil:
				continue
			case c.Drop:
				if err := leave(ctx, tx, a, p); err != nil {
					return err
				}
				all = slices.DeleteFunc(all, func(q *Piece) bool { return q == p })
				continue
			case c.Place > 0:
				moved = append(moved, c)
			}
			if err := say(ctx, tx, a, p, c.Alt); err != nil {
				return err
			}
		}
		if len(moved) == 0 {
			return nil
		}
		a.ByDate = false
		return renumber(ctx, tx, a, reordered(all, moved))
	})
}

// say keeps what a photo of an album shows; nil leaves it.
func say(ctx context.Context, tx *db.Tx, a *Album, p *Piece, alt *string) error {
	if alt == nil {
		return nil
	}
	said, err := checkAlt(*alt)
	if err != nil || said == p.Alt {
		return err
	}
	return describe(ctx, tx, a.ID, p.NodeID, said)
}

// leave takes a photo out of an album.
func leave(ctx context.Context, tx *db.Tx, a *Album, p *Piece) error {
	if a.Cover == p.NodeID {
		a.Cover = 0
	}
	return drop(ctx, tx, a.ID, p.NodeID)
}

// reordered are photos with some at places of their own, the others around them as they stood.
func reordered(all []*Piece, moved []Caption) []*Piece {
	to := make(map[int64]int, len(moved))
	for _, c := range moved {
		to[c.Number] = c.Place
	}
	var rest, apart []*Piece
	for _, p := range all {
		if to[p.Number] > 0 {
			apart = append(apart, p)
		} else {
			rest = append(rest, p)
		}
	}
	slices.SortStableFunc(apart, func(p, q *Piece) int { return to[p.Number] - to[q.Number] })
	for _, p := range apart {
		rest = slices.Insert(rest, min(to[p.Number]-1, len(rest)), p)
	}
	return rest
}

// renumber has the photos of an album stand as they do in all; what lies in the trash comes back where its place was.
func renumber(ctx context.Context, tx *db.Tx, a *Album, all []*Piece) error {
	at, err := places(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for i, p := range all {
		if at[p.NodeID] == int64(i+1) {
			continue
		}
		if err := putAt(ctx, tx, a.ID, p.NodeID, int64(i+1)); err != nil {
			return err
		}
	}
	return nil
}

// rearrange is a change of what an album shows, by its owner.
func (s *Service) rearrange(ctx context.Context, owner, album id.ID, fn func(ctx context.Context, tx *db.Tx, a *Album) error) error {
	return s.change(ctx, owner, album, mine, fn)
}

// change is a change of what an album shows, by one for whom may finds it.
func (s *Service) change(ctx context.Context, who, album id.ID, may func(ctx context.Context, tx *db.Tx, who, album id.ID) (*Album, error),
	fn func(ctx context.Context, tx *db.Tx, a *Album) error) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := may(ctx, tx, who, album)
		if err != nil {
			return err
		}
		if a.Follows() {
			return fault.New(fault.Denied, "fault.album.follows")
		}
		if err := fn(ctx, tx, a); err != nil {
			return err
		}
		return s.keep(ctx, tx, a)
	})
}

// Forget takes the albums of somebody who is gone away, and has no album of others know them.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, who id.ID) error {
	all, err := ofOwner(ctx, tx, who)
	if err != nil {
		return err
	}
	for _, a := range all {
		if err := s.end(ctx, tx, a); err != nil {
			return err
		}
		if err := remove(ctx, tx, a.ID); err != nil {
			return err
		}
	}
	return forgetPerson(ctx, tx, who)
}

// FileChanged has what goes for good leave its albums, and what lies in the
// trash be out of reach for others at once.
func (s *Service) FileChanged(ctx context.Context, tx *db.Tx, c file.Change) error {
	n := c.Node
	if c.Kind == file.Made && (n.Folder || !photo.MayBe(n)) {
		return nil
	}
	any, err := stir(ctx, tx, n.ID, n.ParentID, c.Kind != file.Made)
	if err != nil {
		return err
	}
	if any {
		tx.After(s.rouse)
	}
	if c.Kind != file.ThrownAway && c.Kind != file.Removed {
		return nil
	}
	if err := hide(ctx, tx, n.ID); err != nil || c.Kind == file.ThrownAway {
		return err
	}
	return dropBelow(ctx, tx, n.ID)
}
