package nextcloud

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"allod/script/journey/program"
)

const sharesAt = "/ocs/v2.php/apps/files_sharing/api/v1/shares"

// shares asks the home something about shares as the client's own dialog does, and returns the id of the one it is told of.
func (d *device) shares(method, path string, form url.Values) string {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), method, d.home.Origin+sharesAt+path+"?format=json", strings.NewReader(form.Encode()))
	if err != nil {
		d.t.Fatal(err)
	}
	r.SetBasicAuth(d.person, d.secret)
	r.Header.Set("OCS-APIRequest", "true")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		d.t.Fatalf("%s %s: %s %v %s", method, path, resp.Status, err, body)
	}
	var got struct {
		OCS struct{ Data json.RawMessage }
	}
	var one struct{ ID string }
	if err := json.Unmarshal(body, &got); err != nil {
		d.t.Fatal(err)
	}
	_ = json.Unmarshal(got.OCS.Data, &one) // a list of none where a share ended
	return one.ID
}

// within is what a device holds in a folder.
func within(all map[string]string, folder string) map[string]string {
	in := map[string]string{}
	for name, sum := range all {
		if rest, ok := strings.CutPrefix(name, folder+"/"); ok {
			in[rest] = sum
		}
	}
	return in
}

// alike fails the test where a folder of one is not that of the other.
func alike(t *testing.T, when string, a *device, in string, b *device, there string) int {
	t.Helper()
	left, right := within(a.tree(), in), within(b.tree(), there)
	for name, sum := range left {
		if right[name] != sum {
			t.Fatalf("%s: %q is %.12q on %s and %.12q on %s", when, name, sum, a.name, right[name], b.name)
		}
	}
	if len(left) != len(right) {
		t.Fatalf("%s: %d names on %s and %d on %s", when, len(left), a.name, len(right), b.name)
	}
	t.Logf("%s: %d names are equal on both", when, len(left))
	return len(left)
}

// TestTwoPeopleShareAFolder has the client of each of two people keep in step a folder that one shares with the other.
func TestTwoPeopleShareAFolder(t *testing.T) {
	if os.Getenv("ALLOD_NEXTCLOUD") == "" {
		t.Skip("script/journey/nextcloud/run runs this")
	}
	h := program.New(t, program.Build(t))
	h.Up()
	var all []*device
	for _, name := range []string{"ida", "ben"} {
		h.Add(name)
		secret, ok := program.Command(t, h.Program, "account", "app-password", name, "--device", "Journey", "--data", h.Data)
		if !ok {
			t.Fatal(secret)
		}
		d := newDevice(t, h, strings.TrimSpace(secret), "the device of "+name)
		d.person = name
		all = append(all, d)
	}
	ida, ben := all[0], all[1]
	for i, name := range append([]string{"songs/one.txt", "songs/two/three.txt", "empty.txt"}, odd[:8]...) {
		ida.write("Choir/"+name, noise(uint64(i), 1000*i))
	}
	ida.write("Diary/private.txt", noise(77, 100))
	ben.write("own.txt", noise(78, 100))
	ben.write("Choir", noise(79, 10)) // a file of the same name
	ida.sync()
	ben.sync()

	share := ida.shares(http.MethodPost, "", url.Values{"path": {"/Choir"}, "shareType": {"0"}, "shareWith": {"ben"}, "permissions": {"15"}})
	ben.sync()
	const there = "Choir (2)"
	if n := alike(t, "it comes to the other", ida, "Choir", ben, there); n < 10 {
		t.Fatalf("only %d names", n)
	}
	if len(within(ben.tree(), "Diary")) != 0 {
		t.Fatal("what is not shared came too")
	}

	// Both change it: new files, renamed, replaced, thrown away, one in pieces.
	ben.write(there+"/songs/from ben.txt", noise(80, 5000))
	ben.write(there+"/large.bin", noise(81, 24<<20))
	ben.rename(there+"/songs/one.txt", there+"/songs/uno.txt")
	ben.remove(there + "/empty.txt")
	ben.sync()
	ida.write("Choir/songs/two/three.txt", noise(82, 3000))
	ida.sync()
	ben.sync()
	alike(t, "both changed it", ida, "Choir", ben, there)

	// The other calls it otherwise, and it stays what it was for its owner.
	ben.rename(there, "Our choir")
	ben.sync()
	ida.sync()
	alike(t, "the other calls it otherwise", ida, "Choir", ben, "Our choir")
	if told := ben.sync(); strings.Count(told, "sendRequest \"PROPFIND\"")+strings.Count(told, `PROPFIND of QUrl`) > 2 {
		t.Error("nothing changed, and the client asks much")
	}

	// To look at only: what the other changes comes back to what it was, and goes nowhere.
	ida.shares(http.MethodPut, "/"+share, url.Values{"permissions": {"1"}})
	before := within(ida.tree(), "Choir")
	ben.sync()
	ben.remove("Our choir/songs/uno.txt")
	ben.sync()
	ben.sync()
	ida.sync()
	if now := within(ida.tree(), "Choir"); len(now) != len(before) || now["songs/uno.txt"] != before["songs/uno.txt"] {
		t.Fatalf("the owner has %d of %d names", len(now), len(before))
	}
	alike(t, "only to look at", ida, "Choir", ben, "Our choir")

	// Ended, it goes from the other's device, and the owner has all of it.
	ida.shares(http.MethodDelete, "/"+share, nil)
	ben.sync()
	ida.sync()
	if left := within(ben.tree(), "Our choir"); len(left) != 0 {
		t.Errorf("%d names are there still", len(left))
	}
	if now := within(ida.tree(), "Choir"); len(now) != len(before) {
		t.Errorf("the owner has %d of %d names", len(now), len(before))
	}
	for _, name := range []string{"own.txt", "Choir"} {
		if _, err := os.Stat(filepath.Join(ben.dir, name)); err != nil {
			t.Errorf("what is the other's own: %v", err)
		}
	}

	// Who puts away what was shared with them takes nothing from its owner.
	ida.shares(http.MethodPost, "", url.Values{"path": {"/Choir"}, "shareType": {"0"}, "shareWith": {"ben"}, "permissions": {"31"}})
	ben.sync()
	alike(t, "shared again", ida, "Choir", ben, there)
	ben.remove(there)
	ben.sync()
	ida.sync()
	if now := within(ida.tree(), "Choir"); len(now) != len(before) {
		t.Errorf("the owner has %d of %d names", len(now), len(before))
	}
}
