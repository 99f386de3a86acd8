package file

import (
	"context"
	"errors"
	"slices"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A ground is the tree in which a path of somebody ends: their own, or of what
// somebody else shares with them, where the path begins at that.
type ground struct {
	*space       // of whose tree it is
	who    id.ID // who asks
	top    id.ID // where the names begin
	names  []string
	rights Rights
	mount  *mount // by which it is reached, if it is another person's
	link   *Link  // by which it is reached, if that is how
	eyes   *eyes  // how one sees one's own tree, nil until that is asked
}

// own reports whether it is the tree of who asks.
func (g *ground) own() bool { return g.mount == nil && g.link == nil }

// A mount is where something of another person stands in a tree.
type mount struct {
	row    *Node // there
	grant  *Grant
	target *Node // what it is in truth
}

// see is a mount as its receiver sees it: what it stands for, called as they call it.
func (m *mount) see() *Node {
	n := *m.target
	n.Name, n.ParentID, n.Favorite = m.row.Name, m.row.ParentID, m.row.Favorite
	n.Rights, n.Given, n.Mount = m.grant.Rights, true, true
	return &n
}

// reach is the ground in which names of somebody's path end.
func (s *Service) reach(ctx context.Context, tx *db.Tx, who id.ID, names []string) (*ground, error) {
	if who < 0 {
		return s.reachLink(ctx, tx, -who, names)
	}
	sp, err := getSpace(ctx, tx, who)
	if err != nil {
		return nil, err
	}
	own := &ground{space: sp, who: who, top: sp.Home, names: names, rights: All}
	if !sp.Granted {
		return own, nil
	}
	at := sp.Home
	for i, name := range names {
		row, err := getChild(ctx, tx, at, Fold(name))
		if errors.Is(err, db.ErrNoRows) {
			return own, nil
		}
		if err != nil {
			return nil, err
		}
		if row.Target != 0 {
			m, err := s.mountAt(ctx, tx, row)
			if m == nil || err != nil {
				return own, err
			}
			of, err := getSpace(ctx, tx, m.target.OwnerID)
			return &ground{space: of, who: who, top: m.target.ID, names: names[i+1:], rights: m.grant.Rights, mount: m}, err
		}
		at = row.ID
	}
	return own, nil
}

// mountAt is what a row of a tree stands for, nil if that is not to be seen.
func (s *Service) mountAt(ctx context.Context, tx *db.Tx, row *Node) (*mount, error) {
	g, err := grantAt(ctx, tx, row.ID)
	if errors.Is(err, db.ErrNoRows) || err == nil && g.over(s.now()) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	target, err := getNode(ctx, tx, g.NodeID)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	of, err := getSpace(ctx, tx, target.OwnerID)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if _, err := pathFrom(ctx, tx, of.Home, target); fault.Is(err, fault.NotFound) {
		return nil, nil // in the trash
	} else if err != nil {
		return nil, err
	}
	return &mount{row, g, target}, nil
}

// at is what stands where the names of a ground end, as it is kept.
func (g *ground) at(ctx context.Context, tx *db.Tx) (*Node, error) {
	return walk(ctx, tx, g.top, g.names)
}

// path is that of names below the ground's top, from the home of its owner.
func (g *ground) path(ctx context.Context, tx *db.Tx, names []string) (string, error) {
	path := ""
	if g.top != g.Home {
		top, err := getNode(ctx, tx, g.top)
		if err != nil {
			return "", err
		}
		if path, err = pathFrom(ctx, tx, g.Home, top); err != nil {
			return "", err
		}
	}
	for _, name := range names {
		path = under(path, name)
	}
	return path, nil
}

// seen is a node of a ground as who asks sees it, nil where they do not.
func (s *Service) seen(ctx context.Context, tx *db.Tx, g *ground, n *Node) (*Node, error) {
	if !g.own() {
		return g.strange(n), nil
	}
	if !g.Granted {
		return n, nil
	}
	if g.eyes == nil {
		var err error
		if g.eyes, err = s.open(ctx, tx, g.space); err != nil {
			return nil, err
		}
	}
	return g.eyes.see(n), nil
}

// strange is a node of somebody else's tree as who may come there sees it.
// What others share with that one is not shared on by that.
func (g *ground) strange(n *Node) *Node {
	if n.Target != 0 {
		return nil
	}
	if n.ID == g.top && g.mount != nil {
		return g.mount.see()
	}
	seen := *n
	if n.ID == g.top {
		seen.ParentID = 0 // nothing is above it for who has a link
		if !g.rights.Can(Look) {
			seen.Size = 0
		}
	}
	seen.Rights, seen.Given, seen.Favorite = g.rights, true, false
	return &seen
}

// seenAll are those of nodes that who asks sees, as they do.
func (s *Service) seenAll(ctx context.Context, tx *db.Tx, g *ground, all []*Node) ([]*Node, error) {
	if g.own() && !g.Granted {
		return all, nil
	}
	kept := all[:0]
	for _, n := range all {
		as, err := s.seen(ctx, tx, g, n)
		if err != nil {
			return nil, err
		}
		if as != nil {
			kept = append(kept, as)
		}
	}
	return kept, nil
}

// eyes are how a person sees their own tree: what others share with them
// stands in it, and each folder above such a thing has an etag that changes with it.
type eyes struct {
	mounts map[id.ID]*mount // by their rows
	stir   map[id.ID]uint64 // what they do to the etags of folders
}

// open looks up what others share with a person.
func (s *Service) open(ctx context.Context, tx *db.Tx, sp *space) (*eyes, error) {
	e := &eyes{mounts: map[id.ID]*mount{}, stir: map[id.ID]uint64{}}
	grants, err := grantsTo(ctx, tx, sp.Owner, s.now())
	if err != nil || len(grants) == 0 {
		return e, err
	}
	var nodes []id.ID
	for _, g := range grants {
		nodes = append(nodes, g.mount, g.NodeID)
	}
	byID, err := WithIDs(ctx, tx, nodes)
	if err != nil {
		return nil, err
	}
	chain, err := lineages(ctx, tx, nodes)
	if err != nil {
		return nil, err
	}
	ups := map[id.ID][]id.ID{}
	for _, l := range chain {
		ups[l.node] = append(ups[l.node], l.up)
	}
	homes := map[id.ID]id.ID{sp.Owner: sp.Home}
	for _, g := range grants {
		home, known := homes[g.OwnerID]
		if !known {
			of, err := getSpace(ctx, tx, g.OwnerID)
			if errors.Is(err, db.ErrNoRows) {
				continue
			}
			if err != nil {
				return nil, err
			}
			home = of.Home
			homes[g.OwnerID] = home
		}
		m := &mount{byID[g.mount], g, byID[g.NodeID]}
		if m.row == nil || m.target == nil || !slices.Contains(ups[g.mount], sp.Home) || !slices.Contains(ups[g.NodeID], home) {
			continue
		}
		e.mounts[m.row.ID] = m
		for _, up := range ups[g.mount] {
			if up != m.row.ID {
				e.stir[up] += mixed(uint64(m.row.ID), uint64(m.target.Etag), uint64(g.Rights))
			}
		}
	}
	return e, nil
}

// see is a node of one's own tree as one sees it, nil for what is not shared with one any more.
func (e *eyes) see(n *Node) *Node {
	if n.Target != 0 {
		m := e.mounts[n.ID]
		if m == nil {
			return nil
		}
		return m.see()
	}
	by := e.stir[n.ID]
	if by == 0 {
		return n
	}
	seen := *n
	seen.Etag = Etag((uint64(n.Etag)+by)&(1<<62-1) | 1<<61)
	return &seen
}

// mixed is a number that changes as a whole when any of these does.
func mixed(parts ...uint64) (x uint64) {
	for _, p := range parts { // the finalizer of MurmurHash3, public domain
		x = (x ^ p) * 0xff51afd7ed558ccd
		x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
		x ^= x >> 33
	}
	return x
}

// through is a node of somebody else as one sees it to whom it, or a folder
// above it, is shared, with its path in their own tree, and the grant that
// allows most. The mount is nil if there is none.
func (s *Service) through(ctx context.Context, tx *db.Tx, who id.ID, n *Node) (f Found, by *mount, err error) {
	sp, err := getSpace(ctx, tx, who)
	if err != nil || !sp.Granted {
		return f, nil, err
	}
	e, err := s.open(ctx, tx, sp)
	if err != nil || len(e.mounts) == 0 {
		return f, nil, err
	}
	up, err := above(ctx, tx, n.ID)
	if err != nil {
		return f, nil, err
	}
	chain, names := append([]*Node{n}, up...), []string(nil)
	for _, at := range chain {
		for _, m := range e.mounts {
			if m.target.ID != at.ID || by != nil && by.grant.Rights >= m.grant.Rights {
				continue
			}
			path, err := pathFrom(ctx, tx, sp.Home, m.row)
			if err != nil {
				return f, nil, err
			}
			for _, name := range names {
				path = under(path, name)
			}
			by, f.Path = m, path
		}
		names = append([]string{at.Name}, names...)
	}
	if by != nil {
		g := &ground{who: who, top: by.target.ID, rights: by.grant.Rights, mount: by}
		f.Node = g.strange(n)
	}
	return f, by, nil
}

// seenFrom is a node as who asks sees it, wherever it stands below the top of a ground. NotFound where they do not.
func (s *Service) seenFrom(ctx context.Context, tx *db.Tx, g *ground, n *Node) (f Found, err error) {
	if g.link == nil {
		return s.seenBy(ctx, tx, g.space, n)
	}
	if n.ID == g.top {
		return Found{g.strange(n), ""}, nil
	}
	up, err := above(ctx, tx, n.ID)
	if err != nil {
		return f, err
	}
	top := slices.IndexFunc(up, func(f *Node) bool { return f.ID == g.top })
	if top < 0 || n.Target != 0 || !g.rights.Can(Look) {
		return f, unknownFile(db.ErrNoRows)
	}
	path := n.Name
	for _, f := range up[:top] {
		path = f.Name + "/" + path
	}
	return Found{g.strange(n), path}, nil
}

// seenBy is a node as a person sees it, their own or not, with its path in their tree. NotFound where they do not.
func (s *Service) seenBy(ctx context.Context, tx *db.Tx, sp *space, n *Node) (f Found, err error) {
	if n.OwnerID == sp.Owner {
		if n.Target != 0 {
			return f, unknownFile(db.ErrNoRows)
		}
		path, err := pathFrom(ctx, tx, sp.Home, n)
		if err != nil {
			return f, err
		}
		n, err = s.seen(ctx, tx, &ground{space: sp, top: sp.Home, rights: All}, n)
		return Found{n, path}, err
	}
	f, by, err := s.through(ctx, tx, sp.Owner, n)
	if err == nil && by == nil {
		err = unknownFile(db.ErrNoRows)
	}
	return f, err
}

// changeTrees runs fn with the trees of people locked.
func (s *Service) changeTrees(ctx context.Context, owners []id.ID, fn func(ctx context.Context, tx *db.Tx) error) error {
	slices.Sort(owners) // so that nobody waits for who waits for them
	owners = slices.Compact(owners)
	return disk(s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, o := range owners {
			if n, err := lockSpace(ctx, tx, o); err != nil {
				return err
			} else if n == 0 {
				return unknownFile(db.ErrNoRows)
			}
		}
		return fn(ctx, tx)
	}))
}

