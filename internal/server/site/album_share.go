package site

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/album"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// linkPath is where links to albums begin.
const linkPath = "/album/"

// What passes of links to albums are for.
const albumPurpose = "album"

// albumLevels are those at which an album is shown to more than chosen people.
var albumLevels = [...]post.Visibility{post.Public, post.Unlisted, post.Followers, post.Circle}

// askAlbumShare is the page that says to whom an album of the reader's is shown.
func (s *Site) askAlbumShare(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.albumShare(w, r, v, http.StatusOK, web.AlbumShare{Days: "0"})
}

// albumShare draws that page; what a form held, and what was wrong, is in view.
func (s *Site) albumShare(w http.ResponseWriter, r *http.Request, v *reader, status int, view web.AlbumShare) error {
	a, all, err := s.albumOf(r, v)
	if err != nil {
		return err
	}
	base := albumPath(a.ID)
	view.Title, view.Back, view.Show, view.Withdraw, view.Invite, view.Link, view.Tell = a.Title, base, base+"/show", base+"/withdraw", base+"/invite", base+"/link", base+"/tell"
	view.Tells, view.Followers = a.Tells, int(v.me.FollowersCount)
	for _, one := range all {
		view.Located = view.Located || one.Located && one.OwnerID == v.me.ID
	}
	if a.PostID != 0 {
		p, err := s.Posts.Get(r.Context(), v.me.ID, a.PostID)
		if err != nil {
			return err
		}
		view.Level, view.HereOnly, view.Since = web.Level(p.Visibility), p.HereOnly, p.PublishedAt.In(v.zone)
		view.Page, view.Post = s.Names.Profile(v.me)+albumsStep+a.ID.String(), postPath(p)
		view.Few = p.Visibility == post.Circle && p.HereOnly
	} else {
		mine, err := s.Ties.Circles(r.Context(), v.me.ID)
		if err != nil {
			return err
		}
		for _, c := range mine {
			view.Circles = append(view.Circles, web.GroupChoice{ID: c.ID.String(), Name: c.Name, Members: c.Members})
		}
	}
	people, err := s.Albums.People(r.Context(), v.me.ID, a.ID)
	if err != nil {
		return err
	}
	for _, one := range people {
		who, err := s.Accounts.Card(r.Context(), one.AccountID)
		if err != nil {
			return err
		}
		view.People = append(view.People, web.AlbumPerson{Person: s.person(v, who), Adds: one.Adds, End: base + "/people/" + one.AccountID.String() + "/end"})
	}
	links, err := s.Albums.Links(r.Context(), v.me.ID, a.ID)
	if err != nil {
		return err
	}
	for _, l := range links {
		row := web.ShareRow{
			ID: l.ID.String(), URL: s.Names.Origin + linkPath + s.Passes.Make(albumPurpose, l.ID), Label: l.Label,
			Made: l.CreatedAt.In(v.zone), Locked: l.Password != "", End: base + "/links/" + l.ID.String() + "/end",
		}
		if !l.ExpiresAt.IsZero() {
			row.Until = l.ExpiresAt.In(v.zone)
		}
		view.Links = append(view.Links, row)
	}
	p, err := s.page(r, v, web.PlacePhotos, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.AlbumShared(p, view))
}

// albumAct is something done to an album of the reader's on that page, with where its faults stand.
func (s *Site) albumAct(w http.ResponseWriter, r *http.Request, v *reader, word string, view web.AlbumShare, wrong func(*web.AlbumShare, error), err error) error {
	which, notID := server.PathID(r, "id")
	if notID != nil {
		return notID
	}
	if err == nil {
		return seeOther(w, with(albumPath(which)+"/share", word))
	}
	if !fault.Is(err, fault.Invalid, fault.Conflict, fault.TooMany) {
		return err
	}
	wrong(&view, err)
	if view.Days == "" {
		view.Days = "0"
	}
	return s.albumShare(w, r, v, http.StatusUnprocessableEntity, view)
}

