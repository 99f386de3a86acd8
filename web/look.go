package web

import "strings"

// class is the classes that set a page in a look; scheme holds on public pages alone.
func (l Look) class(public bool) string {
	var names []string
	if l.Lettering != "" && l.Lettering != "reading" {
		names = append(names, "set-"+l.Lettering)
	}
	if l.Width != "" && l.Width != "usual" {
		names = append(names, "width-"+l.Width)
	}
	if l.Scheme != "" && public {
		names = append(names, "scheme-"+l.Scheme)
	}
	return strings.Join(names, " ")
}

// land is the classes of whose land a page is on, and how it is set there.
func (p Page) land() string {
	class := hueClass(p.Hue)
	if look := p.Look.class(p.Me == nil); look != "" {
		class += " " + look
	}
	return class
}

// schemes are the color schemes a page is made for.
func (p Page) schemes() string {
	if p.Me == nil && p.Look.Scheme != "" {
		return p.Look.Scheme
	}
	return "light dark"
}

// A way is one of few to choose from.
type way struct{ value, label, means string }

// The ways a site can be set.
var (
	letterings = []way{
		{"reading", "look.reading", "look.reading_means"}, {"plain", "look.plain", "look.plain_means"},
		{"round", "look.round", "look.round_means"}, {"typed", "look.typed", "look.typed_means"},
	}
	widths = []way{
		{"narrow", "look.narrow", "look.narrow_means"}, {"usual", "look.usual", "look.usual_means"}, {"wide", "look.wide", "look.wide_means"},
	}
	schemes = []way{
		{"", "look.readers", "look.readers_means"}, {"light", "look.light", "look.light_means"}, {"dark", "look.dark", "look.dark_means"},
	}
)
