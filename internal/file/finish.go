package file

import (
	"context"
	"encoding/hex"
	"errors"
	"io"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// FinishUpload makes a file at a path of the pieces of an upload, in the
// order of their names. What w says is checked first; as long as something is
// wrong the upload stays as it is. Faults as for Put, Invalid also where pieces are missing, and NotFound where
// there is no such upload.
func (s *Service) FinishUpload(ctx context.Context, owner id.ID, upload, path string, w Write) (n *Node, fresh bool, err error) {
	names, err := Split(path)
	if err == nil && len(names) == 0 {
		err = exists()
	}
	if err != nil {
		return nil, false, err
	}
	u, _, err := s.Upload(ctx, owner, upload)
	if err != nil {
		return nil, false, err
	}
	mine, err := s.seats.claim(ctx, u.ID)
	if err != nil {
		return nil, false, err
	}
	defer s.seats.leave(u.ID, mine)
	u, all, err := s.Upload(ctx, owner, upload)
	if err != nil {
		return nil, false, err
	}
	want := w.Size
	if want < 0 {
		want = u.Total
	}
	if want >= 0 && u.Size != want {
		return nil, false, fault.New(fault.Invalid, "fault.file.pieces", "n", u.Size, "of", want)
	}
	early := w
	early.Size = 0 // the pieces have their room
	if err := s.expect(ctx, owner, names, early); err != nil {
		return nil, false, err
	}
	at, sums, err := s.join(ctx, u, all)
	if err != nil {
		return nil, false, disk(err)
	}
	if err := s.checkDraft(ctx, u, at, sums, w.Sum); err != nil {
		return nil, false, err
	}
	ref, err := s.blobs.Finish(ctx, u.draft, at)
	if err != nil {
		return nil, false, disk(err)
	}
	n, fresh, err = s.adopt(ctx, owner, names, content{ref, sums.text()}, w, func(ctx context.Context, tx *db.Tx) error {
		gone, err := deleteUpload(ctx, tx, u.ID)
		if err == nil && gone == 0 {
			err = fault.New(fault.NotFound, "fault.file.upload")
		}
		return err
	})
	return n, fresh, err
}

// join brings the pieces of an upload together in its draft, and returns how
// far that came. Each step is kept, so that another attempt goes on from there.
func (s *Service) join(ctx context.Context, u *Upload, all []*Piece) (at blob.Progress, _ *sums, err error) {
	var sha1 []byte
	for i, p := range all {
		if p.start != at.Size {
			if err := s.clear(ctx, u, all[i:]); err != nil {
				return at, nil, err
			}
			if err := s.fetchIn(ctx, u, p, at, sha1); err != nil {
				return at, nil, err
			}
		}
		at, sha1 = p.end, p.sha1
	}
	sums, err := resumedSums(nil, sha1)
	return at, sums, err
}

// clear puts those of pieces apart that lie in an upload's draft, where others are to lie.
func (s *Service) clear(ctx context.Context, u *Upload, pieces []*Piece) error {
	for _, p := range pieces {
		if p.apart() {
			continue
		}
		r, err := s.blobs.OpenDraft(ctx, u.draft)
		if err != nil {
			return err
		}
		draft := blob.NewDraft()
		_, err = s.blobs.Extend(ctx, draft, blob.Progress{}, io.NewSectionReader(r, p.start, p.Size))
		if err := errors.Join(err, r.Close()); err != nil {
			return err
		}
		p.start, p.draft, p.end, p.sha1 = -1, draft, blob.Progress{}, nil
		if err := s.moved(ctx, u, p); err != nil {
			return err
		}
	}
	return nil
}

// fetchIn appends a piece that lies apart to the upload's draft.
func (s *Service) fetchIn(ctx context.Context, u *Upload, p *Piece, at blob.Progress, sha1 []byte) error {
	r, err := s.blobs.OpenDraft(ctx, p.draft)
	if err != nil {
		return err
	}
	sums, err := resumedSums(io.NewSectionReader(r, 0, p.Size), sha1)
	if err != nil {
		return errors.Join(err, r.Close())
	}
	end, err := s.blobs.Extend(ctx, u.draft, at, sums)
	if err := errors.Join(err, r.Close()); err != nil {
		return err
	}
	apart := p.draft
	p.start, p.draft, p.end = at.Size, "", end
	if p.sha1, err = sums.state(); err != nil {
		return err
	}
	if err := s.moved(ctx, u, p); err != nil {
		return err
	}
	return s.blobs.Discard(ctx, apart)
}

// moved notes that a piece lies elsewhere now.
func (s *Service) moved(ctx context.Context, u *Upload, p *Piece) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := useUpload(ctx, tx, u.ID, s.now())
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "fault.file.upload")
		}
		if err != nil {
			return err
		}
		return putPiece(ctx, tx, u.ID, p)
	})
}

// checkDraft compares an upload that is whole with a checksum.
func (s *Service) checkDraft(ctx context.Context, u *Upload, at blob.Progress, known *sums, want Sum) error {
	switch want.Kind {
	case "", "SHA1":
		return known.check(want)
	case "SHA256":
		ref, err := at.Ref()
		if err != nil {
			return err
		}
		return want.compare(ref.Hash)
	}
	h := hashes[want.Kind]()
	if err := s.readDraft(ctx, u, at, h); err != nil {
		return err
	}
	return want.compare(hex.EncodeToString(h.Sum(nil)))
}

// readDraft reads an upload that is whole, also where it has become content
// already: an attempt before this one may have been cut short.
func (s *Service) readDraft(ctx context.Context, u *Upload, at blob.Progress, w io.Writer) error {
	r, err := s.blobs.OpenDraft(ctx, u.draft)
	if fault.Is(err, fault.NotFound) {
		ref, err := at.Ref()
		if err != nil {
			return err
		}
		r, _, err := s.blobs.Open(ctx, ref.Hash)
		if err != nil {
			return err
		}
		defer r.Close()
		_, err = io.Copy(w, r)
		return err
	}
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(w, io.NewSectionReader(r, 0, at.Size))
	return err
}
