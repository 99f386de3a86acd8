package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"allod/internal/app"
	"allod/internal/config"
)

// addAccount reads the password from standard input: one line, so that it
// stands in no list of processes and no history.
func addAccount(ctx context.Context, w world) error {
	if len(w.args) == 0 || strings.HasPrefix(w.args[0], "-") {
		return errors.New("account add: a name is needed, such as: allod account add ida --email ida@example.org --password-stdin")
	}
	name := w.args[0]
	flags := flag.NewFlagSet("allod account add NAME", flag.ContinueOnError)
	flags.SetOutput(w.out)
	email := flags.String("email", "", "e-mail address")
	fromStdin := flags.Bool("password-stdin", false, "read the password from standard input")
	display := flags.String("display-name", "", "what people call them")
	visibility := flags.String("visibility", "public", "of a new post: public, unlisted, followers or self")
	cfg, err := config.Load(flags, w.args[1:], w.getenv)
	if err != nil {
		return err
	}
	if !*fromStdin {
		return errors.New("account add: give --password-stdin and the password on standard input")
	}
	password, err := readPassword(w.in)
	if err != nil {
		return err
	}
	err = app.AddAccount(ctx, cfg, w.log, app.Newcomer{
		Name: name, DisplayName: *display, Email: *email, Password: password, Visibility: *visibility,
	})
	if err != nil {
		return fmt.Errorf("account add %s: %w", name, err)
	}
	_, err = fmt.Fprintf(w.out, "%s lives here now.\n", name)
	return err
}

func readPassword(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, app.PasswordMax+2)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("password: %w", err)
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", errors.New("account add: no password on standard input")
	}
	return line, nil
}
