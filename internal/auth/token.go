package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

const (
	codeFor      = 10 * time.Minute // RFC 6749 §4.1.2
	tokenTouch   = time.Hour        // how exactly used_at is kept
	appTokensMax = 20               // of an app on its own behalf; the oldest ends first

	challengeSize = 43 // of a SHA-256 in base64url (RFC 7636 §4.2)
	verifierMax   = 128
)

// A Token is the access an app was given. A value that was returned must not be changed.
type Token struct {
	ID         id.ID
	AccountID  id.ID // 0 for an app on its own behalf
	AppID      id.ID
	AppName    string
	AppWebsite string
	Scopes     Scopes
	CreatedAt  time.Time
	UsedAt     time.Time // to the hour
	Agent      string    // as the app called itself then
	Address    string    // where it was then
	Standing             // of the person
}

// A Caller is where a call comes from.
type Caller struct{ Agent, Address string }

// A Grant is what a person said yes to.
type Grant struct {
	App       *App
	AccountID id.ID
	SessionID id.ID // the session they said it in
	Redirect  string
	Scopes    Scopes
	Challenge string // PKCE S256 (RFC 7636), or ""
}

// CheckChallenge returns Invalid for a PKCE challenge other than S256 makes.
// A challenge without a method means plain, which is refused (RFC 7636 §4.3).
func CheckChallenge(challenge, method string) error {
	if challenge == "" && method == "" {
		return nil
	}
	if method != "S256" || len(challenge) != challengeSize || strings.Trim(challenge, unreserved) != "" {
		return fault.New(fault.Invalid, "fault.oauth.challenge").In("code_challenge")
	}
	return nil
}

// unreserved are the characters of a verifier (RFC 7636 §4.1), more than base64url has.
const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

// NewCode is the code that an app exchanges for a token. It returns Invalid
// in the fields "redirect_uri" and "scope" for what the app did not register.
func (s *Service) NewCode(ctx context.Context, g Grant) (string, error) {
	if !g.App.Redirects(g.Redirect) {
		return "", fault.New(fault.Invalid, "fault.oauth.redirect").In("redirect_uri")
	}
	if !g.Scopes.Within(g.App.Scopes) {
		return "", fault.New(fault.Invalid, "fault.oauth.scope").In("scope")
	}
	code := newSecret()
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return insertCode(ctx, tx, hashOf(code), &g, s.now().Add(codeFor))
	})
	return code, err
}

// An Exchange is an app's claim on a code.
type Exchange struct {
	ClientID, Secret string
	Code             string
	Redirect         string // as it was when the code was asked for
	Verifier         string // PKCE, or ""
	From             Caller
}

// code is a row of oauth_code.
type code struct {
	Grant
	appID     id.ID
	expiresAt time.Time
	tokenID   id.ID
}

// Exchange gives a token for a code, once. A second use ends the token of the
// first (RFC 6749 §4.1.2). It returns Unauthenticated for a wrong client, and
// one Invalid for everything that may be wrong with the code.
func (s *Service) Exchange(ctx context.Context, e Exchange) (secret string, t *Token, err error) {
	app, err := s.Authenticate(ctx, e.ClientID, e.Secret)
	if err != nil {
		return "", nil, err
	}
	secret, t = s.newToken(app, e.From)
	var refused error // kept apart, because ending a stolen token must be kept
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil
		c, err := codeByHash(ctx, tx, hashOf(e.Code))
		if errors.Is(err, db.ErrNoRows) || err == nil && c.appID != app.ID {
			refused = badGrant("no such code of this app")
			return nil
		} else if err != nil {
			return err
		}
		if c.tokenID == 0 {
			if refused = s.claim(c, e); refused != nil {
				return nil
			}
			t.AccountID, t.Scopes = c.AccountID, c.Scopes
			if ok, err := useCode(ctx, tx, hashOf(e.Code), t.ID); err != nil {
				return err
			} else if ok {
				return insertToken(ctx, tx, t, hashOf(secret))
			}
		}
		refused = badGrant("the code was used before")
		return s.endStolen(ctx, tx, c.AccountID, hashOf(e.Code))
	})
	if err = errors.Join(err, refused); err != nil {
		return "", nil, err
	}
	return secret, t, nil
}

func badGrant(why string) error {
	return fault.New(fault.Invalid, "fault.oauth.grant").In("code").Because("%s", why)
}

// claim tells why a code does not open for an app, if it does not.
func (s *Service) claim(c *code, e Exchange) error {
	switch {
	case !s.now().Before(c.expiresAt):
		return badGrant("the code has run out")
	case c.Redirect != e.Redirect:
		return badGrant("another redirect URI than the code was asked for with")
	case !proves(e.Verifier, c.Challenge):
		return badGrant("the verifier does not fit the challenge")
	}
	return nil
}

