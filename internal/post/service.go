package post

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/fact"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/poll"
	"allod/internal/relationship"
)

// People finds those whom a text names, also by asking their servers. Those
// who are not found are left out.
type People interface {
	Resolve(ctx context.Context, handles []address.Handle) (map[address.Handle]*account.Account, error)
}

// Addresses are those that a rendered text links to.
type Addresses interface {
	Profile(a *account.Account) string // the page of a person
	Tag(folded string) string          // the page of a hashtag
}

// Service publishes, receives and tells posts.
type Service struct {
	db       *db.DB
	ids      *id.Source
	now      func() time.Time
	people   People
	accounts *account.Service
	text     *markup.Engine
	links    Addresses

	// Pictured finds the small pictures of this home that a text names; it may be nil.
	Pictured func(ctx context.Context, text string) ([]account.Emoji, error)

	// Shut, if not nil, reports whether this home shows nothing of a server. It is called often and must be quick.
	Shut func(ctx context.Context, tx *db.Tx, host string) (bool, error)

	Published fact.Fact[Published]
	Received  fact.Fact[Received]
	Admitted  fact.Fact[Admitted]
	Joined    fact.Fact[Joined]
	Edited    fact.Fact[Edited]
	Deleted   fact.Fact[Deleted]
	Pinned    fact.Fact[Pinned]
	Liked     fact.Fact[Liked]
	Unliked   fact.Fact[Unliked]
	Boosted   fact.Fact[Boosted]
	Unboosted fact.Fact[Unboosted]
	Voted     fact.Fact[Voted]
	Closed    fact.Fact[Closed]
	Hid       fact.Fact[Hid]
	Unhid     fact.Fact[Unhid]
}

// New returns the service.
func New(d *db.DB, ids *id.Source, now func() time.Time, accounts *account.Service, text *markup.Engine, people People, links Addresses) *Service {
	return &Service{db: d, ids: ids, now: now, accounts: accounts, text: text, people: people, links: links}
}

// A Draft is a post before it is one.
type Draft struct {
	Kind       string // Note, Article or Video; "" is Note
	Title      string // of an article or a video
	Summary    string // of an article; "" shows how it begins
	Text       string // Markdown; that of an article names its pictures by number
	Warning    string
	Sensitive  bool
	Language   string // BCP 47, or ""
	Visibility Visibility
	ReplyTo    id.ID
	Guest      id.ID // the comment of a guest below ReplyTo that it answers; its room knows whether that is there
	Media      []id.ID
	Poll       *poll.Ask
	Described  []media.Description // what is said of media anew, in an edit
	Named      []address.Handle    // people it is for, beside those in the text
	Circles    []id.ID             // of the author, for a post to a circle
	Lists      []id.ID             // the same
	Members    []id.ID             // people, chosen one by one, for a post to a circle
	Album      id.ID               // the album that it shows; its room knows whether that is there. To a circle of nobody yet, it may be
	Rights     account.Rights      // "" is what its author says of all their posts
	HereOnly   bool                // it stays on this home's pages
	Key        string              // the same key posts once; "" does not ask for that

	edit bool // of a post that is there
}

