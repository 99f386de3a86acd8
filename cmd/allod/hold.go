package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"allod/internal/listener"
)

// hold keeps listening sockets alive while the home that has them is replaced.
func hold(ctx context.Context, w world) error {
	flags := flag.NewFlagSet("allod hold", flag.ContinueOnError)
	flags.SetOutput(w.out)
	pid := flags.Int("pid", 0, "the process of the running home")
	socket := flags.String("socket", "", "where the next one asks for the door, as ALLOD_HANDOVER tells it")
	patience := flags.Duration("for", time.Minute, "how long to wait for it")
	if err := flags.Parse(w.args); err != nil {
		return err
	}
	if *pid <= 0 || *socket == "" {
		return errors.New("hold: --pid and --socket are needed")
	}
	ctx, cancel := context.WithTimeout(ctx, *patience)
	defer cancel()
	return listener.Hold(ctx, *pid, *socket, func() { fmt.Fprintln(w.out, "held") })
}
