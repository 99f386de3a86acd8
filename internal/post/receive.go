package post

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/poll"
)

// An Arrival is a post as another server tells it. Its authority was
// established by whoever brings it.
type Arrival struct {
	Author     *account.Account
	Kind       string
	Visibility Visibility
	URI        string // canonical id
	Location   string
	URL        string
	ReplyToURI string
	Title      string
	Summary    string // of an article; plain
	Warning    string
	Sensitive  bool
	Language   string
	HTML       string // as received
	Rights     account.Rights
	Tags       Tags
	Named      []*account.Account // addressed people who are known here
	Members    []*account.Account // of a circle: those whom it reached, and who are named to nobody
	Circle     string             // canonical id of the circle it answers in, "" for none
	Media      []media.Medium
	Card       *media.Card // what its server says of the page it links to; without a title, that there is nothing to show; nil where it says nothing
	Poll       *poll.Poll  // with counts as told
	Published  time.Time
	Edited     time.Time
}

// Reach has an arrival be for one more, to whose own inbox it was sent though
// it does not name them: then it is a post to a circle.
func (a *Arrival) Reach(who *account.Account) {
	if who == nil || who.ID == a.Author.ID || a.Visibility != Direct && a.Visibility != Circle ||
		slices.ContainsFunc(a.Named, func(n *account.Account) bool { return n.ID == who.ID }) {
		return
	}
	a.Visibility, a.Members = Circle, append(a.Members, who)
}

// ErrKnown is returned by Receive for a post that is here already.
var ErrKnown = errors.New("the post is known")

// ErrDeleted is returned by Receive for a post whose deletion came first.
var ErrDeleted = errors.New("the post was deleted")

// clockSlack is how far in the future a post from elsewhere may claim to be from.
const clockSlack = time.Minute

// atOnce is how old a post may be on arrival to get an id of that moment
// instead of its own.
const atOnce = time.Minute

// Receive keeps a post that came from elsewhere. It returns ErrKnown or
// ErrDeleted, with nothing changed, where it is or was here.
func (s *Service) Receive(ctx context.Context, tx *db.Tx, a Arrival) (*Post, error) {
	if t, err := tombstone(ctx, tx, a.URI); err == nil && t.AccountID == a.Author.ID {
		return nil, ErrDeleted
	} else if err != nil && !errors.Is(err, db.ErrNoRows) {
		return nil, err
	}
	known, err := stored(ctx, tx, withURI, a.URI)
	if err == nil {
		return known, ErrKnown
	} else if !errors.Is(err, db.ErrNoRows) {
		return nil, err
	}
	for i := range a.Media {
		a.Media[i].ID = s.ids.Next()
	}
	p := s.arrived(a)
	if p.ArrivedAt.Sub(p.PublishedAt) >= atOnce {
		if err := s.ownID(ctx, tx, p); err != nil {
			return nil, err
		}
	}
	if a.ReplyToURI != "" {
		parent, err := stored(ctx, tx, withURI, a.ReplyToURI)
		if err == nil {
			p.below(parent)
			if a.Members, err = s.widened(ctx, tx, p, parent, a); err != nil {
				return nil, err
			}
		} else if !errors.Is(err, db.ErrNoRows) {
			return nil, err
		}
	}
	if err := s.keep(ctx, tx, p, a.Named, a.Members, nil, nil); err != nil {
		return nil, err
	}
	if err := s.adoptOrphans(ctx, tx, p); err != nil {
		return nil, err
	}
	if err := media.AddRemote(ctx, tx, s.ids, p.AuthorID, p.ID, p.ArrivedAt, a.Media); err != nil {
		return nil, err
	}
	if err := s.keepPoll(ctx, tx, p, a); err != nil {
		return nil, err
	}
	if err := s.takeCard(ctx, tx, p, a.Card); err != nil {
		return nil, err
	}
	p.Author = a.Author
	return p, s.Received.Record(ctx, tx, Received{Post: p, Named: a.Named, Members: a.Members})
}

// widened has an answer to a post to a circle of one who lives here reach all
// of that circle, where its author addressed it to them and is one of them.
func (s *Service) widened(ctx context.Context, tx *db.Tx, p, parent *Post, a Arrival) ([]*account.Account, error) {
	if !parent.Local || parent.Visibility != Circle || a.Circle != parent.AudienceURI() || p.Visibility.Open() {
		return a.Members, nil
	}
	all, err := circleOf(ctx, tx, parent)
	if err != nil || !slices.ContainsFunc(all, func(m *account.Account) bool { return m.ID == a.Author.ID }) {
		return a.Members, err
	}
	p.Visibility = Circle
	return slices.DeleteFunc(append(a.Members, all...), func(m *account.Account) bool { return m.ID == a.Author.ID }), nil
}

// arrived is the post of an arrival; its id carries the time it was
// published, clamped to now.
func (s *Service) arrived(a Arrival) *Post {
	now := s.now()
	if a.Published.IsZero() || a.Published.After(now.Add(clockSlack)) || a.Published.Year() < 1990 {
		a.Published = now
	}
	p := &Post{
		AuthorID: a.Author.ID, Kind: a.Kind, Visibility: a.Visibility, URI: a.URI, Location: a.Location, URL: a.URL,
		ReplyToURI: a.ReplyToURI, ArrivedAt: now, PublishedAt: a.Published,
	}
	if now.Sub(a.Published) < atOnce {
		p.ID = s.ids.Next() // it came at once: ids of one moment rise strictly
	} else {
		p.ID = s.ids.At(a.Published)
	}
	p.ThreadID = p.ID
	s.words(p, a)
	return p
}

