package app

import (
	"context"
	"net/http"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/claim"
	"allod/internal/id"
	"allod/internal/mail"
	"allod/internal/server"
	"allod/internal/server/activitypub"
	"allod/internal/server/indieweb"
	"allod/internal/server/mastodon"
	"allod/internal/server/nextcloud"
	"allod/internal/server/oauth"
	"allod/internal/server/site"
)

// bodyMax is the most any request may hold, in bytes: a post's pictures and their frame.
const bodyMax = 200 << 20

// source is what apps are told of the source: the licence, which says how it is
// had. The program has no address of its own on the web, and none is in its defaults.
const source = "https://www.gnu.org/licenses/agpl-3.0.html"

// finder answers search boxes in the words of the doors.
type finder struct{ *App }

// FindByText is what somebody typed or pasted to find.
func (f finder) FindByText(ctx context.Context, text string) (*account.Account, id.ID, error) {
	found, err := f.remote.FindByText(ctx, text)
	return found.Account, found.Post, err
}

// letters tells the door of our pages about mail.
type letters struct{ *mail.Service }

// Troubles are the addresses that are sent nothing any more.
func (l letters) Troubles(ctx context.Context, folded []string) (map[string]site.Trouble, error) {
	found, err := l.Service.Troubles(ctx, folded)
	out := make(map[string]site.Trouble, len(found))
	for address, t := range found {
		out[address] = site.Trouble(t)
	}
	return out, err
}

// State is how mail is doing.
func (l letters) State(ctx context.Context) (site.MailState, error) {
	st, err := l.Service.State(ctx)
	return site.MailState{
		Server: st.Server, From: st.From, Waiting: st.Waiting, Bounced: st.Blocked, Refused: st.Refused + st.Closed, Sent: st.Sent, Error: st.Error,
	}, err
}

// Try sends a letter to see whether mail works.
func (l letters) Try(ctx context.Context, address, folded, language string) error {
	return l.Service.Try(ctx, mail.Recipient{Address: address, Folded: folded}, language)
}

// SendReset sends a link for a new password.
func (l letters) SendReset(ctx context.Context, to, language string, link func() (string, error)) error {
	address, folded, err := auth.ParseEmail(to)
	if err != nil {
		return err
	}
	return l.Reset(ctx, mail.Recipient{Address: address, Folded: folded}, language, link)
}

// resets are letters with links for new passwords, nil where no mail is sent.
func (a *App) resets() site.Mailer {
	if !a.mail.Ready() {
		return nil
	}
	return letters{a.mail}
}

// doors are what browsers, apps and other servers come in by.
func (a *App) doors() error {
	sessions := server.NewSessions(a.auth, a.accounts, a.names.Origin)
	if err := a.buildSite(sessions); err != nil {
		return err
	}
	mux := http.NewServeMux()
	a.site.Routes(mux)
	oauth.Routes(mux, oauth.Config{
		Log: a.log, Auth: a.auth, Sessions: sessions, Limits: a.limits, Pages: a.site,
		API: server.JSONFace(a.bundle), Origin: a.names.Origin, VAPIDKey: a.push.PublicKey(),
	})
	nextcloud.EntranceRoutes(mux, nextcloud.EntranceConfig{
		Log: a.log, Auth: a.auth, Sessions: sessions, Limits: a.limits, Pages: a.site,
		Plain: server.JSONFace(a.bundle), Languages: a.bundle, Origin: a.names.Origin,
	})
	activitypub.Routes(mux, activitypub.Config{
		Accounts: a.accounts, Posts: a.posts, Albums: a.albums, Documents: a.outbox, Inbox: a.inbox, Names: a.names, Now: a.now, Log: a.log,
		Software: "allod", Version: Version, Title: a.cfg.Name,
	})
	mastodon.Routes(mux, a.api())
	indieweb.Routes(mux, indieweb.Config{Log: a.log, Bundle: a.bundle, Limits: a.limits, Ask: a.askHub, Take: a.webmention.Take, Look: a.look})
	lending, err := a.vault.Derive("addresses of single files")
	if err != nil {
		return err
	}
	nextcloud.Routes(mux, nextcloud.Config{
		Log: a.log, Now: a.now, Languages: a.bundle, Files: a.files, Books: a.books, Photos: a.photos, Portraits: a.media, Albums: a.albums, Passwords: a.auth, People: a.accounts, Passes: a.passes, Seals: a.auth, Limits: a.limits,
		Origin: a.names.Origin, Name: a.cfg.Name, Instance: a.instance, Restored: a.restored, Key: lending,
	})
	stack, err := server.Stack(server.Config{
		Log: a.log, Face: a.site.Problem, Origin: a.names.Origin, Serves: a.accounts.Serves,
		Awaits: a.accounts.Awaits, Owner: a.accounts.Owner, Left: a.accounts.Left, TrustedProxies: a.cfg.TrustedProxy,
		MaxBody: bodyMax, Counts: nextcloud.Counts, Mark: mark(a.instance), Limits: a.limits,
	}, server.Health(a.log, a.db.Ping), a.metrics.Measure(mux))
	a.handler = stack
	return err
}

