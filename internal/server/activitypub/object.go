package activitypub

import (
	"errors"
	"net/http"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/federation/inbox"
	"allod/internal/federation/translate"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/server"
	"allod/protocol/httpsig"
)

// home is the actor that signs for the house. Everyone may read it unsigned,
// or two servers would wait for each other's keys.
func (d *door) home(w http.ResponseWriter, r *http.Request) error {
	a, err := d.Accounts.HomeActor(r.Context())
	if err != nil {
		return err
	}
	return d.writeActor(w, r, a, d.Names.Origin+"/")
}

// actor is one who lives here. It is served unsigned too, for its keys.
func (d *door) actor(w http.ResponseWriter, r *http.Request) error {
	a, err := d.person(r)
	if err != nil {
		return err
	}
	return d.writeActor(w, r, a, d.Names.Profile(a))
}

func (d *door) writeActor(w http.ResponseWriter, r *http.Request, a *account.Account, page string) error {
	if wantsPage(r) {
		return toPage(w, r, page)
	}
	body, err := d.Documents.Actor(r.Context(), a)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, body)
}

// toPage sends a browser to the page of what it asked for. Nothing is said of whether there is one.
func toPage(w http.ResponseWriter, r *http.Request, page string) error {
	w.Header().Set("Vary", "Accept, Signature")
	http.Redirect(w, r, page, http.StatusSeeOther)
	return nil
}

// post is a post of one who lives here, for whoever may see it, or the tombstone of one.
func (d *door) post(w http.ResponseWriter, r *http.Request) error {
	a, err := d.person(r)
	if err != nil {
		return err
	}
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if wantsPage(r) {
		return toPage(w, r, d.Names.Profile(a)+"/"+which.String())
	}
	p, err := d.see(w, r, a, which)
	if fault.Is(err, fault.NotFound) {
		return d.tombstone(w, r, a, a.Under("post", which), err)
	} else if err != nil {
		return err
	}
	body, err := d.Documents.Post(r.Context(), p)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, body)
}

// see is a post of a's that whoever asks may see. What everyone may see is
// shown without looking at a signature; for the rest the signature says who asks.
func (d *door) see(w http.ResponseWriter, r *http.Request, a *account.Account, which id.ID) (*post.Post, error) {
	p, err := d.Posts.Get(r.Context(), 0, which)
	if fault.Is(err, fault.NotFound) && (r.Header.Get("Signature") != "" || r.Header.Get("Signature-Input") != "") {
		w.Header().Set("Cache-Control", "private, no-store")
		var viewer id.ID
		if viewer, err = d.viewer(r, d.Names.Base(a)); err == nil {
			p, err = d.Posts.Get(r.Context(), viewer, which)
		}
	}
	if err == nil && (p.AuthorID != a.ID || !p.Local || p.HereOnly) {
		err = fault.New(fault.NotFound, "")
	}
	return p, err
}

// viewer is who signed a request.
func (d *door) viewer(r *http.Request, origin string) (id.ID, error) {
	s, err := d.Inbox.Verify(r.Context(), httpsig.NewMessage(r, origin, nil))
	if errors.Is(err, inbox.ErrNothing) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	return s.Account.ID, nil
}

// tombstone answers for a post that is no more; otherwise with the error that led here.
func (d *door) tombstone(w http.ResponseWriter, r *http.Request, a *account.Account, uri string, why error) error {
	t, err := d.Posts.Tombstone(r.Context(), uri)
	if fault.Is(err, fault.NotFound) || err == nil && t.AccountID != a.ID {
		return why
	} else if err != nil {
		return err
	}
	body, err := d.Documents.Tombstone(r.Context(), a, t)
	if err != nil {
		return err
	}
	return write(w, http.StatusGone, body)
}

// activity is anything else below a DID: what its owner told everyone.
func (d *door) activity(w http.ResponseWriter, r *http.Request) error {
	a, err := d.person(r)
	if err != nil {
		return err
	}
	uri, err := translate.Canonical(d.Names.Base(a) + r.URL.EscapedPath()) // an escaped slash in it is no slash
	if err != nil {
		return fault.Wrap(err, fault.NotFound, "")
	}
	body, err := d.Documents.Activity(r.Context(), a, uri)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, body)
}

// Object is the address of the ActivityStreams form of a page of one who
// lives here: of their profile, or of a post if which is not 0.
func Object(n account.Names, a *account.Account, which id.ID) string {
	if which == 0 {
		return n.Actor(a)
	}
	return n.ID(a, a.Under("post", which))
}
