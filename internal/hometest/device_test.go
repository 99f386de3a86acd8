package hometest_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"allod/internal/config"
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

// TestEveryReadableNodeCarriesG: without that letter among its permissions the
// desktop app takes a file for one that may not be read any more, and deletes its own copy.
func TestEveryReadableNodeCarriesG(t *testing.T) {
	t.Parallel()
	ida := newDevice(t, "ida")
	ida.want(http.StatusCreated, "MKCOL", davFiles+"/a", "")
	ida.want(http.StatusCreated, http.MethodPut, davFiles+"/a/b.txt", "b")
	ida.want(http.StatusCreated, http.MethodPut, davFiles+"/empty", "")
	letters := regexp.MustCompile(`<oc:permissions>([A-Z]*)</oc:permissions>`)
	for _, path := range []string{"/remote.php/dav/files/ida/", "/remote.php/webdav/", davFiles + "/a/", davFiles + "/a/b.txt", davFiles + "/empty"} {
		for _, depth := range []string{"0", "1"} {
			_, list := ida.want(http.StatusMultiStatus, "PROPFIND", path, askAll, "Depth", depth)
			all := letters.FindAllStringSubmatch(list, -1)
			if len(all) == 0 || len(all) != strings.Count(list, "<d:response>") {
				t.Errorf("%s: %d permissions of %d: %s", path, len(all), strings.Count(list, "<d:response>"), list)
			}
			for _, one := range all {
				if !strings.Contains(one[1], "G") {
					t.Errorf("%s has a node of permissions %q", path, one[1])
				}
			}
		}
	}
}

// dialects are how apps call the folder of a file that comes in pieces, and the pieces.
var dialects = map[string]struct {
	folder string
	pieces []string
	header []string // of the MOVE that ends it
}{
	"desktop 3.7":  {"884015367", []string{"0000000000000000", "0000000000000001", "0000000000000002"}, []string{"OC-Total-Length", "18", "X-OC-Mtime", "1700000000"}},
	"desktop 3.16": {"1139625058", []string{"00001", "00002", "00003"}, []string{"OC-Total-Length", "18"}},
	"ownCloud":     {"424242", []string{"0000000000000000", "0000000000000006", "0000000000000012"}, []string{"OC-Total-File-Length", "18"}},
	"Android":      {"9e107d9d372bb6826bd81d3542a419d6", []string{"000001", "000002", "000003"}, []string{"Overwrite", "T", "X-OC-CTime", "1600000000"}},
	"iOS":          {"5A1C-upload", []string{"2", "10", "9"}, []string{"X-OC-MTime", "1700000000.123", "Overwrite", "T"}},
	"rclone":       {"rclone-chunked-upload-x", []string{"000000000000000-000000000000005", "000000000000006-000000000000011", "000000000000012-000000000000017"}, nil},
}

