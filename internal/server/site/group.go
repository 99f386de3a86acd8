package site

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/server"
	"allod/web"
)

// A group is what circles and lists have in common on their pages.
type group struct {
	kind web.GroupKind
	path string
}

var (
	circles = group{web.Circles, circlesPath}
	lists   = group{web.Lists, listsPath}
)

// people is the page of one group with its people.
func (g group) people(i id.ID) string { return g.path + "/" + i.String() + "/people" }

// grouping are handlers of one kind of group.
func (s *Site) grouping(g group, h func(w http.ResponseWriter, r *http.Request, v *reader, g group) error) http.Handler {
	return s.inside(func(w http.ResponseWriter, r *http.Request, v *reader) error { return h(w, r, v, g) })
}

func (s *Site) groups(w http.ResponseWriter, r *http.Request, v *reader, g group) error {
	return s.groupsPage(w, r, v, g, http.StatusOK, web.Field{})
}

// groupsPage lists the groups of a kind.
func (s *Site) groupsPage(w http.ResponseWriter, r *http.Request, v *reader, g group, status int, title web.Field) error {
	view := web.GroupsView{Kind: g.kind, Action: g.path, Title: title}
	if g.kind == web.Lists {
		all, err := s.Ties.Lists(r.Context(), v.me.ID)
		if err != nil {
			return err
		}
		for _, l := range all {
			view.Groups = append(view.Groups, web.GroupLine{Name: l.Title, URL: g.path + "/" + l.ID.String(), Members: l.Members, Apart: l.Exclusive})
		}
	} else {
		all, err := s.Ties.Circles(r.Context(), v.me.ID)
		if err != nil {
			return err
		}
		for _, c := range all {
			view.Groups = append(view.Groups, web.GroupLine{Name: c.Name, URL: g.people(c.ID), Members: c.Members})
		}
	}
	p, err := s.page(r, v, web.PlacePeople, v.me.Hue)
	if err != nil {
		return err
	}
	view.Tabs = groupTabs(v, string(g.kind))
	return s.draw(w, r, status, web.Groups(p, view))
}

// groupTabs lead through what one has arranged about people.
func groupTabs(v *reader, here string) []web.Tab {
	return []web.Tab{
		{Label: v.words.T("place.people"), URL: peoplePath},
		{Label: v.words.T("audience.circles"), URL: circlesPath, Current: here == string(web.Circles)},
		{Label: v.words.T("audience.lists"), URL: listsPath, Current: here == string(web.Lists)},
		{Label: v.words.T("hidden.title"), URL: hiddenPath, Current: here == "hidden"},
	}
}

// makeGroup makes a circle or list and leads to its people.
func (s *Site) makeGroup(w http.ResponseWriter, r *http.Request, v *reader, g group) error {
	in, err := server.DecodeBody[struct {
		Title string `form:"title"`
	}](r)
	if err != nil {
		return err
	}
	var made id.ID
	if g.kind == web.Lists {
		var l *relationship.List
		if l, err = s.Ties.PutList(r.Context(), relationship.List{Owner: v.me.ID, Title: in.Title}); err == nil {
			made = l.ID
		}
	} else {
		var c *relationship.Circle
		if c, err = s.Ties.MakeCircle(r.Context(), v.me.ID, in.Title); err == nil {
			made = c.ID
		}
	}
	if fault.Is(err, fault.Invalid) {
		return s.groupsPage(w, r, v, g, http.StatusUnprocessableEntity, web.Field{Value: in.Title, Error: server.Sentence(v.words, err)})
	} else if err != nil {
		return err
	}
	return seeOther(w, g.people(made))
}

func (s *Site) groupPeople(w http.ResponseWriter, r *http.Request, v *reader, g group) error {
	return s.groupPage(w, r, v, g, http.StatusOK, web.Field{}, web.Field{})
}

// groupPage is one group with its people. A title or name that was typed comes with what is wrong with it.
func (s *Site) groupPage(w http.ResponseWriter, r *http.Request, v *reader, g group, status int, title, who web.Field) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	at := g.path + "/" + which.String()
	view := web.GroupView{
		Kind: g.kind, Title: title, Who: who, Action: at, Add: at + "/add", Remove: at + "/remove", End: at + "/end", Back: g.path,
		Tabs: groupTabs(v, string(g.kind)),
	}
	var members []*account.Account
	name := ""
	if g.kind == web.Lists {
		l, err := s.Ties.List(r.Context(), v.me.ID, which)
		if err != nil {
			return err
		}
		if members, err = s.Ties.ListMembers(r.Context(), v.me.ID, which); err != nil {
			return err
		}
		name, view.Replies, view.Exclusive, view.Stream = l.Title, string(l.Replies), l.Exclusive, at
	} else {
		c, err := s.Ties.Circle(r.Context(), v.me.ID, which)
		if err != nil {
			return err
		}
		if members, err = s.Ties.CircleMembers(r.Context(), v.me.ID, which); err != nil {
			return err
		}
		name = c.Name
	}
	if title == (web.Field{}) {
		view.Title.Value = name
	}
	for _, a := range members {
		view.Members = append(view.Members, web.GroupMember{Person: s.person(v, a), ID: a.ID.String()})
	}
	p, err := s.page(r, v, web.PlacePeople, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Group(p, view))
}

