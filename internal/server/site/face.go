package site

import (
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"allod/internal/fault"
	"allod/internal/server"
	"allod/web"
)

// A told error knows who it is told to.
type told struct {
	error
	reader *reader
}

// Unwrap is the error itself.
func (t *told) Unwrap() error { return t.error }

// nothingHere is the error of an address that nothing is at.
func nothingHere() error { return fault.New(fault.NotFound, "") }

// Problem is a page that says what went wrong. It is a server.Face.
func (s *Site) Problem(w http.ResponseWriter, r *http.Request, status int, err error) {
	v := &reader{me: server.Me(r), domain: server.Domain(r), words: s.Bundle.Match(r.Header.Get("Accept-Language"), ""), zone: s.Zone}
	var t *told
	if errors.As(err, &t) {
		v = t.reader
	}
	p := web.Page{Frame: s.frame(v), Hue: houseHue}
	if v.me != nil {
		p.Hue = v.me.Hue
	}
	kind := kindOf(status, err)
	sentence := server.Sentence(v.words, err)
	if sentence == v.words.T("fault."+kind) {
		sentence = "" // the page says as much
	}
	w.Header().Set("Content-Type", htmlType)
	w.Header().Set("Vary", "Cookie, Accept, Accept-Language")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		if err := web.State(p, web.StateOf(p.Frame, kind, sentence)).Render(r.Context(), w); err != nil {
			s.Log.DebugContext(r.Context(), "a page of an error was not sent", "error", err.Error())
		}
	}
}

// kindOf is how web.StateOf calls a failure.
func kindOf(status int, err error) string {
	switch status {
	case http.StatusMisdirectedRequest:
		return "misdirected"
	case http.StatusBadRequest:
		return "invalid"
	case http.StatusRequestTimeout:
		return "timeout"
	case http.StatusInternalServerError:
		return "internal"
	}
	return strings.ReplaceAll(fault.Of(err).String(), " ", "_")
}

// Connect asks whether a device may keep the reader's files, for the door of
// such devices. wrong is what was wrong with the answer before, or nil.
func (s *Site) Connect(w http.ResponseWriter, r *http.Request, ask web.ConnectView, wrong error) error {
	v, err := s.reader(r)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
		field := &ask.Password
		if fault.Field(wrong) == "name" {
			field = &ask.Name
		}
		field.Error = server.Sentence(v.words, wrong)
	}
	return s.draw(w, r, status, web.Connect(web.Page{Frame: s.frame(v), Hue: s.hueFor(r.Context(), v)}, ask))
}

// Connected says that a device may come in, or that it was sent away.
func (s *Site) Connected(w http.ResponseWriter, r *http.Request, in bool) error {
	return s.lone(w, r, func(p web.Page) templ.Component { return web.Connected(p, in) })
}

// Consent asks whether an app may act for the reader, for the door of OAuth.
func (s *Site) Consent(w http.ResponseWriter, r *http.Request, ask web.ConsentView) error {
	return s.lone(w, r, func(p web.Page) templ.Component { return web.Consent(p, ask) })
}

// Code shows a code to be copied by hand, for the door of OAuth.
func (s *Site) Code(w http.ResponseWriter, r *http.Request, code web.CodeView) error {
	return s.lone(w, r, func(p web.Page) templ.Component { return web.Code(p, code) })
}

// lone answers with a page that stands by itself.
func (s *Site) lone(w http.ResponseWriter, r *http.Request, of func(web.Page) templ.Component) error {
	v, err := s.reader(r)
	if err != nil {
		return err
	}
	p := web.Page{Frame: s.frame(v), Hue: s.hueFor(r.Context(), v)}
	return s.draw(w, r, http.StatusOK, of(p))
}
