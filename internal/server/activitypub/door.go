// Package activitypub is the door for other servers: inboxes, actors, objects and collections (ActivityPub), WebFinger and NodeInfo.
//
// Things of those who live here have portable ids (FEP-ef61) and lie below
// [account.Gateway]; only DIDs that live here are served. What is not for
// everyone is shown only to whom the post is visible, who proves it with a signed
// request, and is not there for anybody else.
package activitypub

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"allod/internal/account"
	"allod/internal/album"
	"allod/internal/fault"
	"allod/internal/federation/inbox"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/server"
	as "allod/protocol/activitystreams"
	"allod/protocol/httpsig"
)

// Documents are what others read of those who live here: proven bytes (FEP-8b32).
type Documents interface {
	Actor(ctx context.Context, a *account.Account) ([]byte, error)
	Post(ctx context.Context, p *post.Post) ([]byte, error)
	Tombstone(ctx context.Context, a *account.Account, t *post.Tombstone) ([]byte, error)
	Collection(ctx context.Context, a *account.Account, doc as.CollectionDocument) ([]byte, error)
	// Activity is something that a told everyone, by canonical id; NotFound for any other.
	Activity(ctx context.Context, a *account.Account, uri string) ([]byte, error)
}

// Albums are those of people who live here, as a viewer may see them.
type Albums interface {
	See(ctx context.Context, viewer, album id.ID) (*album.Seen, error)
}

// Inbox takes in what others deliver.
type Inbox interface {
	Verify(ctx context.Context, m httpsig.Message) (*inbox.Sender, error)
	Accept(ctx context.Context, s *inbox.Sender, raw []byte) error
}

// Config is what the door is built from.
type Config struct {
	Accounts  *account.Service
	Posts     *post.Service
	Albums    Albums
	Documents Documents
	Inbox     Inbox
	Names     account.Names
	Now       func() time.Time
	Log       *slog.Logger
	// Software and Version are what NodeInfo tells of the program: a name of lower-case letters, digits and hyphens.
	Software, Version string
	// Title is what the home is called, "" for nothing.
	Title string
}

const (
	maxBody = 1 << 20          // bytes of an activity
	timeout = 30 * time.Second // for a request, with the keys that it may need
)

type door struct {
	Config
	census census
}

// Routes puts the door's routes into mux.
func Routes(mux *http.ServeMux, c Config) {
	d := &door{Config: c}
	of := server.Door{Log: c.Log, Face: refuse, Timeout: timeout}
	receive := func(path string, h server.Handler) { mux.Handle("POST "+path, of.Handler(d.outward(h))) }
	serve := func(path string, h server.Handler) {
		mux.Handle("GET "+path, server.CORS(of.Handler(d.outward(h))))
		mux.Handle("OPTIONS "+path, server.CORS(http.NotFoundHandler()))
	}
	const person = account.Gateway + "{did}/actor"

	receive("/inbox", d.deliver)
	receive("/actor/inbox", d.deliver)
	receive(person+"/inbox", d.deliverTo)

	serve("/actor", d.home)
	serve("/actor/outbox", d.homeOutbox)
	serve(person, d.actor)
	serve(person+"/outbox", d.outbox)
	serve(person+"/followers", d.followers)
	serve(person+"/following", d.following)
	serve(person+"/featured", d.featured)
	serve(account.Gateway+"{did}/post/{id}", d.post)
	serve(account.Gateway+"{did}/post/{id}/replies", d.replies)
	serve(account.Gateway+"{did}/post/{id}/likes", d.likes)
	serve(account.Gateway+"{did}/post/{id}/shares", d.shares)
	serve(account.Gateway+"{did}/album/{id}", d.album)
	serve(account.Gateway+"{did}/{path...}", d.activity)

	serve("/.well-known/webfinger", d.webfinger)
	serve("/.well-known/host-meta", d.hostMeta)
	serve("/.well-known/nodeinfo", d.discover)
	serve("/nodeinfo/2.0", d.nodeinfo)
	serve("/nodeinfo/2.1", d.nodeinfo)
}

// outward answers other servers, unless those who live here stay among themselves.
func (d *door) outward(h server.Handler) server.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		m, err := d.Accounts.Manners(r.Context())
		if err != nil {
			return err
		}
		if m.Inward {
			return fault.New(fault.NotFound, "")
		}
		return h(w, r)
	}
}

// refuse shows errors to other servers. It is a server.Face.
func refuse(w http.ResponseWriter, _ *http.Request, status int, err error) {
	sentence := http.StatusText(status)
	var reason httpsig.Reason
	if errors.As(err, &reason) {
		sentence = reason.Error()
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Signature realm="inbox", headers="(request-target) host date digest"`)
	}
	_ = server.JSON(w, status, map[string]string{"error": sentence})
}

// write answers with a document.
func write(w http.ResponseWriter, status int, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", as.ContentType)
	h.Set("Vary", "Accept, Signature")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "public, max-age=60")
	}
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}

// A census is how many people and posts there are, counted anew only now and then.
type census struct {
	mu            sync.Mutex
	until         time.Time
	people, posts int64
}

const censusAge = 10 * time.Minute

func (d *door) population(ctx context.Context) (people, posts int64, err error) {
	c := &d.census
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := d.Now(); now.After(c.until) {
		if c.people, c.posts, err = d.Accounts.Population(ctx); err != nil {
			return 0, 0, err
		}
		c.until = now.Add(censusAge)
	}
	return c.people, c.posts, nil
}
