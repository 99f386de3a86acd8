package archtest

import (
	"go/ast"
	"regexp"
	"strings"
)

// Where the best stand, and a little beyond: past these there is a second noun inside.
const (
	longestFile     = 600 // lines
	longestFunction = 100 // lines
	widestInterface = 5   // methods
)

// packagesSayWhatTheyAre finds packages without a first sentence.
func packagesSayWhatTheyAre(h *house) (out []breach) {
	for _, p := range h.packages {
		said := p.place.storey == script || p.name == "main"
		for _, f := range p.files {
			said = said || strings.HasPrefix(f.syntax.Doc.Text(), "Package "+p.name+" ")
		}
		if !said {
			out = append(out, breach{p.path, "has no sentence that begins with Package " + p.name})
		}
	}
	return out
}

// filesHoldOneThought finds files that are too long to.
func filesHoldOneThought(h *house) (out []breach) {
	for _, p := range h.packages {
		for _, f := range p.files {
			if !f.generated && f.lines > longestFile {
				out = append(out, h.at(f.syntax, "has %d lines, more than %d", f.lines, longestFile))
			}
		}
	}
	return out
}

// functionsAreRead finds functions too long to be read at once.
func functionsAreRead(h *house) (out []breach) {
	h.walk(func(p *pkg, f *file, n ast.Node) {
		fn, ok := n.(*ast.FuncDecl)
		if !ok || f.generated {
			return
		}
		if lines := h.files.Position(fn.End()).Line - h.files.Position(fn.Pos()).Line + 1; lines > longestFunction {
			out = append(out, h.at(n, "%s has %d lines, more than %d", fn.Name.Name, lines, longestFunction))
		}
	})
	return out
}

// interfacesAskNarrowly finds interfaces that ask for too much.
func interfacesAskNarrowly(h *house) (out []breach) {
	h.walk(func(p *pkg, f *file, n ast.Node) {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return
		}
		if i, ok := spec.Type.(*ast.InterfaceType); ok && i.Methods.NumFields() > widestInterface {
			out = append(out, h.at(n, "%s has %d methods, more than %d", spec.Name.Name, i.Methods.NumFields(), widestInterface))
		}
	})
	return out
}

var promise = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)

// nothingIsPromised finds comments that put work off.
func nothingIsPromised(h *house) (out []breach) {
	for _, p := range h.packages {
		for _, f := range p.files {
			for _, group := range f.syntax.Comments {
				if word := promise.FindString(group.Text()); word != "" && p.path != "internal/archtest" {
					out = append(out, h.at(group, "says %s", word))
				}
			}
		}
	}
	return out
}
