package mastodon

// An Application is a program that uses the API.
type Application struct {
	ID           string       `json:"id"`
	Name         string       `json:"name"`
	Website      *string      `json:"website"`
	Scopes       List[string] `json:"scopes"`
	RedirectURIs List[string] `json:"redirect_uris"`
	// RedirectURI is the same with line breaks between, for older programs.
	RedirectURI string `json:"redirect_uri"`
	// VapidKey is the server's key for Web Push, for older programs.
	VapidKey string `json:"vapid_key,omitempty"`
}

// A CredentialApplication is an application that was just registered.
type CredentialApplication struct {
	Application
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	// ClientSecretExpiresAt is a Unix time, 0 for never.
	ClientSecretExpiresAt int64 `json:"client_secret_expires_at"`
}

// A Token lets an application act (RFC 6749 §5.1).
type Token struct {
	AccessToken string `json:"access_token"`
	// TokenType is "Bearer".
	TokenType string `json:"token_type"`
	// Scope holds scopes with spaces between.
	Scope string `json:"scope"`
	// CreatedAt is a Unix time.
	CreatedAt int64 `json:"created_at"`
}

// An Error is why a request failed. On OAuth endpoints Error is a code
// (RFC 6749 §5.2), elsewhere a sentence.
type Error struct {
	Error            string `json:"error"`
	ErrorDescription string `json:"error_description,omitempty"`
}
