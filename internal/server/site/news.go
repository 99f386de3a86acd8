package site

import (
	"net/http"

	"allod/internal/comment"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/notification"
	"allod/internal/server"
	"allod/web"
)

// newsStream is what the marker of how far one has read the news is called.
const newsStream = "notifications"

// excerptMax is how much of a post the news show, in characters.
const excerptMax = 160

// news is what one should be told. Reading changes nothing: how far one has
// read is said by a form.
func (s *Site) news(w http.ResponseWriter, r *http.Request, v *reader) error {
	at := id.Page{Limit: 2*pageSize + 1}
	var err error
	if at.Max, err = server.QueryID(r, "max_id"); err != nil {
		return err
	}
	all, err := s.News.List(r.Context(), v.me.ID, nil, at)
	if err != nil {
		return err
	}
	read, err := s.Streams.Marker(r.Context(), v.me.ID, newsStream)
	if err != nil {
		return err
	}
	view := web.NewsView{WaitingAt: waitingPath, Stream: eventsPath + streamNews, Read: readPath}
	if read.LastID != 0 {
		view.Since = read.LastID.Time().In(v.zone)
	}
	if len(all) > 2*pageSize {
		all = all[:2*pageSize]
		view.Older = newsPath + "?max_id=" + all[len(all)-1].ID.String()
	}
	if at.Max != 0 {
		view.Newest = newsPath
	}
	if view.Waiting, err = s.waitingFor(r.Context(), v.me.ID); err != nil {
		return err
	}
	veil, err := s.Guard.Veil(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	kept := all[:0:0]
	folds := map[string]*web.Fold{}
	for _, n := range all {
		covers := n.Covers(veil, s.Text)
		if notification.Unseen(covers) {
			view.Hidden++
			continue
		}
		if len(covers) > 0 {
			folds[n.ID.String()] = s.fold(v, covers)
		}
		kept = append(kept, n)
	}
	if view.Items, err = s.lines(r, v, kept, read.LastID); err != nil {
		return err
	}
	for i := range view.Items {
		if fold := folds[view.Items[i].ID]; fold != nil && !fold.Media {
			view.Items[i].Fold = fold
		}
	}
	p, err := s.page(r, v, web.PlaceNews, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.NewsPage(p, view))
}

// lines are notifications as lines, alike ones that follow one another as one.
func (s *Site) lines(r *http.Request, v *reader, all []*notification.Notification, read id.ID) ([]web.News, error) {
	relations, err := s.askers(r, v, all)
	if err != nil {
		return nil, err
	}
	var out []web.News
	var last *notification.Notification
	for _, n := range all {
		fresh := n.ID > read
		if last != nil && joins(last, n) && out[len(out)-1].Fresh == fresh {
			out[len(out)-1].Others++
			continue
		}
		last = n
		line := web.News{ID: n.ID.String(), Kind: kindOfNews(v, n), Time: n.CreatedAt.In(v.zone), Fresh: fresh, Relation: relations[n.ID]}
		if n.From != nil {
			line.Who = s.person(v, n.From)
		}
		switch line.URL = about(n); n.Kind {
		case notification.Held:
			line.Excerpt = v.words.T("draft.title")
		case notification.Opened:
			line.Excerpt = v.words.T("access.title")
		case notification.Applied:
			line.Excerpt = v.words.T("house.title")
		case notification.Shared:
			if err := s.ofShare(r, v, n, &line); err != nil {
				return nil, err
			}
		}
		if n.Post != nil {
			line.Excerpt = n.Post.Warning
			if line.Excerpt == "" {
				line.Excerpt = clip(s.Text.Plain(n.Post.HTML), excerptMax)
			}
		}
		if n.Comment != nil {
			s.ofGuest(n, &line)
		}
		out = append(out, line)
	}
	return out, nil
}

// ofShare is the line about what somebody shares with the reader.
func (s *Site) ofShare(r *http.Request, v *reader, n *notification.Notification, line *web.News) error {
	g, err := s.Files.GrantWith(r.Context(), v.me.ID, n.PostID)
	if fault.Is(err, fault.NotFound) {
		line.Excerpt = v.words.T("share.gone") // it lies in the trash, or its last day has come
		return nil
	}
	if err != nil {
		return err
	}
	line.URL, line.Excerpt = filesURL(g.Found.Path), g.Found.Name
	if g.Grant.Note != "" {
		line.Excerpt += " · " + clip(g.Grant.Note, excerptMax)
	}
	return nil
}

// ofGuest is the line about a guest's comment.
func (s *Site) ofGuest(n *notification.Notification, line *web.News) {
	line.Who, line.Excerpt = guestPerson(n.Comment), clip(n.Comment.Text, excerptMax)
	if n.Comment.State == comment.Waiting {
		line.Look = waitingPath + "#comment-" + n.Comment.ID.String()
	}
}

// about is the page of what a notification is about, "" where it is about a person.
func about(n *notification.Notification) string {
	switch n.Kind {
	case notification.Held:
		return draftsPath
	case notification.Opened:
		return accessPath
	case notification.Applied:
		return housePath + "/joining"
	case notification.Shared:
		return sharedListPath
	}
	switch {
	case n.Post == nil:
		return ""
	case n.Comment != nil:
		return postPath(n.Post) + "#comment-" + n.Comment.ID.String()
	}
	return postPath(n.Post)
}

// Where is the page that somebody who is told of a notification is led to.
func Where(n *notification.Notification) string {
	at := about(n)
	switch {
	case n.Kind == notification.FollowRequest:
		return peoplePath + "/requests"
	case at == "" && n.From != nil:
		return personPath(n.From)
	case at == "":
		return newsPath
	}
	return at
}

// joins reports whether the same happened to the same thing within a day.
func joins(a, b *notification.Notification) bool {
	return a.Kind == b.Kind && a.PostID == b.PostID && (a.Kind == notification.Like || a.Kind == notification.Boost) &&
		a.CreatedAt.Sub(b.CreatedAt).Hours() < 24
}

// askers are how the reader stands with those who follow or ask to, by notification.
func (s *Site) askers(r *http.Request, v *reader, all []*notification.Notification) (map[id.ID]*web.Relation, error) {
	out := map[id.ID]*web.Relation{}
	var ids []id.ID
	for _, n := range all {
		if n.PostID == 0 {
			ids = append(ids, n.FromID)
		}
	}
	by, err := s.Ties.Relations(r.Context(), v.me.ID, ids)
	for _, n := range all {
		if n.PostID == 0 {
			out[n.ID] = relation(n.From, by[n.FromID])
		}
	}
	return out, err
}

func kindOfNews(v *reader, n *notification.Notification) web.NewsKind {
	switch n.Kind {
	case notification.Follow:
		return web.NewsFollow
	case notification.FollowRequest:
		return web.NewsRequest
	case notification.Like:
		return web.NewsLike
	case notification.Boost:
		return web.NewsBoost
	case notification.Held:
		return web.NewsHeld
	case notification.Update:
		return web.NewsEdited
	case notification.Poll:
		if n.FromID == v.me.ID {
			return web.NewsPoll
		}
		return web.NewsVoted
	case notification.Comment:
		return web.NewsComment
	case notification.Hidden:
		return web.NewsHidden
	case notification.Opened:
		return web.NewsOpened
	case notification.Applied:
		return web.NewsApplied
	case notification.Shared:
		return web.NewsShared
	}
	if n.Post.ReplyToAccountID == v.me.ID {
		return web.NewsReply
	}
	return web.NewsNamed
}

// readNews says how far one has read: up to the notification in the field
// "last", or up to the newest.
func (s *Site) readNews(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Last id.ID `form:"last"`
	}](r)
	if err != nil {
		return err
	}
	newest, err := s.News.List(r.Context(), v.me.ID, nil, id.Page{Limit: 1})
	if err != nil {
		return err
	}
	if len(newest) > 0 {
		last := newest[0].ID
		if in.Last != 0 {
			last = min(last, in.Last)
		}
		if err := s.Streams.Mark(r.Context(), v.me.ID, newsStream, last); err != nil {
			return err
		}
	}
	if fragment(r) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return seeOther(w, back(r, newsPath))
}
