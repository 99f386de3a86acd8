package web

import "strings"

// kinds are the names of what a page can be, and what each is for.
var kinds = map[string][2]string{
	"text":    {"mysite.kind_text", "mysite.means_text"},
	"contact": {"mysite.kind_contact", "mysite.means_contact"},

	"calendar":  {"event.kind", "event.kind_means"},
	"portfolio": {"portfolio.kind", "portfolio.kind_means"},
}

// siteTabs are the parts of one's own site that are looked after.
var siteTabs = []struct{ name, path, label string }{
	{"pages", "/site", "mysite.tab_pages"}, {"front", "/site/front", "mysite.tab_front"}, {"look", "/site/look", "mysite.tab_look"},
	{"moved", "/site/moved", "mysite.tab_moved"}, {"domain", "/site/domain", "mysite.tab_domain"},
}

// missingTitle is the heading where nothing is.
func missingTitle(v MissingView) string {
	if v.Gone {
		return "site.gone"
	}
	return "site.missing"
}

// kept is what a page in the list of its owner is, in one line.
func (f Frame) kept(v KeptPage) string {
	words := []string{f.T(kinds[v.Kind][0])}
	switch {
	case v.Draft:
		words = append(words, f.T("mysite.is_draft"))
	case !v.Listed:
		words = append(words, f.T("mysite.is_hidden"))
	}
	return strings.Join(words, " · ")
}

// listing is what the button does that puts a page into the menu or takes it out.
func listing(listed bool) string {
	if listed {
		return "mysite.do_hide"
	}
	return "mysite.do_show"
}

// slugHint says what comes of a changed address.
func slugHint(v PageForm) string {
	if v.New {
		return "mysite.address_hint"
	}
	return "mysite.address_moves"
}

// publishWord is what the first button of a page does.
func publishWord(v PageForm) string {
	if v.New || v.Draft {
		return "mysite.do_publish"
	}
	return "mysite.do_save"
}
