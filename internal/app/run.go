package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// sweepEvery is how often what has had its time is cleared away.
const sweepEvery = time.Hour

// drain is how long a stop may take, in all, and answer how much of it requests
// may; what is cut off then goes on after the next start.
const (
	drain  = 9 * time.Second
	answer = 6 * time.Second
)

// A Greeting is what the keeper is told once the home answers.
type Greeting struct {
	Origin string
	// First is the one-time address of the first page, "" where people live already.
	First string
}

// Run serves the home until ctx ends, and then stops within ten seconds.
// greet is called once it answers; what it is told is never logged.
func (a *App) Run(ctx context.Context, greet func(Greeting)) (err error) {
	defer func() { err = errors.Join(err, a.blobs.Close(), a.db.Close()) }()
	g, err := a.openGate()
	if err != nil {
		return err
	}
	token, err := a.accounts.NewSetupToken(ctx)
	if err != nil {
		g.close()
		return err
	}
	a.warn()
	// Jobs outlive ctx: Stop lets those that run come to their end.
	if err := a.jobs.Start(context.WithoutCancel(ctx)); err != nil {
		g.close()
		return fmt.Errorf("start jobs: %w", err)
	}
	inside, leave := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	running.Go(func() { a.blobs.Run(inside) })
	running.Go(func() { a.search.Run(inside) })
	running.Go(func() { a.photos.Run(inside) })
	running.Go(func() { a.albums.Run(inside) })
	running.Go(func() { a.films.Run(inside) })
	defer func() { leave(); running.Wait() }()
	failed := make(chan error, 3)
	err = g.serve(ctx, failed)
	stopMetrics, noMetrics := a.serveMetrics(failed)
	if err = errors.Join(err, noMetrics); err == nil {
		a.log.Info("the home answers", "origin", a.names.Origin, "listen", g.at.Addr().String(), "version", Version)
		if err := a.cfg.Manager.Ready(g.at, g.plainAt); err != nil {
			a.log.Warn("the service manager was not told", "error", err.Error())
		}
		greet(a.greeting(token))
		reached := a.checkReach(ctx)
		defer func() { <-reached }()
		copies := a.keepCopies(ctx)
		defer copies()
		select {
		case err = <-failed:
		case <-ctx.Done():
		}
	}
	return errors.Join(err, a.stop(g, stopMetrics))
}

func (a *App) greeting(token string) Greeting {
	g := Greeting{Origin: a.names.Origin}
	if token != "" {
		g.First = a.names.Origin + "/first?token=" + token
	}
	return g
}

// warn names settings that are not for a home on the open web.
func (a *App) warn() {
	if len(a.cfg.AllowPrivate) > 0 {
		a.log.Warn("private networks may be reached, also by http and on any port: for tests only", "networks", a.cfg.AllowPrivate)
	}
	if !a.cfg.RateLimits {
		a.log.Warn("rate limits are off: for tests only")
	}
	if !a.cfg.Federates() {
		a.log.Info("the home has no public origin, so other servers are told nothing")
	}
}

// serveMetrics serves the metrics at an address of their own, if one is configured.
func (a *App) serveMetrics(failed chan<- error) (io.Closer, error) {
	if a.cfg.Metrics == "" {
		return io.NopCloser(nil), nil
	}
	l, err := net.Listen("tcp", a.cfg.Metrics)
	if err != nil {
		return io.NopCloser(nil), fmt.Errorf("metrics: %w", err)
	}
	srv := &http.Server{Handler: a.metrics.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("metrics: %w", err)
		}
	}()
	return srv, nil
}

// stop ends streams, answers what was asked, and lets jobs come to their end.
func (a *App) stop(g *gate, metrics io.Closer) error {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	a.bus.Close()
	requests, enough := context.WithTimeout(ctx, answer)
	defer enough()
	err := g.shutdown(requests)
	if errors.Is(err, context.DeadlineExceeded) {
		a.log.Warn("requests were cut off at the stop")
		err = g.door.Close()
	}
	stopped := a.jobs.Stop(ctx)
	if errors.Is(stopped, context.DeadlineExceeded) {
		a.log.Warn("jobs were cut off at the stop; they go on after the next start")
		stopped = nil
	}
	a.fetch.Close()
	return errors.Join(err, stopped, metrics.Close())
}
