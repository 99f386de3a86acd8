package main

import (
	"context"
	"flag"

	"allod/internal/app"
	"allod/internal/config"
)

func examine(ctx context.Context, w world) error {
	flags := flag.NewFlagSet("allod doctor", flag.ContinueOnError)
	flags.SetOutput(w.out)
	cfg, err := config.Load(flags, w.args, w.getenv)
	if err != nil {
		return err
	}
	return app.Doctor(ctx, cfg, w.out)
}
