package app

import (
	"context"
	"log/slog"

	"allod/internal/auth"
	"allod/internal/config"
	"allod/internal/fault"
)

// AppPassword makes an app password for a device of somebody who lives here,
// also while the home serves. A fault reads as a sentence for whoever typed it.
func AppPassword(ctx context.Context, cfg config.Config, log *slog.Logger, name, device string) (string, error) {
	f, err := lay(ctx, cfg, log, false)
	if err != nil {
		return "", err
	}
	defer f.db.Close()
	who, err := f.auth.Whose(ctx, name)
	if err != nil {
		return "", err
	}
	if who == 0 {
		return "", inWords(fault.New(fault.NotFound, "fault.account.unknown"))
	}
	secret, _, err := f.auth.NewAppPassword(ctx, auth.NewAppPassword{AccountID: who, Name: device})
	return secret, inWords(err)
}
