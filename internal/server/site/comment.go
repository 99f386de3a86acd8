package site

import (
	"context"
	"net/http"

	"allod/internal/address"
	"allod/internal/auth"
	"allod/internal/comment"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// formPass is the purpose of the pass that says when a form was given out.
const formPass = "form"

// commented is the form of a comment, as web.CommentForm tells it.
type commented struct {
	Name     string `form:"name"`
	Address  string `form:"address"`
	Text     string `form:"text"`
	Language string `form:"language"`
	Tell     bool   `form:"tell"`
	Below    id.ID  `form:"below"`
	Answers  id.ID  `form:"answers"`
	Began    string `form:"began"`
	Website  string `form:"website"`

	invited bool // by a link, which the door has looked at
}

// comment is the page on which somebody without an account answers a post,
// and takes what they send.
func (s *Site) comment(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle, on string) error {
	what, err := id.Parse(on)
	if err != nil || h.Host != "" {
		return nothingHere()
	}
	if r.Method == http.MethodPost {
		return s.takeComment(w, r, v, h, what)
	}
	var in commented
	if in.Below, err = server.QueryID(r, "below"); err != nil {
		return err
	}
	if in.Answers, err = server.QueryID(r, "answers"); err != nil {
		return err
	}
	in.Language = v.words.Tag()
	return s.commentPage(w, r, v, h, what, http.StatusOK, in, nil)
}

// placed finds what a comment answers, with the owner's choice.
func (s *Site) placed(ctx context.Context, h address.Handle, what id.ID, in *commented) (root, below *post.Post, answered *comment.Comment, err error) {
	a, err := s.resident(ctx, h.Name)
	if err != nil {
		return nil, nil, nil, err
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if in.Answers != 0 { // the comment says what post it stands under
			known, err := comment.ByID(ctx, tx, []id.ID{in.Answers})
			if err != nil {
				return err
			}
			if c := known[in.Answers]; c != nil {
				in.Below = c.BelowPostID
			}
		}
		root, below, answered, err = s.Comments.Place(ctx, tx, comment.Draft{PostID: what, BelowPostID: in.Below, BelowID: in.Answers})
		return err
	})
	if err == nil && root.AuthorID != a.ID {
		err = nothingHere()
	}
	return root, below, answered, err
}

func (s *Site) commentPage(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle, what id.ID, status int, in commented, wrong error) error {
	root, below, answered, err := s.placed(r.Context(), h, what, &in)
	if err != nil {
		return err
	}
	choice, err := s.Comments.Choice(r.Context(), root.AuthorID)
	if err != nil {
		return err
	}
	began := s.began(in, wrong)
	view := s.commentForm(v, root, in, choice, began)
	if in.Below != 0 {
		view.Below = in.Below.String()
	}
	if answered != nil {
		view.Answers, view.Answered = answered.ID.String(), s.guestTalk(v, answered, nil)
		view.Back += view.Answered.URL
	} else {
		c, err := s.castOf(r.Context(), []*post.Post{below})
		if err != nil {
			return err
		}
		view.Answered = web.Talk{Post: s.entry(v, below, c)}
		view.Answered.Acts = nil
	}
	s.wrongComment(v, &view, wrong)
	p := web.Page{Frame: s.frame(v), Hue: hue(root.Author)}
	return s.draw(w, r, status, web.CommentPage(p, view))
}

// began is the pass that says when a form was given out: that which it has, while it is good.
func (s *Site) began(in commented, wrong error) string {
	if _, ok := s.Passes.Read(formPass, in.Began); !ok || fault.Is(wrong, fault.TooMany) {
		return s.Passes.Make(formPass, id.First(s.Now()))
	}
	return in.Began
}

// commentForm is the form of a comment on a post, with what was typed.
func (s *Site) commentForm(v *reader, root *post.Post, in commented, choice comment.Choice, began string) web.CommentForm {
	return web.CommentForm{
		Action: postPath(root) + "/comment", Name: web.Field{Value: in.Name}, Address: web.Field{Value: in.Address}, Text: web.Field{Value: in.Text},
		Language: in.Language, Tell: in.Tell, Began: began, Longest: comment.TextMax, Rules: choice.Rules,
		Owner: s.person(v, root.Author), Back: postPath(root), Unmailed: !s.Mail.Ready(), Languages: s.languages(v),
	}
}