// showAlbum shows an album by a post.
func (s *Site) showAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		Visibility string  `form:"visibility"`
		Circles    []id.ID `form:"circle"`
		HereOnly   bool    `form:"here_only"`
	}](r)
	if err != nil {
		return err
	}
	to := album.Audience{Visibility: post.Visibility(in.Visibility), Circles: in.Circles, HereOnly: in.HereOnly, Language: s.postLanguage(v)}
	known := false
	for _, l := range albumLevels {
		known = known || l == to.Visibility
	}
	switch {
	case !known:
		err = fault.New(fault.Invalid, "fault.album.who")
	case to.Visibility == post.Circle && len(to.Circles) == 0:
		err = fault.New(fault.Invalid, "fault.audience.circle_none")
	default:
		_, err = s.Albums.Show(r.Context(), v.me, which, to)
	}
	return s.albumAct(w, r, v, "album_shown", web.AlbumShare{Level: web.Level(in.Visibility)}, func(view *web.AlbumShare, err error) {
		view.Wrong = server.Sentence(v.words, err)
	}, err)
}

// withdrawAlbum shows an album to nobody any longer.
func (s *Site) withdrawAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Albums.Withdraw(r.Context(), v.me.ID, which); err != nil {
		return err
	}
	return seeOther(w, with(albumPath(which)+"/share", "album_withdrawn"))
}

// inviteToAlbum shows an album to one who lives here.
func (s *Site) inviteToAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		Who  string `form:"who"`
		Adds bool   `form:"adds"`
	}](r)
	if err != nil {
		return err
	}
	who, err := s.neighbor(r, in.Who)
	if err == nil {
		err = s.Albums.Invite(r.Context(), v.me, who, which, in.Adds)
	}
	return s.albumAct(w, r, v, "saved", web.AlbumShare{Who: web.Field{Value: in.Who}, Adds: in.Adds}, func(view *web.AlbumShare, err error) {
		view.Who.Error = server.Sentence(v.words, err)
	}, err)
}

// neighbor is one who lives here, by the name that somebody typed.
func (s *Site) neighbor(r *http.Request, typed string) (*account.Account, error) {
	name, host, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(typed), "@"), "@")
	if host != "" && !strings.EqualFold(host, s.Names.Host) {
		name = ""
	}
	who, err := s.resident(r.Context(), name)
	if name == "" || fault.Is(err, fault.NotFound, fault.Gone) {
		return nil, fault.New(fault.Invalid, "fault.album.not_here").In("who")
	}
	return who, err
}

// excludeFromAlbum shows an album to one who lives here no longer.
func (s *Site) excludeFromAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	who, err := server.PathID(r, "who")
	if err != nil {
		return err
	}
	return s.albumAct(w, r, v, "saved", web.AlbumShare{}, nil, s.Albums.Exclude(r.Context(), v.me.ID, which, who))
}

// tellAlbum says whether the pictures of an album say when and where they were taken.
func (s *Site) tellAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		Tells bool `form:"tells"`
	}](r)
	if err != nil {
		return err
	}
	_, err = s.Albums.Change(r.Context(), v.me.ID, which, func(a *album.Album) { a.Tells = in.Tells })
	return s.albumAct(w, r, v, "saved", web.AlbumShare{}, nil, err)
}

// linkAlbum makes a link to an album.
func (s *Site) linkAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		Label    string `form:"label"`
		Password string `form:"password"`
		Days     string `form:"days"`
	}](r)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(in.Days)
	if err != nil || days < 0 || days > file.ShareDaysMax {
		return server.Malformed("days")
	}
	terms := album.Terms{Label: in.Label, For: time.Duration(days) * 24 * time.Hour}
	if in.Password != "" {
		terms.Password, err = s.Auth.Seal(r.Context(), in.Password)
	}
	if err == nil {
		_, err = s.Albums.Link(r.Context(), v.me, which, terms)
	}
	return s.albumAct(w, r, v, "shared", web.AlbumShare{Label: web.Field{Value: in.Label}, Days: in.Days}, func(view *web.AlbumShare, err error) {
		field := &view.Label
		if fault.Field(err) == "password" {
			field = &view.Password
		}
		field.Error = server.Sentence(v.words, err)
	}, err)
}

