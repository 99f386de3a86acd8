package hometest_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// photograph has a device of somebody keep a file with the home.
func photograph(p *hometest.Person, path string, data []byte) {
	t := p.Home.T()
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, p.Home.Origin+"/remote.php/dav/files/"+p.Name+"/"+path, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(p.Name, p.AppPassword())
	if code, body := answer(t, http.DefaultClient, r); code != http.StatusCreated {
		t.Fatalf("%s: %d %s", path, code, body)
	}
}

// whereabouts stands in what a camera writes beside its picture.
const whereabouts = "zqfifty-two north, thirteen east"

// snapshot is a photograph that says where it was taken, in front of the picture and behind it.
func snapshot(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 80, 60)), nil); err != nil {
		t.Fatal(err)
	}
	said := "Exif\x00\x00" + whereabouts
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(said)+2))
	return bytes.Join([][]byte{out.Bytes()[:2], segment, []byte(said), out.Bytes()[2:], []byte(whereabouts)}, nil)
}

var aPhoto = regexp.MustCompile(`/photos/(\d+)/512\?v=\w+`)

// lookedAt waits until the home shows a photo, and returns where.
func lookedAt(p *hometest.Person) (address, number string) {
	p.Home.T().Helper()
	hometest.Await(p.Home.T(), "the photo is looked at", func() bool {
		m := aPhoto.FindStringSubmatch(p.Page("/photos"))
		if m != nil {
			address, number = m[0], m[1]
		}
		return m != nil
	})
	return address, number
}

// A photo that a phone brings stands among the photos, becomes a post that
// says nothing of where it was taken, and is out of reach with the post; the
// file stays as it was.
func TestPhotoFromAPhoneBecomesAPostAndIsWithdrawnWithIt(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	data := snapshot(t)
	photograph(ida, "IMG_20260203_040506.jpg", data)
	small, number := lookedAt(ida)
	shown := ida.Page(small)
	if shown == "" || strings.Contains(shown, whereabouts) {
		t.Error("the smaller picture says where it was taken")
	}
	if code, _ := ask(t, &http.Client{}, http.MethodGet, h.Origin+small); code.StatusCode == http.StatusOK {
		t.Error("a visitor sees a photo that nobody posted")
	}

	form := submit(ida, "/photos/post", url.Values{"photo[]": {number}})
	if form.StatusCode != http.StatusOK {
		t.Fatal(form.Status)
	}
	page := []byte(ida.Page(form.Request.URL.RequestURI()))
	held := regexp.MustCompile(`name="held-1"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="held-1"`).FindSubmatch(page)
	action := regexp.MustCompile(`action="(/compose\?key=[^"]+)"`).FindSubmatch(page)
	if held == nil || action == nil {
		t.Fatalf("the form shows no photo: %.3000s", page)
	}
	posted := submit(ida, string(action[1]), url.Values{"text": {"From the dyke"}, "visibility": {"public"}, "held-1": {string(held[1]) + string(held[2])}})
	if posted.StatusCode != http.StatusOK {
		t.Fatal(posted.Status)
	}
	public := ida.Page("/@ida")
	medium := regexp.MustCompile(`/media/[\w-]+`).FindString(public)
	if medium == "" {
		t.Fatal("the post shows no picture")
	}
	resp, body := ask(t, &http.Client{}, http.MethodGet, h.Origin+medium)
	if resp.StatusCode != http.StatusOK || len(body) == 0 || strings.Contains(string(body), whereabouts) {
		t.Errorf("%s, %d bytes", resp.Status, len(body))
	}
	post := regexp.MustCompile(`/posts/(\d+)/delete`).FindString(ida.Page("/@ida"))
	if gone := submit(ida, post, nil); gone.StatusCode != http.StatusOK {
		t.Fatal(post, gone.Status)
	}
	if resp, _ := ask(t, &http.Client{}, http.MethodGet, h.Origin+medium); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the picture of a post that is gone: %s", resp.Status)
	}
	if got := ida.Page("/file/" + number + "/raw"); got != string(data) {
		t.Error("the file is not what the phone brought")
	}
}

// Apps are shown smaller pictures of what is their owner's, in the ways that they ask for them.
func TestAppsAreShownPreviews(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida, ben := h.Settle("ida"), h.Settle("ben")
	photograph(ida, "boat.jpg", snapshot(t))
	photograph(ida, "notes.txt", []byte("no picture"))
	_, number := lookedAt(ida)
	secrets := map[string]string{"ida": ida.AppPassword(), "ben": ben.AppPassword()}
	get := func(who, path string, header ...string) (*http.Response, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.Origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if who != "" {
			r.SetBasicAuth(who, secrets[who])
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var body bytes.Buffer
		_, _ = body.ReadFrom(resp.Body)
		return resp, body.String()
	}
	core := "/index.php/core/preview?fileId=" + number
	for path, want := range map[string]int{
		core + "&x=256&y=256&a=1&mode=cover&forceIcon=0": http.StatusOK,
		core:                      http.StatusOK,
		core + "&x=99999&y=99999": http.StatusOK,
		core + "&x=0&y=10":        http.StatusBadRequest,
		core + "x&x=10&y=10":      http.StatusBadRequest,
		"/index.php/core/preview.png?file=/boat.jpg&x=64&y=64":      http.StatusOK,
		"/index.php/core/preview.png?file=/notes.txt&x=64&y=64":     http.StatusNotFound,
		"/index.php/core/preview.png?file=/../boat.jpg&x=64&y=64":   http.StatusUnprocessableEntity,
		"/index.php/apps/files/api/v1/thumbnail/256/256/boat.jpg":   http.StatusOK,
		"/index.php/apps/files/api/v1/thumbnail/0/256/boat.jpg":     http.StatusBadRequest,
		"/index.php/apps/files/api/v1/thumbnail/256/256/nothing.jp": http.StatusNotFound,
	} {
		resp, body := get("ida", path)
		if resp.StatusCode != want {
			t.Errorf("%s: %s %.200s", path, resp.Status, body)
		}
		if want == http.StatusOK && (resp.Header.Get("Content-Type") != "image/jpeg" && resp.Header.Get("Content-Type") != "image/png" || strings.Contains(body, whereabouts)) {
			t.Errorf("%s: %s", path, resp.Header.Get("Content-Type"))
		}
	}
	resp, _ := get("ida", core)
	if resp, _ := get("ida", core, "If-None-Match", resp.Header.Get("ETag")); resp.StatusCode != http.StatusNotModified {
		t.Errorf("what an app has already is sent again: %s", resp.Status)
	}
	if resp, _ := get("ben", core); resp.StatusCode != http.StatusNotFound {
		t.Errorf("another: %s", resp.Status)
	}
	if resp, _ := get("", core); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody: %s", resp.Status)
	}
}
