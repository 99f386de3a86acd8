package site

import (
	"context"
	"net/http"
	"time"

	"allod/internal/fault"
	"allod/internal/server"
	"allod/web"
)

const backupPath = housePath + "/backup"

// backup shows the keeper where copies of the home go, and how the last one went.
func (s *Site) backup(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.backupPage(w, r, v, http.StatusOK, nil, nil)
}

// A second place is the form that chooses where copies go.
type secondPlace struct {
	Folder string `form:"folder"`
	Hours  int64  `form:"hours"`
	Keep   int64  `form:"keep"`
}

// backupPage draws the page, with what was typed and what is wrong with it.
func (s *Site) backupPage(w http.ResponseWriter, r *http.Request, v *reader, status int, typed *secondPlace, wrong error) error {
	head, err := s.houseHead(r, v, web.HouseBackup)
	if err != nil {
		return err
	}
	st, err := s.Backups.Standing(r.Context())
	if err != nil {
		return err
	}
	view := web.BackupView{
		HouseHead: head, Action: backupPath, Folder: web.Field{Value: st.Folder}, Hours: int(st.Every / time.Hour), Keep: web.Field{},
		Copies: int(st.Copies), Bytes: st.Bytes, Chosen: st.Folder,
	}
	keep := st.Keep
	if typed != nil {
		view.Folder.Value, view.Hours, keep = typed.Folder, int(typed.Hours), typed.Keep
	}
	view.KeepCount = int(keep)
	if st.Folder != "" {
		view.Now = backupPath + "/now"
	}
	if !st.MadeAt.IsZero() {
		view.Made = st.MadeAt.In(v.zone)
	}
	if !st.TriedAt.IsZero() {
		view.Tried = st.TriedAt.In(v.zone)
	}
	if trouble := st.Fault(); trouble != nil {
		view.Trouble = server.Sentence(v.words, trouble)
	}
	if wrong != nil {
		switch sentence := server.Sentence(v.words, wrong); fault.Field(wrong) {
		case "keep":
			view.Keep.Error = sentence
		default:
			view.Folder.Error = sentence
		}
	}
	p, err := s.settingsRoom(r, v, housePath)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Backup(p, view))
}

// chooseBackup says where copies go from now on.
func (s *Site) chooseBackup(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[secondPlace](r)
	if err != nil {
		return err
	}
	err = s.Backups.Choose(r.Context(), in.Folder, time.Duration(in.Hours)*time.Hour, in.Keep)
	if err == nil {
		return seeOther(w, with(backupPath, "saved"))
	}
	if !fault.Is(err, fault.Invalid, fault.Conflict, fault.Unavailable) {
		return err
	}
	return s.backupPage(w, r, v, http.StatusUnprocessableEntity, &in, err)
}

// backUpNow begins a copy. It goes on when the keeper leaves; the page says how it went.
func (s *Site) backUpNow(w http.ResponseWriter, r *http.Request, _ *reader) error {
	done := make(chan error, 1)
	ctx := context.WithoutCancel(r.Context())
	go func() { done <- s.Backups.Run(ctx) }()
	select {
	case err := <-done:
		if fault.Is(err, fault.Internal) {
			return err
		}
	case <-time.After(backupPatience):
	}
	return seeOther(w, backupPath)
}

// backupPatience is how long a page waits for a copy before it is shown without.
const backupPatience = 20 * time.Second
