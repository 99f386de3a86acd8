package nextcloud

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/protocol/webdav"
)

// wholeName is what the file of an upload is called while it comes in pieces.
const wholeName = ".file"

// uploads answers below /remote.php/dav/uploads: a folder for each file that
// comes in pieces, in it the pieces, and the file itself, which is moved to where it belongs.
func (d *door) uploads(w http.ResponseWriter, r *http.Request, p place) error {
	switch {
	case r.Method == "PROPFIND":
		return d.findUploads(w, r, p)
	case len(p.names) == 1 && r.Method == "MKCOL":
		return d.beginUpload(w, r, p.names[0])
	case len(p.names) == 1 && r.Method == http.MethodDelete:
		if err := d.Files.AbortUpload(r.Context(), me(r).who.ID, p.names[0]); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	case len(p.names) == 2 && p.names[1] == wholeName && r.Method == "MOVE":
		return d.finishUpload(w, r, p.names[0])
	case len(p.names) == 2 && p.names[1] != wholeName && r.Method == http.MethodPut:
		return d.putPiece(w, r, p)
	case len(p.names) > 2:
		return fault.New(fault.NotFound, "fault.file.upload")
	}
	return forbids("fault.dav.method")
}

func (d *door) beginUpload(w http.ResponseWriter, r *http.Request, name string) error {
	_, err := d.Files.BeginUpload(r.Context(), me(r).who.ID, name, length(r))
	if errors.Is(err, file.ErrExists) {
		return &refusal{http.StatusMethodNotAllowed, "", err}
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusCreated)
	return nil
}

// length is how long a file will be, as far as a device says it, or -1. ownCloud's calls the header otherwise.
func length(r *http.Request) int64 {
	for _, name := range []string{"OC-Total-File-Length", "OC-Total-Length"} {
		if n, err := strconv.ParseInt(r.Header.Get(name), 10, 64); err == nil && n >= 0 {
			return n
		}
	}
	return -1
}

func (d *door) putPiece(w http.ResponseWriter, r *http.Request, p place) (err error) {
	server.Stream(r)
	defer func() {
		if err != nil {
			server.Drain(r)
		}
	}()
	body := &body{r: r.Body}
	if _, err := d.Files.PutPiece(r.Context(), me(r).who.ID, p.names[0], p.names[1], body, r.ContentLength); err != nil {
		return body.fault(err)
	}
	w.WriteHeader(http.StatusCreated)
	return nil
}

// finishUpload makes the file. What a device knew of the one that it replaces is a condition on that.
func (d *door) finishUpload(w http.ResponseWriter, r *http.Request, name string) error {
	to, err := d.destination(r)
	if err != nil {
		return err
	}
	if to.area != "files" {
		return fault.New(fault.Denied, "fault.dav.there")
	}
	in, err := d.writing(r)
	if err != nil {
		return err
	}
	in.Size, in.Parents = length(r), parents(r)
	list, check, err := d.conditions(r, to)
	if err != nil {
		return err
	}
	in.Tokens = tokens(list)
	over, err := webdav.Overwrite(r.Header)
	if err != nil {
		return server.Malformed("%w", err)
	}
	in.Check = func(now *file.Node) error {
		if now != nil && !over {
			return changed()
		}
		return check(now)
	}
	n, fresh, err := d.Files.FinishUpload(r.Context(), me(r).who.ID, name, to.path(), in)
	if err != nil {
		return err
	}
	d.written(w, r, n, fresh)
	return nil
}

// findUploads tells a device how far it came.
func (d *door) findUploads(w http.ResponseWriter, r *http.Request, p place) error {
	ask, depth, err := d.finding(r)
	if err != nil {
		return err
	}
	folder := func(name string, at time.Time) *file.Node {
		return &file.Node{Name: name, Folder: true, ModifiedAt: at, UploadedAt: at}
	}
	var top *file.Node
	var held []*file.Node
	who := me(r).who
	switch len(p.names) {
	case 0:
		all, err := d.Files.Uploads(r.Context(), who.ID)
		if err != nil {
			return err
		}
		top = folder("uploads", d.Now())
		for _, u := range all {
			held = append(held, folder(u.Name, u.UsedAt))
		}
	default:
		u, pieces, err := d.Files.Upload(r.Context(), who.ID, p.names[0])
		if err != nil {
			return err
		}
		top = folder(u.Name, u.UsedAt)
		held = append(held, &file.Node{Name: wholeName, Size: u.Size, ModifiedAt: u.UsedAt, UploadedAt: u.UsedAt})
		for _, one := range pieces {
			held = append(held, &file.Node{Name: one.Name, Size: one.Size, ModifiedAt: one.ArrivedAt, UploadedAt: one.ArrivedAt})
		}
	}
	if len(p.names) > 1 {
		if top, held = called(held, p.names[1]), nil; top == nil || len(p.names) > 2 {
			return fault.New(fault.NotFound, "fault.file.upload")
		}
	}
	a := d.answer(r.Context(), w, who)
	plan := planOf(ask).only(passing)
	plan.tell(a, p.href(p.path(), top.Folder), top)
	if depth == webdav.One {
		for _, n := range held {
			plan.tell(a, p.href(join(p.path(), n.Name), n.Folder), n)
		}
	}
	return a.Close()
}

// passing are the properties of what is no node: pieces of files, versions.
var passing = map[webdav.Name]bool{
	webdav.D("resourcetype"): true, webdav.D("getlastmodified"): true, webdav.D("getcontentlength"): true,
	webdav.D("getcontenttype"): true, webdav.D("displayname"): true, webdav.OC("size"): true,
}

func called(all []*file.Node, name string) *file.Node {
	for _, n := range all {
		if n.Name == name {
			return n
		}
	}
	return nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "/" + name
}
