package site

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/id"
	"allod/internal/locale"
	"allod/internal/media"
	"allod/internal/post"
	"allod/internal/server"
	"allod/protocol/syndication"
	"allod/web"
)

// feedSize is how many posts a feed, or a page of one, holds.
const feedSize = 30

// A format is one in which feeds are told.
type format struct {
	file   string // what its addresses end in
	label  string // key of what it is called
	kind   string // media type
	header string // Content-Type
	write  func(syndication.Feed) ([]byte, error)
}

// formats are all, in the order in which pages announce them.
var formats = []format{
	{"feed.atom", "profile.atom", "application/atom+xml", syndication.ContentTypeAtom, syndication.Feed.Atom},
	{"feed.rss", "profile.rss", "application/rss+xml", syndication.ContentTypeRSS, syndication.Feed.RSS},
	{"feed.json", "feeds.json", "application/feed+json", syndication.ContentTypeJSON, syndication.Feed.JSON},
}

// feedFile splits an address below a person into that of a strand and a format.
func feedFile(rest string) (strand string, f *format) {
	at := strings.LastIndexByte(rest, '/')
	for i := range formats {
		if rest[at+1:] == formats[i].file {
			return rest[:max(at, 0)], &formats[i]
		}
	}
	return rest, nil
}

// feeds are the feeds of a strand.
func (s *Site) feeds(v *reader, st strand) []web.Feed {
	out := make([]web.Feed, len(formats))
	for i, f := range formats {
		out[i] = web.Feed{Title: v.words.T(f.label), URL: st.path() + "/" + f.file, Type: f.kind}
		if st.kind != "" || st.tag != "" {
			out[i].Named = st.name(v.words) + ": " + out[i].Title
		}
	}
	return out
}

// feed answers with a strand in a format. It is the same for every reader.
func (s *Site) feed(w http.ResponseWriter, r *http.Request, v *reader, f *format, find func(context.Context) (strand, error)) error {
	visitor := *v
	visitor.me = nil
	w.Header().Set("Access-Control-Allow-Origin", "*")
	return s.publish(w, r, &visitor, func() (*sheet, error) {
		st, err := find(r.Context())
		if err != nil {
			return nil, err
		}
		at := id.Page{}
		if at.Max, err = server.QueryID(r, "max_id"); err != nil {
			return nil, err
		}
		return s.told(r.Context(), st, f, at)
	})
}

// told is a strand in a format.
func (s *Site) told(ctx context.Context, st strand, f *format, at id.Page) (*sheet, error) {
	at.Limit = feedSize + 1
	items, err := s.items(ctx, 0, st, true, at)
	if err != nil {
		return nil, err
	}
	words, rights, err := s.voiceOf(ctx, st)
	if err != nil {
		return nil, err
	}
	page := s.strandURL(st) + "/" + f.file
	feed := syndication.Feed{
		ID: s.strandID(st), URL: s.strandURL(st), SelfURL: page, Title: st.name(words), Generator: s.Product,
	}
	feed.Rights, feed.License = rights.Words(), rights.URL()
	if s.Hub != "" {
		feed.HubURLs = []string{s.Hub}
	}
	about := []id.ID{theHouse}
	if a := st.owner; a != nil {
		s.describe(&feed, a, words)
		about = []id.ID{a.ID}
	} else {
		feed.Subtitle = words.T("feeds.tagged_here", "tag", st.tag, "host", s.Names.Host)
	}
	if len(items) > feedSize {
		items = items[:feedSize]
		feed.NextURL = page + "?max_id=" + items[feedSize-1].ID.String()
	}
	if at.Max != 0 {
		feed.FirstURL, feed.SelfURL = page, page+"?max_id="+at.Max.String()
	}
	if err := s.unfold(ctx, wholeInFeed(items)...); err != nil {
		return nil, err
	}
	for _, it := range items {
		if it.Post.HereOnly {
			continue
		}
		feed.Entries = append(feed.Entries, s.syndicated(it.Post, words))
		about = append(about, it.Post.AuthorID)
		feed.Updated = later(feed.Updated, later(it.Post.PublishedAt, it.Post.EditedAt))
	}
	feed.Language = spoken(feed.Entries)
	body, err := f.write(feed)
	links := []string{`<` + feed.SelfURL + `>; rel="self"`}
	for _, hub := range feed.HubURLs {
		links = append(links, `<`+hub+`>; rel="hub"`)
	}
	return &sheet{feed: body, kind: f.header, about: about, changed: feed.Updated, links: links, self: feed.SelfURL}, err
}

// wordsInFeed is how many words of articles one page of a feed holds. Beyond
// them it has the beginning of each, which leads on.
const wordsInFeed = 300_000

// wholeInFeed are the posts that a feed shows the whole of.
func wholeInFeed(items []post.Item) (out []*post.Post) {
	words := 0
	for _, it := range items {
		if words += it.Post.Words; words <= wordsInFeed {
			out = append(out, it.Post)
		}
	}
	return out
}

