package nextcloud

import (
	"net/http"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/protocol/webdav"
)

// conditions are what must hold of what stands at a place before it is
// changed (RFC 9110 §13.1, RFC 4918 §10.4).
func (d *door) conditions(r *http.Request, p place) (list webdav.If, check func(now *file.Node) error, err error) {
	match, none := webdav.Tags(r.Header.Get("If-Match")), webdav.Tags(r.Header.Get("If-None-Match"))
	list, err = webdav.ParseIf(r.Header.Get("If"), r.Host)
	if err != nil {
		return nil, nil, server.Malformed("%w", err)
	}
	states, err := d.states(r, list)
	if err != nil {
		return nil, nil, err
	}
	locks, err := d.locksFor(r, list)
	if err != nil {
		return nil, nil, err
	}
	return list, func(now *file.Node) error {
		if len(match) > 0 && !among(match, now) || len(none) > 0 && among(none, now) {
			return changed()
		}
		if !list.Holds(func(resource string, c webdav.Condition) bool {
			at, path := now, p.path()
			if resource != "" && states[resource].path != path {
				at, path = states[resource].node, states[resource].path
			}
			if c.Token != "" {
				return locks.hold(c.Token, path)
			}
			return c.Etag != "" && at != nil && at.Etag.String() == c.Etag
		}) {
			return changed()
		}
		return nil
	}, nil
}

// locksFor are the locks that a header can speak of.
func (d *door) locksFor(r *http.Request, list webdav.If) (lockSet, error) {
	if len(list.Tokens()) == 0 {
		return nil, nil
	}
	return d.Files.Locks(r.Context(), me(r).who.ID)
}

type lockSet []*file.Lock

// hold reports whether the lock with a token holds for a path.
func (s lockSet) hold(token, path string) bool {
	for _, l := range s {
		if l.Token == token && l.Covers(path) {
			return true
		}
	}
	return false
}

// A state is what an If header speaks of.
type state struct {
	path string
	node *file.Node // nil for nothing
}

// states looks up what the tagged lists of an If header speak of.
func (d *door) states(r *http.Request, list webdav.If) (map[string]state, error) {
	states := map[string]state{}
	for _, l := range list {
		if _, known := states[l.Resource]; known || l.Resource == "" {
			continue
		}
		p, err := d.place(r, l.Resource)
		if err != nil || p.area != "files" {
			states[l.Resource] = state{path: "\x00"} // no path is called so
			continue
		}
		n, err := d.Files.At(r.Context(), me(r).who.ID, p.path())
		if err != nil && !fault.Is(err, fault.NotFound, fault.Invalid) {
			return nil, err
		}
		states[l.Resource] = state{p.path(), n}
	}
	return states, nil
}

// among reports whether the etag of a node is one of tags, or one of them is "*" and there is a node.
func among(tags []string, n *file.Node) bool {
	if n == nil {
		return false
	}
	for _, t := range tags {
		if t == "*" || t == n.Etag.String() {
			return true
		}
	}
	return false
}
