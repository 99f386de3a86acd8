package file

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Limits of shares.
const (
	SharesMax     = 50  // of one file or folder
	ShareLabelMax = 100 // characters
	ShareDaysMax  = 3650
)

// A Link is that by which people without an account see a file or folder,
// and all that is below it, but nothing above or beside it. It ends when its
// owner takes it back, when its last day has come, and while what it shows
// lies in the trash.
type Link struct {
	ID        id.ID
	OwnerID   id.ID
	NodeID    id.ID
	Label     string // for whom, as its owner puts it; nobody else sees it
	Password  string // sealed, as package auth does; "" for none
	Rights    Rights
	Note      string // what its owner says to who opens it
	Kept      bool   // files are shown, and not offered to be saved
	Whole     bool   // photos and videos go out as they are, with place and camera
	CreatedAt time.Time
	ExpiresAt time.Time // zero for never

	day          int64 // on which somebody who has it last added something
	added, bytes int64 // how much that was on that day
}

// Terms are those of a new share.
type Terms struct {
	Label     string
	Password  string // sealed, "" for none
	Rights    Rights // none is Look
	Note      string
	Kept      bool
	Whole     bool          // as it is for who may change files in any case
	For       time.Duration // 0 for ever
	ExpiresAt time.Time     // in place of that, zero for ever
}

// How much can be added by one link in a day.
const (
	LinkFilesMax = 2000
	LinkBytesMax = 50 << 30
)

// count notes that something is added by a link, and refuses too much: TooMany.
func (s *Service) count(ctx context.Context, tx *db.Tx, g *ground, size int64) error {
	if g.link == nil {
		return nil
	}
	l, today := g.link, s.now().Unix()/(24*60*60)
	if l.day != today {
		l.day, l.added, l.bytes = today, 0, 0
	}
	if l.added, l.bytes = l.added+1, l.bytes+size; l.added > LinkFilesMax || l.bytes > LinkBytesMax {
		return fault.New(fault.TooMany, "fault.share.flood")
	}
	return countLink(ctx, tx, l)
}

// settle checks the terms and has a link to a node be as they say.
func (t Terms) settle(l *Link, n *Node, now time.Time) error {
	l.Label, l.Password, l.Kept, l.Note = strings.TrimSpace(t.Label), t.Password, t.Kept, strings.TrimSpace(t.Note)
	if utf8.RuneCountInString(l.Label) > ShareLabelMax || !utf8.ValidString(l.Label) || strings.ContainsFunc(l.Label, func(c rune) bool { return c < ' ' }) {
		return fault.New(fault.Invalid, "fault.share.label", "max", ShareLabelMax).In("label")
	}
	if utf8.RuneCountInString(l.Note) > ShareNoteMax || !utf8.ValidString(l.Note) {
		return fault.New(fault.Invalid, "fault.share.note", "max", ShareNoteMax).In("note")
	}
	if l.ExpiresAt = t.ExpiresAt; t.For > 0 {
		l.ExpiresAt = now.Add(t.For)
	}
	if !l.ExpiresAt.IsZero() && !now.Before(l.ExpiresAt) {
		return fault.New(fault.Invalid, "fault.share.past").In("until")
	}
	if l.Rights = t.Rights.of(n) &^ PassOn; l.Rights != Add {
		l.Rights |= Look
	}
	l.Whole = t.Whole || l.Rights.Can(Edit)
	return nil
}

// Share makes a link to a person's own file or folder. NotFound as for
// ByNumber; Denied for their home, and for what is somebody else's; Invalid in the fields "label", "note" and "until"; TooMany for SharesMax.
func (s *Service) Share(ctx context.Context, owner id.ID, number int64, t Terms) (*Link, error) {
	n, path, err := s.ByNumber(ctx, owner, number)
	if err != nil {
		return nil, err
	}
	if path == "" {
		return nil, fault.New(fault.Denied, "fault.file.home")
	}
	if n.Given {
		return nil, fault.New(fault.Denied, "fault.share.link_of_others")
	}
	sh := &Link{ID: s.ids.Next(), OwnerID: owner, NodeID: n.ID, CreatedAt: s.now()}
	if err := t.settle(sh, n, s.now()); err != nil {
		return nil, err
	}
	err = s.change(ctx, owner, func(ctx context.Context, tx *db.Tx, _ *space) error {
		if _, err := getNode(ctx, tx, n.ID); err != nil {
			return unknownFile(err)
		}
		if have, err := countShares(ctx, tx, n.ID); err != nil {
			return err
		} else if have >= SharesMax {
			return fault.New(fault.TooMany, "fault.share.many", "max", SharesMax)
		}
		return insertShare(ctx, tx, sh)
	})
	if err != nil {
		return nil, err
	}
	return sh, nil
}

// Shares are the links to a person's own file or folder, the newest first, without those that have run out.
func (s *Service) Shares(ctx context.Context, owner id.ID, number int64) (all []*Link, err error) {
	n, _, err := s.ByNumber(ctx, owner, number)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = listShares(ctx, tx, n.ID, s.now())
		return err
	})
	return all, err
}