// errElsewhere is that a path leads into another tree than it did.
var errElsewhere = errors.New("the path leads elsewhere by now")

// changeAt runs fn with the tree locked in which somebody's path ends.
func (s *Service) changeAt(ctx context.Context, who id.ID, names []string, fn func(ctx context.Context, tx *db.Tx, g *ground) error) error {
	return s.changePaths(ctx, who, [][]string{names}, func(ctx context.Context, tx *db.Tx, at []*ground) error { return fn(ctx, tx, at[0]) })
}

// changePaths is changeAt for several paths.
func (s *Service) changePaths(ctx context.Context, who id.ID, paths [][]string, fn func(ctx context.Context, tx *db.Tx, at []*ground) error) error {
	for try := 0; ; try++ {
		if try > 0 {
			s.plain.Delete(who)
		}
		owners, err := s.owners(ctx, who, paths)
		if err != nil {
			return err
		}
		err = s.changeTrees(ctx, owners, func(ctx context.Context, tx *db.Tx) error {
			at := make([]*ground, len(paths))
			for i, names := range paths {
				g, err := s.reach(ctx, tx, who, names)
				if err != nil {
					return err
				}
				if !slices.Contains(owners, g.Owner) {
					return errElsewhere
				}
				at[i] = g
			}
			return fn(ctx, tx, at)
		})
		if !errors.Is(err, errElsewhere) {
			return err
		}
		if try == 3 {
			return fault.Wrap(err, fault.Conflict, "fault.file.again")
		}
	}
}

