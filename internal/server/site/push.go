package site

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/notification"
	"allod/internal/server"
	"allod/web"
)

// Bells tell people who live here of news by the notifications of their browsers and apps.
type Bells interface {
	// Key is the public key of this home, in base64url.
	Key() string
	// Of are those of a person, the newest first.
	Of(ctx context.Context, who id.ID) ([]Bell, error)
	// Hang has a browser tell somebody, in the place of what its session had. It returns Invalid for what is none.
	Hang(ctx context.Context, who, session id.ID, at Doorstep, kinds []notification.Kind) error
	// Tune says anew what a session's browser tells; NotFound where there is nothing.
	Tune(ctx context.Context, session id.ID, kinds []notification.Kind) error
	// Unhang ends one of a person's own; nothing is no error.
	Unhang(ctx context.Context, who, which id.ID) error
}

// A Bell is a browser or an app that tells somebody.
type Bell struct {
	ID     id.ID
	Holder id.ID // the session or the token it ends with
	App    bool
	Kinds  []notification.Kind
	Since  time.Time
}

// A Doorstep is where a browser is reached, as it hands it over.
type Doorstep struct {
	Endpoint string `form:"endpoint"`
	Key      string `form:"key"`
	Secret   string `form:"secret"`
}

// Ears tell people without an account of what somebody posts, by the notifications of their browsers.
type Ears interface {
	// Open has a browser told, once it has answered. It returns Invalid for what is none, and TooMany where there is no room.
	Open(ctx context.Context, owner id.ID, at Doorstep, language string, from netip.Addr) (id.ID, error)
	// Get is whom one is told of, and whether it has answered; NotFound for one that has ended.
	Get(ctx context.Context, which id.ID) (owner id.ID, answered bool, err error)
	// Set says that one has answered, or ends it.
	Set(ctx context.Context, which id.ID, on bool) error
	// Move says where a browser is reached now; NotFound for one that is not known.
	Move(ctx context.Context, old string, to Doorstep) error
	// Count is how many follow somebody so.
	Count(ctx context.Context, owner id.ID) (int, error)
}

const (
	bellsPath = "/settings/notifications"
	earPath   = "/push/"
	earPass   = "push" // the purpose of the pass in a guest's notifications
	earStep   = "hear/browser"
)

// bellKinds are what one may be told of, as people think of it, and whether one is unless one says otherwise.
var bellKinds = []struct {
	name  string
	words string // the message that names them
	kinds []notification.Kind
	usual bool
}{
	{"talk", "push.kind_talk", []notification.Kind{notification.Mention}, true},
	{"guests", "push.kind_guests", []notification.Kind{notification.Comment}, true},
	{"follows", "push.kind_follows", []notification.Kind{notification.Follow, notification.FollowRequest}, true},
	{"applause", "push.kind_applause", []notification.Kind{notification.Like, notification.Boost}, false},
	{"posts", "push.kind_posts", []notification.Kind{notification.Update, notification.Poll, notification.Hidden, notification.Shared, notification.Held}, true},
	{"access", "push.kind_access", []notification.Kind{notification.Opened, notification.Applied}, true},
}

// bells is where one says what this browser tells, and sees what others do.
func (s *Site) bells(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.bellsPage(w, r, v, http.StatusOK, nil, nil)
}

