package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"log/slog"
	"strings"
	"testing"

	"allod/internal/app"
)

// try runs the program with arguments, in an environment of nothing.
func try(t *testing.T, in string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), world{
		args: args, getenv: func(string) string { return "" }, in: strings.NewReader(in), out: &out, log: slog.New(slog.DiscardHandler),
	})
	return out.String(), err
}

func TestCommandsSayWhatTheyAre(t *testing.T) {
	for _, args := range [][]string{nil, {"help"}, {"--help"}, {"-h"}} {
		out, err := try(t, "", args...)
		if err != nil {
			t.Errorf("%v: %v", args, err)
		}
		for _, c := range commands() {
			if !strings.Contains(out, c.use) || !strings.Contains(out, c.does) {
				t.Errorf("%v tells nothing of %q", args, c.use)
			}
		}
	}
	if out, err := try(t, "", "version"); err != nil || out != app.Version+"\n" {
		t.Errorf("%q %v", out, err)
	}
	if out, err := try(t, "", "serve", "-h"); !errors.Is(err, flag.ErrHelp) || !strings.Contains(out, "-allow-private") {
		t.Errorf("%q %v", out, err)
	}
}

func TestWhatIsNoCommandIsAnError(t *testing.T) {
	for _, args := range [][]string{{"dance"}, {"account"}, {"account", "sing"}, {"--data", "x"}} {
		if _, err := try(t, "", args...); !errors.Is(err, errUsage) {
			t.Errorf("%v: %v", args, err)
		}
	}
	for want, args := range map[string][]string{
		"a name is needed":              {"account", "add"},
		"give --password-stdin":         {"account", "add", "ida", "--email", "ida@mail.example"},
		"flag provided but not":         {"account", "add", "ida", "--password", "x"},
		"no password on standard":       {"account", "add", "ida", "--password-stdin"},
		"flag provided but not defined": {"serve", "--no-such-flag"},
	} {
		if _, err := try(t, "\n", args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, and not %q", args, err, want)
		}
	}
}

func TestPasswordIsOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"sesame\n": "sesame", "sesame": "sesame", "sesame\r\n": "sesame", "open sesame \nmore\n": "open sesame ", "пароль\n": "пароль", "": "", "\n": "",
	} {
		got, err := readPassword(strings.NewReader(in))
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q, %v", in, got, err)
		}
	}
	long := strings.Repeat("x", app.PasswordMax+1)
	if got, err := readPassword(strings.NewReader(long + "\n")); err != nil || got != long {
		t.Errorf("a password that is too long is cut to %d bytes, and would be taken: %v", len(got), err)
	}
	if _, err := readPassword(failing{}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%v", err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestLinkIsPrintedForThoseWhoMayUseIt(t *testing.T) {
	var out bytes.Buffer
	greet(&out, app.Greeting{Origin: "https://home.example", First: "https://home.example/first?token=x"}, false)
	if !strings.Contains(out.String(), "\n  https://home.example/first?token=x\n") {
		t.Errorf("%q", &out)
	}
	out.Reset()
	greet(&out, app.Greeting{Origin: "https://home.example"}, false)
	if !strings.Contains(out.String(), "https://home.example/\n") || strings.Contains(out.String(), "token") {
		t.Errorf("%q", &out)
	}
}
