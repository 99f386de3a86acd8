package archtest

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// A ban keeps names of other packages to the few who may use them.
type ban struct {
	names map[string][]string // by package path
	for_  []string            // who may, as within reads it
}

// find finds uses of the banned names.
func (b ban) find(h *house) (out []breach) {
	h.walk(func(p *pkg, f *file, n ast.Node) {
		from, name := p.imported(n)
		if slices.Contains(b.names[from], name) && !within(p.path, b.for_) && !p.forTests() {
			out = append(out, h.at(n, "uses %s.%s", from, name))
		}
	})
	return out
}

var outbound = ban{
	names: map[string][]string{
		"net/http": {"Get", "Head", "Post", "PostForm", "DefaultClient", "DefaultTransport", "Client", "Transport"},
		"net": {"Dial", "DialTimeout", "DialIP", "DialTCP", "DialUDP", "DialUnix", "Dialer", "Resolver", "DefaultResolver",
			"LookupAddr", "LookupCNAME", "LookupHost", "LookupIP", "LookupMX", "LookupNS", "LookupPort", "LookupSRV", "LookupTXT"},
		"crypto/tls": {"Dial", "DialWithDialer", "Dialer"},
	},
	for_: []string{"internal/fetch", "internal/listener", "internal/doctor"}, // listener knows sockets of files, doctor asks for the home itself
}

var ambientLog = ban{
	names: map[string][]string{
		"log/slog": {"Default", "SetDefault", "Debug", "Info", "Warn", "Error", "Log", "DebugContext", "InfoContext",
			"WarnContext", "ErrorContext", "LogAttrs", "With"},
		"log": {"Default", "Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"},
	},
	for_: []string{"cmd/allod"},
}

var ambientSettings = ban{
	names: map[string][]string{"os": {"Getenv", "LookupEnv", "Environ", "Setenv", "ExpandEnv"}},
	for_:  []string{"cmd/allod", "internal/config"},
}

// roomsAreToldTheTime finds rooms that read the clock; to pass time.Now on is fine.
func roomsAreToldTheTime(h *house) (out []breach) {
	h.walk(func(p *pkg, f *file, n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || p.place.storey != room {
			return
		}
		if from, name := p.imported(call.Fun); from == "time" && slices.Contains([]string{"Now", "Since", "Until"}, name) {
			out = append(out, h.at(n, "calls time.%s", name))
		}
	})
	return out
}

// cookiesStayAtTheSite finds doors that would let a browser's cookie in.
func cookiesStayAtTheSite(h *house) (out []breach) {
	allowed := []string{"internal/server", "internal/server/site", "internal/server/oauth"}
	h.walk(func(p *pkg, f *file, n ast.Node) {
		if s, ok := n.(*ast.SelectorExpr); ok && !within(p.path, allowed) && !p.forTests() &&
			slices.Contains([]string{"Cookie", "Cookies", "CookiesNamed", "SetCookie"}, s.Sel.Name) {
			out = append(out, h.at(n, "uses %s", s.Sel.Name))
		}
	})
	return out
}

// noInit finds code that runs before main.
func noInit(h *house) (out []breach) {
	h.walk(func(p *pkg, f *file, n ast.Node) {
		if fn, ok := n.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
			out = append(out, h.at(n, "declares init"))
		}
	})
	return out
}

// noChangingGlobals finds assignments to variables of a package, its own or another.
func noChangingGlobals(h *house) (out []breach) {
	h.walk(func(p *pkg, f *file, n ast.Node) {
		var targets []ast.Expr
		switch s := n.(type) {
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				targets = s.Lhs
			}
		case *ast.IncDecStmt:
			targets = []ast.Expr{s.X}
		}
		for _, target := range targets {
			if name := p.global(target); name != "" {
				out = append(out, h.at(n, "changes %s", name))
			}
		}
	})
	return out
}

// global is the name of the package variable that an assignment changes, or "".
func (p *pkg) global(target ast.Expr) string {
	for {
		switch x := target.(type) {
		case *ast.SelectorExpr:
			if _, name := p.imported(x); name != "" {
				return x.X.(*ast.Ident).Name + "." + name
			}
			target = x.X
		case *ast.IndexExpr:
			target = x.X
		case *ast.StarExpr:
			target = x.X
		case *ast.ParenExpr:
			target = x.X
		case *ast.Ident:
			if v, ok := p.uses[x].(*types.Var); ok && v.Parent() == p.scope {
				return x.Name
			}
			return ""
		default:
			return ""
		}
	}
}

// transactionsStayShort looks into the functions given to Update and View:
// they start no goroutine, reach no network and open no second transaction.
func transactionsStayShort(h *house) (out []breach) {
	h.walk(func(p *pkg, f *file, n ast.Node) {
		body := p.transaction(n)
		if body == nil {
			return
		}
		ast.Inspect(body, func(n ast.Node) bool {
			if n == nil {
				return true
			}
			if _, ok := n.(*ast.GoStmt); ok {
				out = append(out, h.at(n, "starts a goroutine inside a transaction"))
			}
			if from, name := p.imported(n); slices.Contains([]string{"net", "net/http", module + "internal/fetch"}, from) {
				out = append(out, h.at(n, "uses %s.%s inside a transaction", from, name))
			}
			if p.transaction(n) != nil {
				out = append(out, h.at(n, "opens a transaction inside another"))
			}
			return true
		})
	})
	return out
}

// composersOpenNone finds functions that take a transaction and open another.
func composersOpenNone(h *house) (out []breach) {
	h.walk(func(p *pkg, f *file, n ast.Node) {
		fn, ok := n.(*ast.FuncDecl)
		if !ok || fn.Body == nil || !p.takesTx(fn.Type) {
			return
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if n != nil && p.transaction(n) != nil {
				out = append(out, h.at(n, "%s takes a transaction and opens another", fn.Name.Name))
			}
			return true
		})
	})
	return out
}

// transaction is the body of the function literal that a call of Update or
// View is given, or nil for any other node.
func (p *pkg) transaction(n ast.Node) *ast.BlockStmt {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return nil
	}
	s, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != "Update" && s.Sel.Name != "View" {
		return nil
	}
	for _, arg := range call.Args {
		if lit, ok := arg.(*ast.FuncLit); ok && p.takesTx(lit.Type) {
			return lit.Body
		}
	}
	return nil
}

// takesTx reports whether a function has a *db.Tx among its parameters.
func (p *pkg) takesTx(fn *ast.FuncType) bool {
	return slices.ContainsFunc(fn.Params.List, func(field *ast.Field) bool {
		star, ok := field.Type.(*ast.StarExpr)
		if !ok {
			return false
		}
		from, name := p.imported(star.X)
		return from == module+"internal/db" && name == "Tx"
	})
}
