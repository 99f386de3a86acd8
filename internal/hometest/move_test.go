package hometest_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"allod/internal/app"
	"allod/internal/hometest"
)

// TestHomeMovesToAnotherFolderAndNameAndNobodyLosesIt makes a backup while
// people write, restores it in another folder, and serves it under another
// name: old links, feeds and followers still work, and nothing that was there
// when the backup began is missing.
func TestHomeMovesToAnotherFolderAndNameAndNobodyLosesIt(t *testing.T) {
	old, far := hometest.Start(t, ""), hometest.Start(t, "")
	ida, wren := old.Settle("ida"), far.Settle("wren")
	follow(wren, ida)
	actor, _ := actorOf(ida)

	// People write; what was acknowledged before the backup began must be in it.
	var said atomic.Int64
	var writing sync.WaitGroup
	stop := make(chan bool)
	writing.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				write(ida, map[string]any{"status": fmt.Sprintf("word %d.", said.Load()+1), "visibility": "public"})
				said.Add(1)
			}
		}
	})
	for said.Load() < 10 {
		time.Sleep(10 * time.Millisecond)
	}
	before := said.Load()
	dir := filepath.Join(t.TempDir(), "copies")
	if err := app.Backup(t.Context(), old.Config, slog.New(slog.DiscardHandler), dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	close(stop)
	writing.Wait()
	old.Down()

	// The folder is copied and served, on the same machine and port, by another name.
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.CopyFS(moved, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	was := old.Origin
	old.Config.Data = moved
	old.Origin = strings.Replace(was, "127.0.0.1", "localhost", 1)
	old.Config.Origin = old.Origin
	old.Up()

	for _, origin := range []string{was, old.Origin} {
		page := read(t, origin+"/@ida", "text/html")
		if !strings.Contains(page, fmt.Sprintf("word %d.", before)) {
			t.Errorf("%s/@ida lacks what was said before the backup", origin)
		}
		if feed := read(t, origin+"/@ida/feed.atom", ""); !strings.Contains(feed, fmt.Sprintf("word %d.", before)) {
			t.Errorf("%s: the feed lacks it", origin)
		}
		host := strings.TrimPrefix(origin, "http://")
		if found := read(t, was+"/.well-known/webfinger?resource=acct:ida@"+host, ""); !strings.Contains(found, actor) {
			t.Errorf("ida@%s leads to %s", host, found)
		}
	}
	if doc := read(t, actor, "application/activity+json"); !strings.Contains(doc, actor) {
		t.Error("the old id is lost")
	}
	// A post after the move reaches who followed before it.
	arrives(wren, write(ida, map[string]any{"status": "from the new place", "visibility": "public"}).URI)
}

// read is what an address answers, after redirects.
func read(t *testing.T, address, accept string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("%s: %d %v", address, resp.StatusCode, err)
	}
	return string(body)
}
