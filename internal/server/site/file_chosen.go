package site

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/web"
)

// pickMax is how many folders the page shows that asks where things go.
const pickMax = 500

// chosen is a form about rows that were chosen, as web.Folder and web.PickFolder tell it.
type chosen struct {
	Numbers []int64 `form:"f"`
	Do      string  `form:"do"`
	At      int64   `form:"at"`   // the folder to look into
	Into    int64   `form:"into"` // the folder they go into
	Clash   string  `form:"clash"`
}

// A picked thing was chosen in a list.
type picked struct {
	*file.Node
	path string
}

// pick are the reader's own nodes of numbers; those that are gone meanwhile are left out.
func (s *Site) pick(ctx context.Context, v *reader, numbers []int64) (all []picked, err error) {
	for _, number := range numbers {
		n, at, err := s.Files.ByNumber(ctx, v.me.ID, number)
		if fault.Is(err, fault.NotFound) || err == nil && at == "" {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, picked{n, at})
	}
	return all, nil
}

// doChosen does something with rows that were chosen.
func (s *Site) doChosen(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[chosen](r)
	if err != nil {
		return err
	}
	all, err := s.pick(r.Context(), v, in.Numbers)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return seeOther(w, thenNotice(back(r, filesPath), "none_chosen"))
	}
	switch in.Do {
	case "fetch":
		return s.fetchChosen(w, r, v, all)
	case "move", "copy":
		return s.place(w, r, v, in, all)
	case "rename":
		return seeOther(w, nodePath(all[0].Node, "/name"))
	case "favorite":
		return s.favorAll(w, r, v, all)
	case "trash":
		return s.throwAllAway(w, r, v, all)
	case toPost, toPage:
		return s.publishChosen(w, r, v, in, all)
	}
	return nothingHere()
}

// favorAll marks chosen things as favorites, or where all are, as such no longer.
func (s *Site) favorAll(w http.ResponseWriter, r *http.Request, v *reader, all []picked) error {
	are := true
	for _, one := range all {
		are = are && one.Favorite
	}
	for _, one := range all {
		if _, err := s.Files.Mark(r.Context(), v.me.ID, one.path, func(n *file.Node) error {
			n.Favorite = !are
			return nil
		}); err != nil {
			return err
		}
	}
	return seeOther(w, back(r, filesPath))
}

