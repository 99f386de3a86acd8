package site

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/page"
	"allod/internal/post"
	"allod/web"
)

// profile is the page at /@name, or /@name@host of somebody we have met.
func (s *Site) profile(w http.ResponseWriter, r *http.Request, v *reader) error {
	h, err := s.handle(r)
	if err != nil {
		return err
	}
	if s.isGuest(v, h) {
		return s.toHome(w, r)
	}
	if h.Host == "" && wantsActivity(r) {
		a, err := s.resident(r.Context(), h.Name)
		if err != nil {
			return err
		}
		return elsewhere(w, s.Names.Actor(a))
	}
	return s.publish(w, r, v, func() (*sheet, error) {
		a, err := s.known(r.Context(), h)
		if err != nil {
			return nil, err
		}
		if !a.Local && v.me == nil {
			return &sheet{to: s.Names.Profile(a)}, nil
		}
		return s.site(r, v, a)
	})
}

// below is what lies below /@name: posts, feeds, and whom they have to do with.
func (s *Site) below(w http.ResponseWriter, r *http.Request, v *reader) error {
	h, err := s.handle(r)
	if err != nil {
		return err
	}
	if s.isGuest(v, h) {
		return s.toHome(w, r)
	}
	if err := s.belowOf(w, r, v, h); err != nil {
		return s.missing(w, r, v, h, err)
	}
	return nil
}

// belowOf is below for whose page it is.
func (s *Site) belowOf(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle) error {
	switch rest := r.PathValue("rest"); rest {
	case "":
		return seeOther(w, "/"+url.PathEscape(r.PathValue("handle")))
	case "followers", "following":
		return s.counted(w, r, v, h, rest)
	case "hear":
		return s.hear(w, r, v, h)
	case earStep:
		return s.ear(w, r, v, h)
	case "follow":
		return s.followFromHome(w, r, v, h)
	case postsStep:
		a, err := s.known(r.Context(), h)
		if err != nil || !a.Local {
			return nothingHere()
		}
		return s.allPosts(w, r, v, a)
	default:
		if st, f := feedFile(rest); f != nil {
			return s.feedOf(w, r, v, h, st, f)
		}
		if _, ok := strandOf(nil, rest); ok {
			return s.strand(w, r, v, h, rest)
		}
		if on, ok := strings.CutSuffix(rest, "/comment"); ok {
			return s.comment(w, r, v, h, on)
		}
		if strings.HasPrefix(rest, "albums/") && h.Host == "" {
			return s.albumBelow(w, r, v, h, rest)
		}
		at := strings.Split(rest, "/")
		post, err := id.Parse(at[0])
		if err != nil || len(at) > 3 || len(at) > 1 && at[1] != "history" {
			return s.sitePage(w, r, v, h, rest)
		}
		switch len(at) {
		case 1:
			return s.conversation(w, r, v, h, post)
		case 2:
			return s.history(w, r, v, h, post, 0)
		}
		version, err := id.Parse(at[2])
		if err != nil || version == 0 {
			return nothingHere()
		}
		return s.history(w, r, v, h, post, version)
	}
}

// handle is whose page an address is of. The host is "" for those who live here.
func (s *Site) handle(r *http.Request) (address.Handle, error) {
	text, ok := strings.CutPrefix(r.PathValue("handle"), "@")
	if !ok {
		return address.Handle{}, nothingHere()
	}
	if !strings.Contains(text, "@") {
		text += "@" + s.Names.Host
	}
	h, err := address.ParseHandle(text)
	if err != nil {
		return h, nothingHere()
	}
	if h.Host == s.Names.Host || s.Accounts.Serves(r.Context(), h.Host) {
		a, ours, err := s.Accounts.Here(r.Context(), s.Names.Host, h.Name, h.Host)
		if ours && err == nil {
			h.Name, h.Host = a.Name, ""
		} else if h.Host == s.Names.Host {
			h.Host = ""
		}
	}
	return h, nil
}

// isGuest reports whether a handle is of another than whose own domain the reader is on.
func (s *Site) isGuest(v *reader, h address.Handle) bool {
	return v.domain != nil && (h.Host != "" || !strings.EqualFold(h.Name, v.domain.Name))
}

// toHome leads to the same address at the home's origin.
func (s *Site) toHome(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nothingHere()
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Location", s.Names.Origin+r.URL.RequestURI())
	w.WriteHeader(http.StatusFound)
	return nil
}

// siteAddress is the absolute address of somebody's front page.
func (s *Site) siteAddress(a *account.Account) string {
	if own := s.Names.Own(a); own != "" {
		return own + "/"
	}
	return s.Names.Profile(a)
}

// known is the account of a handle, as far as it is known here.
func (s *Site) known(ctx context.Context, h address.Handle) (a *account.Account, err error) {
	if h.Host == "" {
		a, err = s.resident(ctx, h.Name)
	} else {
		a, err = s.Accounts.ByHandle(ctx, h.Name, h.Host)
	}
	if err == nil && a.Gone() {
		err = fault.New(fault.Gone, "fault.account.gone")
	}
	if err != nil {
		return nil, err
	}
	return a, s.welcome(ctx, a)
}

