package translate

import (
	"time"

	"allod/internal/account"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

// A Told is a post of one who lives here with what its document needs beyond it.
type Told struct {
	Post    *post.Post
	Named   []*account.Account
	Members []*account.Account // of a circle, whom no document names
	Parent  string             // the address of the post it answers, or ""
	Circle  string             // the address of the circle it answers in, where that is another's, or ""
	Album   string             // the address of the album that it shows, or ""
	Shows   string             // the page of that album, which its text names
}

// NoteDocument is the document of a post, not yet proven (Vocabulary §3.3).
func NoteDocument(n account.Names, t Told) ([]byte, error) {
	p, id := t.Post, post.Address(n, t.Post)
	to, cc := Recipients(n, t)
	content, _ := p.Said(func(m *media.Medium) string { return fileOf(n, m) })
	doc := as.NoteDocument{
		ID: id, AttributedTo: n.Actor(p.Author), InReplyTo: t.Parent, Content: content, Language: p.Language, Summary: p.Warning,
		Sensitive: p.Sensitive, Published: p.PublishedAt, Updated: p.EditedAt, URL: post.Page(n, p), To: to, Cc: cc,
		Replies: id + "/replies", Likes: id + "/likes", Shares: id + "/shares",
	}
	for _, m := range p.Tags.Mentions {
		doc.Tags = append(doc.Tags, as.TagDocument{Type: as.TypeMention, Href: mentioned(n, t.Named, m), Name: "@" + m.Handle})
	}
	for _, tag := range p.Tags.Hashtags {
		doc.Tags = append(doc.Tags, as.TagDocument{Type: as.TypeHashtag, Href: n.Tag(markup.FoldTag(tag)), Name: "#" + tag})
	}
	if t.Album != "" {
		doc.Tags = append(doc.Tags, as.TagDocument{Type: as.TypeLink, Href: t.Album, Name: t.Shows})
	}
	doc.Tags = append(doc.Tags, emojiTags(n, p.Tags.Emoji)...)
	doc.Poll = asked(p.Poll)
	reserve(&doc, p)
	if p.Kind == post.Article {
		article(&doc, n, p)
	}
	if p.Kind == post.Video {
		video(&doc, n, p)
	}
	for _, m := range p.Media {
		if a, ok := attachment(n, m); ok {
			doc.Attachments = append(doc.Attachments, a)
		}
	}
	doc.Card = card(n, p)
	return doc.JSON()
}

// emojiTags are the tags of small pictures of this home.
func emojiTags(n account.Names, all []account.Emoji) (tags []as.TagDocument) {
	for _, e := range all {
		tags = append(tags, as.TagDocument{
			Type: as.TypeEmoji, ID: n.Origin + "/emoji/" + e.Shortcode, Name: ":" + e.Shortcode + ":", Icon: &as.ImageDocument{URL: e.URL},
		})
	}
	return tags
}

// mentioned is the actor id of a mention.
func mentioned(n account.Names, named []*account.Account, m post.Mention) string {
	for _, a := range named {
		if a.ID == m.AccountID {
			return n.Actor(a)
		}
	}
	return m.URL
}

func attachment(n account.Names, m *media.Medium) (as.AttachmentDocument, bool) {
	f := m.Variant(media.Large)
	if f == nil {
		return as.AttachmentDocument{}, false
	}
	a := as.AttachmentDocument{MediaType: f.Mime, URL: n.File(f.Key), Name: m.Alt, Blurhash: m.Blurhash, Width: f.Width, Height: f.Height}
	if m.FocusX != 0 || m.FocusY != 0 {
		a.FocalPoint = &[2]float64{m.FocusX, m.FocusY}
	}
	if m.Playable() {
		a.Duration, a.Icon = seconds(m.Seconds), posterOf(n, m)
	}
	return a, true
}

// seconds are a time.
func seconds(n float64) time.Duration {
	return time.Duration(n * float64(time.Second)).Round(10 * time.Millisecond)
}

// posterOf is the picture of a video of ours, nil for none.
func posterOf(n account.Names, m *media.Medium) *as.ImageDocument {
	f := m.Variant(media.Small)
	if f == nil {
		return nil
	}
	return &as.ImageDocument{MediaType: f.Mime, URL: n.File(f.Key)}
}

// AudienceOf is the id of the collection of those that a post to a circle is for, by the post's.
func AudienceOf(id string) string { return id + audiencePath }

const audiencePath = "/audience"

// Recipients are to and cc of a post. One to a circle is addressed to a
// collection that nobody but its author can read, and to those it names; its
// members know by their own inbox that they may see it. Mastodon takes that
// for a silent mention.
func Recipients(n account.Names, t Told) (to, cc []string) {
	to, cc = Audience(n, t.Post.Author, t.Post.Visibility, t.Named)
	if t.Post.Visibility == post.Circle {
		to = append([]string{AudienceOf(post.Address(n, t.Post))}, to...)
		if t.Circle != "" {
			to = append(to, t.Circle)
		}
	}
	return to, cc
}

// Audience is to and cc of what author tells at a level, as Mastodon reads
// them: public, unlisted, followers, and those it names.
func Audience(n account.Names, author *account.Account, v post.Visibility, named []*account.Account) (to, cc []string) {
	var people []string
	for _, a := range named {
		people = append(people, n.Actor(a))
	}
	followers := n.Below(author, "followers")
	switch v {
	case post.Public:
		return []string{as.Public}, append([]string{followers}, people...)
	case post.Unlisted:
		return []string{followers}, append([]string{as.Public}, people...)
	case post.Followers:
		return []string{followers}, people
	case post.Circle, post.Direct, post.Self:
	}
	return people, nil
}
