package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"

	"allod/internal/app"
	"allod/internal/config"
)

// appPassword prints an app password, alone on its line, so that scripts can read it.
func appPassword(ctx context.Context, w world) error {
	if len(w.args) == 0 || strings.HasPrefix(w.args[0], "-") {
		return errors.New("account app-password: a name is needed, such as: allod account app-password ida --device \"Backup\"")
	}
	name := w.args[0]
	flags := flag.NewFlagSet("allod account app-password NAME", flag.ContinueOnError)
	flags.SetOutput(w.out)
	device := flags.String("device", "From the command line", "what the device is called")
	cfg, err := config.Load(flags, w.args[1:], w.getenv)
	if err != nil {
		return err
	}
	secret, err := app.AppPassword(ctx, cfg, w.log, name, *device)
	if err != nil {
		return fmt.Errorf("account app-password %s: %w", name, err)
	}
	_, err = fmt.Fprintln(w.out, secret)
	return err
}
