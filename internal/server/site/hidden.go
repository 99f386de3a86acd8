package site

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/notification"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/server"
	"allod/web"
)

// scanned is how much of the home stream is looked through for what is hidden in it.
const scanned = 10 * post.ListMax

func (s *Site) hidden(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.hiddenPage(w, r, v, http.StatusOK, web.Field{})
}

// hiddenPage is what was kept from the reader, why, and the way to undo it.
func (s *Site) hiddenPage(w http.ResponseWriter, r *http.Request, v *reader, status int, host web.Field) error {
	view := web.HiddenView{
		Tabs: groupTabs(v, "hidden"), Host: host, Block: hiddenPath + "/hosts", Make: filtersPath + "/new",
	}
	if err := s.hiddenRules(r.Context(), v, &view); err != nil {
		return err
	}
	max, err := server.QueryID(r, "max_id")
	if err != nil {
		return err
	}
	found, more, err := s.hiddenPosts(r.Context(), v, max)
	if err != nil {
		return err
	}
	if view.Posts, err = s.drawHidden(r.Context(), v, found); err != nil {
		return err
	}
	if more {
		view.Older = hiddenPath + "?max_id=" + found[len(found)-1].item.ID.String()
	}
	if max != 0 {
		view.Newest = hiddenPath
	} else if view.News, err = s.unsaid(r, v); err != nil {
		return err
	}
	p, err := s.page(r, v, web.PlacePeople, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.HiddenPage(p, view))
}

// A covered item is one that was not, or not openly, shown.
type covered struct {
	item  post.Item
	cover moderation.Cover
}

// hiddenPosts are what was kept out of the home stream when it came and what
// is hidden or folded in it, newest first.
func (s *Site) hiddenPosts(ctx context.Context, v *reader, max id.ID) (out []covered, more bool, err error) {
	kept, err := s.Streams.Hidden(ctx, v.me.ID, id.Page{Max: max, Limit: pageSize + 1})
	if err != nil {
		return nil, false, err
	}
	for _, h := range kept {
		c := covered{h.Item, moderation.Cover{Why: h.Why, Action: moderation.Hide, Who: h.Post.AuthorID, Host: h.Post.Author.Host}}
		if h.By != nil && (h.Why == moderation.ByQuiet || h.Post.Author.Local) {
			c.cover.Who, c.cover.Host = h.By.ID, h.By.Host
		}
		out = append(out, c)
	}
	veil, err := s.Guard.Veil(ctx, v.me.ID)
	if err != nil {
		return nil, false, err
	}
	if !veil.Bare() {
		at := max
		for n := 0; n < scanned; n += post.ListMax {
			items, err := s.Streams.Home(ctx, v.me.ID, id.Page{Max: at, Limit: post.ListMax})
			if err != nil {
				return nil, false, err
			}
			for _, it := range items {
				if covers := veil.Over(v.me.ID, moderation.Home, it.Subject(s.Text)); len(covers) > 0 {
					out = append(out, covered{it, covers[0]})
				}
			}
			if len(items) == 0 {
				break
			}
			at = items[len(items)-1].ID
		}
	}
	slices.SortStableFunc(out, func(a, b covered) int {
		switch {
		case a.item.ID > b.item.ID:
			return -1
		case a.item.ID < b.item.ID:
			return 1
		}
		return 0
	})
	if more = len(out) > pageSize; more {
		out = out[:pageSize]
	}
	return out, more, nil
}

func (s *Site) drawHidden(ctx context.Context, v *reader, found []covered) ([]web.HiddenPost, error) {
	items := make([]post.Item, len(found))
	for i, f := range found {
		items[i] = f.item
	}
	entries, err := s.entries(ctx, v, items, true)
	if err != nil {
		return nil, err
	}
	people, err := s.whoCovers(ctx, found)
	if err != nil {
		return nil, err
	}
	out := make([]web.HiddenPost, len(found))
	for i, f := range found {
		name := ""
		if a := people[f.cover.Who]; a != nil {
			name = a.Called()
		}
		h := web.HiddenPost{Post: entries[i], Why: s.whyHidden(v, f.cover, name)}
		h.Post.Acts = nil
		switch f.cover.Why {
		case moderation.ByFilter:
			h.Undo, h.Does = filtersPath+"/"+f.cover.Filter.ID.String(), v.words.T("hidden.change_filter")
		case moderation.ByHost:
			h.End, h.Hide, h.Does = hiddenPath+"/hosts/end", f.cover.Host, v.words.T("hidden.unblock_host")
		case moderation.ByList:
			h.Undo, h.Does = listsPath+"/"+f.cover.List.ID.String(), v.words.T("audience.read_list")
		case moderation.ByMute, moderation.ByQuiet:
			h.Undo, h.Does = peoplePath+"/"+f.cover.Who.String()+"/mute", v.words.T("hidden.change")
		case moderation.ByThread:
		}
		out[i] = h
	}
	return out, nil
}