func TestFilesComeInPiecesInEveryDialect(t *testing.T) {
	t.Parallel()
	ida := newDevice(t, "ida")
	const text = "first,second,third"
	parts := map[int]string{0: text[:6], 1: text[6:13], 2: text[13:]}
	for name, d := range dialects {
		at, target := "/remote.php/dav/uploads/ida/"+d.folder, davFiles+"/"+url.PathEscape(name)+".bin"
		ida.want(http.StatusNotFound, "PROPFIND", at, "", "Depth", "0")
		ida.want(http.StatusCreated, "MKCOL", at, "", "Destination", ida.Home.Origin+target)
		ida.want(http.StatusMethodNotAllowed, "MKCOL", at, "")
		order := []int{0, 1, 2}
		if name == "iOS" { // 9 and 10 stand behind 2, whatever letters say
			order = []int{0, 2, 1}
		}
		for i, piece := range d.pieces {
			ida.want(http.StatusCreated, http.MethodPut, at+"/"+piece, parts[order[i]], "Destination", ida.Home.Origin+target)
		}
		if _, list := ida.want(http.StatusMultiStatus, "PROPFIND", at, askAll, "Depth", "1"); strings.Count(list, "<d:getcontentlength>") < 3 {
			t.Errorf("%s: %s", name, list)
		}
		ida.want(http.StatusBadRequest, "MOVE", at+"/.file", "", "Destination", target, "OC-Total-Length", "19")
		ida.want(http.StatusBadRequest, "MOVE", at+"/.file", "", "Destination", target, "OC-Checksum", "SHA1:"+strings.Repeat("0", 40))
		made, _ := ida.want(http.StatusCreated, "MOVE", at+"/.file", "", append(d.header, "Destination", target)...)
		if made.Header.Get("OC-FileId") == "" || made.Header.Get("OC-ETag") == "" {
			t.Errorf("%s: %v", name, made.Header)
		}
		if _, body := ida.want(http.StatusOK, http.MethodGet, target, ""); body != text {
			t.Errorf("%s: %q", name, body)
		}
		ida.want(http.StatusNotFound, "PROPFIND", at, "", "Depth", "0")
	}
	at := "/remote.php/dav/uploads/ida/again"
	target := davFiles + "/ownCloud.bin"
	now, _ := ida.want(http.StatusOK, http.MethodHead, target, "")
	for range 2 {
		ida.want(http.StatusCreated, "MKCOL", at, "")
		ida.want(http.StatusCreated, http.MethodPut, at+"/1", "new")
		ida.want(http.StatusPreconditionFailed, "MOVE", at+"/.file", "", "Destination", target, "If", "<"+target+`> (["other"])`)
		ida.want(http.StatusNoContent, "MOVE", at+"/.file", "", "Destination", target, "If", "<"+target+`> ([`+now.Header.Get("ETag")+`])`)
		now, _ = ida.want(http.StatusOK, http.MethodHead, target, "")
	}
	ida.want(http.StatusCreated, "MKCOL", at, "")
	ida.want(http.StatusNoContent, http.MethodDelete, at, "")
	ida.want(http.StatusNotFound, http.MethodPut, at+"/1", "late")
}

func TestDevicesSeeTrashAndVersions(t *testing.T) {
	t.Parallel()
	ida := newDevice(t, "ida")
	first, _ := ida.want(http.StatusCreated, http.MethodPut, davFiles+"/a.txt", "one")
	ida.want(http.StatusNoContent, http.MethodPut, davFiles+"/a.txt", "two")
	number := strings.TrimLeft(first.Header.Get("OC-FileId")[:8], "0")
	versions := "/remote.php/dav/versions/ida/versions/" + number
	_, list := ida.want(http.StatusMultiStatus, "PROPFIND", versions, "", "Depth", "1")
	hrefs := regexp.MustCompile(`<d:href>([^<]*)</d:href>`).FindAllStringSubmatch(list, -1)
	if len(hrefs) != 2 {
		t.Fatalf("%s", list)
	}
	if _, body := ida.want(http.StatusOK, http.MethodGet, hrefs[1][1], ""); body != "one" {
		t.Errorf("%q", body)
	}
	ida.want(http.StatusCreated, "MOVE", hrefs[1][1], "", "Destination", "/remote.php/dav/versions/ida/restore/x")
	again, body := ida.want(http.StatusOK, http.MethodGet, davFiles+"/a.txt", "")
	if body != "one" || again.Header.Get("OC-FileId") != first.Header.Get("OC-FileId") {
		t.Errorf("%q %v", body, again.Header)
	}

	const trash = "/remote.php/dav/trashbin/ida/trash"
	ida.want(http.StatusNoContent, http.MethodDelete, davFiles+"/a.txt", "")
	_, list = ida.want(http.StatusMultiStatus, "PROPFIND", trash, `<d:propfind xmlns:d="DAV:" xmlns:nc="http://nextcloud.org/ns"><d:prop>
		<nc:trashbin-filename/><nc:trashbin-original-location/><nc:trashbin-deletion-time/></d:prop></d:propfind>`, "Depth", "1")
	hrefs = regexp.MustCompile(`<d:href>([^<]*\.d[0-9]+)</d:href>`).FindAllStringSubmatch(list, -1)
	if len(hrefs) != 1 || !strings.Contains(list, "<nc:trashbin-original-location>a.txt</nc:trashbin-original-location>") {
		t.Fatalf("%s", list)
	}
	ida.want(http.StatusCreated, "MOVE", hrefs[0][1], "", "Destination", "/remote.php/dav/trashbin/ida/restore/a.txt")
	ida.want(http.StatusOK, http.MethodGet, davFiles+"/a.txt", "")
	ida.want(http.StatusNoContent, http.MethodDelete, davFiles+"/a.txt", "")
	ida.want(http.StatusNoContent, http.MethodDelete, trash, "")
	if _, list = ida.want(http.StatusMultiStatus, "PROPFIND", trash, "", "Depth", "1"); strings.Count(list, "<d:response>") != 1 {
		t.Errorf("%s", list)
	}
}

