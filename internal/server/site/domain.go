package site

import (
	"context"
	"io"
	"net/http"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/server"
	"allod/web"
)

// Domains finds out whether a claimed domain leads to this home.
type Domains interface {
	Check(ctx context.Context, c *account.Claim) error
}

const domainPath = sitePath + "/domain"

// askDomain is the reader's own domain, or how to have one.
func (s *Site) askDomain(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.domainPage(w, r, v, http.StatusOK, web.Field{})
}

func (s *Site) domainPage(w http.ResponseWriter, r *http.Request, v *reader, status int, asked web.Field) error {
	me, err := s.Accounts.Get(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	view := web.DomainView{
		Home: s.Names.Host, Action: domainPath, Check: domainPath + "/check", End: domainPath + "/end", Domain: asked,
		Own: me.Domain, Carried: me.Domain != "" && me.Authority == s.Names.Own(me), Fixed: me.Authority != "",
		Handle: s.Names.Handle(me), Site: s.siteAddress(me),
	}
	claim, err := s.Accounts.Claimed(r.Context(), me.ID)
	switch {
	case err == nil:
		view.Claimed = claim.Host
		if claim.Problem != "" {
			view.Problem, view.Checked = v.words.T(claim.Problem, "domain", claim.Host), claim.CheckedAt.In(v.zone)
		}
	case !fault.Is(err, fault.NotFound):
		return err
	}
	p, err := s.land(r, v, web.PlaceSite, v.me)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.OwnDomain(p, view))
}

// claimDomain begins to make a domain the reader's own.
func (s *Site) claimDomain(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.Decode[struct {
		Domain string `form:"domain"`
	}](r)
	if err != nil {
		return err
	}
	_, err = s.Accounts.Claim(r.Context(), v.me.ID, in.Domain, s.Names.Host)
	if fault.Is(err, fault.Invalid, fault.Conflict) {
		return s.domainPage(w, r, v, http.StatusUnprocessableEntity, web.Field{Value: in.Domain, Error: server.Sentence(v.words, err)})
	} else if err != nil {
		return err
	}
	return seeOther(w, domainPath)
}

// checkDomain asks the claimed domain whether it leads here, and makes it the reader's own if it does.
func (s *Site) checkDomain(w http.ResponseWriter, r *http.Request, v *reader) error {
	claim, err := s.Accounts.Claimed(r.Context(), v.me.ID)
	if fault.Is(err, fault.NotFound) {
		return seeOther(w, domainPath)
	} else if err != nil {
		return err
	}
	if err = s.Domains.Check(r.Context(), claim); err == nil {
		err = s.Accounts.Settled(r.Context(), claim)
	}
	switch {
	case err == nil:
		return seeOther(w, with(domainPath, "domain_own"))
	case !fault.Is(err, fault.Unavailable, fault.Conflict, fault.Timeout):
		return err
	}
	key, _ := fault.Message(err)
	if err := s.Accounts.Unsettled(r.Context(), claim, key); err != nil {
		return err
	}
	return seeOther(w, domainPath)
}

// endDomain gives up the reader's claim, or their domain.
func (s *Site) endDomain(w http.ResponseWriter, r *http.Request, v *reader) error {
	if err := s.Accounts.Forgo(r.Context(), v.me.ID); err != nil {
		return err
	}
	return seeOther(w, with(domainPath, "saved"))
}

// answerClaim tells who asks at a claimed domain that it leads here.
func (s *Site) answerClaim(w http.ResponseWriter, r *http.Request) error {
	host, err := address.Host(r.Host)
	if err != nil {
		return nothingHere()
	}
	answer, err := s.Accounts.Answer(r.Context(), host, r.PathValue("token"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, err = io.WriteString(w, answer+"\n")
	return err
}