func (s *Site) whoCovers(ctx context.Context, found []covered) (people map[id.ID]*account.Account, err error) {
	var ids []id.ID
	for _, f := range found {
		if f.cover.Who != 0 {
			ids = append(ids, f.cover.Who)
		}
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		people, err = account.List(ctx, tx, ids)
		return err
	})
	return people, err
}

// whyHidden is the reason in a sentence.
func (s *Site) whyHidden(v *reader, c moderation.Cover, name string) string {
	switch c.Why {
	case moderation.ByFilter:
		words := strings.Join(c.Keywords, ", ")
		if c.Action == moderation.Hide {
			return v.words.T("hidden.by_filter", "filter", c.Filter.Title, "words", words)
		}
		return v.words.T("hidden.folded_filter", "filter", c.Filter.Title, "words", words)
	case moderation.ByHost:
		return v.words.T("hidden.by_host", "host", c.Host)
	case moderation.ByQuiet:
		return v.words.T("hidden.by_boosts", "name", name)
	case moderation.ByList:
		return v.words.T("hidden.by_list", "list", c.List.Title)
	case moderation.ByThread:
		return v.words.T("hidden.by_thread")
	case moderation.ByMute:
	}
	if name == "" {
		return v.words.T("hidden.muted_them")
	}
	return v.words.T("hidden.by_mute", "name", name)
}

// hiddenRules are all that hides something from the reader.
func (s *Site) hiddenRules(ctx context.Context, v *reader, view *web.HiddenView) error {
	muted, err := s.Ties.Mutes(ctx, v.me.ID, id.Page{Limit: relationship.ListMax})
	if err != nil {
		return err
	}
	for _, m := range muted {
		view.Muted = append(view.Muted, web.HiddenRule{
			Name: m.Account.Called(), URL: personPath(m.Account), Until: s.until(v, m.Until), End: peoplePath + "/" + m.Of.String() + "/unmute", Does: v.words.T("hidden.unmute"),
		})
	}
	hosts, err := s.Ties.HostBlocks(ctx, v.me.ID, id.Page{Limit: 200})
	if err != nil {
		return err
	}
	for _, h := range hosts {
		view.Hosts = append(view.Hosts, web.HiddenRule{
			Name: h.Host, Until: v.words.T("hidden.since", "day", s.frame(v).Date(h.CreatedAt.In(v.zone))), End: hiddenPath + "/hosts/end", Host: h.Host, Does: v.words.T("hidden.unblock_host"),
		})
	}
	filters, err := s.Guard.Filters(ctx, v.me.ID)
	if err != nil {
		return err
	}
	for _, f := range filters {
		line := web.HiddenRule{Name: f.Title, URL: filtersPath + "/" + f.ID.String(), Until: s.until(v, f.Until)}
		if !f.Active(s.Now()) {
			line.Until = v.words.T("hidden.ended", "day", s.frame(v).Moment(f.Until.In(v.zone)))
		}
		view.Filters = append(view.Filters, line)
	}
	all, err := s.Ties.Lists(ctx, v.me.ID)
	for _, l := range all {
		if l.Exclusive {
			view.Lists = append(view.Lists, web.HiddenRule{Name: l.Title, URL: listsPath + "/" + l.ID.String(), Until: v.words.T("audience.apart")})
		}
	}
	if err != nil {
		return err
	}
	if view.Threads, err = s.quietThreads(ctx, v); err != nil {
		return err
	}
	quiet, err := s.Ties.Quiet(ctx, v.me.ID)
	for _, a := range quiet {
		view.Quiet = append(view.Quiet, web.HiddenRule{
			Name: a.Called(), URL: personPath(a), Until: v.words.T("hidden.boosts_are_off"), End: peoplePath + "/" + a.ID.String() + "/boosts", Does: v.words.T("hidden.boosts_on"),
		})
	}
	return err
}

func (s *Site) until(v *reader, at time.Time) string {
	if at.IsZero() {
		return v.words.T("hidden.until_undone")
	}
	return v.words.T("hidden.until", "moment", s.frame(v).Moment(at.In(v.zone)))
}

