package main

import (
	"context"
	"flag"

	"allod/internal/app"
	"allod/internal/config"
)

func moveHouse(ctx context.Context, w world) error {
	flags := flag.NewFlagSet("allod move", flag.ContinueOnError)
	flags.SetOutput(w.out)
	cfg, err := config.Load(flags, w.args, w.getenv)
	if err != nil {
		return err
	}
	return app.Move(ctx, cfg, w.log, w.out)
}
