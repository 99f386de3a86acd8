// Command allod is a home on the open web that a person really owns.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones are known also where the system has none

	"allod/internal/app"
	"allod/internal/film"
	"allod/internal/media/derive"
	"allod/internal/telemetry"
)

// A world is what a command touches outside the program.
type world struct {
	args   []string
	getenv func(string) string
	in     io.Reader
	out    io.Writer
	log    *slog.Logger
}

// A command is one word of the command line.
type command struct {
	words []string
	use   string
	does  string
	run   func(ctx context.Context, w world) error
}

func commands() []command {
	return []command{
		{[]string{"serve"}, "allod serve [flags]", "start the home", serve},
		{[]string{"account", "add"}, "allod account add NAME --email E --password-stdin [flags]", "let somebody move in; also while the home serves", addAccount},
		{[]string{"account", "app-password"}, "allod account app-password NAME [--device D] [flags]", "print a password for a device that keeps somebody's files; also while the home serves", appPassword},
		{[]string{"backup", "check"}, "allod backup check FOLDER [--copy NAME]", "read a backup to the end and say whether it is whole", checkBackup},
		{[]string{"backup"}, "allod backup FOLDER [flags]", "copy the home to another folder; also while it serves", makeBackup},
		{[]string{"restore"}, "allod restore FOLDER [--copy NAME] --data DIR", "make a home of a backup, in a new folder", restore},
		{[]string{"doctor"}, "allod doctor [flags]", "look whether others can find, follow and reach the home, and name what fails", examine},
		{[]string{"move"}, "allod move [flags]", "after the home got another name: have who follows people here follow them there", moveHouse},
		{[]string{"hold"}, "allod hold --pid PID --socket FILE", "for upgrades: keep the door of a running home open until the next one takes it over", hold},
		{[]string{"version"}, "allod version", "say which version this is", version},
	}
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == app.DeriveWorker {
		os.Exit(derive.Worker(os.Stdin, os.Stdout))
	}
	if len(os.Args) > 1 && os.Args[1] == app.FilmWorker {
		os.Exit(film.Worker(os.Args[2:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	w := world{
		args: os.Args[1:], getenv: os.Getenv, in: os.Stdin, out: os.Stdout,
		log: telemetry.NewLog(os.Stderr, slog.LevelInfo),
	}
	if err := run(ctx, w); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		w.log.Error("allod stops", "error", err.Error())
		os.Exit(1)
	}
}

// errUsage is a command line that names no command.
var errUsage = errors.New("no such command")

// run finds the command of the arguments and runs it.
func run(ctx context.Context, w world) error {
	for _, c := range commands() {
		if hasWords(w.args, c.words) {
			w.args = w.args[len(c.words):]
			return c.run(ctx, w)
		}
	}
	fmt.Fprintln(w.out, "Allod: a home on the open web.")
	for _, c := range commands() {
		fmt.Fprintf(w.out, "  %s\n      %s\n", c.use, c.does)
	}
	if len(w.args) == 0 || w.args[0] == "help" || w.args[0] == "--help" || w.args[0] == "-h" {
		return nil
	}
	return fmt.Errorf("%w: %q", errUsage, w.args[0])
}

func hasWords(args, words []string) bool {
	if len(args) < len(words) {
		return false
	}
	for i, word := range words {
		if args[i] != word {
			return false
		}
	}
	return true
}

func version(_ context.Context, w world) error {
	_, err := fmt.Fprintln(w.out, app.Version)
	return err
}
