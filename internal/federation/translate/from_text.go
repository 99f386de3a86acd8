package translate

import (
	"html"
	"strings"

	"golang.org/x/text/language"

	as "allod/protocol/activitystreams"
)

// warningMax is how much of another's content warning is kept, in bytes.
const warningMax = 2000

// heads are the title and the content warning. What has a title by nature
// uses "summary" for a summary; of all else it is the warning (Mastodon's use).
func heads(obj *as.Object) (title, warning string) {
	summary := cut(line(obj.Summary.String()), warningMax)
	switch obj.Type {
	case as.TypeNote, as.TypeQuestion:
		return "", summary
	}
	title = line(obj.Name.String())
	if obj.Sensitive {
		warning = summary
	}
	return title, warning
}

// words is the text of an object in HTML, as received: its content, or what
// comes closest.
func words(obj *as.Object) string {
	text := obj.Content.String()
	switch {
	case text == "" && obj.Type == as.TypeNote:
		text = html.EscapeString(obj.Name.String())
	case text == "" && !obj.Sensitive && obj.Type != as.TypeQuestion:
		text = obj.Summary.String()
	case obj.MediaType != "" && obj.MediaType != "text/html":
		text = paragraphs(text)
	}
	return text
}

// paragraphs is the HTML of plain text.
func paragraphs(text string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(part), "\n", "<br>") + "</p>")
		}
	}
	return b.String()
}

// line is text on one line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut is at most limit bytes of s, in whole characters.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "")
}

// languageOf is the language of an object's text as a BCP 47 tag, "" where
// it does not tell.
func languageOf(obj *as.Object) string {
	said := obj.Content.Language()
	if said == "" && obj.Type == as.TypeArticle {
		said = obj.Name.Language()
	}
	tag, err := language.Parse(said)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}
