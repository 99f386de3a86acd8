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
	"allod/internal/relationship"
)

// Limits of what people here share with each other.
const (
	GrantsMax    = 200  // of one file or folder
	GrantedMax   = 1000 // to one person
	ShareNoteMax = 1000 // characters
)

// A Grant is a file or folder that one person here shares with another. It
// stands in the tree of the receiver where they like, and remains the owner's:
// what it takes up, its versions and its trash are theirs. It ends when its
// owner, its giver or its receiver ends it, when its last day has come, when
// the grant ends by which the giver has it, and shows nothing while it lies in the trash.
type Grant struct {
	ID         id.ID
	OwnerID    id.ID
	NodeID     id.ID
	GiverID    id.ID
	ReceiverID id.ID
	Rights     Rights
	Note       string
	CreatedAt  time.Time
	ExpiresAt  time.Time // zero for never

	via   id.ID // the grant by which the giver has it, 0 for its owner
	mount id.ID // where it stands in the tree of the receiver
}

func (g *Grant) over(now time.Time) bool { return !g.ExpiresAt.IsZero() && !now.Before(g.ExpiresAt) }

// GrantTerms are those of a new grant.
type GrantTerms struct {
	Rights    Rights
	Note      string
	ExpiresAt time.Time // zero for never
}

// Granted is the fact that something is shared with somebody.
type Granted struct {
	Grant *Grant
	Node  *Node
}

// Ungranted is the fact that something is not shared with somebody any more.
type Ungranted struct{ Grant *Grant }

// check refuses terms that cannot be.
func (t *GrantTerms) check(now time.Time) error {
	t.Note = strings.TrimSpace(t.Note)
	if utf8.RuneCountInString(t.Note) > ShareNoteMax || !utf8.ValidString(t.Note) {
		return fault.New(fault.Invalid, "fault.share.note", "max", ShareNoteMax).In("note")
	}
	if !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt) {
		return fault.New(fault.Invalid, "fault.share.past").In("until")
	}
	return nil
}

