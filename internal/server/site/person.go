package site

import (
	"context"
	"html"
	"net/url"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/markup"
	"allod/web"
)

// person is somebody as a reader sees them. A visitor is sent to the homes of
// those who live elsewhere; who lives here looks at what has come of them.
func (s *Site) person(v *reader, a *account.Account) web.Person {
	p := web.Person{
		Name: a.Called(), Address: s.Names.Handle(a), URL: s.personURL(v, a), Key: a.URI, Avatar: s.avatar(a), Hue: hue(a),
		You: v.me != nil && v.me.ID == a.ID,
	}
	if len(a.Emoji) > 0 && strings.Contains(p.Name, ":") {
		p.NameHTML = s.picturedOf(a, html.EscapeString(p.Name))
	}
	return p
}

func (s *Site) people(v *reader, all []*account.Account) []web.Person {
	out := make([]web.Person, len(all))
	for i, a := range all {
		out[i] = s.person(v, a)
	}
	return out
}

// hue is the color of an account: the chosen one, or that of its key, as
// others do not tell.
func hue(a *account.Account) int {
	if a.Local {
		return a.Hue
	}
	return web.HueOf(a.URI)
}

// houseHue is the hue of pages that are nobody's.
const houseHue = 5

// hueFor is the hue of a page that is nobody's in particular: that of the
// reader, or of the one person who lives here.
func (s *Site) hueFor(ctx context.Context, v *reader) int {
	if v.me != nil {
		return v.me.Hue
	}
	if only, err := s.Alone(ctx); err == nil && only != nil {
		return only.Hue
	}
	return houseHue
}

func (s *Site) personURL(v *reader, a *account.Account) string {
	switch {
	case v.domain != nil && v.domain.ID == a.ID:
		return homePath
	case v.domain != nil && a.Local:
		return s.Names.Site(a)
	case v.me == nil && !a.Local:
		return s.Names.Profile(a)
	}
	return personPath(a)
}

// stepURL is where something below somebody's page is, by the steps to it that begin with a slash.
func (s *Site) stepURL(v *reader, a *account.Account, steps string) string {
	return strings.TrimSuffix(s.personURL(v, a), "/") + steps
}

// personPath is the page of an account here.
func personPath(a *account.Account) string { return "/@" + a.Handle() }

// avatar is where the picture of an account is, "" for none.
func (s *Site) avatar(a *account.Account) string {
	switch {
	case a.Avatar == "":
		return ""
	case a.Local:
		return mediaPath + url.PathEscape(a.Avatar)
	}
	return s.portraitPath(partAvatar, a, a.Avatar)
}

// bio is what an account says of itself as HTML.
func (s *Site) bio(a *account.Account) string {
	switch {
	case a.Bio == "":
		return ""
	case a.Local:
		return s.picturedOf(a, s.Text.Render(a.Bio, markup.Links{Tag: func(tag string) string { return s.Names.Tag(markup.FoldTag(tag)) }}))
	}
	return s.picturedOf(a, s.Text.Sanitize(a.Bio))
}

// facts are what an account says of itself by name and value: plain text of
// those who live here, where an address becomes a link, HTML as received of others.
func (s *Site) facts(a *account.Account) []web.Fact {
	var out []web.Fact
	for _, f := range a.Fields {
		fact := web.Fact{Name: f.Name, HTML: html.EscapeString(f.Value)}
		if !a.Local {
			fact.HTML = s.Text.Sanitize(f.Value)
		} else if _, err := address.Parse(f.Value); err == nil {
			shown := strings.TrimPrefix(strings.TrimPrefix(fact.HTML, "https://"), "http://")
			fact.HTML = `<a href="` + fact.HTML + `" class="u-url" rel="me nofollow noopener noreferrer">` + shown + `</a>`
		}
		fact.HTML = s.picturedOf(a, fact.HTML)
		if len(a.Emoji) > 0 {
			fact.NameHTML = s.picturedOf(a, html.EscapeString(f.Name))
		}
		out = append(out, fact)
	}
	return out
}
