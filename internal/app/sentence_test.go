package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"allod/internal/config"
	"allod/internal/fault"
)

func TestFaultsReadAsSentences(t *testing.T) {
	for _, err := range []error{
		fault.New(fault.Conflict, "fault.name.taken"), fault.New(fault.Invalid, "fault.name.reserved", "max", 30), fault.New(fault.NotFound, ""),
		fault.Wrap(errors.New("inner"), fault.Invalid, "fault.form.short_password", "n", 10),
	} {
		told := inWords(err)
		if !errors.Is(told, err) || strings.Contains(told.Error(), "fault.") || strings.Contains(told.Error(), "{") || !strings.Contains(told.Error(), " ") {
			t.Errorf("%v reads %q", err, told)
		}
	}
	plain := &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}
	if told := inWords(plain); told != error(plain) {
		t.Errorf("what is no fault reads %q", told)
	}
	if inWords(nil) != nil {
		t.Error("nothing reads as something")
	}
}

func newcomer(name string) Newcomer {
	return Newcomer{Name: name, Email: name + "@mail.example", Password: "a long enough password"}
}

func add(t *testing.T, cfg config.Config, n Newcomer) error {
	t.Helper()
	return AddAccount(t.Context(), cfg, slog.New(slog.DiscardHandler), n)
}

func TestHomeIsFoundedOnceAndKeepsItsKey(t *testing.T) {
	cfg := config.Config{Data: filepath.Join(t.TempDir(), "below", "d"), Listen: "127.0.0.1:8420"}
	if err := add(t, cfg, newcomer("ida")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(cfg.Data, keyFile)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{cfg.Data, file} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %v %v", name, info.Mode(), err)
		}
	}
	if err := add(t, cfg, newcomer("ben")); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("the key has changed: %v", err)
	}
	// Beside a home the key is not needed, and none is made.
	if err := os.Rename(file, file+".kept"); err != nil {
		t.Fatal(err)
	}
	if err := add(t, cfg, newcomer("wren")); err != nil {
		t.Errorf("beside a home without its key: %v", err)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a second key was made: %v", err)
	}
	if _, err := lay(context.Background(), cfg, slog.New(slog.DiscardHandler), false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the home itself starts without its key: %v", err)
	}
}

func TestNobodyMovesInUnderANameThatIsGivenOut(t *testing.T) {
	cfg := config.Config{Data: t.TempDir(), Listen: "127.0.0.1:8420"}
	if err := add(t, cfg, newcomer("ida")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ida", "IDA", "Ida", "admin", "api", "oauth", "well-known", "compose"} {
		n := newcomer(name)
		n.Email = "other-" + name + "@mail.example"
		if err := add(t, cfg, n); !fault.Is(err, fault.Conflict, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
