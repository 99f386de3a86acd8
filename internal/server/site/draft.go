package site

import (
	"context"
	"mime/multipart"
	"strings"

	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/post"
	"allod/web"
)

// composeMax is the largest form that posts, in bytes: its pictures and a megabyte of words.
const composeMax = media.PerPost*media.PictureMax + 1<<20

// composed is the form posts are written with, as web.ComposeView tells it.
type composed struct {
	Key        string `form:"key"`
	ReplyTo    string `form:"reply_to"`
	Text       string `form:"text"`
	Warning    string `form:"warning"`
	Language   string `form:"language"`
	Visibility string `form:"visibility"`
	Named      string `form:"named"`

	Picture1 *multipart.FileHeader `form:"picture-1"`
	Picture2 *multipart.FileHeader `form:"picture-2"`
	Picture3 *multipart.FileHeader `form:"picture-3"`
	Picture4 *multipart.FileHeader `form:"picture-4"`
	Held1    string                `form:"held-1"`
	Held2    string                `form:"held-2"`
	Held3    string                `form:"held-3"`
	Held4    string                `form:"held-4"`
	Alt1     string                `form:"alt-1"`
	Alt2     string                `form:"alt-2"`
	Alt3     string                `form:"alt-3"`
	Alt4     string                `form:"alt-4"`
	Drop1    bool                  `form:"drop-1"`
	Drop2    bool                  `form:"drop-2"`
	Drop3    bool                  `form:"drop-3"`
	Drop4    bool                  `form:"drop-4"`
}

// A slot is a place for one picture in the form: a file that comes with it,
// or one that the home holds.
type slot struct {
	file *multipart.FileHeader
	held string
	alt  string
	drop bool
}

func (c *composed) slots() []slot {
	return []slot{
		{c.Picture1, c.Held1, c.Alt1, c.Drop1}, {c.Picture2, c.Held2, c.Alt2, c.Drop2},
		{c.Picture3, c.Held3, c.Alt3, c.Drop3}, {c.Picture4, c.Held4, c.Alt4, c.Drop4},
	}
}

// parent is the post that is answered, 0 for none.
func (c *composed) parent() id.ID {
	to, err := id.Parse(c.ReplyTo)
	if err != nil {
		return 0
	}
	return to
}

// draft is the form as the room of posts takes it. Names without a host are of people here.
func (c *composed) draft(here string, pictures []id.ID) (post.Draft, error) {
	d := post.Draft{
		Text: c.Text, Warning: c.Warning, Language: c.Language, Visibility: post.Visibility(c.Visibility),
		ReplyTo: c.parent(), Media: pictures, Key: c.Key,
	}
	if c.ReplyTo != "" && d.ReplyTo == 0 {
		return d, fault.New(fault.NotFound, "fault.post.unknown")
	}
	for _, word := range strings.FieldsFunc(c.Named, func(r rune) bool { return strings.ContainsRune(" ,;\t\r\n", r) }) {
		name := strings.TrimPrefix(word, "@")
		if !strings.Contains(name, "@") {
			name += "@" + here
		}
		h, err := address.ParseHandle(name)
		if err != nil {
			return d, fault.New(fault.Invalid, "fault.post.named_unknown", "name", clip(word, 100)).In("named")
		}
		if d.Named = append(d.Named, h); len(d.Named) > post.NamedMax {
			break
		}
	}
	if d.Visibility == post.Direct && len(d.Named) == 0 && d.ReplyTo == 0 && !strings.Contains(d.Text, "@") {
		return d, fault.New(fault.Invalid, "fault.post.named").In("named")
	}
	return d, nil
}

// taken are the pictures of a form that the home holds now.
type taken struct {
	media  []*media.Medium
	fields []web.PictureField
	wrong  error // of the first that could not be taken
}

func (t *taken) ids() []id.ID {
	var ids []id.ID
	for _, m := range t.media {
		ids = append(ids, m.ID)
	}
	return ids
}

// takePictures takes in the files of a form and finds those it held before.
// What cannot be taken leaves its place empty, with its description.
func (s *Site) takePictures(ctx context.Context, v *reader, slots []slot) (t taken, err error) {
	for _, sl := range slots {
		m, err := s.take(ctx, v.me.ID, sl)
		switch {
		case err != nil && !fault.Is(err, fault.Invalid, fault.NotFound, fault.TooLarge, fault.Unsupported, fault.Timeout, fault.Unavailable, fault.TooMany):
			return t, err
		case err != nil:
			if t.wrong == nil {
				t.wrong = ofPictures(err)
			}
			t.fields = append(t.fields, web.PictureField{Alt: sl.alt})
		case m != nil:
			t.media = append(t.media, m)
			t.fields = append(t.fields, web.PictureField{Held: m.ID.String(), Small: picture(m, media.Small), Alt: sl.alt})
		}
	}
	return t, nil
}

// ofPictures says that an error is about the pictures of a form.
func ofPictures(err error) error {
	key, args := fault.Message(err)
	return fault.New(fault.Of(err), key, args...).In("pictures").Because("%w", err)
}

// take is the picture of one place, nil where there is none.
func (s *Site) take(ctx context.Context, owner id.ID, sl slot) (*media.Medium, error) {
	if sl.file != nil && sl.file.Size > 0 {
		f, err := sl.file.Open()
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return s.Media.Upload(ctx, owner, f, sl.alt, 0, 0)
	}
	if sl.held == "" || sl.drop {
		return nil, nil
	}
	held, err := id.Parse(sl.held)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "fault.media.unknown")
	}
	all, err := s.Media.Mine(ctx, owner, held)
	if err != nil {
		return nil, err
	}
	if all[0].Alt == strings.TrimSpace(sl.alt) || all[0].PostID != 0 {
		return all[0], nil // unchanged, or posted by the same form a moment ago
	}
	m, err := s.Media.Describe(ctx, owner, held, &sl.alt, nil)
	if fault.Is(err, fault.Conflict) {
		return all[0], nil // posted by the same form just now
	}
	return m, err
}
