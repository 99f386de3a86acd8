package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"allod/internal/account"
	"allod/internal/backup"
	"allod/internal/blob"
	"allod/internal/config"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/job"
)

// lookForCopies is how often it is looked whether a standing backup is due.
const lookForCopies = time.Minute

// source is this home, as copies are made of it.
func (f *foundation) source(blobs blob.Store) backup.Source {
	s := backup.Source{DB: f.db, Blobs: blobs, Data: f.cfg.Data, Settings: f.cfg.File, Instance: f.instance, Program: Version, Now: f.now}
	if names, err := account.NewNames(f.cfg.Base()); err == nil {
		s.Host = names.Host
	}
	return s
}

// settle makes a home of a data folder that is a copied folder of copies.
func settle(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	m, err := backup.Settle(ctx, cfg.Data)
	if err != nil {
		return inWords(err)
	}
	if m != nil {
		log.Info("the home is restored from its backup", "made_at", m.MadeAt, "host", m.Host, "files", m.Files)
	}
	return nil
}

// refill brings what a SQLite file in the data folder holds into a PostgreSQL
// database that holds no home yet: after a restore, and for a home that grew.
func (f *foundation) refill(ctx context.Context) error {
	file := filepath.Join(f.cfg.Data, databaseFile)
	if f.db.Dialect() == db.SQLite {
		return nil
	}
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := account.New(f.db, f.ids, f.now, nil).Home(ctx); !errors.Is(err, db.ErrNoRows) {
		return err
	}
	if err := migrateFile(ctx, file); err != nil {
		return err
	}
	if err := f.db.Fill(ctx, file, job.Carry); err != nil {
		return err
	}
	f.log.Info("the database is filled from the file in the data folder", "file", file)
	return nil
}

// migrateFile brings a SQLite file up to date, so that it has the columns of today.
func migrateFile(ctx context.Context, file string) error {
	d, err := db.Open(ctx, db.Config{URL: file})
	if err != nil {
		return err
	}
	return errors.Join(d.Migrate(ctx), d.Close())
}

// Backup makes a copy of the home in dir, also while it serves.
func Backup(ctx context.Context, cfg config.Config, log *slog.Logger, dir string, out io.Writer) error {
	if _, err := os.Stat(filepath.Join(cfg.Data, keyFile)); err != nil {
		return inWords(fault.Wrap(err, fault.NotFound, "fault.backup.no_home", "folder", cfg.Data))
	}
	f, err := lay(ctx, cfg, log, true)
	if err != nil {
		return err
	}
	defer f.db.Close()
	blobs, err := f.openBytes(ctx)
	if err != nil {
		return err
	}
	defer blobs.Close()
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	m, err := backup.Take(ctx, f.source(blobs), dir)
	if err != nil {
		return inWords(err)
	}
	_, err = fmt.Fprintf(out, "The backup is made: %s, %d files, %s.\n", m.MadeAt.Local().Format("2 January 2006, 15:04:05"), m.Files, dir)
	return err
}

// CheckBackup reads a copy in dir to the end, the newest one if name is "".
func CheckBackup(ctx context.Context, dir, name string, out io.Writer) error {
	r, err := backup.Check(ctx, dir, name)
	if err == nil {
		err = r.Fault()
	}
	if err != nil {
		return inWords(err)
	}
	_, err = fmt.Fprintf(out, "The backup %s is whole: %d files, the database and the key.\n", r.Name, r.Files)
	return err
}

// Restore makes a data folder of a copy in dir, the newest one if name is "".
func Restore(ctx context.Context, cfg config.Config, dir, name string, out io.Writer) error {
	r, err := backup.Restore(ctx, dir, name, cfg.Data)
	if err != nil {
		return inWords(err)
	}
	fmt.Fprintf(out, "The home of %s is restored in %s as it was then.\n", r.Manifest.MadeAt.Local().Format("2 January 2006, 15:04:05"), cfg.Data)
	return inWords(r.Fault())
}

// keepCopies makes the standing copies in the background. What it returns
// ends that: a copy half made does not count.
func (a *App) keepCopies(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan bool)
	go func() {
		defer close(done)
		a.backups.Keep(ctx, lookForCopies)
	}()
	return func() { cancel(); <-done }
}
