package site

import (
	"net/http"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/server"
	"allod/web"
)

// joining is how one comes to live here, and who asks to.
func (s *Site) joining(w http.ResponseWriter, r *http.Request, v *reader) error {
	m, err := s.Accounts.Manners(r.Context())
	if err != nil {
		return err
	}
	return s.joiningPage(w, r, v, http.StatusOK, joiningForm(m), 0, web.Field{})
}

// joiningForm is the form as the keeper decided.
func joiningForm(m account.Manners) web.JoiningView {
	return web.JoiningView{
		Joining: string(m.Joining), AllInvite: m.AllInvite, Inward: m.Inward, About: web.Field{Value: m.About}, Rules: web.Field{Value: m.Rules},
	}
}

// joiningPage draws the page; why is what was typed about the request of an id.
func (s *Site) joiningPage(w http.ResponseWriter, r *http.Request, v *reader, status int, view web.JoiningView, asks id.ID, why web.Field) error {
	var err error
	if view.HouseHead, err = s.houseHead(r, v, web.HouseJoining); err != nil {
		return err
	}
	view.Action, view.Invite, view.Ask = housePath+"/joining", invitePath, s.Names.Origin+joinPath
	all, err := s.Auth.Applicants(r.Context())
	if err != nil {
		return err
	}
	for _, a := range all {
		at := housePath + "/requests/" + a.ID.String()
		q := web.JoinRequest{
			ID: a.ID.String(), Name: a.DisplayName, Address: a.Name + "@" + s.Names.Host, Email: a.Email, Reason: a.Reason, Asked: a.CreatedAt.In(v.zone),
			Admit: at + "/admit", Refuse: at + "/refuse",
		}
		if q.Name == "" {
			q.Name = a.Name
		}
		if a.ID == asks {
			q.Why = why
		}
		view.Requests = append(view.Requests, q)
	}
	p, err := s.settingsRoom(r, v, housePath)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.HouseJoiningPage(p, view))
}

// saveJoining keeps what the keeper decides.
func (s *Site) saveJoining(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Joining   string `form:"joining"`
		AllInvite bool   `form:"all_invite"`
		Inward    bool   `form:"inward"`
		About     string `form:"about"`
		Rules     string `form:"rules"`
	}](r)
	if err != nil {
		return err
	}
	m := account.Manners{Joining: account.Joining(in.Joining), AllInvite: in.AllInvite, Inward: in.Inward, About: in.About, Rules: in.Rules}
	err = s.Accounts.SetManners(r.Context(), m)
	if err == nil {
		s.pages.forget(theHouse)
		return seeOther(w, with(housePath+"/joining", "saved"))
	}
	view, sentence := joiningForm(m), server.Sentence(v.words, err)
	switch fault.Field(err) {
	case "about":
		view.About.Error = sentence
	case "rules":
		view.Rules.Error = sentence
	default:
		return err
	}
	return s.joiningPage(w, r, v, http.StatusUnprocessableEntity, view, 0, web.Field{})
}

// admit lets one who asked move in.
func (s *Site) admit(w http.ResponseWriter, r *http.Request, _ *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if _, err := s.Auth.Admit(r.Context(), which); err != nil {
		return err
	}
	s.pages.forget(theHouse)
	return seeOther(w, with(housePath+"/joining", "admitted"))
}

// refuse turns one who asked away, saying why.
func (s *Site) refuse(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		Why string `form:"why"`
	}](r)
	if err != nil {
		return err
	}
	err = s.Auth.Refuse(r.Context(), which, in.Why)
	if fault.Is(err, fault.Invalid) {
		m, bad := s.Accounts.Manners(r.Context())
		if bad != nil {
			return bad
		}
		why := web.Field{Value: in.Why, Error: server.Sentence(v.words, err)}
		return s.joiningPage(w, r, v, http.StatusUnprocessableEntity, joiningForm(m), which, why)
	} else if err != nil {
		return err
	}
	return seeOther(w, with(housePath+"/joining", "refused"))
}
