package nextcloud

import (
	"net/http"
	"strconv"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/protocol/webdav"
)

// versions answers below /remote.php/dav/versions: what a file was, by its
// number, and restore, into which that is moved to be the file again.
func (d *door) versions(w http.ResponseWriter, r *http.Request, p place) error {
	if len(p.names) == 0 || len(p.names) == 1 {
		return d.findEmpty(w, r, p, "versions", "restore")
	}
	number, err := strconv.ParseInt(p.names[1], 10, 64)
	if err != nil || p.names[0] != "versions" || len(p.names) > 3 {
		return fault.New(fault.NotFound, "fault.file.unknown")
	}
	if len(p.names) == 2 {
		return d.findVersions(w, r, p, number)
	}
	which, err := strconv.ParseInt(p.names[2], 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "fault.file.unknown")
	}
	return d.version(w, r, number, id.ID(which))
}

func (d *door) version(w http.ResponseWriter, r *http.Request, number int64, which id.ID) error {
	who := me(r).who.ID
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		v, err := d.Files.Version(r.Context(), who, number, which)
		if err != nil {
			return err
		}
		content, err := d.Files.OpenVersion(r.Context(), v)
		if err != nil {
			return err
		}
		defer content.Close()
		w.Header().Set("ETag", `"`+v.ID.String()+`"`)
		guard(w.Header(), v.ID.String(), v.Mime)
		http.ServeContent(w, r, "", v.ModifiedAt, content)
		return nil
	case http.MethodDelete:
		if err := d.Files.DeleteVersion(r.Context(), who, number, which); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	case "MOVE":
		to, err := d.destination(r)
		if err != nil {
			return err
		}
		if to.area != "versions" || len(to.names) != 2 || to.names[0] != "restore" {
			return fault.New(fault.Denied, "fault.dav.there")
		}
		n, err := d.Files.RestoreVersion(r.Context(), who, number, which)
		if err != nil {
			return err
		}
		d.describe(w.Header(), n)
		w.WriteHeader(http.StatusCreated)
		return nil
	}
	return forbids("fault.dav.method")
}

func (d *door) findVersions(w http.ResponseWriter, r *http.Request, p place, number int64) error {
	if r.Method != "PROPFIND" {
		return forbids("fault.dav.method")
	}
	ask, depth, err := d.finding(r)
	if err != nil {
		return err
	}
	n, all, err := d.Files.Versions(r.Context(), me(r).who.ID, number)
	if err != nil {
		return err
	}
	a := d.answer(r.Context(), w, me(r).who)
	plan := planOf(ask).only(passing)
	plan.tell(a, p.href(p.path(), true), &file.Node{Name: n.Name, Folder: true, ModifiedAt: n.ModifiedAt, UploadedAt: n.UploadedAt})
	if depth == webdav.One {
		for _, v := range all {
			name := v.ID.String()
			plan.tell(a, p.href(join(p.path(), name), false), &file.Node{Name: name, Size: v.Size, Mime: v.Mime, ModifiedAt: v.ModifiedAt, UploadedAt: v.KeptAt})
		}
	}
	return a.Close()
}
