package app

import (
	"context"

	"allod/internal/account"
	"allod/internal/id"
	"allod/internal/notification"
	"allod/internal/push"
	"allod/internal/server/mastodon"
	"allod/internal/server/site"
)

// pushes is the bridge by which browsers and apps are told without asking.
func (a *App) pushes() (err error) {
	a.push, err = push.New(push.Config{
		DB: a.db, Jobs: a.jobs, Fetch: a.fetch, Vault: a.vault, Accounts: a.accounts, Posts: a.posts, News: a.notify, Guard: a.guard,
		Names: a.names, Bundle: a.bundle, Text: a.text, Passes: a.passes, IDs: a.ids, Now: a.now, Log: a.log,
		Portrait: a.portrait, Where: site.Where, Type: mastodon.TypeOf, Ours: a.ours, Plain: len(a.cfg.AllowPrivate) > 0,
	})
	return err
}

// portrait is the absolute address of the picture of somebody, "" for none.
func (a *App) portrait(who *account.Account) string {
	switch {
	case who.Avatar == "":
		return ""
	case who.Local:
		return a.names.File(who.Avatar)
	}
	return a.site.ProxyPortrait(who, who.Avatar)
}

// pushes tells the door for apps about them.
type pushes struct{ *push.Service }

// Key is the public key of this home.
func (p pushes) Key() string { return p.PublicKey() }

// Get is what a token has.
func (p pushes) Get(ctx context.Context, token id.ID) (*mastodon.Push, error) {
	return forApp(p.Held(ctx, token))
}

// Put is in the place of what the token had.
func (p pushes) Put(ctx context.Context, m mastodon.Push) (*mastodon.Push, error) {
	w := push.Wish{
		AccountID: m.Account, HolderID: m.Token, Bearer: m.Bearer, Encoding: push.Older, Alerts: m.Alerts, Policy: m.Policy,
		Target: push.Target{Endpoint: m.Endpoint, Key: m.Key, Secret: m.Secret},
	}
	if m.Standard {
		w.Encoding = push.Standard
	}
	return forApp(p.PutApp(ctx, w))
}

// Change says anew what is told.
func (p pushes) Change(ctx context.Context, token id.ID, alerts []notification.Kind, policy string) (*mastodon.Push, error) {
	return forApp(p.Service.Change(ctx, token, alerts, policy))
}

// Drop ends it.
func (p pushes) Drop(ctx context.Context, token id.ID) error { return p.Service.Drop(ctx, token) }

func forApp(sub *push.Subscription, err error) (*mastodon.Push, error) {
	if err != nil {
		return nil, err
	}
	return &mastodon.Push{
		ID: sub.ID, Account: sub.AccountID, Token: sub.HolderID, Endpoint: sub.Endpoint, Standard: sub.Encoding == push.Standard,
		Alerts: sub.Alerts, Policy: string(sub.Policy),
	}, nil
}