// changeGroup gives a group another name and, of a list, another way of being read.
func (s *Site) changeGroup(w http.ResponseWriter, r *http.Request, v *reader, g group) error {
	in, err := server.DecodeBody[struct {
		Title     string `form:"title"`
		Replies   string `form:"replies"`
		Exclusive bool   `form:"exclusive"`
	}](r)
	if err != nil {
		return err
	}
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if g.kind == web.Lists {
		_, err = s.Ties.PutList(r.Context(), relationship.List{
			ID: which, Owner: v.me.ID, Title: in.Title, Replies: relationship.Replies(in.Replies), Exclusive: in.Exclusive,
		})
	} else {
		err = s.Ties.RenameCircle(r.Context(), v.me.ID, which, in.Title)
	}
	if fault.Is(err, fault.Invalid) {
		return s.groupPage(w, r, v, g, http.StatusUnprocessableEntity, web.Field{Value: in.Title, Error: server.Sentence(v.words, err)}, web.Field{})
	} else if err != nil {
		return err
	}
	return seeOther(w, with(g.people(which), "saved"))
}

// addToGroup takes in whom an address names, whose server may be asked.
func (s *Site) addToGroup(w http.ResponseWriter, r *http.Request, v *reader, g group) error {
	in, err := server.DecodeBody[struct {
		Who string `form:"who"`
	}](r)
	if err != nil {
		return err
	}
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	who, err := s.whom(r, in.Who)
	if err == nil && g.kind == web.Lists {
		err = s.Ties.AddToList(r.Context(), v.me.ID, which, who.ID)
	} else if err == nil {
		err = s.Ties.AddToCircle(r.Context(), v.me.ID, which, who.ID)
	}
	if fault.Is(err, fault.Invalid, fault.NotFound, fault.Denied, fault.Gone, fault.Unavailable, fault.Timeout, fault.Unsupported, fault.TooLarge) {
		return s.groupPage(w, r, v, g, http.StatusUnprocessableEntity, web.Field{}, web.Field{Value: in.Who, Error: server.Sentence(v.words, err)})
	} else if err != nil {
		return err
	}
	return seeOther(w, g.people(which))
}

// whom is the person that a text names: by name, if they live here, or by address.
func (s *Site) whom(r *http.Request, text string) (*account.Account, error) {
	text = strings.TrimSpace(text)
	unknown := fault.New(fault.NotFound, "fault.person.not_found")
	if text == "" || len(text) > soughtMax {
		return nil, unknown
	}
	if name := strings.TrimPrefix(text, "@"); !strings.ContainsAny(name, "@/.:") {
		a, err := s.resident(r.Context(), name)
		if fault.Is(err, fault.NotFound) {
			err = unknown
		}
		return a, err
	}
	a, _, err := s.Finder.FindByText(r.Context(), text)
	if err == nil && a == nil {
		err = unknown
	}
	return a, err
}

// removeFromGroup takes somebody out.
func (s *Site) removeFromGroup(w http.ResponseWriter, r *http.Request, v *reader, g group) error {
	in, err := server.DecodeBody[struct {
		Who id.ID `form:"who"`
	}](r)
	if err != nil {
		return err
	}
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if g.kind == web.Lists {
		err = s.Ties.RemoveFromList(r.Context(), v.me.ID, which, in.Who)
	} else {
		err = s.Ties.RemoveFromCircle(r.Context(), v.me.ID, which, in.Who)
	}
	if err != nil {
		return err
	}
	return seeOther(w, g.people(which))
}

// endGroup ends a circle or list.
func (s *Site) endGroup(w http.ResponseWriter, r *http.Request, v *reader, g group) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if g.kind == web.Lists {
		err = s.Ties.DropList(r.Context(), v.me.ID, which)
	} else {
		err = s.Ties.DropCircle(r.Context(), v.me.ID, which)
	}
	if err != nil {
		return err
	}
	return seeOther(w, g.path)
}

// listStream is what came from the people of a list.
func (s *Site) listStream(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	l, err := s.Ties.List(r.Context(), v.me.ID, which)
	if err != nil {
		return err
	}
	shown, err := s.listAt(r, v, moderation.Together, listsPath+"/"+which.String(), false, func(ctx context.Context, at id.Page) ([]post.Item, error) {
		return s.Streams.List(ctx, v.me.ID, which, at)
	})
	if err != nil {
		return err
	}
	p, err := s.page(r, v, web.PlacePeople, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.ListStream(p, web.ListStreamView{
		Title: l.Title, People: lists.people(which), Empty: l.Members == 0, Posts: shown.posts, Hidden: shown.hidden, Older: shown.older, Newest: shown.newest,
	}))
}

// offer adds to a form whom one may choose to see a post; what was chosen stays chosen.
func (s *Site) offer(r *http.Request, v *reader, view *web.ComposeView) error {
	before := view.Audience
	out := web.AudienceView{Followers: int(v.me.FollowersCount), Manage: circlesPath}
	chosen := func(in []web.GroupChoice, which id.ID) bool {
		return slices.ContainsFunc(in, func(g web.GroupChoice) bool { return g.ID == which.String() })
	}
	mine, err := s.Ties.Circles(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	for _, c := range mine {
		out.Circles = append(out.Circles, web.GroupChoice{ID: c.ID.String(), Name: c.Name, Members: c.Members, Chosen: chosen(before.Circles, c.ID)})
	}
	read, err := s.Ties.Lists(r.Context(), v.me.ID)
	for _, l := range read {
		out.Lists = append(out.Lists, web.GroupChoice{ID: l.ID.String(), Name: l.Title, Members: l.Members, Chosen: chosen(before.Lists, l.ID)})
	}
	view.Audience = out
	return err
}

// chosenGroups are the circles and lists that were chosen in a form.
func chosenGroups(in composed) (out web.AudienceView) {
	for _, i := range in.Circles {
		out.Circles = append(out.Circles, web.GroupChoice{ID: i.String()})
	}
	for _, i := range in.Lists {
		out.Lists = append(out.Lists, web.GroupChoice{ID: i.String()})
	}
	return out
}
