package mastodon

import (
	"html"
	"slices"
	"strings"
	"sync"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/post"
	"allod/protocol/mastodon"
)

// Pictures says where this home serves pictures of other servers, so that no
// app has to fetch from those.
type Pictures struct {
	Medium   func(m *media.Medium) string                      // of a post
	Portrait func(a *account.Account, remoteURL string) string // an avatar or header
	Emoji    func(p *post.Post, e account.Emoji) string        // in a text
	Likeness func(a *account.Account, e account.Emoji) string  // in a name, bio or field
	Blank    string                                            // for those who have none
}

// A Renderer says what services returned in the words of the API. What it is
// given must be for the eyes of whoever asks. It is safe for concurrent use.
type Renderer struct {
	names    account.Names
	text     *markup.Engine
	pictures Pictures
	now      func() time.Time

	mu    sync.RWMutex
	words map[string]words // by the URI of the account
}

// words are the texts of a profile as HTML, with what they were made from.
type words struct {
	bio    string
	fields []account.Field
	note   string
	rows   mastodon.List[mastodon.Field]
}

// wordsMax is how many profiles are remembered.
const wordsMax = 10_000

// NewRenderer returns a renderer.
func NewRenderer(names account.Names, text *markup.Engine, p Pictures, now func() time.Time) *Renderer {
	return &Renderer{names: names, text: text, pictures: p, now: now, words: map[string]words{}}
}

// Account is a profile.
func (r *Renderer) Account(a *account.Account) mastodon.Account {
	w := r.wordsOf(a)
	avatar, header := r.picture(a, a.Avatar), r.picture(a, a.Header)
	out := mastodon.Account{
		ID: a.ID.String(), Username: a.Name, Acct: a.Handle(), URL: new(r.names.Profile(a)), URI: r.names.Actor(a),
		DisplayName: a.DisplayName, Note: w.note, Avatar: avatar, AvatarStatic: avatar, Header: header, HeaderStatic: header,
		Locked: a.Locked, Bot: a.Bot || a.Kind == account.KindService || a.Kind == account.KindApplication, Group: a.Kind == account.KindGroup,
		Discoverable: &a.Discoverable, Indexable: a.Indexable, ShowMedia: true, ShowMediaReplies: true, ShowFeatured: true,
		CreatedAt: mastodon.At(a.CreatedAt.UTC().Truncate(24 * time.Hour)), LastStatusAt: mastodon.On(a.LastPostAt),
		StatusesCount: a.PostsCount, FollowersCount: a.FollowersCount, FollowingCount: a.FollowingCount,
		Fields: w.rows, FeatureApproval: mastodon.Approval{CurrentUser: "denied"}, Suspended: a.Gone(),
	}
	for _, e := range a.Emoji {
		out.Emojis = append(out.Emojis, emojiOf(e.Shortcode, r.pictures.Likeness(a, e)))
	}
	if a.Local {
		out.HideCollections, out.Noindex, out.Roles = new(true), new(!a.Indexable), &mastodon.List[mastodon.AccountRole]{}
	}
	return out
}

// emojiOf is a small picture as those who see the text it is in are told of it.
func emojiOf(code, at string) mastodon.CustomEmoji {
	return mastodon.CustomEmoji{Shortcode: code, URL: at, StaticURL: at}
}

// everyone is the id of the role that Mastodon gives each person.
const everyone = "-99"

// Credentials are the profile of one who lives here as it was typed, for
// themselves, with how many ask to follow them.
func (r *Renderer) Credentials(a *account.Account, p *account.Preference, asking int) mastodon.CredentialAccount {
	source := mastodon.Source{
		Privacy: levels[preferred(p)], Language: p.PostLanguage, Note: a.Bio, FollowRequestsCount: int64(asking),
		HideCollections: new(true), Discoverable: &a.Discoverable, Indexable: a.Indexable, QuotePolicy: "nobody",
	}
	for _, f := range a.Fields {
		source.Fields = append(source.Fields, mastodon.Field{Name: f.Name, Value: f.Value})
	}
	return mastodon.CredentialAccount{Account: r.Account(a), Source: source, Role: mastodon.Role{ID: everyone, Permissions: "0"}}
}

// preferred is the level of a new post; one who never chose posts in public.
func preferred(p *account.Preference) post.Visibility {
	if v, ok := post.ParseVisibility(p.Visibility); ok {
		return v
	}
	return post.Public
}

// wordsOf renders the texts of a profile once for as long as they stay the same.
func (r *Renderer) wordsOf(a *account.Account) words {
	r.mu.RLock()
	w, ok := r.words[a.URI]
	r.mu.RUnlock()
	if ok && w.bio == a.Bio && slices.Equal(w.fields, a.Fields) {
		return w
	}
	w = words{bio: a.Bio, fields: a.Fields, note: r.prose(a, a.Bio)}
	for _, f := range a.Fields {
		w.rows = append(w.rows, mastodon.Field{Name: f.Name, Value: r.line(a, f.Value)})
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.words) >= wordsMax {
		clear(r.words)
	}
	r.words[a.URI] = w
	return w
}

// prose is a text of a profile: Markdown of those who live here, HTML as received of others.
func (r *Renderer) prose(a *account.Account, text string) string {
	switch {
	case text == "":
		return ""
	case a.Local:
		return r.text.Render(text, markup.Links{Tag: func(tag string) string { return r.names.Tag(markup.FoldTag(tag)) }})
	}
	return r.text.Sanitize(text)
}

// line is the value of a field: plain text of those who live here, where an
// address is a link, HTML as received of others.
func (r *Renderer) line(a *account.Account, value string) string {
	if !a.Local {
		return r.text.Sanitize(value)
	}
	text := html.EscapeString(value)
	if _, err := address.Parse(value); err != nil {
		return text
	}
	shown := strings.TrimPrefix(strings.TrimPrefix(text, "https://"), "http://")
	return `<a href="` + text + `" rel="me nofollow noopener noreferrer" target="_blank">` + shown + `</a>`
}

// picture is where an avatar or header is: a key of ours, or an address elsewhere.
func (r *Renderer) picture(a *account.Account, at string) string {
	switch {
	case at == "":
		return r.pictures.Blank
	case a.Local:
		return r.names.File(at)
	}
	return r.pictures.Portrait(a, at)
}