// Grant shares a file or folder with somebody who lives here: their own, or one
// that is shared with them and that they may share on, with no more rights
// than they have. It then stands in the receiver's tree under a name that is
// free. NotFound as for ByNumber; Denied for a home, without the right, and to its
// owner, to oneself and between people one of whom blocks the other; Conflict
// because of ErrExists where they have it already; TooMany for GrantsMax and GrantedMax.
func (s *Service) Grant(ctx context.Context, who id.ID, number int64, to id.ID, t GrantTerms) (g *Grant, err error) {
	if err := t.check(s.now()); err != nil {
		return nil, err
	}
	n, path, err := s.ByNumber(ctx, who, number)
	if err != nil {
		return nil, err
	}
	if path == "" {
		return nil, fault.New(fault.Denied, "fault.file.home")
	}
	if to == who || to == n.OwnerID {
		return nil, fault.New(fault.Invalid, "fault.share.yourself").In("who")
	}
	if _, err := s.space(ctx, to); err != nil {
		return nil, err
	}
	err = s.changeTrees(ctx, []id.ID{n.OwnerID, to}, func(ctx context.Context, tx *db.Tx) error {
		real, mine, err := s.mayPass(ctx, tx, who, n.ID)
		if err != nil {
			return err
		}
		g = &Grant{
			ID: s.ids.Next(), OwnerID: real.OwnerID, NodeID: real.ID, GiverID: who, ReceiverID: to, Rights: t.Rights.of(real) | Look,
			Note: t.Note, CreatedAt: s.now(), ExpiresAt: t.ExpiresAt,
		}
		if mine != nil {
			g.via, g.Rights = mine.ID, g.Rights&mine.Rights
		}
		if err := mayReceive(ctx, tx, g); err != nil {
			return err
		}
		if err := s.erect(ctx, tx, real, g); err != nil {
			return err
		}
		return s.Granted.Record(ctx, tx, Granted{g, real})
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// mayPass is a node that somebody may share, and the grant by which they may, nil for their own.
func (s *Service) mayPass(ctx context.Context, tx *db.Tx, who, node id.ID) (*Node, *Grant, error) {
	n, err := getNode(ctx, tx, node)
	if err != nil {
		return nil, nil, unknownFile(err)
	}
	if n.OwnerID == who {
		sp, err := getSpace(ctx, tx, who)
		if err == nil {
			_, err = pathFrom(ctx, tx, sp.Home, n)
		}
		return n, nil, err
	}
	_, m, err := s.through(ctx, tx, who, n)
	if err != nil {
		return nil, nil, err
	}
	if m == nil {
		return nil, nil, unknownFile(db.ErrNoRows)
	}
	return n, m.grant, m.grant.Rights.demand(PassOn)
}

// mayReceive refuses a grant whose receiver has it already, or has too much, or keeps its giver away.
func mayReceive(ctx context.Context, tx *db.Tx, g *Grant) error {
	for _, other := range []id.ID{g.GiverID, g.OwnerID} {
		if apart, err := relationship.Either(ctx, tx, other, g.ReceiverID); err != nil {
			return err
		} else if apart {
			return fault.New(fault.Denied, "fault.share.apart")
		}
	}
	if _, err := grantTo(ctx, tx, g.NodeID, g.ReceiverID); err == nil {
		return fault.New(fault.Conflict, "fault.share.already").In("who").Because("%w", ErrExists)
	} else if !errors.Is(err, db.ErrNoRows) {
		return err
	}
	of, to, err := countGrants(ctx, tx, g.NodeID, g.ReceiverID)
	if err == nil && of >= GrantsMax {
		err = fault.New(fault.TooMany, "fault.share.many_people", "max", GrantsMax)
	}
	if err == nil && to >= GrantedMax {
		err = fault.New(fault.TooMany, "fault.share.many_given", "max", GrantedMax)
	}
	return err
}

// erect has something that is shared stand in the home of its receiver.
func (s *Service) erect(ctx context.Context, tx *db.Tx, real *Node, g *Grant) error {
	sp, err := getSpace(ctx, tx, g.ReceiverID)
	if err != nil {
		return err
	}
	now := s.now()
	m := &Node{
		ID: s.ids.Next(), OwnerID: g.ReceiverID, ParentID: sp.Home, Folder: real.Folder, Etag: s.etag(), Target: real.ID, ModifiedAt: now, UploadedAt: now,
	}
	if m.Number, err = s.number(ctx, tx); err != nil {
		return err
	}
	if m.Name, err = freeName(ctx, tx, sp.Home, real.Name); err != nil {
		return err
	}
	if err := insertNode(ctx, tx, m, Fold(m.Name)); err != nil {
		return err
	}
	if err := touch(ctx, tx, sp.Home, m.Etag, 0); err != nil {
		return err
	}
	if err := setGranted(ctx, tx, g.ReceiverID); err != nil {
		return err
	}
	g.mount = m.ID
	return insertGrant(ctx, tx, g)
}

// Regrant changes the terms of a grant: its rights, note and last day. Its
// owner may, and whoever gave it, with no more rights than they have. NotFound for one of others.
func (s *Service) Regrant(ctx context.Context, who, grant id.ID, t GrantTerms) (g *Grant, err error) {
	if err := t.check(s.now()); err != nil {
		return nil, err
	}
	if g, err = s.grantOf(ctx, who, grant); err != nil {
		return nil, err
	}
	if g.ReceiverID == who {
		return nil, fault.New(fault.Denied, "fault.share.rights")
	}
	err = s.changeTrees(ctx, []id.ID{g.OwnerID}, func(ctx context.Context, tx *db.Tx) error {
		if g, err = getGrant(ctx, tx, grant); err != nil {
			return unknownGrant(err)
		}
		n, err := getNode(ctx, tx, g.NodeID)
		if err != nil {
			return unknownGrant(err)
		}
		g.Rights, g.Note, g.ExpiresAt = t.Rights.of(n)|Look, t.Note, t.ExpiresAt
		if g.via != 0 {
			up, err := getGrant(ctx, tx, g.via)
			if err != nil {
				return unknownGrant(err)
			}
			g.Rights &= up.Rights
		}
		if err := updateGrant(ctx, tx, g); err != nil {
			return err
		}
		if err := narrowGrants(ctx, tx, g); err != nil {
			return err
		}
		return touch(ctx, tx, n.ID, s.etag(), 0) // devices ask again what they may do there
	})
	return g, err
}

// EndGrant ends a grant at once, with all that were given on by it. Its owner may, whoever gave it,
// and its receiver. NotFound for one of others.
func (s *Service) EndGrant(ctx context.Context, who, grant id.ID) error {
	g, err := s.grantOf(ctx, who, grant)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.endGrant(ctx, tx, g.ID) })
}

func (s *Service) endGrant(ctx context.Context, tx *db.Tx, grant id.ID) error {
	all, err := grantsThrough(ctx, tx, grant)
	if err != nil {
		return err
	}
	for _, g := range all {
		if err := deleteGrant(ctx, tx, g); err != nil {
			return err
		}
		if err := s.Ungranted.Record(ctx, tx, Ungranted{g}); err != nil {
			return err
		}
	}
	return nil
}

// grantOf is a grant that somebody made, has, or that is of what is theirs.
func (s *Service) grantOf(ctx context.Context, who, grant id.ID) (g *Grant, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		g, err = getGrant(ctx, tx, grant)
		if err == nil && g.OwnerID != who && g.GiverID != who && g.ReceiverID != who {
			err = db.ErrNoRows
		}
		return unknownGrant(err)
	})
	return g, err
}

func unknownGrant(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return fault.New(fault.NotFound, "fault.share.unknown")
	}
	return err
}

