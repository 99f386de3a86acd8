package hometest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
	"allod/protocol/mastodon"
)

// clipOf makes a small video, or a sound, that says where it was taken.
func clipOf(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("there is no ffmpeg; script/setup brings it")
	}
	at := filepath.Join(t.TempDir(), name)
	args = append(append([]string{"-nostdin", "-loglevel", "error"}, args...), "-t", "2", "-metadata", "comment="+whereabouts, "-metadata", "location=+52.5+13.4/", at)
	if out, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	body, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

var heldField = regexp.MustCompile(`name="held-(\d)"[^>]*value="(\d+)"`)

// postChosen begins a post with files of a person, waits until everything is ready, and sends it. It returns the post's page.
func postChosen(p *hometest.Person, form url.Values, words url.Values) string {
	t := p.Home.T()
	t.Helper()
	begun := submit(p, "/file/chosen", form)
	if begun.StatusCode != http.StatusOK || begun.Request.URL.Path != "/compose" {
		t.Fatal(begun.Status, begun.Request.URL)
	}
	draft := begun.Request.URL.RequestURI()
	page := ""
	hometest.Await(t, "all of the post is ready", func() bool {
		page = p.Page(draft)
		return !strings.Contains(page, "being made ready")
	})
	action := regexp.MustCompile(`action="(/compose\?key=[^"]+)"`).FindStringSubmatch(page)
	held := heldField.FindAllStringSubmatch(page, -1)
	if action == nil || len(held) == 0 {
		t.Fatalf("the form shows nothing: %.3000s", page)
	}
	for _, h := range held {
		words.Set("held-"+h[1], h[2])
	}
	posted := submit(p, action[1], words)
	if posted.StatusCode != http.StatusOK || posted.Request.URL.Path == "/compose" {
		t.Fatal(posted.Status, posted.Request.URL)
	}
	return posted.Request.URL.Path
}