// wrongComment puts what is wrong beside its field.
func (s *Site) wrongComment(v *reader, view *web.CommentForm, wrong error) {
	if wrong == nil {
		return
	}
	sentence := server.Sentence(v.words, wrong)
	switch fault.Field(wrong) {
	case "name":
		view.Name.Error = sentence
	case "email":
		view.Address.Error = sentence
	case "text":
		view.Text.Error = sentence
	default:
		view.Failed = sentence
	}
}

// languages are those a guest may say they write in.
func (s *Site) languages(v *reader) []web.Option {
	out := []web.Option{}
	for _, l := range s.Bundle.Locales() {
		out = append(out, web.Option{Value: l.Tag(), Label: l.Name()})
	}
	return append(out, web.Option{Value: "", Label: v.words.T("comment.language_other")})
}

// takeComment takes what somebody without an account wrote. Machines that
// fill in what nobody sees are answered as if all were well.
func (s *Site) takeComment(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle, what id.ID) error {
	in, err := server.DecodeBody[commented](r)
	if err != nil {
		return err
	}
	root, below, _, err := s.placed(r.Context(), h, what, &in)
	if err != nil {
		return err
	}
	if in.Website != "" {
		return seeOther(w, with(postPath(root), "comment_asked"))
	}
	if err = s.write(r, root, below, in); err == nil {
		return seeOther(w, with(postPath(root), "comment_asked"))
	}
	if !fault.Is(err, fault.Invalid, fault.TooMany, fault.Denied) {
		return err
	}
	status := http.StatusUnprocessableEntity
	if fault.Is(err, fault.TooMany) {
		status = http.StatusTooManyRequests
	}
	return s.commentPage(w, r, v, h, what, status, in, err)
}

func (s *Site) write(r *http.Request, root, below *post.Post, in commented) error {
	if !s.Mail.Ready() {
		return fault.New(fault.Denied, "fault.mail.off")
	}
	given, ok := s.Passes.Read(formPass, in.Began)
	if !ok {
		given = 0 // long ago
	}
	if err := s.Limits.Guest(server.ClientAddr(r), given.Time()); err != nil {
		return err
	}
	d := comment.Draft{
		PostID: root.ID, BelowPostID: below.ID, BelowID: in.Answers, Name: in.Name, Address: in.Address, Text: in.Text, Language: in.Language, Tell: in.Tell,
	}
	if err := d.Check(); err != nil {
		return err
	}
	if err := s.reachable(r.Context(), in.Address); err != nil {
		return err
	}
	d.Invited = in.invited
	_, _, err := s.Comments.Write(r.Context(), d)
	return err
}

// reachable returns what is wrong with an address that mail comes back from.
func (s *Site) reachable(ctx context.Context, address string) error {
	_, folded, err := auth.ParseEmail(address)
	if err != nil {
		return err
	}
	troubles, err := s.Mail.Troubles(ctx, []string{folded})
	if err != nil {
		return err
	}
	t, ok := troubles[folded]
	switch {
	case !ok:
		return nil
	case t.Asked:
		return fault.New(fault.Denied, "fault.mail.silent").In("email")
	}
	return fault.New(fault.Invalid, "fault.mail.bounced", "reason", t.Reason).In("email")
}

// guestPass is the purpose of the pass in letters to guests.
const guestPass = "guest"

// guest is the page that a guest's mail leads to.
func (s *Site) guest(w http.ResponseWriter, r *http.Request, v *reader) error {
	who, ok := s.Passes.Read(guestPass, r.PathValue("pass"))
	if !ok {
		return fault.New(fault.NotFound, "fault.comment.guest")
	}
	return s.guestPage(w, r, v, who, notice(v.words, r))
}

