package site

import (
	"context"
	"net/http"

	"allod/internal/server"
	"allod/web"
)

// A Finding is what the home's doctor found at one step.
type Finding struct {
	Group, Key       string // of what it says when nothing is wrong
	Fault            error
	Warning, Skipped bool
	Args             []any
}

// Checkup goes the way that others go to this home.
type Checkup func(ctx context.Context) ([]Finding, error)

// doctor shows the keeper whether others can find, follow and reach the home.
func (s *Site) doctor(w http.ResponseWriter, r *http.Request, v *reader) error {
	head, err := s.houseHead(r, v, web.HouseDoctor)
	if err != nil {
		return err
	}
	found, err := s.Checkup(r.Context())
	if err != nil {
		return err
	}
	view := web.DoctorView{HouseHead: head, Again: housePath + "/doctor", Well: true}
	for _, f := range found {
		if n := len(view.Groups); n == 0 || view.Groups[n-1].Name != v.words.T("doctor."+f.Group) {
			view.Groups = append(view.Groups, web.CheckGroup{Name: v.words.T("doctor." + f.Group)})
		}
		line := web.Check{State: web.CheckGood}
		switch {
		case f.Skipped:
			line = web.Check{State: web.CheckSkipped, Says: v.words.T(f.Key)}
		case f.Fault != nil && f.Warning:
			line = web.Check{State: web.CheckWarning, Says: server.Sentence(v.words, f.Fault)}
		case f.Fault != nil:
			line = web.Check{State: web.CheckBad, Says: server.Sentence(v.words, f.Fault)}
			view.Well = false
		default:
			line.Says = v.words.T(f.Key, f.Args...)
		}
		g := &view.Groups[len(view.Groups)-1]
		g.Lines = append(g.Lines, line)
	}
	p, err := s.settingsRoom(r, v, housePath)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Doctor(p, view))
}
