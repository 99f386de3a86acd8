package site

import (
	"net/http"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/server"
	"allod/web"
)

// heard is the form of those who want to hear, as web.HearView tells it.
type heard struct {
	Address   string `form:"address"`
	Frequency string `form:"frequency"`
	Began     string `form:"began"`
	Website   string `form:"website"`
}

// hear is the page of the ways to keep hearing from one who lives here, and
// takes the address of who wants letters.
func (s *Site) hear(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle) error {
	a, err := s.known(r.Context(), h)
	if err != nil {
		return err
	}
	if !a.Local {
		return nothingHere()
	}
	if r.Method != http.MethodPost {
		return s.hearPage(w, r, v, a, http.StatusOK, heard{Frequency: "weekly"}, nil)
	}
	in, err := server.DecodeBody[heard](r)
	if err != nil {
		return err
	}
	if in.Website != "" {
		return seeOther(w, with(personPath(a)+"/hear", "hear_asked"))
	}
	if err = s.askToHear(r, v, a, in); err == nil {
		return seeOther(w, with(personPath(a)+"/hear", "hear_asked"))
	}
	switch {
	case fault.Is(err, fault.TooMany):
		return s.hearPage(w, r, v, a, http.StatusTooManyRequests, in, err)
	case fault.Is(err, fault.Invalid, fault.Denied):
		return s.hearPage(w, r, v, a, http.StatusUnprocessableEntity, in, err)
	}
	return err
}

func (s *Site) askToHear(r *http.Request, v *reader, a *account.Account, in heard) error {
	if !s.Mail.Ready() {
		return fault.New(fault.Denied, "fault.mail.off")
	}
	given, ok := s.Passes.Read(formPass, in.Began)
	if !ok {
		given = 0 // long ago
	}
	if err := s.Limits.Guest(server.ClientAddr(r), given.Time()); err != nil {
		return err
	}
	if err := s.reachable(r.Context(), in.Address); err != nil {
		return err
	}
	return s.Subscribers.Ask(r.Context(), a.ID, in.Address, in.Frequency, v.words.Tag())
}

func (s *Site) hearPage(w http.ResponseWriter, r *http.Request, v *reader, a *account.Account, status int, in heard, wrong error) error {
	view := web.HearView{
		Person: s.person(v, a), Action: personPath(a) + "/hear", Address: web.Field{Value: in.Address}, Frequency: in.Frequency,
		Began: s.Passes.Make(formPass, id.First(s.Now())), Unmailed: !s.Mail.Ready(), Feeds: s.feeds(v, strand{owner: a}), Follow: personPath(a), Notify: s.earURL(v, a),
	}
	if wrong != nil {
		sentence := server.Sentence(v.words, wrong)
		if fault.Field(wrong) == "email" {
			view.Address.Error = sentence
		} else {
			view.Failed = sentence
		}
	}
	p := web.Page{Frame: s.frame(v), Hue: hue(a), Notice: notice(v.words, r)}
	return s.draw(w, r, status, web.Hear(p, view))
}

// hearPass is the purpose of the pass in letters to subscribers.
const hearPass = "hear"

// hearing is the page that a subscriber's letters lead to.
func (s *Site) hearing(w http.ResponseWriter, r *http.Request, v *reader) error {
	who, ok := s.Passes.Read(hearPass, r.PathValue("pass"))
	if !ok {
		return fault.New(fault.NotFound, "fault.subscriber.unknown")
	}
	w.Header().Set("Cache-Control", "no-store")
	p := web.Page{Frame: s.frame(v), Hue: s.hueFor(r.Context(), v), Notice: notice(v.words, r)}
	sub, err := s.Subscribers.Get(r.Context(), who)
	if fault.Is(err, fault.NotFound) {
		return s.draw(w, r, http.StatusOK, web.HearEnded(p))
	} else if err != nil {
		return err
	}
	a, err := s.Accounts.Get(r.Context(), sub.AccountID)
	if err != nil {
		return err
	}
	p.Hue = hue(a)
	at := hearPath + r.PathValue("pass")
	return s.draw(w, r, http.StatusOK, web.Hearing(p, web.HearingView{
		Person: s.person(v, a), Address: sub.Address, Frequency: string(sub.Frequency), Confirmed: !sub.ConfirmedAt.IsZero(),
		Confirm: at + "/confirm", End: at,
	}))
}

