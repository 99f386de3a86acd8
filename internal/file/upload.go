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

// Limits of files that come in pieces.
const (
	UploadFor    = 24 * time.Hour // how long one waits for its next piece
	UploadsMax   = 1000           // of a person at once
	PiecesMax    = 20_000         // of one file
	PieceNameMax = 100            // bytes
)

// An Upload is a file that comes in pieces and is not whole yet. Its pieces
// come in any order, and stand in that of their names, as people count.
// Pieces that come one after another are written where the file will be, so
// that the end of a large upload takes no longer than that of a small one.
type Upload struct {
	ID      id.ID
	OwnerID id.ID
	Name    string // by which its device knows it
	Total   int64  // bytes that are to come, -1 where the device did not say
	Size    int64  // bytes that came
	BegunAt time.Time
	UsedAt  time.Time // when the last piece came

	draft string
}

// A Piece of an upload is durable.
type Piece struct {
	Name      string
	Size      int64
	ArrivedAt time.Time

	start int64         // in the upload's draft, -1 for one that lies apart
	draft string        // in which that one lies
	end   blob.Progress // of the upload's draft after this piece
	sha1  []byte        // state of the SHA-1 of that
}

func (p *Piece) apart() bool { return p.start < 0 }

// Blobs keep bytes, and those that are not all there yet.
type Blobs interface {
	blob.Store
	blob.Drafts
	blob.Intake
}

// BeginUpload begins a file that comes in pieces, under a name of the device's
// own. Size is how long it will be, -1 if that is not known. Conflict because
// of ErrExists where that name is in use, TooLarge because of ErrFull, TooMany
// where a person has begun too many.
func (s *Service) BeginUpload(ctx context.Context, owner id.ID, name string, size int64) (u *Upload, err error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	now := s.now()
	u = &Upload{ID: s.ids.Next(), OwnerID: owner, Name: name, Total: max(size, -1), BegunAt: now, UsedAt: now, draft: blob.NewDraft()}
	err = s.change(ctx, owner, func(ctx context.Context, tx *db.Tx, sp *space) error {
		if _, err := getUpload(ctx, tx, owner, name); !errors.Is(err, db.ErrNoRows) {
			if err == nil {
				err = exists()
			}
			return err
		}
		n, err := countUploads(ctx, tx, owner)
		if err == nil && n >= UploadsMax {
			err = fault.New(fault.TooMany, "fault.file.uploads", "n", UploadsMax)
		}
		if err == nil {
			err = room(ctx, tx, sp, size)
		}
		if err != nil {
			return err
		}
		return insertUpload(ctx, tx, u)
	})
	if err != nil {
		return nil, err
	}
	return u, nil
}

// Upload is one of a person's, with the pieces that came, in their order. NotFound if there is none.
func (s *Service) Upload(ctx context.Context, owner id.ID, name string) (u *Upload, all []*Piece, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		u, all, err = uploadWith(ctx, tx, owner, name)
		return err
	})
	return u, all, err
}

// Uploads are those that a person has begun and not ended, without their pieces.
func (s *Service) Uploads(ctx context.Context, owner id.ID) (all []*Upload, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = listUploads(ctx, tx, owner)
		return err
	})
	return all, err
}

// AbortUpload forgets an upload and its pieces. NotFound if there is none.
func (s *Service) AbortUpload(ctx context.Context, owner id.ID, name string) error {
	var u *Upload
	var all []*Piece
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if u, all, err = uploadWith(ctx, tx, owner, name); err != nil {
			return err
		}
		_, err = deleteUpload(ctx, tx, u.ID)
		return err
	})
	if err != nil {
		return err
	}
	return s.discard(ctx, u, all)
}

// discard deletes the drafts of an upload that is no more.
func (s *Service) discard(ctx context.Context, u *Upload, all []*Piece) error {
	err := s.blobs.Discard(ctx, u.draft)
	for _, p := range all {
		if p.apart() {
			err = errors.Join(err, s.blobs.Discard(ctx, p.draft))
		}
	}
	return err
}

func uploadWith(ctx context.Context, tx *db.Tx, owner id.ID, name string) (*Upload, []*Piece, error) {
	u, err := getUpload(ctx, tx, owner, name)
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.NotFound, "fault.file.upload")
	}
	if err != nil {
		return nil, nil, err
	}
	all, err := listPieces(ctx, tx, u.ID)
	sortPieces(all)
	return u, all, err
}

// draftsFor is how long a draft is kept that belongs to no upload: it may be about to.
const draftsFor = 2 * UploadFor

// sweepUploads forgets uploads whose next piece did not come, and drafts that belong to none.
func (s *Service) sweepUploads(ctx context.Context) error {
	for {
		var idle []*Upload
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			idle, err = idleUploads(ctx, tx, s.now().Add(-UploadFor), sweepBatch)
			return err
		})
		if err != nil || len(idle) == 0 {
			return errors.Join(err, s.sweepDrafts(ctx))
		}
		for _, u := range idle {
			if s.seats.taken(u.ID) {
				if err := s.use(ctx, u); err != nil {
					return err
				}
				continue
			}
			if err := s.AbortUpload(ctx, u.OwnerID, u.Name); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
	}
}

// use keeps an upload from being idle.
func (s *Service) use(ctx context.Context, u *Upload) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := useUpload(ctx, tx, u.ID, s.now())
		return err
	})
}

func (s *Service) sweepDrafts(ctx context.Context) error {
	var old []string
	err := s.blobs.WalkDrafts(ctx, func(draft string, grown time.Time) error {
		if s.now().Sub(grown) > draftsFor {
			old = append(old, draft)
		}
		return nil
	})
	for err == nil && len(old) > 0 {
		batch := old[:min(len(old), sweepBatch)]
		old = old[len(batch):]
		used := map[string]bool{}
		err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			all, err := usedDrafts(ctx, tx, batch)
			for _, d := range all {
				used[d] = true
			}
			return err
		})
		for _, d := range batch {
			if err == nil && !used[d] {
				err = s.blobs.Discard(ctx, d)
			}
		}
	}
	return err
}

// metered reads up to a bound and then fails because there is no room for more.
type metered struct {
	r    io.Reader
	left int64
}

// Read reads from the source while it is within the bound.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if m.left -= int64(n); m.left < 0 {
		return 0, full()
	}
	return n, err
}

func full() error { return fault.New(fault.TooLarge, "fault.file.quota").Because("%w", ErrFull) }
