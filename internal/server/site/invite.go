package site

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/server"
	"allod/web"
)

// What the form for an invitation begins with.
const (
	inviteUses = "1"
	inviteDays = "14"
)

// invitations are the links the reader has made; the keeper sees everybody's.
func (s *Site) invitations(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.invitationsPage(w, r, v, http.StatusOK, web.InvitationsView{Uses: web.Field{Value: inviteUses}, Days: web.Field{Value: inviteDays}})
}

func (s *Site) invitationsPage(w http.ResponseWriter, r *http.Request, v *reader, status int, view web.InvitationsView) error {
	may, err := s.Auth.MayInvite(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	if !may && !v.keeper {
		return fault.New(fault.Denied, "fault.invitation.denied")
	}
	view.Action = invitePath
	if view.Opens, err = s.closed(r, v); err != nil {
		return err
	}
	if view.List, err = s.invitationLines(r, v); err != nil {
		return err
	}
	if fresh, err := server.QueryID(r, "made"); err == nil && fresh != 0 {
		for i := range view.List {
			if view.List[i].Current = view.List[i].End == invitePath+"/"+fresh.String()+"/end"; view.List[i].Current {
				view.Fresh = view.List[i].Link
			}
		}
	}
	p, err := s.settingsRoom(r, v, invitePath)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store") // it shows what lets people in
	return s.draw(w, r, status, web.Invitations(p, view))
}

// invitationLines are the invitations the reader may see, with who came by each.
func (s *Site) invitationLines(r *http.Request, v *reader) ([]web.Invitation, error) {
	by := v.me.ID
	if v.keeper {
		by = 0
	}
	all, err := s.Auth.Invitations(r.Context(), by)
	if err != nil {
		return nil, err
	}
	came, inviters, err := s.cameBy(r, all)
	if err != nil {
		return nil, err
	}
	out := make([]web.Invitation, 0, len(all))
	for _, i := range all {
		line := web.Invitation{
			Note: i.Note, Email: i.Email, Uses: i.Uses, Used: i.Used, Made: i.CreatedAt.In(v.zone), Until: i.ExpiresAt.In(v.zone), Ended: !i.EndedAt.IsZero(),
			Came: s.people(v, came[i.ID]),
		}
		if a := inviters[i.By]; a != nil && i.By != v.me.ID {
			line.By = a.Called()
		}
		if i.Open(s.Now()) {
			line.End = invitePath + "/" + i.ID.String() + "/end"
			line.Link = s.joinLink(s.Auth.Code(i.ID))
		}
		out = append(out, line)
	}
	return out, nil
}

// cameBy are those who moved in by invitations, and who invited them.
func (s *Site) cameBy(r *http.Request, all []*auth.Invitation) (came map[id.ID][]*account.Account, by map[id.ID]*account.Account, err error) {
	ids := make([]id.ID, 0, len(all))
	who := make([]id.ID, 0, len(all))
	for _, i := range all {
		ids, who = append(ids, i.ID), append(who, i.By)
	}
	pairs, err := s.Auth.CameBy(r.Context(), ids)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range pairs {
		who = append(who, p.AccountID)
	}
	err = s.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		by, err = account.List(ctx, tx, who)
		return err
	})
	came = map[id.ID][]*account.Account{}
	for _, p := range pairs {
		if a := by[p.AccountID]; a != nil {
			came[p.InvitationID] = append(came[p.InvitationID], a)
		}
	}
	return came, by, err
}

// invite makes a link.
func (s *Site) invite(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Note  string `form:"note"`
		Email string `form:"email"`
		Uses  string `form:"uses"`
		Days  string `form:"days"`
		Open  bool   `form:"open"`
	}](r)
	if err != nil {
		return err
	}
	if in.Open {
		if err := s.openToInvited(r, v); err != nil {
			return err
		}
	}
	made, err := s.Auth.Invite(r.Context(), v.me.ID, auth.NewInvitation{
		Note: in.Note, Email: in.Email, Uses: number(in.Uses), For: time.Duration(number(in.Days)) * 24 * time.Hour,
	})
	if err == nil {
		return seeOther(w, invitePath+"?made="+made.ID.String())
	}
	if !fault.Is(err, fault.Invalid, fault.Conflict) {
		return err
	}
	view := web.InvitationsView{
		Note: web.Field{Value: in.Note}, Email: web.Field{Value: in.Email}, Uses: web.Field{Value: in.Uses}, Days: web.Field{Value: in.Days},
	}
	sentence := server.Sentence(v.words, err)
	switch fault.Field(err) {
	case "note":
		view.Note.Error = sentence
	case "email":
		view.Email.Error = sentence
	case "uses":
		view.Uses.Error = sentence
	case "days":
		view.Days.Error = sentence
	default:
		view.Failed = sentence
	}
	return s.invitationsPage(w, r, v, http.StatusUnprocessableEntity, view)
}

// closed reports whether the reader keeps a home that lets nobody in, so that
// an invitation has to open it first.
func (s *Site) closed(r *http.Request, v *reader) (bool, error) {
	if !v.keeper {
		return false, nil
	}
	m, err := s.Accounts.Manners(r.Context())
	return err == nil && m.Joining == account.Closed, err
}

// openToInvited lets in who has a link, and nobody else, where nobody was let in.
func (s *Site) openToInvited(r *http.Request, v *reader) error {
	closed, err := s.closed(r, v)
	if err != nil || !closed {
		return err
	}
	m, err := s.Accounts.Manners(r.Context())
	if err != nil {
		return err
	}
	m.Joining = account.Invited
	s.pages.forget(theHouse)
	return s.Accounts.SetManners(r.Context(), m)
}

// invitation is the button that invites somebody at once, nil for who may not.
func (s *Site) invitation(r *http.Request, v *reader) (*web.InviteNow, error) {
	opens, err := s.closed(r, v)
	if err != nil {
		return nil, err
	}
	may, err := s.Auth.MayInvite(r.Context(), v.me.ID)
	if err != nil || !may && !opens {
		return nil, err
	}
	return &web.InviteNow{Action: invitePath, Opens: opens, Uses: inviteUses, Days: inviteDays}, nil
}

// endInvitation takes a link back.
func (s *Site) endInvitation(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	by := v.me.ID
	if v.keeper {
		by = 0
	}
	if err := s.Auth.EndInvitation(r.Context(), by, which); err != nil {
		return err
	}
	return seeOther(w, with(invitePath, "invitation_ended"))
}

// number is what a field of digits says, and 0 where it says something else.
func number(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return 0
	}
	return n
}
