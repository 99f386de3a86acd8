package hometest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// A device of a person keeps their files.
type device struct {
	*hometest.Person
	secret string
}

// do sends a request of the device, with headers in pairs, and returns the answer and what it holds.
func (d *device) do(method, path, body string, header ...string) (*http.Response, string) {
	t := d.Home.T()
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, d.Home.Origin+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(d.Name, d.secret)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(raw)
}

// want is do for a status.
func (d *device) want(status int, method, path, body string, header ...string) (*http.Response, string) {
	d.Home.T().Helper()
	resp, got := d.do(method, path, body, header...)
	if resp.StatusCode != status {
		d.Home.T().Errorf("%s %s: %s, not %d: %.500s", method, path, resp.Status, status, got)
	}
	return resp, got
}

func newDevice(t testing.TB, name string) *device {
	p := hometest.Start(t, "").Settle(name)
	return &device{p, p.AppPassword()}
}

const (
	davFiles = "/remote.php/dav/files/ida"
	askAll   = `<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"><d:prop>
		<d:resourcetype/><d:getlastmodified/><d:getcontentlength/><d:getetag/><oc:id/><oc:fileid/><oc:permissions/><oc:size/><oc:checksums/><oc:downloadURL/>
		</d:prop></d:propfind>`
)

func TestDeviceKeepsFiles(t *testing.T) {
	t.Parallel()
	ida := newDevice(t, "ida")
	ida.want(http.StatusCreated, "MKCOL", davFiles+"/trips", "")
	made, _ := ida.want(http.StatusCreated, http.MethodPut, davFiles+"/trips/a%20%23%2B%3B%3F.txt", "heather", "X-OC-Mtime", "1700000000.5")
	if made.Header.Get("X-OC-MTime") != "accepted" || made.Header.Get("OC-FileId") == "" || made.Header.Get("ETag") == "" {
		t.Errorf("%v", made.Header)
	}
	got, body := ida.want(http.StatusOK, http.MethodGet, davFiles+"/trips/a%20%23%2B%3B%3F.txt", "")
	if body != "heather" || got.Header.Get("ETag") != made.Header.Get("ETag") || !strings.Contains(got.Header.Get("Last-Modified"), "14 Nov 2023") {
		t.Errorf("%q %v", body, got.Header)
	}
	_, list := ida.want(http.StatusMultiStatus, "PROPFIND", davFiles+"/trips/", askAll, "Depth", "1")
	t.Log(list)
	ida.want(http.StatusPreconditionFailed, http.MethodPut, davFiles+"/trips/a%20%23%2B%3B%3F.txt", "moor", "If-Match", `"another"`)
	ida.want(http.StatusNoContent, http.MethodPut, davFiles+"/trips/a%20%23%2B%3B%3F.txt", "moor", "If-Match", made.Header.Get("ETag"))
	ida.want(http.StatusCreated, "MOVE", davFiles+"/trips", "", "Destination", "/remote.php/dav/files/ida/walks")
	ida.want(http.StatusNoContent, http.MethodDelete, davFiles+"/walks", "")
	ida.want(http.StatusNotFound, "PROPFIND", davFiles+"/walks", "")
	ida.want(http.StatusNotFound, "PROPFIND", "/remote.php/dav/files/rosa", "")
	ida.secret = "wrong"
	ida.want(http.StatusUnauthorized, "PROPFIND", davFiles, "")
}
