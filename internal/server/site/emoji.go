package site

import (
	"context"
	"mime/multipart"
	"net/http"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/emoji"
	"allod/internal/fault"
	"allod/internal/markup"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// emojiPath is where the keeper keeps the small pictures of this home.
const emojiPath = "/settings/emoji"

// What is signed of a small picture, in a post or in what a person says of themselves.
const (
	partEmoji    = "emoji"
	partLikeness = "likeness"
)

// pictured is the text of a post with the small pictures it names.
func (s *Site) pictured(p *post.Post, html string) string {
	return withEmoji(html, p.Tags.Emoji, func(e account.Emoji) string { return s.emojiPath(p, e) })
}

// picturedOf is a text of a profile with the small pictures it names.
func (s *Site) picturedOf(a *account.Account, html string) string {
	return withEmoji(html, a.Emoji, func(e account.Emoji) string { return s.likenessPath(a, e) })
}

func withEmoji(html string, all []account.Emoji, at func(account.Emoji) string) string {
	if len(all) == 0 {
		return html
	}
	return markup.Pictured(html, func(code string) (string, bool) {
		for _, e := range all {
			if e.Shortcode == code {
				return at(e), true
			}
		}
		return "", false
	})
}

// ProxyEmoji is the address at which this home serves a small picture of a post.
func (s *Site) ProxyEmoji(p *post.Post, e account.Emoji) string {
	if p.Local {
		return e.URL
	}
	return s.Names.Origin + s.emojiPath(p, e)
}

func (s *Site) emojiPath(p *post.Post, e account.Emoji) string {
	if p.Local {
		return e.URL
	}
	return proxyPath + partEmoji + "/" + p.ID.String() + "/" + e.Shortcode + "/" + s.mac(partEmoji, p.ID, e.URL)
}

// proxyEmoji hands out a small picture of another server's post: only one
// whose address came with that post, and only at an address made here.
func (s *Site) proxyEmoji(w http.ResponseWriter, r *http.Request) error {
	which, err := server.PathID(r, "post")
	if err != nil {
		return err
	}
	var p *post.Post
	err = s.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		p, err = s.Posts.StoredID(ctx, tx, which)
		return err
	})
	if err != nil {
		return err
	}
	for _, e := range p.Tags.Emoji {
		if e.Shortcode != r.PathValue("code") || p.Local || !s.signed(r, partEmoji, p.ID, e.URL) {
			continue
		}
		mime, body, err := s.Remote.Emoji(r.Context(), p.AuthorID, e.URL)
		return passOn(w, r, mime, body, err)
	}
	return nothingHere()
}

// ProxyLikeness is the address at which this home serves a small picture in what somebody says of themselves.
func (s *Site) ProxyLikeness(a *account.Account, e account.Emoji) string {
	if a.Local {
		return e.URL
	}
	return s.Names.Origin + s.likenessPath(a, e)
}

func (s *Site) likenessPath(a *account.Account, e account.Emoji) string {
	if a.Local {
		return e.URL
	}
	return proxyPath + partLikeness + "/" + a.ID.String() + "/" + e.Shortcode + "/" + s.mac(partLikeness, a.ID, e.URL)
}

// proxyLikeness hands out a small picture of somebody elsewhere, as proxyEmoji does of a post.
func (s *Site) proxyLikeness(w http.ResponseWriter, r *http.Request) error {
	who, err := server.PathID(r, "account")
	if err != nil {
		return err
	}
	a, err := s.Accounts.Get(r.Context(), who)
	if err != nil {
		return err
	}
	for _, e := range a.Emoji {
		if e.Shortcode != r.PathValue("code") || a.Local || !s.signed(r, partLikeness, a.ID, e.URL) {
			continue
		}
		mime, body, err := s.Remote.Emoji(r.Context(), a.ID, e.URL)
		return passOn(w, r, mime, body, err)
	}
	return nothingHere()
}

// emojiSettings are the small pictures of this home, for its keeper.
func (s *Site) emojiSettings(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.emojiPage(w, r, v, http.StatusOK, web.EmojiView{})
}

func (s *Site) emojiPage(w http.ResponseWriter, r *http.Request, v *reader, status int, view web.EmojiView) error {
	if _, err := s.keeper(r, v); err != nil {
		return err
	}
	all, err := s.Emoji.List(r.Context())
	if err != nil {
		return err
	}
	view.Action = emojiPath
	for _, e := range all {
		view.All = append(view.All, web.Emoji{
			Word: ":" + e.Shortcode + ":", URL: mediaPath + e.Key, Category: e.Category, Remove: emojiPath + "/" + e.ID.String() + "/remove",
		})
	}
	p, err := s.settingsRoom(r, v, emojiPath)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.EmojiPage(p, view))
}

// addEmoji takes a picture into the set; what cannot be taken comes back with what was typed.
func (s *Site) addEmoji(w http.ResponseWriter, r *http.Request, v *reader) error {
	if _, err := s.keeper(r, v); err != nil {
		return err
	}
	in, err := server.DecodeUpload[struct {
		Shortcode string                `form:"shortcode"`
		Category  string                `form:"category"`
		Picture   *multipart.FileHeader `form:"picture"`
	}](r, emoji.PictureMax+1<<16)
	if err != nil {
		return err
	}
	view := web.EmojiView{Shortcode: web.Field{Value: in.Shortcode}, Category: web.Field{Value: in.Category}}
	if in.Picture == nil || in.Picture.Size == 0 {
		view.Picture.Error = v.words.T("fault.emoji.picture")
		return s.emojiPage(w, r, v, http.StatusUnprocessableEntity, view)
	}
	f, err := in.Picture.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = s.Emoji.Add(r.Context(), v.me.ID, in.Shortcode, in.Category, f)
	if err == nil {
		return seeOther(w, with(emojiPath, "saved"))
	}
	if !typedWrong(err) && !fault.Is(err, fault.Conflict, fault.TooMany) {
		return err
	}
	switch sentence := server.Sentence(v.words, err); fault.Field(err) {
	case "category":
		view.Category.Error = sentence
	case "picture":
		view.Picture.Error = sentence
	default:
		view.Shortcode.Error = sentence
	}
	return s.emojiPage(w, r, v, http.StatusUnprocessableEntity, view)
}

// removeEmoji takes a picture out of the set.
func (s *Site) removeEmoji(w http.ResponseWriter, r *http.Request, v *reader) error {
	if _, err := s.keeper(r, v); err != nil {
		return err
	}
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Emoji.Remove(r.Context(), which); err != nil {
		return err
	}
	return seeOther(w, with(emojiPath, "saved"))
}
