package site

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/roster"
	"allod/internal/server"
	"allod/protocol/syndication"
	"allod/web"
)

// bringPath is where somebody brings along whom they followed elsewhere.
const bringPath = "/people/bring"

// bringMax is how large a list may be, in bytes.
const bringMax = 10 << 20

// askBring is the page to bring a list along, and what became of the last one.
func (s *Site) askBring(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.bringPage(w, r, v, http.StatusOK, web.Field{})
}

// bring takes in a list. One that cannot be read comes back with its sentence.
func (s *Site) bring(w http.ResponseWriter, r *http.Request, v *reader) error {
	lines, err := broughtLines(r)
	if err == nil {
		err = s.Roster.Bring(r.Context(), v.me.ID, lines, s.alongFor(v))
	}
	if err == nil {
		return seeOther(w, bringPath)
	}
	if !fault.Is(err, fault.Invalid, fault.TooLarge) {
		return err
	}
	return s.bringPage(w, r, v, http.StatusUnprocessableEntity, web.Field{Error: server.Sentence(v.words, err)})
}

// alongFor has the lines of the reader's list worked on.
func (s *Site) alongFor(v *reader) func(ctx context.Context, tx *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error { return s.WorkOnRoster(ctx, tx, v.me.ID) }
}

// broughtLines are the lines of the file of a request.
func broughtLines(r *http.Request) ([]roster.Line, error) {
	wrong := func(key string, err error) error { return fault.New(fault.Invalid, key).In("file").Because("%w", err) }
	in, err := server.DecodeUpload[struct {
		File *multipart.FileHeader `form:"file"`
	}](r, bringMax+1<<16)
	if fault.Is(err, fault.TooLarge) {
		return nil, fault.New(fault.TooLarge, "fault.roster.large", "n", bringMax>>20).In("file").Because("%w", err)
	} else if err != nil {
		return nil, err
	}
	if in.File == nil || in.File.Size == 0 {
		return nil, wrong("fault.roster.none", errors.New("no file"))
	}
	f, err := in.File.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, bringMax+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > bringMax {
		return nil, fault.New(fault.TooLarge, "fault.roster.large", "n", bringMax>>20).In("file")
	}
	sources, err := syndication.ReadOPML(raw, 2*roster.LinesMax)
	switch {
	case errors.Is(err, syndication.ErrEntities), errors.Is(err, syndication.ErrDeep):
		return nil, wrong("fault.roster.odd", err)
	case errors.Is(err, syndication.ErrEncoding):
		return nil, wrong("fault.roster.encoding", err)
	case err != nil:
		return nil, wrong("fault.roster.form", err)
	}
	lines := make([]roster.Line, len(sources))
	for i, one := range sources {
		lines[i] = roster.Line{Name: one.Name, Handle: one.Handle, Page: one.Page, Feed: one.Feed}
	}
	return lines, nil
}

// chooseBrought has the reader follow those of their list whom they chose.
func (s *Site) chooseBrought(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Who []id.ID `form:"who"`
	}](r)
	if err != nil {
		return err
	}
	if len(in.Who) > 0 {
		if err := s.Roster.Choose(r.Context(), v.me.ID, in.Who, s.alongFor(v)); err != nil {
			return err
		}
	}
	return seeOther(w, bringPath)
}

// bringAgain has those looked for once more who could not be reached.
func (s *Site) bringAgain(w http.ResponseWriter, r *http.Request, v *reader) error {
	if err := s.Roster.Again(r.Context(), v.me.ID, s.alongFor(v)); err != nil {
		return err
	}
	return seeOther(w, bringPath)
}

// forgetBrought drops the list.
func (s *Site) forgetBrought(w http.ResponseWriter, r *http.Request, v *reader) error {
	if err := s.Roster.Forget(r.Context(), v.me.ID); err != nil {
		return err
	}
	return seeOther(w, bringPath)
}

func (s *Site) bringPage(w http.ResponseWriter, r *http.Request, v *reader, status int, file web.Field) error {
	lines, err := s.Roster.List(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	view, err := s.broughtView(r, v, lines)
	if err != nil {
		return err
	}
	view.File = file
	if view.Tabs, err = s.tabs(r, v, ""); err != nil {
		return err
	}
	p, err := s.page(r, v, web.PlacePeople, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Bring(p, view))
}

// broughtView sorts a list by what became of its lines.
func (s *Site) broughtView(r *http.Request, v *reader, lines []roster.Line) (web.BringView, error) {
	view := web.BringView{
		Action: bringPath, Choose: bringPath + "/follow", Again: bringPath + "/again", Forget: bringPath + "/forget", Any: len(lines) > 0,
		Cut: len(lines) == roster.LinesMax, Most: roster.LinesMax,
	}
	var found []id.ID
	for _, l := range lines {
		if l.Found != 0 {
			found = append(found, l.Found)
		}
	}
	people := map[id.ID]*account.Account{}
	err := s.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		people, err = s.Accounts.Authors(ctx, tx, found)
		return err
	})
	if err != nil {
		return view, err
	}
	for _, l := range lines {
		one := web.Brought{ID: l.ID.String(), Name: l.Name, URL: l.Page}
		if one.URL == "" {
			one.URL = l.Feed
		}
		if a := people[l.Found]; a != nil {
			p := s.person(v, a)
			one.Person = &p
		}
		switch l.State {
		case roster.Waiting, roster.Chosen:
			view.Waiting++
		case roster.Person:
			view.People = append(view.People, one)
		case roster.Followed:
			view.Followed = append(view.Followed, one)
		case roster.Lost:
			view.Lost = append(view.Lost, one)
		case roster.Feed:
			view.Feeds = append(view.Feeds, one)
		}
	}
	return view, nil
}
