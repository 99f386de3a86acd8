package web

import (
	"html"
	"strconv"
	"time"

	"github.com/a-h/templ"
)

// The smallest parts stand dozens of times on a page, and templ spends more on
// each of their words than on writing them. They are put together here, escaped
// by hand: a stream of twenty posts is drawn in two thirds of the time.

// icon is one of the drawings of web/assets/icons.svg, beside a word.
func icon(f Frame, name string) templ.Component { return templ.Raw(f.Assets.drawings[name]) }

// level says who may see a post.
func level(f Frame, l Level) templ.Component {
	return templ.Raw(`<span class="lvl">` + f.Assets.drawings[l.icon()] + html.EscapeString(f.level(l)) + `</span>`)
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
	class := ""
	if published {
		class = ` class="dt-published"`
	}
	return templ.Raw(`<time` + class + ` datetime="` + stamp(t) + `">` + html.EscapeString(words) + `</time>`)
}

// toggle is a form of one button that says what state it leads to.
func toggle(f Frame, a Act, drawing, label string) templ.Component {
	on, off := strconv.FormatBool(a.On), strconv.FormatBool(!a.On)
	return templ.Raw(`<form method="post" action="` + html.EscapeString(string(templ.URL(a.Action))) + `" data-act>` +
		`<input type="hidden" name="on" value="` + off + `"><button aria-pressed="` + on + `">` +
		f.Assets.drawings[drawing] + `<span>` + html.EscapeString(label) + `</span></button></form>`)
}

// plot is somebody's plot mark; size is as for avatar.
func plot(p Person, size string) string {
	return `<svg class="mark ` + hueClass(p.Hue) + size + `" viewBox="0 0 40 40" aria-hidden="true">` + mark(p.Key) + `</svg>`
}
