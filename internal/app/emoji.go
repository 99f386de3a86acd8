package app

import (
	"context"

	"allod/internal/account"
)

// pictured are the small pictures of this home that a text names, as posts and profiles carry them.
func (a *App) pictured(ctx context.Context, text string) (out []account.Emoji, err error) {
	all, err := a.emoji.In(ctx, text)
	for _, e := range all {
		out = append(out, account.Emoji{Shortcode: e.Shortcode, URL: a.names.File(e.Key)})
	}
	return out, err
}
