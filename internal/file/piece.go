package file

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"sync"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A seat is at the end of an upload's draft, where one piece at a time is written.
type seat struct {
	piece string
	last  bool          // it is being recorded, or the upload ends: nobody may take the seat
	gone  chan struct{} // closed when it is free
}

// seats are those that are taken, by upload.
type seats struct {
	mu sync.Mutex
	at map[id.ID]*seat
}

// take takes the seat for a piece, also from one who sends the same: the
// device that sent it has given up on that. Nil where another has it.
func (s *seats) take(upload id.ID, piece string) *seat {
	s.mu.Lock()
	defer s.mu.Unlock()
	if was := s.at[upload]; was != nil && (was.last || was.piece != piece) {
		return nil
	}
	return s.sit(upload, piece)
}

func (s *seats) sit(upload id.ID, piece string) *seat {
	if s.at == nil {
		s.at = map[id.ID]*seat{}
	}
	mine := &seat{piece: piece, gone: make(chan struct{})}
	s.at[upload] = mine
	return mine
}

// claim takes the seat to end the upload: whoever still sends a piece is too late.
func (s *seats) claim(ctx context.Context, upload id.ID) (*seat, error) {
	for {
		s.mu.Lock()
		was := s.at[upload]
		if was == nil || !was.last {
			mine := s.sit(upload, "")
			mine.last = true
			s.mu.Unlock()
			return mine, nil
		}
		s.mu.Unlock()
		select {
		case <-was.gone:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// keep has nobody take the seat any more; false where somebody has.
func (s *seats) keep(upload id.ID, mine *seat) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	mine.last = s.at[upload] == mine
	return mine.last
}

func (s *seats) leave(upload id.ID, mine *seat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at[upload] == mine {
		delete(s.at, upload)
	}
	close(mine.gone)
}

// taken reports whether a piece comes in at the end of an upload's draft.
func (s *seats) taken(upload id.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at[upload] != nil
}

func sortPieces(all []*Piece) {
	slices.SortFunc(all, func(a, b *Piece) int { return Natural(a.Name, b.Name) })
}

func find(all []*Piece, name string) *Piece {
	for _, p := range all {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// PutPiece takes a piece of an upload in. It is durable when PutPiece returns;
// one that came before under the same name gives way then. Size is its length,
// -1 if that is not known. Faults: NotFound where there is no such upload;
// Invalid for what did not come whole; TooLarge because of ErrFull; TooMany.
func (s *Service) PutPiece(ctx context.Context, owner id.ID, upload, name string, r io.Reader, size int64) (p *Piece, err error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	if len(name) > PieceNameMax {
		return nil, fault.New(fault.Invalid, "fault.file.name_long", "n", PieceNameMax).In("name")
	}
	u, left, err := s.expectPiece(ctx, owner, upload, name, size)
	if err != nil {
		return nil, err
	}
	in := arriving{s: s, u: u, size: size, r: &metered{r, left}, piece: &Piece{Name: name, start: -1}}
	if mine := s.seats.take(u.ID, name); mine != nil {
		defer s.seats.leave(u.ID, mine)
		if _, in.all, err = s.Upload(ctx, owner, upload); err != nil {
			return nil, err
		}
		if in.follows() {
			return in.piece, in.atTheEnd(ctx, mine)
		}
	} else if _, in.all, err = s.Upload(ctx, owner, upload); err != nil {
		return nil, err
	}
	return in.piece, in.apart(ctx)
}

// expectPiece refuses, before its bytes come, what could not be kept, and says how many may come.
func (s *Service) expectPiece(ctx context.Context, owner id.ID, upload, name string, size int64) (u *Upload, left int64, err error) {
	sp, err := s.space(ctx, owner)
	if err != nil {
		return nil, 0, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var all []*Piece
		if u, all, err = uploadWith(ctx, tx, owner, upload); err != nil {
			return err
		}
		if len(all) >= PiecesMax && find(all, name) == nil {
			return fault.New(fault.TooMany, "fault.file.pieces_many", "n", PiecesMax)
		}
		used, err := usage(ctx, tx, sp)
		if err != nil {
			return err
		}
		if left = used.Left(); left < 0 {
			left = math.MaxInt64
		} else if was := find(all, name); was != nil {
			left += was.Size
		}
		if size > left {
			return full()
		}
		return nil
	})
	return u, left, err
}

// arriving is a piece on its way in.
type arriving struct {
	s     *Service
	u     *Upload
	all   []*Piece // that came before
	piece *Piece
	size  int64
	r     io.Reader
}

// follows reports whether the piece belongs at the end of what lies in the
// upload's draft, and sets where it begins.
func (in *arriving) follows() bool {
	in.piece.end, in.piece.sha1 = blob.Progress{}, nil
	first := true
	for _, p := range in.all {
		if p.apart() || Natural(p.Name, in.piece.Name) >= 0 {
			return false
		}
		if p.end.Size >= in.piece.end.Size {
			in.piece.end, in.piece.sha1 = p.end, p.sha1
		}
		first = false
	}
	return !first || opens(in.piece.Name)
}

// atTheEnd writes the piece where the file will be.
func (in *arriving) atTheEnd(ctx context.Context, mine *seat) error {
	from := in.piece.end
	sums, err := resumedSums(in.r, in.piece.sha1)
	if err != nil {
		return err
	}
	to, err := in.s.blobs.Extend(ctx, in.u.draft, from, sums)
	if err != nil {
		return late(err)
	}
	p := in.piece
	p.start, p.Size, p.end = from.Size, to.Size-from.Size, to
	if p.sha1, err = sums.state(); err != nil {
		return err
	}
	if !in.s.seats.keep(in.u.ID, mine) {
		return late(blob.ErrTaken)
	}
	err = in.record(ctx)
	if err == nil {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	if from.Size == 0 {
		return errors.Join(err, in.s.blobs.Discard(ctx, in.u.draft))
	}
	if _, cut := in.s.blobs.Extend(ctx, in.u.draft, from, strings.NewReader("")); !fault.Is(cut, fault.NotFound) {
		err = errors.Join(err, cut)
	}
	return err
}

// fits reports whether a piece that is to lie in the upload's draft is at its
// end, or is what lies there under its name.
func (p *Piece) fits(all []*Piece) bool {
	if p.apart() {
		return true
	}
	if was := find(all, p.Name); was != nil {
		return was.start == p.start && was.Size == p.Size
	}
	return !slices.ContainsFunc(all, func(o *Piece) bool { return o.end.Size > p.start })
}

// late says in words that another request goes on with what this one was writing.
func late(err error) error {
	if errors.Is(err, blob.ErrTaken) {
		return fault.New(fault.Conflict, "fault.file.piece_late").Because("%w", err)
	}
	return disk(err)
}

// apart writes the piece into a draft of its own.
func (in *arriving) apart(ctx context.Context) error {
	p := in.piece
	mine, was := blob.NewDraft(), find(in.all, p.Name)
	p.start, p.draft, p.end, p.sha1 = -1, mine, blob.Progress{}, nil
	to, err := in.s.blobs.Extend(ctx, mine, blob.Progress{}, in.r)
	unused := mine
	if err == nil {
		p.Size = to.Size
		if in.again(ctx, was) {
			*p, was = *was, nil // it lies well where it is
		}
		if err = in.record(ctx); err == nil && p.draft == mine {
			unused = ""
			if was != nil && was.apart() {
				unused = was.draft
			}
		}
	}
	if unused != "" {
		err = errors.Join(disk(err), in.s.blobs.Discard(context.WithoutCancel(ctx), unused))
	}
	return err
}

// again reports whether the piece is what came before under its name and lies in the upload's draft.
func (in *arriving) again(ctx context.Context, was *Piece) bool {
	if was == nil || was.apart() || was.Size != in.piece.Size {
		return false
	}
	old, err := in.s.blobs.OpenDraft(ctx, in.u.draft)
	if err != nil {
		return false
	}
	defer old.Close()
	fresh, err := in.s.blobs.OpenDraft(ctx, in.piece.draft)
	if err != nil {
		return false
	}
	defer fresh.Close()
	return same(io.NewSectionReader(old, was.start, was.Size), io.NewSectionReader(fresh, 0, was.Size))
}

func same(a, b io.Reader) bool {
	var x, y [32 << 10]byte
	for {
		n, errA := io.ReadFull(a, x[:])
		m, errB := io.ReadFull(b, y[:])
		if !bytes.Equal(x[:n], y[:m]) {
			return false
		}
		if errA != nil || errB != nil {
			return ended(errA) && ended(errB)
		}
	}
}

func ended(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF }

// record has the upload know of a piece that is durable.
func (in *arriving) record(ctx context.Context) error {
	p := in.piece
	if in.size >= 0 && p.Size != in.size {
		return fault.New(fault.Invalid, "fault.file.cut_off").Because("%d of %d bytes came", p.Size, in.size)
	}
	return in.s.change(ctx, in.u.OwnerID, func(ctx context.Context, tx *db.Tx, sp *space) error {
		p.ArrivedAt = in.s.now()
		n, err := useUpload(ctx, tx, in.u.ID, p.ArrivedAt)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "fault.file.upload")
		}
		if err != nil {
			return err
		}
		all, err := listPieces(ctx, tx, in.u.ID)
		if err != nil {
			return err
		}
		if !p.fits(all) {
			return late(blob.ErrTaken)
		}
		more := p.Size
		if was := find(all, p.Name); was != nil {
			more -= was.Size
		}
		if err := room(ctx, tx, sp, more); err != nil {
			return err
		}
		return putPiece(ctx, tx, in.u.ID, p)
	})
}
