// Package indieweb is the door for sites and readers that are no part of the
// fediverse: they ask the hub to be told of news in a feed (WebSub), tell
// of pages that link here (Webmention), and ask to be looked at from outside.
//
// Whoever knocks is a stranger who makes this home ask somebody else
// something. So it takes little, answers before it asks, and counts by network.
package indieweb

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"allod/internal/fault"
	"allod/internal/locale"
	"allod/internal/server"
)

// Config is what the door stands on.
type Config struct {
	Log    *slog.Logger
	Bundle *locale.Bundle
	Limits *server.Limits
	// Ask takes a wish to be told of news in a feed, or to be told no more.
	Ask func(ctx context.Context, mode, topic, callback, secret string, lease time.Duration) error
	// Take takes in that the page at source links to the post at target.
	Take func(ctx context.Context, source, target string) error
	// Look looks at an address of the home that asks from a network address.
	Look func(ctx context.Context, from netip.Addr, address string) error
}

type door struct{ Config }

// Routes puts the door's routes into mux.
func Routes(mux *http.ServeMux, c Config) {
	d := &door{c}
	plain := server.Door{Log: c.Log, Face: server.PlainFace(c.Bundle), Timeout: time.Minute}
	mux.Handle("POST "+server.HubPath, plain.Handler(d.hub))
	mux.Handle("POST "+server.MentionPath, plain.Handler(d.mention))
	mux.Handle("GET "+server.OutsidePath, plain.Handler(d.outside))
}

// A wish is a request of a subscriber (WebSub §5.1).
type wish struct {
	Mode     string `form:"hub.mode"`
	Topic    string `form:"hub.topic"`
	Callback string `form:"hub.callback"`
	Secret   string `form:"hub.secret"`
	Lease    string `form:"hub.lease_seconds"`
}

func (d *door) hub(w http.ResponseWriter, r *http.Request) error {
	if err := d.Limits.Stranger(server.ClientAddr(r)); err != nil {
		return err
	}
	in, err := server.DecodeBody[wish](r)
	if err != nil {
		return err
	}
	var lease time.Duration
	if in.Lease != "" {
		seconds, err := strconv.ParseInt(in.Lease, 10, 32)
		if err != nil || seconds < 0 {
			return fault.New(fault.Invalid, "fault.websub.lease").In("hub.lease_seconds")
		}
		lease = time.Duration(seconds) * time.Second
	}
	if err := d.Ask(r.Context(), in.Mode, in.Topic, in.Callback, in.Secret, lease); err != nil {
		return err
	}
	return accepted(w)
}

// A notice is that a page links to another (Webmention §3.1.3).
type notice struct {
	Source string `form:"source"`
	Target string `form:"target"`
}

func (d *door) mention(w http.ResponseWriter, r *http.Request) error {
	if err := d.Limits.Stranger(server.ClientAddr(r)); err != nil {
		return err
	}
	in, err := server.DecodeBody[notice](r)
	if err != nil {
		return err
	}
	if err := d.Take(r.Context(), in.Source, in.Target); err != nil {
		return err
	}
	return accepted(w)
}

// outside looks at the home that asks, for its doctor.
func (d *door) outside(w http.ResponseWriter, r *http.Request) error {
	from := server.ClientAddr(r)
	if err := d.Limits.Stranger(from); err != nil {
		return err
	}
	if err := d.Look(r.Context(), from, r.URL.Query().Get("address")); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// accepted says that something is taken and looked at later.
func accepted(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusAccepted)
	_, err := io.WriteString(w, "Accepted.\n")
	return err
}
