package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"allod/internal/account"
	"allod/internal/config"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/job"
)

// A move is the job that has the ids of everybody who lives here carry the
// name that the home has now, and tells who follows them.
type move struct{}

// Kind names the job.
func (move) Kind() string { return "app.move" }

// moveBatch is how many are moved between two looks at who is left.
const moveBatch = 100

func (a *App) move(ctx context.Context, _ move) error {
	var after id.ID
	for {
		some, err := a.accounts.Elsewhere(ctx, a.names, after, moveBatch)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, who := range some {
			if _, err := a.accounts.Move(ctx, who.ID, a.names); err != nil {
				return fmt.Errorf("move %s: %w", who.Name, err)
			}
		}
		after = some[len(some)-1].ID
	}
}

// along is how the keeper brings everybody to the present name; nil for a home that other servers are told nothing of.
func (a *App) along() func(ctx context.Context) error {
	if !a.cfg.Federates() {
		return nil
	}
	return a.bringAlong
}

// bringAlong has everybody here moved to the present name.
func (a *App) bringAlong(ctx context.Context) error {
	return a.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return a.jobs.Add(ctx, tx, move{}, job.Options{Unique: true})
	})
}

// movedKeys has what is sent from now on signed by the new id.
func (a *App) movedKeys(_ context.Context, tx *db.Tx, f account.Moved) error {
	tx.After(func() { a.delivery.Forget(f.Account.ID) })
	return nil
}

// movedPages are drawn anew, with the new addresses.
func (a *App) movedPages(ctx context.Context, tx *db.Tx, f account.Moved) error {
	return a.forgetPages(ctx, tx, account.Changed{Account: f.Account})
}

// Move has everybody moved to the name that the settings give the home, as
// soon as it serves, and says who that is.
func Move(ctx context.Context, cfg config.Config, log *slog.Logger, out io.Writer) error {
	if _, err := os.Stat(filepath.Join(cfg.Data, keyFile)); err != nil {
		return inWords(fault.Wrap(err, fault.NotFound, "fault.backup.no_home", "folder", cfg.Data))
	}
	if !cfg.Federates() {
		return inWords(fault.New(fault.Invalid, "fault.move.not_public"))
	}
	f, err := lay(ctx, cfg, log, true)
	if err != nil {
		return err
	}
	defer f.db.Close()
	names, err := account.NewNames(cfg.Base())
	if err != nil {
		return err
	}
	some, err := f.accounts.Elsewhere(ctx, names, 0, moveBatch)
	if err != nil {
		return err
	}
	if len(some) == 0 {
		_, err = fmt.Fprintf(out, "Everybody here is known by %s already.\n", names.Host)
		return err
	}
	jobs := job.New(f.db, log)
	job.Handle(jobs, func(context.Context, move) error { return nil })
	if err := jobs.Prepare(ctx); err != nil {
		return err
	}
	err = f.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return jobs.Add(ctx, tx, move{}, job.Options{Unique: true})
	})
	if err != nil {
		return err
	}
	for _, a := range some {
		fmt.Fprintf(out, "%s, known by %s, moves to %s.\n", a.Name, a.Authority, names.Due(a))
	}
	if len(some) == moveBatch {
		fmt.Fprintln(out, "And more.")
	}
	_, err = fmt.Fprintln(out, "The home tells who follows them, at once if it serves. Keep the old name leading here for some months.")
	return err
}