// A video and a sound that a device brings become a post: everyone plays them,
// in sizes and in one piece, and hears nothing of where they were taken. With the post they are gone.
func TestVideoAndSoundBecomeAPost(t *testing.T) {
	t.Parallel()
	video := clipOf(t, "clip.mov", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-b:v", "300k", "-c:a", "aac")
	sound := clipOf(t, "bell.mp3", "-f", "lavfi", "-i", "sine")
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	photograph(ida, "clip.mov", video)
	photograph(ida, "bell.mp3", sound)
	photograph(ida, "clip.ar.vtt", []byte("WEBVTT\n\nNOTE "+whereabouts+"\n\n00:00.000 --> 00:01.000\nسلام\n"))
	var numbers []string
	for _, name := range []string{"clip.mov", "bell.mp3"} {
		m := regexp.MustCompile(`name="f\[\]" value="(\d+)"`).FindStringSubmatch(ida.Page("/files/" + name))
		if m == nil {
			t.Fatal("no form on the page of " + name)
		}
		numbers = append(numbers, m[1])
	}
	at := postChosen(ida, url.Values{"do": {"post"}, "f[]": numbers}, url.Values{"text": {"The bell"}, "visibility": {"public"}, "alt-1": {"A bell swings"}})
	visitor := &http.Client{}
	_, page := ask(t, visitor, http.MethodGet, h.Origin+at)
	if !strings.Contains(page, "<video") || !strings.Contains(page, "<audio") || !strings.Contains(page, "A bell swings") || !strings.Contains(page, "poster=") {
		t.Fatalf("%.6000s", page)
	}
	all := regexp.MustCompile(`(?:src|poster)="(/media/[^"]+\.[a-z0-9]+)"`).FindAllStringSubmatch(page, -1)
	found := map[string]string{}
	for _, m := range all {
		found[path.Base(m[1])] = m[1]
		resp, body := ask(t, visitor, http.MethodGet, h.Origin+m[1])
		if resp.StatusCode != http.StatusOK || len(body) == 0 || strings.Contains(body, whereabouts) || strings.Contains(body, "52.5") {
			t.Errorf("%s: %s, %d bytes", m[1], resp.Status, len(body))
		}
	}
	words := regexp.MustCompile(`<track kind="captions" src="(/media/[^"]+)" srclang="ar"`).FindStringSubmatch(page)
	if words == nil {
		t.Fatal("the post has no captions")
	}
	if resp, body := ask(t, visitor, http.MethodGet, h.Origin+words[1]); !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/vtt") || !strings.Contains(body, "سلام") || strings.Contains(body, whereabouts) {
		t.Errorf("%v %s", resp.Header, body)
	}
	hometest.Await(t, "the video stands among the photos by its picture", func() bool { return aPhoto.MatchString(ida.Page("/photos")) })
	list := found["all.m3u8"]
	if list == "" || found["video.mp4"] == "" || found["poster.jpg"] == "" || found["sound.m4a"] == "" || found["sound.webm"] == "" {
		t.Fatalf("%v", found)
	}
	resp, _ := ask(t, visitor, http.MethodGet, h.Origin+path.Dir(list)+"/360.m3u8")
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "application/vnd.apple.mpegurl" {
		t.Errorf("%s %v", resp.Status, resp.Header)
	}
	resp, part := ask(t, visitor, http.MethodGet, h.Origin+path.Dir(list)+"/360.mp4", "Range", "bytes=0-99")
	if resp.StatusCode != http.StatusPartialContent || len(part) != 100 || resp.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("%s %d", resp.Status, len(part))
	}
	_, document := ask(t, visitor, http.MethodGet, h.Origin+at, "Accept", "application/activity+json")
	for _, want := range []string{`"mediaType":"video/mp4"`, `"mediaType":"audio/mp4"`, `"duration":"PT2`, `"icon":{"type":"Image","mediaType":"image/jpeg"`, "A bell swings"} {
		if !strings.Contains(document, want) {
			t.Errorf("%s lacks %s", document, want)
		}
	}
	status := hometest.Call[mastodon.Status](ida, http.MethodGet, "/api/v1/statuses/"+path.Base(at), nil)
	if n := len(status.MediaAttachments); n != 2 || status.MediaAttachments[0].Type != "video" || status.MediaAttachments[0].PreviewURL == nil ||
		status.MediaAttachments[0].Meta.Original.Duration < 1.9 || status.MediaAttachments[1].Type != "audio" || status.MediaAttachments[1].PreviewURL != nil {
		t.Errorf("%+v", status.MediaAttachments)
	}
	if gone := submit(ida, "/posts/"+path.Base(at)+"/delete", nil); gone.StatusCode != http.StatusOK {
		t.Fatal(gone.Status)
	}
	for name, where := range found {
		if resp, _ := ask(t, visitor, http.MethodGet, h.Origin+where); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s of a post that is gone: %s", name, resp.Status)
		}
	}
	if got := ida.Page("/file/" + numbers[0] + "/raw"); got != string(video) {
		t.Error("the file is not what the device brought")
	}
}

