package site

import (
	"context"
	"net/http"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/server"
	"allod/web"
)

// tenantsPage is how many people a page of those who live here shows.
const tenantsPage = 50

// houseHead is what stands above each part of the page about the house.
func (s *Site) houseHead(r *http.Request, v *reader, here web.HouseTab) (web.HouseHead, error) {
	head := web.HouseHead{Version: s.Version}
	for _, t := range []struct {
		tab  web.HouseTab
		path string
	}{
		{web.HousePeople, housePath}, {web.HouseJoining, housePath + "/joining"}, {web.HouseSpace, housePath + "/space"},
		{web.HouseServers, housePath + "/servers"}, {web.HouseWork, housePath + "/work"},
		{web.HouseDoctor, housePath + "/doctor"}, {web.HouseBackup, backupPath}, {web.HouseName, namePath},
	} {
		head.Tabs = append(head.Tabs, web.Tab{Label: s.frame(v).HouseTabName(t.tab), URL: t.path, Current: t.tab == here})
	}
	var err error
	head.Waiting, err = s.Auth.Waiting(r.Context())
	return head, err
}

// tenants is who lives here.
func (s *Site) tenants(w http.ResponseWriter, r *http.Request, v *reader) error {
	after, err := server.QueryID(r, "min_id")
	if err != nil {
		return err
	}
	all, err := s.Accounts.Residents(r.Context(), after, tenantsPage+1)
	if err != nil {
		return err
	}
	view := web.TenantsView{}
	if len(all) > tenantsPage {
		all = all[:tenantsPage]
		view.Next = housePath + "?min_id=" + all[len(all)-1].ID.String()
	}
	if view.HouseHead, err = s.houseHead(r, v, web.HousePeople); err != nil {
		return err
	}
	if view.Rows, err = s.tenantRows(r.Context(), v, all); err != nil {
		return err
	}
	may, err := s.Auth.MayInvite(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	if may {
		view.Invite = invitePath
	}
	p, err := s.settingsRoom(r, v, housePath)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Tenants(p, view))
}

// tenantRows are people as the keeper sees them.
func (s *Site) tenantRows(ctx context.Context, v *reader, all []*account.Account) ([]web.Tenant, error) {
	ids := make([]id.ID, 0, len(all))
	for _, a := range all {
		ids = append(ids, a.ID)
	}
	tenants, err := s.Auth.Tenants(ctx, ids)
	if err != nil {
		return nil, err
	}
	bytes, err := s.Media.UsedBy(ctx, ids)
	if err != nil {
		return nil, err
	}
	by, err := s.inviters(ctx, tenants)
	if err != nil {
		return nil, err
	}
	files, err := s.Files.Usages(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]web.Tenant, 0, len(all))
	for _, a := range all {
		row := web.Tenant{Person: s.person(v, a), Posts: a.PostsCount, Bytes: bytes[a.ID] + files[a.ID].Used(), Space: quotaPath(a), Came: a.CreatedAt.In(v.zone)}
		if t := tenants[a.ID]; t != nil {
			row.Keeper, row.Why, row.By = t.Owner, t.Why, by[t.InvitationID]
			row.Seen, row.Paused, row.Leaves = inZone(t.SeenAt, v.zone), inZone(t.PausedAt, v.zone), inZone(t.LeavesAt, v.zone)
		}
		if !row.Keeper {
			row.Page = housePath + "/people/" + a.ID.String()
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// inZone is a moment in a zone; never stays never.
func inZone(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(zone)
}

// inviters are the names of who made the invitations that tenants came by.
func (s *Site) inviters(ctx context.Context, tenants map[id.ID]*auth.Tenant) (map[id.ID]string, error) {
	came := map[id.ID]bool{}
	for _, t := range tenants {
		if t.InvitationID != 0 {
			came[t.InvitationID] = true
		}
	}
	if len(came) == 0 {
		return nil, nil
	}
	all, err := s.Auth.Invitations(ctx, 0)
	if err != nil {
		return nil, err
	}
	who := map[id.ID]id.ID{}
	var ids []id.ID
	for _, i := range all {
		if came[i.ID] {
			who[i.ID], ids = i.By, append(ids, i.By)
		}
	}
	names := map[id.ID]string{}
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		people, err := account.List(ctx, tx, ids)
		for i, by := range who {
			if a := people[by]; a != nil {
				names[i] = a.Called()
			}
		}
		return err
	})
	return names, err
}

// tenant is what the keeper may do about one who lives here.
func (s *Site) tenant(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.tenantPage(w, r, v, http.StatusOK, web.Field{}, "")
}

func (s *Site) tenantPage(w http.ResponseWriter, r *http.Request, v *reader, status int, why web.Field, link string) error {
	a, err := s.tenantOf(r)
	if err != nil {
		return err
	}
	rows, err := s.tenantRows(r.Context(), v, []*account.Account{a})
	if err != nil {
		return err
	}
	at := housePath + "/people/" + a.ID.String()
	view := web.TenantView{
		Tenant: rows[0], Back: housePath, Pause: at + "/pause", Resume: at + "/resume", Leave: at + "/leave", Remove: at + "/remove", Reset: at + "/reset",
		Link: link, Reason: why,
	}
	p, err := s.settingsRoom(r, v, housePath)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store") // it may show a link for a new password
	return s.draw(w, r, status, web.TenantPage(p, view))
}

// tenantOf is the one whom a path names, who lives here.
func (s *Site) tenantOf(r *http.Request) (*account.Account, error) {
	which, err := server.PathID(r, "id")
	if err != nil {
		return nil, err
	}
	a, err := s.Accounts.Get(r.Context(), which)
	if err == nil && (!a.Local || a.Gone() || a.Kind == account.KindApplication) {
		err = fault.New(fault.NotFound, "fault.account.unknown")
	}
	return a, err
}

// lookAfter does what the keeper decides about one who lives here.
func (s *Site) lookAfter(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Why string `form:"why"`
	}](r)
	if err != nil {
		return err
	}
	a, err := s.tenantOf(r)
	if err != nil {
		return err
	}
	at, said := housePath+"/people/"+a.ID.String(), ""
	switch r.PathValue("act") {
	case "pause":
		said, err = "paused", s.Auth.Pause(r.Context(), v.me.ID, a.ID, in.Why)
	case "leave":
		said, err = "leaves", s.Auth.SendAway(r.Context(), v.me.ID, a.ID, in.Why)
	case "resume":
		said, err = "resumed", s.Auth.Resume(r.Context(), a.ID)
	case "remove":
		at, said, err = housePath, "removed", s.Auth.Remove(r.Context(), a.ID, in.Why)
		s.pages.forget(a.ID)
		s.pages.forget(theHouse)
	case "reset":
		token, err := s.Auth.ResetLink(r.Context(), a.ID)
		if err != nil {
			return err
		}
		return s.tenantPage(w, r, v, http.StatusOK, web.Field{}, s.resetLink(token))
	default:
		return nothingHere()
	}
	if fault.Is(err, fault.Invalid) {
		return s.tenantPage(w, r, v, http.StatusUnprocessableEntity, web.Field{Value: in.Why, Error: server.Sentence(v.words, err)}, "")
	} else if err != nil {
		return err
	}
	return seeOther(w, with(at, said))
}