// describe is what a feed says of the one who writes it.
func (s *Site) describe(feed *syndication.Feed, a *account.Account, words *locale.Locale) {
	feed.Author = syndication.Author{Name: a.Called(), URL: s.Names.Site(a)}
	feed.Updated = a.CreatedAt
	if feed.Subtitle = clip(s.Text.Plain(s.bio(a)), descriptionMax); feed.Subtitle == "" {
		feed.Subtitle = words.T("profile.posts_of", "name", a.Called())
	}
	if a.Avatar != "" {
		feed.Image = s.Names.File(a.Avatar)
	}
}

// strandID is the lasting name of a strand: that of its owner, in the form in
// which other servers know it, or its page.
func (s *Site) strandID(st strand) string {
	switch {
	case st.owner == nil:
		return s.strandURL(st)
	case st.kind != "":
		return s.Names.Actor(st.owner) + "#" + st.kind
	case st.tag != "":
		return s.Names.Actor(st.owner) + "#tag-" + url.PathEscape(st.tag)
	}
	return s.Names.Actor(st.owner)
}

// voiceOf is the language in which a feed says what the house has to say, that
// of its owner, and what others may do with what it tells, where no post says otherwise.
func (s *Site) voiceOf(ctx context.Context, st strand) (*locale.Locale, account.Rights, error) {
	if st.owner == nil {
		return s.Bundle.English(), account.Reserved, nil
	}
	c, err := s.choices.of(ctx, s.Accounts, st.owner.ID)
	if err != nil {
		return nil, "", err
	}
	if c.Rights == "" {
		c.Rights = account.Reserved
	}
	return s.Bundle.Match("", c.Language), c.Rights, nil
}

// spoken is the language of all entries, "" where they speak several.
func spoken(entries []syndication.Entry) string {
	one := ""
	for i, e := range entries {
		if i > 0 && e.Language != one {
			return ""
		}
		one = e.Language
	}
	return one
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// syndicated is a post as an entry. Its id is the one that its page and its
// ActivityStreams object carry.
func (s *Site) syndicated(p *post.Post, words *locale.Locale) syndication.Entry {
	e := syndication.Entry{
		ID: post.Address(s.Names, p), URL: s.postAddress(p), Title: p.Title, Summary: p.Warning, Content: s.feedContent(p, words),
		Published: p.PublishedAt, Updated: later(p.PublishedAt, p.EditedAt), Categories: p.Tags.Hashtags, Language: p.Language,
		Author: syndication.Author{Name: p.Author.Called(), URL: s.Names.Site(p.Author)},
	}
	rights := p.Rights
	if rights == "" {
		rights = account.Reserved
	}
	e.Rights, e.License = rights.Words(), rights.URL()
	if p.Body != nil && e.Summary == "" {
		e.Summary = p.Body.Summary
	}
	if p.Sensitive {
		return e
	}
	for _, m := range p.Media {
		if f := m.Variant(media.Large); f != nil {
			e.Enclosures = append(e.Enclosures, syndication.Enclosure{URL: s.Names.File(f.Key), MediaType: f.Mime, Length: f.Size, Title: m.Alt})
		}
	}
	return e
}

// feedContent is all that a post says and shows. What its writer folded is
// folded here too, behind the warning; folded pictures are links, so that no
// reader shows them unasked.
func (s *Site) feedContent(p *post.Post, words *locale.Locale) string {
	var b strings.Builder
	text, beside := p.Said(func(m *media.Medium) string {
		if f := m.Variant(media.Large); f != nil {
			return s.Names.File(f.Key)
		}
		return ""
	})
	b.WriteString(text)
	for _, m := range beside {
		f := m.Variant(media.Large)
		if f == nil {
			continue
		}
		at, alt := html.EscapeString(s.Names.File(f.Key)), html.EscapeString(m.Alt)
		if !p.Sensitive && m.Kind == media.Image {
			b.WriteString(`<p><img src="` + at + `" alt="` + alt + `" width="` + strconv.Itoa(f.Width) + `" height="` + strconv.Itoa(f.Height) + `"></p>`)
			continue
		}
		if alt == "" {
			alt = html.EscapeString(words.T("feeds.file"))
		}
		b.WriteString(`<p><a href="` + at + `">` + alt + `</a></p>`)
	}
	if p.Warning == "" {
		return b.String()
	}
	return `<details><summary>` + html.EscapeString(p.Warning) + `</summary>` + b.String() + `</details>`
}

// feedOf answers with the feed of a strand of one who lives here.
func (s *Site) feedOf(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle, rest string, f *format) error {
	return s.feed(w, r, v, f, func(ctx context.Context) (strand, error) {
		a, err := s.known(ctx, h)
		if err != nil {
			return strand{}, err
		}
		st, ok := strandOf(a, rest)
		if !ok || !a.Local {
			return strand{}, nothingHere()
		}
		return st, nil
	})
}

// tagFeed answers with the feed of a hashtag of the house.
func (s *Site) tagFeed(w http.ResponseWriter, r *http.Request, v *reader) error {
	_, f := feedFile(r.PathValue("feed"))
	tag := r.PathValue("tag")
	if f == nil || !goodTag(tag) {
		return nothingHere()
	}
	return s.feed(w, r, v, f, func(context.Context) (strand, error) { return strand{tag: tag}, nil })
}