// Part ends what two people share with each other.
func (s *Service) Part(ctx context.Context, tx *db.Tx, a, b id.ID) error {
	all, err := grantsBetween(ctx, tx, a, b)
	return s.endAll(ctx, tx, all, err)
}

// Leave ends what somebody who goes shares, and what is shared with them.
func (s *Service) Leave(ctx context.Context, tx *db.Tx, who id.ID) error {
	all, err := grantsAbout(ctx, tx, who)
	if err := s.endAll(ctx, tx, all, err); err != nil {
		return err
	}
	return deleteShares(ctx, tx, who)
}

func (s *Service) endAll(ctx context.Context, tx *db.Tx, all []*Grant, err error) error {
	for _, g := range all {
		if err == nil {
			err = s.endGrant(ctx, tx, g.ID)
		}
	}
	return err
}

// Grants are those of a file or folder: to its owner all of them, to others those they made. NotFound as for ByNumber.
func (s *Service) Grants(ctx context.Context, who id.ID, number int64) (all []*Grant, err error) {
	n, _, err := s.ByNumber(ctx, who, number)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		of, err := grantsOf(ctx, tx, n.ID, s.now())
		for _, g := range of {
			if n.OwnerID == who || g.GiverID == who {
				all = append(all, g)
			}
		}
		return err
	})
	return all, err
}

// A GivenNode is a grant with what it is of, as somebody sees it.
type GivenNode struct {
	Grant *Grant
	Found Found
}

// GrantWith is a grant that somebody made, has, or that is of what is theirs, with what it is of. NotFound for others.
func (s *Service) GrantWith(ctx context.Context, who, grant id.ID) (g GivenNode, err error) {
	if _, err := s.grantOf(ctx, who, grant); err != nil {
		return g, err
	}
	all, err := s.given(ctx, who, func(ctx context.Context, tx *db.Tx, _ id.ID, now time.Time) ([]*Grant, error) {
		g, err := getGrant(ctx, tx, grant)
		if err == nil && g.over(now) {
			err = db.ErrNoRows
		}
		return []*Grant{g}, unknownGrant(err)
	})
	if err == nil && len(all) == 0 {
		err = unknownGrant(db.ErrNoRows)
	}
	if err != nil {
		return g, err
	}
	return all[0], nil
}

// GrantedBy is what somebody shares with people here, the newest first.
func (s *Service) GrantedBy(ctx context.Context, who id.ID) (all []GivenNode, err error) {
	return s.given(ctx, who, grantsBy)
}

// GrantedTo is what people here share with somebody, the newest first.
func (s *Service) GrantedTo(ctx context.Context, who id.ID) (all []GivenNode, err error) {
	return s.given(ctx, who, grantsTo)
}

func (s *Service) given(ctx context.Context, who id.ID, which func(ctx context.Context, tx *db.Tx, who id.ID, now time.Time) ([]*Grant, error)) (all []GivenNode, err error) {
	sp, err := s.space(ctx, who)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		grants, err := which(ctx, tx, who, s.now())
		if err != nil {
			return err
		}
		for _, g := range grants {
			n, err := getNode(ctx, tx, g.NodeID)
			if errors.Is(err, db.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			f, err := s.seenBy(ctx, tx, sp, n)
			if fault.Is(err, fault.NotFound) {
				continue // in the trash
			}
			if err != nil {
				return err
			}
			all = append(all, GivenNode{g, f})
		}
		return nil
	})
	return all, err
}

// Sharing is with whom a node is shared.
type Sharing struct {
	People []id.ID
	Links  int
}

// Sharings are those of all that is a person's, by node.
func (s *Service) Sharings(ctx context.Context, owner id.ID) (all map[id.ID]Sharing, err error) {
	all = map[id.ID]Sharing{}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		grants, err := grantsOfOwner(ctx, tx, owner, s.now())
		for _, g := range grants {
			one := all[g.NodeID]
			one.People = append(one.People, g.ReceiverID)
			all[g.NodeID] = one
		}
		if err != nil {
			return err
		}
		links, err := sharesBy(ctx, tx, owner, s.now())
		for _, l := range links {
			one := all[l.NodeID]
			one.Links++
			all[l.NodeID] = one
		}
		return err
	})
	return all, err
}

// endBelow ends what is shared of a node and all it holds, and what others share that stands there.
func (s *Service) endBelow(ctx context.Context, tx *db.Tx, node id.ID) error {
	all, err := grantsBelow(ctx, tx, node)
	return s.endAll(ctx, tx, all, err)
}

// sweepGrants deletes grants whose last day has come. They opened nothing already.
func (s *Service) sweepGrants(ctx context.Context) error {
	for {
		var ended []*Grant
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			ended, err = endedGrants(ctx, tx, s.now(), sweepBatch)
			return err
		})
		if err != nil || len(ended) == 0 {
			return err
		}
		if err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.endAll(ctx, tx, ended, nil) }); err != nil {
			return err
		}
	}
}
