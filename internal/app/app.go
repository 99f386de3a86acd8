package app

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/album"
	"allod/internal/auth"
	"allod/internal/backup"
	"allod/internal/blob"
	"allod/internal/book"
	"allod/internal/comment"
	"allod/internal/config"
	"allod/internal/draft"
	"allod/internal/emoji"
	"allod/internal/federation/delivery"
	"allod/internal/federation/inbox"
	"allod/internal/federation/outbox"
	"allod/internal/federation/remote"
	"allod/internal/fetch"
	"allod/internal/file"
	"allod/internal/film"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/live"
	"allod/internal/locale"
	"allod/internal/mail"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/media/derive"
	"allod/internal/mention"
	"allod/internal/moderation"
	"allod/internal/notification"
	"allod/internal/page"
	"allod/internal/photo"
	"allod/internal/post"
	"allod/internal/preview"
	"allod/internal/push"
	"allod/internal/relationship"
	"allod/internal/roster"
	"allod/internal/search"
	"allod/internal/server"
	"allod/internal/server/site"
	"allod/internal/subscriber"
	"allod/internal/telemetry"
	"allod/internal/timeline"
	"allod/internal/webmention"
	"allod/internal/websub"
	"allod/web"
)

// Version is the program's, as peers and apps are told it.
const Version = "0.1.0"

// An App is a home, built and not yet started.
type App struct {
	*foundation
	names       account.Names
	bundle      *locale.Bundle
	metrics     *telemetry.Metrics
	text        *markup.Engine
	bus         *live.Bus
	blobs       *blob.Tray
	fetch       *fetch.Client
	jobs        *job.Queue
	files       *file.Service
	books       *book.Service
	photos      *photo.Service
	albums      *album.Service
	films       *film.Service
	media       *media.Service
	studio      *derive.Deriver // looks at photos
	ties        *relationship.Service
	guard       *moderation.Service
	posts       *post.Service
	drafts      *draft.Service
	emoji       *emoji.Service
	roster      *roster.Service
	pages       *page.Service
	timeline    *timeline.Service
	comments    *comment.Service
	subscribers *subscriber.Service
	notify      *notification.Service
	mail        *mail.Service
	passes      auth.Passes
	search      *search.Service
	remote      *remote.Service
	delivery    *delivery.Service
	inbox       *inbox.Inbox
	outbox      *outbox.Service
	hub         *websub.Hub
	preview     *preview.Service
	mentions    *mention.Service
	webmention  *webmention.Service
	push        *push.Service
	limits      *server.Limits
	backups     *backup.Service
	site        *site.Site
	handler     http.Handler
}

// DeriveWorker is the hidden subcommand by which the program starts itself to decode a picture.
const DeriveWorker = "derive-worker"

// FilmWorker is the one by which it becomes ffmpeg, confined.
const FilmWorker = "film-worker"

// Build builds each part of a home once, from the ground up. self is the path
// of the running program.
func Build(ctx context.Context, cfg config.Config, log *slog.Logger, self string) (_ *App, err error) {
	f, err := lay(ctx, cfg, log, false)
	if err != nil {
		return nil, err
	}
	a := &App{foundation: f}
	defer func() {
		if err != nil {
			a.db.Close()
		}
	}()
	if err := a.ground(ctx, self); err != nil {
		return nil, err
	}
	a.rooms()
	if err := a.bridges(); err != nil {
		return nil, err
	}
	if err := a.doors(); err != nil {
		return nil, err
	}
	a.react()
	job.Handle(a.jobs, a.sweep)
	job.Handle(a.jobs, a.forget)
	job.Handle(a.jobs, a.move)
	job.Handle(a.jobs, a.closePoll)
	job.Handle(a.jobs, a.tallyPoll)
	job.Handle(a.jobs, a.refreshPoll)
	job.Handle(a.jobs, a.workOnRoster)
	a.jobs.Every(sweepEvery, sweep{})
	if err := a.jobs.Prepare(ctx); err != nil {
		return nil, err
	}
	return a, a.delivery.Load(ctx)
}

