package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"allod/internal/account"
	"allod/internal/backup"
	"allod/internal/certificate"
	"allod/internal/config"
	"allod/internal/db"
	"allod/internal/doctor"
	"allod/internal/federation/delivery"
	"allod/internal/fetch"
	"allod/internal/locale"
	"allod/internal/server"
	"allod/internal/server/site"
	"allod/web"
)

// mark tells this home from others without telling its instance.
func mark(instance string) string {
	sum := sha256.Sum256([]byte("allod home " + instance))
	return hex.EncodeToString(sum[:8])
}

// client asks as the home itself asks other servers.
func client(cfg config.Config, origin string) *fetch.Client {
	return fetch.New(fetch.Config{AllowPrivate: cfg.AllowPrivate, UserAgent: "allod/" + Version + " (+" + origin + "/)"})
}

// settings are what the settings alone tell a doctor.
func settings(cfg config.Config, names account.Names) doctor.Config {
	return doctor.Config{
		Origin: names.Origin, Host: names.Host, Public: cfg.Federates(), Data: cfg.Data, Outside: cfg.Outside, Now: time.Now,
		Trouble: trouble(cfg), Mail: doctor.Mail(cfg.Mail),
	}
}

// trouble is why the home got no certificate, where it asks for one.
func trouble(cfg config.Config) error {
	if !cfg.TLSAuto {
		return nil
	}
	return certificate.Trouble(filepath.Join(cfg.Data, backup.Certificates))
}

// patient is this home as a doctor sees it.
func (f *foundation) patient(ctx context.Context, names account.Names) (doctor.Config, error) {
	c := settings(f.cfg, names)
	c.Mark, c.Now, c.Database = mark(f.instance), f.now, f.db.Check
	who, err := f.accounts.First(ctx)
	if err != nil {
		return c, err
	}
	if who != nil {
		c.Handle, c.Actor = names.Handle(who), names.Actor(who)
	}
	if c.Peers, err = delivery.Heard(ctx, f.db, 3); err != nil {
		return c, err
	}
	st, err := backup.New(backup.Config{Source: f.source(nil), Log: f.log}).Standing(ctx)
	c.Backups, c.BackupAt, c.BackupFault = st.Folder != "", st.MadeAt, st.Fault()
	return c, err
}

// Examine looks whether others can find, follow and reach a home, also one
// that does not run or cannot be opened. It changes nothing.
func Examine(ctx context.Context, cfg config.Config) ([]doctor.Finding, error) {
	names, err := account.NewNames(cfg.Base())
	if err != nil {
		return nil, fmt.Errorf("origin: %w", err)
	}
	c := settings(cfg, names)
	if f, err := openBeside(ctx, cfg); err != nil {
		c.Opened = err
	} else {
		defer f.db.Close()
		if c, err = f.patient(ctx, names); err != nil {
			c.Opened = err
		}
	}
	c.Fetch = client(cfg, names.Origin)
	defer c.Fetch.Close()
	return doctor.Examine(ctx, c), nil
}

// openBeside opens what is there, and makes nothing that is not.
func openBeside(ctx context.Context, cfg config.Config) (*foundation, error) {
	if _, err := os.Stat(filepath.Join(cfg.Data, keyFile)); err != nil {
		return nil, err
	}
	if cfg.Database == "" {
		file := filepath.Join(cfg.Data, databaseFile)
		if _, err := os.Stat(file); err != nil {
			return nil, err
		}
		if err := db.CheckFile(ctx, file); err != nil {
			return nil, err
		}
	}
	return lay(ctx, cfg, slog.New(slog.DiscardHandler), true)
}

// ErrUnwell is returned where a doctor found something that must be seen to.
var ErrUnwell = errors.New("something needs you: see above")

// Doctor writes what was found, in English as the command line speaks.
func Doctor(ctx context.Context, cfg config.Config, out io.Writer) error {
	found, err := Examine(ctx, cfg)
	if err != nil {
		return err
	}
	catalogues, err := web.Catalogues()
	if err != nil {
		return err
	}
	bundle, err := loadLanguages(catalogues)
	if err != nil {
		return err
	}
	words := bundle.Match("", "en")
	var group doctor.Group
	for _, f := range doctor.Brief(found) {
		if f.Group != group {
			group = f.Group
			fmt.Fprintf(out, "\n%s\n", words.T("doctor."+string(group)))
		}
		fmt.Fprintln(out, findingLine(words, f))
	}
	if !doctor.Well(found) {
		return ErrUnwell
	}
	_, err = fmt.Fprintf(out, "\n%s\n", words.T("doctor.well"))
	return err
}

func findingLine(words *locale.Locale, f doctor.Finding) string {
	switch {
	case f.Skipped:
		return "  –  " + words.T(f.Key())
	case f.Fault != nil && f.Warning:
		return "  !  " + server.Sentence(words, f.Fault)
	case f.Fault != nil:
		return "  ✗  " + server.Sentence(words, f.Fault)
	}
	return "  ✓  " + words.T(f.Key(), f.Args...)
}

// checkReach looks after the start as a doctor does, and logs what others cannot do. It has come to its end
// when the channel is closed, soon after ctx ends.
func (a *App) checkReach(ctx context.Context) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if a.cfg.Federates() {
			a.reach(ctx)
		}
	}()
	return done
}

func (a *App) reach(ctx context.Context) {
	c, err := a.patient(ctx, a.names)
	if err != nil {
		return
	}
	c.Fetch, c.Peers, c.Outside, c.Database, c.Mail = a.fetch, nil, "", nil, doctor.Mail{}
	for _, f := range doctor.Examine(ctx, c) {
		if f.Bad() && ctx.Err() == nil {
			a.log.Warn("others may not reach this home; allod doctor says more", "check", f.Check, "reason", inWords(f.Fault).Error())
		}
	}
}

// look looks at the home that asks from a network address, as its doctor's eyes outside.
func (a *App) look(ctx context.Context, from netip.Addr, address string) error {
	return doctor.Look(ctx, a.fetch, from, address)
}

// checkup is what the keeper's page shows.
func (a *App) checkup(ctx context.Context) ([]site.Finding, error) {
	c, err := a.patient(ctx, a.names)
	if err != nil {
		return nil, err
	}
	c.Fetch = a.fetch
	var out []site.Finding
	for _, f := range doctor.Brief(doctor.Examine(ctx, c)) {
		out = append(out, site.Finding{Group: string(f.Group), Key: f.Key(), Fault: f.Fault, Warning: f.Warning, Skipped: f.Skipped, Args: f.Args})
	}
	return out, nil
}