// Publish posts a draft of one who lives here. A draft with a Key that was
// posted before is answered with that post. It returns Invalid, with the
// field at fault, for a draft that cannot be posted, and NotFound for a
// parent or picture that the author may not use.
func (s *Service) Publish(ctx context.Context, author *account.Account, d Draft) (*Post, error) {
	w, err := s.prepare(ctx, author, d)
	if err != nil {
		return nil, err
	}
	p, d := w.post, w.draft
	var members []*account.Account
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := auth.MayAct(ctx, tx, author.ID); err != nil {
			return err
		}
		if d.Key != "" {
			before, err := once(ctx, tx, author.ID, d.Key)
			if err != nil || before != 0 {
				p = &Post{ID: before}
				return err
			}
			if err := rememberOnce(ctx, tx, author.ID, d.Key, p.ID, p.ArrivedAt); err != nil {
				return err
			}
		}
		if d.ReplyTo != 0 {
			parent, err := s.SeeOne(ctx, tx, author.ID, d.ReplyTo)
			if err != nil {
				return err
			}
			p.below(parent)
			p.Visibility = within(parent, p, w.named)
			w.named = withParentAuthor(w.named, parent, p.Visibility)
			if p.Visibility == Circle && parent.Visibility == Circle {
				if members, err = circleOf(ctx, tx, parent); err != nil {
					return err
				}
			}
		}
		if p.Visibility == Circle {
			if members, err = chosen(ctx, tx, author.ID, d, members, w.named); err != nil {
				return err
			}
		}
		if err := s.keep(ctx, tx, p, w.named, members, w.found.Mentions, w.people); err != nil {
			return err
		}
		if err := media.Attach(ctx, tx, author.ID, p.ID, d.Media); err != nil {
			return err
		}
		if err := s.ask(ctx, tx, p, d.Poll); err != nil {
			return err
		}
		if err := s.complete(ctx, tx, author.ID, []*Post{p}); err != nil {
			return err
		}
		if err := p.plays(); err != nil {
			return err
		}
		return s.Published.Record(ctx, tx, Published{Post: p, Named: w.named, Members: members, Guest: d.Guest, Album: d.Album})
	})
	if err == nil && p.Author == nil { // posted before
		return s.Get(ctx, author.ID, p.ID)
	}
	return p, err
}

// plays refuses a video that is none.
func (p *Post) plays() error {
	if p.Kind == Video && (len(p.Media) != 1 || p.Media[0].Kind != media.Video) {
		return fault.New(fault.Invalid, "fault.publish.video").In("pictures")
	}
	return nil
}

// Sent reports whether author has posted the form with a key.
func Sent(ctx context.Context, tx *db.Tx, author id.ID, key string) (bool, error) {
	if key == "" {
		return false, nil
	}
	p, err := once(ctx, tx, author, key)
	return p != 0, err
}

// A written is a draft that may be posted, and the post that it makes.
type written struct {
	draft  Draft
	post   *Post
	found  markup.Found
	people map[address.Handle]*account.Account // whom the draft names, as far as they were found
	named  []*account.Account
}

// Check says what keeps a draft from being posted: Invalid, with the field at fault.
func (d Draft) Check() error { return d.check() }

// prepare checks a draft, finds whom it names and renders it. No transaction is open.
func (s *Service) prepare(ctx context.Context, author *account.Account, d Draft) (*written, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	w := &written{draft: d}
	if d.Kind == Article {
		w.found = s.text.ScanArticle(d.Text)
	} else {
		w.found = s.text.Scan(d.Text)
	}
	var err error
	if w.people, err = s.people.Resolve(ctx, append(w.found.Mentions, d.Named...)); err != nil {
		return nil, err
	}
	if w.draft.Rights == "" {
		prefs, err := s.accounts.Preference(ctx, author.ID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		w.draft.Rights = account.Reserved
		if err == nil && prefs.Rights != "" {
			w.draft.Rights = prefs.Rights
		}
	}
	var pictures []*media.Medium
	if d.Kind == Article && len(d.Media) > 0 {
		err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			pictures, err = media.OfOwner(ctx, tx, author.ID, d.Media)
			return err
		})
		if err != nil {
			return nil, err
		}
		media.Describe(pictures, d.Described)
	}
	if err := s.compose(author, w, pictures); err != nil || s.Pictured == nil {
		return w, err
	}
	w.post.Tags.Emoji, err = s.Pictured(ctx, w.draft.Title+"\n"+w.draft.Warning+"\n"+w.draft.Text)
	return w, err
}

// Preview is the post that a draft would make, seen by its author, with all of
// its text. Nothing is kept. It returns the faults of Publish.
func (s *Service) Preview(ctx context.Context, author *account.Account, d Draft) (*Post, error) {
	w, err := s.prepare(ctx, author, d)
	if err != nil {
		return nil, err
	}
	p := w.post
	p.Author = author
	return p, s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		p.Media, err = media.OfOwner(ctx, tx, author.ID, d.Media)
		media.Describe(p.Media, d.Described)
		return err
	})
}

// withParentAuthor adds the author of the parent to those a reply to named people reaches.
func withParentAuthor(named []*account.Account, parent *Post, v Visibility) []*account.Account {
	if v == Self || slices.ContainsFunc(named, func(a *account.Account) bool { return a.ID == parent.AuthorID }) {
		return named
	}
	return append(named, parent.Author)
}

