package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"allod/internal/fault"
)

// A Handler answers a request, or returns the error that its door shows.
type Handler func(w http.ResponseWriter, r *http.Request) error

// A Face shows an error to whom it may concern: as a page, as JSON. It writes
// the whole answer. Message and Field of package fault say what to show.
type Face func(w http.ResponseWriter, r *http.Request, status int, err error)

// A Door turns handlers into http.Handlers.
type Door struct {
	Log  *slog.Logger
	Face Face
	// Timeout ends the context of a request. 0 is never, for streams.
	Timeout time.Duration
}

// Handler calls h. An error is shown by the door's face with the status of
// Status; one of the program is logged and not shown. A panic is such an
// error. When the answer has begun, the connection is cut, so that half an
// answer is not taken for a whole one.
func (d Door) Handler(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := answering(w)
		r, req := remember(r)
		defer req.clean()
		if d.Timeout > 0 {
			ctx, cancel := context.WithTimeout(r.Context(), d.Timeout)
			defer cancel()
			r = r.WithContext(ctx)
		}
		if err := d.call(h, a, r); err != nil {
			d.fail(a, r, err)
		}
	})
}

// call turns a panic into an error, but for the one that means to cut the connection.
func (d Door) call(h Handler, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			err = &panicked{p, debug.Stack()}
		}
	}()
	return h(w, r)
}

func (d Door) fail(a *answer, r *http.Request, err error) {
	status := Status(err)
	if left(r, err) {
		status = http.StatusServiceUnavailable // nobody is there to read it, unless we are stopping
	} else if status >= http.StatusInternalServerError {
		d.log(r, status, err)
	}
	if a.status != 0 {
		panic(http.ErrAbortHandler)
	}
	var refused *refusal
	if errors.As(err, &refused) && refused.retry > 0 {
		a.Header().Set("Retry-After", strconv.Itoa(int((refused.retry+time.Second-1)/time.Second)))
	}
	switch status {
	case http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType,
		http.StatusMisdirectedRequest, http.StatusTooManyRequests:
		if r.ContentLength != 0 { // answer without waiting for the rest of the body
			a.Header().Set("Connection", "close")
		}
	}
	a.Header().Set("Cache-Control", "no-store")
	d.Face(a, r, status, err)
}

func (d Door) log(r *http.Request, status int, err error) {
	attrs := []slog.Attr{
		slog.String("request", RequestID(r.Context())), slog.String("method", r.Method), slog.String("route", r.Pattern),
		slog.Int("status", status), slog.String("error", err.Error()),
	}
	var p *panicked
	if errors.As(err, &p) {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	level := slog.LevelError
	if fault.Is(err, fault.Unavailable, fault.Timeout) {
		level = slog.LevelInfo // another server's trouble, which strangers can cause at will
	}
	d.Log.LogAttrs(r.Context(), level, "request failed", attrs...)
}

// left reports whether a request failed because its reader has gone.
func left(r *http.Request, err error) bool {
	var h *hungUp
	return errors.As(err, &h) || errors.Is(err, context.Canceled) && errors.Is(r.Context().Err(), context.Canceled)
}