// quietThreads are the conversations the reader does not want to be told of.
func (s *Site) quietThreads(ctx context.Context, v *reader) (out []web.HiddenRule, err error) {
	all, err := s.Guard.MutedThreads(ctx, v.me.ID, threadsMax)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids := make([]id.ID, len(all))
	for i, m := range all {
		ids[i] = m.Thread
	}
	by := map[id.ID]*post.Post{}
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		seen, err := s.Posts.See(ctx, tx, v.me.ID, ids)
		for _, p := range seen {
			by[p.ID] = p
		}
		return err
	})
	for _, m := range all {
		line := web.HiddenRule{
			Name: v.words.T("hidden.a_thread"), Until: v.words.T("hidden.since", "day", s.frame(v).Date(m.Since.In(v.zone))),
			End: postsPath + m.Thread.String() + "/quiet", Does: v.words.T("hidden.tell_again"),
		}
		if p := by[m.Thread]; p != nil {
			line.Name, line.URL = p.Author.Called()+": "+s.label(p), postPath(p)
		}
		out = append(out, line)
	}
	return out, err
}

// threadsMax is how many of these the page shows.
const threadsMax = 200

// label are a few words by which a post is known again.
func (s *Site) label(p *post.Post) string {
	switch {
	case p.Warning != "":
		return clip(p.Warning, titleMax)
	case p.Title != "":
		return clip(p.Title, titleMax)
	}
	return clip(s.Text.Plain(p.HTML), titleMax)
}

// quiet has the reader be told no more of a conversation, or again. That works
// also where its beginning is not here any more.
func (s *Site) quiet(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, on, err := toggle(r)
	if err != nil {
		return err
	}
	p, err := s.Posts.Get(r.Context(), v.me.ID, what)
	switch {
	case err == nil:
		what = p.ThreadID
	case on || !fault.Is(err, fault.NotFound, fault.Gone):
		return err
	}
	if err := s.Guard.MuteThread(r.Context(), v.me.ID, what, on); err != nil {
		return err
	}
	word := "told_again"
	if on {
		word = "told_no_more"
	}
	return seeOther(w, with(pathOf(back(r, hiddenPath)), word))
}

// unsaid are the newest notifications the reader was not told, and those that
// their filters leave out of the news.
func (s *Site) unsaid(r *http.Request, v *reader) ([]web.HiddenNews, error) {
	all, err := s.News.Unsaid(r.Context(), v.me.ID, id.Page{Limit: pageSize})
	if err != nil {
		return nil, err
	}
	covers := map[id.ID]moderation.Cover{}
	veil, err := s.Guard.Veil(r.Context(), v.me.ID)
	if err != nil {
		return nil, err
	}
	if !veil.Bare() {
		told, err := s.News.List(r.Context(), v.me.ID, nil, id.Page{Limit: 2 * pageSize})
		if err != nil {
			return nil, err
		}
		for _, n := range told {
			if c := moderation.Hidden(n.Covers(veil, s.Text)); c != nil {
				all, covers[n.ID] = append(all, n), *c
			}
		}
		slices.SortFunc(all, func(a, b *notification.Notification) int { return cmp.Compare(b.ID, a.ID) })
	}
	var out []web.HiddenNews
	for _, n := range all[:min(len(all), pageSize)] {
		line := web.News{ID: n.ID.String(), Time: n.CreatedAt.In(v.zone)}
		cover, name := moderation.Cover{Why: n.Hidden}, ""
		if c, ok := covers[n.ID]; ok {
			cover = c
		}
		if n.Post != nil {
			line.URL, line.Excerpt = postPath(n.Post), n.Post.Warning
			if line.Excerpt == "" {
				line.Excerpt = clip(s.Text.Plain(n.Post.HTML), excerptMax)
			}
		}
		if n.Comment != nil {
			s.ofGuest(n, &line)
		} else {
			line.Who, name = s.person(v, n.From), n.From.Called()
			if cover.Why == moderation.ByHost {
				cover.Host = n.From.Host
			}
		}
		out = append(out, web.HiddenNews{News: line, Why: s.whyHidden(v, cover, name)})
	}
	return out, nil
}

// A hostForm names a server.
type hostForm struct {
	Host string `form:"host"`
}

