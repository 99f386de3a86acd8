package web

import "strings"

// said is a post as a title: who said it, and when.
func (f Frame) said(p Post) string {
	if p.titled() {
		return p.Title
	}
	return f.T("conversation.said", "name", p.Author.Name, "date", f.Date(p.Time))
}

// titled reports whether a post's page is that of an article with a title.
func (p Post) titled() bool { return p.Whole && p.Title != "" && p.Warning == "" }

// received is how often a post was passed on and liked, in words.
func (f Frame) received(p Post) string {
	var parts []string
	if p.Boosts > 0 {
		parts = append(parts, f.T("post.boosts", "n", p.Boosts))
	}
	if p.Likes > 0 {
		parts = append(parts, f.T("post.likes", "n", p.Likes))
	}
	return strings.Join(parts, ", ")
}

// class is what a talk is to programs, and what the style sheet makes of it.
func (t *Talk) class() string {
	switch {
	case t.Left || t.Veil != nil && t.Veil.Gone:
		return ""
	case t.Waits != nil:
		return "waits"
	}
	return "u-comment h-cite"
}
