package site

import (
	"net/http"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// conversation is the page of a post at /@name/ID.
func (s *Site) conversation(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle, what id.ID) error {
	if h.Host == "" && wantsActivity(r) {
		a, err := s.resident(r.Context(), h.Name)
		if err != nil {
			return err
		}
		return elsewhere(w, s.Names.ID(a, a.Under("post", what)))
	}
	return s.publish(w, r, v, func() (*sheet, error) {
		a, err := s.known(r.Context(), h)
		if err != nil {
			return nil, err
		}
		t, err := s.Posts.Thread(r.Context(), v.id(), what)
		if fault.Is(err, fault.NotFound) {
			err = s.deleted(r, a, what, err)
		}
		if err != nil {
			return nil, err
		}
		if t.Post.AuthorID != a.ID {
			return nil, nothingHere()
		}
		if v.me == nil && !a.Local {
			return &sheet{to: post.Page(s.Names, t.Post)}, nil
		}
		if v.me != nil && t.Post.Poll != nil && s.LookAtPoll != nil {
			if err := s.LookAtPoll(r.Context(), t.Post); err != nil {
				return nil, err
			}
		}
		if err := s.unfold(r.Context(), t.Post); err != nil {
			return nil, err
		}
		return s.thread(r, v, t)
	})
}

// deleted is Gone for a post of one who lives here that was deleted, and err for any other.
func (s *Site) deleted(r *http.Request, author *account.Account, what id.ID, err error) error {
	if !author.Local {
		return err
	}
	_, none := s.Posts.Tombstone(r.Context(), author.Under("post", what))
	switch {
	case none == nil:
		return fault.New(fault.Gone, "")
	case fault.Is(none, fault.NotFound):
		return err
	}
	return none
}

// thread is the page of a post in its conversation.
func (s *Site) thread(r *http.Request, v *reader, t *post.Thread) (*sheet, error) {
	all := append(append([]*post.Post{t.Post}, t.Ancestors...), t.Descendants...)
	c, err := s.castOf(r.Context(), all)
	if err != nil {
		return nil, err
	}
	view := web.ConversationView{Post: s.whole(v, t.Post, c), Veil: s.veilOf(v, t.Post, c)}
	for _, p := range t.Ancestors {
		view.Before = append(view.Before, s.entry(v, p, c))
	}
	if err := s.answers(r.Context(), v, t, c, &view); err != nil {
		return nil, err
	}
	if v.me != nil {
		reply, err := s.replyTo(r, v, t.Post)
		if err != nil {
			return nil, err
		}
		if err := s.offer(r, v, &reply); err != nil {
			return nil, err
		}
		view.Reply = &reply
		if err := s.foldThread(r.Context(), v, t, &view); err != nil {
			return nil, err
		}
		veil, err := s.Guard.Veil(r.Context(), v.id())
		if err != nil {
			return nil, err
		}
		view.Quiet = &web.Act{Action: postsPath + t.Post.ID.String() + "/quiet", On: veil.ThreadMuted(t.Post.ThreadID)}
	}
	p, err := s.land(r, v, web.Nowhere, t.Post.Author)
	if err != nil {
		return nil, err
	}
	if t.Post.Local && t.Post.Visibility.Open() {
		p.Meta = s.postMeta(v, t.Post, view.Post)
	}
	about := make([]id.ID, len(all))
	for i, p := range all {
		about[i] = p.AuthorID
	}
	sh := &sheet{page: web.Conversation(p, view), about: about}
	if p.Meta.Mention != "" {
		sh.links = []string{"<" + p.Meta.Mention + `>; rel="webmention"`}
	}
	return sh, nil
}

// postMeta is what the page of a public post tells machines.
func (s *Site) postMeta(v *reader, p *post.Post, e web.Post) web.Meta {
	m := web.Meta{
		Index: p.Visibility == post.Public && p.Author.Indexable, Canonical: s.postAddress(p), Type: "article",
		Mention: s.Names.Origin + server.MentionPath, Description: p.Warning, Feeds: s.feeds(v, strand{owner: p.Author}),
	}
	if !p.HereOnly {
		m.Activity = post.Address(s.Names, p)
	}
	if e.Rights != nil {
		m.License = e.Rights.URL
	}
	if m.Description == "" {
		m.Description = clip(s.Text.Plain(p.HTML), descriptionMax)
	}
	if len(p.Media) > 0 && !p.Sensitive {
		s.show(&m, p.Media[0])
	}
	return m
}

// clip is the beginning of a text, on one line.
func clip(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return strings.TrimRight(string(runes[:most-1]), " .,;:–—") + "…"
}
