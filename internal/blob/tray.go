package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// An Intake takes in content together with what is to refer to it.
type Intake interface {
	// Receive reads content to its end. It is durable once it is kept.
	Receive(ctx context.Context, r io.Reader) (Received, error)
	// Keep keeps it with the transaction of what refers to it.
	Keep(ctx context.Context, tx *db.Tx, c Received) error
}

// Received is content that has come.
type Received struct {
	Ref
	small []byte // nil for what is durable already
}

// Full is a Store that keeps what is not whole yet, too.
type Full interface {
	Store
	Drafts
	Intake
	io.Closer
}

// A Tray is a store in front of another one. Small content comes to lie on it
// first: in the database, with what refers to it, so that a file of a few
// kilobytes waits for the disk once and not twice. From there it is brought to
// the other store, much of it at once. Large content goes there directly.
type Tray struct {
	Full
	db  *db.DB
	ids *id.Source
	log *slog.Logger

	holds atomic.Int64  // what may lie on it: looked up again when it has been cleared
	wake  chan struct{} // something has come to lie on it
}

const (
	smallMax = 16 << 10 // bytes of content that comes to lie on the tray
	trayRest = 5 * time.Second
	trayFull = 16_384 // contents: it is cleared without a rest
	trayAway = time.Minute
	atATime  = 100 // are brought away at once
)

// NewTray puts a tray in front of a store. What lies on it from before is found.
func NewTray(d *db.DB, under Full, ids *id.Source, log *slog.Logger) *Tray {
	t := &Tray{Full: under, db: d, ids: ids, log: log, wake: make(chan struct{}, 1)}
	t.holds.Store(1)
	return t
}

// Receive implements Intake.
func (t *Tray) Receive(ctx context.Context, r io.Reader) (Received, error) {
	b := bytes.NewBuffer(make([]byte, 0, smallMax+bytes.MinRead))
	if _, err := b.ReadFrom(io.LimitReader(patient{ctx, r}, smallMax+1)); err != nil {
		return Received{}, fmt.Errorf("receive blob: %w", err)
	}
	if b.Len() > smallMax {
		return t.Full.Receive(ctx, io.MultiReader(b, r))
	}
	sum := sha256.Sum256(b.Bytes())
	return Received{Ref{hex.EncodeToString(sum[:]), int64(b.Len())}, b.Bytes()}, nil
}

// Keep implements Intake.
func (t *Tray) Keep(ctx context.Context, tx *db.Tx, c Received) error {
	if c.small == nil {
		return t.Full.Keep(ctx, tx, c)
	}
	t.holds.Add(1)
	tx.After(t.rouse)
	return layOn(ctx, tx, t.ids.Next(), c.Hash, c.small)
}

func (t *Tray) rouse() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// Open implements Store. What is brought away meanwhile is looked for on both sides of the way.
func (t *Tray) Open(ctx context.Context, hash string) (io.ReadSeekCloser, int64, error) {
	if !ValidHash(hash) {
		return nil, 0, badHash(hash)
	}
	if t.holds.Load() > 0 {
		if r, n, err := t.openHere(ctx, hash); !fault.Is(err, fault.NotFound) {
			return r, n, err
		}
	}
	r, n, err := t.Full.Open(ctx, hash)
	if !fault.Is(err, fault.NotFound) {
		return r, n, err
	}
	if r, n, err := t.openHere(ctx, hash); !fault.Is(err, fault.NotFound) {
		return r, n, err
	}
	return t.Full.Open(ctx, hash)
}

// A plate is content that is read from the tray.
type plate struct{ *bytes.Reader }

// Close does nothing.
func (plate) Close() error { return nil }

func (t *Tray) openHere(ctx context.Context, hash string) (r io.ReadSeekCloser, n int64, err error) {
	var content []byte
	read := func(ctx context.Context, tx *db.Tx) error {
		content, err = lying(ctx, tx, hash)
		return err
	}
	if err := t.db.View(ctx, read); errors.Is(err, db.ErrNoRows) {
		return nil, 0, fault.Wrap(err, fault.NotFound, "")
	} else if err != nil {
		return nil, 0, fmt.Errorf("open blob %s: %w", hash, err)
	}
	return plate{bytes.NewReader(content)}, int64(len(content)), nil
}

