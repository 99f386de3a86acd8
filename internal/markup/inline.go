package markup

import (
	"bytes"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"allod/internal/address"
)

// maxTag is the longest hashtag in characters.
const maxTag = 100

var (
	kindMention = ast.NewNodeKind("Mention")
	kindTag     = ast.NewNodeKind("Hashtag")
)

// A mention is @name or @name@host in the syntax tree.
type mention struct {
	ast.BaseInline
	handle address.Handle
	source []byte
}

func (*mention) Kind() ast.NodeKind              { return kindMention }
func (m *mention) Dump(source []byte, level int) { ast.DumpHelper(m, source, level, nil, nil) }

// A tag is #tag in the syntax tree.
type tag struct {
	ast.BaseInline
	name string
}

func (*tag) Kind() ast.NodeKind              { return kindTag }
func (t *tag) Dump(source []byte, level int) { ast.DumpHelper(t, source, level, nil, nil) }

// A mentionParser reads mentions after anything but a word, a slash or another @.
type mentionParser struct{}

func (mentionParser) Trigger() []byte { return []byte{'@'} }

func (mentionParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	if before := block.PrecendingCharacter(); isWord(before) || before == '/' || before == '@' {
		return nil
	}
	line, _ := block.PeekLine()
	handle, n := readMention(line)
	if n == 0 {
		return nil
	}
	m := &mention{handle: handle, source: line[:n]}
	block.Advance(n)
	return m
}

// readMention reads a mention at the start of line and its length, 0 if there is none.
func readMention(line []byte) (address.Handle, int) {
	end := 1 + run(line[1:], address.MaxName, isNameByte)
	for end > 1 && (line[end-1] == '.' || line[end-1] == '-') {
		end--
	}
	name := string(line[1:end])
	if !address.ValidName(name) || isWord(runeAt(line[end:])) {
		return address.Handle{}, 0
	}
	if end == len(line) || line[end] != '@' {
		return address.Handle{Name: name}, end
	}
	from := end + 1
	end = hostEnd(line, from)
	host, err := address.Host(string(line[from:end]))
	if err != nil {
		return address.Handle{}, 0
	}
	return address.Handle{Name: name, Host: host}, end
}

// hostEnd is where a host that begins at from ends, its port included.
func hostEnd(line []byte, from int) int {
	end := from
	for end < len(line) && end-from <= address.MaxHost {
		r, size := utf8.DecodeRune(line[end:])
		if !isWord(r) && r != '.' && r != '-' {
			break
		}
		end += size
	}
	for end > from && (line[end-1] == '.' || line[end-1] == '-' || line[end-1] == '_') {
		end--
	}
	if end < len(line) && line[end] == ':' {
		digits := run(line[end+1:], 6, func(c byte) bool { return c >= '0' && c <= '9' })
		after := end + 1 + digits
		if port, err := strconv.Atoi(string(line[end+1 : after])); err == nil && port > 0 && port <= 65535 && !isWord(runeAt(line[after:])) {
			end = after
		}
	}
	return end
}

// A tagParser reads hashtags: letters, digits and underscores of any script,
// at least one letter among them, after anything but a word, a slash, & or another #.
type tagParser struct{}

func (tagParser) Trigger() []byte { return []byte{'#'} }

func (tagParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	if before := block.PrecendingCharacter(); isWord(before) || before == '/' || before == '#' || before == '&' {
		return nil
	}
	line, _ := block.PeekLine()
	end, letters := 1, 0
	for count := 0; end < len(line); count++ {
		r, size := utf8.DecodeRune(line[end:])
		if !isWord(r) && !(unicode.Is(unicode.M, r) && count > 0) {
			break
		}
		if count == maxTag {
			return nil
		}
		if unicode.IsLetter(r) {
			letters++
		}
		end += size
	}
	if letters == 0 {
		return nil
	}
	t := &tag{name: string(line[1:end])}
	block.Advance(end)
	return t
}

// A urlParser reads bare http and https URLs after white space or punctuation.
type urlParser struct{}

// Trigger is a space, which stands for white space and the place where the
// last inline element ended, and punctuation that no other parser takes.
func (urlParser) Trigger() []byte { return []byte(" (\"'{>|,;:-.!?") }

func (urlParser) Parse(parent ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	skip := 0
	if c := line[0]; c < utf8.RuneSelf && !isWord(rune(c)) {
		skip = 1
	} else if isWord(block.PrecendingCharacter()) {
		return nil
	}
	n := readURL(line[skip:])
	if n == 0 {
		return nil
	}
	if skip > 0 {
		ast.MergeOrAppendTextSegment(parent, segment.WithStop(segment.Start+skip))
	}
	block.Advance(skip + n)
	start := segment.Start + skip
	return ast.NewAutoLink(ast.AutoLinkURL, ast.NewTextSegment(text.NewSegment(start, start+n)))
}

// readURL is the length of the URL at the start of line, 0 if there is none.
// Punctuation at its end belongs to the sentence, and a bracket that the URL
// does not open ends it.
func readURL(line []byte) int {
	scheme := len("http://")
	if hasPrefixFold(line, "https://") {
		scheme = len("https://")
	} else if !hasPrefixFold(line, "http://") {
		return 0
	}
	var round, square int
	end := scheme + run(line[scheme:], address.MaxURL, func(c byte) bool {
		switch c {
		case '(':
			round++
		case ')':
			round--
		case '[':
			square++
		case ']':
			square--
		case '<', '>', '"', '`':
			return false
		}
		return c > ' ' && round >= 0 && square >= 0
	})
	url := bytes.TrimRight(line[:end], "?!.,:;*_~'")
	if _, err := address.HostOf(string(url)); err != nil {
		return 0
	}
	return len(url)
}

// run counts the leading bytes for which ok holds, at most limit.
func run(b []byte, limit int, ok func(byte) bool) int {
	n := 0
	for n < len(b) && n < limit && ok(b[n]) {
		n++
	}
	return n
}

func isNameByte(c byte) bool {
	return c < utf8.RuneSelf && isWord(rune(c)) || c == '.' || c == '-'
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// runeAt is the first character of b, a space at the end.
func runeAt(b []byte) rune {
	if len(b) == 0 {
		return ' '
	}
	r, _ := utf8.DecodeRune(b)
	return r
}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && bytes.EqualFold(b[:len(prefix)], []byte(prefix))
}
