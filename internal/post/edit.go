package post

import (
	"context"
	"errors"
	"slices"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/media"
)

// How much of the past is kept of one post.
const (
	RevisionsMax = 100 // of ours
	takenMax     = 10  // of one that came from elsewhere
)

// A Revision is what a post said before it was edited.
type Revision struct {
	ID        id.ID // carries when it stopped saying that
	PostID    id.ID
	SaidAt    time.Time
	Title     string
	Warning   string
	Sensitive bool
	Language  string
	Summary   string
	HTML      string // what lists showed
	Words     int
	Rights    account.Rights
	Media     []*media.Medium // with what was said of them then

	clean int
	shown []shown
}

// A shown is a medium as a revision had it.
type shown struct {
	ID  id.ID  `json:"id"`
	Alt string `json:"alt,omitempty"`
}

// Edit changes what a post of one's own says and shows, as Draft says it; what
// it said before is kept. Its level, what it answers, its kind and whether it
// stays here do not change. An edit that changes nothing leaves no trace. It
// returns the faults of Publish; Denied for another's post, and Gone for one
// that was deleted meanwhile, of which nothing comes back.
func (s *Service) Edit(ctx context.Context, author *account.Account, which id.ID, d Draft) (p *Post, err error) {
	before, err := s.Editable(ctx, author, which)
	if err != nil {
		return nil, err
	}
	d.Kind, d.Visibility, d.HereOnly, d.ReplyTo, d.Key = before.Kind, before.Visibility, before.HereOnly, before.ReplyToID, ""
	d.edit = true
	if d.Rights == "" {
		d.Rights = before.Rights
	}
	w, err := s.prepare(ctx, author, d)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if p, err = s.editable(ctx, tx, author, which); err != nil {
			return err
		}
		p, err = s.change(ctx, tx, author, p, w)
		return err
	})
	return p, err
}

// Editable is a post of one's own with all of its text, to be edited.
func (s *Service) Editable(ctx context.Context, me *account.Account, which id.ID) (p *Post, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err = s.editable(ctx, tx, me, which)
		return err
	})
	return p, err
}

func (s *Service) editable(ctx context.Context, tx *db.Tx, me *account.Account, which id.ID) (*Post, error) {
	p, err := s.SeeOne(ctx, tx, me.ID, which)
	if fault.Is(err, fault.NotFound) {
		if _, none := tombstone(ctx, tx, me.Under("post", which)); none == nil {
			err = fault.Wrap(err, fault.Gone, "fault.post.edit_gone")
		} else if !errors.Is(none, db.ErrNoRows) {
			err = none
		}
	}
	if err != nil {
		return nil, err
	}
	if !p.Local || p.AuthorID != me.ID {
		return nil, fault.New(fault.Denied, "fault.post.not_yours")
	}
	return p, s.Unfold(ctx, tx, p)
}

// change takes over what was written anew into a post.
func (s *Service) change(ctx context.Context, tx *db.Tx, author *account.Account, p *Post, w *written) (*Post, error) {
	next := *p
	n := w.post
	next.Title, next.Warning, next.Sensitive, next.Language, next.Text = n.Title, n.Warning, n.Sensitive, n.Language, n.Text
	next.HTML, next.Body, next.Words, next.clean, next.Tags, next.Rights = n.HTML, n.Body, n.Words, n.clean, n.Tags, n.Rights
	next.mediaCount = len(w.draft.Media)
	changed, err := media.Arrange(ctx, tx, author.ID, p.ID, w.draft.Media, w.draft.Described)
	if err != nil {
		return nil, err
	}
	if !changed && p.says(&next) {
		return p, nil
	}
	if err := s.keepRevision(ctx, tx, p, RevisionsMax); err != nil {
		return nil, err
	}
	if next.EditedAt = s.now(); !next.EditedAt.After(p.EditedAt) {
		next.EditedAt = p.EditedAt.Add(time.Microsecond)
	}
	if err := s.rewrite(ctx, tx, &next); err != nil {
		return nil, err
	}
	for _, a := range w.named {
		if err := addAudience(ctx, tx, p.ID, a.ID, true, false); err != nil {
			return nil, err
		}
	}
	if err := s.complete(ctx, tx, author.ID, []*Post{&next}); err != nil {
		return nil, err
	}
	if err := next.plays(); err != nil {
		return nil, err
	}
	named, err := Named(ctx, tx, p.ID)
	if err != nil {
		return nil, err
	}
	return &next, s.Edited.Record(ctx, tx, Edited{&next, named})
}

// rewrite writes the words of a post and what is found by them.
func (s *Service) rewrite(ctx context.Context, tx *db.Tx, p *Post) error {
	if err := updateWords(ctx, tx, p); err != nil {
		return err
	}
	if err := dropTags(ctx, tx, p.ID); err != nil {
		return err
	}
	return keepTags(ctx, tx, p)
}

// says reports whether two versions of a post say the same. Media are compared by whoever arranges them.
func (p *Post) says(q *Post) bool {
	same := p.Title == q.Title && p.Warning == q.Warning && p.Sensitive == q.Sensitive && p.Language == q.Language &&
		p.Text == q.Text && p.HTML == q.HTML && p.Rights == q.Rights && (p.Body == nil) == (q.Body == nil)
	return same && (p.Body == nil || p.Body.Summary == q.Body.Summary && p.Body.Text == q.Body.Text && p.Body.HTML == q.Body.HTML)
}

