package mastodon

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"allod/internal/moderation"
	"allod/internal/post"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

func (d *door) homeTimeline(w http.ResponseWriter, r *http.Request) error {
	p, err := page(r, statusesUsual, post.ListMax)
	if err != nil {
		return err
	}
	items, err := d.Streams.Home(r.Context(), viewer(r), p)
	if err != nil {
		return err
	}
	return d.items(w, r, moderation.Home, items)
}

// publicTimeline tells what is said to everybody: here, and for a person also elsewhere.
func (d *door) publicTimeline(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		Local     bool `json:"local"`
		Remote    bool `json:"remote"`
		OnlyMedia bool `json:"only_media"`
	}](r)
	if err != nil {
		return err
	}
	p, err := page(r, statusesUsual, post.ListMax)
	if err != nil {
		return err
	}
	items, err := d.Posts.Everyones(r.Context(), viewer(r), post.Ground{Local: in.Local, Remote: in.Remote, MediaOnly: in.OnlyMedia}, p)
	if err != nil {
		return err
	}
	return d.items(w, r, moderation.Public, items)
}

// tagTimeline tells the public posts with a hashtag. What can be no hashtag has none.
func (d *door) tagTimeline(w http.ResponseWriter, r *http.Request) error {
	p, err := page(r, statusesUsual, post.ListMax)
	if err != nil {
		return err
	}
	tag := r.PathValue("hashtag")
	if !utf8.ValidString(tag) || strings.ContainsRune(tag, 0) {
		return d.answer(w, []mastodon.Status{})
	}
	items, err := d.Posts.ByTag(r.Context(), viewer(r), tag, p)
	if err != nil {
		return err
	}
	return d.items(w, r, moderation.Public, items)
}

// items answers a page of posts and boosts.
func (d *door) items(w http.ResponseWriter, r *http.Request, at moderation.Place, items []post.Item) error {
	if len(items) > 0 {
		d.link(w, r, items[0].ID, items[len(items)-1].ID)
	}
	shown, err := d.shown(r.Context(), viewer(r), at, items)
	if err != nil {
		return err
	}
	return d.answer(w, shown)
}
