package mastodon

import (
	"context"
	"net/http"
	"strconv"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/server"
)

// A caller is who may call a method.
type caller uint8

const (
	anyone caller = iota // a token is looked at if there is one
	app                  // a token, also of an app on its own behalf
	person               // a token that a person gave an app
)

type tokenKey struct{}

// admit lets in whom a route is for: 401 without a token that opens, 403
// where it does not open this or who is paused would change something, 422
// for an app that acts for nobody.
func (d *door) admit(rt route) server.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "private, no-store")
		w.Header().Add("Vary", "Authorization")
		bearer := server.Bearer(r)
		allow(w.Header(), d.Limits.OfNetwork(server.ClientAddr(r)))
		if bearer == "" {
			if rt.caller == anyone {
				return rt.handle(w, r)
			}
			return fault.New(fault.Unauthenticated, "fault.api.token")
		}
		token, err := d.Auth.Token(r.Context(), bearer, auth.Caller{Agent: r.UserAgent(), Address: server.ClientAddr(r).String()})
		if fault.Is(err, fault.Unauthenticated) {
			return fault.Wrap(err, fault.Unauthenticated, "fault.api.token")
		} else if err != nil {
			return err
		}
		if rt.scope != "" && !token.Scopes.Allow(rt.scope) {
			return fault.New(fault.Denied, "fault.api.scope", "scope", rt.scope)
		}
		if token.AccountID == 0 {
			if rt.caller == person {
				return fault.New(fault.Invalid, "fault.api.person")
			}
		} else {
			err := d.Limits.Account(token.AccountID)
			allow(w.Header(), d.Limits.OfAccount(token.AccountID))
			if err != nil {
				return err
			}
			if r.Method != http.MethodGet && r.Method != http.MethodHead {
				if err := token.MayAct(); err != nil {
					return err
				}
			}
		}
		return rt.handle(w, r.WithContext(context.WithValue(r.Context(), tokenKey{}, token)))
	}
}

// allow tells how often one may call, in the headers of Mastodon; nil is without limits.
func allow(h http.Header, a *server.Allowance) {
	if a == nil {
		return
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(a.Limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(a.Remaining))
	h.Set("X-RateLimit-Reset", a.Reset.UTC().Format("2006-01-02T15:04:05.000000Z"))
}

// tokenOf is the token of a call, nil without one.
func tokenOf(r *http.Request) *auth.Token {
	t, _ := r.Context().Value(tokenKey{}).(*auth.Token)
	return t
}

// viewer is the account for which an app calls, 0 for a stranger.
func viewer(r *http.Request) id.ID {
	if t := tokenOf(r); t != nil {
		return t.AccountID
	}
	return 0
}

// me is the account for which an app calls a method for persons.
func (d *door) me(r *http.Request) (*account.Account, error) {
	return d.Accounts.Get(r.Context(), viewer(r))
}

// account is the one that the path names. The home's own actor is no person, so it is NotFound.
func (d *door) account(r *http.Request) (*account.Account, error) {
	who, err := server.PathID(r, "id")
	if err != nil {
		return nil, err
	}
	a, err := anybody(d.Accounts.Get(r.Context(), who))
	if err != nil {
		return nil, err
	}
	return a, d.welcome(r.Context(), a)
}

// welcome is NotFound, with where the reason stands, for somebody of whose
// server this home shows nothing.
func (d *door) welcome(ctx context.Context, a *account.Account) error {
	return d.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		shut, err := d.Posts.ShutOut(ctx, tx, a)
		if err == nil && shut {
			err = fault.New(fault.NotFound, "fault.limit.closed", "host", a.Host)
		}
		return err
	})
}

// anybody keeps the home's own actor out of what is told of accounts.
func anybody(a *account.Account, err error) (*account.Account, error) {
	if err == nil && a.Local && a.Kind == account.KindApplication {
		return nil, fault.New(fault.NotFound, "fault.account.unknown")
	}
	return a, err
}
