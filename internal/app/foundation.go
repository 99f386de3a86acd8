package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/backup"
	"allod/internal/config"
	"allod/internal/db"
	"allod/internal/id"
	"allod/web"
)

// A foundation is what both a serving home and a command beside it stand on.
type foundation struct {
	cfg      config.Config
	log      *slog.Logger
	now      func() time.Time
	db       *db.DB
	ids      *id.Source
	vault    *account.Vault
	accounts *account.Service
	auth     *auth.Service
	instance string // of the home, random
	restored string // another one after each time that it is taken from a backup
}

// The names of what lies in the data folder.
const (
	databaseFile = "allod.db"
	keyFile      = "home.key"
	blobFolder   = "blobs"
)

// lay opens the database, brings it up to date, and founds the home if need
// be. Beside a home that is founded it does without the home key.
func lay(ctx context.Context, cfg config.Config, log *slog.Logger, beside bool) (_ *foundation, err error) {
	f := &foundation{cfg: cfg, log: log, now: time.Now}
	if err := settle(ctx, cfg, log); err != nil {
		return nil, err
	}
	url := cfg.Database
	if url == "" {
		if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
			return nil, fmt.Errorf("data folder: %w", err)
		}
		url = filepath.Join(cfg.Data, databaseFile)
	}
	if f.db, err = db.Open(ctx, db.Config{URL: url, Log: log}); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.db.Close()
		}
	}()
	if err := f.db.Migrate(ctx); err != nil {
		return nil, err
	}
	f.ids = id.NewSource(f.now)
	if err := f.refill(ctx); err != nil {
		return nil, err
	}
	if err := f.open(ctx, beside); err != nil {
		return nil, err
	}
	f.accounts = account.New(f.db, f.ids, f.now, f.vault)
	options := auth.Options{Origin: cfg.Base()}
	if !beside {
		if options.Key, err = f.vault.Derive("invitations"); err != nil {
			return nil, err
		}
	}
	f.auth = auth.New(f.db, f.accounts, f.ids, f.now, options)
	if _, err := f.accounts.Found(ctx); err != nil {
		return nil, fmt.Errorf("found the home: %w", err)
	}
	home, err := f.notice(ctx, beside)
	if err != nil {
		return nil, err
	}
	f.instance, f.restored = home.Instance, home.Restored
	return f, nil
}

// notice has a home know that it was taken from a backup.
func (f *foundation) notice(ctx context.Context, beside bool) (*account.Home, error) {
	if !beside && backup.Restored(f.cfg.Data) {
		if err := f.accounts.WasRestored(ctx); err != nil {
			return nil, err
		}
		if err := backup.Noticed(f.cfg.Data); err != nil {
			return nil, err
		}
	}
	return f.accounts.Home(ctx)
}

// open finds the key that seals private keys.
func (f *foundation) open(ctx context.Context, beside bool) error {
	home, err := account.New(f.db, f.ids, f.now, nil).Home(ctx)
	founded := !errors.Is(err, db.ErrNoRows)
	if founded && err != nil {
		return err
	}
	if founded && beside {
		f.vault, err = account.SealOnly(home.SealPublic)
		return err
	}
	if err := os.MkdirAll(f.cfg.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if f.vault, err = account.OpenVault(filepath.Join(f.cfg.Data, keyFile), !founded); err != nil {
		return err
	}
	if founded && string(f.vault.Public()) != string(home.SealPublic) {
		return fmt.Errorf("the key in %s is not that of this database", filepath.Join(f.cfg.Data, keyFile))
	}
	return nil
}

// A Newcomer is somebody who is let in from the command line.
type Newcomer struct{ Name, DisplayName, Email, Password, Visibility string }

// AddAccount lets somebody move in, also while the home serves. A fault, such
// as a name that is taken, reads as a sentence for whoever typed it.
func AddAccount(ctx context.Context, cfg config.Config, log *slog.Logger, n Newcomer) error {
	if n.Visibility == "" {
		n.Visibility = "public"
	}
	f, err := lay(ctx, cfg, log, true)
	if err != nil {
		return err
	}
	defer f.db.Close()
	_, err = f.auth.Register(ctx, auth.Registration{
		Name: n.Name, DisplayName: n.DisplayName, Email: n.Email, Password: n.Password, Hue: web.HueOf(n.Name),
		Preference: account.Preference{Visibility: n.Visibility},
	})
	return inWords(err)
}

// PasswordMax is the longest password, in bytes.
const PasswordMax = auth.PasswordMax
