package site

import (
	"context"
	"net/http"
	"strings"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/server"
	"allod/web"
)

// limits is what this home holds back, for everybody to read.
func (s *Site) limits(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.limitsPage(w, r, v, http.StatusOK, web.LimitsView{Measure: string(moderation.Silence)})
}

func (s *Site) limitsPage(w http.ResponseWriter, r *http.Request, v *reader, status int, view web.LimitsView) error {
	keeper := v.keeper
	all, err := s.Guard.Policies(r.Context())
	if err != nil {
		return err
	}
	f := s.frame(v)
	for _, h := range all {
		line := web.HostLimit{
			Host: h.Host, Does: v.words.T(limitKey("is", string(h.Measure))), Reason: h.Reason, Since: v.words.T("hidden.since", "day", f.Date(h.Since.In(v.zone))),
		}
		if keeper {
			line.End = limitsPath + "/hosts/end"
		}
		view.Hosts = append(view.Hosts, line)
	}
	if view.Keeper = keeper; keeper {
		view.SetHost, view.SetWho = limitsPath+"/hosts", limitsPath+"/people"
		if view.People, err = s.paused(r.Context(), v); err != nil {
			return err
		}
	}
	p, err := s.page(r, v, web.Nowhere, s.hueFor(r.Context(), v))
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Limits(p, view))
}

// paused are those who may not post for now.
func (s *Site) paused(ctx context.Context, v *reader) ([]web.PersonLimit, error) {
	all, err := s.Guard.Suspended(ctx)
	if err != nil {
		return nil, err
	}
	people, err := s.accountsOf(ctx, all)
	var out []web.PersonLimit
	for _, l := range all {
		if a := people[l.Account]; a != nil {
			out = append(out, web.PersonLimit{
				Person: s.person(v, a), Reason: l.Reason, Since: v.words.T("hidden.since", "day", s.frame(v).Date(l.Since.In(v.zone))),
				End: limitsPath + "/people/" + l.Account.String() + "/end",
			})
		}
	}
	return out, err
}

// accountsOf are those whom restrictions are on and who placed them.
func (s *Site) accountsOf(ctx context.Context, all []*moderation.Restriction) (people map[id.ID]*account.Account, err error) {
	var ids []id.ID
	for _, l := range all {
		ids = append(ids, l.Account)
		if l.By != 0 {
			ids = append(ids, l.By)
		}
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		people, err = account.List(ctx, tx, ids)
		return err
	})
	return people, err
}

// setHostLimit decides about a server.
func (s *Site) setHostLimit(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Host    string `form:"host"`
		Measure string `form:"measure"`
		Reason  string `form:"reason"`
	}](r)
	if err != nil {
		return err
	}
	err = s.Guard.SetPolicy(r.Context(), v.me.ID, strings.TrimSpace(in.Host), moderation.Measure(in.Measure), in.Reason)
	if err == nil {
		return seeOther(w, with(limitsPath, "saved"))
	}
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	view := web.LimitsView{Measure: in.Measure, Host: web.Field{Value: in.Host}, Reason: web.Field{Value: in.Reason}}
	sentence := server.Sentence(v.words, err)
	if fault.Field(err) == "reason" {
		view.Reason.Error = sentence
	} else {
		view.Host.Error = sentence
	}
	return s.limitsPage(w, r, v, http.StatusUnprocessableEntity, view)
}

func (s *Site) endHostLimit(w http.ResponseWriter, r *http.Request, _ *reader) error {
	in, err := server.DecodeBody[hostForm](r)
	if err == nil {
		err = s.Guard.EndPolicy(r.Context(), in.Host)
	}
	if err != nil {
		return err
	}
	return seeOther(w, limitsPath)
}

// pausePosting has somebody who lives here not post for now.
func (s *Site) pausePosting(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Who    string `form:"who"`
		Reason string `form:"reason"`
	}](r)
	if err != nil {
		return err
	}
	a, err := s.resident(r.Context(), strings.TrimPrefix(strings.TrimSpace(in.Who), "@"))
	if err == nil {
		err = s.Guard.SuspendPosting(r.Context(), v.me.ID, a.ID, in.Reason)
	}
	if err == nil {
		return seeOther(w, with(limitsPath, "saved"))
	}
	if !fault.Is(err, fault.Invalid, fault.NotFound) {
		return err
	}
	view := web.LimitsView{Measure: string(moderation.Silence), Who: web.Field{Value: in.Who}, Why: web.Field{Value: in.Reason}}
	if sentence := server.Sentence(v.words, err); fault.Field(err) == "reason" {
		view.Why.Error = sentence
	} else {
		view.Who.Error = sentence
	}
	return s.limitsPage(w, r, v, http.StatusUnprocessableEntity, view)
}

func (s *Site) resumePosting(w http.ResponseWriter, r *http.Request, _ *reader) error {
	who, err := server.PathID(r, "id")
	if err == nil {
		err = s.Guard.ResumePosting(r.Context(), who)
	}
	if err != nil {
		return err
	}
	return seeOther(w, limitsPath)
}

// limitsOn are what is or was held back from the reader, with who did so and why.
func (s *Site) limitsOn(ctx context.Context, v *reader) ([]web.Limit, error) {
	all, err := s.Guard.Restrictions(ctx, v.me.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	people, err := s.accountsOf(ctx, all)
	f := s.frame(v)
	out := make([]web.Limit, len(all))
	for i, l := range all {
		line := web.Limit{What: v.words.T(limitKey("kind", string(l.Kind))), Reason: l.Reason, Holds: l.Holds()}
		if line.Reason == "" && l.By == 0 {
			line.Reason = v.words.T(limitKey("why", string(l.Kind)))
		}
		by := v.words.T("limits.the_home")
		if a := people[l.By]; a != nil {
			by = a.Called()
		}
		line.Placed = v.words.T("limits.placed", "by", by, "moment", f.Moment(l.Last.In(v.zone)), "n", l.Times)
		if !l.Holds() && l.Kind == moderation.Posting {
			line.Placed += " " + v.words.T("limits.ended", "moment", f.Moment(l.Ended.In(v.zone)))
		}
		out[i] = line
	}
	return out, err
}

// limitKey is the message that says something of a limit.
func limitKey(what, of string) string { return "limits." + what + "_" + of }
