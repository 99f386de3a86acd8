package mastodon

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/notification"
	"allod/internal/post"
	"allod/protocol/mastodon"
)

// levels are the visibilities that the API has words for.
var levels = map[post.Visibility]string{
	post.Public: mastodon.VisibilityPublic, post.Unlisted: mastodon.VisibilityUnlisted,
	post.Followers: mastodon.VisibilityPrivate, post.Circle: mastodon.VisibilityPrivate, post.Direct: mastodon.VisibilityDirect,
	// The API has no word for what only its author may see. A direct status
	// that mentions nobody is just that, and stays that when an app posts it
	// again; as private it would then reach every follower.
	post.Self: mastodon.VisibilityDirect,
}

// levelFor is the level of a post as viewer is told it. A post to a circle is
// private for those it is for, as limited ones are in Mastodon, whose answers
// stay in the circle. To its author it is direct: an app that posts it again
// as private would send it to every follower.
func levelFor(p *post.Post, viewer id.ID) string {
	if p.Visibility == post.Circle && p.AuthorID == viewer {
		return mastodon.VisibilityDirect
	}
	return levels[p.Visibility]
}

// levelOf reads a visibility; ok is false for what is none.
func levelOf(s string) (v post.Visibility, ok bool) {
	switch s {
	case mastodon.VisibilityPublic:
		return post.Public, true
	case mastodon.VisibilityUnlisted:
		return post.Unlisted, true
	case mastodon.VisibilityPrivate:
		return post.Followers, true
	case mastodon.VisibilityDirect:
		return post.Direct, true
	}
	return "", false
}

// Items are lines of a list as viewer sees them.
func (r *Renderer) Items(items []post.Item, viewer id.ID) []mastodon.Status {
	out := make([]mastodon.Status, len(items))
	for i, it := range items {
		out[i] = r.Item(it, viewer)
	}
	return out
}

// Item is a post by itself, or a boost around it.
func (r *Renderer) Item(it post.Item, viewer id.ID) mastodon.Status {
	inner := r.Post(it.Post, viewer)
	if it.Boost == nil {
		return inner
	}
	return mastodon.Status{
		ID: it.Boost.ID.String(), CreatedAt: mastodon.At(it.Boost.CreatedAt), Visibility: levels[it.Boost.Visibility],
		URI: r.names.ID(it.By, it.Boost.URI), URL: inner.URL, Account: r.Account(it.By), Reblog: &inner,
		QuoteApproval: inner.QuoteApproval, StatusViewer: inner.StatusViewer,
	}
}

// Posts are posts as viewer sees them.
func (r *Renderer) Posts(posts []*post.Post, viewer id.ID) []mastodon.Status {
	out := make([]mastodon.Status, len(posts))
	for i, p := range posts {
		out[i] = r.Post(p, viewer)
	}
	return out
}

// Post is a post as viewer sees it.
func (r *Renderer) Post(p *post.Post, viewer id.ID) mastodon.Status {
	out := mastodon.Status{
		ID: p.ID.String(), CreatedAt: mastodon.At(p.PublishedAt), InReplyToID: idOrNull(p.ReplyToID),
		InReplyToAccountID: idOrNull(p.ReplyToAccountID), Sensitive: p.Sensitive, SpoilerText: p.Warning,
		Visibility: levelFor(p, viewer), Language: textOrNull(p.Language),
		URI: post.Address(r.names, p), URL: new(post.Page(r.names, p)),
		RepliesCount: p.Replies, ReblogsCount: p.Boosts, FavouritesCount: p.Likes,
		EditedAt: mastodon.At(p.EditedAt), Content: r.content(p), Account: r.Account(p.Author),
		Poll: r.Poll(p, viewer), Card: r.card(p), QuoteApproval: mastodon.Approval{CurrentUser: "denied"},
	}
	for _, m := range p.Media {
		out.MediaAttachments = append(out.MediaAttachments, r.Medium(m))
	}
	for _, m := range p.Tags.Mentions {
		if m.AccountID != 0 {
			out.Mentions = append(out.Mentions, r.mention(m))
		}
	}
	for _, tag := range p.Tags.Hashtags {
		folded := markup.FoldTag(tag)
		out.Tags = append(out.Tags, mastodon.StatusTag{Name: folded, URL: r.names.Tag(folded)})
	}
	for _, e := range p.Tags.Emoji {
		out.Emojis = append(out.Emojis, emojiOf(e.Shortcode, r.pictures.Emoji(p, e)))
	}
	if viewer != 0 {
		out.StatusViewer = &mastodon.StatusViewer{Favourited: p.Liked, Reblogged: p.Boosted, Bookmarked: p.Kept}
		if p.AuthorID == viewer && p.MayPin() {
			out.Pinned = new(!p.PinnedAt.IsZero())
		}
	}
	return out
}

