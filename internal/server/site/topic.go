package site

import (
	"context"
	"net/url"
	"strings"

	"allod/internal/address"
	"allod/internal/id"
	"allod/internal/markup"
)

// A Topic is a feed as everybody may read it.
type Topic struct {
	Account id.ID  // whose it is; 0 for a hashtag of the house
	Tag     string // folded, of the house; "" for a feed of a person
	Kind    string // Content-Type
	Body    []byte
}

// Topic is the feed at its own address, as it is at this moment. NotFound for
// anything else, also for another address of a feed.
func (s *Site) Topic(ctx context.Context, at string) (*Topic, error) {
	u, err := address.Parse(at)
	if err != nil || u.RawQuery != "" || u.Host != s.Names.Host && !s.Accounts.Serves(ctx, u.Host) {
		return nil, nothingHere()
	}
	rest, f := feedFile(strings.TrimPrefix(u.Path, "/"))
	if f == nil {
		return nil, nothingHere()
	}
	st, err := s.strandAt(ctx, rest)
	if err != nil {
		return nil, err
	}
	sh, err := s.told(ctx, st, f, id.Page{})
	if err != nil {
		return nil, err
	}
	if sh.self != at {
		return nil, nothingHere()
	}
	t := &Topic{Kind: sh.kind, Body: sh.feed}
	if st.owner != nil {
		t.Account = st.owner.ID
	} else {
		t.Tag = markup.FoldTag(st.tag)
	}
	return t, nil
}

// strandAt is the strand whose page is at a path of this home.
func (s *Site) strandAt(ctx context.Context, path string) (strand, error) {
	if tag, ok := strings.CutPrefix("/"+path, tagPath); ok && goodTag(tag) && !strings.Contains(tag, "/") {
		return strand{tag: tag}, nil
	}
	name, rest, _ := strings.Cut(path, "/")
	name, ok := strings.CutPrefix(name, "@")
	if name, err := url.PathUnescape(name); ok && err == nil {
		a, err := s.known(ctx, address.Handle{Name: name})
		if err != nil {
			return strand{}, err
		}
		if st, ok := strandOf(a, rest); ok && a.Local {
			return st, nil
		}
	}
	return strand{}, nothingHere()
}
