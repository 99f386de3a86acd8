package media

import (
	"context"
	"fmt"
	"io"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Seal has the media of a post or page opened to their owner alone, whoever
// has their addresses, or to everyone again.
func Seal(ctx context.Context, tx *db.Tx, post id.ID, sealed bool) error {
	return seal(ctx, tx, post, sealed)
}

// Prune forgets the media that a page shows no longer: it has no history.
func Prune(ctx context.Context, tx *db.Tx, page id.ID) error { return dropRetired(ctx, tx, page, 0) }

// Drop ends the addresses of media that belong to a post, page or album; their bytes go with the next sweep.
func Drop(ctx context.Context, tx *db.Tx, post id.ID, ids []id.ID) error {
	if len(ids) == 0 {
		return nil
	}
	return dropOf(ctx, tx, post, ids)
}

// Close ends the addresses of media of a post at once; the post shows them, without pictures, until it is edited.
func Close(ctx context.Context, tx *db.Tx, post id.ID, ids []id.ID) error {
	if len(ids) == 0 {
		return nil
	}
	return closeOf(ctx, tx, post, ids)
}

// Say has a medium of a post, page or album be described so from now on.
func Say(ctx context.Context, tx *db.Tx, post, medium id.ID, alt string) error {
	return say(ctx, tx, post, medium, alt)
}

// OpenSealed hands out the bytes at an address to the owner of what is
// sealed; NotFound for everyone else, and for what is not sealed.
func (s *Service) OpenSealed(ctx context.Context, viewer id.ID, key string) (*File, io.ReadSeekCloser, error) {
	f, owner, err := s.at(ctx, key)
	if err == nil && (!f.sealed || owner != viewer || viewer == 0) {
		err = fault.New(fault.NotFound, "fault.media.unknown")
	}
	if err != nil {
		return nil, nil, err
	}
	r, _, err := s.blobs.Open(ctx, f.Blob)
	if err != nil {
		return nil, nil, fmt.Errorf("media file %s: %w", f.Variant, err)
	}
	return f, r, nil
}

// at is what lies at an address, sealed or not, and whose it is. Originals have none.
func (s *Service) at(ctx context.Context, key string) (f *File, owner id.ID, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, owner, err = fileByKey(ctx, tx, key)
		return err
	})
	if err == nil && (f == nil || f.Variant == Original || f.Variant == Remote) {
		err = fault.New(fault.NotFound, "fault.media.unknown")
	}
	return f, owner, err
}
