package media

import (
	"context"
	"strings"

	"allod/internal/db"
	"allod/internal/id"
)

// An Adopted medium is here already: a picture in all its sizes, or the
// original of a video or sound, which is equipped once that is made of it which may leave.
type Adopted struct {
	Kind          string
	Mime          string // of the original
	NodeID        id.ID  // the file it is made of
	Width, Height int
	Blurhash, Alt string
	Files         []File // Original, Large and Small: their Variant, Blob, Size, Mime, Width and Height
}

// Adopt makes a medium of owner of what is here already. Nothing is
// stored anew: the medium refers to the same bytes.
func (s *Service) Adopt(ctx context.Context, owner id.ID, a Adopted) (*Medium, error) {
	m := &Medium{
		ID: s.ids.Next(), OwnerID: owner, Kind: a.Kind, Mime: a.Mime, Width: a.Width, Height: a.Height, Alt: strings.TrimSpace(a.Alt), Blurhash: a.Blurhash, CreatedAt: s.now(),
		NodeID: a.NodeID,
	}
	if err := checkAlt(m.Alt); err != nil {
		return nil, err
	}
	for _, f := range a.Files {
		s.file(m, f)
	}
	return m, s.keep(ctx, m)
}

// Again makes a medium of owner of a picture that is here already as a file:
// what may be published of it is made as for Upload, with its faults.
func (s *Service) Again(ctx context.Context, owner, node id.ID, hash string, size int64) (*Medium, error) {
	m := &Medium{ID: s.ids.Next(), OwnerID: owner, NodeID: node, Kind: Image, CreatedAt: s.now()}
	if err := s.develop(ctx, m, hash, size); err != nil {
		return nil, err
	}
	return m, s.keep(ctx, m)
}

// keep writes down a new medium with its files.
func (s *Service) keep(ctx context.Context, m *Medium) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insert(ctx, tx, m); err != nil {
			return err
		}
		for i := range m.Files {
			if err := insertFile(ctx, tx, &m.Files[i]); err != nil {
				return err
			}
		}
		return nil
	})
}
