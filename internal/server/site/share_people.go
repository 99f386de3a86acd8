package site

import (
	"net/http"
	"time"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/server"
	"allod/web"
)

// shareWith shares a file or folder with somebody who lives here.
func (s *Site) shareWith(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		Who   string `form:"who"`
		May   string `form:"may"`
		On    string `form:"on"`
		Until string `form:"until"`
		Note  string `form:"note"`
	}](r)
	if err != nil {
		return err
	}
	rights, err := rightsFor(in.May, false)
	if err != nil {
		return err
	}
	if in.On != "" {
		rights |= file.PassOn
	}
	until, err := lastDay(v, in.Until)
	var to *account.Account
	if err == nil {
		if to, err = s.neighbor(r, in.Who); fault.Is(err, fault.Invalid) {
			err = fault.New(fault.Invalid, "fault.share.who").In("who")
		}
	}
	if err == nil {
		_, err = s.Files.Grant(r.Context(), v.me.ID, n.Number, to.ID, file.GrantTerms{Rights: rights, Note: in.Note, ExpiresAt: until})
	}
	if err == nil {
		return seeOther(w, with(nodePath(n, "/share"), "given")+"#people")
	}
	if !fault.Is(err, fault.Invalid, fault.Conflict, fault.TooMany) && !(fault.Is(err, fault.Denied) && to != nil) {
		return err
	}
	view := web.ShareView{
		Days: "0", Who: web.Field{Value: in.Who}, Until: web.Field{Value: in.Until}, Words: web.Field{Value: in.Note}, With: in.May, On: in.On != "",
	}
	field := &view.Who
	switch fault.Field(err) {
	case "until":
		field = &view.Until
	case "note":
		field = &view.Words
	}
	field.Error = server.Sentence(v.words, err)
	return s.shareDialog(w, r, v, http.StatusUnprocessableEntity, n, at, view)
}

// lastDay is the end of a day that a form says; zero for none.
func lastDay(v *reader, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, v.zone)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "fault.share.which_day").In("until")
	}
	return day.AddDate(0, 0, 1), nil
}

// changeShare changes what somebody may do with what is shared with them.
func (s *Site) changeShare(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, _, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		May string `form:"may"`
		On  string `form:"on"`
	}](r)
	if err != nil {
		return err
	}
	rights, err := rightsFor(in.May, false)
	if err != nil {
		return err
	}
	if in.On != "" {
		rights |= file.PassOn
	}
	g, err := s.Files.GrantWith(r.Context(), v.me.ID, which)
	if err != nil {
		return err
	}
	terms := file.GrantTerms{Rights: rights, Note: g.Grant.Note, ExpiresAt: g.Grant.ExpiresAt}
	if _, err := s.Files.Regrant(r.Context(), v.me.ID, which, terms); err != nil {
		return err
	}
	return seeOther(w, with(nodePath(n, "/share"), "saved")+"#people")
}

// endGrant ends that something is shared with somebody.
func (s *Site) endGrant(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, _, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	which, err := server.PathID(r, "id")
	if err == nil {
		err = s.Files.EndGrant(r.Context(), v.me.ID, which)
	}
	if err != nil {
		return err
	}
	return seeOther(w, with(nodePath(n, "/share"), "grant_ended")+"#people")
}

// leaveShare has the reader see something no more that somebody shares with them.
func (s *Site) leaveShare(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	if !n.Mount {
		return fault.New(fault.Denied, "fault.share.rights")
	}
	if err := s.Files.Delete(r.Context(), v.me.ID, at, false, nil); err != nil {
		return err
	}
	return seeOther(w, with(sharedListPath, "share_left"))
}

const sharedListPath = filePath + "shared"

// sharedList is what the reader shares, and what others share with them.
func (s *Site) sharedList(w http.ResponseWriter, r *http.Request, v *reader) error {
	view := web.SharedListView{Head: s.filesHead(v, web.FilesShared, v.words.T("share.tab"))}
	to, err := s.Files.GrantedTo(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	for _, g := range to {
		one := s.sharedThing(r, g.Found, g.Grant.GiverID, mayOf(g.Grant.Rights), g.Grant.Note, g.Grant.CreatedAt.In(v.zone))
		one.Stop = nodePath(g.Found.Node, "/share/leave")
		view.With = append(view.With, one)
	}
	by, err := s.Files.GrantedBy(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	for _, g := range by {
		one := s.sharedThing(r, g.Found, g.Grant.ReceiverID, mayOf(g.Grant.Rights), g.Grant.Note, g.Grant.CreatedAt.In(v.zone))
		one.Edit = nodePath(g.Found.Node, "/share")
		view.By = append(view.By, one)
	}
	links, err := s.Files.Links(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	for _, l := range links {
		one := s.sharedThing(r, l.Found, 0, mayOf(l.Link.Rights), l.Link.Label, l.Link.CreatedAt.In(v.zone))
		one.Edit = nodePath(l.Found.Node, "/share")
		view.By = append(view.By, one)
	}
	p, err := s.page(r, v, web.PlaceFiles, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.SharedList(p, view))
}

func (s *Site) sharedThing(r *http.Request, f file.Found, who id.ID, may, note string, when time.Time) web.SharedThing {
	one := web.SharedThing{Name: f.Name, URL: filesURL(f.Path), Kind: fileKind(f.Node), May: may, Note: note, When: when}
	if who != 0 {
		if a, err := s.Accounts.Card(r.Context(), who); err == nil {
			one.Who = a.Called()
		}
	}
	return one
}

// markShared notes of rows what is shared, and by whom.
func (s *Site) markShared(r *http.Request, v *reader, nodes []*file.Node, rows []web.FileRow) error {
	with, err := s.Files.Sharings(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	for i, n := range nodes {
		if n.Mount {
			if owner, err := s.Accounts.Card(r.Context(), n.OwnerID); err == nil {
				rows[i].From = owner.Called()
			}
			continue
		}
		one := with[n.ID]
		rows[i].Shared = !n.Given && len(one.People)+one.Links > 0
	}
	return nil
}
