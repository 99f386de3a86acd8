package photo_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/photo"
)

// BenchmarkTimeline reads a page of 200 among 20,000 photos, and the months of all.
func BenchmarkTimeline(b *testing.B) {
	d := dbtest.SQLite(b)
	blobs, err := blob.NewDisk(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer blobs.Close()
	s := photo.New(photo.Config{DB: d, Blobs: blobs, Now: time.Now, Zone: time.UTC, Log: slog.New(slog.DiscardHandler)})
	ids := id.NewSource(time.Now)
	first := time.Date(2012, 1, 1, 0, 0, 0, 0, time.UTC)
	const photos, batch = 20_000, 1000
	for from := 0; from < photos; from += batch {
		err := d.Update(b.Context(), func(ctx context.Context, tx *db.Tx) error {
			for i := from; i < from+batch; i++ {
				n := &file.Node{ID: ids.Next(), Number: int64(i + 1), OwnerID: ida, Name: fmt.Sprintf("IMG_%d.jpg", i), Mime: "image/jpeg", Size: 1, Blob: fmt.Sprint(i), ModifiedAt: first.Add(time.Duration(i) * 5 * time.Hour)}
				if err := s.Changed(ctx, tx, file.Change{Node: n, Kind: file.Made}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.Run("page", func(b *testing.B) {
		for b.Loop() {
			if all, err := s.Before(b.Context(), ida, photo.EndOf(2018, time.June), 200); err != nil || len(all) != 200 {
				b.Fatal(len(all), err)
			}
		}
	})
	b.Run("months", func(b *testing.B) {
		for b.Loop() {
			if all, err := s.Months(b.Context(), ida); err != nil || len(all) < 100 {
				b.Fatal(len(all), err)
			}
		}
	})
}
