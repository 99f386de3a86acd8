package site

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/album"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// albumsStep is where the albums of a person are, below their page.
const albumsStep = "/albums/"

// albumDoc is what the ActivityStreams form of an album ends in, below a DID.
const albumDoc = "album"

// seenPath is where others see an album.
func seenPath(owner *account.Account, a id.ID) string {
	return personPath(owner) + albumsStep + a.String()
}

// albumBelow is an album at /@name/albums/ID, or one photo of it below that.
func (s *Site) albumBelow(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle, rest string) error {
	first, part, below := strings.Cut(strings.TrimPrefix(rest, "albums/"), "/")
	which, err := id.Parse(first)
	if err != nil || which == 0 || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return s.sitePage(w, r, v, h, rest)
	}
	owner, err := s.resident(r.Context(), h.Name)
	if err != nil {
		return err
	}
	if wantsActivity(r) && !below {
		return elsewhere(w, s.Names.ID(owner, owner.Under(albumDoc, which)))
	}
	seen, err := s.Albums.See(r.Context(), v.id(), which)
	if fault.Is(err, fault.NotFound) || err == nil && seen.OwnerID != owner.ID {
		return s.sitePage(w, r, v, h, rest) // a page of the person's may be called so
	}
	if err != nil {
		return err
	}
	base := s.stepURL(v, owner, albumsStep+which.String())
	if below {
		return s.seenPhoto(w, r, v, owner, seen, base, part)
	}
	view := s.seenAlbum(v, owner, seen, base)
	if seen.OwnerID == v.id() {
		view.Edit, view.Share = albumPath(which)+"/edit", albumPath(which)+"/share"
	}
	if seen.Adds {
		view.Add = photosPath + "?choose=1&album=" + which.String()
	}
	var p *post.Post
	if seen.PostID != 0 {
		if p, err = s.Posts.Get(r.Context(), v.id(), seen.PostID); err != nil {
			return err
		}
		view.Talk, view.Talks = s.stepURL(v, owner, "/"+p.ID.String()), int(p.Replies)
	}
	if invited, err := s.invited(r, v, seen); err != nil {
		return err
	} else if invited {
		view.Leave = seenLeave(which)
	}
	frame, err := s.land(r, v, web.Nowhere, owner)
	if err != nil {
		return err
	}
	frame.Meta = s.albumMeta(v, owner, seen, p)
	return s.draw(w, r, http.StatusOK, web.Album(frame, view))
}

// invited reports whether the reader was invited to an album one by one.
func (s *Site) invited(r *http.Request, v *reader, seen *album.Seen) (bool, error) {
	if v.me == nil || v.me.ID == seen.OwnerID {
		return false, nil
	}
	return s.Albums.Invited(r.Context(), v.me.ID, seen.ID)
}

// seenAlbum is an album as another than its owner sees it.
func (s *Site) seenAlbum(v *reader, owner *account.Account, seen *album.Seen, base string) web.AlbumView {
	view := web.AlbumView{
		Title: seen.Title, Words: seen.Words, By: owner.Called(), Profile: s.personURL(v, owner), Follows: seen.Follows(), Tells: seen.Tells, Unseen: seen.Unseen,
	}
	for _, one := range seen.Pieces {
		if one.Medium == nil {
			if one.Kind == "image" && view.Unseen == 0 {
				view.Making++
			}
			continue
		}
		view.Photos = append(view.Photos, web.PhotoTile{
			URL: base + "/" + one.Medium.ID.String(), Src: picture(one.Medium, media.Small), Width: one.Width, Height: one.Height, Alt: one.Alt,
			Place: len(view.Photos) + 1,
		})
		if seen.Tells {
			view.From, view.To = spanOf(view.From, view.To, one.TakenAt)
		}
	}
	view.Count = len(view.Photos)
	return view
}

// spanOf is the time from the first to the last of moments, with one more.
func spanOf(from, to, at time.Time) (time.Time, time.Time) {
	if from.IsZero() || at.Before(from) {
		from = at
	}
	if at.After(to) {
		to = at
	}
	return from, to
}

// albumMeta is what the page of an album tells machines; nothing, unless everyone may see it.
func (s *Site) albumMeta(v *reader, owner *account.Account, seen *album.Seen, p *post.Post) web.Meta {
	if p == nil || !p.Visibility.Open() {
		return web.Meta{}
	}
	m := web.Meta{
		Index: p.Visibility == post.Public && owner.Indexable, Canonical: s.Names.Profile(owner) + albumsStep + seen.ID.String(), Type: "article",
		Description: clip(seen.Words, descriptionMax), Feeds: s.feeds(v, strand{owner: owner}),
	}
	if !p.HereOnly {
		m.Activity = s.Names.ID(owner, owner.Under(albumDoc, seen.ID))
	}
	if at := frontOf(seen); at != nil {
		s.show(&m, at)
	}
	return m
}

// frontOf is the medium that stands for an album, nil while there is none.
func frontOf(seen *album.Seen) (front *media.Medium) {
	for _, one := range seen.Pieces {
		if one.Medium != nil && (front == nil || one.NodeID == seen.Cover) {
			front = one.Medium
		}
	}
	return front
}

// seenPhoto is one photo of an album as others see it.
func (s *Site) seenPhoto(w http.ResponseWriter, r *http.Request, v *reader, owner *account.Account, seen *album.Seen, base, part string) error {
	which, err := id.Parse(part)
	if err != nil {
		return nothingHere()
	}
	all := slices.DeleteFunc(slices.Clone(seen.Pieces), func(p *album.Shown) bool { return p.Medium == nil })
	at := slices.IndexFunc(all, func(p *album.Shown) bool { return p.Medium.ID == which })
	if at < 0 {
		return nothingHere()
	}
	one := all[at]
	view := web.PhotoView{
		Tile: web.PhotoTile{Width: one.Width, Height: one.Height, Alt: one.Alt, Place: at + 1},
		Full: picture(one.Medium, media.Large), All: base, Album: seen.Title, Seen: true, Of: len(all),
	}
	if at > 0 {
		view.Later = base + "/" + all[at-1].Medium.ID.String()
	}
	if at < len(all)-1 {
		view.Earlier = base + "/" + all[at+1].Medium.ID.String()
	}
	if seen.Tells {
		view.Facts = toldFacts(v, one)
	}
	frame, err := s.land(r, v, web.Nowhere, owner)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Photo(frame, view))
}

// toldFacts are what the pictures of an album say where its owner wants that: when, and where.
func toldFacts(v *reader, one *album.Shown) (facts []web.PhotoFact) {
	if one.Dated == "camera" {
		facts = append(facts, web.PhotoFact{Name: v.words.T("photo.taken"), Value: v.words.Moment(one.TakenAt)})
	}
	if one.Located {
		facts = append(facts, web.PhotoFact{Name: v.words.T("photo.position"), Value: position(one.Latitude, "N", "S") + " " + position(one.Longitude, "E", "W")})
	}
	return facts
}

func seenLeave(a id.ID) string { return albumPath(a) + "/leave" }

// leaveAlbum has the reader see an album of another no longer to which they were invited.
func (s *Site) leaveAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Albums.Leave(r.Context(), v.me.ID, which); err != nil {
		return err
	}
	return seeOther(w, with(albumsPath, "album_left"))
}