func (s *Site) throwAllAway(w http.ResponseWriter, r *http.Request, v *reader, all []picked) error {
	for _, one := range all {
		if err := s.Files.Delete(r.Context(), v.me.ID, one.path, false, nil); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return seeOther(w, thenNotice(back(r, filesPath), "thrown_away"))
}

// askMove asks where one thing goes.
func (s *Site) askMove(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	in := chosen{Do: "move", Numbers: []int64{n.Number}}
	if r.URL.Query().Get("do") == "copy" {
		in.Do = "copy"
	}
	return s.pickPage(w, r, v, http.StatusOK, in, []picked{{n, at}}, web.PickView{})
}

// place asks where chosen things go, and once that is said, has them go there.
func (s *Site) place(w http.ResponseWriter, r *http.Request, v *reader, in chosen, all []picked) error {
	if in.Into == 0 {
		return s.pickPage(w, r, v, http.StatusOK, in, all, web.PickView{})
	}
	into, at, err := s.Files.ByNumber(r.Context(), v.me.ID, in.Into)
	if err == nil && !into.Folder {
		err = fault.New(fault.Conflict, "fault.file.no_parent")
	}
	if err != nil {
		return err
	}
	in.At = in.Into
	clashes, err := s.carry(r.Context(), v, in, all, at)
	switch {
	case err != nil && (typedWrong(err) || fault.Is(err, fault.Conflict, fault.TooMany)):
		return s.pickPage(w, r, v, http.StatusUnprocessableEntity, in, all, web.PickView{Failed: server.Sentence(v.words, err)})
	case err != nil:
		return err
	case len(clashes) > 0:
		return s.pickPage(w, r, v, http.StatusConflict, in, clashes, web.PickView{Clashes: names(clashes)})
	}
	word := "moved_files"
	if in.Do == "copy" {
		word = "copied_files"
	}
	return seeOther(w, with(filesURL(at), word))
}

// carry moves or copies things into the folder at a path. Those where
// something of their name stands are left, unless in says what becomes of them.
func (s *Site) carry(ctx context.Context, v *reader, in chosen, all []picked, at string) (clashes []picked, err error) {
	for _, one := range all {
		to := file.Place{Path: path.Join(at, one.Name), Overwrite: in.Clash == clashReplace, Beside: in.Clash == clashBeside}
		if in.Do == "copy" {
			_, _, err = s.Files.Copy(ctx, v.me.ID, one.path, to)
		} else {
			_, _, err = s.Files.Move(ctx, v.me.ID, one.path, to)
		}
		switch {
		case errors.Is(err, file.ErrExists):
			if in.Clash != clashSkip {
				clashes = append(clashes, one)
			}
		case fault.Is(err, fault.NotFound): // gone meanwhile
		case err != nil:
			return nil, err
		}
	}
	return clashes, nil
}

func names(all []picked) (out []string) {
	for _, one := range all {
		out = append(out, one.Name)
	}
	return out
}

// pickPage is the page that asks into which folder things go.
func (s *Site) pickPage(w http.ResponseWriter, r *http.Request, v *reader, status int, in chosen, all []picked, view web.PickView) error {
	at := strings.TrimPrefix(path.Dir("/"+all[0].path), "/")
	from := filesURL(at)
	if in.At != 0 {
		_, asked, err := s.Files.ByNumber(r.Context(), v.me.ID, in.At)
		if err != nil {
			return err
		}
		at = asked
	}
	p, err := s.Files.Folders(r.Context(), v.me.ID, at, pickMax)
	if err != nil {
		return err
	}
	title := "files.move_title"
	if in.Do == "copy" {
		title = "files.copy_title"
	}
	view.Head, view.Action, view.Do, view.Back = s.filesHead(v, web.FilesAll, v.words.T(title)), filePath+"chosen", in.Do, from
	view.At, view.Names = digits(p.Node), names(all)
	home, err := s.Files.At(r.Context(), v.me.ID, "")
	if err != nil {
		return err
	}
	view.Crumbs = []web.Link{{Label: v.words.T("files.title"), URL: digits(home)}}
	for _, f := range p.Above {
		view.Crumbs = append(view.Crumbs, web.Link{Label: f.Name, URL: digits(f)})
	}
	if p.Path != "" {
		view.Crumbs = append(view.Crumbs, web.Link{Label: p.Node.Name, URL: digits(p.Node)})
	}
	going := map[int64]bool{}
	for _, one := range all {
		view.Chosen = append(view.Chosen, digits(one.Node))
		going[one.Number] = true
	}
	for _, f := range p.Held {
		if !going[f.Number] || in.Do == "copy" {
			view.Folders = append(view.Folders, web.Link{Label: f.Name, URL: digits(f)})
		}
	}
	frame, err := s.page(r, v, web.PlaceFiles, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.PickFolder(frame, view))
}

func digits(n *file.Node) string { return strconv.FormatInt(n.Number, 10) }

// favorites are the nodes that the reader marked so.
func (s *Site) favorites(w http.ResponseWriter, r *http.Request, v *reader) error {
	all, err := s.Files.Favorites(r.Context(), v.me.ID, 0, folderPage)
	if err != nil {
		return err
	}
	view := web.FavoritesView{Head: s.filesHead(v, web.FilesFavorites, v.words.T("files.favorites")), Chosen: filePath + "chosen"}
	for _, f := range all {
		row := s.fileRow(v, f.Node, f.Path)
		row.Where = s.where(v, f.Path)
		view.Rows = append(view.Rows, row)
	}
	frame, err := s.page(r, v, web.PlaceFiles, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Favorites(frame, view))
}

// where is the folder that something at a path is in.
func (s *Site) where(v *reader, at string) *web.Link {
	in := strings.TrimPrefix(path.Dir("/"+at), "/")
	if in == "" {
		return &web.Link{Label: v.words.T("files.title"), URL: filesPath}
	}
	return &web.Link{Label: in, URL: filesURL(in)}
}

// thenNotice is an address with a notice, whatever it says already.
func thenNotice(to, word string) string {
	u, err := url.Parse(to)
	if err != nil {
		return to
	}
	q := u.Query()
	q.Set("notice", word)
	u.RawQuery = q.Encode()
	return u.String()
}
