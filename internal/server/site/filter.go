package site

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/moderation"
	"allod/internal/server"
	"allod/web"
)

// A filterForm is a filter as it is typed.
type filterForm struct {
	Title   string         `form:"title"`
	Words   string         `form:"words"`
	Whole   bool           `form:"whole"`
	Action  string         `form:"action"`
	Places  map[int]string `form:"place-*"`
	Lasting string         `form:"lasting"`
}

// unchanged is the lasting of a filter whose end stays where it is.
const unchanged = "same"

// blankFilter is the form of a filter that is not there yet.
func (s *Site) blankFilter(v *reader) web.FilterForm {
	f := web.FilterForm{
		New: true, Action: filtersPath, Back: hiddenPath, Whole: true, Does: string(moderation.Warn), Lasting: s.lasting(v), Chosen: "0",
		At: make([]bool, len(moderation.Places)),
	}
	for i, p := range moderation.Places {
		f.Places = append(f.Places, web.Option{Value: string(p), Label: v.words.T(placeKey(p))})
		f.At[i] = true
	}
	return f
}

// filterForm is the form of a filter as it is.
func (s *Site) filterForm(v *reader, is *moderation.Filter) web.FilterForm {
	f := s.blankFilter(v)
	at := filtersPath + "/" + is.ID.String()
	f.New, f.Action, f.End, f.Title.Value, f.Does = false, at, at+"/end", is.Title, string(is.Action)
	var words []string
	for _, k := range is.Keywords {
		words = append(words, k.Text)
		f.Whole = k.Whole
	}
	f.Words.Value = strings.Join(words, "\n")
	for i, p := range moderation.Places {
		f.At[i] = slices.Contains(is.Places, p)
	}
	if !is.Until.IsZero() {
		f.Lasting = append([]web.Option{{Value: unchanged, Label: s.until(v, is.Until)}}, f.Lasting...)
		f.Chosen = unchanged
	}
	return f
}

func (s *Site) filterPage(w http.ResponseWriter, r *http.Request, v *reader, status int, f web.FilterForm) error {
	p, err := s.page(r, v, web.PlacePeople, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Filter(p, f))
}

func (s *Site) askFilter(w http.ResponseWriter, r *http.Request, v *reader) error {
	if r.PathValue("id") == "new" {
		return s.filterPage(w, r, v, http.StatusOK, s.blankFilter(v))
	}
	f, err := s.filterOf(r, v)
	if err != nil {
		return err
	}
	return s.filterPage(w, r, v, http.StatusOK, s.filterForm(v, f))
}

// filterOf is the reader's own that the path names.
func (s *Site) filterOf(r *http.Request, v *reader) (*moderation.Filter, error) {
	which, err := server.PathID(r, "id")
	if err != nil {
		return nil, err
	}
	return s.Guard.Filter(r.Context(), v.me.ID, which)
}

func (s *Site) makeFilter(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.keepFilter(w, r, v, &moderation.Filter{Owner: v.me.ID}, s.blankFilter(v))
}

func (s *Site) changeFilter(w http.ResponseWriter, r *http.Request, v *reader) error {
	f, err := s.filterOf(r, v)
	if err != nil {
		return err
	}
	return s.keepFilter(w, r, v, f, s.filterForm(v, f))
}

// keepFilter keeps a filter as it was typed into a form, or shows the form again with what is wrong.
func (s *Site) keepFilter(w http.ResponseWriter, r *http.Request, v *reader, f *moderation.Filter, form web.FilterForm) error {
	in, err := server.DecodeBody[filterForm](r)
	if err != nil {
		return err
	}
	if err = s.applyFilter(f, in); err == nil {
		_, err = s.Guard.PutFilter(r.Context(), *f)
	}
	if err == nil {
		return seeOther(w, with(hiddenPath, "saved"))
	}
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	form.Title.Value, form.Words.Value, form.Whole, form.Does, form.Chosen = in.Title, in.Words, in.Whole, in.Action, in.Lasting
	for i := range form.At {
		form.At[i] = in.Places[i+1] != ""
	}
	sentence := server.Sentence(v.words, err)
	switch fault.Field(err) {
	case "title":
		form.Title.Error = sentence
	case "keywords":
		form.Words.Error = sentence
	default:
		form.Failed = sentence
	}
	return s.filterPage(w, r, v, http.StatusUnprocessableEntity, form)
}

// applyFilter changes a filter as a form says. Words that were there keep their ids.
func (s *Site) applyFilter(f *moderation.Filter, in filterForm) error {
	before := f.Keywords
	f.Title, f.Action, f.Keywords, f.Places = in.Title, moderation.Action(in.Action), nil, nil
	for _, line := range strings.Split(in.Words, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		k := moderation.Keyword{Text: line, Whole: in.Whole}
		if i := slices.IndexFunc(before, func(b moderation.Keyword) bool { return b.Text == line }); i >= 0 {
			k.ID = before[i].ID
			before = slices.Delete(slices.Clone(before), i, i+1)
		}
		f.Keywords = append(f.Keywords, k)
	}
	if len(f.Keywords) == 0 && len(f.Posts) == 0 {
		return fault.New(fault.Invalid, "fault.filter.keyword").In("keywords")
	}
	for i := range moderation.Places {
		if p := in.Places[i+1]; p != "" {
			f.Places = append(f.Places, moderation.Place(p))
		}
	}
	if in.Lasting == unchanged {
		return nil
	}
	hours, err := strconv.Atoi(in.Lasting)
	if err != nil || hours < 0 || hours > 24*366*11 {
		return fault.New(fault.Invalid, "fault.audience.duration").In("lasting")
	}
	if f.Until = (time.Time{}); hours > 0 {
		f.Until = s.Now().Add(time.Duration(hours) * time.Hour)
	}
	return nil
}

func (s *Site) endFilter(w http.ResponseWriter, r *http.Request, v *reader) error {
	f, err := s.filterOf(r, v)
	if err == nil {
		err = s.Guard.DropFilter(r.Context(), v.me.ID, f.ID)
	}
	if err != nil {
		return err
	}
	return seeOther(w, hiddenPath)
}

// placeKey is the message that names a place.
func placeKey(p moderation.Place) string { return "hidden.place_" + string(p) }
