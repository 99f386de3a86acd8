package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// OutOfBand is the redirect URI of an app that has the code shown to be
// copied by hand.
const OutOfBand = "urn:ietf:wg:oauth:2.0:oob"

// Limits of an app.
const (
	AppNameMax   = 60 // characters
	redirectsMax = 20
	uriMax       = 2000 // bytes

	appUnusedFor = 7 * 24 * time.Hour
)

// An App is a program people may let in.
type App struct {
	ID           id.ID
	ClientID     string
	Name         string
	Website      string
	RedirectURIs []string
	Scopes       Scopes // the most it may ask for
	CreatedAt    time.Time

	secret []byte // hash
}

// NewApp is what an app says of itself.
type NewApp struct {
	Name         string
	Website      string // http or https, or ""
	RedirectURIs []string
	Scopes       string // separated by spaces
}

// CreateApp registers an app and returns it with its secret, which is kept
// nowhere. It returns Invalid in the fields "client_name", "website",
// "redirect_uris" and "scopes".
func (s *Service) CreateApp(ctx context.Context, n NewApp) (a *App, secret string, err error) {
	a = &App{
		ID: s.ids.Next(), ClientID: newSecret(), Name: strings.TrimSpace(n.Name), Website: strings.TrimSpace(n.Website),
		CreatedAt: s.now(),
	}
	switch {
	case a.Name == "":
		return nil, "", fault.New(fault.Invalid, "fault.app.name").In("client_name")
	case utf8.RuneCountInString(a.Name) > AppNameMax || !printable(a.Name):
		return nil, "", fault.New(fault.Invalid, "fault.app.name_long", "n", AppNameMax).In("client_name")
	}
	if a.Website != "" {
		if _, err := address.Parse(a.Website); err != nil || !printable(a.Website) {
			return nil, "", fault.New(fault.Invalid, "fault.app.website").In("website")
		}
	}
	if a.RedirectURIs, err = checkRedirects(n.RedirectURIs); err != nil {
		return nil, "", err
	}
	if a.Scopes, err = ParseScopes(n.Scopes); err != nil {
		return nil, "", inField(err, "scopes")
	}
	secret = newSecret()
	hash := hashOf(secret)
	a.secret = hash[:]
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return insertApp(ctx, tx, a) })
	if err != nil {
		return nil, "", err
	}
	return a, secret, nil
}

// inField names the field that err is about.
func inField(err error, field string) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.In(field)
	}
	return err
}

// printable reports whether s is valid text without control characters.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func checkRedirects(uris []string) ([]string, error) {
	wrong := fault.New(fault.Invalid, "fault.app.redirect").In("redirect_uris")
	var kept []string
	for _, uri := range uris {
		if !redirectable(uri) {
			return nil, wrong
		}
		if !slices.Contains(kept, uri) {
			kept = append(kept, uri)
		}
	}
	if len(kept) == 0 || len(kept) > redirectsMax {
		return nil, wrong
	}
	return kept, nil
}

// redirectable reports whether a browser may be sent to uri with a code: an
// absolute URI without a fragment (RFC 6749 §3.1.2), over http or https or by
// a scheme of the app's own (RFC 8252 §7.1), and not one that a browser runs
// or reads by itself.
func redirectable(uri string) bool {
	if uri == OutOfBand {
		return true
	}
	if len(uri) > uriMax || strings.ContainsFunc(uri, func(c rune) bool { return c <= ' ' || c >= 0x7f || strings.ContainsRune("\"<>\\^`{|}#", c) }) {
		return false
	}
	u, err := url.Parse(uri)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		_, err := address.Parse(uri)
		return err == nil
	case "", "javascript", "data", "vbscript", "file", "blob", "filesystem", "about", "view-source", "ws", "wss", "ftp", "mailto", "urn":
		return false
	}
	return true
}

// App is the app of a client id, NotFound where there is none.
func (s *Service) App(ctx context.Context, clientID string) (*App, error) {
	return s.app(ctx, func(ctx context.Context, tx *db.Tx) (*App, error) {
		if !storable(clientID) {
			return nil, db.ErrNoRows
		}
		return appByClient(ctx, tx, clientID)
	})
}

// AppByID is the app of an id, NotFound where there is none.
func (s *Service) AppByID(ctx context.Context, app id.ID) (*App, error) {
	return s.app(ctx, func(ctx context.Context, tx *db.Tx) (*App, error) { return appByID(ctx, tx, app) })
}

func (s *Service) app(ctx context.Context, read func(context.Context, *db.Tx) (*App, error)) (a *App, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err = read(ctx, tx)
		if errors.Is(err, db.ErrNoRows) {
			return fault.Wrap(err, fault.NotFound, "fault.app.unknown")
		}
		return err
	})
	return a, err
}

// Authenticate is the app of a client id and its secret. Unknown and wrong
// are the same Unauthenticated.
func (s *Service) Authenticate(ctx context.Context, clientID, secret string) (*App, error) {
	a, err := s.App(ctx, clientID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	hash := hashOf(secret)
	if err != nil || subtle.ConstantTimeCompare(hash[:], a.secret) != 1 {
		return nil, fault.New(fault.Unauthenticated, "fault.app.secret")
	}
	return a, nil
}

// Redirects reports whether uri is exactly one that the app registered.
func (a *App) Redirects(uri string) bool { return slices.Contains(a.RedirectURIs, uri) }
