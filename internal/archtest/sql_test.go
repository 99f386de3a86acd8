package archtest

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	statement = regexp.MustCompile(`^\s*(SELECT|INSERT\s+INTO|UPDATE\s+\S+\s+(AS\s+\S+\s+)?SET|DELETE\s+FROM|WITH\s+(RECURSIVE\s+)?\w+|CREATE|ALTER|DROP|PRAGMA|VACUUM|TRUNCATE)\s`)
	written   = regexp.MustCompile(`\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+([^\s(]*)`)
	read      = regexp.MustCompile(`\b(?:FROM|JOIN)\s+(\w+)`)
)

// sqlBelow are the folders where SQL is the trade itself.
var sqlBelow = []string{"internal/db/"}

// literals visits every string literal of the program.
func (h *house) literals(visit func(p *pkg, f *file, lit *ast.BasicLit, text string)) {
	h.walk(func(p *pkg, f *file, n ast.Node) {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING || within(p.path, sqlBelow) || p.forTests() {
			return
		}
		if text, err := strconv.Unquote(lit.Value); err == nil {
			visit(p, f, lit, text)
		}
	})
}

// isStore reports whether a file holds SQL: store.go, or for a further thought
// of a noun one that ends so, such as hide_store.go.
func isStore(name string) bool {
	base := path.Base(name)
	return base == "store.go" || strings.HasSuffix(base, "_store.go")
}

// sqlStaysInStores finds SQL in other files than stores.
func sqlStaysInStores(h *house) (out []breach) {
	h.literals(func(p *pkg, f *file, lit *ast.BasicLit, text string) {
		if !isStore(f.name) && statement.MatchString(text) {
			out = append(out, h.at(lit, "holds SQL outside store.go"))
		}
	})
	return out
}

// ownersWriteTheirTables finds statements that write a table of another package.
func ownersWriteTheirTables(h *house) (out []breach) {
	h.literals(func(p *pkg, f *file, lit *ast.BasicLit, text string) {
		if !isStore(f.name) {
			return
		}
		for _, m := range written.FindAllStringSubmatch(text, -1) {
			table := m[1]
			if table == "SET" || table == "" { // of ON CONFLICT DO UPDATE, and of FOR UPDATE
				continue
			}
			switch owner := tables[table]; owner {
			case p.path:
			case "":
				out = append(out, h.at(lit, "writes %s, a table nobody owns", table))
			default:
				out = append(out, h.at(lit, "writes %s, a table of %s", table, owner))
			}
		}
	})
	return out
}

// readersLookDownhill finds statements that read a table whose owner they may not import.
func readersLookDownhill(h *house) (out []breach) {
	h.literals(func(p *pkg, f *file, lit *ast.BasicLit, text string) {
		if !isStore(f.name) {
			return
		}
		for _, m := range read.FindAllStringSubmatch(text, -1) {
			if owner := tables[m[1]]; owner != "" && !may(p.place, placeOf(owner)) {
				out = append(out, h.at(lit, "reads %s, a table of %s, which it may not import", m[1], owner))
			}
		}
	})
	return out
}

// queries visits the constant text of every statement the program runs.
func (h *house) queries(visit func(call *ast.CallExpr, text string)) {
	h.walk(func(p *pkg, f *file, n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) < 2 || within(p.path, sqlBelow) || p.forTests() {
			return
		}
		s, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || !slices.Contains([]string{"Exec", "Query", "QueryRow"}, s.Sel.Name) {
			return
		}
		if text, ok := p.text(call.Args[1]); ok {
			visit(call, text)
		}
	})
}