// owners are whose trees somebody's paths end in.
func (s *Service) owners(ctx context.Context, who id.ID, paths [][]string) ([]id.ID, error) {
	if _, plain := s.plain.Load(who); plain {
		return []id.ID{who}, nil // if that has changed since, the path is found to lead elsewhere
	}
	if who > 0 {
		sp, err := s.space(ctx, who)
		if err != nil || !sp.Granted {
			return []id.ID{who}, err
		}
	}
	var all []id.ID
	if who > 0 {
		all = append(all, who) // in whose tree it may be that something stands elsewhere then
	}
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, names := range paths {
			g, err := s.reach(ctx, tx, who, names)
			if err != nil {
				return err
			}
			all = append(all, g.Owner)
		}
		return nil
	})
	return all, err
}

// look runs fn over the ground in which somebody's path ends.
func (s *Service) look(ctx context.Context, who id.ID, path string, fn func(ctx context.Context, tx *db.Tx, g *ground) error) error {
	names, err := Split(path)
	if err != nil {
		return err
	}
	if _, plain := s.plain.Load(who); !plain && who > 0 {
		if _, err := s.space(ctx, who); err != nil {
			return err
		}
	}
	return s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		g, err := s.reach(ctx, tx, who, names)
		if err != nil {
			return err
		}
		return fn(ctx, tx, g)
	})
}

// find is what stands where the names of a ground end, as who asks sees it.
func (s *Service) find(ctx context.Context, tx *db.Tx, g *ground) (*Node, error) {
	n, err := g.at(ctx, tx)
	if err == nil && n.ID != g.top && !g.rights.Can(Look) {
		err = unknownFile(db.ErrNoRows)
	}
	if err != nil {
		return nil, err
	}
	n, err = s.seen(ctx, tx, g, n)
	if err == nil && n == nil {
		err = unknownFile(db.ErrNoRows)
	}
	return n, err
}

// held is what who asks sees in a folder.
func (s *Service) held(ctx context.Context, tx *db.Tx, g *ground, all []*Node, err error) ([]*Node, error) {
	if err != nil || !g.rights.Can(Look) {
		return nil, err
	}
	return s.seenAll(ctx, tx, g, all)
}
