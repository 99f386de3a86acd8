// Package outbox tells other servers what happens here: one file per outgoing verb.
//
// A fact puts down an errand in its own transaction. The errand builds its
// activity once, proves it, keeps its bytes, and owes it to the inboxes it is
// for. Its id is that of the fact, so an errand that runs twice tells one thing once.
package outbox

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/federation/delivery"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/post"
	"allod/internal/relationship"
	as "allod/protocol/activitystreams"
	"allod/protocol/integrity"
)

// Config is what the service is made of.
type Config struct {
	DB       *db.DB
	Accounts *account.Service
	Posts    *post.Service
	Media    *media.Service
	Delivery *delivery.Service
	Jobs     *job.Queue
	Names    account.Names
	Text     *markup.Engine
	Now      func() time.Time
	Log      *slog.Logger
	// Federates is false for a home that others cannot reach: it tells nobody anything.
	Federates bool
}

// Service builds and addresses what goes out.
type Service struct {
	Config
	verbs map[string]verb

	mu     sync.Mutex
	actors map[actorKey]actorBytes // proven documents of those who live here
}

// New returns the service and tells the queue about its jobs.
func New(cfg Config) *Service {
	s := &Service{Config: cfg, actors: map[actorKey]actorBytes{}}
	s.verbs = map[string]verb{
		verbCreate: s.create, verbDelete: s.delete, verbUpdatePerson: s.updatePerson,
		verbLike: s.like, verbUnlike: s.unlike, verbBoost: s.boost, verbUnboost: s.unboost,
		verbFollow: s.follow, verbUnfollow: s.unfollow, verbAccept: s.accept, verbReject: s.reject,
		verbEdit: s.edit, verbPin: s.pin,
		verbBlock: s.block, verbUnblock: s.unblock,
		verbVote: s.vote, verbTally: s.tally,
		verbLeave: s.leave, verbMove: s.move,
	}
	job.Handle(cfg.Jobs, s.run)
	job.Handle(cfg.Jobs, s.spread)
	return s
}

// An errand is something to tell. What it needs that may be gone when it runs, it brings along.
type errand struct {
	Verb   string   `json:"verb"`
	Actor  id.ID    `json:"actor"`            // who tells it; lives here
	URI    string   `json:"uri"`              // canonical id of the activity
	Post   id.ID    `json:"post,omitempty"`   // what it is about
	Other  id.ID    `json:"other,omitempty"`  // whom it is about
	Object string   `json:"object,omitempty"` // address of what it is about
	Inner  string   `json:"inner,omitempty"`  // id of the activity it answers or takes back
	Level  string   `json:"level,omitempty"`  // visibility
	Named  []id.ID  `json:"named,omitempty"`
	To     []string `json:"to,omitempty"` // further inboxes
	At     int64    `json:"at"`           // microseconds
}

// Kind names the job.
func (errand) Kind() string { return "outbox.errand" }

// A parcel is a built activity and whom it is for.
type parcel struct {
	body      []byte
	followers bool     // of the actor
	to        []string // inboxes
}

// A verb builds the activity of an errand; nil if there is nothing to tell any longer.
type verb func(ctx context.Context, e errand, me *account.Account) (*parcel, error)

// send puts errands down in the transaction of their fact.
func (s *Service) send(ctx context.Context, tx *db.Tx, all ...errand) error {
	if !s.Federates {
		return nil
	}
	if m, err := account.GetManners(ctx, tx); err != nil || m.Inward {
		return err
	}
	at := s.Now().UnixMicro()
	if len(all) == 1 {
		all[0].At = at
		return s.Jobs.Add(ctx, tx, all[0], job.Options{})
	}
	args := make([]job.Args, len(all))
	for i, e := range all {
		e.At = at
		args[i] = e
	}
	return s.Jobs.AddMany(ctx, tx, args, job.Options{})
}

// run builds an errand's activity and owes it to those it is for.
func (s *Service) run(ctx context.Context, e errand) error {
	build := s.verbs[e.Verb]
	if build == nil {
		s.Log.Error("an errand of an unknown kind is left", "verb", e.Verb)
		return nil
	}
	me, err := s.teller(ctx, e.Actor)
	if err != nil {
		return err
	}
	switch e.Verb {
	case verbCreate, verbEdit, verbTally, verbDelete: // by the ids that the post has
		me = me.AsOf(e.Post.Time())
	}
	p, err := build(ctx, e, me)
	if err != nil || p == nil {
		return err
	}
	var activity id.ID
	var to []string
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if activity, err = s.Delivery.Put(ctx, tx, me.ID, e.URI, p.body, about(e)); err != nil {
			return err
		}
		if to, err = s.firstChunk(ctx, tx, activity, me.ID, p); err != nil {
			return err
		}
		return s.Delivery.Owe(ctx, tx, activity, to)
	})
	if err != nil {
		return err
	}
	return s.Delivery.Fan(ctx, activity, to)
}

