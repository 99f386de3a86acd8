package app

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/markup"
	"allod/internal/post"
	"allod/internal/websub"
)

// feeds shows the hub the feeds that the pages' door writes.
type feeds struct{ *App }

// Feed is the feed at its own address.
func (f feeds) Feed(ctx context.Context, address string) (*websub.Feed, error) {
	t, err := f.site.Topic(ctx, address)
	if err != nil {
		return nil, err
	}
	return &websub.Feed{Account: t.Account, Tag: t.Tag, ContentType: t.Kind, Body: t.Body}, nil
}

// askHub hands a subscriber's wish to the hub.
func (a *App) askHub(ctx context.Context, mode, topic, callback, secret string, lease time.Duration) error {
	return a.hub.Ask(ctx, websub.Wish{Mode: mode, Topic: topic, Callback: callback, Secret: secret, Lease: lease})
}

// What is said to everyone, and taken back or changed, is news in feeds.

func (a *App) publishedFeeds(ctx context.Context, tx *db.Tx, f post.Published) error {
	return a.feedNews(ctx, tx, f.Post)
}

func (a *App) editedFeeds(ctx context.Context, tx *db.Tx, f post.Edited) error {
	return a.feedNews(ctx, tx, f.Post)
}

func (a *App) deletedFeeds(ctx context.Context, tx *db.Tx, f post.Deleted) error {
	return a.feedNews(ctx, tx, f.Post)
}

func (a *App) feedNews(ctx context.Context, tx *db.Tx, p *post.Post) error {
	if !p.Local || p.Visibility != post.Public || p.HereOnly {
		return nil
	}
	tags := make([]string, len(p.Tags.Hashtags))
	for i, t := range p.Tags.Hashtags {
		tags[i] = markup.FoldTag(t)
	}
	return a.hub.News(ctx, tx, p.AuthorID, tags)
}
