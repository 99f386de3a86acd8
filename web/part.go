package web

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"
)

// titled is a page's title with the name of the home.
func (p Page) titled(title string) string {
	if title == "" || title == p.Host {
		return p.Host
	}
	return title + " – " + p.Host
}

// portrait is the class of somebody's picture; size is as for avatar.
func portrait(size string) templ.Attributes {
	return templ.Attributes{"class": "mark u-photo" + size}
}

// current marks a link to where one is.
func current(is bool) templ.Attributes {
	if !is {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

// invalid ties a field to what is wrong with it and to its hint, if it has one.
func invalid(id string, field Field, hint bool) templ.Attributes {
	a := templ.Attributes{}
	described := ""
	if hint {
		described = id + "-hint"
	}
	if field.Error != "" {
		a["aria-invalid"] = "true"
		described = join(described, id+"-wrong")
	}
	if described != "" {
		a["aria-describedby"] = described
	}
	return a
}

// join is two words with a space between, or the one there is.
func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

// inLanguage says what language words are in, if it is known.
func inLanguage(tag string) templ.Attributes {
	if tag == "" {
		return nil
	}
	return templ.Attributes{"lang": tag}
}

// sized says how large a picture is, so that the page keeps room for it.
func sized(m Media) templ.Attributes {
	if m.Width <= 0 || m.Height <= 0 {
		return nil
	}
	return templ.Attributes{"width": strconv.Itoa(m.Width), "height": strconv.Itoa(m.Height)}
}

// elsewhere names what stays with another server.
func elsewhere(f Frame, m Media) string {
	u, err := url.Parse(m.URL)
	if m.Alt != "" || err != nil || u.Host == "" {
		return described(f, m)
	}
	return f.T("publish.elsewhere", "host", u.Host)
}

// described is what is in a piece of media, or that nobody said.
func described(f Frame, m Media) string {
	if m.Alt == "" {
		return f.T("post.undescribed")
	}
	return m.Alt
}
