package mastodon

import (
	"context"

	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/notification"
	"allod/internal/post"
	"allod/protocol/mastodon"
)

// shown leaves out of a list what the caller does not want to see because of
// whom it is by. What their filters meet stays: apps hide or fold that
// themselves, as each status says.
func (d *door) shown(ctx context.Context, who id.ID, at moderation.Place, items []post.Item) ([]mastodon.Status, error) {
	veil, err := d.Guard.Veil(ctx, who)
	if err != nil {
		return nil, err
	}
	out := make([]mastodon.Status, 0, len(items))
	for _, it := range items {
		if !veil.Bare() {
			if c := moderation.Hidden(veil.Over(who, at, it.Subject(d.Text))); c != nil && c.Why != moderation.ByFilter {
				continue
			}
		}
		s := d.Render.Item(it, who)
		d.mark(who, veil, &s, it.Post)
		out = append(out, s)
	}
	return out, nil
}

// status is a post as the caller sees it, with what their filters say.
func (d *door) status(ctx context.Context, who id.ID, p *post.Post) (mastodon.Status, error) {
	veil, err := d.Guard.Veil(ctx, who)
	s := d.Render.Post(p, who)
	d.mark(who, veil, &s, p)
	return s, err
}

// statuses are posts of a conversation as the caller sees them.
func (d *door) statuses(ctx context.Context, who id.ID, posts []*post.Post) ([]mastodon.Status, error) {
	items := make([]post.Item, len(posts))
	for i, p := range posts {
		items[i] = post.Item{ID: p.ID, Post: p}
	}
	return d.shown(ctx, who, moderation.Thread, items)
}

// mark says which of the caller's filters a status meets, and whether they
// want to be told of its conversation.
func (d *door) mark(me id.ID, veil *moderation.Veil, s *mastodon.Status, p *post.Post) {
	if veil == nil || s.StatusViewer == nil {
		return
	}
	who := *s.StatusViewer
	who.Muted = veil.ThreadMuted(p.ThreadID)
	for _, c := range veil.Matches(me, p.Subject(d.Text)) {
		result := mastodon.FilterResult{Filter: filterOf(c.Filter), KeywordMatches: c.Keywords}
		if c.Named {
			result.StatusMatches = []string{p.ID.String()}
		}
		who.Filtered = append(who.Filtered, result)
	}
	s.StatusViewer = &who
	if s.Reblog != nil && s.Reblog.StatusViewer != nil {
		s.Reblog.StatusViewer = &who
	}
}

// notification is what the caller is told, with what their filters say of it.
func (d *door) notification(ctx context.Context, who id.ID, n *notification.Notification) (mastodon.Notification, error) {
	out := d.Render.Notification(n)
	if n.Post == nil || out.Status == nil {
		return out, nil
	}
	veil, err := d.Guard.Veil(ctx, who)
	d.mark(who, veil, out.Status, n.Post)
	return out, err
}

// filterOf is a filter without its parts, as it stands in a status.
func filterOf(f *moderation.Filter) mastodon.Filter {
	out := mastodon.Filter{ID: f.ID.String(), Title: f.Title, ExpiresAt: mastodon.At(f.Until), FilterAction: string(f.Action)}
	for _, p := range f.Places {
		out.Context = append(out.Context, string(p))
	}
	return out
}
