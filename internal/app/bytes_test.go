package app

import (
	"errors"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"allod/internal/blob"
	"allod/internal/config"
	"allod/internal/db/dbtest"
	"allod/internal/id"
)

// TestHomeMovesItsBytesIntoABucket has a home that grew, and starts twice with a bucket.
func TestHomeMovesItsBytesIntoABucket(t *testing.T) {
	memory := s3mem.New()
	if err := memory.CreateBucket("home"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(memory).Server())
	defer server.Close()
	f := &foundation{cfg: config.Config{Data: t.TempDir()}, log: slog.New(slog.DiscardHandler), now: time.Now, db: dbtest.SQLite(t), ids: id.NewSource(time.Now)}
	put := func(text string) string {
		t.Helper()
		b, err := f.openBytes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		ref, err := b.Put(t.Context(), strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return ref.Hash
	}
	all := []string{put("in the folder"), put("this too")}
	before, err := f.openBytes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at, err := before.Extend(t.Context(), "DRAFT", blob.Progress{}, strings.NewReader("half of "))
	if err := errors.Join(err, before.Close()); err != nil {
		t.Fatal(err)
	}
	f.cfg.Blobs = "s3://key:secret@" + strings.TrimPrefix(server.URL, "http://") + "/home/bytes?tls=off"
	all = append(all, put("in the bucket"), put("and this"))
	b, err := f.openBytes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if at, err = b.Extend(t.Context(), "DRAFT", at, strings.NewReader("an upload")); err != nil {
		t.Fatal(err)
	}
	half, err := b.Finish(t.Context(), "DRAFT", at)
	if err != nil {
		t.Fatal(err)
	}
	for _, hash := range append(all, half.Hash) {
		if err := blob.Verify(t.Context(), b, hash); err != nil {
			t.Error(err)
		}
	}
	if kept, err := filepath.Glob(filepath.Join(f.cfg.Data, movedFolder, "*", "*", "*")); err != nil || len(kept) != 2 {
		t.Errorf("kept are %v: %v", kept, err)
	}
	if _, err := os.Stat(filepath.Join(f.cfg.Data, blobFolder)); err == nil {
		t.Error("the folder is still used")
	}
	f.cfg.Blobs = strings.Replace(f.cfg.Blobs, "/home/", "/nowhere/", 1)
	if _, err := f.openBytes(t.Context()); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a bucket that is not there: %v", err)
	}
}
