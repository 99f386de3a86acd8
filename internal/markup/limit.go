package markup

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

const (
	// maxNesting is how deep quotes and lists may lie in each other, and
	// emphasis and links; what is deeper is text.
	maxNesting = 16
	// maxMarks is how many marks of emphasis, links and code count in one
	// paragraph. The parser's time grows with marks times length.
	maxMarks = 400
)

// A nestedParser is a parser of blocks that contain blocks, to a bounded depth.
type nestedParser struct{ parser.BlockParser }

func (p nestedParser) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		if depth++; depth > maxNesting {
			return nil, parser.NoChildren
		}
	}
	return p.BlockParser.Open(parent, reader, pc)
}

// A markLimit takes marks as text once a paragraph has had too many.
type markLimit struct{ key parser.ContextKey }

// markKey is where a text's marks are counted. The library numbers its keys
// with a counter that every parse reads, so a key is made once, before any.
var markKey = parser.NewContextKey()

// A markCount is kept in the parser's context.
type markCount struct {
	block ast.Node
	n     int
}

func (markLimit) Trigger() []byte { return []byte("[]!*_~`<") }

func (m markLimit) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	count, _ := pc.Get(m.key).(*markCount)
	if count == nil {
		count = &markCount{}
		pc.Set(m.key, count)
	}
	if count.block != parent {
		*count = markCount{block: parent}
	}
	if count.n++; count.n <= maxMarks {
		return nil
	}
	_, segment := block.PeekLine()
	block.Advance(1)
	return ast.NewTextSegment(segment.WithStop(segment.Start + 1))
}

// A paragraphParser takes indented lines too, since indented code is unknown.
type paragraphParser struct{ parser.BlockParser }

func (paragraphParser) CanAcceptIndentedLine() bool { return true }