// bellsPage is that page; chosen is what a form that was refused had ticked.
func (s *Site) bellsPage(w http.ResponseWriter, r *http.Request, v *reader, status int, chosen map[int]string, wrong error) error {
	all, err := s.Bells.Of(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	view := web.BellView{Action: bellsPath, PushView: web.PushView{Key: s.Bells.Key()}, Page: personPath(v.me) + "/hear"}
	if wrong != nil {
		view.Failed = server.Sentence(v.words, wrong)
	}
	if view.Guests, err = s.Ears.Count(r.Context(), v.me.ID); err != nil {
		return err
	}
	names, err := s.holders(r, v)
	if err != nil {
		return err
	}
	var on []notification.Kind
	for _, b := range all {
		end := bellsPath + "/" + b.ID.String() + "/end"
		if here := server.SessionOf(r); here != nil && b.Holder == here.ID {
			view.On, view.End, on = true, end, b.Kinds
			continue
		}
		view.Others = append(view.Others, web.Bell{Name: names[b.Holder], App: b.App, Since: b.Since.In(v.zone), End: end})
	}
	for i, k := range bellKinds {
		ticked := k.usual
		switch {
		case chosen != nil:
			ticked = chosen[i+1] != ""
		case view.On:
			ticked = slices.Contains(on, k.kinds[0])
		}
		view.Kinds = append(view.Kinds, web.BellKind{
			Value: k.name, Label: v.words.T(k.words), Means: v.words.T(k.words + "_means"), Chosen: ticked,
		})
	}
	p, err := s.settingsRoom(r, v, bellsPath)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Bells(p, view))
}

// holders are the names of the reader's browsers and apps, by what each came in with.
func (s *Site) holders(r *http.Request, v *reader) (map[id.ID]string, error) {
	out := map[id.ID]string{}
	sessions, err := s.Auth.Sessions(r.Context(), v.me.ID)
	if err != nil {
		return nil, err
	}
	for _, one := range sessions {
		if out[one.ID] = server.Browser(one.Agent); out[one.ID] == "" {
			out[one.ID] = v.words.T("settings.some_browser")
		}
	}
	tokens, err := s.Auth.Tokens(r.Context(), v.me.ID)
	for _, t := range tokens {
		out[t.ID] = t.AppName
	}
	return out, err
}

// saveBells turns the notifications of this browser on, or says anew what it tells.
func (s *Site) saveBells(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Doorstep
		Kinds map[int]string `form:"kind-*"`
	}](r)
	if err != nil {
		return err
	}
	var kinds []notification.Kind
	for i, k := range bellKinds {
		if in.Kinds[i+1] != "" {
			kinds = append(kinds, k.kinds...)
		}
	}
	here := server.SessionOf(r)
	if in.Endpoint == "" {
		err = s.Bells.Tune(r.Context(), here.ID, kinds)
	} else {
		err = s.Bells.Hang(r.Context(), v.me.ID, here.ID, in.Doorstep, kinds)
	}
	switch {
	case err == nil && in.Endpoint == "":
		return seeOther(w, with(bellsPath, "saved"))
	case err == nil:
		return seeOther(w, with(bellsPath, "bell_on"))
	case fault.Is(err, fault.Invalid, fault.NotFound):
		return s.bellsPage(w, r, v, http.StatusUnprocessableEntity, in.Kinds, err)
	}
	return err
}

// endBell turns the notifications of one of the reader's browsers or apps off.
func (s *Site) endBell(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Bells.Unhang(r.Context(), v.me.ID, which); err != nil {
		return err
	}
	return seeOther(w, with(bellsPath, "bell_off"))
}

// ear is where a visitor follows one who lives here by the notifications of
// their browser. It stands at the home's origin alone, where its worker is.
func (s *Site) ear(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle) error {
	if v.domain != nil {
		return s.toHome(w, r)
	}
	a, err := s.known(r.Context(), h)
	if err != nil {
		return err
	}
	if !a.Local {
		return nothingHere()
	}
	if r.Method != http.MethodPost {
		return s.earPage(w, r, v, a, http.StatusOK, nil)
	}
	in, err := server.DecodeBody[Doorstep](r)
	if err != nil {
		return err
	}
	from := server.ClientAddr(r)
	if err = s.Limits.Visit(from); err == nil {
		var which id.ID
		if which, err = s.Ears.Open(r.Context(), a.ID, in, v.words.Tag(), from); err == nil {
			return seeOther(w, earPath+s.Passes.Make(earPass, which))
		}
	}
	switch {
	case fault.Is(err, fault.TooMany):
		return s.earPage(w, r, v, a, http.StatusTooManyRequests, err)
	case fault.Is(err, fault.Invalid):
		return s.earPage(w, r, v, a, http.StatusUnprocessableEntity, err)
	}
	return err
}

