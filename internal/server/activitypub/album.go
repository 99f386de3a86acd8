package activitypub

import (
	"net/http"
	"strconv"

	"allod/internal/album"
	"allod/internal/fault"
	"allod/internal/media"
	"allod/internal/server"
	as "allod/protocol/activitystreams"
)

// albumPage is how many pictures a page of an album holds.
const albumPage = 50

// album is an album of one who lives here as an ordered collection of
// pictures, for whoever may see it: with its first page, or a page of it.
func (d *door) album(w http.ResponseWriter, r *http.Request) error {
	a, err := d.person(r)
	if err != nil {
		return err
	}
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	page := d.Names.Profile(a) + "/albums/" + which.String()
	if wantsPage(r) {
		return toPage(w, r, page)
	}
	seen, err := d.Albums.See(r.Context(), 0, which)
	if fault.Is(err, fault.NotFound) && (r.Header.Get("Signature") != "" || r.Header.Get("Signature-Input") != "") {
		w.Header().Set("Cache-Control", "private, no-store")
		viewer, notKnown := d.viewer(r, d.Names.Base(a))
		if notKnown != nil {
			return notKnown
		}
		seen, err = d.Albums.See(r.Context(), viewer, which)
	}
	if err == nil && seen.OwnerID != a.ID {
		err = fault.New(fault.NotFound, "")
	}
	if err != nil {
		return err
	}
	if _, err := d.see(w, r, a, seen.PostID); err != nil { // not told elsewhere
		return err
	}
	all, err := d.pictures(seen)
	if err != nil {
		return err
	}
	here := d.Names.ID(a, a.Under("album", which))
	if n := r.URL.Query().Get("page"); n != "" {
		return d.albumPart(w, here, n, all)
	}
	body, err := d.Documents.Collection(r.Context(), a, as.CollectionDocument{
		ID: here, AttributedTo: d.Names.Actor(a), Name: seen.Title, Summary: seen.Words, URL: page, Published: seen.MadeAt, Updated: seen.ChangedAt,
		TotalItems: int64(len(all)), First: here + "?page=1",
	})
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, body)
}

// albumPart is a page of an album.
func (d *door) albumPart(w http.ResponseWriter, here, which string, all as.Refs) error {
	n, err := strconv.Atoi(which)
	if err != nil || n < 1 || n > 1 && (n-1)*albumPage >= len(all) {
		return fault.New(fault.NotFound, "")
	}
	at := func(n int) string { return here + "?page=" + strconv.Itoa(n) }
	doc := as.CollectionPageDocument{ID: at(n), PartOf: here, TotalItems: int64(len(all)), Items: all[(n-1)*albumPage : min(n*albumPage, len(all))]}
	if n > 1 {
		doc.Prev = at(n - 1)
	}
	if n*albumPage < len(all) {
		doc.Next = at(n + 1)
	}
	body, err := doc.JSON()
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, body)
}

// pictures are what others see of an album.
func (d *door) pictures(seen *album.Seen) (all as.Refs, err error) {
	all = as.Refs{}
	for _, one := range seen.Pieces {
		if one.Medium == nil {
			continue
		}
		f := one.Medium.Variant(media.Large)
		if f == nil {
			continue
		}
		r, err := as.Picture(as.AttachmentDocument{MediaType: f.Mime, URL: d.Names.File(f.Key), Name: one.Alt, Blurhash: one.Medium.Blurhash, Width: f.Width, Height: f.Height})
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}
