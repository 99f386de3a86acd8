// Package markup turns what a person wrote into HTML we trust, and what
// strangers wrote into HTML we dare to show.
//
// A person writes Markdown; Render keeps to the elements that Mastodon keeps,
// with headings flattened, raw HTML as text and pictures as links. Sanitize is
// the allow-list through which all HTML from elsewhere passes on its way out.
// RenderArticle and SanitizeArticle are the same for long texts, whose headings
// and pictures stay. All take time proportional to their input.
package markup

import (
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/text/unicode/norm"

	"allod/internal/address"
)

// Caps in bytes. What is beyond them is cut off; callers that must not lose
// text refuse it before.
const (
	MaxText = 64 << 10
	MaxHTML = 1 << 20
)

// Found is whom and what a text mentions, each once, in order of appearance.
type Found struct {
	// Mentions are the handles; an empty host means this home.
	Mentions []address.Handle
	// Tags are the hashtags without #, as first spelled. [FoldTag] tells
	// which spellings are one tag.
	Tags []string
}

// Links says where mentions and hashtags lead.
type Links struct {
	// Mention returns the profile's URL and the name to show after the @. If
	// it is not ok, or nil, the mention stays text.
	Mention func(address.Handle) (href, label string, ok bool)
	// Tag returns the URL of a hashtag; if that is empty, or Tag nil, the
	// hashtag stays text.
	Tag func(tag string) (href string)
	// Picture returns the picture that an article names; what it does not
	// know, or all if it is nil, becomes a link.
	Picture func(destination string) (p Picture, ok bool)
}

// An Engine holds the parsers and the policies, those for articles apart. It
// is safe for concurrent use.
type Engine struct {
	parser, long       parser.Parser
	policy, longPolicy *bluemonday.Policy
}

// New returns an engine.
func New() *Engine {
	return &Engine{
		parser: newParser(), policy: newPolicy(), longPolicy: newArticlePolicy(),
		long: newParser(util.Prioritized(parser.NewThematicBreakParser(), 200)),
	}
}

// Scan finds the mentions and hashtags of a text in Markdown. They do not
// count inside code and links.
func (e *Engine) Scan(source string) Found {
	src := clean(source, MaxText)
	s := scan{tags: map[string]bool{}, handles: map[address.Handle]bool{}}
	s.node(e.parser.Parse(text.NewReader(src)))
	return s.found
}

// Render turns Markdown into HTML.
func (e *Engine) Render(source string, links Links) string {
	src := clean(source, MaxText)
	w := writer{src: src, links: links}
	w.block(e.parser.Parse(text.NewReader(src)))
	return strings.Map(printable, w.String()) // entities may name any character
}

// FoldTag is the form for comparing hashtags: NFKC and lower case.
func FoldTag(tag string) string { return strings.ToLower(norm.NFKC.String(tag)) }

// newParser knows the Markdown subset: no raw HTML, no reference links, no
// indented code, no rules, no underlined headings, so that nothing typed in
// plain words disappears or changes its look by surprise. Articles know more blocks.
func newParser(more ...util.PrioritizedValue) parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(append(more,
			util.Prioritized(nestedParser{parser.NewListParser()}, 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(nestedParser{parser.NewBlockquoteParser()}, 800),
			util.Prioritized(paragraphParser{parser.NewParagraphParser()}, 1000),
		)...),
		parser.WithInlineParsers(
			util.Prioritized(markLimit{markKey}, 50),
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(mentionParser{}, 400),
			util.Prioritized(tagParser{}, 410),
			util.Prioritized(parser.NewEmphasisParser(), 500),
			util.Prioritized(extension.NewStrikethroughParser(), 500),
			util.Prioritized(urlParser{}, 900),
		),
	)
}

// clean cuts s to limit bytes at the end of a character, makes it valid UTF-8
// and takes out control characters other than tab and line feed.
func clean(s string, limit int) []byte {
	if len(s) > limit {
		for limit > 0 && s[limit]&0xc0 == 0x80 {
			limit--
		}
		s = s[:limit]
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return []byte(strings.Map(printable, s))
}

// printable drops control characters other than tab and line feed, and makes
// a line feed of a carriage return; for strings.Map.
func printable(r rune) rune {
	switch {
	case r == '\r':
		return '\n'
	case r < ' ' && r != '\n' && r != '\t', r >= 0x7f && r < 0xa0:
		return -1
	}
	return r
}

// Version numbers the policy of Sanitize. What went through an older one is
// sanitized again when it is shown.
const Version = 1