// confirmHearing begins, or changes how often letters come.
func (s *Site) confirmHearing(w http.ResponseWriter, r *http.Request, v *reader) error {
	who, ok := s.Passes.Read(hearPass, r.PathValue("pass"))
	if !ok {
		return fault.New(fault.NotFound, "fault.subscriber.unknown")
	}
	in, err := server.DecodeBody[heard](r)
	if err != nil {
		return err
	}
	if err := s.Subscribers.Confirm(r.Context(), who, in.Frequency); err != nil {
		return err
	}
	return seeOther(w, with(hearPath+r.PathValue("pass"), "hear_confirmed"))
}

// endHearing takes a subscriber off by one press, on the page or in a mail
// program, which posts to the address of the page and is not led on (RFC 8058 §3.1).
func (s *Site) endHearing(w http.ResponseWriter, r *http.Request, v *reader) error {
	who, ok := s.Passes.Read(hearPass, r.PathValue("pass"))
	if !ok {
		return fault.New(fault.NotFound, "fault.subscriber.unknown")
	}
	if err := s.Subscribers.End(r.Context(), who); err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.HearEnded(web.Page{Frame: s.frame(v), Hue: s.hueFor(r.Context(), v)}))
}

const readersPath = settingsPath + "/readers"

// readers are those who follow the reader of the page by mail.
func (s *Site) readers(w http.ResponseWriter, r *http.Request, v *reader) error {
	at := id.Page{Limit: pageSize}
	var err error
	if at.Max, err = server.QueryID(r, "max_id"); err != nil {
		return err
	}
	all, total, err := s.Subscribers.Of(r.Context(), v.me.ID, at)
	if err != nil {
		return err
	}
	p, err := s.settingsRoom(r, v, readersPath)
	if err != nil {
		return err
	}
	view := web.ReadersView{Total: total, Hear: personPath(v.me) + "/hear", Unmailed: !s.Mail.Ready()}
	folded := make([]string, len(all))
	for i, sub := range all {
		folded[i] = sub.Folded
	}
	troubles, err := s.Mail.Troubles(r.Context(), folded)
	if err != nil {
		return err
	}
	for _, sub := range all {
		line := web.MailReader{
			Address: sub.Address, Remove: readersPath + "/" + sub.ID.String() + "/remove",
			Since: v.words.T("hear.since", "often", p.OftenWords(string(sub.Frequency)), "date", v.words.Date(sub.ConfirmedAt.In(v.zone))),
		}
		if t, ok := troubles[sub.Folded]; ok && t.Asked {
			line.Trouble = v.words.T("hear.silent", "date", v.words.Date(t.Since.In(v.zone)))
		} else if ok {
			line.Trouble = v.words.T("hear.bounced", "date", v.words.Date(t.Since.In(v.zone)), "reason", strings.TrimSpace(t.Reason))
		}
		view.Readers = append(view.Readers, line)
	}
	if len(all) == pageSize {
		view.Older = readersPath + "?max_id=" + all[pageSize-1].ID.String()
	}
	if at.Max != 0 {
		view.Newest = readersPath
	}
	return s.draw(w, r, http.StatusOK, web.Readers(p, view))
}

// removeReader takes one who follows by mail off.
func (s *Site) removeReader(w http.ResponseWriter, r *http.Request, v *reader) error {
	who, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Subscribers.Remove(r.Context(), v.me.ID, who); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return seeOther(w, with(readersPath, "reader_removed"))
}