// ownID gives a post from the past another id of its moment where the first
// is taken: ids of the past are only likely to be free.
func (s *Service) ownID(ctx context.Context, tx *db.Tx, p *Post) error {
	for {
		_, err := stored(ctx, tx, withID, p.ID)
		if errors.Is(err, db.ErrNoRows) {
			p.ThreadID = p.ID
			return nil
		} else if err != nil {
			return err
		}
		p.ID = s.ids.At(p.PublishedAt)
	}
}

// foldOver is how long the HTML of a post from elsewhere may be before lists
// show its beginning alone, in bytes. Articles are always folded.
const foldOver = 16 << 10

// words takes over what an edit may change.
func (s *Service) words(p *Post, a Arrival) {
	p.URL, p.Title, p.Warning, p.Sensitive, p.Language = a.URL, a.Title, a.Warning, a.Sensitive || a.Warning != "", a.Language
	p.clean, p.Tags, p.EditedAt, p.mediaCount, p.Rights = markup.Version, a.Tags, a.Edited, len(a.Media), a.Rights
	p.polled = a.Poll != nil
	if now := s.now(); p.EditedAt.After(now.Add(clockSlack)) {
		p.EditedAt = now // or it would outrank all edits until then
	}
	p.Body, p.Words = nil, 0
	if p.Kind != Article && len(a.HTML) <= foldOver || strings.TrimSpace(a.HTML) == "" {
		p.HTML = s.text.Sanitize(a.HTML)
		return
	}
	all := make([]*media.Medium, len(a.Media))
	for i := range a.Media {
		all[i] = &a.Media[i]
	}
	p.fold(s.sanitizeBody(a.HTML, all), a.Summary)
}

// adoptOrphans puts replies that came before p below it.
func (s *Service) adoptOrphans(ctx context.Context, tx *db.Tx, p *Post) error {
	children, err := orphans(ctx, tx, p.URI)
	if err != nil {
		return err
	}
	for _, c := range children {
		thread, err := threadOf(ctx, tx, c.id)
		if err != nil {
			return err
		}
		if err := adopt(ctx, tx, c.id, thread, p); err != nil {
			return err
		}
		if err := s.Joined.Record(ctx, tx, Joined{From: thread, To: p.ThreadID}); err != nil {
			return err
		}
		if !c.visibility.Open() {
			continue
		}
		if err := count(ctx, tx, p.ID, replies, 1); err != nil {
			return err
		}
	}
	return nil
}

// TakeUpdate changes a post from elsewhere as its author says. Who may see it
// does not change. NotFound where it is unknown, Denied for anybody but its author.
func (s *Service) TakeUpdate(ctx context.Context, tx *db.Tx, a Arrival) (*Post, error) {
	p, err := stored(ctx, tx, withURI, a.URI)
	if errors.Is(err, db.ErrNoRows) {
		return nil, fault.Wrap(err, fault.NotFound, "fault.post.unknown")
	} else if err != nil {
		return nil, err
	}
	if p.Local || p.AuthorID != a.Author.ID {
		return nil, fault.New(fault.Denied, "").Because("%s changes a post of another", a.Author.URI)
	}
	if err := s.complete(ctx, tx, 0, []*Post{p}); err != nil {
		return nil, err
	}
	if a.Edited.Before(p.EditedAt) {
		return p, nil // an older edit that was overtaken
	}
	if p.Author = a.Author; a.Poll != nil && p.polled && a.Edited.Equal(p.EditedAt) {
		return p, s.takeCounts(ctx, tx, p, a) // no edit: more people voted
	}
	if err := s.Unfold(ctx, tx, p); err != nil {
		return nil, err
	}
	next := *p
	next.Author = a.Author
	before := p.Media
	a.Media, err = media.Renew(ctx, tx, s.ids, p.AuthorID, p.ID, s.now(), a.Media)
	if err != nil {
		return nil, err
	}
	s.words(&next, a)
	if next.says(p) && media.Same(before, a.Media) {
		next.EditedAt = p.EditedAt // it was told again, or its poll was
	} else if err := s.keepRevision(ctx, tx, p, takenMax); err != nil {
		return nil, err
	}
	if err := s.rewrite(ctx, tx, &next); err != nil {
		return nil, err
	}
	if err := s.takeCounts(ctx, tx, &next, a); err != nil {
		return nil, err
	}
	if err := s.takeCard(ctx, tx, &next, a.Card); err != nil {
		return nil, err
	}
	return &next, s.Edited.Record(ctx, tx, Edited{&next, a.Named})
}

// Known is the id of a post by its canonical id, 0 where it is not here.
func Known(ctx context.Context, tx *db.Tx, uri string) (id.ID, error) {
	p, err := stored(ctx, tx, withURI, uri)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	return p.ID, nil
}
