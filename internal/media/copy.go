package media

import (
	"bytes"
	"context"
	"io"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// RemoteCap is how many bytes of other servers' media are kept.
const RemoteCap = 5 << 30

// Get is a medium by its id, whoever asks: it tells where the bytes of another
// server's medium are, to the proxy whose addresses are signed.
func (s *Service) Get(ctx context.Context, medium id.ID) (m *Medium, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := with(ctx, tx, withID, medium)
		if err == nil && len(all) == 0 {
			err = fault.New(fault.NotFound, "fault.media.unknown")
		}
		if err == nil {
			m = all[0]
		}
		return err
	})
	return m, err
}

// KeepCopy keeps a copy of another server's medium, made safe like our own
// pictures: decoded and encoded anew.
func (s *Service) KeepCopy(ctx context.Context, m *Medium, bytesOf io.Reader) (*File, error) {
	picture, err := s.derive.Picture(ctx, bytesOf, sizes[:1])
	if err != nil {
		return nil, err
	}
	v := picture.Variants[0]
	ref, err := s.blobs.Put(ctx, bytes.NewReader(v.Data))
	if err != nil {
		return nil, err
	}
	f := File{Key: newKey(), MediaID: m.ID, Variant: Remote, Blob: ref.Hash, Mime: v.Mime, Width: v.Width, Height: v.Height, Size: ref.Size, UsedAt: s.now()}
	return &f, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return insertFile(ctx, tx, &f) })
}

// usedEvery is how often the use of a copy is written down.
const usedEvery = 24 * time.Hour

// OpenCopy hands out the bytes of a kept copy. Those that are looked at are
// kept longest.
func (s *Service) OpenCopy(ctx context.Context, f *File) (io.ReadSeekCloser, error) {
	if now := s.now(); now.Sub(f.UsedAt) > usedEvery {
		if err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return touch(ctx, tx, f.Key, now) }); err != nil {
			return nil, err
		}
	}
	r, _, err := s.blobs.Open(ctx, f.Blob)
	return r, err
}

// Portrait is the medium of an avatar or header of another server's account,
// made when it is first looked at.
func (s *Service) Portrait(ctx context.Context, owner id.ID, url string) (m *Medium, err error) {
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := with(ctx, tx, portrait, owner, url)
		if err != nil {
			return err
		}
		if len(all) > 0 {
			m = all[0]
			return nil
		}
		m = &Medium{ID: s.ids.Next(), OwnerID: owner, Kind: Image, RemoteURL: url, CreatedAt: s.now()}
		return insert(ctx, tx, m)
	})
	return m, err
}
