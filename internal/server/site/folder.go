package site

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/web"
)

const (
	filesPath  = "/files" // by their paths, as people know them
	filePath   = "/file/" // by their numbers, which stay the same wherever they move
	folderPage = 200      // entries on one page of a folder
)

// filesURL is the page of a file or folder by its path from the reader's home.
func filesURL(path string) string {
	if path == "" {
		return filesPath
	}
	return filesPath + escaped("/" + path)[1:]
}

// nodePath is an address about a node.
func nodePath(n *file.Node, rest string) string {
	return filePath + strconv.FormatInt(n.Number, 10) + rest
}

// nodeOf is the reader's own node that an address names, and its path.
func (s *Site) nodeOf(r *http.Request, v *reader) (*file.Node, string, error) {
	number, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return nil, "", nothingHere()
	}
	return s.Files.ByNumber(r.Context(), v.me.ID, number)
}

// folder is what stands at a path of the reader's files: a folder with what it
// holds, or the page of a file.
func (s *Site) folder(w http.ResponseWriter, r *http.Request, v *reader) error {
	if sought := strings.TrimSpace(r.URL.Query().Get("q")); sought != "" {
		return s.seekFiles(w, r, v, sought)
	}
	path := r.PathValue("rest")
	if clean := strings.TrimSuffix(path, "/"); clean != path {
		return seeOther(w, filesURL(clean))
	}
	view := web.FolderView{}
	p, err := s.partOf(r, v, path)
	if err != nil {
		return err
	}
	if !p.Node.Folder {
		return s.filePage(w, r, v, http.StatusOK, p, web.Field{Value: p.Node.Name})
	}
	return s.folderPage(w, r, v, http.StatusOK, p, view)
}

// orders are the ways to sort a folder, as addresses name them.
var orders = []struct {
	by    file.Order
	label string
}{{file.ByName, "files.by_name"}, {file.Newest, "files.by_time"}, {file.Largest, "files.by_size"}}

// orderOf is the order that an address asks for.
func orderOf(r *http.Request) file.Order {
	asked := file.Order(r.URL.Query().Get("by"))
	for _, o := range orders {
		if o.by == asked {
			return asked
		}
	}
	return file.ByName
}

// skipOf is how many entries of a list an address leaves out.
func skipOf(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("skip"))
	if err != nil || n < 0 || n > 10_000_000 {
		return 0
	}
	return n
}

func (s *Site) partOf(r *http.Request, v *reader, path string) (*file.Part, error) {
	return s.Files.Folder(r.Context(), v.me.ID, path, orderOf(r), skipOf(r), folderPage)
}

// filesHead is what stands above a page of files.
func (s *Site) filesHead(v *reader, here web.FilesTab, title string) web.FilesHead {
	head := web.FilesHead{Here: here, Title: title}
	for _, t := range []struct {
		tab   web.FilesTab
		label string
		path  string
	}{
		{web.FilesAll, "files.title", filesPath}, {web.FilesFavorites, "files.favorites", filePath + "favorites"},
		{web.FilesShared, "share.tab", sharedListPath},
		{web.FilesTrash, "files.trash", trashPath}, {web.FilesStorage, "files.storage", filePath + "storage"},
	} {
		head.Tabs = append(head.Tabs, web.Tab{Label: v.words.T(t.label), URL: t.path, Current: t.tab == here})
	}
	return head
}

// crumbs are the folders that a node is in, from the outermost.
func (s *Site) crumbs(v *reader, p *file.Part) []web.Link {
	if p.Path == "" {
		return nil
	}
	all := []web.Link{{Label: v.words.T("files.title"), URL: filesPath}}
	at := ""
	for _, f := range p.Above {
		at = path.Join(at, f.Name)
		all = append(all, web.Link{Label: f.Name, URL: filesURL(at)})
	}
	return all
}

// folderPage draws a folder. What forms were sent with, and what became of it, is in view.
func (s *Site) folderPage(w http.ResponseWriter, r *http.Request, v *reader, status int, p *file.Part, view web.FolderView) error {
	title := p.Node.Name
	if p.Path == "" {
		title = v.words.T("files.title")
	}
	view.Head = s.filesHead(v, web.FilesAll, title)
	view.Crumbs, view.Home, view.Number, view.Name = s.crumbs(v, p), p.Path == "", strconv.FormatInt(p.Node.Number, 10), title
	view.Count, view.Bytes = p.Count, p.Node.Size
	view.Make, view.Add, view.Chosen = nodePath(p.Node, "/make"), nodePath(p.Node, "/add"), filePath+"chosen"
	view.Write = nodePath(p.Node, "/text")
	view.Zip = nodePath(p.Node, "/zip")
	if !view.Home {
		view.Self = nodePath(p.Node, "")
	}
	for _, n := range p.Held {
		view.Rows = append(view.Rows, s.fileRow(v, n, path.Join(p.Path, n.Name)))
	}
	if err := s.markShared(r, v, p.Held, view.Rows[len(view.Rows)-len(p.Held):]); err != nil {
		return err
	}
	if p.Node.Given {
		owner, err := s.Accounts.Card(r.Context(), p.Node.OwnerID)
		if err != nil {
			return err
		}
		view.Sharer, view.Fixed = owner.Called(), !p.Node.Rights.Can(file.Add)
	}
	s.turns(r, v, p, &view)
	if err := s.spaceOf(r, v, &view); err != nil {
		return err
	}
	if view.Home && view.Sought == nil {
		view.Sync = s.syncAdvice(v)
	}
	frame, err := s.page(r, v, web.PlaceFiles, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Folder(frame, view))
}

