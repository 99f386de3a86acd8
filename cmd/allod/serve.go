package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os/exec"
	"runtime"

	"allod/internal/app"
	"allod/internal/config"
)

func serve(ctx context.Context, w world) error {
	flags := flag.NewFlagSet("allod serve", flag.ContinueOnError)
	flags.SetOutput(w.out)
	open := flags.Bool("open", false, "open the home in the browser where that is possible")
	cfg, err := config.Load(flags, w.args, w.getenv)
	if err != nil {
		return err
	}
	program, err := executable()
	if err != nil {
		return err
	}
	home, err := app.Build(ctx, cfg, w.log, program)
	if err != nil {
		return err
	}
	return home.Run(ctx, func(g app.Greeting) { greet(w.out, g, *open) })
}

// greet tells the keeper where to go, and goes there if asked to.
func greet(out io.Writer, g app.Greeting, open bool) {
	to := g.Origin + "/"
	if g.First != "" {
		to = g.First
		fmt.Fprintf(out, "\n  Your home is ready. Open this page to move in; it works once:\n\n  %s\n\n", to)
	} else {
		fmt.Fprintf(out, "\n  Your home answers at %s\n\n", to)
	}
	if !open {
		return
	}
	tool := "xdg-open"
	if runtime.GOOS == "darwin" {
		tool = "open"
	}
	if path, err := exec.LookPath(tool); err == nil {
		go exec.Command(path, to).Run() //nolint:errcheck // the address is printed; this is a courtesy
	}
}
