package site

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"allod/internal/comment"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// waitingMax is how much the page of what waits shows.
const waitingMax = 40

// waiting is all that the reader has to decide on, the oldest first: comments
// of guests, and what pages of other sites say.
func (s *Site) waiting(w http.ResponseWriter, r *http.Request, v *reader) error {
	comments, total, err := s.Comments.Waits(r.Context(), v.me.ID, waitingMax)
	if err != nil {
		return err
	}
	mentions, more, err := s.Mentions.Waits(r.Context(), v.me.ID, waitingMax)
	if err != nil {
		return err
	}
	type waits struct {
		at, post id.ID
		line     web.WaitingLine
	}
	var all []waits
	var under []id.ID
	for _, c := range comments {
		all = append(all, waits{c.ID, c.PostID, web.WaitingLine{Talk: s.guestTalk(v, c, nil), Mail: c.Guest.Address}})
		under = append(under, c.PostID)
	}
	for _, m := range mentions {
		all = append(all, waits{m.ID, m.PostID, web.WaitingLine{Talk: s.mentionTalk(v, m, nil)}})
		under = append(under, m.PostID)
	}
	slices.SortFunc(all, func(a, b waits) int { return cmp.Compare(a.at, b.at) })
	titles, err := s.titles(r.Context(), v, under)
	if err != nil {
		return err
	}
	view := web.WaitingView{Total: total + more, Settings: commentSettingsPath}
	for _, one := range all[:min(len(all), waitingMax)] {
		one.line.Under = web.Link{Label: titles[one.post], URL: personPath(v.me) + "/" + one.post.String() + one.line.Talk.URL}
		view.Lines = append(view.Lines, one.line)
	}
	p, err := s.page(r, v, web.PlaceNews, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Waiting(p, view))
}

// waitingFor is how much waits for somebody to decide.
func (s *Site) waitingFor(ctx context.Context, who id.ID) (int, error) {
	_, comments, err := s.Comments.Waits(ctx, who, 0)
	if err != nil {
		return 0, err
	}
	_, mentions, err := s.Mentions.Waits(ctx, who, 0)
	return comments + mentions, err
}

// guestForms are the forms by which an owner decides on a comment.
func guestForms(c *comment.Comment) *web.Decision {
	at := commentsPath + c.ID.String()
	return &web.Decision{Show: at + "/show", Trust: at + "/trust", Decline: at + "/decline", Spam: at + "/spam"}
}

// titleMax is how much of a post stands for it, in characters.
const titleMax = 60

// titles are a few words of posts, by which they are known again.
func (s *Site) titles(ctx context.Context, v *reader, ids []id.ID) (map[id.ID]string, error) {
	out := map[id.ID]string{}
	return out, s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		posts, err := s.Posts.See(ctx, tx, v.id(), ids)
		for _, p := range posts {
			if out[p.ID] = p.Title; p.Title == "" {
				out[p.ID] = clip(s.Text.Plain(p.HTML), titleMax)
			}
		}
		return err
	})
}

// decideComment is what an owner does about a comment.
func (s *Site) decideComment(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	word, me := "", v.me.ID
	switch r.PathValue("act") {
	case "show":
		word, err = "comment_shown", s.Comments.Show(r.Context(), me, what, false)
	case "trust":
		word, err = "comment_shown", s.Comments.Show(r.Context(), me, what, true)
	case "decline":
		word, err = "comment_declined", s.Comments.Decline(r.Context(), me, what, false)
	case "spam":
		word, err = "comment_declined", s.Comments.Decline(r.Context(), me, what, true)
	case "hide":
		return s.hideComment(w, r, v, what)
	default:
		err = nothingHere()
	}
	if err != nil {
		return err
	}
	return seeOther(w, with(pathOf(back(r, waitingPath)), word))
}

// pathOf is an address without its query.
func pathOf(address string) string {
	for i, c := range address {
		if c == '?' || c == '#' {
			return address[:i]
		}
	}
	return address
}

// reasoned is the form that asks for the reason to hide something.
type reasoned struct {
	Reason string `form:"reason"`
}

// askHideComment asks for the reason to hide a guest's comment.
func (s *Site) askHideComment(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	return s.hideCommentPage(w, r, v, what, http.StatusOK, web.Field{})
}

func (s *Site) hideCommentPage(w http.ResponseWriter, r *http.Request, v *reader, what id.ID, status int, reason web.Field) error {
	c, err := s.Comments.One(r.Context(), v.me.ID, what)
	if err != nil {
		return err
	}
	return s.askReason(w, r, v, status, web.HideView{
		Action: commentsPath + what.String() + "/hide", Reply: s.guestTalk(v, c, nil), Reason: reason,
		Back: personPath(v.me) + "/" + c.PostID.String() + "#comment-" + what.String(),
	})
}

