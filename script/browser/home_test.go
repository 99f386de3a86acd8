package browser

import (
	"bufio"
	"bytes"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"allod/internal/freeport"
)

// A home is the program, running with a data folder of its own.
type home struct {
	data   string
	origin string
	link   string // the one-time address of the first page
}

// startHome starts a home on a free port of a loopback address, and ends it with the test.
func startHome(t *testing.T, host string) *home {
	t.Helper()
	listen, err := freeport.On(host)
	if err != nil {
		t.Fatal(err)
	}
	h := &home{data: t.TempDir(), origin: "http://" + listen}
	h.serve(t, "--listen", listen)
	return h
}

// serve runs the program until the test ends, and reads the link it prints.
func (h *home) serve(t *testing.T, flags ...string) {
	t.Helper()
	args := append([]string{"serve", "--data", h.data, "--origin", h.origin, "--allow-private", "127.0.0.0/8", "--rate-limits", "off"}, flags...)
	cmd := exec.Command(program, args...)
	var logged bytes.Buffer
	cmd.Stderr = &logged
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
		_ = cmd.Wait()
		for line := range strings.Lines(logged.String()) {
			if strings.Contains(line, `"level":"ERROR"`) {
				t.Errorf("%s logged %s", h.origin, line)
			}
		}
	})
	found := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if i := strings.Index(lines.Text(), h.origin+"/first?"); i >= 0 {
				found <- lines.Text()[i:]
			}
		}
		close(found)
	}()
	select {
	case h.link = <-found:
	case <-time.After(10 * time.Second):
	}
	if h.link == "" {
		t.Fatalf("%s printed no link to its first page", h.origin)
	}
	h.link = strings.Fields(h.link)[0]
}

// add lets somebody else move in while the home runs.
func (h *home) add(t *testing.T, name, password string) {
	t.Helper()
	cmd := exec.Command(program, "account", "add", name, "--email", name+"@mail.example", "--password-stdin", "--data", h.data)
	cmd.Stdin = strings.NewReader(password + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("account add: %v: %s", err, out)
	}
}
