package mastodon

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"golang.org/x/text/language"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

// Pages of statuses. Their most is post.ListMax.
const statusesUsual = 20

// A statusForm is what a new status is made of.
type statusForm struct {
	Status      string    `json:"status"`
	MediaIDs    []string  `json:"media_ids"`
	InReplyToID string    `json:"in_reply_to_id"`
	Sensitive   bool      `json:"sensitive"`
	SpoilerText string    `json:"spoiler_text"`
	Visibility  string    `json:"visibility"`
	Language    string    `json:"language"`
	Poll        *pollForm `json:"poll"`
	ScheduledAt string    `json:"scheduled_at"`
	LocalOnly   bool      `json:"local_only"` // as of GoToSocial and Hometown

	// What this home cannot do yet is refused, since leaving it out would post something else.
	QuotedStatusID string `json:"quoted_status_id"`
}

// refuse tells what of a form this home cannot do.
func (f *statusForm) refuse() error {
	no := func(field, key string) error { return fault.New(fault.Invalid, key).In(field) }
	switch {
	case f.QuotedStatusID != "":
		return no("quoted_status_id", "fault.api.quote")
	}
	return nil
}

func (d *door) createStatus(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[statusForm](r)
	if err != nil {
		return err
	}
	draft, err := d.draft(r, in)
	if err != nil {
		return err
	}
	if in.ScheduledAt != "" {
		return d.schedule(w, r, draft, in.ScheduledAt)
	}
	me, err := d.me(r)
	if err != nil {
		return err
	}
	p, err := d.Posts.Publish(r.Context(), me, draft)
	if fault.Is(err, fault.NotFound) && fault.Field(err) == "pictures" {
		return wrong("media_ids") // a part of what was sent, not what was asked for
	} else if err != nil {
		return err
	}
	return d.answer(w, d.Render.Post(p, me.ID))
}

// draft is the post that a form describes. What it does not say is as the author prefers.
func (d *door) draft(r *http.Request, in statusForm) (out post.Draft, err error) {
	if err := in.refuse(); err != nil {
		return out, err
	}
	out = post.Draft{Text: in.Status, Warning: in.SpoilerText, Sensitive: in.Sensitive, HereOnly: in.LocalOnly, Key: onceKey(r)}
	if out.Poll, err = in.Poll.ask(); err != nil {
		return out, err
	}
	if out.Media, err = parseIDs(in.MediaIDs, "media_ids", post.ListMax); err != nil {
		return out, err
	}
	if in.InReplyToID != "" {
		if out.ReplyTo, err = id.Parse(in.InReplyToID); err != nil {
			return out, wrong("in_reply_to_id")
		}
	}
	if out.Language, err = languageOf(in.Language); err != nil {
		return out, err
	}
	if in.Visibility != "" {
		var ok bool
		if out.Visibility, ok = levelOf(in.Visibility); !ok {
			return out, fault.New(fault.Invalid, "fault.post.visibility").In("visibility")
		}
	}
	if out.Visibility != "" && out.Language != "" {
		return out, nil
	}
	prefs, err := d.Accounts.Preference(r.Context(), viewer(r))
	if err != nil {
		return out, err
	}
	if out.Visibility == "" {
		out.Visibility = preferred(prefs)
	}
	if out.Language == "" {
		out.Language = prefs.PostLanguage
	}
	return out, nil
}

// onceKey makes the Idempotency-Key of an app its own, and text of one length.
func onceKey(r *http.Request) string {
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(tokenOf(r).AppID.String() + " " + key))
	return "api:" + hex.EncodeToString(sum[:])
}

// languageOf is a language in canonical form; "" is none.
func languageOf(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	tag, err := language.Parse(text)
	if err != nil {
		return "", fault.New(fault.Invalid, "fault.post.language").In("language")
	}
	return tag.String(), nil
}

// seen is the post of the path, if the caller may see it.
func (d *door) seen(r *http.Request) (*post.Post, error) {
	i, err := server.PathID(r, "id")
	if err != nil {
		return nil, err
	}
	return d.Posts.Get(r.Context(), viewer(r), i)
}

// getStatus tells one status, of an article the whole.
func (d *door) getStatus(w http.ResponseWriter, r *http.Request) error {
	i, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	p, err := d.Posts.Whole(r.Context(), viewer(r), i)
	if err != nil {
		return err
	}
	s, err := d.status(r.Context(), viewer(r), p)
	if err != nil {
		return err
	}
	return d.answer(w, s)
}

// getStatuses tells several statuses; unknown and hidden ones are left out.
func (d *door) getStatuses(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		IDs []string `json:"id"`
	}](r)
	if err != nil {
		return err
	}
	ids, err := parseIDs(in.IDs, "id", post.ListMax)
	if err != nil {
		return err
	}
	var posts []*post.Post
	err = d.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		posts, err = d.Posts.See(ctx, tx, viewer(r), ids)
		return err
	})
	if err != nil {
		return err
	}
	return d.answer(w, d.Render.Posts(posts, viewer(r)))
}

// deleteStatus deletes a status of the caller's and hands its text back, so that it can be written anew.
func (d *door) deleteStatus(w http.ResponseWriter, r *http.Request) error {
	i, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	p, err := d.Posts.Delete(r.Context(), viewer(r), i)
	if fault.Is(err, fault.Denied) {
		return fault.Wrap(err, fault.NotFound, "fault.post.unknown") // among the caller's own there is none
	} else if err != nil {
		return err
	}
	return d.answer(w, mastodon.DeletedStatus{Status: d.Render.Post(p, viewer(r)), Text: p.Typed()})
}

// statusSource tells the caller's own status as it was typed.
func (d *door) statusSource(w http.ResponseWriter, r *http.Request) error {
	i, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	p, err := d.Posts.Whole(r.Context(), viewer(r), i)
	if err != nil {
		return err
	}
	if p.AuthorID != viewer(r) {
		return fault.New(fault.NotFound, "fault.post.unknown")
	}
	return d.answer(w, struct {
		ID          string `json:"id"`
		Text        string `json:"text"`
		SpoilerText string `json:"spoiler_text"`
	}{p.ID.String(), p.Typed(), p.Warning})
}

func (d *door) statusContext(w http.ResponseWriter, r *http.Request) error {
	i, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	t, err := d.Posts.Thread(r.Context(), viewer(r), i)
	if err != nil {
		return err
	}
	var out mastodon.Context
	if out.Ancestors, err = d.statuses(r.Context(), viewer(r), t.Ancestors); err != nil {
		return err
	}
	if out.Descendants, err = d.statuses(r.Context(), viewer(r), t.Descendants); err != nil {
		return err
	}
	return d.answer(w, out)
}
