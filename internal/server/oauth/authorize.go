package oauth

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/server"
	"allod/web"
)

// Limits of a request to authorize, in bytes.
const (
	requestMax = 8 << 10
	stateMax   = 4 << 10
)

// An inquiry is a request to authorize by an app that is known, with an
// address that it may return to.
type inquiry struct {
	app       *auth.App
	redirect  string
	state     string
	scopes    auth.Scopes
	challenge string
	given     url.Values // as it came, to be asked again
}

// echoed are the parameters that the consent page sends back.
var echoed = []string{"response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method", "response_mode"}

// ask shows the consent page, or sends to the sign-in page first.
func (d *door) ask(w http.ResponseWriter, r *http.Request) error {
	private(w)
	q, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	in, err := d.inquire(r, q)
	if err != nil {
		return d.answer(w, r, in, err)
	}
	if server.SessionOf(r) == nil {
		return toSignIn(w, in.given)
	}
	w.Header().Set("Content-Security-Policy", server.ContentPolicy(in.redirect))
	return d.Pages.Consent(w, r, in.view())
}

// decide takes the answer of the consent page. Everything is read and checked
// again, as a form can be sent by hand.
func (d *door) decide(w http.ResponseWriter, r *http.Request) error {
	private(w)
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); !strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") {
		return fault.New(fault.Unsupported, "fault.request.type")
	}
	body, err := server.ReadBody(r, requestMax)
	if err != nil {
		return err
	}
	q, err := parseQuery(string(body))
	if err != nil {
		return err
	}
	in, err := d.inquire(r, q)
	if err != nil {
		return d.answer(w, r, in, err)
	}
	session := server.SessionOf(r)
	if session == nil {
		return toSignIn(w, in.given)
	}
	switch q.Get("decision") {
	case "allow":
	case "deny":
		return d.answer(w, r, in, &oauthError{"access_denied", "The person said no."})
	default:
		return server.Malformed("no decision")
	}
	code, err := d.Auth.NewCode(r.Context(), auth.Grant{
		App: in.app, AccountID: session.AccountID, SessionID: session.ID,
		Redirect: in.redirect, Scopes: in.scopes, Challenge: in.challenge,
	})
	if err != nil {
		return d.answer(w, r, in, err)
	}
	if in.redirect == auth.OutOfBand {
		return d.Pages.Code(w, r, web.CodeView{App: in.app.Name, Code: code})
	}
	in.sendBack(w, url.Values{"code": {code}})
	return nil
}

// private keeps a page with secrets in its address out of caches. Other sites
// hear nothing of the address either: the stack's Referrer-Policy sees to that, and
// a stricter one would make browsers send the page's own form without an Origin.
func private(w http.ResponseWriter) { w.Header().Set("Cache-Control", "no-store") }

func parseQuery(raw string) (url.Values, error) {
	if len(raw) > requestMax {
		return nil, server.Malformed("a request of %d bytes", len(raw))
	}
	q, err := url.ParseQuery(raw)
	if err != nil {
		return nil, server.Malformed("%w", err)
	}
	for name, values := range q {
		if !isText(name) || slices.ContainsFunc(values, func(v string) bool { return !isText(v) }) {
			return nil, server.Malformed("a parameter is no text")
		}
	}
	return q, nil
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// toSignIn leads over the sign-in page back to the question.
func toSignIn(w http.ResponseWriter, q url.Values) error {
	w.Header().Set("Location", signInPath+"?"+url.Values{"next": {authorizePath + "?" + q.Encode()}}.Encode())
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// inquire reads a request to authorize (RFC 6749 §4.1.1). Without an inquiry
// the error is shown here, since nobody says where else; with one, it is told to the app.
func (d *door) inquire(r *http.Request, q url.Values) (*inquiry, error) {
	get, err := single(q)
	if err != nil {
		return nil, err
	}
	app, err := d.Auth.App(r.Context(), get("client_id"))
	if fault.Is(err, fault.NotFound) {
		return nil, server.BadRequest(fault.New(fault.Invalid, "fault.app.unknown").In("client_id"))
	} else if err != nil {
		return nil, err
	}
	if !app.Redirects(get("redirect_uri")) {
		return nil, server.BadRequest(fault.New(fault.Invalid, "fault.oauth.redirect").In("redirect_uri"))
	}
	in := &inquiry{app: app, redirect: get("redirect_uri"), state: get("state"), challenge: get("code_challenge"), given: url.Values{}}
	for _, name := range echoed {
		if v := get(name); v != "" {
			in.given.Set(name, v)
		}
	}
	if len(in.state) > stateMax {
		in.state = ""
		return in, &oauthError{"invalid_request", "The state is too long."}
	}
	if mode := get("response_mode"); mode != "" && mode != "query" {
		return in, &oauthError{"invalid_request", "The only response_mode is query."}
	}
	if get("response_type") != "code" {
		return in, &oauthError{"unsupported_response_type", "The only response_type is code."}
	}
	if in.scopes, err = app.Ask(get("scope")); err != nil {
		return in, &oauthError{"invalid_scope", "A scope is unknown, or more than the app registered."}
	}
	if err := auth.CheckChallenge(in.challenge, get("code_challenge_method")); err != nil {
		return in, &oauthError{"invalid_request", "code_challenge must be made by S256."}
	}
	return in, nil
}

// answer tells an error to the app, or to the reader where the app cannot be told.
func (d *door) answer(w http.ResponseWriter, r *http.Request, in *inquiry, err error) error {
	e := code(err)
	if in == nil || e == nil {
		return err
	}
	if in.redirect == auth.OutOfBand {
		if e.code == "access_denied" {
			return fault.New(fault.Denied, "fault.oauth.denied")
		}
		return server.BadRequest(fault.New(fault.Invalid, "fault.oauth.request").Because("%w", err))
	}
	in.sendBack(w, url.Values{"error": {e.code}, "error_description": {e.about}})
	return nil
}

// sendBack redirects to the app (RFC 6749 §4.1.2), by 303 so that a form is
// never sent on (RFC 9700 §4.12). The registered URI stays as it is, letter for letter.
func (in *inquiry) sendBack(w http.ResponseWriter, q url.Values) {
	if in.state != "" {
		q.Set("state", in.state)
	}
	join := "?"
	if strings.Contains(in.redirect, "?") {
		join = "&"
	}
	w.Header().Set("Location", in.redirect+join+q.Encode())
	w.WriteHeader(http.StatusSeeOther)
}

// view is the question as the page asks it.
func (in *inquiry) view() web.ConsentView {
	v := web.ConsentView{Action: authorizePath, App: in.app.Name, Website: in.app.Website, Scopes: in.scopes}
	if in.redirect != auth.OutOfBand {
		scheme, _, _ := strings.Cut(in.redirect, ":")
		v.Returns = scheme + ":" // an app's own
		if u, err := url.Parse(in.redirect); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
			v.Returns = u.Host
		}
	}
	for _, name := range echoed {
		if given := in.given.Get(name); given != "" {
			v.Hidden = append(v.Hidden, web.Hidden{Name: name, Value: given})
		}
	}
	return v
}