// keepRevision keeps what a post says now, with its media, before it changes.
func (s *Service) keepRevision(ctx context.Context, tx *db.Tx, p *Post, most int) error {
	r := &Revision{
		ID: s.ids.Next(), PostID: p.ID, SaidAt: p.PublishedAt, Title: p.Title, Warning: p.Warning, Sensitive: p.Sensitive,
		Language: p.Language, Summary: p.Summary(), HTML: p.HTML, Words: p.Words, Rights: p.Rights, clean: p.clean, shown: []shown{},
	}
	if !p.EditedAt.IsZero() {
		r.SaidAt = p.EditedAt
	}
	for _, m := range p.Media {
		r.shown = append(r.shown, shown{m.ID, m.Alt})
	}
	body := ""
	if p.Body != nil {
		body = p.Body.HTML
	}
	if err := insertRevision(ctx, tx, r, p.Typed(), body); err != nil {
		return err
	}
	dropped, err := dropOldRevisions(ctx, tx, p.ID, most)
	if err != nil || dropped == 0 {
		return err
	}
	return prunePast(ctx, tx, p.ID, 0)
}

// prunePast ends the addresses of pictures that neither a post nor what it
// said before shows any longer, and of one that is not to be shown there either; 0 is none.
func prunePast(ctx context.Context, tx *db.Tx, post, out id.ID) error {
	earlier, err := revisions(ctx, tx, post, RevisionsMax)
	if err != nil {
		return err
	}
	keep := []id.ID{}
	for _, r := range earlier {
		for _, sh := range r.shown {
			if sh.ID != out {
				keep = append(keep, sh.ID)
			}
		}
	}
	return media.Outdate(ctx, tx, post, keep)
}

// TakeOut takes a picture that a post of one's own shows no longer out of what
// it said before, and ends its addresses. NotFound for any other picture.
func (s *Service) TakeOut(ctx context.Context, me *account.Account, which, picture id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.editable(ctx, tx, me, which)
		if err != nil {
			return err
		}
		all, err := media.EverOf(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if all[picture] == nil || slices.ContainsFunc(p.Media, func(m *media.Medium) bool { return m.ID == picture }) {
			return fault.New(fault.NotFound, "fault.media.unknown")
		}
		return prunePast(ctx, tx, p.ID, picture)
	})
}

// History is a post that viewer may see, as it is now, and what it said
// before, oldest first.
func (s *Service) History(ctx context.Context, viewer, post id.ID) (p *Post, earlier []*Revision, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, earlier, err = s.history(ctx, tx, viewer, post)
		return err
	})
	return p, earlier, err
}

func (s *Service) history(ctx context.Context, tx *db.Tx, viewer, post id.ID) (*Post, []*Revision, error) {
	p, err := s.SeeOne(ctx, tx, viewer, post)
	if err != nil || p.EditedAt.IsZero() {
		return p, nil, err
	}
	earlier, err := revisions(ctx, tx, post, RevisionsMax)
	if err != nil {
		return nil, nil, err
	}
	all, err := media.EverOf(ctx, tx, post)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range earlier {
		for _, sh := range r.shown {
			if m := all[sh.ID]; m != nil {
				then := *m
				then.Alt = sh.Alt
				r.Media = append(r.Media, &then)
			}
		}
		if r.clean != markup.Version {
			r.HTML = s.text.Sanitize(r.HTML)
		}
	}
	return p, earlier, nil
}

// Earlier is the whole of what a post that viewer may see said before, with
// the post as it is now; pictures in its text are at the addresses that at gives.
func (s *Service) Earlier(ctx context.Context, viewer, post, revision id.ID, at func(*media.Medium) string) (p *Post, r *Revision, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var all []*Revision
		if p, all, err = s.history(ctx, tx, viewer, post); err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(r *Revision) bool { return r.ID == revision })
		if i < 0 {
			return fault.New(fault.NotFound, "fault.post.unknown")
		}
		r = all[i]
		if r.Words == 0 {
			return nil
		}
		body, err := revisionBody(ctx, tx, revision)
		if err != nil {
			return err
		}
		if r.clean != markup.Version {
			body = s.sanitizeBody(body, r.Media).HTML
		}
		r.HTML, r.Media = illustrate(body, r.Media, at)
		return nil
	})
	return p, r, err
}

// Involved are those elsewhere who liked a post, passed it on or answered it, up to most.
func Involved(ctx context.Context, tx *db.Tx, post id.ID, most int) ([]*account.Account, error) {
	ids, err := involved(ctx, tx, post, most)
	if err != nil {
		return nil, err
	}
	people, err := account.List(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var out []*account.Account
	for _, i := range ids {
		if a := people[i]; a != nil && !a.Local {
			out = append(out, a)
		}
	}
	return out, nil
}

// BoostedHere are those who live here and passed a post on, up to most.
func BoostedHere(ctx context.Context, tx *db.Tx, post id.ID, most int) ([]*account.Account, error) {
	ids, err := boostersHere(ctx, tx, post, most)
	if err != nil {
		return nil, err
	}
	people, err := account.List(ctx, tx, ids)
	var out []*account.Account
	for _, i := range ids {
		if a := people[i]; a != nil {
			out = append(out, a)
		}
	}
	return out, err
}