func TestDevicesKeepOddNamesAndNothingClimbs(t *testing.T) {
	t.Parallel()
	ida := newDevice(t, "ida")
	for _, name := range []string{"a #+;&=?%.txt", "100% %41", " space ", "dots...", "ключ", "e\u0301", "🏔", "a:b|c*\"<>", "-rf", "CON"} {
		at := davFiles + "/" + url.PathEscape(name)
		ida.want(http.StatusCreated, http.MethodPut, at, name)
		if _, body := ida.want(http.StatusOK, http.MethodGet, at, ""); body != name {
			t.Errorf("%q holds %q", name, body)
		}
		_, list := ida.want(http.StatusMultiStatus, "PROPFIND", at, "", "Depth", "0")
		href := regexp.MustCompile(`<d:href>([^<]*)</d:href>`).FindStringSubmatch(list)
		if got, err := url.PathUnescape(href[1]); err != nil || got != davFiles+"/"+name {
			t.Errorf("%q is told as %q", name, href[1])
		}
	}
	for _, path := range []string{"/a%2Fb", "/a%00b", "/%0a", "/%ff", "/a%5Cb", "/" + strings.Repeat("a", 300)} {
		ida.want(http.StatusBadRequest, http.MethodPut, davFiles+path, "x")
	}
	ida.want(http.StatusBadRequest, http.MethodPut, davFiles+"/x", "short", "OC-Checksum", "SHA1:"+strings.Repeat("0", 40))
	ida.want(http.StatusBadRequest, http.MethodPut, davFiles+"/x", "x", "X-OC-Mtime", "noon")
	ida.want(http.StatusConflict, http.MethodPut, davFiles+"/no/x", "x")
	ida.want(http.StatusCreated, http.MethodPut, davFiles+"/no/x", "x", "X-NC-WebDAV-Auto-Mkcol", "1", "X-OC-Mtime", "-5")
	if got, _ := ida.want(http.StatusOK, http.MethodHead, davFiles+"/no/x", ""); !strings.Contains(got.Header.Get("Last-Modified"), "1970") {
		t.Errorf("%v", got.Header)
	}
	ida.want(http.StatusForbidden, "PROPFIND", davFiles, "", "Depth", "infinity")
	ida.want(http.StatusBadGateway, "MOVE", davFiles+"/no/x", "", "Destination", "https://far.example/x")
	ida.want(http.StatusForbidden, "MOVE", davFiles+"/no", "", "Destination", davFiles+"/no/in")
	ida.want(http.StatusForbidden, http.MethodDelete, davFiles, "")
	ida.want(http.StatusForbidden, http.MethodGet, davFiles+"/no/x", "", "Sec-Fetch-Site", "cross-site")
	ida.want(http.StatusForbidden, http.MethodDelete, davFiles+"/no/x", "", "Origin", "https://evil.example")
}

