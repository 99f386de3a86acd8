package oauth

import (
	"net/http"
	"net/url"

	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/server"
)

// A tokenRequest is RFC 6749 §4.1.3 and §4.4.2, as a form or, as Mastodon takes it, JSON.
type tokenRequest struct {
	GrantType    string `form:"grant_type"`
	ClientID     string `form:"client_id"`
	ClientSecret string `form:"client_secret"`
	Code         string `form:"code"`
	RedirectURI  string `form:"redirect_uri"`
	CodeVerifier string `form:"code_verifier"`
	Scope        string `form:"scope"`
}

// A tokenAnswer is RFC 6749 §5.1 with Mastodon's created_at, in seconds.
type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	Scope       string `json:"scope"`
	CreatedAt   int64  `json:"created_at"`
}

func (d *door) token(w http.ResponseWriter, r *http.Request) error {
	private(w)
	in, err := server.DecodeBody[tokenRequest](r)
	if err != nil {
		return err
	}
	if in.ClientID, in.ClientSecret, err = client(r, in.ClientID, in.ClientSecret); err != nil {
		return err
	}
	secret, t, err := d.grant(r, in)
	if err != nil {
		return err
	}
	return server.JSON(w, http.StatusOK, tokenAnswer{
		AccessToken: secret, TokenType: "Bearer", Scope: t.Scopes.String(), CreatedAt: t.CreatedAt.Unix(),
	})
}

func (d *door) grant(r *http.Request, in tokenRequest) (string, *auth.Token, error) {
	switch in.GrantType {
	case "authorization_code":
		if in.Code == "" || in.RedirectURI == "" {
			return "", nil, &oauthError{"invalid_request", "code and redirect_uri must be given."}
		}
		secret, t, err := d.Auth.Exchange(r.Context(), auth.Exchange{
			ClientID: in.ClientID, Secret: in.ClientSecret, Code: in.Code, Redirect: in.RedirectURI, Verifier: in.CodeVerifier,
			From: auth.Caller{Agent: r.UserAgent(), Address: server.ClientAddr(r).String()},
		})
		if fault.Is(err, fault.Invalid) {
			err = &oauthError{"invalid_grant", "The code is unknown, used or too old, or redirect_uri or code_verifier do not fit it."}
		}
		return secret, t, err
	case "client_credentials":
		secret, t, err := d.Auth.AppToken(r.Context(), in.ClientID, in.ClientSecret, in.Scope)
		if fault.Is(err, fault.Invalid) {
			err = &oauthError{"invalid_scope", "A scope is unknown, or more than the app registered."}
		}
		return secret, t, err
	case "":
		return "", nil, &oauthError{"invalid_request", "grant_type must be given."}
	}
	return "", nil, &oauthError{"unsupported_grant_type", "grant_type is authorization_code or client_credentials."}
}

// client is who asks, by HTTP Basic or by the body, not by both in different
// words (RFC 6749 §2.3.1).
func client(r *http.Request, id, secret string) (string, string, error) {
	user, pass, ok := r.BasicAuth()
	if !ok {
		return id, secret, nil
	}
	user, err := url.QueryUnescape(user)
	if err != nil {
		return "", "", server.Malformed("client id: %w", err)
	}
	if pass, err = url.QueryUnescape(pass); err != nil {
		return "", "", server.Malformed("client secret is not encoded as a form")
	}
	if id != "" && id != user || secret != "" && secret != pass {
		return "", "", &oauthError{"invalid_request", "The client names itself twice, and not the same."}
	}
	return user, pass, nil
}

// A revocation is RFC 7009 §2.1. The hint about the kind of token is not needed.
type revocation struct {
	Token        string `form:"token"`
	ClientID     string `form:"client_id"`
	ClientSecret string `form:"client_secret"`
}

func (d *door) revoke(w http.ResponseWriter, r *http.Request) error {
	private(w)
	in, err := server.DecodeBody[revocation](r)
	if err != nil {
		return err
	}
	if in.ClientID, in.ClientSecret, err = client(r, in.ClientID, in.ClientSecret); err != nil {
		return err
	}
	if in.Token == "" {
		return &oauthError{"invalid_request", "token must be given."}
	}
	if err := d.Auth.RevokeToken(r.Context(), in.ClientID, in.ClientSecret, in.Token); err != nil {
		return err
	}
	return server.JSON(w, http.StatusOK, struct{}{})
}