func (r *Renderer) mention(m post.Mention) mastodon.Mention {
	handle := strings.TrimSuffix(strings.TrimPrefix(m.Handle, "@"), "@"+r.names.Host)
	name, _, _ := strings.Cut(handle, "@")
	return mastodon.Mention{ID: m.AccountID.String(), Username: name, URL: m.URL, Acct: handle}
}

// Medium is a file of a post. Ours is served in two sizes, another server's through the proxy.
func (r *Renderer) Medium(m *media.Medium) mastodon.MediaAttachment {
	out := mastodon.MediaAttachment{ID: m.ID.String(), Type: m.Kind, Description: textOrNull(m.Alt), Blurhash: textOrNull(m.Blurhash)}
	meta := mastodon.MediaMeta{Original: version(m.Width, m.Height)}
	if m.FocusX != 0 || m.FocusY != 0 {
		meta.Focus = &mastodon.Focus{X: m.FocusX, Y: m.FocusY}
	}
	if !m.Ours() {
		at := r.pictures.Medium(m)
		out.URL, out.PreviewURL, out.RemoteURL = &at, &at, &m.RemoteURL
	} else if large := m.Variant(media.Large); large != nil {
		small := m.Variant(media.Small)
		if small == nil && m.Kind == media.Image {
			small = large
		}
		out.URL, meta.Original = new(r.names.File(large.Key)), version(large.Width, large.Height)
		if small != nil {
			out.PreviewURL, meta.Small = new(r.names.File(small.Key)), version(small.Width, small.Height)
		}
		if m.Playable() {
			plays(&meta, m, large)
		}
	}
	if meta.Original != nil || meta.Focus != nil {
		out.Meta = &meta
	}
	return out
}

// plays tells how long a video or sound is.
func plays(meta *mastodon.MediaMeta, m *media.Medium, large *media.File) {
	if meta.Original == nil {
		meta.Original = &mastodon.MediaVersion{}
	}
	meta.Original.Duration, meta.Duration = m.Seconds, m.Seconds
	if m.Seconds > 0 {
		meta.Original.Bitrate = int64(float64(8*large.Size) / m.Seconds)
	}
	whole := int(m.Seconds)
	meta.Length = fmt.Sprintf("%d:%02d:%05.2f", whole/3600, whole/60%60, math.Mod(m.Seconds, 60))
	if m.Kind == media.Video {
		meta.Width, meta.Height, meta.Size, meta.Aspect = meta.Original.Width, meta.Original.Height, meta.Original.Size, meta.Original.Aspect
	}
}

// version tells the size of one rendition, nil where it is unknown.
func version(width, height int) *mastodon.MediaVersion {
	if width <= 0 || height <= 0 {
		return nil
	}
	return &mastodon.MediaVersion{Width: width, Height: height, Size: strconv.Itoa(width) + "x" + strconv.Itoa(height), Aspect: float64(width) / float64(height)}
}

// kinds are the notifications that the API has words for.
var kinds = map[notification.Kind]string{
	notification.Follow: mastodon.NotificationFollow, notification.FollowRequest: mastodon.NotificationFollowRequest,
	notification.Mention: mastodon.NotificationMention, notification.Like: mastodon.NotificationFavourite,
	notification.Boost: mastodon.NotificationReblog, notification.Poll: mastodon.NotificationPoll,
	notification.Update: mastodon.NotificationUpdate,
}

// TypeOf is what the API calls a kind of news, "" for those it has no word for.
func TypeOf(k notification.Kind) string { return kinds[k] }

// Notification is what the one it is for is told.
func (r *Renderer) Notification(n *notification.Notification) mastodon.Notification {
	out := mastodon.Notification{
		ID: n.ID.String(), Type: kinds[n.Kind], GroupKey: "ungrouped-" + n.ID.String(), CreatedAt: mastodon.At(n.CreatedAt),
		Account: r.Account(n.From),
	}
	if n.Post != nil {
		out.Status = new(r.Post(n.Post, n.AccountID))
	}
	return out
}

func idOrNull(i id.ID) *string {
	if i == 0 {
		return nil
	}
	return new(i.String())
}

func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
