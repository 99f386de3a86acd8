package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// errNoHarness means that the load harness is not on this machine.
var errNoHarness = errors.New("not measured: the load harness is not here")

// A harness runs fediload, a load generator for servers that speak the
// Mastodon API and ActivityPub, against one home.
type harness struct {
	path   string
	folder string
	base   string
	token  string
	pid    int
}

// numbers are the medians of a run by their names.
type numbers map[string]float64

// harnessPatience bounds one command.
const harnessPatience = 5 * time.Minute

// run runs one command and returns its medians. after, if not nil, is called
// after each of its runs, during the pause before the next.
func (h *harness) run(ctx context.Context, after func(), command string, args ...string) (numbers, error) {
	if h.path == "" {
		return nil, errNoHarness
	}
	ctx, cancel := context.WithTimeout(ctx, harnessPatience)
	defer cancel()
	out := filepath.Join(h.folder, "fediload.json")
	if err := os.WriteFile(out, nil, 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, h.path, append([]string{command, "-base", h.base, "-token", h.token, "-pid", strconv.Itoa(h.pid), "-out", out}, args...)...)
	said, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		fmt.Fprintln(os.Stderr, "  ", lines.Text())
		if after != nil && strings.HasPrefix(lines.Text(), command+" run ") {
			after()
		}
	}
	_, _ = io.Copy(io.Discard, said) // a line too long to scan is not needed
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("fediload %s: %w: %s", command, err, bytes.TrimSpace(trouble.Bytes()))
	}
	if trouble.Len() > 0 {
		fmt.Fprintf(os.Stderr, "   %s\n", bytes.TrimSpace(trouble.Bytes()))
	}
	raw, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	var line struct{ Median numbers }
	return line.Median, json.Unmarshal(raw, &line)
}
