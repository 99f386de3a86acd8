package site

import (
	"net/http"
	"net/url"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/locale"
	"allod/internal/server"
	"allod/web"
)

// A reader is who a page is drawn for.
type reader struct {
	me     *account.Account // nil for a visitor
	keeper bool             // keeps the home
	stands auth.Standing    // what the keeper has decided about them
	domain *account.Account // on whose own domain it is drawn; nil at the home's origin
	words  *locale.Locale
	chosen account.Preference
	zone   *time.Location
}

// id is who asks, as the rooms know it: 0 for a visitor.
func (v *reader) id() id.ID {
	if v.me == nil {
		return 0
	}
	return v.me.ID
}

// host is the own domain that a page is drawn on, "" at the home's origin.
func (v *reader) host() string {
	if v.domain == nil {
		return ""
	}
	return v.domain.Domain
}

// A handler answers a reader.
type handler func(w http.ResponseWriter, r *http.Request, v *reader) error

// open is for everyone.
func (s *Site) open(h handler) http.Handler { return s.openBy(s.door, h) }

func (s *Site) openBy(d server.Door, h handler) http.Handler {
	return d.Handler(s.Sessions.Handler(func(w http.ResponseWriter, r *http.Request) error {
		v, err := s.reader(r)
		if err == nil {
			err = h(w, r, v)
		}
		if err != nil {
			return &told{err, v}
		}
		return nil
	}))
}

// inside is for those who are signed in. Others are shown the door, and come
// back to the page they asked for.
func (s *Site) inside(h handler) http.Handler { return s.insideBy(s.door, h) }

// long is inside for what may take long, since it moves files.
func (s *Site) long(h handler) http.Handler { return s.insideBy(s.ferry, h) }

func (s *Site) insideBy(d server.Door, h handler) http.Handler {
	return s.ownBy(d, func(w http.ResponseWriter, r *http.Request, v *reader) error {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			if err := v.stands.MayAct(); err != nil {
				return err
			}
		}
		return h(w, r, v)
	})
}

// kept is for those who keep the home.
func (s *Site) kept(h handler) http.Handler {
	return s.inside(func(w http.ResponseWriter, r *http.Request, v *reader) error {
		if !v.keeper {
			return fault.New(fault.Denied, "fault.house.keeper")
		}
		return h(w, r, v)
	})
}

// own is inside for what also one whom the keeper paused may do: look after
// their own access.
func (s *Site) own(h handler) http.Handler { return s.ownBy(s.door, h) }

func (s *Site) ownBy(d server.Door, h handler) http.Handler {
	return s.openBy(d, func(w http.ResponseWriter, r *http.Request, v *reader) error {
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		if v.me != nil {
			if !reads {
				if err := s.Limits.Account(v.me.ID); err != nil {
					return err
				}
			}
			return h(w, r, v)
		}
		next := r.URL.RequestURI()
		if !reads {
			next = back(r, homePath)
		}
		return seeOther(w, loginPath+"?"+url.Values{"next": {next}}.Encode())
	})
}

// reader is who asks: one who lives here has chosen a language and a zone; of
// a visitor the address or the browser tells the language.
func (s *Site) reader(r *http.Request) (*reader, error) {
	v := &reader{me: server.Me(r), domain: server.Domain(r), zone: s.Zone}
	chosen := ""
	if r.URL.RawQuery != "" {
		chosen = r.URL.Query().Get("lang")
	}
	if v.me != nil {
		c, err := s.choices.of(r.Context(), s.Accounts, v.me.ID)
		if err != nil {
			return nil, err
		}
		v.chosen, v.zone = c.Preference, c.zone
		if session := server.SessionOf(r); session != nil {
			v.keeper, v.stands = session.Keeper, session.Standing
		}
		if chosen == "" {
			chosen = c.Language
		}
	}
	v.words = s.Bundle.Match(r.Header.Get("Accept-Language"), chosen)
	return v, nil
}

// frame is what every component may ask.
func (s *Site) frame(v *reader) web.Frame {
	f := web.Frame{
		Locale: v.words, Assets: s.assets, Places: s.places, Brand: s.Product, Host: s.Names.Host, Now: s.Now().In(v.zone),
	}
	if v.domain != nil {
		there := *s.places
		there.SignIn = s.Names.Origin + there.SignIn
		f.Host, f.Places = v.domain.Domain, &there
	}
	if v.me != nil {
		me := s.person(v, v.me)
		f.Me = &me
	}
	return f
}

// page is a page at a place, on somebody's land.
func (s *Site) page(r *http.Request, v *reader, place web.Place, hue int) (web.Page, error) {
	p := web.Page{Frame: s.frame(v), Place: place, Hue: hue, Notice: notice(v.words, r)}
	if v.me == nil {
		return p, nil
	}
	if p.Notice == nil {
		p.Notice = s.standing(v)
	}
	last, err := s.Streams.Marker(r.Context(), v.me.ID, newsStream)
	if err != nil {
		return p, err
	}
	n, err := s.News.NewerThan(r.Context(), v.me.ID, last.LastID, 1)
	p.Fresh = n > 0
	return p, err
}

