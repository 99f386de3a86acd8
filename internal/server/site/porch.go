package site

import (
	"net/http"

	"allod/internal/account"
	"allod/internal/id"
	"allod/web"
)

// porchMax is how many people the front of a house lists.
const porchMax = 200

// porch is the front of a house in which nobody lives yet, or several people
// do: those among them who wish to stand there.
func (s *Site) porch(r *http.Request, v *reader, open bool) (*sheet, error) {
	p := web.Page{Frame: s.frame(v), Hue: houseHue}
	if !open {
		return &sheet{page: web.State(p, web.StateView{
			Icon: "home", Label: p.T("porch.label"), Title: p.T("porch.empty_title"), Text: p.T("porch.empty_text"),
		}), about: []id.ID{theHouse}}, nil
	}
	m, err := s.Accounts.Manners(r.Context())
	if err != nil {
		return nil, err
	}
	all, err := s.Accounts.Listed(r.Context(), porchMax)
	if err != nil {
		return nil, err
	}
	view := web.PorchView{About: m.About, Members: s.people(v, all), More: aboutPath, SignIn: loginPath}
	if m.Joining == account.Asked {
		view.Join = joinPath
	}
	about := []id.ID{theHouse}
	for _, a := range all {
		about = append(about, a.ID)
	}
	return &sheet{page: web.Porch(p, view), about: about}, nil
}

// A Feature is something a home can do, and whether it does.
type Feature struct {
	Name  string // as web.FeatureName knows it
	State web.FeatureState
}

// aboutHome says what this home is, who keeps it and what it can do.
func (s *Site) aboutHome(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.publish(w, r, v, func() (*sheet, error) {
		m, err := s.Accounts.Manners(r.Context())
		if err != nil {
			return nil, err
		}
		people, _, err := s.Accounts.Population(r.Context())
		if err != nil {
			return nil, err
		}
		view := web.AboutView{
			Product: s.Product, Version: s.Version, About: m.About, Rules: m.RuleList(), People: int(people), Joining: string(m.Joining), Inward: m.Inward,
			Source: licence,
		}
		if m.Joining == account.Asked {
			view.Join = joinPath
		}
		about := []id.ID{theHouse}
		keeper, _, err := s.housekeeper(r.Context())
		if err != nil {
			return nil, err
		}
		if keeper != nil {
			who := s.person(v, keeper)
			view.Keeper, about = &who, append(about, keeper.ID)
		}
		for _, l := range s.Bundle.Locales() {
			view.Languages = append(view.Languages, web.Option{Value: l.Tag(), Label: l.Name()})
		}
		for _, f := range s.Features {
			if f.Name == "federation" && m.Inward {
				f.State = web.Off
			}
			view.Features = append(view.Features, web.Feature{Name: f.Name, State: f.State})
		}
		p, err := s.page(r, v, web.Nowhere, s.hueFor(r.Context(), v))
		if err != nil {
			return nil, err
		}
		p.Meta = web.Meta{Index: true, Canonical: s.Names.Origin + aboutPath, Description: clip(m.About, 200)}
		return &sheet{page: web.AboutHome(p, view), about: about}, nil
	})
}

// licence is where the licence of the program says how its source is had.
const licence = "https://www.gnu.org/licenses/agpl-3.0.html"

// settingsRoom is a page about the reader's home, with the ways to the others.
func (s *Site) settingsRoom(r *http.Request, v *reader, here string) (web.Page, error) {
	p, err := s.page(r, v, web.PlaceSettings, v.me.Hue)
	if err != nil {
		return p, err
	}
	ways := []web.Tab{
		{Label: p.T("settings.profile"), URL: settingsPath},
		{Label: p.T("access.title"), URL: accessPath},
		{Label: p.T("push.bells"), URL: bellsPath},
		{Label: p.T("comment.settings"), URL: commentSettingsPath},
		{Label: p.T("hear.readers"), URL: readersPath},
		{Label: p.T("health.short"), URL: healthPath},
	}
	m, err := s.Accounts.Manners(r.Context())
	if err != nil {
		return p, err
	}
	if m.Joining != account.Closed && (v.keeper || m.AllInvite) {
		ways = append(ways, web.Tab{Label: p.T("invite.title"), URL: invitePath})
	}
	if v.keeper {
		ways = append(ways, web.Tab{Label: p.T("house.title"), URL: housePath}, web.Tab{Label: p.T("mail.title"), URL: mailSettingsPath},
			web.Tab{Label: p.T("emoji.title"), URL: emojiPath})
	}
	for i := range ways {
		ways[i].Current = ways[i].URL == here
	}
	p.Ways = ways
	return p, nil
}
