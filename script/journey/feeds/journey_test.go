package feeds

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

// strands are the parts of ana's posts that have feeds, with how many entries each has.
var strands = map[string]int{
	"/@ana": 5, "/@ana/notes": 4, "/@ana/articles": 1, "/@ana/pictures": 1, "/@ana/tags/tide": 2, "/tags/tide": 2,
}

var files = []string{"feed.atom", "feed.rss", "feed.json"}

// sly is a text that does to a feed what it can.
const sly = "]]> <![CDATA[ & &amp; <b>bold</b> \u202edlrow\u202c \u2066isolate \u0007bell \ufffe </content></entry> 🛶 “quotes”"

func TestJourney(t *testing.T) {
	if os.Getenv("ALLOD_FEEDS") == "" {
		t.Skip("run script/journey/feeds/run")
	}
	began := time.Now()
	built := program(t)
	ana, bo := start(t, built, "ana"), start(t, built, "bo")
	write(ana)
	t.Run("hub", func(t *testing.T) { hub(t, ana) })
	t.Run("gofeed", func(t *testing.T) { readByGofeed(t, ana) })
	t.Run("feedparser", func(t *testing.T) { readByFeedparser(t, ana) })
	t.Run("newsboat", func(t *testing.T) { readByNewsboat(t, ana) })
	t.Run("icalendar", func(t *testing.T) { readByICalendar(t, ana) })
	t.Run("webmention", func(t *testing.T) { mention(t, ana, bo) })
	keep(t, ana)
	t.Logf("all of it took %s", time.Since(began).Round(time.Second))
}

// keep leaves the feeds in the folder that KEEP names, for a look by hand.
func keep(t *testing.T, ana *home) {
	dir := os.Getenv("KEEP")
	if dir == "" {
		return
	}
	for path := range strands {
		for _, file := range files {
			name := strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", "-") + "-" + file
			if err := os.WriteFile(filepath.Join(dir, name), []byte(ana.page(path+"/"+file)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// write has ana say all that feeds have to carry.
func write(ana *home) {
	var picture bytes.Buffer
	_ = png.Encode(&picture, image.NewGray(image.Rect(0, 0, 60, 40)))
	ana.say(map[string]string{"text": "A quiet morning. #tide", "language": "en"})
	ana.say(map[string]string{"text": sly, "language": "en"})
	ana.say(map[string]string{"text": "With a boat", "alt-1": "A boat & its \"shadow\""}, picture.Bytes())
	ana.say(map[string]string{"text": "Somebody fell. #Tide", "warning": "Medical <all fine>", "language": "en"})
	ana.say(map[string]string{"kind": "article", "title": "The last <ferryman>", "summary": "What he kept.", "language": "en",
		"text": "For thirty-one years he wrote.\n\n## The water\n\n" + strings.Repeat("The colour of the water at six. ", 400)})
	for _, level := range []string{"unlisted", "followers", "self"} {
		ana.say(map[string]string{"text": "not for feeds", "visibility": level})
	}
}

// hub has a subscriber confirmed, told, and unsubscribed.
func hub(t *testing.T, ana *home) {
	topic, secret := ana.origin+"/@ana/feed.atom", "between us"
	asked, told := make(chan url.Values, 4), make(chan string, 4)
	subscriber := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			asked <- r.URL.Query()
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		if got := r.Header.Get("X-Hub-Signature"); got != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("signed %q", got)
		}
		told <- string(body)
	}))
	defer subscriber.Close()
	resp, err := http.Head(topic)
	if err != nil {
		t.Fatal(err)
	}
	at := regexp.MustCompile(`<([^>]+)>; rel="hub"`).FindStringSubmatch(strings.Join(resp.Header.Values("Link"), ", "))
	if at == nil {
		t.Fatalf("no hub is announced: %v", resp.Header)
	}
	ask := func(mode string) {
		resp, err := http.PostForm(at[1], url.Values{
			"hub.mode": {mode}, "hub.topic": {topic}, "hub.callback": {subscriber.URL + "/in?x=1"}, "hub.secret": {secret},
		})
		if err != nil || resp.StatusCode != http.StatusAccepted {
			t.Fatalf("%v %v", resp, err)
		}
		resp.Body.Close()
		if q := wait(t, "to be asked back", asked); q.Get("hub.mode") != mode || q.Get("hub.topic") != topic {
			t.Errorf("asked %v", q)
		}
	}
	ask("subscribe")
	time.Sleep(200 * time.Millisecond) // for the answer to be read and kept
	ana.say(map[string]string{"text": "News at once", "language": "en"})
	if body := wait(t, "to be told", told); !strings.Contains(body, "News at once") || strings.Contains(body, "not for feeds") {
		t.Errorf("told %s", body)
	}
	ask("unsubscribe")
	strands["/@ana"]++
	strands["/@ana/notes"]++
}

func wait[T any](t *testing.T, what string, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(20 * time.Second):
		t.Fatal("waited in vain " + what)
	}
	return v
}

// readByGofeed parses every feed and looks at what came through.
func readByGofeed(t *testing.T, ana *home) {
	ids := map[string][]string{}
	for path, n := range strands {
		for _, file := range files {
			feed, err := gofeed.NewParser().ParseURL(ana.origin + path + "/" + file)
			if err != nil || len(feed.Items) != n {
				t.Fatalf("%s/%s: %v, %+v", path, file, err, feed)
			}
			for _, it := range feed.Items {
				if it.GUID == "" || it.Link == "" || it.PublishedParsed == nil || strings.Contains(it.Content+it.Description, "not for feeds") {
					t.Errorf("%s/%s has %+v", path, file, it)
				}
				if path == "/@ana" {
					ids[file] = append(ids[file], it.GUID)
				}
			}
		}
	}
	if !slices.Equal(ids["feed.atom"], ids["feed.rss"]) || !slices.Equal(ids["feed.atom"], ids["feed.json"]) {
		t.Errorf("one post has several names: %v", ids)
	}
}

