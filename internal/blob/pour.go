package blob

import (
	"context"
	"encoding"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"
	"sync/atomic"
)

// scoop is how much is read at once.
const scoop = 256 << 10

// atOnce is how much may be on its way between reading, hashing and writing.
const atOnce = 6

// A ladle carries bytes from reading to hashing and writing.
type ladle struct {
	b    [scoop]byte
	n    int
	busy sync.WaitGroup // until it is hashed and written
}

var ladles = sync.Pool{New: func() any { return new(ladle) }}

// pour writes to w and sum all that r yields and returns how much w took.
// What is longer than a ladle is read, hashed and written side by side.
func pour(ctx context.Context, w io.Writer, sum hash.Hash, r io.Reader) (int64, error) {
	first := ladles.Get().(*ladle)
	defer ladles.Put(first)
	err := first.fill(ctx, r)
	if err == nil {
		return stream(ctx, w, sum, r, first)
	}
	if !errors.Is(err, io.EOF) {
		return 0, err
	}
	sum.Write(first.b[:first.n])
	n, err := w.Write(first.b[:first.n])
	return int64(n), err
}

// fill reads until the ladle is full. The error is io.EOF where r ended before.
func (l *ladle) fill(ctx context.Context, r io.Reader) (err error) {
	for l.n = 0; l.n < scoop && err == nil; {
		if err = ctx.Err(); err != nil {
			return err
		}
		var n int
		n, err = r.Read(l.b[l.n:])
		l.n += n
	}
	return err
}

// stream is pour for what does not fit first, which is full.
func stream(ctx context.Context, w io.Writer, sum hash.Hash, r io.Reader, first *ladle) (written int64, err error) {
	ring := [atOnce]*ladle{first}
	for i := 1; i < atOnce; i++ {
		ring[i] = ladles.Get().(*ladle)
		defer ladles.Put(ring[i])
	}
	hashing, writing := make(chan *ladle, atOnce), make(chan *ladle, atOnce)
	var failed atomic.Pointer[error] // of writing
	var both sync.WaitGroup
	both.Go(func() {
		for l := range hashing {
			sum.Write(l.b[:l.n])
			l.busy.Done()
		}
	})
	both.Go(func() {
		for l := range writing {
			if failed.Load() == nil {
				n, err := w.Write(l.b[:l.n])
				if written += int64(n); err != nil {
					failed.Store(&err)
				}
			}
			l.busy.Done()
		}
	})
	for i := 0; err == nil; i++ {
		l := ring[i%atOnce]
		if i > 0 {
			l.busy.Wait()
			err = l.fill(ctx, r)
		}
		if f := failed.Load(); f != nil {
			err = *f
		}
		if err == nil || errors.Is(err, io.EOF) {
			l.busy.Add(2)
			hashing <- l
			writing <- l
		}
	}
	close(hashing)
	close(writing)
	both.Wait()
	if f := failed.Load(); f != nil {
		return written, *f
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return written, err
}

// freeze is the state of a hash, to be thawed by the same kind.
func freeze(sum hash.Hash) ([]byte, error) {
	return sum.(encoding.BinaryMarshaler).MarshalBinary()
}

func thaw(sum hash.Hash, state []byte) error {
	if len(state) == 0 {
		return nil
	}
	if err := sum.(encoding.BinaryUnmarshaler).UnmarshalBinary(state); err != nil {
		return fmt.Errorf("state of a hash: %w", err)
	}
	return nil
}