func (s *Site) guestPage(w http.ResponseWriter, r *http.Request, v *reader, who id.ID, told *web.Notice) error {
	g, all, err := s.Comments.Guest(r.Context(), who)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("lang") == "" && r.Header.Get("Accept-Language") == "" {
		v.words = s.Bundle.Match("", g.Language)
	}
	at := guestPath + r.PathValue("pass")
	view := web.GuestView{Address: g.Address, Disown: at + "/disown"}
	for _, c := range all {
		if c.Hears || c.Tell && c.DecidedAt.IsZero() {
			view.Quiet = at
		}
		line, err := s.guestComment(r.Context(), v, c, at)
		if err != nil {
			return err
		}
		if line.Confirm != "" {
			view.Waiting++
		}
		view.Comments = append(view.Comments, line)
	}
	p := web.Page{Frame: s.frame(v), Hue: s.hueFor(r.Context(), v), Notice: told}
	w.Header().Set("Cache-Control", "no-store")
	return s.draw(w, r, http.StatusOK, web.GuestPage(p, view))
}

// guestStates are what a guest is told of a comment. Spam is not told from what was declined.
var guestStates = map[comment.State]web.GuestState{
	comment.Asked: web.GuestAsked, comment.Waiting: web.GuestWaiting, comment.Shown: web.GuestShown,
	comment.Hidden: web.GuestHidden, comment.Declined: web.GuestDeclined, comment.Spam: web.GuestDeclined,
}

func (s *Site) guestComment(ctx context.Context, v *reader, c *comment.Comment, at string) (web.GuestComment, error) {
	owner, err := s.Accounts.Get(ctx, c.OwnerID)
	if err != nil {
		return web.GuestComment{}, err
	}
	since := c.DecidedAt
	if since.IsZero() {
		since = c.CreatedAt
	}
	out := web.GuestComment{
		ID: c.ID.String(), Owner: owner.Called(), Post: personPath(owner) + "/" + c.PostID.String(), Time: c.CreatedAt.In(v.zone), Since: since.In(v.zone),
		Name: c.Name, HTML: c.HTML(), Language: c.Language, State: guestStates[c.State], Reason: c.Reason, Withdraw: at + "/withdraw",
	}
	if c.State == comment.Asked {
		out.Confirm = at + "/confirm"
	}
	if c.State == comment.Shown {
		out.Post += "#comment-" + out.ID
	}
	return out, nil
}

// guestQuiet ends the letters that a guest once asked for: by one press on
// their page, or by their mail program, which is not led on (RFC 8058 §3.1).
func (s *Site) guestQuiet(w http.ResponseWriter, r *http.Request, v *reader) error {
	who, ok := s.Passes.Read(guestPass, r.PathValue("pass"))
	if !ok {
		return fault.New(fault.NotFound, "fault.comment.guest")
	}
	if err := s.Comments.Quiet(r.Context(), who); err != nil {
		return err
	}
	return s.guestPage(w, r, v, who, &web.Notice{Title: v.words.T("notice.guest_quiet")})
}

// guestActs are the buttons of a guest's page.
func (s *Site) guestActs(w http.ResponseWriter, r *http.Request, v *reader) error {
	who, ok := s.Passes.Read(guestPass, r.PathValue("pass"))
	if !ok {
		return fault.New(fault.NotFound, "fault.comment.guest")
	}
	in, err := server.DecodeBody[struct {
		Comment id.ID `form:"comment"`
		Silence bool  `form:"silence"`
	}](r)
	if err != nil {
		return err
	}
	word := ""
	switch r.PathValue("act") {
	case "confirm":
		word, err = "comment_confirmed", s.Comments.Confirm(r.Context(), who, in.Comment)
	case "withdraw":
		word, err = "comment_withdrawn", s.Comments.Withdraw(r.Context(), who, in.Comment)
	case "disown":
		word, err = "comment_disowned", s.Comments.Disown(r.Context(), who, in.Silence)
	default:
		err = nothingHere()
	}
	if err != nil {
		return err
	}
	return seeOther(w, with(guestPath+r.PathValue("pass"), word))
}
