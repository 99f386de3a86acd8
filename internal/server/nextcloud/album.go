package nextcloud

import (
	"net/http"
	"strconv"
	"strings"

	"allod/internal/album"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/photo"
	"allod/protocol/webdav"
)

// The folders below /remote.php/dav/photos.
const (
	albumsFolder = "albums"
	sharedFolder = "sharedalbums"
)

// photos answers below /remote.php/dav/photos: albums as folders, and in them
// photos that are called by the number of their file and its name.
func (d *door) photos(w http.ResponseWriter, r *http.Request, p place) error {
	if len(p.names) == 0 || p.names[0] == sharedFolder && len(p.names) == 1 {
		return d.findEmpty(w, r, p, albumsFolder, sharedFolder)
	}
	if p.names[0] != albumsFolder || len(p.names) > 3 {
		return fault.New(fault.NotFound, "fault.file.unknown")
	}
	if len(p.names) == 1 {
		if r.Method != "PROPFIND" {
			return forbids("fault.dav.method")
		}
		return d.findAlbums(w, r, p)
	}
	if r.Method == "MKCOL" {
		return d.makeAlbum(w, r, p)
	}
	a, err := d.Albums.Called(r.Context(), me(r).who.ID, p.names[1])
	if err != nil {
		return err
	}
	if len(p.names) == 3 {
		return d.inAlbum(w, r, p, a)
	}
	switch r.Method {
	case "PROPFIND":
		return d.findAlbum(w, r, p, a)
	case "PROPPATCH":
		return d.patchAlbum(w, r, p, a)
	case "MOVE":
		return d.renameAlbum(w, r, a)
	case http.MethodDelete:
		if err := d.Albums.Remove(r.Context(), me(r).who.ID, a.ID); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return forbids("fault.dav.method")
}

// makeAlbum answers MKCOL (RFC 4918 §9.3).
func (d *door) makeAlbum(w http.ResponseWriter, r *http.Request, p place) error {
	if len(p.names) != 2 {
		return fault.New(fault.Denied, "fault.dav.there")
	}
	_, err := d.Albums.Make(r.Context(), album.Album{OwnerID: me(r).who.ID, Title: p.names[1]})
	if fault.Is(err, fault.Conflict) {
		return &refusal{http.StatusMethodNotAllowed, "", err}
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusCreated)
	return nil
}

// renameAlbum answers MOVE.
func (d *door) renameAlbum(w http.ResponseWriter, r *http.Request, a *album.Album) error {
	to, err := d.destination(r)
	if err != nil {
		return err
	}
	if to.area != "photos" || len(to.names) != 2 || to.names[0] != albumsFolder {
		return fault.New(fault.Denied, "fault.dav.there")
	}
	_, err = d.Albums.Change(r.Context(), me(r).who.ID, a.ID, func(a *album.Album) { a.Title = to.names[1] })
	if fault.Is(err, fault.Conflict) {
		return &refusal{http.StatusPreconditionFailed, "", err}
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusCreated)
	return nil
}

// intoAlbum answers COPY of a file, or of a photo of an album, into an album.
func (d *door) intoAlbum(w http.ResponseWriter, r *http.Request, number int64, to place) error {
	if len(to.names) != 3 || to.names[0] != albumsFolder {
		return fault.New(fault.Denied, "fault.dav.there")
	}
	who := me(r).who.ID
	a, err := d.Albums.Called(r.Context(), who, to.names[1])
	if fault.Is(err, fault.NotFound) {
		return &refusal{http.StatusConflict, "", err}
	}
	if err == nil {
		err = d.Albums.Add(r.Context(), who, a.ID, []int64{number})
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusCreated)
	return nil
}

// inAlbum answers about a photo of an album.
func (d *door) inAlbum(w http.ResponseWriter, r *http.Request, p place, a *album.Album) error {
	number := numberIn(p.names[2])
	all, err := d.Albums.Pieces(r.Context(), a)
	if err != nil {
		return err
	}
	var one *album.Piece
	for _, piece := range all {
		if piece.Number == number {
			one = piece
		}
	}
	if one == nil {
		return fault.New(fault.NotFound, "fault.photo.unknown")
	}
	switch r.Method {
	case http.MethodDelete:
		if err := d.Albums.Drop(r.Context(), me(r).who.ID, a.ID, []int64{number}); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	case "COPY":
		to, err := d.destination(r)
		if err != nil {
			return err
		}
		if to.area != "photos" {
			return fault.New(fault.Denied, "fault.dav.there")
		}
		return d.intoAlbum(w, r, number, to)
	case "PROPFIND":
		return d.tellPieces(w, r, p, nil, []*album.Piece{one})
	case http.MethodGet, http.MethodHead:
		by, err := d.Files.Nodes(r.Context(), []id.ID{one.NodeID})
		if err != nil {
			return err
		}
		n := by[one.NodeID]
		if n == nil || n.OwnerID != me(r).who.ID { // what is another's leaves the house made anew only
			return fault.New(fault.NotFound, "fault.photo.unknown")
		}
		return d.serve(w, r, n)
	}
	return forbids("fault.dav.method")
}

// numberIn is the number with which a photo of an album is called, 0 for none.
func numberIn(name string) int64 {
	digits, _, _ := strings.Cut(name, "-")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// calledIn is how a photo is called in an album.
func calledIn(p *photo.Photo) string { return strconv.FormatInt(p.Number, 10) + "-" + p.Name }

// ofAlbum are the properties of files that albums have too.
var ofAlbum = map[webdav.Name]bool{
	webdav.D("resourcetype"): true, webdav.D("getlastmodified"): true, webdav.D("getetag"): true, webdav.D("displayname"): true,
	webdav.D("creationdate"): true, webdav.D("current-user-principal"): true, webdav.OC("owner-id"): true, webdav.OC("owner-display-name"): true,
	webdav.NC("last-photo"): true, webdav.NC("nbItems"): true, webdav.NC("location"): true, webdav.NC("dateRange"): true, webdav.NC("collaborators"): true,
}

// folderOf is an album as a folder.
func folderOf(a *album.Album) *file.Node {
	return &file.Node{ID: a.ID, OwnerID: a.OwnerID, ParentID: 1, Name: a.Title, Folder: true, Etag: file.Etag(a.ChangedAt.UnixMicro()), ModifiedAt: a.ChangedAt, MadeAt: a.MadeAt}
}

// tellAlbum tells what only an album says.
func tellAlbum(a *answer, one planned, s *album.Summary) bool {
	switch one.name {
	case webdav.NC("last-photo"):
		if s.Last == 0 {
			a.Raw(one.tag, "-1")
		} else {
			a.Int(one.tag, s.Last)
		}
	case webdav.NC("nbItems"):
		a.Int(one.tag, int64(s.Count))
	case webdav.NC("location"):
		a.Text(one.tag, s.Place)
	case webdav.NC("dateRange"):
		if s.Count == 0 {
			a.Raw(one.tag, `{"start":null,"end":null}`)
		} else {
			a.Raw(one.tag, `{"start":`+strconv.FormatInt(s.From.Unix(), 10)+`,"end":`+strconv.FormatInt(s.To.Unix(), 10)+`}`)
		}
	case webdav.NC("collaborators"):
		a.Raw(one.tag, "")
	default:
		return false
	}
	return true
}

// findAlbums answers PROPFIND of the folder of albums.
func (d *door) findAlbums(w http.ResponseWriter, r *http.Request, p place) error {
	ask, depth, err := d.finding(r)
	if err != nil {
		return err
	}
	who := me(r).who
	var all []*album.Summary
	if depth == webdav.One {
		if all, err = d.Albums.All(r.Context(), who.ID); err != nil {
			return err
		}
	}
	now := d.Now()
	a := d.answer(r.Context(), w, who)
	planOf(ask).only(passing).tell(a, p.href(p.path(), true), &file.Node{Name: albumsFolder, Folder: true, ParentID: 1, ModifiedAt: now, UploadedAt: now})
	d.tellAlbums(a, planOf(ask).only(ofAlbum), p, all)
	return a.Close()
}

func (d *door) tellAlbums(a *answer, plan *plan, p place, all []*album.Summary) {
	for _, s := range all {
		a.extra = func(one planned, _ *file.Node) bool { return tellAlbum(a, one, s) }
		plan.tell(a, p.href(albumsFolder+"/"+s.Title, true), folderOf(s.Album))
	}
}

// findAlbum answers PROPFIND of an album, and of what it shows.
func (d *door) findAlbum(w http.ResponseWriter, r *http.Request, p place, a *album.Album) error {
	sum, err := d.Albums.Summary(r.Context(), a)
	if err != nil {
		return err
	}
	var all []*album.Piece
	if depth, err := webdav.ParseDepth(r.Header, webdav.One); err == nil && depth == webdav.One {
		if all, err = d.Albums.Pieces(r.Context(), a); err != nil {
			return err
		}
	}
	return d.tellPieces(w, r, p, sum, all)
}

// tellPieces tells of an album, nil for none, and of photos in it.
func (d *door) tellPieces(w http.ResponseWriter, r *http.Request, p place, sum *album.Summary, all []*album.Piece) error {
	ask, _, err := d.finding(r)
	if err != nil {
		return err
	}
	ids := make([]id.ID, len(all))
	for i, one := range all {
		ids[i] = one.NodeID
	}
	by, err := d.Files.Nodes(r.Context(), ids)
	if err != nil {
		return err
	}
	nodes := make([]*file.Node, 0, len(all))
	for _, one := range all {
		if n := by[one.NodeID]; n != nil {
			nodes = append(nodes, n)
		}
	}
	plan := planOf(ask)
	var known map[id.ID]*photo.Known
	if asksPhotos(plan) {
		if known, err = d.known(r.Context(), nodes); err != nil {
			return err
		}
	}
	a := d.answer(r.Context(), w, me(r).who)
	if sum != nil {
		d.tellAlbums(a, planOf(ask).only(ofAlbum), p, []*album.Summary{sum})
	}
	a.extra = func(one planned, n *file.Node) bool { return tellPhoto(a, one, n, known) }
	for _, one := range all {
		if n := by[one.NodeID]; n != nil {
			plan.tell(a, p.href(albumsFolder+"/"+p.names[1]+"/"+calledIn(one.Photo), false), n)
		}
	}
	return a.Close()
}

// patchAlbum answers PROPPATCH: where an album was may be said, and nothing else.
func (d *door) patchAlbum(w http.ResponseWriter, r *http.Request, p place, a *album.Album) error {
	all, err := webdav.ParsePatch(r.Body)
	if err != nil {
		return unreadable(err)
	}
	var good, bad []webdav.Name
	place := a.Place
	for _, one := range all {
		if one.Name != webdav.NC("location") {
			bad = append(bad, one.Name)
			continue
		}
		good, place = append(good, one.Name), ""
		if one.Value != nil {
			place = one.Value.Text()
		}
	}
	outcomes := []webdav.Outcome{{Names: good, Status: "200 OK"}}
	if len(bad) > 0 {
		outcomes = []webdav.Outcome{{Names: bad, Status: "403 Forbidden", Reason: "cannot-modify-protected-property"}, {Names: good, Status: "424 Failed Dependency"}}
	} else if _, err := d.Albums.Change(r.Context(), me(r).who.ID, a.ID, func(a *album.Album) { a.Place = place }); err != nil {
		return err
	}
	m := d.answer(r.Context(), w, me(r).who)
	kept := outcomes[:0]
	for _, o := range outcomes {
		if len(o.Names) > 0 {
			kept = append(kept, o)
		}
	}
	m.Outcomes(p.href(p.path(), true), kept)
	return m.Close()
}