// python is Debian's, which has its packages.
const python = "/usr/bin/python3"

// feedparse prints what feedparser makes of addresses, as JSON lines.
const feedparse = `
import feedparser, json, sys
for at in sys.argv[1:]:
    f = feedparser.parse(at)
    print(json.dumps({"at": at, "bozo": int(f.bozo), "why": str(f.get("bozo_exception", "")), "version": f.version, "rights": f.feed.get("rights", ""),
        "hub": [l.href for l in f.feed.get("links", []) if l.get("rel") == "hub"],
        "items": [{"title": e.get("title", ""), "text": e.content[0].value if e.get("content") else e.get("summary", ""),
            "files": [[x.get("type"), x.get("length")] for x in e.get("enclosures", [])]} for e in f.entries]}))
`

// readByFeedparser finds nothing that feedparser warns of.
func readByFeedparser(t *testing.T, ana *home) {
	args := []string{"-c", feedparse}
	for path := range strands {
		for _, file := range files[:2] { // it reads no JSON
			args = append(args, ana.origin+path+"/"+file)
		}
	}
	out, err := exec.Command(python, args...).Output()
	if err != nil {
		t.Fatalf("python3-feedparser: %v %s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		var feed struct {
			At, Why, Version, Rights string
			Bozo                     int
			Hub                      []string
			Items                    []struct {
				Title, Text string
				Files       [][]any
			}
		}
		if err := json.Unmarshal([]byte(line), &feed); err != nil {
			t.Fatal(err)
		}
		path := strings.TrimPrefix(feed.At[:strings.LastIndexByte(feed.At, '/')], ana.origin)
		if feed.Bozo != 0 || len(feed.Items) != strands[path] || len(feed.Hub) != 1 || feed.Rights == "" {
			t.Errorf("%s", line)
		}
		whole, titled, enclosed := false, 0, 0
		for _, it := range feed.Items {
			whole = whole || strings.Count(it.Text, "The colour of the water at six.") == 400
			enclosed += len(it.Files)
			if it.Title != "" {
				titled++
			}
		}
		if path == "/@ana" && (!whole || titled != 1 || enclosed != 1) {
			t.Errorf("%s: the article whole: %v, %d titles, %d files", feed.At, whole, titled, enclosed)
		}
	}
}

// kept prints what newsboat keeps in its cache, as JSON.
const kept = `
import json, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("select title, url, content, enclosure_url from rss_item where deleted = 0 and unread = 1")
print(json.dumps([dict(zip(("Title", "URL", "Content", "Enclosure"), r)) for r in rows]))
`

// readByNewsboat subscribes to a feed, reloads, and looks at what newsboat then shows.
func readByNewsboat(t *testing.T, ana *home) {
	for _, file := range files[:2] { // this newsboat reads no JSON Feed
		dir, want := t.TempDir(), strands["/@ana"]
		urls, cache, config := filepath.Join(dir, "urls"), filepath.Join(dir, "cache.db"), filepath.Join(dir, "config")
		for name, text := range map[string]string{urls: ana.origin + "/@ana/" + file + "\n", config: ""} {
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		run := func(command string) string {
			newsboat := exec.Command("newsboat", "-q", "-u", urls, "-c", cache, "-C", config, "-x", command)
			newsboat.Env = append(os.Environ(), "HOME="+dir, "LANG=C.UTF-8", "TERM=dumb")
			out, err := newsboat.CombinedOutput()
			if err != nil {
				t.Fatalf("newsboat %s: %v %s", command, err, out)
			}
			return string(out)
		}
		run("reload")
		if out := run("print-unread"); !strings.HasPrefix(out, fmt.Sprint(want)+" ") {
			t.Errorf("%s: newsboat shows %q, not %d", file, out, want)
		}
		out, err := exec.Command(python, "-c", kept, cache).Output()
		if err != nil {
			t.Fatal(err)
		}
		var rows []struct{ Title, URL, Content, Enclosure string }
		if err := json.Unmarshal(out, &rows); err != nil || len(rows) != want {
			t.Fatalf("%s: %v, %d rows: %s", file, err, len(rows), out)
		}
		all := ""
		for _, r := range rows {
			all += r.Title + " | " + r.Content + " | " + r.Enclosure + "\n"
		}
		for _, words := range []string{"A quiet morning.", "Medical &lt;all fine&gt;", "The last <ferryman> | ", "News at once", "]]&gt; &lt;![CDATA[", "/media/"} {
			if !strings.Contains(all, words) {
				t.Errorf("%s: newsboat does not have %q in:\n%s", file, words, all)
			}
		}
	}
}

// mention has the homes tell each other of links, both ways.
func mention(t *testing.T, ana, bo *home) {
	said := ana.say(map[string]string{"text": "What do you think?"})
	answer := bo.say(map[string]string{"text": "I saw " + said})
	ana.await("bo's page waits", func() bool { return strings.Contains(ana.page("/waiting"), answer) })
	act := regexp.MustCompile(`/mentions/\d+/show`).FindString(ana.page("/waiting"))
	ana.form(act, nil)
	if resp, err := http.Get(said); err != nil {
		t.Fatal(err)
	} else if page, _ := io.ReadAll(resp.Body); !strings.Contains(string(page), answer) {
		t.Error("it is not shown to a visitor")
	}
	back := ana.say(map[string]string{"text": "And I saw " + answer})
	bo.await("ana's page waits", func() bool { return strings.Contains(bo.page("/waiting"), back) })
}
