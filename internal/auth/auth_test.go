package auth_test

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
)

const password = "correct horse"

// A house is the two services on a database, with a clock that tests move.
type house struct {
	*auth.Service
	accounts *account.Service
	db       *db.DB

	mu  sync.Mutex
	now time.Time
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *house) options(o auth.Options) *auth.Service {
	return auth.New(h.db, h.accounts, id.NewSource(h.clock), h.clock, o)
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{db: d, now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	vault, err := account.OpenVault(filepath.Join(t.TempDir(), "key"), true)
	if err != nil {
		t.Fatal(err)
	}
	h.accounts = account.New(d, id.NewSource(h.clock), h.clock, vault)
	h.Service = h.options(auth.Options{Memory: 64, Passes: 1})
	h.accounts.Ended.Then(h.Leave)
	if _, err := h.accounts.Found(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

// each runs f in a house on each engine.
func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newHouse(t, d)) })
}

func (h *house) person(t *testing.T, name string) *account.Account {
	t.Helper()
	h.wait(time.Millisecond)
	a, err := h.Register(t.Context(), auth.Registration{Name: name, Email: name + "@Example.org", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (h *house) session(t *testing.T, who id.ID) (string, *auth.Session) {
	t.Helper()
	h.wait(time.Millisecond)
	token, err := h.Begin(t.Context(), who, auth.ByPassword, "agent", "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	s, err := h.Session(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return token, s
}

// want fails unless err is of a kind, in a field.
func want(t *testing.T, err error, kind fault.Kind, field string) {
	t.Helper()
	if !fault.Is(err, kind) || fault.Field(err) != field {
		t.Errorf("%v in %q, want %v in %q", err, fault.Field(err), kind, field)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
