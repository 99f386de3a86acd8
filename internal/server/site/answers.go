package site

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"time"

	"allod/internal/comment"
	"allod/internal/id"
	"allod/internal/post"
	"allod/web"
)

// An answer is one thing in a conversation, whoever said it and wherever it
// came from. All are put in one order: by when they came, below what they answer.
type answer struct {
	key, below string
	at         id.ID
	talk       web.Talk
}

// The keys of answers by what they are.
func postKey(p id.ID) string    { return "p" + p.String() }
func commentKey(c id.ID) string { return "c" + c.String() }
func mentionKey(m id.ID) string { return "m" + m.String() }

// answers puts what was answered to a post into its view: posts of people
// here and elsewhere, comments of guests, what pages of other sites say, and
// where replies are hidden.
func (s *Site) answers(ctx context.Context, v *reader, t *post.Thread, c cast, view *web.ConversationView) error {
	var all []answer
	for _, p := range t.Descendants {
		talk := web.Talk{Post: s.entry(v, p, c), Veil: s.veilOf(v, p, c)}
		s.mayHide(v, t, p, &talk)
		all = append(all, answer{postKey(p.ID), postKey(p.ReplyToID), p.ID, talk})
	}
	for _, h := range t.Veils {
		veil := &web.Veil{Reason: h.Reason, Since: h.CreatedAt.In(v.zone), Said: h.PublishedAt.In(v.zone), Gone: true, By: s.called(c, t, h.By)}
		all = append(all, answer{postKey(h.ID), postKey(h.ReplyToID), h.ID, web.Talk{Post: web.Post{ID: h.ID.String()}, Veil: veil}})
		view.Hidden++
	}
	owners, seen := authors(t), append([]*post.Post{t.Post}, t.Descendants...)
	mentions, err := s.Mentions.Under(ctx, v.id(), seen)
	if err != nil {
		return err
	}
	for _, m := range mentions {
		talk := s.mentionTalk(v, m, owners[m.OwnerID])
		if talk.Veil != nil {
			view.Hidden++
		}
		all = append(all, answer{mentionKey(m.ID), postKey(m.PostID), m.ID, talk})
	}
	comments, err := s.Comments.Under(ctx, v.id(), seen)
	if err != nil {
		return err
	}
	if err := s.belowGuests(ctx, comments, all); err != nil {
		return err
	}
	for _, one := range comments {
		below := postKey(one.BelowPostID)
		if one.BelowID != 0 {
			below = commentKey(one.BelowID)
		}
		talk := s.guestTalk(v, one, owners[one.OwnerID])
		if talk.Veil != nil {
			view.Hidden++
		}
		all = append(all, answer{commentKey(one.ID), below, one.ID, talk})
	}
	if to := s.commentable(v, t.Post); to != "" {
		view.Comment = &web.CommentLink{URL: to}
		for i := range all {
			all[i].offer(to)
		}
	}
	view.Answers = talks(postKey(t.Post.ID), all)
	view.Total = len(all)
	return nil
}

// belowGuests puts posts of people here that answer a guest below the comment
// they answer; those of comments that are not shown stand below their post.
func (s *Site) belowGuests(ctx context.Context, comments []*comment.Comment, all []answer) error {
	by, err := s.Comments.Answers(ctx, comments)
	for i, a := range all {
		for post, answered := range by {
			if a.key == postKey(post) {
				all[i].below = commentKey(answered)
			}
		}
	}
	return err
}

// offer says where a visitor answers an answer.
func (a *answer) offer(to string) {
	if a.talk.Veil != nil || a.talk.Left || a.talk.Waits != nil || a.talk.Site != nil {
		return
	}
	if a.talk.Guest {
		a.talk.Answer = to + "?answers=" + a.talk.ID
	} else if a.talk.Level == web.Public || a.talk.Level == web.Unlisted {
		a.talk.Answer = to + "?below=" + a.talk.ID
	}
}

// authors are those of the posts of a thread by id.
func authors(t *post.Thread) map[id.ID]*post.Post {
	out := map[id.ID]*post.Post{t.Post.AuthorID: t.Post}
	for _, p := range append(t.Ancestors, t.Descendants...) {
		out[p.AuthorID] = p
	}
	return out
}

// commentable is where a visitor comments on a post, "" where they may not.
// The page behind it says whether its owner takes comments.
func (s *Site) commentable(v *reader, p *post.Post) string {
	if v.me != nil || !p.Local || !p.Visibility.Open() {
		return ""
	}
	return postPath(p) + "/comment"
}

