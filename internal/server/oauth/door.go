package oauth

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"allod/internal/auth"
	"allod/internal/server"
	"allod/web"
)

// Pages are drawn by the site, in its look and the reader's language.
type Pages interface {
	// Consent asks whether an app may act for the reader.
	Consent(w http.ResponseWriter, r *http.Request, v web.ConsentView) error
	// Code shows a code to be copied by hand.
	Code(w http.ResponseWriter, r *http.Request, v web.CodeView) error
	// Problem says what is wrong. It is a server.Face.
	Problem(w http.ResponseWriter, r *http.Request, status int, err error)
}

// Config is what the door is built from.
type Config struct {
	Log      *slog.Logger
	Auth     *auth.Service
	Sessions *server.Sessions
	Limits   *server.Limits
	Pages    Pages
	API      server.Face // shows errors of the registration of apps
	Origin   string      // public, without a slash at its end
	// VAPIDKey is the public key of push messages, "" without them.
	VAPIDKey string
}

// Routes of the door.
const (
	authorizePath = "/oauth/authorize"
	tokenPath     = "/oauth/token"
	revokePath    = "/oauth/revoke"
	appsPath      = "/api/v1/apps"
	metadataPath  = "/.well-known/oauth-authorization-server"

	signInPath = "/login" // of the site
)

const timeout = 30 * time.Second

type door struct{ Config }

// Routes puts the door's routes into mux.
func Routes(mux *http.ServeMux, c Config) {
	d := &door{c}
	page := server.Door{Log: c.Log, Face: c.Pages.Problem, Timeout: timeout}
	mux.Handle("GET "+authorizePath, page.Handler(c.Sessions.Handler(d.ask)))
	mux.Handle("POST "+authorizePath, page.Handler(c.Sessions.Handler(d.decide)))

	program := server.Door{Log: c.Log, Face: d.refuse, Timeout: timeout}
	api := server.Door{Log: c.Log, Face: c.API, Timeout: timeout}
	open := func(method, path string, of server.Door, h server.Handler) {
		mux.Handle(method+" "+path, server.CORS(of.Handler(h)))
		mux.Handle("OPTIONS "+path, server.CORS(http.NotFoundHandler()))
	}
	open("POST", tokenPath, program, told(d.token))
	open("POST", revokePath, program, told(d.revoke))
	open("GET", metadataPath, program, d.metadata)
	open("POST", appsPath, api, d.register)
}

// told is h, whose OAuth errors are the asker's and none of the program.
func told(h server.Handler) server.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := h(w, r)
		var e *oauthError
		if errors.As(err, &e) {
			return server.BadRequest(err)
		}
		return err
	}
}

// An oauthError is one of the codes of RFC 6749 §4.1.2.1 and §5.2.
type oauthError struct {
	code  string
	about string // for the app's developer, in ASCII
}

func (e *oauthError) Error() string { return e.code + ": " + e.about }

// code is the OAuth error that err means, nil for one of the program.
func code(err error) *oauthError {
	var e *oauthError
	if errors.As(err, &e) {
		return e
	}
	status := server.Status(err)
	switch {
	case status == http.StatusUnauthorized:
		return &oauthError{"invalid_client", "The client is unknown or its secret is wrong."}
	case status == http.StatusForbidden:
		return &oauthError{"unauthorized_client", "The token belongs to another client."}
	case status == http.StatusUnprocessableEntity:
		return &oauthError{"invalid_request", "A parameter is not what it should be."}
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return &oauthError{"temporarily_unavailable", "Try again later."}
	case status < http.StatusInternalServerError:
		return &oauthError{"invalid_request", "The request could not be read."}
	}
	return nil
}

// refuse shows errors to programs (RFC 6749 §5.2). It is a server.Face.
func (d *door) refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	e := code(err)
	if e == nil {
		e = &oauthError{"server_error", "The server failed. It is written down."}
	}
	var named *oauthError
	switch {
	case e.code == "invalid_client":
		status = http.StatusUnauthorized
		if r.Header.Get("Authorization") != "" { // asked for only then, or browsers would ask the person
			w.Header().Set("WWW-Authenticate", `Basic realm="oauth"`)
		}
	case errors.As(err, &named), status == http.StatusUnprocessableEntity:
		status = http.StatusBadRequest
	}
	w.Header().Set("Pragma", "no-cache")
	_ = server.JSON(w, status, map[string]string{"error": e.code, "error_description": e.about})
}

// single reads parameters that stand at most once (RFC 6749 §3.1).
func single(q url.Values) (func(string) string, error) {
	for name, values := range q {
		if len(values) > 1 {
			return nil, server.Malformed("%.40q stands more than once", name)
		}
	}
	return q.Get, nil
}