func (d *Draft) check() error {
	d.Text = strings.TrimSpace(strings.ReplaceAll(d.Text, "\r\n", "\n"))
	d.Warning = strings.TrimSpace(d.Warning)
	d.Title, d.Summary = strings.Join(strings.Fields(d.Title), " "), strings.Join(strings.Fields(d.Summary), " ")
	invalid := func(field, key string, args ...any) error { return fault.New(fault.Invalid, key, args...).In(field) }
	switch {
	case d.Kind == Article:
		if err := d.checkArticle(invalid); err != nil {
			return err
		}
	case d.Kind != "" && d.Kind != Note && d.Kind != Video:
		return invalid("kind", "fault.invalid")
	default:
		if d.Summary = ""; d.Kind != Video {
			d.Kind, d.Title = Note, ""
		}
		switch {
		case d.Kind == Video && d.Title == "":
			return invalid("title", "fault.publish.title")
		case d.Kind == Video && !utf8.ValidString(d.Title):
			return invalid("title", "fault.post.not_text")
		case utf8.RuneCountInString(d.Title) > TitleMax:
			return invalid("title", "fault.post.title_long", "max", TitleMax)
		case d.Text == "" && len(d.Media) == 0:
			return invalid("text", "fault.post.empty")
		case utf8.RuneCountInString(d.Text) > TextMax:
			return invalid("text", "fault.post.long", "n", TextMax)
		case len(d.Media) > media.PerPost:
			return invalid("pictures", "fault.post.media_many", "max", media.PerPost)
		}
	}
	switch {
	case !utf8.ValidString(d.Text) || !utf8.ValidString(d.Warning):
		return invalid("text", "fault.post.not_text")
	case utf8.RuneCountInString(d.Warning) > WarningMax:
		return invalid("warning", "fault.post.warning_long", "max", WarningMax)
	case len(d.Circles)+len(d.Lists) > 2*relationship.GroupsMax:
		return invalid("named", "fault.invalid")
	case d.Visibility == Circle && len(d.Circles)+len(d.Lists)+len(d.Members) == 0 && d.ReplyTo == 0 && d.Album == 0 && !d.edit:
		return invalid("named", "fault.audience.circle_none")
	case len(d.Named) > NamedMax:
		return invalid("named", "fault.post.named_many", "max", NamedMax)
	case len(d.Key) > 200:
		return invalid("", "fault.invalid")
	}
	if _, ok := ParseVisibility(string(d.Visibility)); !ok {
		return invalid("visibility", "fault.post.visibility")
	}
	if d.Poll != nil {
		if err := d.Poll.Check(); err != nil {
			return err
		}
	}
	rights, ok := account.ParseRights(string(d.Rights))
	if d.Rights = rights; !ok {
		return invalid("rights", "fault.post.rights_long", "max", account.RightsMax)
	}
	if d.Language != "" {
		tag, err := language.Parse(d.Language)
		if err != nil {
			return invalid("language", "fault.post.language")
		}
		d.Language = tag.String()
	}
	return nil
}

func (d *Draft) checkArticle(invalid func(field, key string, args ...any) error) error {
	switch {
	case d.Title == "":
		return invalid("title", "fault.post.title")
	case !utf8.ValidString(d.Title) || !utf8.ValidString(d.Summary):
		return invalid("title", "fault.post.not_text")
	case utf8.RuneCountInString(d.Title) > TitleMax:
		return invalid("title", "fault.post.title_long", "max", TitleMax)
	case utf8.RuneCountInString(d.Summary) > SummaryMax:
		return invalid("summary", "fault.post.summary_long", "max", SummaryMax)
	case d.Text == "":
		return invalid("text", "fault.post.article_empty")
	case len(d.Text) > ArticleMax:
		return invalid("text", "fault.post.article_long", "n", ArticleMax>>20)
	case len(d.Media) > ArticleMedia:
		return invalid("pictures", "fault.post.media_many", "max", ArticleMedia)
	}
	return nil
}

