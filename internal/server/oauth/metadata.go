package oauth

import (
	"net/http"

	"allod/internal/auth"
	"allod/internal/server"
)

// metadata is RFC 8414 §2, with Mastodon's address for registering apps.
type metadata struct {
	Issuer            string   `json:"issuer"`
	Authorization     string   `json:"authorization_endpoint"`
	Token             string   `json:"token_endpoint"`
	Revocation        string   `json:"revocation_endpoint"`
	AppRegistration   string   `json:"app_registration_endpoint"`
	Scopes            []string `json:"scopes_supported"`
	ResponseTypes     []string `json:"response_types_supported"`
	ResponseModes     []string `json:"response_modes_supported"`
	GrantTypes        []string `json:"grant_types_supported"`
	TokenAuthMethods  []string `json:"token_endpoint_auth_methods_supported"`
	RevokeAuthMethods []string `json:"revocation_endpoint_auth_methods_supported"`
	ChallengeMethods  []string `json:"code_challenge_methods_supported"`
}

func (d *door) metadata(w http.ResponseWriter, r *http.Request) error {
	methods := []string{"client_secret_basic", "client_secret_post"}
	return server.JSON(w, http.StatusOK, metadata{
		Issuer: d.Origin, Authorization: d.Origin + authorizePath, Token: d.Origin + tokenPath, Revocation: d.Origin + revokePath,
		AppRegistration: d.Origin + appsPath, Scopes: auth.KnownScopes(), ResponseTypes: []string{"code"}, ResponseModes: []string{"query"},
		GrantTypes: []string{"authorization_code", "client_credentials"}, TokenAuthMethods: methods, RevokeAuthMethods: methods,
		ChallengeMethods: []string{"S256"},
	})
}