func (s *Site) earPage(w http.ResponseWriter, r *http.Request, v *reader, a *account.Account, status int, wrong error) error {
	view := web.EarView{
		Person: s.person(v, a), Action: s.earURL(v, a), PushView: web.PushView{Key: s.Bells.Key()}, Hear: personPath(a) + "/hear",
	}
	if wrong != nil {
		view.Failed = server.Sentence(v.words, wrong)
	}
	return s.draw(w, r, status, web.EarPage(web.Page{Frame: s.frame(v), Hue: hue(a), Notice: notice(v.words, r)}, view))
}

// earURL is where a visitor follows somebody so.
func (s *Site) earURL(v *reader, a *account.Account) string {
	at := personPath(a) + "/" + earStep
	if v.domain != nil {
		return s.Names.Origin + at
	}
	return at
}

// earOn is the page that a guest's notifications lead to.
func (s *Site) earOn(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := s.earOf(r)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	p := web.Page{Frame: s.frame(v), Hue: s.hueFor(r.Context(), v), Notice: notice(v.words, r)}
	owner, answered, err := s.Ears.Get(r.Context(), which)
	if fault.Is(err, fault.NotFound) {
		return s.draw(w, r, http.StatusOK, web.EarOff(p))
	} else if err != nil {
		return err
	}
	a, err := s.Accounts.Get(r.Context(), owner)
	if err != nil {
		return err
	}
	p.Hue = hue(a)
	return s.draw(w, r, http.StatusOK, web.EarOn(p, web.EarPageView{
		Person: s.person(v, a), Confirmed: answered, End: earPath + r.PathValue("pass"), Page: s.siteAddress(a),
	}))
}

// earOf is the guest's that the pass in the address is for.
func (s *Site) earOf(r *http.Request) (id.ID, error) {
	which, ok := s.Passes.Read(earPass, r.PathValue("pass"))
	if !ok {
		return 0, fault.New(fault.NotFound, "fault.push.unknown")
	}
	return which, nil
}

// endEar ends a guest's notifications.
func (s *Site) endEar(w http.ResponseWriter, r *http.Request, _ *reader) error {
	which, err := s.earOf(r)
	if err != nil {
		return err
	}
	if err := s.Ears.Set(r.Context(), which, false); err != nil {
		return err
	}
	return seeOther(w, earPath+r.PathValue("pass"))
}

// confirmEar is the answer of a guest's browser to its first notification.
func (s *Site) confirmEar(w http.ResponseWriter, r *http.Request, _ *reader) error {
	which, err := s.earOf(r)
	if err != nil {
		return err
	}
	if err := s.Ears.Set(r.Context(), which, true); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// moveEar is what the worker of a browser sends when that is reached elsewhere from now on.
func (s *Site) moveEar(w http.ResponseWriter, r *http.Request, _ *reader) error {
	if err := s.Limits.Stranger(server.ClientAddr(r)); err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		Doorstep
		Old string `form:"old"`
	}](r)
	if err != nil {
		return err
	}
	if err := s.Ears.Move(r.Context(), in.Old, in.Doorstep); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// worker hands out the script that shows notifications. It speaks to this
// home alone and may be for all of it, so it lies at the root and is looked at anew each time.
func (s *Site) worker(w http.ResponseWriter, _ *http.Request) error {
	a, ok := s.assets.Get(s.assets.Path("worker.js"))
	if !ok {
		return nothingHere()
	}
	h := w.Header()
	h.Set("Content-Type", a.Type)
	h.Set("Cache-Control", "no-cache")
	_, err := w.Write(a.Body)
	return err
}
