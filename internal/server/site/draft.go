package site

import (
	"context"
	"maps"
	"mime/multipart"
	"slices"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/film"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/post"
	"allod/web"
)

// composeMax is the largest form that posts, in bytes: the pictures that come
// at once, and the words.
const composeMax = media.AtOnce*media.PictureMax + 2*post.ArticleMax

// composed is the form posts are written with, as web.ComposeView tells it.
type composed struct {
	Key        string `form:"key"`
	Kind       string `form:"kind"`
	ReplyTo    string `form:"reply_to"`
	Guest      string `form:"guest"`
	Title      string `form:"title"`
	Summary    string `form:"summary"`
	Text       string `form:"text"`
	Warning    string `form:"warning"`
	Language   string `form:"language"`
	Visibility string `form:"visibility"`
	Named      string `form:"named"`
	HereOnly   bool   `form:"here_only"`

	Circles map[int]id.ID `form:"circle-*"`
	Lists   map[int]id.ID `form:"list-*"`

	Rights    string `form:"rights"`
	OwnRights string `form:"own_rights"`

	// What is done with the form instead of posting it.
	Turn    string `form:"turn"`    // to the other kind
	Preview bool   `form:"preview"` // shown as others will see it
	Keep    bool   `form:"keep"`    // as a draft
	Attach  bool   `form:"attach"`  // something of the writer's files
	Later   string `form:"later"`   // posted then
	Draft   id.ID  `form:"draft"`   // that it is of
	From    string `form:"from"`    // the page it stands on

	Option   map[int]string `form:"poll-option-*"`
	For      string         `form:"poll_for"`
	Multiple bool           `form:"poll_multiple"`
	Hidden   bool           `form:"poll_hidden"`

	picturedField
}

// picturedField is the pictures of a form, as web.PictureField tells them.
type picturedField struct {
	Picture map[int]*multipart.FileHeader `form:"picture-*"`
	Held    map[int]string                `form:"held-*"`
	Alt     map[int]string                `form:"alt-*"`
	Drop    map[int]bool                  `form:"drop-*"`
}

// A slot is a place for one picture in the form: a file that comes with it,
// or one that the home holds.
type slot struct {
	file *multipart.FileHeader
	held string
	alt  string
	drop bool
}

func (c *picturedField) slots() []slot {
	last := 0
	for _, n := range slices.Concat(slices.Collect(maps.Keys(c.Picture)), slices.Collect(maps.Keys(c.Held)), slices.Collect(maps.Keys(c.Alt))) {
		last = max(last, n)
	}
	all := make([]slot, min(last, post.ArticleMedia+1)) // one too many is said to be
	for i := range all {
		all[i] = slot{c.Picture[i+1], c.Held[i+1], c.Alt[i+1], c.Drop[i+1]}
	}
	return all
}

// rights are what the form says others may do; "" is what the writer always says.
func (c *composed) rights() account.Rights {
	if c.Rights == ownRights {
		return account.Rights(c.OwnRights)
	}
	return account.Rights(c.Rights)
}

// ownRights is the choice of a sentence of one's own.
const ownRights = "own"

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
		Kind: c.Kind, Title: c.Title, Summary: c.Summary,
		Text: c.Text, Warning: c.Warning, Language: c.Language, Visibility: post.Visibility(c.Visibility),
		ReplyTo: c.parent(), Media: pictures, Rights: c.rights(), HereOnly: c.HereOnly, Key: c.Key,
	}
	d.Poll = c.ask()
	if c.Rights == ownRights && strings.TrimSpace(c.OwnRights) == "" {
		return d, fault.New(fault.Invalid, "fault.post.rights_empty").In("rights")
	}
	if c.ReplyTo != "" && d.ReplyTo == 0 {
		return d, fault.New(fault.NotFound, "fault.post.unknown")
	}
	if c.Guest != "" {
		var err error
		if d.Guest, err = id.Parse(c.Guest); err != nil {
			return d, fault.New(fault.NotFound, "fault.comment.unknown")
		}
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
	c.gather(&d)
	if d.Visibility == post.Direct && len(d.Named) == 0 && d.ReplyTo == 0 && !strings.Contains(d.Text, "@") {
		return d, fault.New(fault.Invalid, "fault.post.named").In("named")
	}
	return d, nil
}

// taken are the pictures of a form that the home holds now.
type taken struct {
	media  []*media.Medium
	fields []web.PictureField
	said   []media.Description // of those that a post shows already
	moved  map[int]int         // new numbers of pictures by their old ones; 0 for one that is left out
	wrong  error               // of the first that could not be taken
}

func (t *taken) ids() []id.ID {
	var ids []id.ID
	for _, m := range t.media {
		ids = append(ids, m.ID)
	}
	return ids
}

// film has a note with a title and one video be a video.
func (t *taken) film(in *composed) {
	if in.Kind != post.Article && strings.TrimSpace(in.Title) != "" && len(t.media) == 1 && t.media[0].Kind == media.Video {
		in.Kind = post.Video
	}
}

// takePictures takes in the files of a form and finds those it held before.
// What cannot be taken leaves its place empty, with its description.
func (s *Site) takePictures(ctx context.Context, v *reader, slots []slot) (t taken, err error) {
	t.moved = map[int]int{}
	number := 0 // of the picture in the form, among those that are there
	for _, sl := range slots {
		if sl.held != "" || sl.file != nil && sl.file.Size > 0 {
			number++
			t.moved[number] = 0
		}
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
			t.moved[number] = len(t.media)
			if m.PostID != 0 {
				t.said = append(t.said, media.Description{ID: m.ID, Alt: &sl.alt})
			}
			t.fields = append(t.fields, s.pictureField(ctx, v, m, sl.alt, len(t.media)))
		}
	}
	return t, nil
}

// pictureField is a medium in the form of a post, by its number.
func (s *Site) pictureField(ctx context.Context, v *reader, m *media.Medium, alt string, number int) web.PictureField {
	f := web.PictureField{Held: m.ID.String(), Small: picture(m, media.Small), Alt: alt, Number: number}
	if !m.Playable() {
		return f
	}
	f.Kind = web.Film
	if m.Kind == media.Audio {
		f.Kind = web.Sound
	}
	if m.Waiting() {
		f.Waiting = v.words.T("publish.waiting", "n", 0)
		if made, err := s.Films.OfContent(ctx, m.Variant(media.Original).Blob); err == nil {
			f.Waiting = v.words.T("publish.waiting", "n", made.Percent)
			if made.State == film.None && made.Why != "" {
				f.Waiting = v.words.T(made.Why)
			}
		}
	}
	return f
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
		return all[0], nil // unchanged, or of a post, which an edit describes anew
	}
	m, err := s.Media.Describe(ctx, owner, held, &sl.alt, nil)
	if fault.Is(err, fault.Conflict) {
		return all[0], nil // posted by the same form just now
	}
	return m, err
}

// gather makes a post to chosen people one to a circle, where circles or lists are among those.
func (c *composed) gather(d *post.Draft) {
	if d.Visibility != post.Direct {
		return
	}
	for _, i := range slices.Sorted(maps.Keys(c.Circles)) {
		d.Circles = append(d.Circles, c.Circles[i])
	}
	for _, i := range slices.Sorted(maps.Keys(c.Lists)) {
		d.Lists = append(d.Lists, c.Lists[i])
	}
	if len(d.Circles)+len(d.Lists) > 0 {
		d.Visibility = post.Circle
	}
}
