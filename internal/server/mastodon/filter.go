package mastodon

import (
	"net/http"
	"slices"
	"time"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

// A filterForm is a filter as an app sends it; what it does not say stays.
type filterForm struct {
	Title     *string       `json:"title"`
	Context   *[]string     `json:"context"`
	Action    string        `json:"filter_action"`
	ExpiresIn *string       `json:"expires_in"`
	Keywords  []keywordForm `json:"keywords_attributes"`
}

type keywordForm struct {
	ID      string  `json:"id"`
	Keyword *string `json:"keyword"`
	Whole   *bool   `json:"whole_word"`
	Destroy bool    `json:"_destroy"`
}

// apply changes a filter as a form says.
func (d *door) applyFilter(f *moderation.Filter, in filterForm) error {
	if in.Title != nil {
		f.Title = *in.Title
	}
	if in.Context != nil {
		f.Places = places(*in.Context)
	}
	if in.Action != "" {
		f.Action = moderation.Action(in.Action)
	}
	if in.ExpiresIn != nil {
		until, err := d.expiry(*in.ExpiresIn)
		if err != nil {
			return err
		}
		f.Until = until
	}
	for _, k := range in.Keywords {
		if err := applyKeyword(f, k); err != nil {
			return err
		}
	}
	return nil
}

func applyKeyword(f *moderation.Filter, in keywordForm) error {
	at := len(f.Keywords)
	if in.ID != "" {
		which, err := id.Parse(in.ID)
		if err != nil {
			return wrong("keywords_attributes")
		}
		if at = slices.IndexFunc(f.Keywords, func(k moderation.Keyword) bool { return k.ID == which }); at < 0 {
			return fault.New(fault.NotFound, "fault.filter.unknown")
		}
	}
	if in.Destroy {
		if at < len(f.Keywords) {
			f.Keywords = slices.Delete(f.Keywords, at, at+1)
		}
		return nil
	}
	if at == len(f.Keywords) {
		f.Keywords = append(f.Keywords, moderation.Keyword{})
	}
	k := &f.Keywords[at]
	if in.Keyword != nil {
		k.Text = *in.Keyword
	}
	if in.Whole != nil {
		k.Whole = *in.Whole
	}
	return nil
}

func places(names []string) []moderation.Place {
	var out []moderation.Place
	for _, n := range names {
		if p := moderation.Place(n); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// expiry is when something ends that lasts so many seconds; none is no end.
func (d *door) expiry(seconds string) (time.Time, error) {
	if seconds == "" || seconds == "0" || seconds == "null" {
		return time.Time{}, nil
	}
	lasting, err := time.ParseDuration(seconds + "s")
	if err != nil || lasting < 0 {
		return time.Time{}, wrong("expires_in")
	}
	return d.Now().Add(lasting), nil
}

// wholeFilter is a filter with its parts.
func wholeFilter(f *moderation.Filter) mastodon.WholeFilter {
	out := mastodon.WholeFilter{Filter: filterOf(f)}
	for _, k := range f.Keywords {
		out.Keywords = append(out.Keywords, keywordOf(k))
	}
	for _, p := range f.Posts {
		out.Statuses = append(out.Statuses, filteredOf(p))
	}
	return out
}

func keywordOf(k moderation.Keyword) mastodon.FilterKeyword {
	return mastodon.FilterKeyword{ID: k.ID.String(), Keyword: k.Text, WholeWord: k.Whole}
}

func filteredOf(p moderation.FilteredPost) mastodon.FilterStatus {
	return mastodon.FilterStatus{ID: p.ID.String(), StatusID: p.Post.String()}
}

func (d *door) filters(w http.ResponseWriter, r *http.Request) error {
	all, err := d.Guard.Filters(r.Context(), viewer(r))
	if err != nil {
		return err
	}
	out := make([]mastodon.WholeFilter, len(all))
	for i, f := range all {
		out[i] = wholeFilter(f)
	}
	return d.answer(w, out)
}

func (d *door) createFilter(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[filterForm](r)
	if err != nil {
		return err
	}
	f := moderation.Filter{Owner: viewer(r), Action: moderation.Warn}
	if err := d.applyFilter(&f, in); err != nil {
		return err
	}
	return d.putFilter(w, r, f)
}

func (d *door) putFilter(w http.ResponseWriter, r *http.Request, f moderation.Filter) error {
	kept, err := d.Guard.PutFilter(r.Context(), f)
	if err != nil {
		return err
	}
	return d.answer(w, wholeFilter(kept))
}

// filter is the caller's own that the path names.
func (d *door) filter(r *http.Request) (*moderation.Filter, error) {
	which, err := server.PathID(r, "id")
	if err != nil {
		return nil, err
	}
	return d.Guard.Filter(r.Context(), viewer(r), which)
}

func (d *door) getFilter(w http.ResponseWriter, r *http.Request) error {
	f, err := d.filter(r)
	if err != nil {
		return err
	}
	return d.answer(w, wholeFilter(f))
}

func (d *door) updateFilter(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[filterForm](r)
	if err != nil {
		return err
	}
	f, err := d.filter(r)
	if err != nil {
		return err
	}
	if err := d.applyFilter(f, in); err != nil {
		return err
	}
	return d.putFilter(w, r, *f)
}

func (d *door) deleteFilter(w http.ResponseWriter, r *http.Request) error {
	f, err := d.filter(r)
	if err != nil {
		return err
	}
	if err := d.Guard.DropFilter(r.Context(), viewer(r), f.ID); err != nil {
		return err
	}
	return d.answer(w, struct{}{})
}

// The parts of filters have addresses of two forms, a filter's list of them
// and one of them by itself, which one pattern must hold.
const (
	keywordsPart = "keywords"
	statusesPart = "statuses"
)

func (d *door) filterPart(w http.ResponseWriter, r *http.Request) error {
	switch {
	case r.PathValue("id") == keywordsPart:
		return d.keyword(w, r)
	case r.PathValue("id") == statusesPart:
		return d.filteredStatus(w, r)
	case r.PathValue("part") == keywordsPart:
		return d.keywords(w, r)
	case r.PathValue("part") == statusesPart:
		return d.filteredStatuses(w, r)
	}
	return fault.New(fault.NotFound, "")
}

// keywords lists the words of a filter, or adds one.
func (d *door) keywords(w http.ResponseWriter, r *http.Request) error {
	f, err := d.filter(r)
	if err != nil {
		return err
	}
	if r.Method == http.MethodPost {
		in, err := server.Decode[keywordForm](r)
		if err != nil {
			return err
		}
		k := moderation.Keyword{Whole: in.Whole != nil && *in.Whole}
		if in.Keyword != nil {
			k.Text = *in.Keyword
		}
		if k, err = d.Guard.PutKeyword(r.Context(), viewer(r), f.ID, k); err != nil {
			return err
		}
		return d.answer(w, keywordOf(k))
	}
	if r.Method != http.MethodGet {
		return fault.New(fault.NotFound, "")
	}
	return d.answer(w, wholeFilter(f).Keywords)
}

// keyword is one word of a filter: told, changed or taken away.
func (d *door) keyword(w http.ResponseWriter, r *http.Request) error {
	which, err := server.PathID(r, "part")
	if err != nil {
		return err
	}
	f, k, err := d.Guard.Keyword(r.Context(), viewer(r), which)
	if err != nil {
		return err
	}
	switch r.Method {
	case http.MethodPut:
		in, err := server.Decode[keywordForm](r)
		if err != nil {
			return err
		}
		if in.Keyword != nil {
			k.Text = *in.Keyword
		}
		if in.Whole != nil {
			k.Whole = *in.Whole
		}
		if k, err = d.Guard.PutKeyword(r.Context(), viewer(r), f.ID, k); err != nil {
			return err
		}
	case http.MethodDelete:
		if err := d.Guard.DropKeyword(r.Context(), viewer(r), which); err != nil {
			return err
		}
		return d.answer(w, struct{}{})
	case http.MethodGet:
	default:
		return fault.New(fault.NotFound, "")
	}
	return d.answer(w, keywordOf(k))
}

// filteredStatuses lists the statuses of a filter, or adds one the caller may see.
func (d *door) filteredStatuses(w http.ResponseWriter, r *http.Request) error {
	f, err := d.filter(r)
	if err != nil {
		return err
	}
	if r.Method == http.MethodPost {
		in, err := server.Decode[struct {
			Status id.ID `json:"status_id"`
		}](r)
		if err != nil {
			return err
		}
		if _, err := d.Posts.Get(r.Context(), viewer(r), in.Status); err != nil {
			return err
		}
		p, err := d.Guard.AddPost(r.Context(), viewer(r), f.ID, in.Status)
		if err != nil {
			return err
		}
		return d.answer(w, filteredOf(p))
	}
	if r.Method != http.MethodGet {
		return fault.New(fault.NotFound, "")
	}
	return d.answer(w, wholeFilter(f).Statuses)
}

// filteredStatus is one status of a filter: told or taken away.
func (d *door) filteredStatus(w http.ResponseWriter, r *http.Request) error {
	which, err := server.PathID(r, "part")
	if err != nil {
		return err
	}
	_, p, err := d.Guard.FilteredPost(r.Context(), viewer(r), which)
	switch {
	case err != nil:
		return err
	case r.Method == http.MethodDelete:
		if err := d.Guard.DropPost(r.Context(), viewer(r), which); err != nil {
			return err
		}
		return d.answer(w, struct{}{})
	case r.Method != http.MethodGet:
		return fault.New(fault.NotFound, "")
	}
	return d.answer(w, filteredOf(p))
}
