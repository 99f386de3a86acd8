package activitypub

import (
	"errors"
	"net/http"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/federation/inbox"
	"allod/internal/server"
	as "allod/protocol/activitystreams"
	"allod/protocol/httpsig"
)

// deliver is the inbox of all who live here, and of the home's own actor (ActivityPub §7.1.3).
func (d *door) deliver(w http.ResponseWriter, r *http.Request) error {
	return d.receive(w, r, d.origin(r), nil)
}

// origin is the one of ours that a request was sent to: that of the home, or
// of a domain that ids of people here carry.
func (d *door) origin(r *http.Request) string {
	host, err := address.Host(r.Host)
	if err != nil || host == d.Names.Host || !d.Accounts.Serves(r.Context(), host) {
		return d.Names.Origin
	}
	scheme, _, _ := strings.Cut(d.Names.Origin, "://")
	return scheme + "://" + host
}

// deliverTo is the inbox of one who lives here.
func (d *door) deliverTo(w http.ResponseWriter, r *http.Request) error {
	a, err := d.person(r)
	if err != nil {
		return err
	}
	return d.receive(w, r, d.Names.Base(a), a)
}

// receive takes an activity that was sent to origin, to the inbox of one who
// lives here or, where that is nil, of all: 202 once it is durable.
func (d *door) receive(w http.ResponseWriter, r *http.Request, origin string, to *account.Account) error {
	if !as.IsContentType(r.Header.Get("Content-Type")) {
		return fault.New(fault.Unsupported, "")
	}
	if r.ContentLength > maxBody {
		return fault.New(fault.TooLarge, "")
	}
	body, err := server.ReadBody(r, maxBody)
	if err != nil {
		return err
	}
	s, err := d.Inbox.Verify(r.Context(), httpsig.NewMessage(r, origin, body))
	switch {
	case errors.Is(err, inbox.ErrNothing):
	case err != nil:
		return err
	default:
		s.To = to
		if err := d.Inbox.Accept(r.Context(), s, body); fault.Is(err, fault.Invalid) {
			return server.Malformed("activity: %w", err)
		} else if err != nil {
			return err
		}
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}

// person is the one who lives here whose DID the path names, by the ids they
// have or had at the host that is asked: NotFound for any other, Gone for one who left.
func (d *door) person(r *http.Request) (*account.Account, error) {
	a, err := d.Accounts.ByURI(r.Context(), "ap://"+r.PathValue("did")+"/actor")
	switch {
	case err != nil:
		return nil, err
	case !a.Local:
		return nil, fault.New(fault.NotFound, "")
	case a.Gone():
		return nil, fault.New(fault.Gone, "")
	}
	host, err := address.Host(r.Host)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "")
	}
	return d.Names.At(a, host), nil
}