// A video that has a title is told as a Video, in the shape that PeerTube gives,
// and another home shows it by its title.
func TestTitledVideoIsAVideo(t *testing.T) {
	t.Parallel()
	clip := clipOf(t, "clip.mov", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-c:v", "libx264", "-pix_fmt", "yuv420p")
	h, far := hometest.Start(t, ""), hometest.Start(t, "")
	ida, wren := h.Settle("ida"), far.Settle("wren")
	follow(wren, ida)
	photograph(ida, "clip.mov", clip)
	photograph(ida, "clip.de.vtt", []byte("WEBVTT\n\n00:00.000 --> 00:01.000\nGlocke\n"))
	number := regexp.MustCompile(`name="f\[\]" value="(\d+)"`).FindStringSubmatch(ida.Page("/files/clip.mov"))[1]
	words := url.Values{"title": {"The bell of Marrow"}, "text": {"It rings at *noon*."}, "visibility": {"public"}, "alt-1": {"A bell"}}
	at := postChosen(ida, url.Values{"do": {"post"}, "f[]": {number}}, words)
	_, raw := ask(t, &http.Client{}, http.MethodGet, h.Origin+at, "Accept", "application/activity+json")
	var doc struct {
		Type, Name, Duration, Comments string
		URL                            []struct {
			Type, MediaType, Href string
			Height                int
			Size                  int64
			Tag                   []struct {
				MediaType, Href string
				Height          int
			}
		}
		Icon []struct {
			URL           string
			Width, Height int
		}
		SubtitleLanguage []struct{ Identifier, Name, URL string }
		Attachment       []struct{ MediaType string }
	}
	if err := json.Unmarshal([]byte(raw), &doc); err != nil {
		t.Fatalf("%v %s", err, raw)
	}
	if doc.Type != "Video" || doc.Name != "The bell of Marrow" || !strings.HasPrefix(doc.Duration, "PT2") || !strings.HasSuffix(doc.Comments, "/replies") || len(doc.Attachment) != 1 {
		t.Errorf("%s", raw)
	}
	if len(doc.URL) != 3 || doc.URL[0].MediaType != "text/html" || doc.URL[1].MediaType != "application/x-mpegURL" || len(doc.URL[1].Tag) != 1 || doc.URL[1].Tag[0].Height != 180 ||
		doc.URL[2].MediaType != "video/mp4" || doc.URL[2].Size == 0 || doc.URL[2].Height != 180 {
		t.Errorf("%+v", doc.URL)
	}
	if len(doc.Icon) != 1 || doc.Icon[0].Width == 0 || len(doc.SubtitleLanguage) != 1 || doc.SubtitleLanguage[0].Identifier != "de" || doc.SubtitleLanguage[0].Name != "Deutsch" {
		t.Errorf("%+v %+v", doc.Icon, doc.SubtitleLanguage)
	}
	hometest.Await(t, "the video is told", func() bool {
		page := wren.Page("/")
		return strings.Contains(page, "The bell of Marrow") && strings.Contains(page, "<em>noon</em>") && strings.Contains(page, "video.mp4")
	})

	post := path.Base(at)
	form := ida.Page("/posts/" + post + "/edit")
	held := heldField.FindStringSubmatch(form)
	if held == nil || !strings.Contains(form, `value="The bell of Marrow"`) {
		t.Fatalf("%.3000s", form)
	}
	change := url.Values{"title": {""}, "text": {"It rings."}, "held-1": {held[2]}}
	if got := submit(ida, "/posts/"+post+"/edit", change); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a video without its title: %s", got.Status)
	}
	change.Set("title", "The bells of Marrow")
	if got := submit(ida, "/posts/"+post+"/edit", change); got.StatusCode != http.StatusOK {
		t.Error(got.Status)
	}
	hometest.Await(t, "the edit is told", func() bool { return strings.Contains(wren.Page("/"), "The bells of Marrow") })
}

// A post goes on showing a file that is deleted, which its page says before; the original is gone for good.
func TestPostOutlivesItsFileButNotTheOriginal(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	photograph(ida, "boat.jpg", snapshot(t))
	_, number := lookedAt(ida)
	at := postChosen(ida, url.Values{"do": {"post"}, "f[]": {number}}, url.Values{"text": {"From the dyke"}, "visibility": {"public"}})
	if page := ida.Page("/files/boat.jpg"); !strings.Contains(page, "One post or page shows it") {
		t.Error("the page of the file does not say that a post shows it")
	}
	submit(ida, "/file/"+number+"/trash", nil)
	submit(ida, "/file/trash/empty", nil)
	if ida.Page("/file/trash") == "" || strings.Contains(ida.Page("/file/trash"), "boat.jpg") {
		t.Error("the file is still there")
	}
	_, page := ask(t, &http.Client{}, http.MethodGet, h.Origin+at)
	medium := regexp.MustCompile(`/media/[\w-]+`).FindString(page)
	if resp, body := ask(t, &http.Client{}, http.MethodGet, h.Origin+medium); resp.StatusCode != http.StatusOK || len(body) == 0 {
		t.Errorf("the post shows nothing any more: %s", resp.Status)
	}
}
