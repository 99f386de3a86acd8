package app

import (
	"context"
	"net/netip"

	"allod/internal/account"
	"allod/internal/id"
	"allod/internal/notification"
	"allod/internal/push"
	"allod/internal/server"
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

// bells tells the door of our pages about browsers and apps of those who live here.
type bells struct{ *push.Service }

// Key is the public key of this home.
func (b bells) Key() string { return b.PublicKey() }

// Of are those of a person.
func (b bells) Of(ctx context.Context, who id.ID) ([]site.Bell, error) {
	all, err := b.Service.Of(ctx, who)
	out := make([]site.Bell, len(all))
	for i, sub := range all {
		out[i] = site.Bell{ID: sub.ID, Holder: sub.HolderID, App: sub.Kind == push.App, Kinds: sub.Alerts, Since: sub.CreatedAt}
	}
	return out, err
}

// Hang has a browser tell somebody.
func (b bells) Hang(ctx context.Context, who, session id.ID, at site.Doorstep, kinds []notification.Kind) error {
	_, err := b.PutBrowser(ctx, push.Wish{AccountID: who, HolderID: session, Target: push.Target(at), Alerts: kinds})
	return err
}

// Tune says anew what a session's browser tells.
func (b bells) Tune(ctx context.Context, session id.ID, kinds []notification.Kind) error {
	_, err := b.Change(ctx, session, kinds, "")
	return err
}

// Unhang ends one of a person's own.
func (b bells) Unhang(ctx context.Context, who, which id.ID) error { return b.DropOf(ctx, who, which) }

// ears tells the door of our pages about browsers of guests.
type ears struct{ *push.Service }

// Open has a browser told.
func (e ears) Open(ctx context.Context, owner id.ID, at site.Doorstep, language string, from netip.Addr) (id.ID, error) {
	sub, err := e.Follow(ctx, push.Visit{Owner: owner, Target: push.Target(at), Language: language, From: server.Network(from)})
	if err != nil {
		return 0, err
	}
	return sub.ID, nil
}

// Get is whom one is told of, and whether it has answered.
func (e ears) Get(ctx context.Context, which id.ID) (owner id.ID, answered bool, err error) {
	sub, err := e.Service.Get(ctx, which)
	if err != nil {
		return 0, false, err
	}
	return sub.AccountID, !sub.ConfirmedAt.IsZero(), nil
}

// Set says that one has answered, or ends it.
func (e ears) Set(ctx context.Context, which id.ID, on bool) error {
	if on {
		return e.Confirm(ctx, which)
	}
	return e.End(ctx, which)
}

// Move says where a browser is reached now.
func (e ears) Move(ctx context.Context, old string, to site.Doorstep) error {
	return e.Service.Move(ctx, old, push.Target(to))
}

// Count is how many follow somebody so.
func (e ears) Count(ctx context.Context, owner id.ID) (int, error) { return e.Guests(ctx, owner) }