// endAlbumLink takes a link to an album back.
func (s *Site) endAlbumLink(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	link, err := server.PathID(r, "link")
	if err != nil {
		return err
	}
	return s.albumAct(w, r, v, "share_ended", web.AlbumShare{}, nil, s.Albums.EndLink(r.Context(), v.me.ID, which, link))
}

// A glance is somebody who has a link to an album.
type glance struct {
	link   *album.Link
	seen   *album.Seen
	owner  *account.Account
	base   string // address of the link
	locked bool   // the password must be said first
}

// glanceOf is what a link to an album leads to. Nothing of it may be shown while it is locked.
func (s *Site) glanceOf(w http.ResponseWriter, r *http.Request) (*glance, error) {
	h := w.Header()
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cache-Control", "private, no-store")
	which, ok := s.Passes.Read(albumPurpose, r.PathValue("token"))
	if !ok {
		return nil, fault.New(fault.Gone, "fault.share.over")
	}
	l, seen, err := s.Albums.ByLink(r.Context(), which)
	if err != nil {
		return nil, err
	}
	owner, err := s.Accounts.Card(r.Context(), seen.OwnerID)
	if err != nil {
		return nil, err
	}
	g := &glance{link: l, seen: seen, owner: owner, base: linkPath + r.PathValue("token")}
	if l.Password != "" {
		said, ok := s.Passes.Read("unlock "+l.Password, s.Sessions.Unlocked(r))
		g.locked = !ok || said != l.ID
	}
	return g, nil
}

// linkedAlbum is an album as somebody sees it who has a link.
func (s *Site) linkedAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	g, err := s.glanceOf(w, r)
	if err != nil {
		return err
	}
	if g.locked {
		return s.lockedAlbum(w, r, v, http.StatusOK, g, "")
	}
	view := s.seenAlbum(v, g.owner, g.seen, g.base)
	view.Apart = true
	if err := s.linkedTalk(r, v, g, &view); err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Album(web.Page{Frame: s.frame(v), Hue: g.owner.Hue, Notice: notice(v.words, r)}, view))
}

// linkedPhoto is one photo of it.
func (s *Site) linkedPhoto(w http.ResponseWriter, r *http.Request, v *reader) error {
	g, err := s.glanceOf(w, r)
	if err != nil {
		return err
	}
	if g.locked {
		return seeOther(w, g.base)
	}
	return s.seenPhoto(w, r, v, g.owner, g.seen, g.base, r.PathValue("photo"))
}

func (s *Site) lockedAlbum(w http.ResponseWriter, r *http.Request, v *reader, status int, g *glance, wrong string) error {
	p := web.Page{Frame: s.frame(v), Hue: houseHue}
	return s.draw(w, r, status, web.SharedLocked(p, web.SharedLockedView{Action: g.base, Password: web.Field{Error: wrong}}))
}

// unlockAlbum takes the password of a link to an album.
func (s *Site) unlockAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	g, err := s.glanceOf(w, r)
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		Password string `form:"password"`
	}](r)
	if err != nil {
		return err
	}
	if g.link.Password == "" {
		return seeOther(w, g.base)
	}
	if err := s.Limits.Knock(server.ClientAddr(r)); err != nil {
		return err
	}
	ok, err := s.Auth.Fits(r.Context(), in.Password, g.link.Password)
	if err != nil {
		return err
	}
	if !ok {
		return s.lockedAlbum(w, r, v, http.StatusUnprocessableEntity, g, v.words.T("fault.form.wrong_password"))
	}
	s.Sessions.Unlock(w, g.base, s.Passes.Make("unlock "+g.link.Password, g.link.ID))
	return seeOther(w, g.base)
}
