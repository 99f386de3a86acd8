package hometest

import (
	"path/filepath"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/id"
)

// AppPassword lets a device of the person in, beside the running home.
func (p *Person) AppPassword() string {
	t := p.Home.t
	t.Helper()
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	vault, err := account.OpenVault(filepath.Join(p.Home.Config.Data, "home.key"), false)
	fail(err)
	key, err := vault.Derive("invitations")
	fail(err)
	url := p.Home.Config.Database
	if url == "" {
		url = filepath.Join(p.Home.Config.Data, "allod.db")
	}
	d, err := db.Open(t.Context(), db.Config{URL: url})
	fail(err)
	defer d.Close()
	ids := id.NewSource(time.Now)
	accounts := account.New(d, ids, time.Now, vault)
	who, err := accounts.ByName(t.Context(), p.Name)
	fail(err)
	secret, _, err := auth.New(d, accounts, ids, time.Now, auth.Options{Key: key, Origin: p.Home.Origin}).
		NewAppPassword(t.Context(), auth.NewAppPassword{AccountID: who.ID, Name: "test"})
	fail(err)
	return secret
}
