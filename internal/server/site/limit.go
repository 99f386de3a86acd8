package site

import (
	"context"
	"encoding/json"
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
		view.SetHost, view.People = limitsPath+"/hosts", housePath
	}
	p, err := s.page(r, v, web.Nowhere, s.hueFor(r.Context(), v))
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Limits(p, view))
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

// limitsOn are what is or was held back from the reader, with who did so, why,
// and when it ends: first what holds, then the newest.
func (s *Site) limitsOn(ctx context.Context, v *reader) ([]web.Limit, error) {
	all, err := s.Guard.Restrictions(ctx, v.me.ID)
	if err != nil {
		return nil, err
	}
	if now := v.stands; !now.PausedAt.IsZero() {
		all = append([]*moderation.Restriction{{
			Account: v.me.ID, Kind: moderation.Paused, Reason: now.Why, By: now.By, Times: 1, Since: now.PausedAt, Last: now.PausedAt, Until: now.LeavesAt,
		}}, all...)
	}
	if len(all) == 0 {
		return nil, nil
	}
	people, err := s.accountsOf(ctx, all)
	var holds, past []web.Limit
	for _, l := range all {
		if line := s.limitLine(v, l, people[l.By]); line.Holds {
			holds = append(holds, line)
		} else {
			past = append(past, line)
		}
	}
	return append(holds, past...), err
}

func (s *Site) limitLine(v *reader, l *moderation.Restriction, by *account.Account) web.Limit {
	f := s.frame(v)
	line := web.Limit{
		What: v.words.T(limitKey("kind", string(l.Kind))), Reason: l.Reason, Holds: l.Holds(s.Now()) || l.Ended.IsZero(),
	}
	if line.Reason == "" && l.By == 0 {
		line.Reason = v.words.T(limitKey("why", string(l.Kind)))
	}
	var what moderation.Sentence
	if l.Subject != "" && json.Unmarshal([]byte(l.Subject), &what) == nil && v.words.Has(what.Key) {
		line.Reason = v.words.T(what.Key, what.Args...)
	}
	who := v.words.T("limits.the_home")
	if by != nil {
		who = by.Called()
	} else if l.Kind == moderation.Paused {
		who = v.words.T("limits.a_keeper")
	}
	line.Placed = v.words.T("limits.placed", "by", who, "moment", f.Moment(l.Last.In(v.zone)), "n", l.Times)
	switch {
	case line.Holds && l.Kind == moderation.Paused && l.Until.IsZero():
		line.Ends = v.words.T("limits.until_ended")
	case line.Holds && l.Kind == moderation.Paused:
		line.Ends = v.words.T("standing.leaves", "day", f.Date(l.Until.In(v.zone)))
	case line.Holds:
		line.Ends = v.words.T("limits.ends", "moment", f.Moment(l.Until.In(v.zone)))
	case l.Kind == moderation.Paused:
		line.Ends = v.words.T("limits.ended", "moment", f.Moment(l.Ended.In(v.zone)))
	case !l.Until.IsZero():
		line.Ends = v.words.T("limits.ended_itself", "moment", f.Moment(l.Until.In(v.zone)))
	}
	return line
}

// limitKey is the message that says something of a limit.
func limitKey(what, of string) string { return "limits." + what + "_" + of }
