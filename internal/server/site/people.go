package site

import (
	"context"
	"net/http"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/relationship"
	"allod/internal/server"
	"allod/web"
)

// following are the people the reader follows.
func (s *Site) following(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.listed(w, r, v, web.Follows, http.StatusOK, web.Field{})
}

// followers are those who follow the reader.
func (s *Site) followers(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.listed(w, r, v, web.Followed, http.StatusOK, web.Field{})
}

// requests are those who ask to.
func (s *Site) requests(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.listed(w, r, v, web.Requests, http.StatusOK, web.Field{})
}

// blocked are those whom the reader has blocked.
func (s *Site) blocked(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.listed(w, r, v, web.Blocked, http.StatusOK, web.Field{})
}

// find leads to the page of whom an address names. It may ask another server,
// so it is not done for a link on another site.
func (s *Site) find(w http.ResponseWriter, r *http.Request, v *reader) error {
	sought := web.Field{Value: r.URL.Query().Get("address")}
	if r.Header.Get("Sec-Fetch-Site") != "" && !ours(r) {
		return s.listed(w, r, v, web.Follows, http.StatusOK, sought)
	}
	err := s.lead(w, r, v, sought.Value)
	if !fault.Is(err, notThere...) {
		return err
	}
	sought.Error = server.Sentence(v.words, err)
	return s.listed(w, r, v, web.Follows, http.StatusUnprocessableEntity, sought)
}

// notThere are the faults of who asks for somebody, or of the home they are asked at.
var notThere = []fault.Kind{fault.Invalid, fault.NotFound, fault.Denied, fault.Gone, fault.Unavailable, fault.Timeout, fault.Unsupported, fault.TooLarge}

// reads reads one of the lists.
func (s *Site) reads(kind web.PeopleKind) func(context.Context, id.ID, id.Page) ([]relationship.Listed, error) {
	switch kind {
	case web.Followed:
		return s.Ties.Followers
	case web.Requests:
		return s.Ties.Requests
	case web.Blocked:
		return s.Ties.Blocks
	}
	return s.Ties.Following
}

// listed is the page of one of the lists of people.
func (s *Site) listed(w http.ResponseWriter, r *http.Request, v *reader, kind web.PeopleKind, status int, sought web.Field) error {
	at := id.Page{Limit: 2*pageSize + 1}
	var err error
	if at.Max, err = server.QueryID(r, "max_id"); err != nil {
		return err
	}
	all, err := s.reads(kind)(r.Context(), v.me.ID, at)
	if err != nil {
		return err
	}
	path := peoplePath
	if kind != web.Follows {
		path += "/" + string(kind)
	}
	view := web.PeopleView{Find: peoplePath + "/find", Sought: sought, Kind: kind}
	if len(all) > 2*pageSize {
		all = all[:2*pageSize]
		view.Older = path + "?max_id=" + all[len(all)-1].ID.String()
	}
	if at.Max != 0 {
		view.Newest = path
	}
	if kind == web.Follows && len(all) > 0 {
		view.TakeAway = followsPath
	}
	if kind == web.Follows {
		if view.Invite, err = s.invitation(r, v); err != nil {
			return err
		}
		view.Bring = bringPath
	}
	if view.Rows, err = s.rows(r, v, all); err != nil {
		return err
	}
	if view.Tabs, err = s.tabs(r, v, kind); err != nil {
		return err
	}
	p, err := s.page(r, v, web.PlacePeople, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.People(p, view))
}

func (s *Site) rows(r *http.Request, v *reader, all []relationship.Listed) ([]web.PersonRow, error) {
	accounts := make([]*account.Account, len(all))
	for i, l := range all {
		accounts[i] = l.Account
	}
	relations, err := s.relations(r.Context(), v, accounts)
	rows := make([]web.PersonRow, len(all))
	for i, a := range accounts {
		rows[i] = web.PersonRow{Person: s.person(v, a), Relation: relations[i]}
	}
	return rows, err
}

// tabs lead to the lists, each with how many are in it.
func (s *Site) tabs(r *http.Request, v *reader, kind web.PeopleKind) ([]web.Tab, error) {
	asking, err := s.Ties.Requests(r.Context(), v.me.ID, id.Page{Limit: relationship.ListMax})
	if err != nil {
		return nil, err
	}
	blocked, err := s.Ties.Blocks(r.Context(), v.me.ID, id.Page{Limit: relationship.ListMax})
	return []web.Tab{
		{Label: v.words.T("people.following", "n", v.me.FollowingCount), URL: peoplePath, Current: kind == web.Follows},
		{Label: v.words.T("people.followers", "n", v.me.FollowersCount), URL: peoplePath + "/followers", Current: kind == web.Followed},
		{Label: v.words.T("people.requests", "n", len(asking)), URL: peoplePath + "/requests", Current: kind == web.Requests},
		{Label: v.words.T("people.blocked", "n", len(blocked)), URL: peoplePath + "/blocked", Current: kind == web.Blocked},
		{Label: v.words.T("audience.circles"), URL: circlesPath},
		{Label: v.words.T("audience.lists"), URL: listsPath},
		{Label: v.words.T("hidden.title"), URL: hiddenPath},
	}, err
}
