package blob_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"allod/internal/blob"
	"allod/internal/blob/blobtest"
)

// A bucket is one on a server in this process, in whose way a test can stand.
type bucket struct {
	*blob.S3
	options blob.S3Options
	late    atomic.Int64                                                      // how many hours ago the server believes it is
	before  atomic.Pointer[func(w http.ResponseWriter, r *http.Request) bool] // true if it answered
}

func openBucket(t *testing.T) *bucket {
	t.Helper()
	b := &bucket{}
	memory := s3mem.New(s3mem.WithTimeSource(b))
	if err := memory.CreateBucket("home"); err != nil {
		t.Fatal(err)
	}
	real := gofakes3.New(memory, gofakes3.WithTimeSource(b), gofakes3.WithTimeSkewLimit(0)).Server()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := b.before.Load(); f == nil || !(*f)(w, r) {
			real.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	address := "s3://key:secret@" + strings.TrimPrefix(server.URL, "http://") + "/home/of/ida?region=here&tls=off"
	var err error
	if b.options, err = blob.ParseS3(address); err != nil {
		t.Fatal(err)
	}
	b.S3 = b.open(t)
	return b
}

// Now is the server's time.
func (b *bucket) Now() time.Time { return time.Now().Add(-time.Duration(b.late.Load()) * time.Hour) }

// Since is how long ago something was for the server.
func (b *bucket) Since(t time.Time) time.Duration { return b.Now().Sub(t) }

func (b *bucket) open(t *testing.T) *blob.S3 {
	t.Helper()
	s, err := blob.OpenS3(t.Context(), b.options, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestS3(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store { return openBucket(t) })
}

func TestS3Drafts(t *testing.T) {
	blobtest.RunDrafts(t, func(t *testing.T) blobtest.Workshop { return openBucket(t) })
}

// TestS3TakesWhatIsLargerThanAPart has content of several parts, whose hash is known at its end.
func TestS3TakesWhatIsLargerThanAPart(t *testing.T) {
	b := openBucket(t)
	ref, err := b.Put(t.Context(), io.LimitReader(zeros{}, 40<<20))
	if err != nil || ref.Size != 40<<20 {
		t.Fatal(ref, err)
	}
	if err := blob.Verify(t.Context(), b, ref.Hash); err != nil {
		t.Error(err)
	}
	r, _, err := b.Open(t.Context(), ref.Hash)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Seek(-3, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(r); err != nil || len(rest) != 3 {
		t.Errorf("%d bytes before the end: %v", len(rest), err)
	}
}

// keys are what lies in the bucket in all, finished or not.
func (b *bucket) keys(t *testing.T) (n int) {
	t.Helper()
	resp, err := http.Get("http://" + b.options.Endpoint + "/home?list-type=2&prefix=of/ida/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	uploads, err := http.Get("http://" + b.options.Endpoint + "/home?uploads")
	if err != nil {
		t.Fatal(err)
	}
	defer uploads.Body.Close()
	more, err := io.ReadAll(uploads.Body)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(text, []byte("<Contents>")) + bytes.Count(more, []byte("<Upload>"))
}

// TestS3ThatFailsMidwayKeepsNothingHalf has the server refuse each request of a
// large Put in turn, and drop the line at it.
func TestS3ThatFailsMidwayKeepsNothingHalf(t *testing.T) {
	for _, drop := range []bool{false, true} {
		for fails := int64(1); ; fails++ {
			b := openBucket(t)
			kept, err := b.Put(t.Context(), strings.NewReader("there before"))
			if err != nil {
				t.Fatal(err)
			}
			var asked atomic.Int64
			stand := func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method == http.MethodDelete || r.Method == http.MethodGet || asked.Add(1) < fails {
					return false
				}
				if drop {
					panic(http.ErrAbortHandler)
				}
				w.WriteHeader(http.StatusForbidden)
				return true
			}
			b.before.Store(&stand)
			_, err = b.Put(t.Context(), io.LimitReader(zeros{}, 20<<20))
			b.before.Store(nil)
			if err == nil {
				if fails < 4 {
					t.Errorf("a Put of several parts asks %d times only", fails-1)
				}
				break
			}
			if fails > 20 {
				t.Fatalf("it is never put: %v", err)
			}
			if n := b.keys(t); n != 1 {
				t.Errorf("request %d fails: %d things lie in the bucket", fails, n)
			}
			if err := blob.Verify(t.Context(), b, kept.Hash); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestS3CutOffWhileReadingIsAnError has the server end in the middle of content.
func TestS3CutOffWhileReadingIsAnError(t *testing.T) {
	b := openBucket(t)
	ref, err := b.Put(t.Context(), strings.NewReader(strings.Repeat("long ", 1000)))
	if err != nil {
		t.Fatal(err)
	}
	cut := func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet {
			return false
		}
		w.Header().Set("Content-Length", "5000")
		w.Header().Set("ETag", `"x"`)
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		_, _ = io.WriteString(w, "long long")
		panic(http.ErrAbortHandler)
	}
	b.before.Store(&cut)
	if err := blob.Verify(t.Context(), b, ref.Hash); err == nil {
		t.Error("a half is taken for the whole")
	}
}

// TestS3ClearsWhatDeadProcessesLeft has a large Put killed in the middle, a day and an hour ago and just now.
func TestS3ClearsWhatDeadProcessesLeft(t *testing.T) {
	for late, left := range map[int64]int{0: 1, 23: 1, 25: 0} {
		b := openBucket(t)
		b.late.Store(late)
		r, w := io.Pipe()
		done := make(chan error, 1)
		dead := func(w http.ResponseWriter, r *http.Request) bool { // and removes nothing
			if r.Method == http.MethodDelete {
				w.WriteHeader(http.StatusForbidden)
			}
			return r.Method == http.MethodDelete
		}
		b.before.Store(&dead)
		go func() {
			_, err := b.Put(t.Context(), r)
			done <- err
		}()
		_, _ = w.Write(make([]byte, 17<<20))
		w.CloseWithError(errors.New("killed"))
		if err := <-done; err == nil {
			t.Fatal("it was put")
		}
		b.before.Store(nil)
		b.late.Store(0)
		if n := b.keys(t); n != 1 {
			t.Fatalf("%d things are left to be cleared", n)
		}
		b.open(t)
		if n := b.keys(t); n != left {
			t.Errorf("%d things of %d hours ago are left, not %d", n, late, left)
		}
	}
}

func TestAddressOfABucket(t *testing.T) {
	for _, c := range []struct {
		address string
		want    blob.S3Options
	}{
		{"s3://k:s@s3.example/home", blob.S3Options{Endpoint: "s3.example", Bucket: "home", Key: "k", Secret: "s"}},
		{"s3://k:a%2Fb@127.0.0.1:9000/home/a/b/?tls=off&region=eu", blob.S3Options{
			Endpoint: "127.0.0.1:9000", Bucket: "home", Prefix: "a/b", Key: "k", Secret: "a/b", Plain: true, Region: "eu",
		}},
	} {
		if got, err := blob.ParseS3(c.address); err != nil || got != c.want {
			t.Errorf("%s: %+v %v", c.address, got, err)
		}
	}
	for _, address := range []string{"", "s3://", "https://k:s@host/b", "s3://host/bucket", "s3://k:s@host", "s3://k@host/b", "s3://k:s@host/b?tls=maybe", "s3://k:s@host/b?x=1", "s3://k:hidden@ho st/b"} {
		if _, err := blob.ParseS3(address); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
