package file_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"allod/internal/file"
)

// side runs f b.N times on eight goroutines.
func side(b *testing.B, f func(i int64) error) {
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range 8 {
		all.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := f(i); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "files/s")
}

// BenchmarkSmallFiles writes files of 4 KiB into a person's folder on eight
// goroutines, beside a bare loop of create, fsync and rename on as many.
func BenchmarkSmallFiles(b *testing.B) {
	content := func(i int64) string { return fmt.Sprintf("%04096d", i) }
	for _, round := range []string{"first", "again"} {
		b.Run("bare/"+round, func(b *testing.B) {
			dir := b.TempDir()
			side(b, func(i int64) error {
				name := filepath.Join(dir, fmt.Sprint(i))
				f, err := os.Create(name + ".part")
				if err != nil {
					return err
				}
				defer f.Close()
				if _, err := f.WriteString(content(i)); err != nil {
					return err
				}
				if err := f.Sync(); err != nil {
					return err
				}
				return os.Rename(name+".part", name)
			})
		})
		b.Run("file/"+round, func(b *testing.B) {
			s, _, end, err := openHome(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			defer end()
			side(b, func(i int64) error {
				_, _, err := s.Put(b.Context(), ida, fmt.Sprint(i), strings.NewReader(content(i)), file.Write{Size: 4096})
				return err
			})
		})
	}
}
