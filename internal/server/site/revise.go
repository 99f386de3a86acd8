package site

import (
	"context"
	"net/http"
	"slices"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// askEdit is the page on which a post of one's own is written anew.
func (s *Site) askEdit(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	p, err := s.Posts.Editable(r.Context(), v.me, what)
	if err != nil {
		return err
	}
	view := s.editForm(v, p)
	view.Title.Value, view.Summary.Value, view.Text.Value, view.Warning.Value = p.Title, p.Summary(), p.Typed(), p.Warning
	view.Rights = s.rightsField(v.chosen.Rights, p.Rights, true)
	if p.Language != "" {
		view.Language = p.Language
	}
	for i, m := range p.Media {
		view.Pictures = append(view.Pictures, s.pictureField(r.Context(), v, m, m.Alt, i+1))
	}
	return s.composePage(w, r, v, http.StatusOK, turned(view, p.Kind), p.ReplyToID)
}

// editForm is the form for a post that is there.
func (s *Site) editForm(v *reader, p *post.Post) web.ComposeView {
	view := turned(s.blank(v), p.Kind)
	view.Action, view.Draft = postsPath+p.ID.String()+"/edit", "edit-"+p.ID.String()
	view.Edit, view.MayTurn, view.Visibility, view.Stays, view.Back = true, false, web.Level(p.Visibility), p.HereOnly, postPath(p)
	return view
}

// edit changes a post. If it cannot be changed, the form comes back with what
// was typed; also for one that was deleted meanwhile, so that no word is lost.
func (s *Site) edit(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	in, err := server.DecodeUpload[composed](r, composeMax)
	if err != nil {
		return err
	}
	before, gone := s.Posts.Editable(r.Context(), v.me, what)
	if gone != nil && !fault.Is(gone, fault.Gone) {
		return gone
	}
	pictures, err := s.takePictures(r.Context(), v, in.slots())
	if err != nil {
		return err
	}
	if gone != nil {
		return s.composePage(w, r, v, http.StatusUnprocessableEntity, blame(v, s.again(v, in, pictures), gone), 0)
	}
	in.Kind, in.Visibility, in.ReplyTo = before.Kind, string(before.Visibility), ""
	in.Text = renumber(in.Kind, in.Text, pictures.moved)
	view := func() web.ComposeView {
		form, typed := s.editForm(v, before), s.again(v, in, pictures)
		typed.Action, typed.Draft, typed.Edit, typed.MayTurn, typed.Stays, typed.Back = form.Action, form.Draft, true, false, form.Stays, form.Back
		return typed
	}
	d, err := in.draft(s.Names.Host, pictures.ids())
	if d.Described = pictures.said; pictures.wrong != nil {
		err = pictures.wrong
	}
	var p *post.Post
	switch {
	case err != nil:
	case in.Preview:
		shown := view()
		if d.Visibility == post.Circle { // its circle is settled
			d.Visibility = post.Self
		}
		if shown.Preview, err = s.preview(r, v, d); err == nil {
			return s.composePage(w, r, v, http.StatusOK, shown, before.ReplyToID)
		}
	default:
		p, err = s.Posts.Edit(r.Context(), v.me, what, d)
	}
	if err == nil {
		return seeOther(w, with(postPath(p), "edited"))
	}
	if !typedWrong(err) {
		return err
	}
	return s.composePage(w, r, v, http.StatusUnprocessableEntity, blame(v, view(), err), before.ReplyToID)
}

// history is what a post said before it was edited, for those who may see it.
func (s *Site) history(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle, what, version id.ID) error {
	return s.publish(w, r, v, func() (*sheet, error) {
		a, err := s.known(r.Context(), h)
		if err != nil {
			return nil, err
		}
		p, earlier, err := s.Posts.History(r.Context(), v.id(), what)
		if fault.Is(err, fault.NotFound) {
			err = s.deleted(r, a, what, err)
		}
		if err != nil {
			return nil, err
		}
		if p.AuthorID != a.ID || p.EditedAt.IsZero() {
			return nil, nothingHere()
		}
		if v.me == nil && !a.Local {
			return &sheet{to: post.Page(s.Names, p)}, nil
		}
		if version != 0 {
			return s.version(r, v, p, version)
		}
		return s.versions(r, v, p, earlier)
	})
}

// versions is the page of all versions of a post, the newest first.
func (s *Site) versions(r *http.Request, v *reader, p *post.Post, earlier []*post.Revision) (*sheet, error) {
	c, err := s.castOf(r.Context(), []*post.Post{p})
	if err != nil {
		return nil, err
	}
	now := s.entry(v, p, c)
	now.Time, now.Edited, now.Acts, now.History = p.EditedAt.In(v.zone), time.Time{}, nil, ""
	view := web.HistoryView{Now: now, Back: s.postURL(v, p)}
	for i := len(earlier) - 1; i >= 0; i-- {
		rev := earlier[i]
		e := s.past(v, now, rev)
		if v.me != nil && v.me.ID == p.AuthorID {
			takeOut(&e, p, rev)
		}
		if rev.Words > 0 {
			e.URL = historyPath(p) + "/" + rev.ID.String()
		}
		view.Earlier = append(view.Earlier, e)
	}
	page, err := s.page(r, v, web.Nowhere, hue(p.Author))
	if err != nil {
		return nil, err
	}
	return &sheet{page: web.History(page, view), about: []id.ID{p.AuthorID}}, nil
}

// takeOut has a version offer to its author to take pictures away that the post shows no longer.
func takeOut(e *web.Post, p *post.Post, rev *post.Revision) {
	for i, m := range rev.Media {
		if !slices.ContainsFunc(p.Media, func(now *media.Medium) bool { return now.ID == m.ID }) {
			e.Media[i].TakeOut = postsPath + p.ID.String() + "/pictures/" + m.ID.String() + "/remove"
		}
	}
}

// removePicture takes a picture out of what a post of the reader's said before.
func (s *Site) removePicture(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	picture, err := server.PathID(r, "picture")
	if err != nil {
		return err
	}
	if err := s.Posts.TakeOut(r.Context(), v.me, which, picture); err != nil {
		return err
	}
	s.pages.forget(v.me.ID)
	return seeOther(w, with(personPath(v.me)+"/"+which.String()+"/history", "taken_out"))
}

// past is an earlier version of a post.
func (s *Site) past(v *reader, now web.Post, rev *post.Revision) web.Post {
	e := now
	e.ID, e.Time, e.URL, e.Permalink, e.UID = "v"+rev.ID.String(), rev.SaidAt.In(v.zone), "", "", ""
	e.Title, e.Warning, e.Sensitive, e.HTML, e.Language = rev.Title, rev.Warning, rev.Sensitive, rev.HTML, rev.Language
	e.Minutes, e.Media, e.Contents = minutes(rev.Words), nil, nil
	e.Rights = rightsLine(rev.Rights)
	for _, m := range rev.Media {
		e.Media = append(e.Media, s.medium(m))
	}
	return e
}

// version is the page of an earlier version of an article.
func (s *Site) version(r *http.Request, v *reader, p *post.Post, which id.ID) (*sheet, error) {
	p, rev, err := s.Posts.Earlier(r.Context(), v.id(), p.ID, which, s.inText)
	if err != nil {
		return nil, err
	}
	c, err := s.castOf(r.Context(), []*post.Post{p})
	if err != nil {
		return nil, err
	}
	e := s.past(v, s.entry(v, p, c), rev)
	e.URL, e.Whole, e.Acts, e.History, e.Edited = historyPath(p)+"/"+which.String(), true, nil, "", time.Time{}
	page, err := s.page(r, v, web.Nowhere, hue(p.Author))
	if err != nil {
		return nil, err
	}
	view := web.VersionView{Post: e, Until: which.Time().In(v.zone), Back: historyPath(p), Now: s.postURL(v, p)}
	return &sheet{page: web.Version(page, view), about: []id.ID{p.AuthorID}}, nil
}

// historyPath is the page of what a post said before.
func historyPath(p *post.Post) string { return postPath(p) + "/history" }

// whole is a post with all of its text, as far as it was unfolded.
func (s *Site) whole(v *reader, p *post.Post, c cast) web.Post {
	e := s.entry(v, p, c)
	if p.Body == nil {
		return e
	}
	e.Whole, e.Media = true, nil
	text, beside := p.Said(s.inText)
	e.HTML = text
	for _, m := range beside {
		e.Media = append(e.Media, s.medium(m))
	}
	for _, h := range p.Body.Contents {
		e.Contents = append(e.Contents, web.Heading{Level: h.Level, ID: h.ID, Text: h.Text})
	}
	return e
}

// inText is the address of a picture that stands in a text.
func (s *Site) inText(m *media.Medium) string { return s.medium(m).URL }

// wordsAMinute is how fast people read, about.
const wordsAMinute = 220

// minutes is how long a text takes to read, 0 for none.
func minutes(words int) int {
	if words == 0 {
		return 0
	}
	return max(1, (words+wordsAMinute/2)/wordsAMinute)
}

// rightsLine is a statement of rights for a page; nil where none is told.
func rightsLine(r account.Rights) *web.Rights {
	switch {
	case r == "":
		return nil
	case r == account.Reserved:
		return &web.Rights{Reserved: true}
	}
	return &web.Rights{Words: r.Words(), URL: r.URL()}
}

// rightsOf are those of a post: all are reserved where one who lives here has not said otherwise.
func rightsOf(p *post.Post) *web.Rights {
	if p.Rights == "" && p.Local {
		return rightsLine(account.Reserved)
	}
	return rightsLine(p.Rights)
}

// pin puts a post of one's own at the top of one's page, or takes it down.
func (s *Site) pin(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, on, err := toggle(r)
	if err != nil {
		return err
	}
	notice := "pinned"
	if on {
		err = s.Posts.Pin(r.Context(), v.me.ID, what)
	} else {
		notice = "unpinned"
		err = s.Posts.Unpin(r.Context(), v.me.ID, what)
	}
	if err != nil {
		return err
	}
	return seeOther(w, with(personPath(v.me), notice))
}

// pinned are the posts at the top of somebody's page.
func (s *Site) pinned(ctx context.Context, v *reader, a *account.Account) ([]web.Post, []id.ID, error) {
	posts, err := s.Posts.PinnedBy(ctx, v.id(), a.ID)
	if err != nil || len(posts) == 0 {
		return nil, nil, err
	}
	items := make([]post.Item, len(posts))
	about := make([]id.ID, len(posts))
	for i, p := range posts {
		items[i], about[i] = post.Item{ID: p.ID, Post: p}, p.AuthorID
	}
	out, err := s.entries(ctx, v, items, true)
	return out, about, err
}

// unfold reads the whole of posts that have been seen.
func (s *Site) unfold(ctx context.Context, posts ...*post.Post) error {
	return s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error { return s.Posts.Unfold(ctx, tx, posts...) })
}
