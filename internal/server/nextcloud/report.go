package nextcloud

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/protocol/webdav"
)

// report answers REPORT: what is marked as a favorite, and whether anything changed.
func (d *door) report(w http.ResponseWriter, r *http.Request, p place) error {
	ask, err := webdav.ParseReport(r.Body)
	if errors.Is(err, webdav.ErrReport) {
		return &refusal{http.StatusForbidden, "supported-report", fault.Wrap(err, fault.Denied, "fault.dav.method")}
	}
	if err != nil {
		return unreadable(err)
	}
	if ask.Sync {
		return d.syncCollection(w, r, p, ask)
	}
	who := me(r).who.ID
	if _, err := d.Files.At(r.Context(), who, p.path()); err != nil {
		return err
	}
	var all []file.Found
	for last := id.ID(0); len(all) < foundMax; {
		page, err := d.Files.Favorites(r.Context(), who, last, favoritesAtOnce)
		if err != nil {
			return err
		}
		for _, f := range page {
			last = f.ID
			if within(f.Path, p.path(), true) {
				all = append(all, f)
			}
		}
		if len(page) < favoritesAtOnce {
			break
		}
	}
	return d.tellFound(w, r, p, ask.Find, all)
}

const favoritesAtOnce = 500

// tokenPrefix makes an address of the etag of a folder, as tokens must be one (RFC 6578 §4).
const tokenPrefix = "urn:etag:"

// syncCollection answers what a folder holds, with the token of that state, and to that token that nothing
// changed. Whoever has the token of another state is asked to begin anew (RFC 6578 §3.8).
func (d *door) syncCollection(w http.ResponseWriter, r *http.Request, p place, ask webdav.Report) error {
	who := me(r).who.ID
	n, held, err := d.Files.List(r.Context(), who, p.path(), true)
	if err != nil {
		return err
	}
	if !n.Folder {
		return forbids("fault.dav.method")
	}
	token := tokenPrefix + n.Etag.String()
	if ask.Token != "" && ask.Token != token {
		return &refusal{http.StatusForbidden, "valid-sync-token", fault.New(fault.Denied, "fault.dav.changed")}
	}
	var all []file.Found
	switch {
	case ask.Token != "":
	case ask.Deep:
		err = d.Files.Roam(r.Context(), who, time.Time{}, func(f file.Found) bool {
			if within(f.Path, p.path(), true) {
				all = append(all, f)
			}
			return len(all) <= foundMax
		})
		if err == nil && len(all) > foundMax {
			err = &refusal{http.StatusInsufficientStorage, "number-of-matches-within-limits", fault.New(fault.TooMany, "fault.dav.deep")}
		}
	default:
		for _, c := range held {
			all = append(all, file.Found{Node: c, Path: strings.TrimPrefix(p.path()+"/"+c.Name, "/")})
		}
	}
	if err != nil {
		return err
	}
	a := d.answer(r.Context(), w, me(r).who)
	plan := planOf(ask.Find)
	for _, f := range all {
		plan.tell(a, p.href(f.Path, f.Folder), f.Node)
	}
	a.SyncToken(token)
	return a.Close()
}