// ground is what every room stands on.
func (a *App) ground(ctx context.Context, self string) (err error) {
	if a.names, err = account.NewNames(a.cfg.Base()); err != nil {
		return fmt.Errorf("origin: %w", err)
	}
	catalogues, err := web.Catalogues()
	if err != nil {
		return err
	}
	if a.bundle, err = loadLanguages(catalogues); err != nil {
		return err
	}
	if a.blobs, err = a.openBytes(ctx); err != nil {
		return err
	}
	a.metrics, a.text, a.bus = telemetry.NewMetrics(), markup.New(), live.New()
	a.fetch = fetch.New(fetch.Config{
		AllowPrivate: a.cfg.AllowPrivate, UserAgent: "allod/" + Version + " (+" + a.names.Origin + "/)", Refuse: a.closed,
	})
	a.jobs = job.New(a.db, a.log)
	if a.cfg.RateLimits {
		a.limits = server.NewLimits(a.now)
	}
	deriver := derive.New(derive.Config{Self: self, Args: []string{DeriveWorker}, Log: a.log})
	a.media = media.New(a.db, a.blobs, deriver, a.ids, a.now)
	a.studio = derive.New(derive.Config{
		Self: self, Args: []string{DeriveWorker}, Timeout: studioTime, Limits: derive.Limits{Bytes: studioBytes, Pixels: studioPixels}, Log: a.log,
	})
	a.files = file.New(a.db, a.blobs, a.ids, a.now)
	a.books = book.New(a.db, a.ids, a.now)
	a.films = film.New(film.Config{DB: a.db, Blobs: a.blobs, Gallery: a.media, Now: a.now, Log: a.log, Self: self, Args: []string{FilmWorker}})
	a.photos = photo.New(photo.Config{DB: a.db, Blobs: a.blobs, Derive: a.studio, Gallery: a.media, Now: a.now, Zone: time.Local, Log: a.log})
	return nil
}

// Photos that people keep are larger than what is posted, and nobody waits for them.
const (
	studioTime   = 2 * time.Minute
	studioBytes  = 150 << 20
	studioPixels = 120_000_000
)

func loadLanguages(catalogues fs.FS) (*locale.Bundle, error) {
	b, err := locale.Load(catalogues)
	if err != nil {
		return nil, fmt.Errorf("languages: %w", err)
	}
	return b, nil
}

// people finds whom a text names. It is built before the bridge that does so.
type people struct{ remote *remote.Service }

// Resolve finds the accounts of handles.
func (p *people) Resolve(ctx context.Context, handles []address.Handle) (map[address.Handle]*account.Account, error) {
	return p.remote.Resolve(ctx, handles)
}