func TestLocksOfDevicesAreKept(t *testing.T) {
	t.Parallel()
	ida := newDevice(t, "ida")
	const exclusive = `<d:lockinfo xmlns:d="DAV:"><d:lockscope><d:exclusive/></d:lockscope><d:locktype><d:write/></d:locktype><d:owner>desk</d:owner></d:lockinfo>`
	got, body := ida.want(http.StatusCreated, "LOCK", davFiles+"/a.odt", exclusive, "Timeout", "Second-60")
	token := got.Header.Get("Lock-Token")
	if token == "" || !strings.Contains(body, "Second-60") {
		t.Fatalf("%v %s", got.Header, body)
	}
	ida.want(http.StatusLocked, http.MethodPut, davFiles+"/a.odt", "x")
	ida.want(http.StatusLocked, http.MethodDelete, davFiles+"/a.odt", "")
	ida.want(http.StatusLocked, "MOVE", davFiles+"/a.odt", "", "Destination", davFiles+"/b.odt")
	ida.want(http.StatusLocked, "LOCK", davFiles+"/a.odt", exclusive)
	ida.want(http.StatusNoContent, http.MethodPut, davFiles+"/a.odt", "x", "If", "("+token+")")
	ida.want(http.StatusOK, "LOCK", davFiles+"/a.odt", "", "If", "("+token+")", "Timeout", "Second-120")
	if _, list := ida.want(http.StatusMultiStatus, "PROPFIND", davFiles+"/", `<d:propfind xmlns:d="DAV:"><d:prop><d:lockdiscovery/></d:prop></d:propfind>`); !strings.Contains(list, "Second-120") {
		t.Errorf("%s", list)
	}
	ida.want(http.StatusConflict, "UNLOCK", davFiles+"/a.odt", "", "Lock-Token", "<urn:uuid:other>")
	ida.want(http.StatusNoContent, "UNLOCK", davFiles+"/a.odt", "", "Lock-Token", token)
	ida.want(http.StatusNoContent, http.MethodDelete, davFiles+"/a.odt", "")
}

// mediaTab is what the gallery of Android's app asks, in its words.
const mediaTab = `<?xml version="1.0"?><d:searchrequest xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"><d:basicsearch>
	<d:select><d:prop><d:getetag/><d:getcontenttype/><oc:permissions/><oc:has-preview/><oc:fileid/></d:prop></d:select>
	<d:from><d:scope><d:href>/files/ida</d:href><d:depth>infinity</d:depth></d:scope></d:from>
	<d:where><d:and><d:or><d:like><d:prop><d:getcontenttype/></d:prop><d:literal>image/%</d:literal></d:like>
		<d:like><d:prop><d:getcontenttype/></d:prop><d:literal>video/%</d:literal></d:like></d:or>
		<d:lt><d:prop><d:getlastmodified/></d:prop><d:literal>LATER</d:literal></d:lt><d:gt><d:prop><d:getlastmodified/></d:prop><d:literal>EARLIER</d:literal></d:gt></d:and></d:where>
	<d:orderby><d:order><d:prop><d:getlastmodified/></d:prop><d:descending/></d:order></d:orderby><d:limit><d:nresults>2</d:nresults></d:limit></d:basicsearch></d:searchrequest>`

func hrefs(body string) (all []string) {
	for _, m := range regexp.MustCompile(`<d:href>([^<]*)</d:href>`).FindAllStringSubmatch(body, -1) {
		all = append(all, m[1])
	}
	return all
}