func (a *App) buildSite(sessions *server.Sessions) error {
	key, err := a.vault.Derive("media proxy")
	if err != nil {
		return err
	}
	a.site, err = site.New(site.Config{
		Log: a.log, Now: a.now, Product: a.cfg.Name, Names: a.names, Bundle: a.bundle, Zone: zoneOfHome(a.now()), Text: a.text, Live: a.bus,
		DB: a.db, Accounts: a.accounts, Auth: a.auth, Ties: a.ties, Files: a.files, Photos: a.photos, Albums: a.albums, Films: a.films, Media: a.media, Posts: a.posts, Drafts: a.drafts, Emoji: a.emoji, Pages: a.pages, Streams: a.timeline, News: a.notify,
		Guard:  a.guard,
		Search: a.search, Comments: a.comments, Subscribers: a.subscribers, Mail: letters{a.mail}, Bells: bells{a.push}, Ears: ears{a.push}, Resets: a.resets(), Passes: a.passes,
		Sessions: sessions, Limits: a.limits, Finder: finder{a}, Remote: a.remote, ProxyKey: key, Alone: a.accounts.Alone,
		Dispatches: a.sent(), Upkeep: upkeep{a}, Backups: a.backups, Checkup: a.checkup, Features: a.features(), Version: Version,
		Domains:      claim.New(a.fetch, a.names),
		BringAlong:   a.along(),
		LookAtPoll:   a.lookAtPoll,
		Roster:       a.roster,
		WorkOnRoster: a.wantAlong,
		Hub:          a.hub.Hub,
		Mentions:     a.mentions,
	})
	return err
}

// api is the door for apps.
func (a *App) api() mastodon.Config {
	var languages []string
	for _, l := range a.bundle.Locales() {
		languages = append(languages, l.Tag())
	}
	return mastodon.Config{
		Log: a.log, Now: a.now, Languages: a.bundle, Names: a.names,
		Home: mastodon.Home{Title: a.cfg.Name, Software: "allod " + Version, Source: source, Languages: languages},
		DB:   a.db, Accounts: a.accounts, Auth: a.auth, Ties: a.ties, Posts: a.posts, Drafts: a.drafts, Emoji: a.emoji, Streams: a.timeline, News: a.notify,
		Guard: a.guard, Text: a.text, Pushes: pushes{a.push},
		Media: a.media, Search: a.search, Find: finder{a}.FindByText, Limits: a.limits,
		Render: mastodon.NewRenderer(a.names, a.text, mastodon.Pictures{
			Medium:   a.site.Proxy,
			Portrait: a.site.ProxyPortrait,
			Emoji:    a.site.ProxyEmoji,
			Likeness: a.site.ProxyLikeness,
			Blank:    a.names.Origin + "/favicon.ico",
		}, a.now),
		LookAtPoll: a.lookAtPoll,
	}
}
