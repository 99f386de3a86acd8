package mail

import (
	"html"
	"strings"

	"allod/internal/id"
	"allod/internal/locale"
	"allod/internal/markup"
)

// A Letter is what a mail says: plain words, and the same as simple HTML.
type Letter struct {
	By       id.ID  // in whose name; 0 is the home itself
	Sender   string // the name it comes from
	Kind     Kind
	Language string
	Subject  string
	Parts    []Part

	id id.ID
}

// Kind is what a letter is for.
type Kind string

// The kinds.
const (
	Comment Kind = "comment" // asks a guest whether a comment is theirs
	Shown   Kind = "shown"   // tells a guest that it stands on the page
	Answer  Kind = "answer"  // tells a guest that somebody answered it
	Follow  Kind = "follow"  // asks whether somebody wants to hear from a person
	Digest  Kind = "digest"  // what a person has said
	Test    Kind = "test"    // tells a keeper that mail works
	Reset   Kind = "reset"   // holds a link for a new password
)

// A Part is a stretch of a letter: a heading, a paragraph, or a link with its words.
type Part struct {
	Head string
	Text string
	Link string // the words of the link
	URL  string
}

// subjectMax is the longest subject, in characters.
const subjectMax = 120

// subject is the subject as one line.
func (l *Letter) subject() string { return markup.Line(l.Subject, subjectMax) }

// sender is the name as one line that can be mistaken for no address.
func (l *Letter) sender() string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>"@,;:\`, r) {
			return ' '
		}
		return r
	}, markup.Line(l.Sender, 60))
}

// footMark is where what differs from one recipient to the next is put in when the letter is sent.
const footMark = "\n--foot--\n"

// render is a letter as text and as HTML, each with a mark for its foot.
func (l *Letter) render(words *locale.Locale) (text, page string) {
	var t, h strings.Builder
	h.WriteString(`<!DOCTYPE html><html lang="` + words.Tag() + `" dir="` + words.Dir() + `"><head><meta charset="utf-8"><title>` +
		html.EscapeString(l.subject()) + "</title></head><body>\n")
	for _, p := range l.Parts {
		if p.Head != "" {
			t.WriteString(p.Head + "\n\n")
			h.WriteString("<h2>" + html.EscapeString(p.Head) + "</h2>\n")
		}
		if p.Text != "" {
			t.WriteString(p.Text + "\n")
			if p.URL == "" {
				t.WriteString("\n")
			}
			for paragraph := range strings.SplitSeq(p.Text, "\n\n") {
				h.WriteString(`<p dir="auto">` + strings.ReplaceAll(html.EscapeString(paragraph), "\n", "<br>") + "</p>\n")
			}
		}
		if p.URL != "" {
			t.WriteString(p.URL + "\n\n")
			h.WriteString(`<p><a href="` + html.EscapeString(p.URL) + `">` + html.EscapeString(p.Link) + "</a></p>\n")
		}
	}
	t.WriteString(footMark)
	h.WriteString(footMark + "</body></html>\n")
	return t.String(), h.String()
}

// withFoot puts the foot of one recipient into a letter: how it ends.
func withFoot(text, page string, words *locale.Locale, way string) (string, string) {
	foot, link := "", ""
	if way != "" {
		sentence := words.T("mail.way")
		foot = "\n--\n" + sentence + "\n" + way + "\n"
		link = `<hr><p><a href="` + html.EscapeString(way) + `">` + html.EscapeString(sentence) + "</a></p>\n"
	}
	return strings.Replace(text, footMark, foot, 1), strings.Replace(page, footMark, link, 1)
}
