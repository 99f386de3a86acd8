package main

import (
	"context"
	"errors"
	"flag"
	"strings"

	"allod/internal/app"
	"allod/internal/config"
)

// folder is the first argument of a command, which names one.
func folder(w world, example string) (string, error) {
	if len(w.args) == 0 || strings.HasPrefix(w.args[0], "-") {
		return "", errors.New("a folder is needed, such as: " + example)
	}
	return w.args[0], nil
}

func makeBackup(ctx context.Context, w world) error {
	dir, err := folder(w, "allod backup /media/disk/home")
	if err != nil {
		return err
	}
	flags := flag.NewFlagSet("allod backup FOLDER", flag.ContinueOnError)
	flags.SetOutput(w.out)
	cfg, err := config.Load(flags, w.args[1:], w.getenv)
	if err != nil {
		return err
	}
	return app.Backup(ctx, cfg, w.log, dir, w.out)
}

func checkBackup(ctx context.Context, w world) error {
	dir, err := folder(w, "allod backup check /media/disk/home")
	if err != nil {
		return err
	}
	flags := flag.NewFlagSet("allod backup check FOLDER", flag.ContinueOnError)
	flags.SetOutput(w.out)
	name := flags.String("copy", "", "which copy, by the name of its folder; the newest one without")
	if err := flags.Parse(w.args[1:]); err != nil {
		return err
	}
	return app.CheckBackup(ctx, dir, *name, w.out)
}

func restore(ctx context.Context, w world) error {
	dir, err := folder(w, "allod restore /media/disk/home --data /srv/home")
	if err != nil {
		return err
	}
	flags := flag.NewFlagSet("allod restore FOLDER", flag.ContinueOnError)
	flags.SetOutput(w.out)
	name := flags.String("copy", "", "which copy, by the name of its folder; the newest one without")
	cfg, err := config.Load(flags, w.args[1:], w.getenv)
	if err != nil {
		return err
	}
	return app.Restore(ctx, cfg, dir, *name, w.out)
}
