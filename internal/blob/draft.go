package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"allod/internal/fault"
)

// Drafts keep content that is not whole yet. It grows at its end, and becomes
// content without being written again. Whoever keeps a draft's Progress can go
// on after a power cut; what lies beyond it is cut off then.
type Drafts interface {
	// Extend writes what r yields at the end of a draft that came as far as
	// from, and returns only when that would survive a power cut. The zero
	// Progress makes the draft. Whoever extends a draft takes it from one who
	// is still at it, whose Extend fails. On error the draft is as it was.
	Extend(ctx context.Context, draft string, from Progress, r io.Reader) (Progress, error)
	// OpenDraft reads a draft. NotFound if there is none.
	OpenDraft(ctx context.Context, draft string) (Reader, error)
	// Finish makes content of a draft that came as far as at, durably. It may
	// be asked again, as after a power cut.
	Finish(ctx context.Context, draft string, at Progress) (Ref, error)
	// Discard forgets a draft; one that is not here is no error.
	Discard(ctx context.Context, draft string) error
	// WalkDrafts visits the drafts with the time when they last grew.
	WalkDrafts(ctx context.Context, visit func(draft string, grown time.Time) error) error
}

// A Reader reads anywhere, also in several goroutines at once.
type Reader interface {
	io.ReaderAt
	io.Closer
}

// A Progress is how far a draft has come.
type Progress struct {
	Size int64
	Sum  []byte // state of the SHA-256 of that much; empty for nothing
}

// Ref is what the draft would become if it ended here.
func (p Progress) Ref() (Ref, error) {
	sum := sha256.New()
	if err := thaw(sum, p.Sum); err != nil {
		return Ref{}, err
	}
	return Ref{Hash: hex.EncodeToString(sum.Sum(nil)), Size: p.Size}, nil
}

// NewDraft is a name that no draft has.
func NewDraft() string { return rand.Text() }

const drafted = "draft-" // how the files of drafts begin

// A hold is on a draft that somebody extends. It ends when another takes it.
type hold struct {
	mu   sync.Mutex
	lost bool
}

// ErrTaken is why Extend fails when another one goes on with the draft.
var ErrTaken = errors.New("another one goes on with this draft")

// do runs f unless the hold is lost.
func (h *hold) do(f func() error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.lost {
		return ErrTaken
	}
	return f()
}

func (h *hold) lose() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lost = true
}

// take holds a draft and ends the hold of whoever had it.
func (d *Disk) take(draft string) *hold {
	h := &hold{}
	d.mu.Lock()
	was := d.held[draft]
	d.held[draft] = h
	d.mu.Unlock()
	if was != nil {
		was.lose()
	}
	return h
}

func (d *Disk) leave(draft string, h *hold) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.held[draft] == h {
		delete(d.held, draft)
	}
}

// heldFile writes to a file while the hold on it lasts.
type heldFile struct {
	*os.File
	*hold
}

// Write appends.
func (f heldFile) Write(p []byte) (n int, err error) {
	err = f.do(func() (err error) {
		n, err = f.File.Write(p)
		return err
	})
	return n, err
}

func draftFile(draft string) (string, error) {
	if draft == "" || strings.Trim(draft, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return "", fault.New(fault.Invalid, "").Because("%.80q is not a draft", draft)
	}
	return path.Join(incoming, drafted+draft), nil
}

// Extend implements Drafts.
func (d *Disk) Extend(ctx context.Context, draft string, from Progress, r io.Reader) (Progress, error) {
	name, err := draftFile(draft)
	if err != nil {
		return from, err
	}
	sum := sha256.New()
	if err := thaw(sum, from.Sum); err != nil {
		return from, err
	}
	h := d.take(draft)
	defer d.leave(draft, h)
	f, err := d.cut(name, from.Size, h)
	if err != nil {
		return from, fmt.Errorf("extend draft: %w", err)
	}
	defer f.Close()
	n, err := pour(ctx, f, sum, r)
	if err == nil {
		err = d.settle(f.File, from.Size == 0)
	}
	to := Progress{Size: from.Size + n}
	if err == nil {
		to.Sum, err = freeze(sum)
	}
	if err != nil {
		h.do(func() error { return f.Truncate(from.Size) }) // what is left beyond is cut off by the next
		return from, fmt.Errorf("extend draft: %w", err)
	}
	return to, nil
}