// proves checks a PKCE verifier against an S256 challenge (RFC 7636 §4.6). A
// verifier without a challenge is refused, as one was taken away on the way (RFC 9700 §2.1.1).
func proves(verifier, challenge string) bool {
	if challenge == "" || verifier == "" {
		return challenge == verifier
	}
	if len(verifier) < challengeSize || len(verifier) > verifierMax || strings.Trim(verifier, unreserved) != "" {
		return false
	}
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) == 1
}

// endStolen ends the token that a code was exchanged for.
func (s *Service) endStolen(ctx context.Context, tx *db.Tx, who id.ID, key hash) error {
	if err := dropTokenOfCode(ctx, tx, key); err != nil {
		return err
	}
	tx.After(func() { s.forget(who) })
	return nil
}

func (s *Service) newToken(app *App, from Caller) (secret string, t *Token) {
	now := s.now()
	return newSecret(), &Token{
		ID: s.ids.Next(), AppID: app.ID, AppName: app.Name, AppWebsite: app.Website, CreatedAt: now, UsedAt: now,
		Agent: clip(from.Agent, agentMax), Address: clip(from.Address, addressMax),
	}
}

// AppToken gives an app a token on its own behalf (RFC 6749 §4.4). It returns
// Unauthenticated for a wrong client and Invalid in the field "scope".
func (s *Service) AppToken(ctx context.Context, clientID, clientSecret, scopes string) (secret string, t *Token, err error) {
	app, err := s.Authenticate(ctx, clientID, clientSecret)
	if err != nil {
		return "", nil, err
	}
	secret, t = s.newToken(app, Caller{})
	if t.Scopes, err = app.Ask(scopes); err != nil {
		return "", nil, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insertToken(ctx, tx, t, hashOf(secret)); err != nil {
			return err
		}
		return dropOldAppTokens(ctx, tx, app.ID, appTokensMax)
	})
	if err != nil {
		return "", nil, err
	}
	return secret, t, nil
}

// Ask reads the scopes an app asks for. It returns Invalid in the field
// "scope" for more than it registered.
func (a *App) Ask(scopes string) (Scopes, error) {
	asked, err := ParseScopes(scopes)
	if err != nil {
		return nil, err
	}
	if !asked.Within(a.Scopes) {
		return nil, fault.New(fault.Invalid, "fault.oauth.scope").In("scope")
	}
	return asked, nil
}

// Token is what a bearer token opens, Unauthenticated where it opens nothing
// any more, and Denied where the keeper has not let in yet who it is for.
func (s *Service) Token(ctx context.Context, bearer string, from Caller) (*Token, error) {
	key := hashOf(bearer)
	t, ok, since := s.tokens.get(key)
	if ok {
		return t, nil
	}
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		t, err = tokenByHash(ctx, tx, key)
		return none(err)
	})
	if fault.Is(err, fault.Unauthenticated) {
		return nil, s.standsBefore(ctx, key)
	} else if err != nil {
		return nil, err
	}
	from = Caller{clip(from.Agent, agentMax), clip(from.Address, addressMax)}
	if now := s.now(); now.Sub(t.UsedAt) >= tokenTouch {
		t.UsedAt, t.Agent, t.Address = now, from.Agent, from.Address
		if err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return touchToken(ctx, tx, t) }); err != nil {
			return nil, err
		}
	}
	s.tokens.put(key, t, since)
	return t, nil
}

// Tokens are those that an account's apps hold, the newest first.
func (s *Service) Tokens(ctx context.Context, who id.ID) (all []*Token, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = listTokens(ctx, tx, who)
		return err
	})
	return all, err
}

// RevokeToken ends a token at the wish of the app that holds it (RFC 7009). One
// that is unknown has ended already. It returns Unauthenticated for a wrong
// client and Denied for a token of another app.
func (s *Service) RevokeToken(ctx context.Context, clientID, clientSecret, bearer string) error {
	app, err := s.Authenticate(ctx, clientID, clientSecret)
	if err != nil {
		return err
	}
	key := hashOf(bearer)
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := tokenByHash(ctx, tx, key)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		} else if err != nil {
			return err
		}
		if t.AppID != app.ID {
			return fault.New(fault.Denied, "fault.oauth.other_app")
		}
		if err := dropToken(ctx, tx, t.ID); err != nil {
			return err
		}
		tx.After(func() { s.forget(t.AccountID) })
		return nil
	})
}

// RevokeApp ends all that a person gave an app: tokens, and codes not yet exchanged.
func (s *Service) RevokeApp(ctx context.Context, who, app id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := dropApp(ctx, tx, who, app); err != nil {
			return err
		}
		tx.After(func() { s.forget(who) })
		return nil
	})
}
