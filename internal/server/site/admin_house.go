package site

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"allod/web"
)

// Space is what a home takes up, in bytes.
type Space struct{ Database, Free, Total int64 }

// Work is one kind of what a home has still to do.
type Work struct {
	Kind                      string
	Waiting, Running, Failing int64
	LastError                 string
}

// Upkeep tells the keeper how the home is.
type Upkeep interface {
	Space(ctx context.Context) (Space, error)
	Work(ctx context.Context) ([]Work, error)
}

// spaceMost is how many people the page about space lists, those with the most first.
const spaceMost = 100

// space is what the home takes up, and who how much of it.
func (s *Site) space(w http.ResponseWriter, r *http.Request, v *reader) error {
	head, err := s.houseHead(r, v, web.HouseSpace)
	if err != nil {
		return err
	}
	room, err := s.Upkeep.Space(r.Context())
	if err != nil {
		return err
	}
	view := web.SpaceView{HouseHead: head, Database: room.Database, Free: room.Free, Total: room.Total}
	if view.Files, view.Cache, err = s.Media.Used(r.Context()); err != nil {
		return err
	}
	all, err := s.Accounts.Residents(r.Context(), 0, 10*spaceMost)
	if err != nil {
		return err
	}
	rows, err := s.tenantRows(r.Context(), v, all)
	if err != nil {
		return err
	}
	slices.SortStableFunc(rows, func(a, b web.Tenant) int { return cmp.Compare(b.Bytes, a.Bytes) })
	view.By = rows[:min(len(rows), spaceMost)]
	p, err := s.settingsRoom(r, v, housePath)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Space(p, view))
}

// servers is what is known of other servers.
func (s *Site) servers(w http.ResponseWriter, r *http.Request, v *reader) error {
	head, err := s.houseHead(r, v, web.HouseServers)
	if err != nil {
		return err
	}
	view := web.ServersView{HouseHead: head}
	if s.Dispatches != nil {
		all, err := s.Dispatches.Neighbors(r.Context(), nil)
		if err != nil {
			return err
		}
		view.Rows = hostRows(v, all, nil, s.Now())
	}
	p, err := s.settingsRoom(r, v, housePath)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Servers(p, view))
}

// workDoes says what kinds of jobs are for.
var workDoes = map[string]web.WorkDoes{
	"delivery.lane": web.WorkLane, "outbox.errand": web.WorkErrand, "outbox.spread": web.WorkErrand, "app.sweep": web.WorkSweep,
	"app.forget": web.WorkForget, "inbox.resume": web.WorkResume, "inbox.parent": web.WorkResume, "inbox.actor": web.WorkResume,
	"push.news": web.WorkPush, "push.tell": web.WorkPush, "push.posted": web.WorkPush, "push.hear": web.WorkPush, "push.welcome": web.WorkPush,
}

// work is what the home has still to do.
func (s *Site) work(w http.ResponseWriter, r *http.Request, v *reader) error {
	head, err := s.houseHead(r, v, web.HouseWork)
	if err != nil {
		return err
	}
	all, err := s.Upkeep.Work(r.Context())
	if err != nil {
		return err
	}
	view := web.WorkView{HouseHead: head}
	for _, k := range all {
		view.Rows = append(view.Rows, web.Work{
			Does: workDoes[k.Kind], Kind: k.Kind, Waiting: k.Waiting, Running: k.Running, Failing: k.Failing, LastError: k.LastError,
		})
	}
	p, err := s.settingsRoom(r, v, housePath)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.WorkPage(p, view))
}