// Delete implements Store.
func (t *Tray) Delete(ctx context.Context, hash string) error {
	if err := t.Full.Delete(ctx, hash); err != nil {
		return err
	}
	return t.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return takeOff(ctx, tx, hash) })
}

// Expire implements Store.
func (t *Tray) Expire(ctx context.Context, hash string, before time.Time) error {
	if err := t.Full.Expire(ctx, hash, before); err != nil {
		return err
	}
	return t.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return takeOffOld(ctx, tx, hash, id.At(before)) })
}

// Walk implements Store.
func (t *Tray) Walk(ctx context.Context, visit func(Ref, time.Time) error) error {
	var here []lain
	err := t.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		here, err = allLying(ctx, tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("walk blobs: %w", err)
	}
	slices.SortFunc(here, func(a, b lain) int { return strings.Compare(a.Hash, b.Hash) })
	visitUpTo := func(hash string) error {
		for len(here) > 0 && here[0].Hash < hash {
			if err := visit(here[0].Ref, here[0].at); err != nil {
				return err
			}
			here = here[1:]
		}
		return ctx.Err()
	}
	err = t.Full.Walk(ctx, func(ref Ref, modified time.Time) error {
		if err := visitUpTo(ref.Hash); err != nil {
			return err
		}
		if len(here) > 0 && here[0].Hash == ref.Hash {
			if here[0].at.After(modified) {
				modified = here[0].at
			}
			here = here[1:]
		}
		return visit(ref, modified)
	})
	if err == nil {
		err = visitUpTo("g") // after all hashes
	}
	return err
}

// Run brings away what comes to lie on the tray, until ctx ends: once nothing
// has come for a moment, or much has.
func (t *Tray) Run(ctx context.Context) {
	t.rouse()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.wake:
		}
		for rest := trayRest; rest > 0; {
			rest = t.tend(ctx, rest)
		}
	}
}

// tend waits for a rest and then clears the tray. It returns how long to wait before the next time, 0 for until something comes.
func (t *Tray) tend(ctx context.Context, rest time.Duration) time.Duration {
	timer := time.NewTimer(rest)
	defer timer.Stop()
	for came := t.holds.Load(); ; {
		select {
		case <-ctx.Done():
			return 0
		case <-t.wake:
			if now := t.holds.Load(); now-came < trayFull {
				timer.Reset(rest)
				continue
			}
		case <-timer.C:
		}
		break
	}
	if err := t.Clear(ctx); err != nil {
		if ctx.Err() == nil {
			t.log.Warn("small files could not be brought to their place; they stay in the database for now", "error", err.Error())
		}
		return trayAway
	}
	return 0
}

// Clear brings away all that lies on the tray.
func (t *Tray) Clear(ctx context.Context) error {
	held := t.holds.Load()
	for {
		n, err := t.bringAway(ctx)
		if err != nil {
			return fmt.Errorf("clear the tray: %w", err)
		}
		if n < atATime {
			t.holds.Add(-held) // what has come meanwhile still counts
			return nil
		}
	}
}

// bringAway brings some of it, and returns how many that were.
func (t *Tray) bringAway(ctx context.Context) (n int, err error) {
	var some []dish
	err = t.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		some, err = oldestLying(ctx, tx, atATime)
		return err
	})
	if err != nil || len(some) == 0 {
		return 0, err
	}
	contents, ids := make([][]byte, len(some)), make([]id.ID, len(some))
	for i, d := range some {
		contents[i], ids[i] = d.content, d.id
	}
	if err := putAll(ctx, t.Full, contents); err != nil {
		return 0, err
	}
	return len(some), t.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return takeAllOff(ctx, tx, ids) })
}

// putAll puts contents, at once where the store can.
func putAll(ctx context.Context, to Store, contents [][]byte) error {
	if d, ok := to.(*Disk); ok {
		return d.putAll(ctx, contents)
	}
	for _, c := range contents {
		if _, err := to.Put(ctx, bytes.NewReader(c)); err != nil {
			return err
		}
	}
	return nil
}
