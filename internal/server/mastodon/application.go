package mastodon

import (
	"net/http"
	"strings"

	"allod/protocol/mastodon"
)

// verifyApp tells an app of itself.
func (d *door) verifyApp(w http.ResponseWriter, r *http.Request) error {
	a, err := d.Auth.AppByID(r.Context(), tokenOf(r).AppID)
	if err != nil {
		return err
	}
	return d.answer(w, mastodon.Application{
		ID: a.ID.String(), Name: a.Name, Website: textOrNull(a.Website), Scopes: mastodon.List[string](a.Scopes),
		RedirectURIs: a.RedirectURIs, RedirectURI: strings.Join(a.RedirectURIs, "\n"), VapidKey: d.Pushes.Key(),
	})
}

// preferences tells what new statuses are unless an app says otherwise.
func (d *door) preferences(w http.ResponseWriter, r *http.Request) error {
	prefs, err := d.Accounts.Preference(r.Context(), viewer(r))
	if err != nil {
		return err
	}
	return d.answer(w, map[string]any{
		"posting:default:visibility":   levels[preferred(prefs)],
		"posting:default:sensitive":    false,
		"posting:default:language":     textOrNull(prefs.PostLanguage),
		"posting:default:quote_policy": "nobody",
		"reading:expand:media":         "default",
		"reading:expand:spoilers":      false,
		"reading:autoplay:gifs":        false,
	})
}
