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
	CreatedAt time.Time
	ExpiresAt time.Time // zero for never
}

// Terms are those of a new share.
type Terms struct {
	Label    string
	Password string        // sealed, "" for none
	For      time.Duration // 0 for ever
}

// Share makes a link to a person's own file or folder. NotFound as for
// ByNumber; Denied for their home; Invalid in the field "label"; TooMany for SharesMax.
func (s *Service) Share(ctx context.Context, owner id.ID, number int64, t Terms) (*Link, error) {
	label := strings.TrimSpace(t.Label)
	if utf8.RuneCountInString(label) > ShareLabelMax || !utf8.ValidString(label) || strings.ContainsFunc(label, func(c rune) bool { return c < ' ' }) {
		return nil, fault.New(fault.Invalid, "fault.share.label", "max", ShareLabelMax).In("label")
	}
	n, path, err := s.ByNumber(ctx, owner, number)
	if err != nil {
		return nil, err
	}
	if path == "" {
		return nil, fault.New(fault.Denied, "fault.file.home")
	}
	sh := &Link{ID: s.ids.Next(), OwnerID: owner, NodeID: n.ID, Label: label, Password: t.Password, CreatedAt: s.now()}
	if t.For > 0 {
		sh.ExpiresAt = sh.CreatedAt.Add(t.For)
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

// EndShare takes a link back, at once. One that is not there, or is not theirs, opens nothing of theirs already.
func (s *Service) EndShare(ctx context.Context, owner, share id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return deleteShare(ctx, tx, owner, share) })
}

// Shared is what a link shows at a path below it, with some of what a folder
// holds, as Folder has it; the part's path and folders begin below what is
// shared. It returns Gone for a link that shows nothing any more, and
// NotFound where it shows nothing there.
func (s *Service) Shared(ctx context.Context, share id.ID, path string, by Order, skip, most int) (sh *Link, p *Part, err error) {
	names, err := Split(path)
	if err != nil {
		return nil, nil, err
	}
	p = &Part{}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		root, err := s.rootOf(ctx, tx, share, &sh)
		if err != nil {
			return err
		}
		p.Node = root
		for i, name := range names {
			if i > 0 {
				p.Above = append(p.Above, p.Node)
			}
			if !p.Node.Folder {
				return unknownFile(db.ErrNoRows)
			}
			if p.Node, err = getChild(ctx, tx, p.Node.ID, Fold(name)); err != nil {
				return unknownFile(err)
			}
			p.Path = strings.TrimPrefix(p.Path+"/"+p.Node.Name, "/")
		}
		if !p.Node.Folder || most == 0 {
			return nil
		}
		if p.Count, err = countChildren(ctx, tx, p.Node.ID); err != nil {
			return err
		}
		p.Held, err = orderedChildren(ctx, tx, p.Node.ID, by, skip, most)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return sh, p, nil
}

// rootOf is what a link shows, if it shows anything.
func (s *Service) rootOf(ctx context.Context, tx *db.Tx, share id.ID, sh **Link) (*Node, error) {
	over := fault.New(fault.Gone, "fault.share.over")
	found, err := getShare(ctx, tx, share)
	if errors.Is(err, db.ErrNoRows) || err == nil && !found.ExpiresAt.IsZero() && !s.now().Before(found.ExpiresAt) {
		return nil, over
	} else if err != nil {
		return nil, err
	}
	root, err := getNode(ctx, tx, found.NodeID)
	if errors.Is(err, db.ErrNoRows) {
		return nil, over
	} else if err != nil {
		return nil, err
	}
	sp, err := getSpace(ctx, tx, found.OwnerID)
	if errors.Is(err, db.ErrNoRows) {
		return nil, over
	} else if err != nil {
		return nil, err
	}
	if _, err := pathFrom(ctx, tx, sp.Home, root); fault.Is(err, fault.NotFound) {
		return nil, over // in the trash
	} else if err != nil {
		return nil, err
	}
	*sh = found
	return root, nil
}
