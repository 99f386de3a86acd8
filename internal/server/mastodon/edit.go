package mastodon

import (
	"context"
	"html"
	"net/http"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/post"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

// An editForm is what a status says from now on. What it does not send is taken away, as Mastodon does.
type editForm struct {
	statusForm
	Attributes []struct {
		ID          string  `json:"id"`
		Description *string `json:"description"`
		Focus       *string `json:"focus"`
	} `json:"media_attributes"`
}

// editStatus changes a status of the caller's. Of an article it changes the
// text: the API knows no titles, so that stays.
func (d *door) editStatus(w http.ResponseWriter, r *http.Request) error {
	i, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	in, err := server.Decode[editForm](r)
	if err != nil {
		return err
	}
	me, err := d.me(r)
	if err != nil {
		return err
	}
	before, err := d.Posts.Editable(r.Context(), me, i)
	if fault.Is(err, fault.Denied) {
		return fault.Wrap(err, fault.NotFound, "fault.post.unknown") // among the caller's own there is none
	} else if err != nil {
		return err
	}
	draft := post.Draft{
		Text: in.Status, Warning: in.SpoilerText, Sensitive: in.Sensitive, Title: before.Title, Summary: before.Summary(), Language: before.Language,
	}
	if in.Language != "" {
		if draft.Language, err = languageOf(in.Language); err != nil {
			return err
		}
	}
	if draft.Media, err = parseIDs(in.MediaIDs, "media_ids", post.ListMax); err != nil {
		return err
	}
	if draft.Described, err = in.described(); err != nil {
		return err
	}
	p, err := d.Posts.Edit(r.Context(), me, i, draft)
	if fault.Is(err, fault.NotFound) && fault.Field(err) == "pictures" {
		return wrong("media_ids")
	} else if err != nil {
		return err
	}
	return d.answer(w, d.Render.Post(p, me.ID))
}

// described is what is said of media anew.
func (f *editForm) described() (out []media.Description, err error) {
	for _, a := range f.Attributes {
		one := media.Description{Alt: a.Description}
		if one.ID, err = id.Parse(a.ID); err != nil {
			return nil, wrong("media_attributes")
		}
		if a.Focus != nil {
			at, err := focusOf(*a.Focus)
			if err != nil {
				return nil, err
			}
			one.Focus = &at
		}
		out = append(out, one)
	}
	return out, nil
}

// statusHistory tells all that a status said, oldest first.
func (d *door) statusHistory(w http.ResponseWriter, r *http.Request) error {
	i, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	p, earlier, err := d.Posts.History(r.Context(), viewer(r), i)
	if err != nil {
		return err
	}
	author := d.Render.Account(p.Author)
	var out []mastodon.StatusEdit
	for _, rev := range earlier {
		e := mastodon.StatusEdit{
			Content: titled(rev.Title, rev.HTML), SpoilerText: rev.Warning, Sensitive: rev.Sensitive, CreatedAt: mastodon.At(rev.SaidAt), Account: author,
		}
		for _, m := range rev.Media {
			e.MediaAttachments = append(e.MediaAttachments, d.Render.Medium(m))
		}
		out = append(out, e)
	}
	now := d.Render.Post(p, viewer(r))
	at := p.PublishedAt
	if !p.EditedAt.IsZero() {
		at = p.EditedAt
	}
	return d.answer(w, append(out, mastodon.StatusEdit{
		Content: now.Content, SpoilerText: now.SpoilerText, Sensitive: now.Sensitive, CreatedAt: mastodon.At(at), Account: author,
		MediaAttachments: now.MediaAttachments, Emojis: now.Emojis,
	}))
}

// titled is a text below its title, of which the API knows nothing.
func titled(title, text string) string {
	if title == "" {
		return text
	}
	return "<p><strong>" + html.EscapeString(title) + "</strong></p>" + text
}

// content is a post in HTML: an article as far as it was asked for, and where
// only its beginning was, the way to the rest.
func (r *Renderer) content(p *post.Post) string {
	text, _ := p.Said(func(m *media.Medium) string {
		if f := m.Variant(media.Large); f != nil {
			return r.names.File(f.Key)
		}
		return r.pictures.Medium(m)
	})
	if p.Words > 0 && p.Body == nil {
		page := html.EscapeString(post.Page(r.names, p))
		text += `<p><a href="` + page + `">` + page + `</a></p>`
	}
	return titled(p.Title, text)
}

func (d *door) pinStatus(w http.ResponseWriter, r *http.Request) error {
	return d.act(w, r, func(ctx context.Context, me *account.Account, i id.ID) error { return d.Posts.Pin(ctx, me.ID, i) })
}

func (d *door) unpinStatus(w http.ResponseWriter, r *http.Request) error {
	return d.act(w, r, func(ctx context.Context, me *account.Account, i id.ID) error { return d.Posts.Unpin(ctx, me.ID, i) })
}
