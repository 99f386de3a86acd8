package site

import (
	"net/http"

	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/server"
	"allod/web"
)

const (
	devicesPath  = accessPath + "/devices"
	devicesPlace = accessPath + "#devices" // where people see them
)

// devices are what keeps the reader's files elsewhere.
func (s *Site) devices(r *http.Request, v *reader) (web.DevicesView, error) {
	view := web.DevicesView{Add: devicesPath, Address: s.Names.Origin, Login: v.me.Name}
	all, err := s.Auth.AppPasswords(r.Context(), v.me.ID)
	for _, d := range all {
		at := devicesPath + "/" + d.ID.String()
		row := web.DeviceRow{
			ID: d.ID.String(), Name: d.Name, Device: server.Device(d.Agent), Network: auth.Network(d.Address), Opened: d.CreatedAt.In(v.zone),
			Lost: d.LostAt, Wiped: d.WipedAt, End: at + "/end", Lose: at + "/lost",
		}
		if !d.UsedAt.IsZero() {
			row.Used = d.UsedAt.In(v.zone)
		}
		if !d.LostAt.IsZero() {
			row.Lost, row.Lose = d.LostAt.In(v.zone), ""
		}
		if !d.WipedAt.IsZero() {
			row.Wiped = d.WipedAt.In(v.zone)
		}
		view.List = append(view.List, row)
	}
	return view, err
}

// addDevice lets a device in that asks for a password, and shows that once.
func (s *Site) addDevice(w http.ResponseWriter, r *http.Request, v *reader) error {
	w.Header().Set("Cache-Control", "no-store") // the page holds a secret
	in, err := server.DecodeBody[struct {
		Name     string `form:"name"`
		Password string `form:"password"`
	}](r)
	if err != nil {
		return err
	}
	if err := s.Limits.SignIn(server.ClientAddr(r), v.me.Name); err != nil {
		return err
	}
	var made web.DevicesView
	_, err = s.Auth.CheckPassword(r.Context(), v.me.Name, in.Password)
	if fault.Is(err, fault.Unauthenticated) {
		made.Name.Value, made.Password.Error = in.Name, v.words.T("fault.form.wrong_password")
		return s.accessPage(w, r, v, http.StatusUnprocessableEntity, made)
	} else if err != nil {
		return err
	}
	secret, p, err := s.Auth.NewAppPassword(r.Context(), auth.NewAppPassword{
		AccountID: v.me.ID, SessionID: server.SessionOf(r).ID, Name: in.Name, Typed: true,
	})
	if fault.Is(err, fault.Invalid, fault.TooMany) {
		made.Name = web.Field{Value: in.Name, Error: server.Sentence(v.words, err)}
		return s.accessPage(w, r, v, http.StatusUnprocessableEntity, made)
	} else if err != nil {
		return err
	}
	made.Secret, made.Made = secret, p.Name
	return s.accessPage(w, r, v, http.StatusOK, made)
}

// endDevice shuts a device out.
func (s *Site) endDevice(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Auth.RevokeAppPassword(r.Context(), v.me.ID, which); err != nil {
		return err
	}
	return seeOther(w, with(accessPath, "device_ended"))
}

// loseDevice shuts a device out that is lost, and has it delete its copies when it asks why.
func (s *Site) loseDevice(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Auth.LoseAppPassword(r.Context(), v.me.ID, which); err != nil {
		return err
	}
	return seeOther(w, with(accessPath, "device_lost"))
}