// Reshare changes the terms of a link. It stays the same link. NotFound for one of others; otherwise as Share.
func (s *Service) Reshare(ctx context.Context, owner, share id.ID, t Terms) (sh *Link, err error) {
	err = s.change(ctx, owner, func(ctx context.Context, tx *db.Tx, _ *space) error {
		if sh, err = getShare(ctx, tx, share); err == nil && sh.OwnerID != owner {
			err = db.ErrNoRows
		}
		if err != nil {
			return unknownGrant(err)
		}
		n, err := getNode(ctx, tx, sh.NodeID)
		if err != nil {
			return unknownGrant(err)
		}
		if err := t.settle(sh, n, s.now()); err != nil {
			return err
		}
		return updateShare(ctx, tx, sh)
	})
	return sh, err
}

// A LinkedNode is a link with what it leads to.
type LinkedNode struct {
	Link  *Link
	Found Found
}

// Link is one of a person's, with what it leads to. NotFound for one of others.
func (s *Service) Link(ctx context.Context, owner, share id.ID) (l LinkedNode, err error) {
	all, err := s.links(ctx, owner, func(ctx context.Context, tx *db.Tx) ([]*Link, error) {
		sh, err := getShare(ctx, tx, share)
		if err == nil && sh.OwnerID != owner {
			err = db.ErrNoRows
		}
		return []*Link{sh}, unknownGrant(err)
	})
	if err == nil && len(all) == 0 {
		err = unknownGrant(db.ErrNoRows)
	}
	if err != nil {
		return l, err
	}
	return all[0], nil
}

// Links are those of a person, the newest first, with what they lead to.
func (s *Service) Links(ctx context.Context, owner id.ID) ([]LinkedNode, error) {
	return s.links(ctx, owner, func(ctx context.Context, tx *db.Tx) ([]*Link, error) { return sharesBy(ctx, tx, owner, s.now()) })
}

func (s *Service) links(ctx context.Context, owner id.ID, which func(ctx context.Context, tx *db.Tx) ([]*Link, error)) (all []LinkedNode, err error) {
	sp, err := s.space(ctx, owner)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		found, err := which(ctx, tx)
		if err != nil {
			return err
		}
		for _, l := range found {
			n, err := getNode(ctx, tx, l.NodeID)
			if err == nil {
				var f Found
				if f, err = s.seenBy(ctx, tx, sp, n); err == nil {
					all = append(all, LinkedNode{l, f})
					continue
				}
			}
			if !errors.Is(err, db.ErrNoRows) && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		return nil
	})
	return all, err
}

// EndShare takes a link back, at once. One that is not there, or is not theirs, opens nothing of theirs already.
func (s *Service) EndShare(ctx context.Context, owner, share id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return deleteShare(ctx, tx, owner, share) })
}

// Visitor is who has a link, where who asks is told: they find the tree of what it leads to.
func (l *Link) Visitor() id.ID { return -l.ID }

// Shared is what a link shows at a path below it, with some of what a folder
// holds, as Folder has it; the part's path and folders begin below what is
// shared. It returns Gone for a link that shows nothing any more, and
// NotFound where it shows nothing there.
func (s *Service) Shared(ctx context.Context, share id.ID, path string, by Order, skip, most int) (sh *Link, p *Part, err error) {
	p = &Part{}
	if share <= 0 {
		return nil, nil, over()
	}
	err = s.look(ctx, -share, path, func(ctx context.Context, tx *db.Tx, g *ground) error {
		sh = g.link
		if p.Node, err = s.find(ctx, tx, g); err != nil {
			return err
		}
		if err := s.locate(ctx, tx, g, p); err != nil || !p.Node.Folder || most == 0 || !g.rights.Can(Look) {
			return err
		}
		if p.Count, err = countChildren(ctx, tx, p.Node.ID); err != nil {
			return err
		}
		p.Held, err = orderedChildren(ctx, tx, p.Node.ID, by, skip, most)
		p.Held, err = s.held(ctx, tx, g, p.Held, err)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return sh, p, nil
}

func over() error { return fault.New(fault.Gone, "fault.share.over") }

// reachLink is the ground in which names end for who has a link.
func (s *Service) reachLink(ctx context.Context, tx *db.Tx, link id.ID, names []string) (*ground, error) {
	found, err := getShare(ctx, tx, link)
	if errors.Is(err, db.ErrNoRows) || err == nil && !found.ExpiresAt.IsZero() && !s.now().Before(found.ExpiresAt) {
		return nil, over()
	} else if err != nil {
		return nil, err
	}
	root, err := getNode(ctx, tx, found.NodeID)
	if errors.Is(err, db.ErrNoRows) {
		return nil, over()
	} else if err != nil {
		return nil, err
	}
	sp, err := getSpace(ctx, tx, found.OwnerID)
	if errors.Is(err, db.ErrNoRows) {
		return nil, over()
	} else if err != nil {
		return nil, err
	}
	if _, err := pathFrom(ctx, tx, sp.Home, root); fault.Is(err, fault.NotFound) {
		return nil, over() // in the trash
	} else if err != nil {
		return nil, err
	}
	return &ground{space: sp, who: -link, top: root.ID, names: names, rights: found.Rights, link: found}, nil
}
