package site

import (
	"net/http"
	"strings"

	"allod/web"
)

const namePath = housePath + "/name"

// behindShown is how many who are known by an old name are listed.
const behindShown = 20

// homeName shows the keeper by which name the home is known, and who is known by another.
func (s *Site) homeName(w http.ResponseWriter, r *http.Request, v *reader) error {
	head, err := s.houseHead(r, v, web.HouseName)
	if err != nil {
		return err
	}
	view := web.NameView{HouseHead: head, Along: namePath, Example: `origin = "https://new.example"`, Asked: r.URL.Query().Get("notice") == "moving"}
	if s.BringAlong != nil {
		view.Name = s.Names.Host
		behind, err := s.Accounts.Elsewhere(r.Context(), s.Names, 0, behindShown+1)
		if err != nil {
			return err
		}
		for _, a := range behind {
			_, host, _ := strings.Cut(a.Authority, "://")
			view.Behind = append(view.Behind, a.Name+"@"+host)
		}
		if view.More = len(behind) > behindShown; view.More {
			view.Behind = view.Behind[:behindShown]
		}
	}
	before, err := s.Accounts.Before(r.Context())
	if err != nil {
		return err
	}
	for _, p := range before {
		if _, host, _ := strings.Cut(p.Origin, "://"); host != s.Names.Host {
			view.Old = append(view.Old, web.OldName{Host: host, Left: p.Left.In(v.zone)})
		}
	}
	p, err := s.settingsRoom(r, v, housePath)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.HomeName(p, view))
}

// moveHouse has everybody here brought along to the name the home has now.
func (s *Site) moveHouse(w http.ResponseWriter, r *http.Request, _ *reader) error {
	if s.BringAlong != nil {
		if err := s.BringAlong(r.Context()); err != nil {
			return err
		}
	}
	return seeOther(w, with(namePath, "moving"))
}
