package web

import (
	"context"
	"html"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/a-h/templ"
)

// The smallest parts stand dozens of times on a page, and templ spends more on
// each of their words than on writing them. They are put together here, escaped
// by hand: a stream of twenty posts is drawn in two thirds of the time.

// icon is one of the drawings of web/assets/icons.svg, beside a word.
func icon(f Frame, name string) templ.Component {
	if drawn := f.Assets.icons[name]; drawn != nil {
		return drawn
	}
	return templ.NopComponent
}

// level says who may see a post.
func level(f Frame, l Level) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		return write(w, `<span class="lvl">`, f.Assets.drawings[l.icon()], html.EscapeString(f.level(l)), `</span>`)
	})
}

// clock is the time of day in the margin; published marks it as when the entry
// around it was said.
func clock(f Frame, t time.Time, published bool) templ.Component {
	return moments(t, f.Clock(t), published)
}

// moment is a date with the time of day, as clock.
func moment(f Frame, t time.Time, published bool) templ.Component {
	return moments(t, f.Moment(t), published)
}

func moments(t time.Time, words string, published bool) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		class := ""
		if published {
			class = ` class="dt-published"`
		}
		return write(w, `<time`, class, ` datetime="`, stamp(t), `">`, html.EscapeString(words), `</time>`)
	})
}

// toggle is a form of one button that says what state it leads to.
func toggle(f Frame, a Act, drawing, label string) templ.Component {
	action := html.EscapeString(string(templ.URL(a.Action)))
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		return write(w, `<form method="post" action="`, action, `" data-act><input type="hidden" name="on" value="`, strconv.FormatBool(!a.On),
			`"><button aria-pressed="`, strconv.FormatBool(a.On), `">`, f.Assets.drawings[drawing], `<span>`, html.EscapeString(label),
			`</span></button></form>`)
	})
}

func write(w io.Writer, pieces ...string) error {
	for _, piece := range pieces {
		if _, err := io.WriteString(w, piece); err != nil {
			return err
		}
	}
	return nil
}

// A plotting is a plot mark as it stands in a page; size is as for avatar.
type plotting struct {
	key  string
	hue  int
	size string
}

// marks keeps the plot marks that were drawn of late: a stream shows the same
// few people again and again, and a mark never changes.
type marks struct {
	mu    sync.RWMutex
	drawn map[plotting]string
}

// marksMax is how many marks are kept, at about 600 bytes each.
const marksMax = 2000

// plot is somebody's plot mark.
func (m *marks) plot(p Person, size string) string {
	of := plotting{p.Key, p.Hue, size}
	m.mu.RLock()
	svg, ok := m.drawn[of]
	m.mu.RUnlock()
	if ok {
		return svg
	}
	svg = `<svg class="mark ` + hueClass(p.Hue) + size + `" viewBox="0 0 40 40" aria-hidden="true">` + mark(p.Key) + `</svg>`
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.drawn == nil || len(m.drawn) >= marksMax {
		m.drawn = map[plotting]string{}
	}
	m.drawn[of] = svg
	return svg
}
