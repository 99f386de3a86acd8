package app

import (
	"context"

	"allod/internal/post"
)

// pictured are the small pictures of this home that a text names, as a post carries them.
func (a *App) pictured(ctx context.Context, text string) (out []post.Emoji, err error) {
	all, err := a.emoji.In(ctx, text)
	for _, e := range all {
		out = append(out, post.Emoji{Shortcode: e.Shortcode, URL: a.names.File(e.Key)})
	}
	return out, err
}
