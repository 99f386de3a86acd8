package site

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"allod/internal/draft"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/poll"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// draftsPath is where what one has not posted yet is.
const draftsPath = "/drafts"

// laterForm is how browsers write a day with a time.
const laterForm = "2006-01-02T15:04"

// lengths are how long a poll may be open, by the words of the form.
var lengths = []struct {
	name, key string
	of        time.Duration
}{
	{"1h", "asking.for_1h", time.Hour}, {"6h", "asking.for_6h", 6 * time.Hour},
	{"1d", "asking.for_1d", 24 * time.Hour}, {"3d", "asking.for_3d", 72 * time.Hour}, {"7d", "asking.for_7d", 7 * 24 * time.Hour},
	{"30d", "asking.for_30d", 30 * 24 * time.Hour}, {"90d", "asking.for_90d", 90 * 24 * time.Hour}, {"ever", "asking.for_ever", 0},
}

// usualLength is how long a poll is open unless its writer says otherwise.
const usualLength = "3d"

// options are the answers of a form, in order, as they were typed.
func (c *composed) options() (all []string) {
	for i := range poll.OptionsMax {
		if o := strings.TrimSpace(c.Option[i+1]); o != "" {
			all = append(all, o)
		}
	}
	return all
}

// ask is the poll of a form, nil where no answer was typed.
func (c *composed) ask() *poll.Ask {
	a := &poll.Ask{Options: c.options(), Multiple: c.Multiple, Hidden: c.Hidden, For: lengths[3].of}
	for _, l := range lengths {
		if l.name == c.For {
			a.For = l.of
		}
	}
	if len(a.Options) == 0 {
		return nil
	}
	return a
}

// asking is the part of the form that asks.
func (s *Site) asking(v *reader, c composed) web.Asking {
	a := web.Asking{Options: c.options(), Room: poll.OptionsMax, Longest: poll.OptionMax, For: c.For, Multiple: c.Multiple, Hidden: c.Hidden}
	if a.For == "" {
		a.For = usualLength
	}
	for _, l := range lengths {
		a.Choices = append(a.Choices, web.Option{Value: l.name, Label: v.words.T(l.key)})
	}
	return a
}

// keeping is the part of the form that keeps it, or has it posted later.
func (s *Site) keeping(v *reader, c composed) web.Keeping {
	w := web.Keeping{Later: web.Field{Value: c.Later}, Zone: s.Now().In(v.zone).Format("MST"), May: true}
	if v.chosen.Zone != "" {
		w.Zone = strings.ReplaceAll(v.chosen.Zone, "_", " ")
	}
	if c.Draft != 0 {
		w.Draft = c.Draft.String()
	}
	return w
}

// keepDraft keeps a form as a draft: put aside by its writer, or in passing by
// a script, which stays on its page and is told the draft.
func (s *Site) keepDraft(w http.ResponseWriter, r *http.Request, v *reader, in composed, pictures taken, d post.Draft) error {
	if fragment(r) {
		kept, err := s.Drafts.Save(r.Context(), v.me.ID, in.Draft, d)
		if err != nil {
			return err
		}
		return s.draw(w, r, http.StatusOK, web.KeptDraft(kept.ID.String(), kept.UpdatedAt.UnixMicro()))
	}
	_, err := s.Drafts.Keep(r.Context(), v.me.ID, in.Draft, d, time.Time{})
	switch {
	case err == nil:
		return seeOther(w, with(draftsPath, "draft_kept"))
	case !fault.Is(err, fault.TooMany) && !typedWrong(err):
		return err
	}
	return s.composePage(w, r, v, http.StatusUnprocessableEntity, blame(v, s.again(v, in, pictures), err), in.parent())
}

// begun is what the reader was typing last, to go on with; nil for nothing.
func (s *Site) begun(r *http.Request, v *reader) (*web.Begun, error) {
	d, err := s.Drafts.Latest(r.Context(), v.me.ID)
	if err != nil || d == nil {
		return nil, err
	}
	words := d.Form.Title
	if words == "" {
		words = d.Form.Text
	}
	return &web.Begun{
		ID: d.ID.String(), Key: d.Key, At: d.UpdatedAt.UnixMicro(), Time: d.UpdatedAt.In(v.zone), Excerpt: clip(clipBytes(words), excerptMax),
		Edit: composePath + "?draft=" + d.ID.String(), Drop: draftsPath + "/" + d.ID.String() + "/drop",
	}, nil
}

// clipBytes is the beginning of a text that may be very long.
func clipBytes(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), 8*excerptMax)], "")
}