// askReason asks for the reason to hide something.
func (s *Site) askReason(w http.ResponseWriter, r *http.Request, v *reader, status int, view web.HideView) error {
	view.Most = post.ReasonMax
	p, err := s.page(r, v, web.Nowhere, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.HidePage(p, view))
}

func (s *Site) hideComment(w http.ResponseWriter, r *http.Request, v *reader, what id.ID) error {
	in, err := server.DecodeBody[reasoned](r)
	if err != nil {
		return err
	}
	err = s.Comments.Hide(r.Context(), v.me.ID, what, in.Reason)
	if fault.Is(err, fault.Invalid) {
		return s.hideCommentPage(w, r, v, what, http.StatusUnprocessableEntity, web.Field{Value: in.Reason, Error: server.Sentence(v.words, err)})
	}
	if err != nil {
		return err
	}
	c, err := s.Comments.One(r.Context(), v.me.ID, what)
	if err != nil {
		return err
	}
	return seeOther(w, with(personPath(v.me)+"/"+c.PostID.String(), "reply_hidden")+"#comment-"+what.String())
}

// askHide asks for the reason to hide a reply below a post of the reader's.
func (s *Site) askHide(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	return s.hidePage(w, r, v, what, http.StatusOK, web.Field{})
}

func (s *Site) hidePage(w http.ResponseWriter, r *http.Request, v *reader, what id.ID, status int, reason web.Field) error {
	p, err := s.Posts.Hideable(r.Context(), v.me.ID, what)
	if err != nil {
		return err
	}
	c, err := s.castOf(r.Context(), []*post.Post{p})
	if err != nil {
		return err
	}
	return s.askReason(w, r, v, status, web.HideView{
		Action: postsPath + what.String() + "/hide", Reply: web.Talk{Post: s.entry(v, p, c)}, Reason: reason, Local: p.Local, Back: back(r, postPath(p)),
	})
}

// hide hides a reply from others, with a reason.
func (s *Site) hide(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[reasoned](r)
	if err != nil {
		return err
	}
	err = s.Posts.Hide(r.Context(), v.me, what, in.Reason)
	if fault.Is(err, fault.Invalid) {
		return s.hidePage(w, r, v, what, http.StatusUnprocessableEntity, web.Field{Value: in.Reason, Error: server.Sentence(v.words, err)})
	}
	if err != nil {
		return err
	}
	return s.toAbove(w, r, v, what, "reply_hidden")
}

// unhide shows a reply again.
func (s *Site) unhide(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Posts.Unhide(r.Context(), v.me, what); err != nil {
		return err
	}
	return s.toAbove(w, r, v, what, "reply_shown")
}

// toAbove leads to the reader's post that a reply stands below, at the reply.
func (s *Site) toAbove(w http.ResponseWriter, r *http.Request, v *reader, what id.ID, word string) error {
	t, err := s.Posts.Thread(r.Context(), v.me.ID, what)
	if err != nil {
		return err
	}
	for i := len(t.Ancestors) - 1; i >= 0; i-- {
		if p := t.Ancestors[i]; p.AuthorID == v.me.ID {
			return seeOther(w, with(postPath(p), word)+"#post-"+what.String())
		}
	}
	return seeOther(w, with(postPath(t.Post), word))
}

const commentSettingsPath = settingsPath + "/comments"

// commentSettings is where the reader chooses who may comment on their posts.
func (s *Site) commentSettings(w http.ResponseWriter, r *http.Request, v *reader) error {
	c, err := s.Comments.Choice(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	return s.commentChoicePage(w, r, v, http.StatusOK, c, "")
}

func (s *Site) commentChoicePage(w http.ResponseWriter, r *http.Request, v *reader, status int, c comment.Choice, wrong string) error {
	p, err := s.settingsRoom(r, v, commentSettingsPath)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.CommentChoice(p, web.CommentChoiceForm{
		Action: commentSettingsPath, Who: string(c.Who), Rules: web.Field{Value: c.Rules, Error: wrong}, Waiting: waitingPath, Unmailed: !s.Mail.Ready(),
	}))
}

// saveCommentSettings keeps it.
func (s *Site) saveCommentSettings(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Who   string `form:"who"`
		Rules string `form:"rules"`
	}](r)
	if err != nil {
		return err
	}
	c := comment.Choice{Who: comment.Who(in.Who), Rules: in.Rules}
	err = s.Comments.Choose(r.Context(), v.me.ID, c)
	if fault.Is(err, fault.Invalid) && fault.Field(err) == "rules" {
		return s.commentChoicePage(w, r, v, http.StatusUnprocessableEntity, c, server.Sentence(v.words, err))
	}
	if err != nil {
		return err
	}
	return seeOther(w, with(commentSettingsPath, "saved"))
}
