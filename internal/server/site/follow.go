package site

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/server"
	"allod/web"
)

// followFromHome leads a visitor to their own home, to follow from there. The
// page in between shows where that is.
func (s *Site) followFromHome(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle) error {
	if r.Method != http.MethodPost {
		return nothingHere()
	}
	a, err := s.known(r.Context(), h)
	if err != nil {
		return err
	}
	if !a.Local {
		return nothingHere()
	}
	in, err := server.DecodeBody[struct {
		Address string `form:"address"`
	}](r)
	if err != nil {
		return err
	}
	from, err := address.ParseHandle(strings.TrimSpace(in.Address))
	if err != nil {
		view, _, wrong := s.profileView(r, v, a)
		p, failed := s.profilePage(r, v, a)
		if wrong := errors.Join(wrong, failed); wrong != nil {
			return wrong
		}
		view.Follow = &web.FollowView{Action: personPath(a) + "/follow", Hear: personPath(a) + "/hear", Address: web.Field{Value: in.Address, Error: server.Sentence(v.words, err)}}
		return s.draw(w, r, server.Status(err), web.Profile(p, view))
	}
	ask := url.Values{"uri": {s.Names.Profile(a)}}.Encode()
	if from.Host == s.Names.Host && v.domain == nil {
		return seeOther(w, "/authorize_interaction?"+ask)
	}
	p := web.Page{Frame: s.frame(v), Hue: hue(a)}
	return s.draw(w, r, http.StatusOK, web.State(p, web.StateView{
		Icon: "person", Label: p.T("porch.follow_label"), Title: p.T("porch.follow_title", "host", from.Host),
		Text:  p.T("porch.follow_text", "name", a.Called(), "address", s.Names.Handle(a)),
		Links: []web.Link{{Label: p.T("porch.follow_go", "host", from.Host), URL: "https://" + from.Host + "/authorize_interaction?" + ask}},
	}))
}

// interact leads one who lives here to the page of what another home has sent
// them to follow or answer.
func (s *Site) interact(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.lead(w, r, v, r.URL.Query().Get("uri"))
}

// soughtMax is the longest text that somebody is looked for by, in bytes.
const soughtMax = 2048

// lead leads to the page here of what a text names.
func (s *Site) lead(w http.ResponseWriter, r *http.Request, v *reader, text string) error {
	a, found, err := s.seek(r, v, text)
	if err != nil {
		return err
	}
	if a != nil {
		return seeOther(w, personPath(a))
	}
	p, err := s.Posts.Get(r.Context(), v.me.ID, found)
	if err != nil {
		return err
	}
	return seeOther(w, postPath(p))
}

// seek finds what a text names: somebody, or a post. It may ask another server.
func (s *Site) seek(r *http.Request, v *reader, text string) (*account.Account, id.ID, error) {
	if err := s.Limits.Account(v.me.ID); err != nil {
		return nil, 0, err
	}
	if text = strings.TrimSpace(text); text == "" || len(text) > soughtMax {
		return nil, 0, fault.New(fault.Invalid, "fault.person.not_found").In("address")
	}
	return s.Finder.FindByText(r.Context(), text)
}