// called is who hides something, as they call themselves.
func (s *Site) called(c cast, t *post.Thread, who id.ID) string {
	if a := c.answered[who]; a != nil {
		return a.Called()
	}
	if p := authors(t)[who]; p != nil {
		return p.Author.Called()
	}
	return s.Names.Host
}

// veilOf is that a post is hidden from others, for those who go on seeing it.
func (s *Site) veilOf(v *reader, p *post.Post, c cast) *web.Veil {
	if p.Hiding == nil {
		return nil
	}
	veil := &web.Veil{
		Reason: p.Hiding.Reason, Since: p.Hiding.CreatedAt.In(v.zone), Said: p.PublishedAt.In(v.zone), By: s.Names.Host, Yours: v.id() == p.AuthorID,
	}
	if by := c.answered[p.Hiding.By]; by != nil {
		veil.By = by.Called()
	}
	if v.id() == p.Hiding.By {
		veil.Undo = postsPath + p.ID.String() + "/unhide"
	}
	return veil
}

// mayHide offers the owner of a post above to hide an answer of another.
func (s *Site) mayHide(v *reader, t *post.Thread, p *post.Post, talk *web.Talk) {
	if v.me == nil || p.AuthorID == v.id() || p.Hiding != nil || talk.Acts == nil {
		return
	}
	above := append([]*post.Post{t.Post}, t.Ancestors...)
	if slices.ContainsFunc(above, func(a *post.Post) bool { return a.AuthorID == v.id() }) {
		talk.Acts.Hide = "/hide"
	}
}

// guestTalk is the comment of a guest as a reader sees it; owner's post is one
// of whoever decides on it.
func (s *Site) guestTalk(v *reader, c *comment.Comment, owner *post.Post) web.Talk {
	talk := web.Talk{Guest: true, Post: s.guestPost(v, c)}
	mine := v.id() == c.OwnerID
	switch c.State {
	case comment.Withdrawn:
		talk.Left = true
	case comment.Waiting:
		talk.Waits = guestForms(c)
	case comment.Hidden:
		talk.Veil = s.strangerVeil(c.Reason, c.DecidedAt.In(v.zone), talk.Time, owner, mine)
		if mine {
			talk.Veil.Undo = commentsPath + c.ID.String() + "/show"
		}
	default:
		if v.me != nil {
			talk.Answer = composePath + "?" + url.Values{"reply": {c.BelowPostID.String()}, "guest": {c.ID.String()}}.Encode()
		}
		if mine {
			talk.Hide = commentsPath + c.ID.String() + "/hide"
		}
	}
	return talk
}

// strangerVeil is that what somebody without an account said is hidden from
// others; owner's post is one of whoever hides it.
func (s *Site) strangerVeil(reason string, since, said time.Time, owner *post.Post, mine bool) *web.Veil {
	veil := &web.Veil{Reason: reason, Since: since, Said: said, Gone: !mine, By: s.Names.Host}
	if owner != nil {
		veil.By = owner.Author.Called()
	}
	return veil
}

// guestPost is a comment in the form of a post.
func (s *Site) guestPost(v *reader, c *comment.Comment) web.Post {
	return web.Post{
		ID: c.ID.String(), URL: "#comment-" + c.ID.String(), Author: guestPerson(c), Time: c.CreatedAt.In(v.zone), Level: web.Public,
		HTML: c.HTML(), Language: c.Language,
	}
}

// guestPerson is a guest as pages show them: a name, and a mark of their own.
func guestPerson(c *comment.Comment) web.Person {
	key := "guest " + c.GuestID.String()
	return web.Person{Name: c.Name, Key: key, Hue: web.HueOf(key)}
}

// depthMax is how deep answers are set in; deeper ones follow one another.
const depthMax = 6

// talks puts answers below what they answer, each level in the order they
// came. What is taken back and was not answered is left out.
func talks(root string, all []answer) []web.Talk {
	slices.SortStableFunc(all, func(a, b answer) int { return cmp.Compare(a.at, b.at) })
	known := map[string]bool{root: true}
	for _, a := range all {
		known[a.key] = true
	}
	children := map[string][]answer{}
	for _, a := range all {
		if !known[a.below] { // what it answers is not shown: it stands under the post itself
			a.below = root
		}
		children[a.below] = append(children[a.below], a)
	}
	var below func(parent string, depth int) []web.Talk
	below = func(parent string, depth int) (out []web.Talk) {
		level := children[parent]
		delete(children, parent)
		for _, a := range level {
			answers := below(a.key, depth+1)
			if a.talk.Left && len(answers) == 0 {
				continue
			}
			if depth < depthMax {
				a.talk.Answers = answers
				out = append(out, a.talk)
				continue
			}
			out = append(append(out, a.talk), answers...)
		}
		return out
	}
	return below(root, 1)
}