// welcome is NotFound, with where the reason stands, for somebody of whose
// server this home shows nothing.
func (s *Site) welcome(ctx context.Context, a *account.Account) error {
	return s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		shut, err := s.Posts.ShutOut(ctx, tx, a)
		if err == nil && shut {
			err = fault.New(fault.NotFound, "fault.limit.closed", "host", a.Host)
		}
		return err
	})
}

// counted leads to the lists of people for who they are of. Others are told how many there are.
func (s *Site) counted(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle, which string) error {
	a, err := s.known(r.Context(), h)
	if err != nil {
		return err
	}
	switch {
	case v.me == nil || v.me.ID != a.ID:
		return seeOther(w, s.personURL(v, a))
	case which == "followers":
		return seeOther(w, peoplePath+"/followers")
	}
	return seeOther(w, peoplePath)
}

// site is somebody's page as a reader sees it.
func (s *Site) site(r *http.Request, v *reader, a *account.Account) (*sheet, error) {
	view, about, err := s.profileView(r, v, a)
	if err != nil {
		return nil, err
	}
	p, err := s.profilePage(r, v, a)
	if err != nil {
		return nil, err
	}
	return &sheet{page: web.Profile(p, view), about: about}, nil
}

// profilePage is the page around somebody's profile.
func (s *Site) profilePage(r *http.Request, v *reader, a *account.Account) (web.Page, error) {
	place := web.PlacePeople
	if v.me != nil && v.me.ID == a.ID {
		place = web.PlaceSite
	}
	p, err := s.land(r, v, place, a)
	if err != nil || !a.Local {
		return p, err
	}
	p.Meta = web.Meta{
		Index: a.Indexable, Canonical: s.siteAddress(a), Description: clip(s.Text.Plain(s.bio(a)), descriptionMax), Type: "profile",
		Activity: s.Names.Actor(a), Feeds: s.feeds(v, strand{owner: a}),
	}
	said, err := s.choices.of(r.Context(), s.Accounts, a.ID)
	if err != nil {
		return p, err
	}
	p.Meta.Rights, p.Meta.License = rightsLine(said.Rights), said.Rights.URL()
	if a.Avatar != "" {
		p.Meta.Image, p.Meta.ImageAlt = s.Names.File(a.Avatar), a.Called()
	}
	return p, nil
}

// descriptionMax is how much of a text machines are told, in characters.
const descriptionMax = 200

// profileView is somebody and a page of their posts.
func (s *Site) profileView(r *http.Request, v *reader, a *account.Account) (web.ProfileView, []id.ID, error) {
	whole := &page.Site{}
	var err error
	if a.Local {
		if whole, err = s.Pages.Site(r.Context(), a.ID); err != nil {
			return web.ProfileView{}, nil, err
		}
	}
	var l list
	if len(whole.Front) == 0 {
		l, err = s.listAt(r, v, moderation.Profile, s.personURL(v, a), true, func(ctx context.Context, at id.Page) ([]post.Item, error) {
			return s.Posts.ByAuthor(ctx, v.id(), a.ID, post.Choice{Boosts: true}, at)
		})
		if err != nil {
			return web.ProfileView{}, nil, err
		}
	}
	view := web.ProfileView{
		Person: s.person(v, a), URL: s.siteAddress(a), Bio: s.bio(a), Facts: s.facts(a), Following: int(a.FollowingCount), Followers: int(a.FollowersCount),
		Posts: l.posts, Older: l.older, Newest: l.newest,
	}
	if l.newest == "" {
		var about []id.ID
		if view.Pinned, about, err = s.pinned(r.Context(), v, a); err != nil {
			return view, nil, err
		}
		l.about = append(l.about, about...)
		view.Posts = slices.DeleteFunc(view.Posts, func(p web.Post) bool { // they stand above
			return p.Pinned && p.BoostedBy == nil
		})
	}
	if a.Local {
		at, err := s.siteView(r.Context(), v, a, "")
		if err != nil {
			return view, nil, err
		}
		view.Since, view.Feeds, view.Menu = a.CreatedAt.In(v.zone), s.feeds(v, strand{owner: a}), at.Menu
		var about []id.ID
		if view.Blocks, about, err = s.frontBlocks(r.Context(), v, a, whole, at.Menu); err != nil {
			return view, nil, err
		}
		l.about = append(l.about, about...)
	} else {
		view.Elsewhere, view.Following, view.Followers = s.Names.Profile(a), -1, -1
	}
	switch {
	case v.me == nil:
		view.Follow = &web.FollowView{Action: personPath(a) + "/follow", Hear: personPath(a) + "/hear"}
	case v.me.ID == a.ID:
		view.Edit, view.Keep = settingsPath, sitePath
		if len(view.Menu) <= 1 {
			view.AddPage = newPagePath(page.Text)
		}
	default:
		if view.Relation, err = s.relation(r.Context(), v, a); err != nil {
			return view, nil, err
		}
	}
	return view, append(l.about, a.ID), nil
}
