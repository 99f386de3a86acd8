package mastodon

import (
	"net/http"

	"allod/protocol/mastodon"
)

// customEmojis are the small pictures of this home.
func (d *door) customEmojis(w http.ResponseWriter, r *http.Request) error {
	out := []mastodon.CustomEmoji{}
	if d.Emoji == nil {
		return d.answer(w, out)
	}
	all, err := d.Emoji.List(r.Context())
	if err != nil {
		return err
	}
	for _, e := range all {
		at := d.Names.File(e.Key)
		out = append(out, mastodon.CustomEmoji{Shortcode: e.Shortcode, URL: at, StaticURL: at, VisibleInPicker: true, Category: textOrNull(e.Category)})
	}
	return d.answer(w, out)
}
