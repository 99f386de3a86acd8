package file

import (
	"context"
	"errors"
	"io"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// VersionsMax is how many versions of a file are kept; older ones make room for newer.
const VersionsMax = 50

// A Version is what a file was before something else took its place.
type Version struct {
	ID         id.ID
	NodeID     id.ID
	OwnerID    id.ID
	Blob       string
	Size       int64
	Mime       string
	Checksums  string
	ModifiedAt time.Time
	KeptAt     time.Time
}

// keepVersion keeps what a file is. Empty files are not worth it.
func (s *Service) keepVersion(ctx context.Context, tx *db.Tx, n *Node) error {
	if n.Size == 0 {
		return nil
	}
	v := &Version{ID: s.ids.Next(), NodeID: n.ID, OwnerID: n.OwnerID, Blob: n.Blob, Size: n.Size, Mime: n.Mime, Checksums: n.Checksums, ModifiedAt: n.ModifiedAt, KeptAt: s.now()}
	if err := insertVersion(ctx, tx, v); err != nil {
		return err
	}
	delta := v.Size
	old, err := versionsBeyond(ctx, tx, n.ID, VersionsMax)
	if err != nil {
		return err
	}
	for _, o := range old {
		if err := deleteVersion(ctx, tx, o.ID); err != nil {
			return err
		}
		delta -= o.Size
	}
	return addVersions(ctx, tx, n.OwnerID, delta)
}

// Versions are those of a person's file, the latest first.
func (s *Service) Versions(ctx context.Context, owner id.ID, number int64) (n *Node, all []*Version, err error) {
	n, _, err = s.ByNumber(ctx, owner, number)
	if err != nil {
		return nil, nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = listVersions(ctx, tx, n.ID)
		return err
	})
	return n, all, err
}

// Version is one of a person's file.
func (s *Service) Version(ctx context.Context, owner id.ID, number int64, which id.ID) (v *Version, err error) {
	n, _, err := s.ByNumber(ctx, owner, number)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err = getVersion(ctx, tx, n.ID, which)
		return unknownFile(err)
	})
	return v, err
}

// OpenVersion reads what a version holds.
func (s *Service) OpenVersion(ctx context.Context, v *Version) (io.ReadSeekCloser, error) {
	r, _, err := s.blobs.Open(ctx, v.Blob)
	return r, err
}

// RestoreVersion has a file be again what it was; what it is becomes a version.
func (s *Service) RestoreVersion(ctx context.Context, owner id.ID, number int64, which id.ID) (n *Node, err error) {
	at, _, err := s.ByNumber(ctx, owner, number)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, at.OwnerID, func(ctx context.Context, tx *db.Tx, sp *space) error {
		now, err := s.mayChange(ctx, tx, owner, at.ID)
		if err != nil {
			return err
		}
		v, err := getVersion(ctx, tx, now.ID, which)
		if err != nil {
			return unknownFile(err)
		}
		c := content{blob.Ref{Hash: v.Blob, Size: v.Size}, v.Checksums}
		if n, err = s.replaceFile(ctx, tx, sp, now, c, Write{ModifiedAt: v.ModifiedAt}); err != nil {
			return err
		}
		if err := deleteVersion(ctx, tx, v.ID); err != nil {
			return err
		}
		return addVersions(ctx, tx, sp.Owner, -v.Size)
	})
	return n, err
}

// mayChange is a node as it is kept that somebody may change, their own or shared with them.
func (s *Service) mayChange(ctx context.Context, tx *db.Tx, who, node id.ID) (*Node, error) {
	n, err := getNode(ctx, tx, node)
	if err != nil || n.OwnerID == who {
		return n, unknownFile(err)
	}
	_, by, err := s.through(ctx, tx, who, n)
	if err != nil {
		return nil, err
	}
	if by == nil {
		return nil, unknownFile(db.ErrNoRows)
	}
	return n, by.grant.Rights.demand(Edit)
}

// DeleteVersion forgets one for good. Denied for a file of somebody else.
func (s *Service) DeleteVersion(ctx context.Context, owner id.ID, number int64, which id.ID) error {
	at, _, err := s.ByNumber(ctx, owner, number)
	if err != nil {
		return err
	}
	if at.Given {
		return fault.New(fault.Denied, "fault.share.rights")
	}
	return s.change(ctx, owner, func(ctx context.Context, tx *db.Tx, sp *space) error {
		v, err := getVersion(ctx, tx, at.ID, which)
		if errors.Is(err, db.ErrNoRows) {
			return fault.New(fault.NotFound, "fault.file.unknown")
		}
		if err != nil {
			return err
		}
		if err := deleteVersion(ctx, tx, v.ID); err != nil {
			return err
		}
		return addVersions(ctx, tx, owner, -v.Size)
	})
}
