package site

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// levels are those of a post, from widest to narrowest.
var levels = [...]post.Visibility{post.Public, post.Unlisted, post.Followers, post.Circle, post.Direct, post.Self}

// askCompose is the page that posts are written on. The address may say what
// is answered, and begin the text.
func (s *Site) askCompose(w http.ResponseWriter, r *http.Request, v *reader) error {
	to, err := server.QueryID(r, "reply")
	if err != nil {
		return err
	}
	view := s.blank(v)
	view.Visibility = web.Level(v.chosen.Visibility)
	if to != 0 {
		p, err := s.Posts.Get(r.Context(), v.me.ID, to)
		if err != nil {
			return err
		}
		if view, err = s.replyTo(r, v, p); err != nil {
			return err
		}
	}
	view.Text.Value = r.URL.Query().Get("text")
	return s.composePage(w, r, v, http.StatusOK, view, to)
}

// blank is the form before anything is written into it. Its address carries a
// key of its own, so that a form sent twice posts once.
func (s *Site) blank(v *reader) web.ComposeView {
	language := v.chosen.PostLanguage
	if language == "" {
		language = v.words.Tag()
	}
	return web.ComposeView{
		Action: composeAction(rand.Text()), Draft: "new", Language: language, Visibility: web.Public, Room: media.PerPost, Longest: post.TextMax,
	}
}

// composeAction is where the form of a key is sent.
func composeAction(key string) string { return composePath + "?" + url.Values{"key": {key}}.Encode() }

// replyTo is the form for an answer: at most as widely seen as what it answers.
func (s *Site) replyTo(r *http.Request, v *reader, p *post.Post) (web.ComposeView, error) {
	view := s.blank(v)
	view.Draft, view.ReplyTo = "reply-"+p.ID.String(), p.ID.String()
	view.Widest, view.Visibility = web.Level(p.Visibility), narrower(v.chosen.Visibility, p.Visibility)
	if p.Visibility != post.Direct {
		return view, nil
	}
	var named []*account.Account
	err := s.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		named, err = post.Named(ctx, tx, p.ID)
		return err
	})
	var others []string
	for _, a := range named {
		if a.ID != v.me.ID && a.ID != p.AuthorID {
			others = append(others, s.Names.Handle(a))
		}
	}
	view.Named.Value = strings.Join(others, " ")
	return view, err
}

// narrower is the narrower of two levels.
func narrower(chosen string, of post.Visibility) web.Level {
	found := false
	for _, l := range levels {
		found = found || l == of
		if found && string(l) == chosen {
			return web.Level(chosen)
		}
	}
	return web.Level(of)
}

// composePage shows the form, below the post it answers.
func (s *Site) composePage(w http.ResponseWriter, r *http.Request, v *reader, status int, view web.ComposeView, to id.ID) error {
	if to != 0 {
		p, err := s.Posts.Get(r.Context(), v.me.ID, to)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err == nil { // else it went while the answer was being written, which stays
			c, err := s.castOf(r.Context(), []*post.Post{p})
			if err != nil {
				return err
			}
			parent := s.entry(v, p, c)
			view.Parent, view.Widest = &parent, web.Level(p.Visibility)
		}
	}
	p, err := s.page(r, v, web.PlaceWrite, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Compose(p, view))
}

// compose posts what was written. If it cannot be posted, the form comes back
// with everything that was typed and with the pictures that came.
func (s *Site) compose(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeUpload[composed](r, composeMax)
	if err != nil {
		return err
	}
	pictures, err := s.takePictures(r.Context(), v, in.slots())
	if err != nil {
		return err
	}
	var p *post.Post
	if err = pictures.wrong; err == nil {
		var d post.Draft
		if d, err = in.draft(s.Names.Host, pictures.ids()); err == nil {
			p, err = s.Posts.Publish(r.Context(), v.me, d)
		}
	}
	if err == nil {
		return seeOther(w, with(postPath(p), posted(p.Visibility)))
	}
	if !fault.Is(err, fault.Invalid, fault.NotFound, fault.Denied, fault.TooLarge, fault.Unsupported, fault.Unavailable, fault.Timeout) {
		return err
	}
	view, to := s.again(v, in, pictures), in.parent()
	sentence := server.Sentence(v.words, err)
	switch fault.Field(err) {
	case "text":
		view.Text.Error = sentence
	case "warning":
		view.Warning.Error = sentence
	case "named":
		view.Named.Error = sentence
	case "pictures", "description":
		view.Picture = sentence
	default:
		view.Failed = sentence
	}
	return s.composePage(w, r, v, http.StatusUnprocessableEntity, view, to)
}

// posted is the notice of a new post.
func posted(v post.Visibility) string {
	switch v {
	case post.Public:
		return "posted"
	case post.Self:
		return "kept"
	}
	return "sent"
}

// again is the form with what was typed into it.
func (s *Site) again(v *reader, in composed, pictures taken) web.ComposeView {
	view := s.blank(v)
	if in.Key != "" {
		view.Action = composeAction(in.Key)
	}
	if in.ReplyTo != "" {
		view.Draft, view.ReplyTo = "reply-"+in.ReplyTo, in.ReplyTo
	}
	view.Text.Value, view.Warning.Value, view.Named.Value = in.Text, in.Warning, in.Named
	view.Language, view.Visibility, view.Pictures = in.Language, web.Level(in.Visibility), pictures.fields
	return view
}
