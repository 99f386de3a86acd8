// Package hometest starts whole homes in the process of a test, on loopback, as many as it likes.
package hometest

import (
	"context"
	"log/slog"
	"net/netip"
	"os"
	"testing"

	"allod/internal/app"
	"allod/internal/config"
	"allod/internal/film"
	"allod/internal/freeport"
	"allod/internal/media/derive"
)

// WorkerIfAsked makes the test program serve as its own decoder of pictures
// and worker on videos. A package that uses either calls it first thing in TestMain.
func WorkerIfAsked() {
	if len(os.Args) > 1 && os.Args[1] == app.DeriveWorker {
		os.Exit(derive.Worker(os.Stdin, os.Stdout))
	}
	if len(os.Args) > 1 && os.Args[1] == app.FilmWorker {
		os.Exit(film.Worker(os.Args[2:]))
	}
}

// A Home is a whole home that answers on loopback.
type Home struct {
	t      testing.TB
	Origin string
	Config config.Config
	stop   func()
}

// Start starts a home on a database of its own: a SQLite file, or the one
// whose address is given.
func Start(t testing.TB, database string) *Home {
	t.Helper()
	return StartWith(t, database, func(*config.Config) {})
}

func newHome(t testing.TB, database string) *Home {
	t.Helper()
	listen, err := freeport.On("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	h := &Home{t: t, Config: config.Config{
		Data: t.TempDir(), Listen: listen, Database: database, Name: "Allod",
		AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}}
	h.Origin = "http://" + h.Config.Listen
	h.Config.Origin = h.Origin
	return h
}

// StartWith is Start with settings of its own.
func StartWith(t testing.TB, database string, set func(*config.Config)) *Home {
	t.Helper()
	h := newHome(t, database)
	set(&h.Config)
	h.Up()
	t.Cleanup(h.Down)
	return h
}

// Up starts the home, again after Down.
func (h *Home) Up() {
	h.t.Helper()
	log := slog.New(slog.NewTextHandler(h.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	ctx, cancel := context.WithCancel(context.Background())
	self, err := os.Executable()
	if err != nil {
		h.t.Fatal(err)
	}
	home, err := app.Build(ctx, h.Config, log, self)
	if err != nil {
		cancel()
		h.t.Fatal(err)
	}
	up, down := make(chan bool), make(chan error, 1)
	go func() { down <- home.Run(ctx, func(app.Greeting) { close(up) }) }()
	select {
	case <-up:
	case err := <-down:
		cancel()
		h.t.Fatal(err)
	}
	h.stop = func() {
		cancel()
		if err := <-down; err != nil {
			h.t.Error(err)
		}
	}
}

// Down stops the home.
func (h *Home) Down() {
	if h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

// T is the test that the home belongs to.
func (h *Home) T() testing.TB { return h.t }