// about is what an errand tells of, as its sender is shown it: only what is
// said and taken back is a thing on its way; a like is not.
func about(e errand) delivery.About {
	switch e.Verb {
	case verbCreate, verbDelete, "edit":
		return delivery.About{Verb: e.Verb, Post: e.Post}
	}
	return delivery.About{Verb: e.Verb}
}

// teller is the account of one who tells something, whose ids have their host from now on.
func (s *Service) teller(ctx context.Context, who id.ID) (*account.Account, error) {
	me, err := s.Accounts.Get(ctx, who)
	if err != nil || me.Authority != "" {
		return me, err
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return account.FixAuthority(ctx, tx, who, s.Names.Base(me))
	})
	if err != nil {
		return nil, err
	}
	return s.Accounts.Get(ctx, who)
}

// firstChunk are the inboxes that an errand sends to itself: those it names,
// and as many of followers as fit. The others are for jobs of their own.
func (s *Service) firstChunk(ctx context.Context, tx *db.Tx, activity, me id.ID, p *parcel) ([]string, error) {
	to := unique(p.to)
	if !p.followers {
		return to, nil
	}
	room := delivery.Chunk - min(len(to), delivery.Chunk-1)
	more, err := relationship.FollowerInboxes(ctx, tx, me, "", room)
	if err != nil {
		return nil, err
	}
	if len(more) == room {
		next := spread{Activity: activity, Actor: me, After: more[len(more)-1]}
		if err := s.Jobs.Add(ctx, tx, next, job.Options{Unique: true}); err != nil {
			return nil, err
		}
	}
	return unique(append(to, more...)), nil
}

// spread is the job that owes an activity to a further chunk of the followers
// of its actor, and sends it.
type spread struct {
	Activity id.ID  `json:"activity"`
	Actor    id.ID  `json:"actor"`
	After    string `json:"after"` // the last inbox of the chunk before
}

// Kind names the job.
func (spread) Kind() string { return "outbox.spread" }

func (s *Service) spread(ctx context.Context, f spread) error {
	var to []string
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if to, err = relationship.FollowerInboxes(ctx, tx, f.Actor, f.After, delivery.Chunk); err != nil {
			return err
		}
		if len(to) == delivery.Chunk {
			next := spread{Activity: f.Activity, Actor: f.Actor, After: to[len(to)-1]}
			if err := s.Jobs.Add(ctx, tx, next, job.Options{Unique: true}); err != nil {
				return err
			}
		}
		return s.Delivery.Owe(ctx, tx, f.Activity, to)
	})
	if err != nil {
		return err
	}
	return s.Delivery.Fan(ctx, f.Activity, to)
}

// prove renders an activity and signs it with the publishing key (FEP-8b32).
func (s *Service) prove(ctx context.Context, me *account.Account, doc as.ActivityDocument, at int64) ([]byte, error) {
	raw, err := doc.JSON()
	if err != nil {
		return nil, err
	}
	return s.proveBytes(ctx, me, raw, time.UnixMicro(at))
}

func (s *Service) proveBytes(ctx context.Context, me *account.Account, raw []byte, at time.Time) ([]byte, error) {
	keys, err := s.Accounts.Keys(ctx, me.ID)
	if err != nil {
		return nil, err
	}
	did := me.DID()
	if did == "" { // the house itself: its ids are not portable
		return raw, nil
	}
	fragment := did[len("did:key:"):]
	return integrity.Sign(raw, keys.Publishing, did+"#"+fragment, at)
}

// shared are the inboxes at which people on other servers are reached with
// what others there may read too: those by which followers are reached.
func shared(people []*account.Account) []string {
	var out []string
	for _, a := range people {
		if !a.Local && !a.Gone() && a.DeliverTo() != "" {
			out = append(out, a.DeliverTo())
		}
	}
	return out
}

// inboxes are those of people on other servers alone.
func inboxes(people []*account.Account) []string {
	var out []string
	for _, a := range people {
		if !a.Local && !a.Gone() && a.Inbox != "" {
			out = append(out, a.Inbox)
		}
	}
	return out
}

// people are the accounts of ids.
func (s *Service) people(ctx context.Context, ids []id.ID) (out []*account.Account, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		by, err := account.List(ctx, tx, ids)
		for _, i := range ids {
			if a := by[i]; a != nil {
				out = append(out, a)
			}
		}
		return err
	})
	return out, err
}

func idsOf(people []*account.Account) []id.ID {
	var ids []id.ID
	for _, a := range people {
		ids = append(ids, a.ID)
	}
	return ids
}

func unique(all []string) []string {
	seen := map[string]bool{}
	out := all[:0]
	for _, s := range all {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