// notices are what the last action may have done, as the address says it: by
// a word of this list, so that no link can make a page say anything else.
var notices = map[string]string{
	"posted": "notice.posted", "sent": "notice.sent", "kept": "notice.kept", "deleted": "notice.deleted", "edited": "notice.edited", "pinned": "notice.pinned", "unpinned": "notice.unpinned", "taken_out": "notice.taken_out", "saved": "notice.saved",
	"password_changed": "notice.password_changed", "session_ended": "notice.session_ended", "app_revoked": "notice.app_revoked",
	"device_ended": "notice.device_ended", "device_lost": "notice.device_lost",
	"shared": "notice.shared", "share_ended": "notice.share_ended", "given": "notice.given", "grant_ended": "notice.grant_ended", "share_left": "notice.share_left",
	"signed_out": "notice.signed_out", "muted": "hidden.now_muted", "page_deleted": "notice.page_deleted", "event_deleted": "notice.event_deleted", "domain_own": "notice.domain_own",
	"comment_asked": "notice.comment_asked", "comment_confirmed": "notice.comment_confirmed", "comment_withdrawn": "notice.comment_withdrawn",
	"comment_disowned": "notice.comment_disowned", "comment_shown": "notice.comment_shown", "comment_declined": "notice.comment_declined",
	"reply_hidden": "notice.reply_hidden", "reply_shown": "notice.reply_shown", "mail_tested": "notice.mail_tested",
	"hear_asked": "notice.hear_asked", "hear_confirmed": "notice.hear_confirmed", "reader_removed": "notice.reader_removed",
	"draft_kept": "draft.kept", "dropped": "draft.dropped", "planned": "draft.planned",
	"asked_to_join": "notice.asked_to_join", "invitation_ended": "notice.invitation_ended",
	"others_ended": "notice.others_ended", "passkey_added": "notice.passkey_added", "passkey_removed": "notice.passkey_removed",
	"bell_on": "notice.bell_on", "bell_off": "notice.bell_off", "host_cut": "notice.host_cut", "trying": "notice.trying", "admitted": "notice.admitted", "refused": "notice.refused",
	"told_no_more": "notice.told_no_more", "told_again": "notice.told_again",
	"files_kept": "notice.files_kept", "thrown_away": "notice.thrown_away", "none_chosen": "notice.none_chosen", "moved_files": "notice.moved_files",
	"copied_files": "notice.copied_files", "restored": "notice.restored", "discarded": "notice.discarded", "trash_emptied": "notice.trash_emptied",
	"text_kept": "notice.text_kept", "both_kept": "notice.both_kept", "version_back": "notice.version_back",
	"album_removed": "album.removed", "album_shown": "album.now_shown", "album_withdrawn": "album.withdrawn", "album_left": "album.left",
	"paused": "notice.paused", "resumed": "notice.resumed", "leaves": "notice.leaves", "removed": "notice.removed",
}

// standing is what one whom the keeper paused is told on every page.
func (s *Site) standing(v *reader) *web.Notice {
	switch {
	case !v.stands.LeavesAt.IsZero():
		return &web.Notice{Bad: true, Title: v.words.T("standing.leaves", "day", v.words.Date(v.stands.LeavesAt.In(v.zone))), Detail: v.words.T("standing.why", "why", v.stands.Why)}
	case !v.stands.PausedAt.IsZero():
		return &web.Notice{Bad: true, Title: v.words.T("standing.paused"), Detail: v.words.T("standing.why", "why", v.stands.Why)}
	}
	return nil
}

// notice is what the last action did.
func notice(l *locale.Locale, r *http.Request) *web.Notice {
	if r.URL.RawQuery == "" {
		return nil
	}
	key := notices[r.URL.Query().Get("notice")]
	if key == "" {
		return nil
	}
	n := &web.Notice{Title: l.T(key)}
	if l.Has(key + "_detail") {
		n.Detail = l.T(key + "_detail")
	}
	return n
}

// with is an address with a notice.
func with(path, word string) string { return path + "?notice=" + word }

// seeOther leads on after a form.
func seeOther(w http.ResponseWriter, to string) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// back is the page of this home that a form was on, or otherwise.
func back(r *http.Request, otherwise string) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host || u.Path == "" {
		return otherwise
	}
	q := u.Query()
	q.Del("notice")
	u.RawQuery = q.Encode()
	if to := u.RequestURI(); server.Local(to) == to {
		return to
	}
	return otherwise
}

// fragment reports whether a script asks for the changed part of its page alone.
func fragment(r *http.Request) bool { return r.Header.Get("X-Fragment") != "" }
