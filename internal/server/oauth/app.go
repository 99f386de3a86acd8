package oauth

import (
	"net/http"
	"strings"

	"allod/internal/auth"
	"allod/internal/server"
)

// A newApp is what an app says of itself. Its redirect URIs are a list, or
// one text with a line for each.
type newApp struct {
	Name         string   `form:"client_name"`
	RedirectURIs []string `form:"redirect_uris"`
	Scopes       string   `form:"scopes"`
	Website      string   `form:"website"`
}

// An app is the Mastodon API's CredentialApplication.
type app struct {
	ID              string   `json:"id"`
	Name            string   `json:"name"`
	Website         *string  `json:"website"`
	Scopes          []string `json:"scopes"`
	RedirectURIs    []string `json:"redirect_uris"`
	RedirectURI     string   `json:"redirect_uri"` // the same by lines, for older apps
	ClientID        string   `json:"client_id"`
	ClientSecret    string   `json:"client_secret"`
	SecretExpiresAt int      `json:"client_secret_expires_at"` // 0 is never
	VAPIDKey        string   `json:"vapid_key"`
}

func (d *door) register(w http.ResponseWriter, r *http.Request) error {
	if err := d.Limits.Register(server.ClientAddr(r)); err != nil {
		return err
	}
	in, err := server.Decode[newApp](r)
	if err != nil {
		return err
	}
	made, secret, err := d.Auth.CreateApp(r.Context(), auth.NewApp{
		Name: in.Name, Website: in.Website, RedirectURIs: byLine(in.RedirectURIs), Scopes: in.Scopes,
	})
	if err != nil {
		return err
	}
	out := app{
		ID: made.ID.String(), Name: made.Name, Scopes: made.Scopes, RedirectURIs: made.RedirectURIs,
		RedirectURI: strings.Join(made.RedirectURIs, "\n"), ClientID: made.ClientID, ClientSecret: secret, VAPIDKey: d.VAPIDKey,
	}
	if made.Website != "" {
		out.Website = &made.Website
	}
	w.Header().Set("Cache-Control", "no-store")
	return server.JSON(w, http.StatusOK, out)
}

// byLine takes a list of texts apart into the words of all.
func byLine(texts []string) (uris []string) {
	for _, t := range texts {
		uris = append(uris, strings.Fields(t)...)
	}
	return uris
}
