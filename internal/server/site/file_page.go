package site

import (
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/markup"
	"allod/internal/server"
	"allod/web"
)

// textMax is the longest text that a page shows and changes, in bytes.
const textMax = 1 << 20

// trashDays is how long what was thrown away is kept.
const trashDays = int(file.TrashFor / (24 * time.Hour))

// filePage is a file as a page shows it.
func (s *Site) filePage(w http.ResponseWriter, r *http.Request, v *reader, status int, p *file.Part, name web.Field) error {
	n := p.Node
	view := web.FileView{
		Head: s.filesHead(v, web.FilesAll, n.Name), Crumbs: s.crumbs(v, p), Row: s.fileRow(v, n, p.Path), Mime: n.Mime,
		Raw: nodePath(n, "/raw"), Fetch: nodePath(n, "/fetch"), Shown: shown(n.Mime), Name: name,
		Rename: nodePath(n, "/name"), Move: nodePath(n, "/move") + "?do=move", Favorite: nodePath(n, "/favorite"),
		Delete: nodePath(n, "/trash"), Days: trashDays,
	}
	if !n.MadeAt.IsZero() {
		view.Made = n.MadeAt.In(v.zone)
	}
	view.Share = nodePath(n, "/share")
	if n.Folder || playable(n) || view.Row.Kind == web.FileMarkdown || view.Row.Kind == web.FileWords {
		view.Publish = filePath + "chosen"
	}
	if n.Folder {
		view.Fetch = nodePath(n, "/zip")
	} else {
		view.Versions = nodePath(n, "/versions")
	}
	if err := s.readable(r, &view, n); err != nil {
		return err
	}
	err := s.steps(r, &view, n, p.Path)
	if err != nil {
		return err
	}
	if view.ShownIn, err = s.Media.ShownOf(r.Context(), n.ID); err != nil {
		return err
	}
	if view.Film, err = s.filmView(r, v, n); err != nil {
		return err
	}
	frame, err := s.page(r, v, web.PlaceFiles, v.me.Hue)
	if err != nil {
		return err
	}
	switch {
	case n.Mime == pdf:
		w.Header().Set("Content-Security-Policy", server.FramePolicy)
	case view.Shown && view.Row.Kind == web.FilePicture:
		view.Picture = view.Raw
	case slices.Contains(small, n.Mime): // of a kind that not every browser shows
		view.Picture = smaller(n, largeSide)
	}
	return s.draw(w, r, status, web.FilePage(frame, view))
}

// steps are the pages of the files before and after one.
func (s *Site) steps(r *http.Request, view *web.FileView, n *file.Node, at string) error {
	if n.Folder {
		return nil
	}
	before, after, err := s.Files.Beside(r.Context(), n)
	in := strings.TrimPrefix(path.Dir("/"+at), "/")
	if before != "" {
		view.Before = filesURL(path.Join(in, before))
	}
	if after != "" {
		view.Next = filesURL(path.Join(in, after))
	}
	return err
}

// readable puts the words of a text into its page.
func (s *Site) readable(r *http.Request, view *web.FileView, n *file.Node) error {
	if view.Row.Kind != web.FileWords && view.Row.Kind != web.FileMarkdown {
		return nil
	}
	if view.TooLong = n.Size > textMax; view.TooLong {
		return nil
	}
	text, ok, err := s.textOf(r, n)
	if err != nil || !ok {
		return err
	}
	view.Edit = nodePath(n, "/text")
	if view.Row.Kind == web.FileMarkdown && n.Size <= markup.MaxArticle {
		view.HTML = s.Text.RenderArticle(text, markup.Links{}).HTML
		return nil
	}
	view.Text = text
	return nil
}

// textOf is what a file says; ok is false for what is no text.
func (s *Site) textOf(r *http.Request, n *file.Node) (text string, ok bool, err error) {
	body, err := s.Files.Open(r.Context(), n)
	if err != nil {
		return "", false, err
	}
	defer body.Close()
	all, err := io.ReadAll(io.LimitReader(body, textMax+1))
	if err != nil || len(all) > textMax || !utf8.Valid(all) || strings.ContainsRune(string(all), 0) {
		return "", false, err
	}
	return strings.TrimPrefix(string(all), "\ufeff"), true, nil
}

// aboutNode is the page about a folder, or leads to that of a file wherever it is now.
func (s *Site) aboutNode(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	if !n.Folder || at == "" {
		return seeOther(w, filesURL(at))
	}
	p, err := s.Files.Folder(r.Context(), v.me.ID, at, file.ByName, 0, 0)
	if err != nil {
		return err
	}
	p.Above = append(p.Above, p.Node)
	return s.filePage(w, r, v, http.StatusOK, p, web.Field{Value: n.Name})
}

// rename calls a node otherwise, where it stands.
func (s *Site) rename(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		Name string `form:"name"`
	}](r)
	if err != nil {
		return err
	}
	name := strings.TrimSpace(in.Name)
	to := path.Join(path.Dir("/"+at), name)[1:]
	if err = file.CheckName(name); err == nil && name != n.Name {
		_, _, err = s.Files.Move(r.Context(), v.me.ID, at, file.Place{Path: to})
	}
	if err == nil {
		if fragment(r) {
			w.WriteHeader(http.StatusNoContent)
			return nil
		}
		return seeOther(w, s.folderOf(to, n))
	}
	if !typedWrong(err) && !fault.Is(err, fault.Conflict) {
		return err
	}
	return s.namePage(w, r, v, http.StatusUnprocessableEntity, n, at, web.Field{Value: in.Name, Error: server.Sentence(v.words, err)})
}

// folderOf is the page on which a node at a path is seen: its own, or for a folder the one it is in.
func (s *Site) folderOf(at string, n *file.Node) string {
	if n.Folder {
		at = strings.TrimPrefix(path.Dir("/"+at), "/")
		return filesURL(at) + "#f-" + strconv.FormatInt(n.Number, 10)
	}
	return filesURL(at)
}

// askName is the form that calls a node otherwise.
func (s *Site) askName(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	return s.namePage(w, r, v, http.StatusOK, n, at, web.Field{Value: n.Name})
}

func (s *Site) namePage(w http.ResponseWriter, r *http.Request, v *reader, status int, n *file.Node, at string, name web.Field) error {
	frame, err := s.page(r, v, web.PlaceFiles, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.FileName(frame, web.FileNameView{
		Head: s.filesHead(v, web.FilesAll, v.words.T("files.rename_title", "name", n.Name)), Action: nodePath(n, "/name"), Name: name,
		Back: filesURL(strings.TrimPrefix(path.Dir("/"+at), "/")),
	}))
}

// favor marks a node as a favorite, or does so no longer.
func (s *Site) favor(w http.ResponseWriter, r *http.Request, v *reader) error {
	_, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	if _, err := s.Files.Mark(r.Context(), v.me.ID, at, func(n *file.Node) error {
		n.Favorite = !n.Favorite
		return nil
	}); err != nil {
		return err
	}
	return seeOther(w, back(r, filesURL(at)))
}

// throwAway puts a node into the trash.
func (s *Site) throwAway(w http.ResponseWriter, r *http.Request, v *reader) error {
	_, at, err := s.nodeOf(r, v)
	if err == nil {
		err = s.Files.Delete(r.Context(), v.me.ID, at, false, nil)
	}
	if err != nil {
		return err
	}
	return seeOther(w, with(filesURL(strings.TrimPrefix(path.Dir("/"+at), "/")), "thrown_away"))
}
