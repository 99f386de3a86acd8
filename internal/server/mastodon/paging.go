package mastodon

import (
	"net/http"
	"net/url"
	"strconv"

	"allod/internal/fault"
	"allod/internal/id"
)

// page reads max_id, since_id, min_id and limit of a list whose pages usually
// hold so many and never more than most.
func page(r *http.Request, usual, most int) (p id.Page, err error) {
	if r.URL.RawQuery == "" {
		return p.Bounded(usual, most), nil
	}
	q := r.URL.Query()
	for _, bound := range []struct {
		name string
		into *id.ID
	}{{"max_id", &p.Max}, {"since_id", &p.Since}, {"min_id", &p.Min}} {
		if text := q.Get(bound.name); text != "" && text != "0" {
			if *bound.into, err = id.Parse(text); err != nil {
				return p, wrong(bound.name)
			}
		}
	}
	if text := q.Get("limit"); text != "" {
		if p.Limit, err = strconv.Atoi(text); err != nil {
			return p, wrong("limit")
		}
	}
	return p.Bounded(usual, most), nil
}

// wrong is the Invalid of a parameter that is not of its kind.
func wrong(name string) error {
	return fault.New(fault.Invalid, "fault.request.field", "field", name).In(name)
}

// link says where the pages around one are (RFC 8288): what follows below its
// last id and what follows above its first. A page may hold less than its
// limit because some of it is not for the caller, so there is a next page
// after every one but an empty one.
func (d *door) link(w http.ResponseWriter, r *http.Request, first, last id.ID) {
	q := r.URL.Query()
	for _, name := range []string{"max_id", "since_id", "min_id", "access_token"} {
		q.Del(name)
	}
	at := d.Names.Origin + r.URL.EscapedPath() + "?"
	w.Header().Set("Link", "<"+at+with(q, "max_id", last)+`>; rel="next", <`+at+with(q, "min_id", first)+`>; rel="prev"`)
}

func with(q url.Values, name string, bound id.ID) string {
	if len(q) == 0 {
		return name + "=" + bound.String()
	}
	return q.Encode() + "&" + name + "=" + bound.String()
}
