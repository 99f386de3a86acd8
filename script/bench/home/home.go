// Package home runs the real binary on loopback, for scripts that try it from outside.
package home

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// A Plan says what is started, and where. Everything in it is on loopback.
type Plan struct {
	// Binary is the path of the program.
	Binary string
	// Data is the data folder.
	Data string
	// Database is a postgres:// URL, "" for SQLite in Data.
	Database string
	// Listen is host and port, of which the origin is made.
	Listen string
	// Log takes what the program says.
	Log io.Writer
}

// Origin is what links of the home begin with.
func (p Plan) Origin() string { return "http://" + p.Listen }

// place are the flags that say where the home lies.
func (p Plan) place() []string {
	flags := []string{"--data", p.Data}
	if p.Database != "" {
		flags = append(flags, "--database", p.Database)
	}
	return flags
}

// AddAccount lets somebody move in.
func (p Plan) AddAccount(ctx context.Context, name, email, password string) error {
	cmd := exec.CommandContext(ctx, p.Binary, append([]string{"account", "add", name, "--email", email, "--password-stdin"}, p.place()...)...)
	cmd.Stdin = strings.NewReader(password + "\n")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("account add: %w: %s", err, said.Bytes())
	}
	return nil
}

// A Home is a running program.
type Home struct {
	Plan
	// Took is the time from the start to the first answer.
	Took time.Duration

	process *os.Process
	ended   chan struct{}
}

// readyPath answers as soon as the home does.
const readyPath = "/api/v1/instance"

// Launch starts the program and does not wait for its first answer.
func (p Plan) Launch() (*Home, error) {
	args := append([]string{"serve", "--listen", p.Listen, "--origin", p.Origin(), "--allow-private", "127.0.0.0/8",
		"--rate-limits", "off"}, p.place()...)
	cmd := exec.Command(p.Binary, args...)
	cmd.Stderr = p.Log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	h := &Home{Plan: p, process: cmd.Process, ended: make(chan struct{})}
	go func() {
		defer close(h.ended)
		_ = cmd.Wait() // how it ended is told by who ended it
	}()
	return h, nil
}

// Start starts the program and waits for its first answer.
func (p Plan) Start(ctx context.Context, patience time.Duration) (*Home, error) {
	began := time.Now()
	h, err := p.Launch()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for !answers(ctx, client, p.Origin()+readyPath) {
		select {
		case <-h.ended:
			return nil, errors.New("the home ended before it answered")
		case <-ctx.Done():
			h.dump()
			return nil, fmt.Errorf("the home did not answer within %v", patience)
		case <-time.After(time.Millisecond):
		}
	}
	h.Took = time.Since(began)
	return h, nil
}

func answers(ctx context.Context, client *http.Client, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	resp, err := client.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err == nil && resp.StatusCode == http.StatusOK
}

// dump has the program say where its goroutines are, and ends it.
func (h *Home) dump() {
	_ = h.process.Signal(syscall.SIGQUIT) // it may have ended already
	select {
	case <-h.ended:
	case <-time.After(2 * time.Second):
		h.Kill()
	}
}

// PID is the program's process.
func (h *Home) PID() int { return h.process.Pid }

// Kill ends the program at once, as a power cut would.
func (h *Home) Kill() {
	_ = h.process.Kill() // it may have ended already
	<-h.ended
}

// Stop asks the program to end, and kills it where it does not within ten seconds.
func (h *Home) Stop() error {
	if err := h.process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-h.ended:
		return nil
	case <-time.After(10 * time.Second):
		h.Kill()
		return errors.New("the home did not end within ten seconds of SIGTERM")
	}
}

// AppPassword prints one for a device that keeps somebody's files.
func (p Plan) AppPassword(ctx context.Context, name string) (string, error) {
	cmd := exec.CommandContext(ctx, p.Binary, append([]string{"account", "app-password", name, "--device", "Bench"}, p.place()...)...)
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	said, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("account app-password: %w: %s", err, trouble.Bytes())
	}
	return strings.TrimSpace(string(said)), nil
}
