package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"allod/internal/blob"
)

// The names of what lies in the data folder of a home whose bytes are in a
// bucket: those that are not whole yet, and what was in the folder before.
const (
	draftFolder = "drafts"
	movedFolder = "blobs-in-bucket"
)

// openBytes opens where the content of files and pictures lies, with the tray before it.
func (f *foundation) openBytes(ctx context.Context) (*blob.Tray, error) {
	under, err := f.openStore(ctx)
	if err != nil {
		return nil, err
	}
	return blob.NewTray(f.db, under, f.ids, f.log), nil
}

// openStore opens the folder or the bucket of the settings.
func (f *foundation) openStore(ctx context.Context) (blob.Full, error) {
	folder := filepath.Join(f.cfg.Data, blobFolder)
	if f.cfg.Blobs == "" {
		d, err := blob.NewDisk(folder)
		if err != nil {
			return nil, err
		}
		return d, nil
	}
	options, err := blob.ParseS3(f.cfg.Blobs)
	if err != nil {
		return nil, fmt.Errorf("blobs: the address %w", err)
	}
	s, err := blob.OpenS3(ctx, options, filepath.Join(f.cfg.Data, draftFolder))
	if err != nil {
		return nil, err
	}
	if err := f.moveBytes(ctx, folder, s); err != nil {
		return nil, errors.Join(fmt.Errorf("move the blobs to the bucket: %w", err), s.Close())
	}
	return s, nil
}

// moveBytes brings what lies in the data folder into the bucket: of a home
// that grew, or was restored. Each file that is there goes into another folder, so that
// a start that was cut short goes on where it was.
func (f *foundation) moveBytes(ctx context.Context, folder string, to blob.Store) error {
	from, err := blob.OpenDisk(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer from.Close()
	moved, n := filepath.Join(f.cfg.Data, movedFolder), 0
	err = from.Walk(ctx, func(ref blob.Ref, _ time.Time) error {
		r, _, err := from.Open(ctx, ref.Hash)
		if err != nil {
			return err
		}
		got, err := to.Put(ctx, r)
		if err := errors.Join(err, r.Close()); err != nil {
			return err
		}
		if got != ref {
			return fmt.Errorf("blob %s is damaged", ref.Hash)
		}
		n++
		shard := filepath.Join(ref.Hash[:2], ref.Hash[2:4])
		if err := os.MkdirAll(filepath.Join(moved, shard), 0o700); err != nil {
			return err
		}
		return os.Rename(filepath.Join(folder, shard, ref.Hash), filepath.Join(moved, shard, ref.Hash))
	})
	if err != nil {
		return err
	}
	drafts, err := filepath.Glob(filepath.Join(folder, "incoming", "draft-*"))
	if err != nil {
		return err
	}
	for _, draft := range drafts {
		if err := os.Rename(draft, filepath.Join(f.cfg.Data, draftFolder, "incoming", filepath.Base(draft))); err != nil {
			return err
		}
	}
	if n > 0 {
		f.log.Info("the files and pictures are in the bucket now; the folder can be removed", "blobs", n, "folder", moved)
	}
	return os.RemoveAll(folder)
}
