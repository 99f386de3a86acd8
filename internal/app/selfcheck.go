package app

import (
	"context"
	"net/http"
	"time"

	"allod/internal/fetch"
)

// checkReach asks for the home's one person through the public origin, as
// other servers will. Proxies are often told to hide addresses that begin
// with a dot; then pages work and other servers see nothing.
func (a *App) checkReach(ctx context.Context) {
	if !a.cfg.Federates() {
		return
	}
	who, err := a.accounts.Alone(ctx)
	if err != nil || who == nil {
		return
	}
	address := a.names.Actor(who)
	resp, err := a.fetch.Do(ctx, fetch.Request{
		URL: address, Header: http.Header{"Accept": {"application/activity+json"}}, Timeout: 20 * time.Second, NoRedirect: true,
	})
	switch {
	case err != nil:
		a.log.Warn("other servers may not reach this home: its own public address does not answer from here", "address", address, "error", err.Error())
	case resp.Status != http.StatusOK:
		a.log.Warn("other servers cannot reach this home: something before it, such as a proxy that hides addresses with a dot, does not let them through",
			"address", address, "status", resp.Status)
	}
}
