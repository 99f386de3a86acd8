package mastodon

import (
	"net/http"
	"time"

	"allod/internal/draft"
	"allod/internal/fault"
	"allod/internal/post"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

// later reads when a status is to be posted.
func later(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, wrong("scheduled_at")
	}
	return at, nil
}

// schedule keeps a new status until it is to be posted.
func (d *door) schedule(w http.ResponseWriter, r *http.Request, form post.Draft, at string) error {
	due, err := later(at)
	if err != nil {
		return err
	}
	kept, err := d.Drafts.Keep(r.Context(), viewer(r), 0, form, due)
	if fault.Is(err, fault.NotFound) && fault.Field(err) == "pictures" {
		return wrong("media_ids")
	} else if err != nil {
		return err
	}
	return d.answer(w, d.Render.Scheduled(kept))
}

func (d *door) scheduled(w http.ResponseWriter, r *http.Request) error {
	p, err := page(r, statusesUsual, post.ListMax)
	if err != nil {
		return err
	}
	all, err := d.Drafts.List(r.Context(), viewer(r), true, p)
	if err != nil {
		return err
	}
	out := make([]mastodon.ScheduledStatus, len(all))
	for i, one := range all {
		out[i] = d.Render.Scheduled(one)
	}
	if len(all) > 0 {
		d.link(w, r, all[0].ID, all[len(all)-1].ID)
	}
	return d.answer(w, out)
}

// waiting is the scheduled status of the path.
func (d *door) waiting(r *http.Request) (*draft.Draft, error) {
	i, err := server.PathID(r, "id")
	if err != nil {
		return nil, err
	}
	one, err := d.Drafts.Get(r.Context(), viewer(r), i)
	if err == nil && one.DueAt.IsZero() {
		err = fault.New(fault.NotFound, "fault.draft.unknown")
	}
	return one, err
}

func (d *door) getScheduled(w http.ResponseWriter, r *http.Request) error {
	one, err := d.waiting(r)
	if err != nil {
		return err
	}
	return d.answer(w, d.Render.Scheduled(one))
}

// reschedule has a status be posted at another time.
func (d *door) reschedule(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		ScheduledAt string `json:"scheduled_at"`
	}](r)
	if err != nil {
		return err
	}
	one, err := d.waiting(r)
	if err != nil {
		return err
	}
	due, err := later(in.ScheduledAt)
	if err != nil {
		return err
	}
	if one, err = d.Drafts.Move(r.Context(), viewer(r), one.ID, due); err != nil {
		return err
	}
	return d.answer(w, d.Render.Scheduled(one))
}

func (d *door) unschedule(w http.ResponseWriter, r *http.Request) error {
	one, err := d.waiting(r)
	if err != nil {
		return err
	}
	if err := d.Drafts.Drop(r.Context(), viewer(r), one.ID); err != nil {
		return err
	}
	return d.answer(w, struct{}{})
}

// Scheduled is a draft that is to be posted later.
func (r *Renderer) Scheduled(d *draft.Draft) mastodon.ScheduledStatus {
	f := d.Form
	out := mastodon.ScheduledStatus{ID: d.ID.String(), ScheduledAt: mastodon.At(d.DueAt), Params: mastodon.ScheduledParams{
		Text: f.Text, Sensitive: f.Sensitive, SpoilerText: textOrNull(f.Warning), Visibility: textOrNull(levels[f.Visibility]),
		InReplyToID: idOrNull(f.ReplyTo), Language: textOrNull(f.Language), Idempotency: textOrNull(d.Key),
	}}
	for _, m := range f.Media {
		out.Params.MediaIDs = append(out.Params.MediaIDs, m.String())
	}
	for _, m := range d.Media {
		out.MediaAttachments = append(out.MediaAttachments, r.Medium(m))
	}
	if f.Poll != nil {
		out.Params.Poll = &mastodon.ScheduledPoll{
			Options: f.Poll.Options, Multiple: f.Poll.Multiple, HideTotals: f.Poll.Hidden, ExpiresIn: int64(f.Poll.For / time.Second),
		}
	}
	return out
}
