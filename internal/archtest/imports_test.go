package archtest

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// imports visits every import, those of tests too.
func (h *house) imports(visit func(p *pkg, f *file, spec *ast.ImportSpec, path string)) {
	for _, p := range h.packages {
		for _, f := range p.files {
			for _, spec := range f.syntax.Imports {
				if path, err := strconv.Unquote(spec.Path.Value); err == nil {
					visit(p, f, spec, path)
				}
			}
		}
	}
}

// everyPackageHasAPlace finds packages that the plan does not know.
func everyPackageHasAPlace(h *house) (out []breach) {
	for _, p := range h.packages {
		if p.place.storey == nowhere {
			out = append(out, breach{p.path, "has no place in the house; give it one in internal/archtest/plan_test.go"})
		}
	}
	return out
}

// noVagueNames finds packages that could hold anything.
func noVagueNames(h *house) (out []breach) {
	for _, p := range h.packages {
		if slices.Contains(vague, p.name) {
			out = append(out, breach{p.path, "is called " + p.name})
		}
	}
	return out
}

// importsFlowDownhill finds imports against the order of the house. Tests
// keep to it as well, but may use the test packages of what they may import,
// and those of bridges and above may start a whole home.
func importsFlowDownhill(h *house) (out []breach) {
	h.imports(func(p *pkg, f *file, spec *ast.ImportSpec, path string) {
		path, ours := strings.CutPrefix(path, module)
		if !ours || p.place.storey == nowhere {
			return
		}
		to := placeOf(path)
		switch {
		case may(p.place, to), slices.Contains(exceptions[p.path], path):
		case f.test && p.place.storey >= bridge && to.storey != command:
		default:
			out = append(out, h.at(spec, "%s may not import %s", p.path, path))
		}
	})
	return out
}

// reservedImports finds imports of packages that are kept for a few.
func reservedImports(h *house) (out []breach) {
	h.imports(func(p *pkg, f *file, spec *ast.ImportSpec, path string) {
		path, ours := strings.CutPrefix(path, module)
		for _, r := range reserved {
			if !ours || path != r.path || f.test || p.path == r.path || within(p.path, r.for_) {
				continue
			}
			out = append(out, h.at(spec, "imports %s: %s", path, r.because))
		}
	})
	return out
}

// testPackagesStayInTests finds code that would take test support into the program.
func testPackagesStayInTests(h *house) (out []breach) {
	h.imports(func(p *pkg, f *file, spec *ast.ImportSpec, path string) {
		if f.test || p.forTests() {
			return
		}
		support := path == "testing" || strings.HasPrefix(path, module) && strings.HasSuffix(path, "test")
		if support {
			out = append(out, h.at(spec, "imports %s outside tests", path))
		}
	})
	return out
}

// banned are imports of the standard library and of libraries that a storey does without.
var banned = []struct {
	storey  storey
	paths   []string
	because string
}{
	{protocol, []string{"database/sql", "database/sql/driver", "log", "log/slog"}, "a wire format neither stores nor logs"},
	{room, []string{"net/http", "net/http/httputil"}, "a room does not know how it is asked"},
	{room, []string{"html/template", "text/template", "github.com/a-h/templ"}, "a room does not know how it is shown"},
}

// storeysKeepToTheirTrade finds imports that a storey does without. Tests may use them.
func storeysKeepToTheirTrade(h *house) (out []breach) {
	h.imports(func(p *pkg, f *file, spec *ast.ImportSpec, path string) {
		for _, b := range banned {
			if !f.test && p.place.storey == b.storey && slices.Contains(b.paths, path) {
				out = append(out, h.at(spec, "imports %s: %s", path, b.because))
			}
		}
	})
	return out
}

// translationIsPure finds translators that could reach the world.
func translationIsPure(h *house) (out []breach) {
	impure := []string{"net/http", module + "internal/db", module + "internal/job", module + "internal/fetch"}
	h.imports(func(p *pkg, f *file, spec *ast.ImportSpec, path string) {
		if !f.test && p.path == "internal/federation/translate" && slices.Contains(impure, path) {
			out = append(out, h.at(spec, "imports %s", strings.TrimPrefix(path, module)))
		}
	})
	return out
}

// librariesHaveAHome finds uses of a library outside the packages it was
// taken for, and libraries nobody decided on.
func librariesHaveAHome(h *house) (out []breach) {
	h.imports(func(p *pkg, f *file, spec *ast.ImportSpec, path string) {
		first, _, _ := strings.Cut(path, "/")
		if f.test || p.forTests() || !strings.Contains(first, ".") {
			return
		}
		for library, users := range libraries {
			if !within(path, []string{library, strings.TrimSuffix(library, "/") + "/"}) {
				continue
			}
			if !within(p.path, users) {
				out = append(out, h.at(spec, "imports %s, which belongs to %s", path, strings.Join(users, ", ")))
			}
			return
		}
		out = append(out, h.at(spec, "imports %s, which no package was given", path))
	})
	return out
}