// postLater has a form posted at the time it names, which is of the reader's zone.
func (s *Site) postLater(r *http.Request, v *reader, in composed, d post.Draft) error {
	due, err := time.ParseInLocation(laterForm, in.Later, v.zone)
	if err != nil {
		return fault.New(fault.Invalid, "fault.draft.time").In("later").Because("%w", err)
	}
	_, err = s.Drafts.Keep(r.Context(), v.me.ID, in.Draft, d, due)
	return err
}

// resume is the form of a draft.
func (s *Site) resume(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.QueryID(r, "draft")
	if err != nil {
		return err
	}
	d, err := s.Drafts.Get(r.Context(), v.me.ID, which)
	if err != nil {
		return err
	}
	in, pictures := s.formOf(v, d), taken{}
	for i, m := range d.Media {
		pictures.fields = append(pictures.fields, s.pictureField(r.Context(), v, m, m.Alt, i+1))
	}
	view := s.again(v, in, pictures)
	view.Action, view.Draft = s.blank(v).Action, "draft-"+d.ID.String()
	if d.Held != nil {
		view.Failed = v.words.T(d.Held.Key, d.Held.Args...)
	}
	return s.composePage(w, r, v, http.StatusOK, view, d.Form.ReplyTo)
}

// formOf is a draft as its form was typed.
func (s *Site) formOf(v *reader, d *draft.Draft) composed {
	f := d.Form
	in := composed{
		Kind: f.Kind, Title: f.Title, Summary: f.Summary, Text: f.Text, Warning: f.Warning, Language: f.Language,
		Visibility: string(f.Visibility), HereOnly: f.HereOnly, Draft: d.ID, Option: map[int]string{},
	}
	if in.Rights = string(f.Rights); f.Rights.Own() {
		in.Rights, in.OwnRights = ownRights, string(f.Rights)
	}
	if f.ReplyTo != 0 {
		in.ReplyTo = f.ReplyTo.String()
	}
	if f.Guest != 0 {
		in.Guest = f.Guest.String()
	}
	if !d.DueAt.IsZero() {
		in.Later = d.DueAt.In(v.zone).Format(laterForm)
	}
	var named []string
	for _, h := range f.Named {
		named = append(named, h.String())
	}
	in.Named = strings.Join(named, " ")
	if f.Poll == nil {
		return in
	}
	in.Multiple, in.Hidden = f.Poll.Multiple, f.Poll.Hidden
	for i, o := range f.Poll.Options {
		in.Option[i+1] = o
	}
	for _, l := range lengths {
		if l.of == f.Poll.For {
			in.For = l.name
		}
	}
	return in
}

// drafts is the page of what the reader has not posted yet.
func (s *Site) drafts(w http.ResponseWriter, r *http.Request, v *reader) error {
	at := id.Page{Limit: pageSize + 1}
	var err error
	if at.Max, err = server.QueryID(r, "max_id"); err != nil {
		return err
	}
	view := web.DraftsView{}
	if at.Max == 0 {
		due, err := s.Drafts.List(r.Context(), v.me.ID, true, id.Page{Limit: draft.Most})
		if err != nil {
			return err
		}
		slices.SortFunc(due, func(a, b *draft.Draft) int { return a.DueAt.Compare(b.DueAt) })
		view.Later = s.draftLines(v, due)
	} else {
		view.Newest = draftsPath
	}
	begun, err := s.Drafts.List(r.Context(), v.me.ID, false, at)
	if err != nil {
		return err
	}
	if len(begun) > pageSize {
		begun = begun[:pageSize]
		view.Older = draftsPath + "?max_id=" + begun[pageSize-1].ID.String()
	}
	view.Drafts = s.draftLines(v, begun)
	p, err := s.page(r, v, web.PlaceWrite, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Drafts(p, view))
}

func (s *Site) draftLines(v *reader, all []*draft.Draft) (out []web.Draft) {
	for _, d := range all {
		line := web.Draft{
			Title: d.Form.Title, Excerpt: clip(d.Form.Text, excerptMax), Time: d.UpdatedAt.In(v.zone), Level: web.Level(d.Form.Visibility),
			Pictures: len(d.Media), Asks: d.Form.Poll != nil,
			Edit: composePath + "?draft=" + d.ID.String(), Drop: draftsPath + "/" + d.ID.String() + "/drop",
		}
		if !d.DueAt.IsZero() {
			line.Time = d.DueAt.In(v.zone)
		}
		if d.Held != nil {
			line.Held = v.words.T(d.Held.Key, d.Held.Args...)
		}
		out = append(out, line)
	}
	return out
}

// dropDraft throws a draft away.
func (s *Site) dropDraft(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Drafts.Drop(r.Context(), v.me.ID, which); err != nil {
		return err
	}
	if fragment(r) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if back(r, draftsPath) == homePath {
		return seeOther(w, with(homePath, "dropped"))
	}
	return seeOther(w, with(draftsPath, "dropped"))
}
