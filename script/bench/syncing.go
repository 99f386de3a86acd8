package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"allod/internal/freeport"
)

// nothingToSync has Nextcloud's own client fetch the small files of a home of
// their own, and counts what it asks when it comes again and nothing has changed.
func (f *filing) nothingToSync(ctx context.Context) error {
	program, err := exec.LookPath("nextcloudcmd")
	if err != nil {
		return errAbsent
	}
	r, err := f.moveIn(ctx, "synced")
	if err != nil {
		return err
	}
	defer func() { r.Kill() }()
	home, err := r.davHome(ctx)
	if err != nil {
		return err
	}
	if err := home.makeFolder(); err != nil {
		return err
	}
	if _, err := eightWrite(ctx, home, 0, f.file.small); err != nil {
		return err
	}
	w, err := watch(home.addr)
	if err != nil {
		return err
	}
	defer w.Close()
	folder := filepath.Join(f.folder, "device")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	sync := func() (time.Duration, error) {
		c := exec.CommandContext(ctx, program, "--non-interactive", "-u", name, "-p", home.secret, folder, "http://"+w.addr)
		c.Env = append(os.Environ(), "HOME="+filepath.Join(f.folder, "settings"))
		var said bytes.Buffer
		c.Stdout, c.Stderr = &said, &said
		began := time.Now()
		if err := c.Run(); err != nil {
			all := said.Bytes()
			return 0, fmt.Errorf("nextcloudcmd: %w: %s", err, all[max(0, len(all)-500):])
		}
		return time.Since(began), nil
	}
	first, err := sync()
	if err != nil {
		return err
	}
	got, err := filepath.Glob(filepath.Join(folder, smallFolder, "*"))
	if err != nil || len(got) != f.file.small {
		return fmt.Errorf("%d files came, %w", len(got), err)
	}
	f.table.add(fmt.Sprintf("nextcloudcmd fetches %d files of 4 KiB", f.file.small), "", "%.1f s", first.Seconds())
	w.forget()
	var took time.Duration
	cpu, err := used(r.PID(), func() (err error) { took, err = sync(); return err })
	if err != nil {
		return err
	}
	f.table.add("the same when nothing has changed", "1 PROPFIND", "%s; %.1f s, %.0f ms CPU", w.told(), took.Seconds(), milliseconds(cpu))
	return nil
}

// A watcher stands before a home and counts what it is asked.
type watcher struct {
	*http.Server
	addr string

	mu    sync.Mutex
	asked map[string]int // by method
}

func watch(home string) (*watcher, error) {
	addr, err := freeport.On("127.0.0.1")
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	pass := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: home})
	w := &watcher{addr: addr, asked: map[string]int{}}
	w.Server = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.asked[r.Method]++
		w.mu.Unlock()
		r.Host = home
		pass.ServeHTTP(rw, r)
	})}
	go w.Serve(l) //nolint:errcheck // it ends with Close
	return w, nil
}

func (w *watcher) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.asked)
}

func (w *watcher) told() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for method, n := range w.asked {
		all = append(all, fmt.Sprintf("%d %s", n, method))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}
