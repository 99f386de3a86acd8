package remote

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	"allod/internal/id"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

// namedMax is how many addressees of one post are looked up.
const namedMax = 300

// Post is our id of a post by its id elsewhere: a known one, or else it is
// fetched and kept, with the posts above it that are missing, as far as the
// budget reaches. What of those cannot be had is left out. It returns the
// faults of FetchObject, NotFound for an unknown id of this home, Gone for a
// deleted post, and Denied where the author's authority does not decide about
// the object.
func (s *Service) Post(ctx context.Context, uri string, b *Budget) (id.ID, error) {
	known, err := s.knownPost(ctx, uri)
	if err != nil || known != 0 {
		return known, err
	}
	b = b.orUsual()
	return together(ctx, s, "post "+uri, b, func(ctx context.Context) (id.ID, error) {
		said, err := s.fetchSaid(ctx, uri, b)
		if err != nil {
			return 0, err
		}
		return s.keepThread(ctx, said, b)
	})
}

// knownPost is our id of a post that is here, 0 where it is not but may be
// elsewhere, NotFound for an id of this home that names none.
func (s *Service) knownPost(ctx context.Context, uri string) (known id.ID, err error) {
	if uri, err = translate.Canonical(uri); err != nil {
		return 0, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		known, err = post.Known(ctx, tx, uri)
		return err
	})
	if err != nil || known != 0 || !translate.Portable(uri) {
		return known, err
	}
	did, err := translate.Authority(uri)
	if err != nil {
		return 0, err
	}
	if owner, err := s.byDID(ctx, did); err == nil && owner.Local {
		return 0, fault.New(fault.NotFound, "fault.post.unknown")
	} else if err != nil && !fault.Is(err, fault.NotFound) {
		return 0, err
	}
	return 0, nil
}

// said is an object with the one who said it, whose authority is established.
type said struct {
	author *account.Account
	object *as.Object
}

// fetchSaid fetches an object and its author.
func (s *Service) fetchSaid(ctx context.Context, uri string, b *Budget) (said, error) {
	d, err := s.object(ctx, uri, b)
	if err != nil {
		return said{}, err
	}
	return s.saidBy(ctx, d.Ref, b)
}

func (s *Service) saidBy(ctx context.Context, ref as.Ref, b *Budget) (said, error) {
	if ref.Type() == as.TypeTombstone {
		return said{}, fault.New(fault.Gone, "").Because("%.200q is a tombstone", ref.ID())
	}
	obj, err := ref.Object()
	if err != nil {
		return said{}, fault.Wrap(err, fault.Invalid, "")
	}
	if !translate.IsPost(obj.Type) {
		return said{}, fault.New(fault.Invalid, "").Because("%.200q is a %.40q and no post", obj.ID, obj.Type)
	}
	for _, who := range obj.AttributedTo.IDs() {
		if !translate.SameAuthority(who, obj.ID) {
			continue
		}
		author, err := s.Actor(ctx, who, b)
		if err == nil && author.Gone() {
			err = fault.New(fault.Gone, "").Because("%s is gone", author.URI)
		}
		return said{author, obj}, err
	}
	return said{}, fault.New(fault.Denied, "").Because("%.200q is attributed to nobody of its own authority", obj.ID)
}

// keepThread keeps a post below those it answers that are missing, oldest first.
func (s *Service) keepThread(ctx context.Context, last said, b *Budget) (kept id.ID, err error) {
	thread := []said{last}
	met := map[string]bool{last.object.ID: true}
	for above := last.object.InReplyTo.First().ID(); above != "" && !met[above] && b.descend(); {
		met[above] = true
		if known, err := s.knownPost(ctx, above); err != nil || known != 0 {
			break // it is there, or never will be
		}
		parent, err := s.fetchSaid(ctx, above, b)
		if err != nil {
			s.log.Debug("a post above was not fetched", "uri", above, "err", err)
			break
		}
		thread = append(thread, parent)
		met[parent.object.ID] = true
		above = parent.object.InReplyTo.First().ID()
	}
	for i := len(thread) - 1; i >= 0; i-- {
		if kept, err = s.keep(ctx, thread[i]); err != nil && i > 0 {
			s.log.Debug("a post above was not kept", "uri", thread[i].object.ID, "err", err)
		}
	}
	return kept, err
}

// keep receives a post in a transaction of its own.
func (s *Service) keep(ctx context.Context, what said) (kept id.ID, err error) {
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.Receive(ctx, tx, what.author, what.object, nil)
		if errors.Is(err, post.ErrKnown) {
			err = nil
		}
		if err == nil {
			kept = p.ID
		}
		return err
	})
	if errors.Is(err, post.ErrDeleted) {
		err = fault.Wrap(err, fault.Gone, "")
	}
	return kept, err
}

// Receive keeps an object that author said, with its JSON. That it is the
// author who says so must be established before. It returns post.ErrKnown
// with the known post, and post.ErrDeleted, with nothing changed; Denied and
// Invalid for what is no post of the author's. reached is the one to whose own
// inbox the author sent it, nil for nobody.
func (s *Service) Receive(ctx context.Context, tx *db.Tx, author *account.Account, obj *as.Object, reached *account.Account) (*post.Post, error) {
	a, err := s.Arrival(ctx, tx, author, obj)
	if err != nil {
		return nil, err
	}
	a.Reach(reached)
	p, err := s.posts.Receive(ctx, tx, a)
	if err != nil {
		return p, err
	}
	return p, s.SaveDocument(ctx, tx, p.ID, FormPost, obj.Raw, s.now())
}

// Arrival is what an object says, with the people it names who are known here.
func (s *Service) Arrival(ctx context.Context, tx *db.Tx, author *account.Account, obj *as.Object) (post.Arrival, error) {
	a, err := translate.Arrival(obj, author)
	if err != nil {
		return a, err
	}
	by, err := s.recipients(ctx, tx, author, obj)
	if err != nil {
		return a, err
	}
	for _, who := range by {
		if who.ID != author.ID {
			a.Named = append(a.Named, who)
		}
	}
	slices.SortFunc(a.Named, func(x, y *account.Account) int { return cmp.Compare(x.ID, y.ID) })
	for i := range a.Tags.Mentions {
		if m := &a.Tags.Mentions[i]; by[m.URI] != nil {
			m.AccountID = by[m.URI].ID
		}
	}
	return a, nil
}

// recipients are the people an object is addressed to who are known here, and
// its author, by URI.
func (s *Service) recipients(ctx context.Context, tx *db.Tx, author *account.Account, obj *as.Object) (map[string]*account.Account, error) {
	by := map[string]*account.Account{author.URI: author}
	var asked []string
	for _, who := range obj.Recipients() {
		if who == author.FollowersURI || len(asked) >= namedMax {
			continue
		}
		if uri, err := translate.Canonical(who); err == nil && uri != author.URI {
			asked = append(asked, uri)
		}
	}
	if len(asked) == 0 {
		return by, nil
	}
	known, err := account.ByURIs(ctx, tx, asked)
	for _, a := range known {
		by[a.URI] = a
	}
	return by, err
}
