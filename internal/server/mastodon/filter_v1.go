package mastodon

import (
	"net/http"

	"allod/internal/moderation"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

// The first version of the API knows each word as a filter of its own.

func phraseOf(f *moderation.Filter, k moderation.Keyword) mastodon.FilterV1 {
	v2 := filterOf(f)
	return mastodon.FilterV1{
		ID: k.ID.String(), Phrase: k.Text, Context: v2.Context, ExpiresAt: v2.ExpiresAt,
		Irreversible: f.Action == moderation.Hide, WholeWord: k.Whole,
	}
}

// A phraseForm is such a filter as an app sends it.
type phraseForm struct {
	Phrase       string    `json:"phrase"`
	Context      *[]string `json:"context"`
	Irreversible bool      `json:"irreversible"`
	Whole        bool      `json:"whole_word"`
	ExpiresIn    *string   `json:"expires_in"`
}

func (d *door) phrases(w http.ResponseWriter, r *http.Request) error {
	all, err := d.Guard.Filters(r.Context(), viewer(r))
	if err != nil {
		return err
	}
	out := []mastodon.FilterV1{}
	for _, f := range all {
		for _, k := range f.Keywords {
			out = append(out, phraseOf(f, k))
		}
	}
	return d.answer(w, out)
}

func (d *door) getPhrase(w http.ResponseWriter, r *http.Request) error {
	f, k, err := d.phrase(r)
	if err != nil {
		return err
	}
	return d.answer(w, phraseOf(f, k))
}

// phrase is the caller's own word that the path names, with its filter.
func (d *door) phrase(r *http.Request) (*moderation.Filter, moderation.Keyword, error) {
	which, err := server.PathID(r, "id")
	if err != nil {
		return nil, moderation.Keyword{}, err
	}
	return d.Guard.Keyword(r.Context(), viewer(r), which)
}

func (d *door) createPhrase(w http.ResponseWriter, r *http.Request) error {
	return d.putPhrase(w, r, &moderation.Filter{Owner: viewer(r)}, moderation.Keyword{})
}

func (d *door) updatePhrase(w http.ResponseWriter, r *http.Request) error {
	f, k, err := d.phrase(r)
	if err != nil {
		return err
	}
	return d.putPhrase(w, r, f, k)
}

// putPhrase keeps a word; its filter is called by it where it has no other.
func (d *door) putPhrase(w http.ResponseWriter, r *http.Request, f *moderation.Filter, k moderation.Keyword) error {
	in, err := server.Decode[phraseForm](r)
	if err != nil {
		return err
	}
	if len(f.Keywords) <= 1 {
		f.Title = in.Phrase
	}
	f.Action = moderation.Warn
	if in.Irreversible {
		f.Action = moderation.Hide
	}
	err = d.applyFilter(f, filterForm{Context: in.Context, ExpiresIn: in.ExpiresIn})
	if err != nil {
		return err
	}
	part := keywordForm{Keyword: &in.Phrase, Whole: &in.Whole}
	if k.ID != 0 {
		part.ID = k.ID.String()
	}
	if err := applyKeyword(f, part); err != nil {
		return err
	}
	kept, err := d.Guard.PutFilter(r.Context(), *f)
	if err != nil {
		return err
	}
	for _, now := range kept.Keywords {
		if now.ID == k.ID || k.ID == 0 {
			k = now
		}
	}
	return d.answer(w, phraseOf(kept, k))
}

// deletePhrase takes a word away, and its filter with the last one.
func (d *door) deletePhrase(w http.ResponseWriter, r *http.Request) error {
	f, k, err := d.phrase(r)
	if err == nil && len(f.Keywords) == 1 {
		err = d.Guard.DropFilter(r.Context(), viewer(r), f.ID)
	} else if err == nil {
		err = d.Guard.DropKeyword(r.Context(), viewer(r), k.ID)
	}
	if err != nil {
		return err
	}
	return d.answer(w, struct{}{})
}
