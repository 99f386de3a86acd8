package archtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "allod/"

// A house is the source of every package, read but not compiled.
type house struct {
	files    *token.FileSet
	packages []*pkg
}

// A pkg is one package. Names in its files outside tests are resolved, which
// works without the packages it imports.
type pkg struct {
	path  string // inside the module, such as internal/post
	name  string
	place place
	files []*file
	uses  map[*ast.Ident]types.Object
	exprs map[ast.Expr]types.TypeAndValue
	scope *types.Scope
}

// A file is one file of a package.
type file struct {
	name      string // inside the module
	test      bool
	generated bool
	lines     int
	syntax    *ast.File
}

// A breach is one place where a rule is broken.
type breach struct{ at, what string }

func (b breach) String() string { return b.at + ": " + b.what }

// readHouse reads the packages that go list finds, with files for other systems too.
func readHouse(t *testing.T) *house {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	list := exec.Command("go", "list", "-e", "-json", "./...")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string][]byte{}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p struct {
			Dir                                                string
			GoFiles, IgnoredGoFiles, TestGoFiles, XTestGoFiles []string
		}
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		for _, name := range slices.Concat(p.GoFiles, p.IgnoredGoFiles, p.TestGoFiles, p.XTestGoFiles) {
			full := filepath.Join(p.Dir, name)
			source, err := os.ReadFile(full)
			if err != nil {
				t.Fatal(err)
			}
			rel, err := filepath.Rel(root, full)
			if err != nil {
				t.Fatal(err)
			}
			sources[filepath.ToSlash(rel)] = source
		}
	}
	return build(t, sources)
}

// build makes a house of files by their names.
func build(t *testing.T, sources map[string][]byte) *house {
	t.Helper()
	h := &house{files: token.NewFileSet()}
	packages := map[string]*pkg{}
	for name, source := range sources {
		syntax, err := parser.ParseFile(h.files, name, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		dir := path.Dir(name)
		p := packages[dir]
		if p == nil {
			p = &pkg{path: dir, place: placeOf(dir)}
			packages[dir] = p
			h.packages = append(h.packages, p)
		}
		f := &file{name: name, test: strings.HasSuffix(name, "_test.go"), generated: ast.IsGenerated(syntax),
			lines: bytes.Count(source, []byte("\n")), syntax: syntax}
		if !f.test || p.name == "" {
			p.name = strings.TrimSuffix(syntax.Name.Name, "_test")
		}
		p.files = append(p.files, f)
	}
	slices.SortFunc(h.packages, func(a, b *pkg) int { return strings.Compare(a.path, b.path) })
	for _, p := range h.packages {
		slices.SortFunc(p.files, func(a, b *file) int { return strings.Compare(a.name, b.name) })
		p.resolve(h.files)
	}
	return h
}

// resolve ties names to what they mean, as far as the package alone tells.
func (p *pkg) resolve(files *token.FileSet) {
	var syntax []*ast.File
	for f := range p.code() {
		syntax = append(syntax, f.syntax)
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}}
	cfg := types.Config{Importer: hollow{}, Error: func(error) {}}
	checked, _ := cfg.Check(module+p.path, files, syntax, info) // what the empty imports leave unknown is an error
	p.uses, p.exprs, p.scope = info.Uses, info.Types, checked.Scope()
}

// hollow imports every package as an empty one.
type hollow struct{}

func (hollow) Import(path string) (*types.Package, error) {
	p := types.NewPackage(path, path[strings.LastIndex(path, "/")+1:])
	p.MarkComplete()
	return p, nil
}

// code yields the files that are part of the program.
func (p *pkg) code() func(yield func(*file) bool) {
	return func(yield func(*file) bool) {
		for _, f := range p.files {
			if !f.test && !yield(f) {
				return
			}
		}
	}
}

// forTests reports whether the package only serves tests.
func (p *pkg) forTests() bool { return strings.HasSuffix(p.path, "test") || p.place.storey == script }

// imported is the path of the package that an expression such as http.Get
// takes a name from, and the name.
func (p *pkg) imported(e ast.Node) (path, name string) {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	x, ok := s.X.(*ast.Ident)
	if !ok {
		return "", ""
	}
	if from, ok := p.uses[x].(*types.PkgName); ok {
		return from.Imported().Path(), s.Sel.Name
	}
	return "", ""
}

// text is the value of a constant string expression.
func (p *pkg) text(e ast.Expr) (string, bool) {
	v := p.exprs[e].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}

// walk visits every node of the program's own files.
func (h *house) walk(visit func(p *pkg, f *file, n ast.Node)) {
	for _, p := range h.packages {
		for f := range p.code() {
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				if n != nil {
					visit(p, f, n)
				}
				return true
			})
		}
	}
}

// at says that a rule is broken at a node.
func (h *house) at(n ast.Node, format string, args ...any) breach {
	pos := h.files.Position(n.Pos())
	return breach{pos.Filename + ":" + strconv.Itoa(pos.Line), fmt.Sprintf(format, args...)}
}