// compose makes the post of a draft and tells whom it names.
func (s *Service) compose(author *account.Account, w *written, pictures []*media.Medium) error {
	now, d, found, people := s.now(), w.draft, w.found, w.people
	p := &Post{
		ID: s.ids.Next(), AuthorID: author.ID, Local: true, Kind: d.Kind, Visibility: d.Visibility, Title: d.Title,
		Warning: d.Warning, Sensitive: d.Sensitive || d.Warning != "", Language: d.Language, Text: d.Text,
		Rights: d.Rights, HereOnly: d.HereOnly,
		PublishedAt: now, ArrivedAt: now, mediaCount: len(d.Media), polled: d.Poll != nil, clean: markup.Version,
	}
	w.post = p
	p.URI, p.ThreadID = author.Under("post", p.ID), p.ID
	s.write(p, d.Summary, markup.Links{
		Mention: func(h address.Handle) (href, label string, ok bool) {
			if a := people[h]; a != nil {
				return s.links.Profile(a), a.Name, true
			}
			return "", "", false
		},
		Tag: func(tag string) string { return s.links.Tag(markup.FoldTag(tag)) },
	}, pictures)
	p.Tags.Hashtags = found.Tags
	met := map[id.ID]bool{author.ID: true}
	add := func(a *account.Account) {
		if a != nil && !met[a.ID] {
			met[a.ID] = true
			w.named = append(w.named, a)
		}
	}
	for _, h := range found.Mentions {
		if a := people[h]; a != nil && !met[a.ID] {
			p.Tags.Mentions = append(p.Tags.Mentions, Mention{AccountID: a.ID, Handle: a.Handle(), URI: a.URI, URL: s.links.Profile(a)})
			add(a)
		}
	}
	for _, h := range d.Named {
		if people[h] == nil {
			return fault.New(fault.Invalid, "fault.post.named_unknown", "name", h.String()).In("named")
		}
		if d.HereOnly && !people[h].Local {
			return fault.New(fault.Invalid, "fault.post.named_elsewhere", "name", h.String()).In("named")
		}
		add(people[h])
	}
	if d.Visibility == Self {
		w.named = nil
	}
	return nil
}

// below makes p a reply to parent. What answers a post that stays here stays here too.
func (p *Post) below(parent *Post) {
	p.HereOnly = p.HereOnly || parent.HereOnly
	p.ReplyToID, p.ReplyToURI, p.ReplyToAccountID, p.ThreadID = parent.ID, parent.URI, parent.AuthorID, parent.ThreadID
}

// keep writes a new post with what hangs on it.
func (s *Service) keep(ctx context.Context, tx *db.Tx, p *Post, named, members []*account.Account, mentions []address.Handle, people map[address.Handle]*account.Account) error {
	if err := insert(ctx, tx, p); err != nil {
		return err
	}
	inText := map[id.ID]bool{}
	for _, h := range mentions {
		if a := people[h]; a != nil {
			inText[a.ID] = true
		}
	}
	for _, a := range named {
		if err := addAudience(ctx, tx, p.ID, a.ID, inText[a.ID], false); err != nil {
			return err
		}
	}
	for _, a := range members {
		if err := addAudience(ctx, tx, p.ID, a.ID, false, true); err != nil {
			return err
		}
	}
	if err := keepTags(ctx, tx, p); err != nil {
		return err
	}
	return countForAll(ctx, tx, p, 1)
}

// countForAll counts a post that everyone may see among its author's and
// among the replies to what it answers. These numbers are public, and would
// tell of the others.
func countForAll(ctx context.Context, tx *db.Tx, p *Post, delta int) error {
	if !p.Visibility.Open() {
		return nil
	}
	if p.ReplyToID != 0 {
		if err := count(ctx, tx, p.ReplyToID, replies, delta); err != nil {
			return err
		}
	}
	at := p.PublishedAt
	if delta < 0 {
		at = time.Time{}
	}
	return account.CountPosts(ctx, tx, p.AuthorID, delta, at)
}

func keepTags(ctx context.Context, tx *db.Tx, p *Post) error {
	for _, t := range p.Tags.Hashtags {
		if err := addTag(ctx, tx, p.ID, markup.FoldTag(t)); err != nil {
			return err
		}
	}
	return nil
}

// Sweep forgets what is kept only for a while: the keys of forms and deletes that came before their posts.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := s.now()
		return errors.Join(forgetOnce(ctx, tx, now.Add(-48*time.Hour)), forgetEarlyDeletes(ctx, tx, now.Add(-6*time.Hour)))
	})
}
