package blob_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// side runs f b.N times on eight goroutines.
func side(b *testing.B, f func(i int64)) {
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range 8 {
		all.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				f(i)
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "files/s")
}

// small is a file of 4 KiB like no other.
func small(i int64) []byte {
	return binary.BigEndian.AppendUint64(bytes.Repeat([]byte("allod!!!"), 511), uint64(i))
}

// BenchmarkSmallFiles puts files of 4 KiB on eight goroutines, beside a bare
// loop of create, fsync and rename on as many.
func BenchmarkSmallFiles(b *testing.B) {
	for _, round := range []string{"first", "again"} {
		b.Run("bare/"+round, func(b *testing.B) {
			dir := b.TempDir()
			side(b, func(i int64) {
				name := filepath.Join(dir, fmt.Sprint(i))
				f, err := os.Create(name + ".part")
				if err == nil {
					_, err = f.Write(small(i))
				}
				if err == nil {
					err = f.Sync()
				}
				if err == nil {
					err = f.Close()
				}
				if err == nil {
					err = os.Rename(name+".part", name)
				}
				if err != nil {
					b.Error(err)
				}
			})
		})
		b.Run("put/"+round, func(b *testing.B) {
			d := open(b, b.TempDir())
			side(b, func(i int64) {
				if _, err := d.Put(b.Context(), bytes.NewReader(small(i))); err != nil {
					b.Error(err)
				}
			})
		})
	}
}

// BenchmarkLargeFile puts 256 MiB that are hashed once more on the way in, as
// files are, beside writing and syncing them.
func BenchmarkLargeFile(b *testing.B) {
	const size = 256 << 20
	for _, round := range []string{"first", "again"} {
		b.Run("bare/"+round, func(b *testing.B) {
			b.SetBytes(size)
			dir := b.TempDir()
			for b.Loop() {
				f, err := os.Create(filepath.Join(dir, "file"))
				if err == nil {
					_, err = io.CopyBuffer(struct{ io.Writer }{f}, io.LimitReader(zeros{}, size), make([]byte, 256<<10))
				}
				if err == nil {
					err = f.Sync()
				}
				if err != nil {
					b.Fatal(err)
				}
				f.Close()
			}
		})
		b.Run("put/"+round, func(b *testing.B) {
			b.SetBytes(size)
			d := open(b, b.TempDir())
			for b.Loop() {
				if _, err := d.Put(b.Context(), io.TeeReader(io.LimitReader(zeros{}, size), sha1.New())); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// zeros never end.
type zeros struct{}

// Read yields them.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
