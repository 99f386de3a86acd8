package app

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"allod/internal/backup"
	"allod/internal/certificate"
	"allod/internal/server"
)

// A gate is what the home listens at: its door, and beside it the one that
// leads there from where nothing is encrypted.
type gate struct {
	door, plain *http.Server
	at, plainAt net.Listener
	keeper      *certificate.Keeper // of tls auto
}

// openGate takes over the sockets that are handed over and opens those that are not.
func (a *App) openGate() (_ *gate, err error) {
	g := &gate{door: server.NewServer(a.handler, a.log)}
	defer func() {
		if err != nil {
			g.close()
		}
	}()
	given, err := a.cfg.Manager.Inherited()
	if err != nil {
		return nil, err
	}
	defer given.Close()
	if g.at, err = given.Listen(a.cfg.Listen); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if a.cfg.Encrypts() && a.cfg.HTTP != "" {
		if g.plainAt, err = given.Listen(a.cfg.HTTP); err != nil {
			return nil, fmt.Errorf("listen: %w", err)
		}
	}
	return g, a.encrypt(g)
}

// encrypt says how connections are opened, and what is answered without.
func (a *App) encrypt(g *gate) (err error) {
	if !a.cfg.Encrypts() {
		return nil
	}
	plain := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		http.Redirect(w, r, a.names.Origin+r.URL.RequestURI(), http.StatusPermanentRedirect)
	}))
	if a.cfg.TLSAuto {
		if g.keeper, err = a.keeper(g); err != nil {
			return err
		}
		g.door.TLSConfig = g.keeper.TLS()
		plain = g.keeper.Plain(a.names.Origin, func(w http.ResponseWriter, r *http.Request, why error) {
			server.PlainFace(a.bundle)(w, r, http.StatusServiceUnavailable, why)
		})
	} else if g.door.TLSConfig, err = certificate.Files(a.cfg.TLSCert, a.cfg.TLSKey, a.log); err != nil {
		return err
	}
	if g.plainAt != nil {
		g.plain = server.NewServer(plain, a.log)
	}
	return nil
}

// certificates is where they are kept.
func (f *foundation) certificates() string { return filepath.Join(f.cfg.Data, backup.Certificates) }

// mayBeCertified reports whether a host may have a certificate: one of ours,
// or one that somebody says is theirs and is about to be asked, over an encrypted connection, whether it leads here.
func (a *App) mayBeCertified(ctx context.Context, host string) bool {
	return a.accounts.Serves(ctx, host) || a.accounts.Awaits(ctx, host)
}

func (a *App) keeper(g *gate) (*certificate.Keeper, error) {
	c := certificate.Config{
		Folder: a.certificates(), Host: a.names.Host, Serves: a.mayBeCertified, Directory: a.cfg.ACMEDirectory, Log: a.log,
	}
	if host, _, err := net.SplitHostPort(c.Host); err == nil {
		c.Host = host
	}
	if a.cfg.ACMERoot != "" {
		pem, err := os.ReadFile(a.cfg.ACMERoot)
		if err != nil {
			return nil, fmt.Errorf("acme-root: %w", err)
		}
		if c.Roots = x509.NewCertPool(); !c.Roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("acme-root: %s holds no certificate", a.cfg.ACMERoot)
		}
	}
	return certificate.New(c, g.plainAt.Addr(), g.at.Addr())
}

// serve answers until the gate is shut.
func (g *gate) serve(ctx context.Context, failed chan<- error) error {
	run := func(s *http.Server, l net.Listener) {
		serve := s.Serve
		if s.TLSConfig != nil {
			serve = func(l net.Listener) error { return s.ServeTLS(l, "", "") }
		}
		if err := serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("serve: %w", err)
		}
	}
	go run(g.door, g.at)
	if g.plain != nil {
		go run(g.plain, g.plainAt)
	}
	if g.keeper != nil {
		return g.keeper.Start(ctx)
	}
	return nil
}

// shutdown lets what was asked be answered until ctx ends.
func (g *gate) shutdown(ctx context.Context) error {
	var err error
	if g.plain != nil {
		err = g.plain.Close()
	}
	if g.keeper != nil {
		defer g.keeper.Stop()
	}
	return errors.Join(err, g.door.Shutdown(ctx))
}

// close lets go of what was never served.
func (g *gate) close() {
	for _, l := range []net.Listener{g.at, g.plainAt} {
		if l != nil {
			l.Close()
		}
	}
}