// rooms are the nouns, each with its tables; people and accounts are there already.
func (a *App) rooms() {
	finder := &people{}
	a.backups = backup.New(backup.Config{Source: a.source(a.blobs), Log: a.log})
	a.ties = relationship.New(a.db, a.ids, a.now)
	a.guard = moderation.New(a.db, a.ids, a.now)
	a.limits.Watch(a.heldBack)
	a.media.Refused = a.refusedPicture
	a.posts = post.New(a.db, a.ids, a.now, a.accounts, a.text, finder, a.names)
	a.emoji = emoji.New(a.db, a.ids, a.now, a.media)
	a.roster = roster.New(a.db, a.ids)
	a.posts.Pictured, a.accounts.Pictured = a.pictured, a.pictured
	a.posts.Shut = a.hides
	a.drafts = draft.New(a.db, a.ids, a.now, a.accounts, a.posts, a.jobs)
	a.pages = page.New(a.db, a.ids, a.now, a.posts)
	a.mentions = mention.New(a.db, a.ids, a.now)
	a.timeline = timeline.New(a.db, a.posts, a.ids, a.now, tellHome(a.bus))
	a.comments = comment.New(a.db, a.posts, a.ids, a.now)
	a.albums = album.New(album.Config{
		DB: a.db, IDs: a.ids, Now: a.now, Log: a.log, Photos: a.photos, Posts: a.posts, Accounts: a.accounts,
		Address: func(owner *account.Account, which id.ID) string {
			return a.names.Profile(owner) + "/albums/" + which.String()
		},
	})
	a.subscribers = subscriber.New(a.db, a.jobs, a.posts, a.ids, a.now, time.Local)
	a.notify = notification.New(a.db, a.posts, a.ids, a.now, tellNews(a.bus))
	a.search = search.New(a.db, a.posts, a.text, a.now, a.log)
	a.search.OpenFile = a.files.Open
	a.delivery = delivery.New(delivery.Config{
		DB: a.db, Jobs: a.jobs, Signers: a.accounts, Fetch: a.fetch, Names: a.names, IDs: a.ids, Now: a.now, Log: a.log,
	})
	a.remote = remote.New(remote.Config{
		DB: a.db, Accounts: a.accounts, Posts: a.posts, Media: a.media, Fetch: a.fetch, Names: a.names, Now: a.now, Log: a.log,
		Form: a.delivery.Form,
	})
	finder.remote = a.remote
}

// bridges lead out of the house and back in.
func (a *App) bridges() error {
	a.inbox = inbox.New(inbox.Config{
		DB: a.db, Accounts: a.accounts, Relations: a.ties, Posts: a.posts, Remote: a.remote, Jobs: a.jobs,
		IDs: a.ids, Now: a.now, Log: a.log, Learn: a.delivery.Learn, Shut: a.shut,
	})
	a.outbox = outbox.New(outbox.Config{
		DB: a.db, Accounts: a.accounts, Posts: a.posts, Media: a.media, Delivery: a.delivery, Jobs: a.jobs,
		Names: a.names, Text: a.text, Now: a.now, Log: a.log, Federates: a.cfg.Federates(),
	})
	a.preview = preview.New(preview.Config{
		DB: a.db, Jobs: a.jobs, Fetch: a.fetch, Media: a.media, IDs: a.ids, Now: a.now, Log: a.log, Ours: a.ours,
	})
	a.webmention = webmention.New(webmention.Config{
		DB: a.db, Jobs: a.jobs, Fetch: a.fetch, Posts: a.posts, Mentions: a.mentions, Names: a.names, Now: a.now, Log: a.log, Ours: a.ours, Refuse: a.closed,
		Federates: a.cfg.Federates(),
	})
	a.hub = websub.New(websub.Config{
		DB: a.db, Jobs: a.jobs, Fetch: a.fetch, Feeds: feeds{a}, IDs: a.ids, Now: a.now, Log: a.log,
		Hub: a.names.Origin + server.HubPath, Ours: a.ours, Plain: len(a.cfg.AllowPrivate) > 0,
	})
	if err := a.letters(); err != nil {
		return err
	}
	return a.pushes()
}

// ours reports whether a host, in normal form, is this home's.
func (a *App) ours(ctx context.Context, host string) bool {
	return host == a.names.Host || a.accounts.Serves(ctx, host)
}

// letters is the bridge by which mail leaves, with the passes that it holds.
func (a *App) letters() error {
	key, err := a.vault.Derive("mailed passes")
	if err != nil {
		return err
	}
	a.passes = auth.NewPasses(key)
	m := a.cfg.Mail
	a.mail = mail.New(mail.Config{
		DB: a.db, Jobs: a.jobs, Bundle: a.bundle, Names: a.names, Text: a.text, IDs: a.ids, Now: a.now, Log: a.log, Passes: a.passes,
		Relay: mail.Relay{Server: m.Server, TLS: m.TLS, User: m.User, Password: m.Password, From: m.From},
	})
	return nil
}