// blockHost keeps a whole server out of the reader's sight.
func (s *Site) blockHost(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[hostForm](r)
	if err != nil {
		return err
	}
	err = s.Ties.BlockHost(r.Context(), v.me.ID, strings.TrimSpace(in.Host))
	if fault.Is(err, fault.Invalid) {
		return s.hiddenPage(w, r, v, http.StatusUnprocessableEntity, web.Field{Value: in.Host, Error: server.Sentence(v.words, err)})
	} else if err != nil {
		return err
	}
	return seeOther(w, hiddenPath)
}

func (s *Site) unblockHost(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[hostForm](r)
	if err == nil {
		err = s.Ties.UnblockHost(r.Context(), v.me.ID, in.Host)
	}
	if err != nil {
		return err
	}
	return seeOther(w, back(r, hiddenPath))
}

// lastings are the spans that something may be hidden for, in hours; 0 is no end.
var lastings = []struct {
	hours int
	key   string
}{{0, "hidden.for_ever"}, {1, "hidden.for_hour"}, {24, "hidden.for_day"}, {24 * 7, "hidden.for_week"}, {24 * 30, "hidden.for_month"}}

func (s *Site) lasting(v *reader) (out []web.Option) {
	for _, l := range lastings {
		out = append(out, web.Option{Value: strconv.Itoa(l.hours), Label: v.words.T(l.key)})
	}
	return out
}

// askMute asks how somebody is muted, and what else of theirs is hidden.
func (s *Site) askMute(w http.ResponseWriter, r *http.Request, v *reader) error {
	a, rel, err := s.other(r, v)
	if err != nil {
		return err
	}
	at := peoplePath + "/" + a.ID.String()
	view := web.MutePage{
		Person: s.person(v, a), Action: at + "/mute", Lasting: s.lasting(v), Chosen: "0", Unmute: at + "/unmute", Back: personPath(a), Host: a.Host,
		HostOff: rel.HostBlocked, BlockHost: hiddenPath + "/hosts",
	}
	if rel.HostBlocked {
		view.BlockHost += "/end"
	}
	if rel.Mute != nil {
		view.Muted = v.words.T("hidden.is_muted", "until", s.until(v, rel.Mute.Until))
	}
	if rel.Following || rel.Requested {
		view.Boosts, view.BoostsOn = at+"/boosts", rel.Boosts
	}
	p, err := s.page(r, v, web.PlacePeople, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Mute(p, view))
}

// other is the account of the path and how the reader stands to it.
func (s *Site) other(r *http.Request, v *reader) (*account.Account, relationship.Relation, error) {
	them, err := server.PathID(r, "id")
	if err != nil {
		return nil, relationship.Relation{}, err
	}
	a, err := s.Accounts.Get(r.Context(), them)
	if err == nil && (a.URI == account.HomeURI || a.ID == v.me.ID) {
		err = nothingHere()
	}
	if err != nil {
		return nil, relationship.Relation{}, err
	}
	all, err := s.Ties.Relations(r.Context(), v.me.ID, []id.ID{them})
	return a, all[them], err
}

// mute keeps somebody out of the reader's sight for as long as they said.
func (s *Site) mute(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Lasting int  `form:"lasting"`
		Told    bool `form:"told"`
	}](r)
	if err != nil {
		return err
	}
	a, _, err := s.other(r, v)
	if err != nil {
		return err
	}
	hours := min(max(in.Lasting, -1), 24*366*11)
	if err := s.Ties.Mute(r.Context(), v.me.ID, a.ID, !in.Told, time.Duration(hours)*time.Hour); err != nil {
		return err
	}
	return seeOther(w, with(hiddenPath, "muted"))
}

// unmute has the reader see somebody again.
func (s *Site) unmute(w http.ResponseWriter, r *http.Request, v *reader) error {
	a, _, err := s.other(r, v)
	if err == nil {
		err = s.Ties.Unmute(r.Context(), v.me.ID, a.ID)
	}
	if err != nil {
		return err
	}
	return seeOther(w, back(r, hiddenPath))
}

// boosts turns what somebody passes on off, or on again.
func (s *Site) boosts(w http.ResponseWriter, r *http.Request, v *reader) error {
	a, rel, err := s.other(r, v)
	if err != nil {
		return err
	}
	if rel.Following || rel.Requested {
		if _, err := s.Ties.Follow(r.Context(), v.me.ID, a.ID, relationship.Wishes{Boosts: !rel.Boosts, Notify: rel.Notify}); err != nil {
			return err
		}
	}
	return seeOther(w, back(r, hiddenPath))
}