// cut opens a draft to be written on after so many bytes. What lay beyond is gone.
func (d *Disk) cut(name string, size int64, h *hold) (heldFile, error) {
	flags := os.O_WRONLY
	if size == 0 {
		flags |= os.O_CREATE
	}
	f, err := d.root.OpenFile(name, flags, 0o600)
	if err != nil {
		return heldFile{}, absent(err)
	}
	held := heldFile{f, h}
	err = h.do(func() error {
		info, err := f.Stat()
		switch {
		case err != nil:
			return err
		case !info.Mode().IsRegular():
			return fmt.Errorf("%s is not a regular file", name)
		case info.Size() < size:
			return fmt.Errorf("%d of %d bytes are left of a draft", info.Size(), size)
		}
		if err := f.Truncate(size); err != nil {
			return err
		}
		_, err = f.Seek(size, io.SeekStart)
		return err
	})
	if err != nil {
		return heldFile{}, errors.Join(err, f.Close())
	}
	return held, nil
}

// settle makes a draft durable, and its name too if it is new.
func (d *Disk) settle(f *os.File, fresh bool) error {
	if err := f.Sync(); err != nil || !fresh {
		return err
	}
	return d.sync(incoming)
}

func absent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(err, fault.NotFound, "")
	}
	return err
}

// OpenDraft implements Drafts.
func (d *Disk) OpenDraft(ctx context.Context, draft string) (Reader, error) {
	name, err := draftFile(draft)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	f, _, err := d.open(name)
	if err != nil {
		return nil, absent(err)
	}
	return f, nil
}

// Finish implements Drafts: what is kept of the draft gets its name.
func (d *Disk) Finish(ctx context.Context, draft string, at Progress) (Ref, error) {
	name, err := draftFile(draft)
	if err != nil {
		return Ref{}, err
	}
	ref, err := at.Ref()
	if err != nil {
		return Ref{}, err
	}
	if err := ctx.Err(); err != nil {
		return Ref{}, err
	}
	h := d.take(draft)
	defer d.leave(draft, h)
	f, err := d.cut(name, at.Size, h)
	if fault.Is(err, fault.NotFound) {
		return ref, d.finished(ref)
	}
	if err != nil {
		return Ref{}, fmt.Errorf("finish draft: %w", err)
	}
	defer f.Close()
	now := time.Now()
	if err := d.root.Chtimes(name, now, now); err != nil { // its age counts from here
		return Ref{}, fmt.Errorf("finish draft: %w", err)
	}
	if err := f.Sync(); err != nil {
		return Ref{}, fmt.Errorf("finish draft: %w", err)
	}
	if err := d.keep(f.File, name, ref.Hash); err != nil {
		return Ref{}, fmt.Errorf("finish draft as %s: %w", ref.Hash, err)
	}
	return ref, nil
}

// finished renews what was made of a draft that is gone.
func (d *Disk) finished(ref Ref) error {
	d.naming.Lock()
	defer d.naming.Unlock()
	info, err := d.root.Lstat(place(ref.Hash))
	if err == nil && (!info.Mode().IsRegular() || info.Size() != ref.Size) {
		err = fs.ErrNotExist
	}
	if err != nil {
		return fmt.Errorf("finish draft: %w", absent(err))
	}
	now := time.Now()
	if err := d.root.Chtimes(place(ref.Hash), now, now); err != nil {
		return err
	}
	f, err := d.root.Open(place(ref.Hash))
	if err != nil {
		return err
	}
	return errors.Join(d.settleName(f, place(ref.Hash)), f.Close())
}

// Discard implements Drafts.
func (d *Disk) Discard(ctx context.Context, draft string) error {
	name, err := draftFile(draft)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	h := d.take(draft)
	defer d.leave(draft, h)
	if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("discard draft: %w", err)
	}
	return nil
}

// WalkDrafts implements Drafts.
func (d *Disk) WalkDrafts(ctx context.Context, visit func(draft string, grown time.Time) error) error {
	entries, err := fs.ReadDir(d.root.FS(), incoming)
	if err != nil {
		return fmt.Errorf("walk drafts: %w", err)
	}
	for _, entry := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		draft, ok := strings.CutPrefix(entry.Name(), drafted)
		if _, err := draftFile(draft); !ok || err != nil || !entry.Type().IsRegular() {
			continue
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("walk drafts: %w", err)
		}
		if err := visit(draft, info.ModTime()); err != nil {
			return err
		}
	}
	return nil
}

// whole has f read a draft that came as far as at, and discards it when that succeeds.
func (d *Disk) whole(ctx context.Context, draft string, at Progress, f func(r io.Reader) error) error {
	name, err := draftFile(draft)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	h := d.take(draft)
	defer d.leave(draft, h)
	end, err := d.cut(name, at.Size, h)
	if err != nil {
		return fmt.Errorf("finish draft: %w", err)
	}
	defer end.Close()
	r, _, err := d.open(name)
	if err != nil {
		return fmt.Errorf("finish draft: %w", absent(err))
	}
	defer r.Close()
	if err := f(r); err != nil {
		return err
	}
	return d.root.Remove(name)
}
