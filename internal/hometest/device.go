package hometest

import (
	"log/slog"

	"allod/internal/app"
)

// AppPassword lets a device of the person in, beside the running home.
func (p *Person) AppPassword() string {
	t := p.Home.t
	t.Helper()
	secret, err := app.AppPassword(t.Context(), p.Home.Config, slog.New(slog.DiscardHandler), p.Name, "test")
	if err != nil {
		t.Fatal(err)
	}
	return secret
}
