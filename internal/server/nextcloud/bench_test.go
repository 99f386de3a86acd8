package nextcloud

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"allod/internal/db"
)

// desktop is what Nextcloud's desktop app asks of a folder.
const desktop = `<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"><d:prop>
	<d:resourcetype/><d:getlastmodified/><d:getcontentlength/><d:getetag/><d:quota-available-bytes/><d:quota-used-bytes/><oc:size/><oc:id/><oc:fileid/><oc:downloadURL/><oc:dDC/>
	<oc:permissions/><oc:checksums/><nc:is-encrypted/><nc:metadata-files-live-photo/><oc:share-types/></d:prop></d:propfind>`

// crowd puts so many files into a folder, without what they hold.
func (h *house) crowd(b testing.TB, folder string, count int) {
	b.Helper()
	n, err := h.files.MakeFolder(b.Context(), h.ida.ID, folder)
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now().UnixMicro()
	for done := 0; done < count; done += 100 {
		err := h.db.Update(b.Context(), func(ctx context.Context, tx *db.Tx) error {
			for i := done; i < min(done+100, count); i++ {
				name := fmt.Sprintf("a picture of the moor %05d.jpg", i)
				if _, err := tx.Exec(ctx, `INSERT INTO file_node (id, number, owner_id, parent_id, name, folded, folder, blob, size, mime, checksums, etag, favorite, modified_at, made_at, uploaded_at)
					VALUES ($1, $2, $3, $4, $5, $5, FALSE, $6, 4096, 'image/jpeg', 'SHA1:da39a3ee5e6b4b0d3255bfef95601890afd80709', $1, FALSE, $7, 0, $7)`,
					1<<50+i, 1_000_000+i, h.ida.ID, n.ID, name, strings.Repeat("a", 64), now); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// nowhere takes an answer and keeps nothing of it but its length.
type nowhere struct {
	header http.Header
	status int
	n      int64
}

func (w *nowhere) Header() http.Header { return w.header }
func (w *nowhere) WriteHeader(s int)   { w.status = s }
func (w *nowhere) Write(b []byte) (int, error) {
	w.n += int64(len(b))
	return len(b), nil
}

// BenchmarkFolder is PROPFIND of a folder of 10,000 files, from the request to the last byte, with what is read of the database.
func BenchmarkFolder(b *testing.B) {
	h := newHouse(b)
	h.crowd(b, "moor", 10_000)
	var before, after syscall.Rusage
	var bytes int64
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
	for b.Loop() {
		r := httptest.NewRequest("PROPFIND", "/remote.php/dav/files/ida/moor/", strings.NewReader(desktop))
		r.SetBasicAuth("ida", "secret")
		r.Header.Set("Depth", "1")
		w := &nowhere{header: http.Header{}}
		h.ServeHTTP(w, r)
		if w.status != http.StatusMultiStatus || w.n < 5_000_000 {
			b.Fatalf("%d, %d bytes", w.status, w.n)
		}
		bytes = w.n
	}
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
	used := time.Duration(after.Utime.Nano() - before.Utime.Nano() + after.Stime.Nano() - before.Stime.Nano())
	b.ReportMetric(float64(used.Microseconds())/1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(bytes)/1e6, "MB/answer")
}
