package backup

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"allod/internal/db/dbtest"
	"allod/script/journey/program"
)

// writers are how many write at once while the copy is made.
const writers = 3

// TestCopyServesElsewhereByAnotherName copies a home under load, on each
// engine, and has the copy serve on each.
func TestCopyServesElsewhereByAnotherName(t *testing.T) {
	if os.Getenv("ALLOD_BACKUP") == "" {
		t.Skip("runs by script/journey/backup/run")
	}
	binary := program.Build(t)
	type way struct{ from, to string }
	ways := []way{{"SQLite", "SQLite"}}
	if os.Getenv(dbtest.PostgresVar) != "" {
		ways = append(ways, way{"PostgreSQL", "PostgreSQL"}, way{"SQLite", "PostgreSQL"}, way{"PostgreSQL", "SQLite"})
	}
	for _, w := range ways {
		t.Run(w.from+" to "+w.to, func(t *testing.T) {
			engine := map[string]func() string{"SQLite": func() string { return "" }, "PostgreSQL": func() string { return dbtest.PostgresURL(t) }}
			journey(t, binary, engine[w.from](), engine[w.to])
		})
	}
}

func journey(t *testing.T, binary, from string, to func() string) {
	home, far := program.New(t, binary), program.New(t, binary)
	home.DBase = from
	home.Up()
	far.Up()
	ida, wren := home.Settle("ida"), far.Settle("wren")
	wren.Follow("ida@" + home.Listen)
	program.Await(t, "wren follows", func() bool { return strings.Contains(ida.Page("/people/followers"), "wren") })
	link := say(ida, "the first word")

	// People write. What was there before the copy began must be in it.
	var said atomic.Int64
	stop := make(chan bool)
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					say(ida, fmt.Sprintf("word number %d.", said.Add(1)))
				}
			}
		})
	}
	program.Await(t, "people write", func() bool { return said.Load() > 4*writers })
	before := said.Load() - writers // the last few may be under way
	copies := filepath.Join(t.TempDir(), "copies")
	if out, ok := home.Run("backup", copies); !ok {
		t.Fatal(out)
	}
	during := said.Load() - before
	close(stop)
	all.Wait()
	if during < 1 {
		t.Error("nobody wrote while the copy was made")
	}
	if out, ok := program.Command(t, binary, "backup", "check", copies); !ok || !strings.Contains(out, "is whole") {
		t.Fatal(out)
	}
	home.Down()

	// The folder is copied, and the program started on it, by another name.
	old, at := home.Origin, home.Listen
	moved := program.New(t, binary)
	if err := os.CopyFS(moved.Data, os.DirFS(copies)); err != nil {
		t.Fatal(err)
	}
	moved.Listen, moved.DBase = at, to()
	moved.Origin = "http://" + strings.Replace(at, "127.0.0.1", "localhost", 1)
	moved.Up()
	here := moved.SignIn("ida", nil)
	has(t, here, before)
	works(t, here, old, link)
	arrives(t, here, wren, "from the new folder")

	// Everybody is brought along to the new name; the old one leads on.
	if out, ok := moved.Run("move"); !ok || !strings.Contains(out, "ida, known by "+old+", moves to "+moved.Origin) {
		t.Fatal(out)
	}
	program.Await(t, "everybody is known by the new name", func() bool { return strings.Contains(here.Page("/house/name"), "Everybody here is known by this name") })
	works(t, here, old, link)
	arrives(t, here, wren, "from the new name")
	if page := wren.Page("/people"); !strings.Contains(page, "ida@localhost") {
		t.Errorf("wren's home knows ida by another name: %s", page[strings.Index(page, "<main"):])
	}
	if _, at := program.Read(t)(here.Get(old + "/@ida")); at != moved.Origin+"/@ida" {
		t.Errorf("the old page leads to %s", at)
	}
}

// has looks whether all that was said before the copy is there.
func has(t *testing.T, p *program.Person, before int64) {
	t.Helper()
	missing := map[string]bool{}
	for n := int64(1); n <= before; n++ {
		missing[fmt.Sprintf("word number %d.", n)] = true
	}
	for path := "/@ida"; path != ""; {
		page := p.Page(path)
		for word := range missing {
			if strings.Contains(page, word) {
				delete(missing, word)
			}
		}
		next := older.FindStringSubmatch(page)
		path = ""
		if next != nil {
			path = strings.ReplaceAll(next[1], "&amp;", "&")
			if u, err := url.Parse(path); err == nil {
				path = u.RequestURI()
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("of %d words these are lost: %v", before, missing)
	}
}

var older = regexp.MustCompile(`href="([^"]*max_id=[^"]*)"`)

// works looks at old links, feeds and names.
func works(t *testing.T, p *program.Person, old, link string) {
	t.Helper()
	for _, origin := range []string{old, p.Home.Origin} {
		if page, _ := program.Read(t)(p.Get(origin + link)); !strings.Contains(page, "the first word") {
			t.Errorf("%s%s has something else", origin, link)
		}
		for _, feed := range []string{"/@ida/feed.atom", "/@ida/feed.rss", "/@ida/feed.json"} {
			if text, _ := program.Read(t)(p.Get(origin + feed)); !strings.Contains(text, "word number") {
				t.Errorf("%s%s is empty", origin, feed)
			}
		}
		host := strings.TrimPrefix(origin, "http://")
		if found, _ := program.Read(t)(p.Get(origin + "/.well-known/webfinger?resource=acct:ida@" + host)); !strings.Contains(found, "/apgateway/did:key:") {
			t.Errorf("ida@%s: %s", host, found)
		}
	}
}

// arrives says something and waits until a follower elsewhere has it.
func arrives(t *testing.T, p, follower *program.Person, text string) {
	t.Helper()
	say(p, text)
	program.Await(t, text+" arrives", func() bool { return strings.Contains(follower.Page("/"), text) })
}

var onceKey = regexp.MustCompile(`/compose\?key=([^"&]+)|name="key" value="([^"]+)"`)

// say posts for everyone and returns the path of the post.
func say(p *program.Person, text string) string {
	p.Home.T.Helper()
	key := strings.Join(onceKey.FindStringSubmatch(p.Page("/compose"))[1:], "")
	_, at := program.Read(p.Home.T)(p.PostForm(p.Home.Origin+"/compose?key="+key, url.Values{"text": {text}, "visibility": {"public"}}))
	u, err := url.Parse(at)
	if err != nil || !strings.HasPrefix(u.Path, "/@") {
		p.Home.T.Errorf("not posted, at %s", at)
		return ""
	}
	return u.Path
}
