package nextcloud

import (
	"net/http"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/protocol/webdav"
)

// trash answers below /remote.php/dav/trashbin: what was thrown away, in trash, and restore, into
// which it is moved to come back.
func (d *door) trash(w http.ResponseWriter, r *http.Request, p place) error {
	if len(p.names) == 0 || p.names[0] == "restore" && len(p.names) == 1 {
		return d.findEmpty(w, r, p, "trash", "restore")
	}
	if p.names[0] != "trash" {
		return fault.New(fault.NotFound, "fault.file.unknown")
	}
	path, who := place{names: p.names[1:]}.path(), me(r).who.ID
	switch r.Method {
	case "PROPFIND":
		return d.findTrash(w, r, p, path)
	case http.MethodGet, http.MethodHead:
		n, _, err := d.Files.InTrash(r.Context(), who, path)
		if err != nil {
			return err
		}
		if n.Folder {
			return forbids("fault.file.folder")
		}
		return d.serve(w, r, n)
	case http.MethodDelete:
		if err := d.Files.Discard(r.Context(), who, path); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	case "MOVE":
		to, err := d.destination(r)
		if err != nil {
			return err
		}
		if to.area != "trashbin" || len(to.names) != 2 || to.names[0] != "restore" || len(p.names) != 2 {
			return fault.New(fault.Denied, "fault.dav.there")
		}
		n, err := d.Files.Restore(r.Context(), who, p.names[1])
		if err != nil {
			return err
		}
		d.describe(w.Header(), n)
		w.WriteHeader(http.StatusCreated)
		return nil
	}
	return forbids("fault.dav.method")
}

func (d *door) findTrash(w http.ResponseWriter, r *http.Request, p place, path string) error {
	ask, depth, err := d.finding(r)
	if err != nil {
		return err
	}
	who := me(r).who
	top, all, err := d.Files.Trash(r.Context(), who.ID)
	if err != nil {
		return err
	}
	was := map[string]*file.Trashed{}
	var held []*file.Node
	for _, t := range all {
		was[t.Name] = t
		held = append(held, t.Node)
	}
	if path != "" {
		if top, held, err = d.Files.InTrash(r.Context(), who.ID, path); err != nil {
			return err
		}
	}
	a := d.answer(r.Context(), w, who)
	a.extra = func(t planned, n *file.Node) bool { return tellTrashed(a, t, was[n.Name]) }
	plan := planOf(ask)
	plan.tell(a, p.href(p.path(), top.Folder), top)
	if depth == webdav.One {
		for _, n := range held {
			plan.tell(a, p.href(join(p.path(), n.Name), n.Folder), n)
		}
	}
	return a.Close()
}

// tellTrashed tells what only something in the trash says.
func tellTrashed(a *answer, one planned, t *file.Trashed) bool {
	if t == nil {
		return false
	}
	switch one.name {
	case webdav.NC("trashbin-filename"):
		a.Text(one.tag, t.Was)
	case webdav.NC("trashbin-original-location"):
		a.Text(one.tag, join(t.From, t.Was))
	case webdav.NC("trashbin-deletion-time"):
		a.Int(one.tag, t.DeletedAt.Unix())
	case webdav.NC("trashbin-title"):
		a.Text(one.tag, t.Was)
	default:
		return false
	}
	return true
}

// findEmpty answers for a folder that there is only so that others have a place.
func (d *door) findEmpty(w http.ResponseWriter, r *http.Request, p place, held ...string) error {
	if r.Method != "PROPFIND" {
		return forbids("fault.dav.method")
	}
	ask, depth, err := d.finding(r)
	if err != nil {
		return err
	}
	now := d.Now()
	n := &file.Node{Name: p.area, Folder: true, ModifiedAt: now, UploadedAt: now}
	a := d.answer(r.Context(), w, me(r).who)
	plan := planOf(ask).only(passing)
	plan.tell(a, p.href(p.path(), true), n)
	if depth == webdav.One && len(p.names) == 0 {
		for _, name := range held {
			plan.tell(a, p.href(name, true), &file.Node{Name: name, Folder: true, ModifiedAt: now, UploadedAt: now})
		}
	}
	return a.Close()
}