func TestPhonesFindPicturesAndFavorites(t *testing.T) {
	t.Parallel()
	ida := newDevice(t, "ida")
	if resp, _ := ida.want(http.StatusOK, http.MethodOptions, "/remote.php/dav", ""); !strings.Contains(resp.Header.Get("Allow"), "SEARCH") {
		t.Errorf("%v", resp.Header)
	}
	ida.want(http.StatusCreated, "MKCOL", davFiles+"/Walks", "")
	for i, name := range []string{"a.jpg", "b.txt", "Walks/c.mp4", "Walks/d.heic", "e.png"} {
		ida.want(http.StatusCreated, http.MethodPut, davFiles+"/"+name, name, "X-OC-Mtime", strconv.Itoa(1700000000+i))
	}
	ida.want(http.StatusNoContent, http.MethodDelete, davFiles+"/e.png", "")
	search := func(later, earlier string) []string {
		t.Helper()
		_, body := ida.want(http.StatusMultiStatus, "SEARCH", "/remote.php/dav/", strings.NewReplacer("LATER", later, "EARLIER", earlier).Replace(mediaTab), "Content-Type", "text/xml")
		return hrefs(body)
	}
	for later, want := range map[string][]string{
		"1800000000":                {davFiles + "/Walks/d.heic", davFiles + "/Walks/c.mp4"},
		"1700000003":                {davFiles + "/Walks/c.mp4", davFiles + "/a.jpg"},
		"2023-11-14T22:13:22Z":      {davFiles + "/a.jpg"},
		"2023-11-14T23:13:22+01:00": {davFiles + "/a.jpg"},
	} {
		if got := search(later, "0"); !slices.Equal(got, want) {
			t.Errorf("before %s: %q", later, got)
		}
	}
	if got := search("1800000000", "1700000002"); !slices.Equal(got, []string{davFiles + "/Walks/d.heic"}) {
		t.Errorf("%q", got)
	}
	ida.want(http.StatusBadRequest, "SEARCH", "/remote.php/dav", "<x/>")
	ida.want(http.StatusNotFound, "SEARCH", "/remote.php/dav", strings.Replace(mediaTab, "/files/ida", "/files/rosa", 1))

	const favor = `<d:propertyupdate xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:set><d:prop><oc:favorite>1</oc:favorite></d:prop></d:set></d:propertyupdate>`
	const unfavor = `<d:propertyupdate xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:remove><d:prop><oc:favorite/></d:prop></d:remove></d:propertyupdate>`
	const favorites = `<oc:filter-files xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:prop><oc:favorite/></d:prop><oc:filter-rules><oc:favorite>1</oc:favorite></oc:filter-rules></oc:filter-files>`
	ida.want(http.StatusMultiStatus, "PROPPATCH", davFiles+"/Walks/c.mp4", favor)
	if _, body := ida.want(http.StatusMultiStatus, "REPORT", davFiles, favorites); !slices.Equal(hrefs(body), []string{davFiles + "/Walks/c.mp4"}) {
		t.Errorf("%s", body)
	}
	ida.want(http.StatusMultiStatus, "PROPPATCH", davFiles+"/Walks/c.mp4", unfavor)
	if _, body := ida.want(http.StatusMultiStatus, "REPORT", davFiles, favorites); len(hrefs(body)) != 0 {
		t.Errorf("%s", body)
	}

	sync := func(status int, token string) string {
		t.Helper()
		_, body := ida.want(status, "REPORT", davFiles, `<d:sync-collection xmlns:d="DAV:"><d:sync-token>`+token+`</d:sync-token><d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop></d:sync-collection>`)
		return body
	}
	first := sync(http.StatusMultiStatus, "")
	token := regexp.MustCompile(`<d:sync-token>([^<]*)</d:sync-token>`).FindStringSubmatch(first)
	if len(hrefs(first)) != 3 || len(token) != 2 {
		t.Fatalf("%s", first)
	}
	if body := sync(http.StatusMultiStatus, token[1]); len(hrefs(body)) != 0 {
		t.Errorf("%s", body)
	}
	ida.want(http.StatusCreated, http.MethodPut, davFiles+"/Walks/f.txt", "f")
	if body := sync(http.StatusForbidden, token[1]); !strings.Contains(body, "<d:valid-sync-token/>") {
		t.Errorf("%s", body)
	}
}

// TestDevicesAreNotHeldBack: a folder of many files is many requests; only who is not let in is counted.
func TestDevicesAreNotHeldBack(t *testing.T) {
	t.Parallel()
	h := hometest.StartWith(t, "", func(c *config.Config) { c.RateLimits = true })
	p := h.Settle("ida")
	ida := &device{p, p.AppPassword()}
	for range 1100 {
		if resp, _ := ida.want(http.StatusOK, http.MethodOptions, davFiles, ""); resp.StatusCode != http.StatusOK {
			return
		}
	}
	ida.secret = "wrong"
	slow := false
	for range 60 {
		resp, _ := ida.do("PROPFIND", davFiles, "")
		slow = slow || resp.StatusCode == http.StatusTooManyRequests
	}
	if !slow {
		t.Error("passwords are tried without end")
	}
}
