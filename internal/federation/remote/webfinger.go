package remote

import (
	"context"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	as "allod/protocol/activitystreams"
	"allod/protocol/webfinger"
)

// confirm establishes the handle of an account whose document claims one: the
// host of the handle must say by WebFinger (RFC 7033) that it leads to this
// actor. Where it names another handle as the true one, that one's host must
// say so too; then both agree and it is taken.
//
// A host that does not answer about its own actor does not take the handle
// from it, since the actor came from there; but the handle of another known
// account is given to a new one only by a host that says so. Portable actors
// do not belong to the host that serves them, so nothing is taken from its
// silence. It returns Denied for a handle that leads elsewhere, and for a
// portable actor's that leads nowhere.
func (s *Service) confirm(ctx context.Context, a *account.Account, doc *as.Actor, b *Budget) error {
	if before, err := s.known(ctx, a.URI); err == nil && sameHandle(before, handleOf(a)) {
		a.Name, a.Host = before.Name, before.Host // as it was confirmed
		return nil
	}
	fallback, ok := translate.ByHost(doc, a.Location)
	claims := []address.Handle{handleOf(a)}
	if ok && fallback.Fold() != claims[0].Fold() {
		claims = append(claims, fallback)
	}
	var silence error
	for _, h := range claims {
		if s.ours(ctx, h.Host) {
			return fault.New(fault.Denied, "").Because("%s claims a name of this home", a.URI)
		}
		found, err := s.ask(ctx, h, a.Location, b)
		if err != nil {
			silence = err
			continue
		}
		if !translate.Same(found.actor, a.URI) {
			return fault.New(fault.Denied, "").Because("%s claims %s, which leads to %.200q", a.URI, h, found.actor)
		}
		h = s.preferred(ctx, h, found.subject, a.URI, b)
		a.Name, a.Host = h.Name, h.Host
		return nil
	}
	return s.unconfirmed(ctx, a, fallback, silence)
}

// preferred is the handle that a host names as the true one of an actor,
// where that one's host agrees, or else the handle asked about.
func (s *Service) preferred(ctx context.Context, asked, subject address.Handle, uri string, b *Budget) address.Handle {
	switch {
	case subject.Fold() == asked.Fold():
		return subject // in the owner's spelling
	case subject.Host == "" || s.ours(ctx, subject.Host):
		return asked
	}
	if there, err := s.ask(ctx, subject, uri, b); err == nil && translate.Same(there.actor, uri) {
		return subject
	}
	return asked
}

// unconfirmed gives an account the handle of the host it came from, where no
// host answered about it.
func (s *Service) unconfirmed(ctx context.Context, a *account.Account, h address.Handle, silence error) error {
	if a.DID() != "" || h.Host == "" || !address.ValidName(h.Name) {
		kind := fault.Denied
		if fault.Is(silence, fault.Unavailable, fault.Timeout, fault.TooMany) {
			kind = fault.Unavailable
		}
		return fault.Wrap(silence, kind, "")
	}
	other, err := s.accounts.ByHandle(ctx, h.Name, h.Host)
	switch {
	case err == nil && other.URI != a.URI:
		return fault.New(fault.Denied, "").Because("%s claims the name of %s, and its host does not say so", a.URI, other.URI)
	case err != nil && !fault.Is(err, fault.NotFound):
		return err
	}
	a.Name, a.Host = h.Name, h.Host
	return nil
}

// An answer is what a host says of a handle.
type answer struct {
	actor   string         // id of the actor it leads to
	subject address.Handle // the true handle; zero where it is none
}

// ask asks a handle's host whom it leads to. near is an address of the same
// matter: on the same host its scheme is used. NotFound where the host knows
// no actor by that handle.
func (s *Service) ask(ctx context.Context, h address.Handle, near string, b *Budget) (answer, error) {
	var trouble error
	for _, origin := range origins(h.Host, near) {
		found, err := s.askAt(ctx, origin, h, b)
		if trouble != nil && fault.Is(err, fault.Denied, fault.Unavailable) {
			break // what went wrong over https says more
		}
		if trouble = err; !fault.Is(err, fault.Unavailable) {
			return found, err
		}
	}
	return answer{}, trouble
}

func (s *Service) askAt(ctx context.Context, origin string, h address.Handle, b *Budget) (answer, error) {
	resp, err := s.get(ctx, webfinger.Account(h.Name, h.Host).Query(origin), webfinger.ContentType+", application/json", b)
	if err != nil {
		return answer{}, err
	}
	doc, err := webfinger.Parse(resp.Body)
	if err != nil {
		return answer{}, fault.Wrap(err, fault.Invalid, "")
	}
	found := answer{actor: doc.ActorID()}
	if found.actor == "" {
		return answer{}, fault.New(fault.NotFound, "fault.person.not_found").Because("%s leads to no actor", h)
	}
	if strings.HasPrefix(strings.ToLower(doc.Subject), "acct:") {
		found.subject, _ = address.ParseHandle(doc.Subject) // zero where it is none
	}
	return found, nil
}

// origins are where a host is asked: over https, and where that fails over
// http, which the fetcher permits in opened private networks alone.
func origins(host, near string) []string {
	if u, err := address.Parse(near); err == nil && u.Host == host {
		return []string{u.Scheme + "://" + host}
	}
	return []string{"https://" + host, "http://" + host}
}

func handleOf(a *account.Account) address.Handle { return address.Handle{Name: a.Name, Host: a.Host} }

func sameHandle(a *account.Account, h address.Handle) bool { return handleOf(a).Fold() == h.Fold() }
