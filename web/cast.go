package web

import (
	"context"
	"html"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/a-h/templ"
)

// A mould keeps HTML that a template drew once, with holes for what differs
// from one place to the next: what stands below twenty posts of a stream is the
// same but for two addresses.
type mould[K comparable] struct {
	draw  func(K) templ.Component // the template with holes for addresses, of which a key holds all it reads
	mu    sync.RWMutex
	casts map[K][]string // the pieces between the holes
}

// castsMax bounds what a mould keeps. Beyond it all is forgotten, and drawn anew where it is wanted.
const castsMax = 1000

// The holes, in the order of the addresses that fill them: characters that no text has to
// mean anything by (Unicode, private use), which escaping leaves as they are.
var holes = [...]string{"\uE000", "\uE001"}

// fill draws the cast of a key, with addresses in its holes.
func (m *mould[K]) fill(key K, addresses ...string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		m.mu.RLock()
		pieces := m.casts[key]
		m.mu.RUnlock()
		if pieces == nil {
			var err error
			if pieces, err = m.make(ctx, key); err != nil {
				return err
			}
		}
		var filled [len(holes)]string
		for i, a := range addresses {
			filled[i] = html.EscapeString(string(templ.URL(a)))
		}
		for _, piece := range pieces {
			if i := slices.Index(holes[:], piece); i >= 0 {
				piece = filled[i]
			}
			if _, err := io.WriteString(w, piece); err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *mould[K]) make(ctx context.Context, key K) ([]string, error) {
	var b strings.Builder
	if err := m.draw(key).Render(ctx, &b); err != nil {
		return nil, err
	}
	pieces := apart([]string{b.String()})
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.casts == nil || len(m.casts) >= castsMax {
		m.casts = map[K][]string{}
	}
	m.casts[key] = pieces
	return pieces, nil
}

// apart cuts pieces at the holes, which become pieces themselves.
func apart(pieces []string) []string {
	for _, hole := range holes {
		var out []string
		for _, piece := range pieces {
			for i, part := range strings.Split(piece, hole) {
				if i > 0 {
					out = append(out, hole)
				}
				out = append(out, part)
			}
		}
		pieces = out
	}
	return pieces
}
