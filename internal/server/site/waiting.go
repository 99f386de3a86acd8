package site

import (
	"context"
	"net/http"

	"allod/internal/comment"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// waitingMax is how many comments the page of those that wait shows.
const waitingMax = 40

// waitingComments are the comments that the reader has to decide on.
func (s *Site) waitingComments(w http.ResponseWriter, r *http.Request, v *reader) error {
	all, total, err := s.Comments.Waits(r.Context(), v.me.ID, waitingMax)
	if err != nil {
		return err
	}
	titles, err := s.titles(r.Context(), v, all)
	if err != nil {
		return err
	}
	view := web.WaitingView{Total: total, Settings: commentSettingsPath}
	for _, c := range all {
		line := waitingForms(c)
		line.Who, line.Mail, line.Time, line.HTML, line.Language = guestPerson(c), c.Guest.Address, c.CreatedAt.In(v.zone), c.HTML(), c.Language
		line.Post, line.Title = personPath(v.me)+"/"+c.PostID.String()+"#comment-"+line.ID, titles[c.PostID]
		view.Comments = append(view.Comments, *line)
	}
	p, err := s.page(r, v, web.PlaceNews, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Waiting(p, view))
}

// waitingForms are the forms by which an owner decides on a comment.
func waitingForms(c *comment.Comment) *web.WaitingComment {
	at := commentsPath + c.ID.String()
	return &web.WaitingComment{
		ID: c.ID.String(), Show: at + "/show", Trust: at + "/trust", Decline: at + "/decline", Spam: at + "/spam",
	}
}

// titleMax is how much of a post stands for it, in characters.
const titleMax = 60

// titles are a few words of the posts that comments are under.
func (s *Site) titles(ctx context.Context, v *reader, all []*comment.Comment) (map[id.ID]string, error) {
	var ids []id.ID
	for _, c := range all {
		ids = append(ids, c.PostID)
	}
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
	p, err := s.page(r, v, web.Nowhere, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.HidePage(p, web.HideView{
		Action: commentsPath + what.String() + "/hide", Reply: s.guestPost(v, c), Reason: reason, Most: comment.ReasonMax, Guest: true,
		Back: personPath(v.me) + "/" + c.PostID.String() + "#comment-" + what.String(),
	}))
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
	page, err := s.page(r, v, web.Nowhere, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.HidePage(page, web.HideView{
		Action: postsPath + what.String() + "/hide", Reply: s.entry(v, p, c), Reason: reason, Most: post.ReasonMax, Local: p.Local,
		Back: back(r, postPath(p)),
	}))
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
