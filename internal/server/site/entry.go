package site

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/film"
	"allod/internal/id"
	"allod/internal/locale"
	"allod/internal/media"
	"allod/internal/post"
	"allod/web"
)

// lateBy is how much later than it was said a post may come into a list
// before the list says both times.
const lateBy = time.Hour

// A cast are the people that posts refer to besides their authors.
type cast struct {
	answered map[id.ID]*account.Account
	named    map[id.ID][]*account.Account // by post
}

// castOf finds whom posts answer and, of those for named people, whom they
// name. Authors among the posts themselves are at hand.
func (s *Site) castOf(ctx context.Context, posts []*post.Post) (c cast, err error) {
	c.answered = make(map[id.ID]*account.Account, len(posts))
	for _, p := range posts {
		c.answered[p.AuthorID] = p.Author
	}
	var missing, direct []id.ID
	for _, p := range posts {
		if p.ReplyToAccountID != 0 && c.answered[p.ReplyToAccountID] == nil {
			missing = append(missing, p.ReplyToAccountID)
		}
		if p.Visibility == post.Direct {
			direct = append(direct, p.ID)
		}
	}
	if len(missing)+len(direct) == 0 {
		return c, nil
	}
	c.named = make(map[id.ID][]*account.Account, len(direct))
	return c, s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		people, err := account.List(ctx, tx, missing)
		if err != nil {
			return err
		}
		maps.Copy(c.answered, people)
		for _, p := range direct {
			if c.named[p], err = post.Named(ctx, tx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// entries are the lines of a list as a reader sees them; asked says whether
// the reader came to see them, so that why they are there need not be said.
func (s *Site) entries(ctx context.Context, v *reader, items []post.Item, asked bool) ([]web.Post, error) {
	posts := make([]*post.Post, len(items))
	for i, it := range items {
		posts[i] = it.Post
	}
	c, err := s.castOf(ctx, posts)
	if err != nil {
		return nil, err
	}
	out := make([]web.Post, len(items))
	for i, it := range items {
		e := s.entry(v, it.Post, c)
		if it.Boost != nil {
			by := s.person(v, it.By)
			e.BoostedBy, e.Placed, e.ID = &by, it.Boost.CreatedAt.In(v.zone), it.Boost.ID.String()
		} else if at := it.ID.Time(); at.Sub(it.Post.PublishedAt) > lateBy {
			e.Placed = at.In(v.zone)
		}
		if !asked {
			e.Why = why(v, it)
		}
		out[i] = e
	}
	return out, nil
}

// why says why a line stands in the reader's stream.
func why(v *reader, it post.Item) web.Why {
	switch {
	case it.Boost != nil && it.By.ID != v.id():
		return web.WhyBoost
	case it.Boost != nil || it.Post.AuthorID == v.id():
		return web.WhyNothing
	case it.Post.Visibility == post.Direct:
		return web.WhyNamed
	case it.Post.Visibility == post.Circle:
		return web.WhyCircle
	}
	return web.WhyFollow
}

// entry is a post as a reader sees it.
func (s *Site) entry(v *reader, p *post.Post, c cast) web.Post {
	e := web.Post{
		ID: p.ID.String(), URL: s.postURL(v, p), Author: s.person(v, p.Author), Time: p.PublishedAt.In(v.zone), Level: web.Level(p.Visibility),
		Title: p.Title, Warning: p.Warning, Sensitive: p.Sensitive, HTML: s.pictured(p, p.HTML), Language: p.Language,
		Replies: int(p.Replies), Boosts: int(p.Boosts), Likes: int(p.Likes),
		Tags: p.Tags.Hashtags, ReplyTo: s.parent(v, p, c), Named: s.people(v, c.named[p.ID]),
	}
	e.Minutes, e.Rights, e.HereOnly, e.Pinned = minutes(p.Words), rightsOf(p), p.HereOnly, !p.PinnedAt.IsZero()
	if !p.EditedAt.IsZero() {
		e.Edited = p.EditedAt.In(v.zone)
		if v.me != nil || p.Local {
			e.History = historyPath(p)
		}
	}
	if p.Local {
		e.UID = post.Address(s.Names, p)
	} else {
		e.Permalink = post.Page(s.Names, p)
	}
	for _, m := range p.Media {
		e.Media = append(e.Media, s.medium(m))
	}
	e.Poll, e.Card = s.poll(v, p), s.card(p)
	if v.me != nil {
		e.Acts = acts(v, p, e.URL)
	}
	return e
}

// postURL is the page of a post that a reader is led to.
func (s *Site) postURL(v *reader, p *post.Post) string {
	if v.me == nil && !p.Local {
		return post.Page(s.Names, p)
	}
	return s.stepURL(v, p.Author, "/"+p.ID.String())
}

// postAddress is the absolute address of a post's page, as everybody knows it.
func (s *Site) postAddress(p *post.Post) string {
	if p.Local {
		return s.Names.Site(p.Author) + "/" + p.ID.String()
	}
	return post.Page(s.Names, p)
}

// postPath is the page of a post here.
func postPath(p *post.Post) string { return personPath(p.Author) + "/" + p.ID.String() }

// parent is what a post answers. Whether the reader may see it is not looked
// at: the post itself names it, and its page decides.
func (s *Site) parent(v *reader, p *post.Post, c cast) *web.Parent {
	if p.ReplyToID == 0 && p.ReplyToURI == "" {
		return nil
	}
	author := c.answered[p.ReplyToAccountID]
	if p.ReplyToID == 0 || author == nil {
		return &web.Parent{}
	}
	out := &web.Parent{Name: author.Called(), URL: s.stepURL(v, author, "/"+p.ReplyToID.String())}
	if v.me == nil && !author.Local {
		if out.URL = p.ReplyToURI; !strings.HasPrefix(out.URL, "http") { // a portable id is no address
			out.URL = s.Names.Profile(author)
		}
	}
	return out
}

// medium is a picture, film or sound as this home serves it. Films and sounds
// of others stay with them and are linked to.
func (s *Site) medium(m *media.Medium) web.Media {
	out := web.Media{Kind: web.Picture, Width: m.Width, Height: m.Height, Alt: m.Alt}
	switch {
	case m.Playable():
		return played(m)
	case !m.Ours() && m.Kind != media.Image:
		return web.Media{Kind: web.Other, URL: m.RemoteURL, Alt: m.Alt}
	case !m.Ours():
		out.URL = s.proxyPath(m)
		out.Small = out.URL
		return out
	}
	out.URL, out.Small = picture(m, media.Large), picture(m, media.Small)
	return out
}

// picture is the address of one size of a picture of ours, or of the other
// where there is but one.
func picture(m *media.Medium, size string) string {
	for _, name := range []string{size, media.Large, media.Small} {
		if f := m.Variant(name); f != nil && strings.HasPrefix(f.Mime, "image/") {
			return mediaPath + f.Key
		}
	}
	return ""
}

// played is a film or sound of ours. A browser takes the first of its sources
// that it plays: a film in sizes by HTTP Live Streaming, else in one piece.
func played(m *media.Medium) web.Media {
	out := web.Media{Kind: web.Film, Width: m.Width, Height: m.Height, Alt: m.Alt, Small: picture(m, media.Small), Seconds: m.Seconds}
	if m.Kind == media.Audio {
		out.Kind = web.Sound
	}
	add := func(f *media.File, as string) {
		if f != nil {
			out.Sources = append(out.Sources, web.FilmSource{URL: mediaPath + f.Key, Type: as})
		}
	}
	if m.Kind == media.Audio {
		add(m.Variant(media.Piece+"opus"), `audio/webm; codecs="opus"`)
	}
	add(m.Variant(media.List), film.ListType)
	words := m.Captions()
	for _, language := range slices.Sorted(maps.Keys(words)) {
		out.Words = append(out.Words, web.FilmCaptions{URL: mediaPath + words[language].Key, Language: language, Label: locale.NameOf(language)})
	}
	if whole := m.Variant(media.Large); whole != nil {
		out.URL = mediaPath + whole.Key
		add(whole, whole.Mime)
	}
	return out
}

// acts are what one who lives here may do with a post.
func acts(v *reader, p *post.Post, page string) *web.Acts {
	a := &web.Acts{At: postsPath + p.ID.String(), Reply: page + "#reply", Like: web.Act{Action: "/like", On: p.Liked}, Keep: web.Act{Action: "/keep", On: p.Kept}}
	mine := p.AuthorID == v.id()
	if !p.HereOnly && (p.Visibility.Open() || mine && p.Visibility == post.Followers) {
		a.Boost = web.Act{Action: "/boost", On: p.Boosted}
	}
	if mine {
		a.Edit, a.Delete, a.Sent = "/edit", "/delete", "/delivery"
		if p.MayPin() {
			a.Pin = web.Act{Action: "/pin", On: !p.PinnedAt.IsZero()}
		}
	}
	return a
}