// turns are the other pages of a folder, and the other orders.
func (s *Site) turns(r *http.Request, v *reader, p *file.Part, view *web.FolderView) {
	by, at := orderOf(r), filesURL(p.Path)
	address := func(by file.Order, skip int) string {
		q := url.Values{}
		if by != file.ByName {
			q.Set("by", string(by))
		}
		if skip > 0 {
			q.Set("skip", strconv.Itoa(skip))
		}
		if len(q) == 0 {
			return at
		}
		return at + "?" + q.Encode()
	}
	if p.Count > 1 {
		for _, o := range orders {
			view.Sorts = append(view.Sorts, web.Tab{Label: v.words.T(o.label), URL: address(o.by, 0), Current: o.by == by})
		}
	}
	skip := skipOf(r)
	if len(p.Held) > 0 {
		view.From, view.Until = skip+1, skip+len(p.Held)
	}
	if skip > 0 {
		view.Newer = address(by, max(skip-folderPage, 0))
	}
	if skip+len(p.Held) < p.Count && len(p.Held) > 0 {
		view.Older = address(by, skip+folderPage)
	}
}

// spaceOf is how much of their space the reader uses.
func (s *Site) spaceOf(r *http.Request, v *reader, view *web.FolderView) error {
	u, err := s.Files.Usage(r.Context(), v.me.ID)
	view.Used, view.Quota = u.Used(), u.Quota
	return err
}

// syncAdvice is what to type on a device that is to keep these files.
func (s *Site) syncAdvice(v *reader) *web.SyncAdvice {
	return &web.SyncAdvice{Address: s.Names.Origin, Name: v.me.Name, Devices: devicesPlace}
}

// fileRow is a node in a list.
func (s *Site) fileRow(v *reader, n *file.Node, path string) web.FileRow {
	row := web.FileRow{
		Number: strconv.FormatInt(n.Number, 10), Name: n.Name, URL: filesURL(path), Kind: fileKind(n), Size: n.Size,
		When: n.ModifiedAt.In(v.zone), Favorite: n.Favorite,
	}
	if slices.Contains(small, n.Mime) {
		row.Small = smaller(n, smallSide)
	}
	return row
}

// smaller is the address of a smaller picture of one, so many pixels long.
func smaller(n *file.Node, side int) string {
	return photoURL(n.Number) + "/" + strconv.Itoa(side) + "?v=" + n.Etag.String()
}

// small are the types of pictures that have smaller ones, smallSide pixels long.
var small = []string{"image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/heif", "image/avif"}

const (
	smallSide = 256
	largeSide = 2048
)

// foundMax is how many files a search shows.
const foundMax = 100

// seekFiles is what was found among the reader's files for some words.
func (s *Site) seekFiles(w http.ResponseWriter, r *http.Request, v *reader, sought string) error {
	if len(sought) > questionMax || !utf8.ValidString(sought) {
		return fault.New(fault.Invalid, "")
	}
	found, err := s.Search.Files(r.Context(), v.me.ID, sought, foundMax)
	if err != nil {
		return err
	}
	home, err := s.Files.Folder(r.Context(), v.me.ID, "", file.ByName, 0, 0)
	if err != nil {
		return err
	}
	view := web.FolderView{Sought: &web.FileSearch{Words: sought, More: len(found) == foundMax}}
	for _, f := range found {
		row := s.fileRow(v, f.Node, f.Path)
		row.Where = s.where(v, f.Path)
		view.Rows = append(view.Rows, row)
	}
	return s.folderPage(w, r, v, http.StatusOK, home, view)
}

// fileKind is what a node is to a person.
func fileKind(n *file.Node) web.FileKind {
	kind, _, _ := strings.Cut(n.Mime, "/")
	switch {
	case n.Folder:
		return web.FileFolder
	case n.Mime == "image/svg+xml":
		return web.FileOther
	case kind == "image":
		return web.FilePicture
	case kind == "video":
		return web.FileVideo
	case kind == "audio":
		return web.FileSound
	case n.Mime == "text/markdown":
		return web.FileMarkdown
	case n.Mime == pdf:
		return web.FilePDF
	case kind == "text", n.Mime == "application/json", n.Mime == "application/xml", n.Mime == "application/x-subrip":
		return web.FileWords
	}
	return web.FileOther
}

// makeFolder makes a folder in another.
func (s *Site) makeFolder(w http.ResponseWriter, r *http.Request, v *reader) error {
	_, at, err := s.nodeOf(r, v)
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
	if err = file.CheckName(name); err == nil {
		_, err = s.Files.MakeFolder(r.Context(), v.me.ID, path.Join(at, name))
	}
	if err == nil {
		return seeOther(w, filesURL(path.Join(at, name)))
	}
	if !typedWrong(err) && !fault.Is(err, fault.Conflict) {
		return err
	}
	p, none := s.partOf(r, v, at)
	if none != nil {
		return none
	}
	return s.folderPage(w, r, v, http.StatusUnprocessableEntity, p, web.FolderView{Folder: web.Field{Value: in.Name, Error: server.Sentence(v.words, err)}})
}
