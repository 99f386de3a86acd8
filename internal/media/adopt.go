package media

import (
	"context"
	"strings"

	"allod/internal/db"
	"allod/internal/id"
)

// An Adopted picture is here already, in all its sizes.
type Adopted struct {
	Mime          string // of the original
	Width, Height int
	Blurhash, Alt string
	Files         []File // Original, Large and Small: their Variant, Blob, Size, Mime, Width and Height
}

// Adopt makes a medium of owner of a picture that is here already. Nothing is
// stored anew: the medium refers to the same bytes.
func (s *Service) Adopt(ctx context.Context, owner id.ID, a Adopted) (*Medium, error) {
	m := &Medium{
		ID: s.ids.Next(), OwnerID: owner, Kind: Image, Mime: a.Mime, Width: a.Width, Height: a.Height, Alt: strings.TrimSpace(a.Alt), Blurhash: a.Blurhash, CreatedAt: s.now(),
	}
	if err := checkAlt(m.Alt); err != nil {
		return nil, err
	}
	for _, f := range a.Files {
		s.file(m, f)
	}
	return m, s.keep(ctx, m)
}

// Again makes a medium of owner of an original that is here already: what may
// be published of it is made as for Upload, with its faults.
func (s *Service) Again(ctx context.Context, owner id.ID, hash string, size int64, alt string) (*Medium, error) {
	m := &Medium{ID: s.ids.Next(), OwnerID: owner, Kind: Image, Alt: strings.TrimSpace(alt), CreatedAt: s.now()}
	if err := checkAlt(m.Alt); err != nil {
		return nil, err
	}
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
