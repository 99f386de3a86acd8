package nextcloud

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/server"
	"allod/protocol/webdav"
)

// find answers PROPFIND of a file or folder, and of what a folder holds (RFC 4918 §9.1).
func (d *door) find(w http.ResponseWriter, r *http.Request, p place) error {
	ask, depth, err := d.finding(r)
	if err != nil {
		return err
	}
	n, held, err := d.Files.List(r.Context(), me(r).who.ID, p.path(), depth == webdav.One)
	if err != nil {
		return err
	}
	plan := planOf(ask)
	extra, err := d.extras(r.Context(), me(r).who.ID, p, plan, n, held)
	if err != nil {
		return err
	}
	a := d.answer(r.Context(), w, me(r).who)
	if extra != nil {
		a.extra = func(one planned, n *file.Node) bool { return extra.tell(a, one, n) }
		plan.dead = extra.dead
	}
	plan.tell(a, p.href(p.path(), n.Folder), n)
	at := p.href(p.path(), true)
	b := make([]byte, 0, 512)
	for _, c := range held {
		b = webdav.AppendEscaped(append(b[:0], at...), c.Name)
		if c.Folder {
			b = append(b, '/')
		}
		plan.tell(a, string(b), c)
	}
	return a.Close()
}

// finding reads what a PROPFIND asks, and how deep. What is asked without a depth is asked of one folder.
func (d *door) finding(r *http.Request) (webdav.Find, webdav.Depth, error) {
	depth, err := webdav.ParseDepth(r.Header, webdav.One)
	if err != nil {
		return webdav.Find{}, 0, server.Malformed("%w", err)
	}
	if depth == webdav.Infinity {
		return webdav.Find{}, 0, &refusal{http.StatusForbidden, "propfind-finite-depth", fault.New(fault.Denied, "fault.dav.deep")}
	}
	ask, err := webdav.ParseFind(r.Body)
	if err != nil {
		return webdav.Find{}, 0, unreadable(err)
	}
	return ask, depth, nil
}

// unreadable is the fault of a body.
func unreadable(err error) error {
	return server.Malformed("the body: %w", err)
}

// answer begins a multistatus.
func (d *door) answer(ctx context.Context, w http.ResponseWriter, who *account.Account) *answer {
	h := w.Header()
	h.Set("Content-Type", webdav.Type)
	h.Set("DAV", davClasses)
	w.WriteHeader(http.StatusMultiStatus)
	return &answer{Multistatus: webdav.NewMultistatus(w), ctx: ctx, door: d, who: who, usage: d.usageOnce(ctx, who)}
}

// A plan is what to tell of each node.
type plan struct {
	names []planned
	bare  bool // only that there are these
	every bool // also what devices set
	dead  map[id.ID][]file.Property
}

type planned struct {
	name webdav.Name
	tag  webdav.Tag
	tell property // nil for what the door does not know
}

// planOf works out once what all nodes of an answer are asked.
func planOf(ask webdav.Find) *plan {
	p := &plan{bare: ask.Names, every: ask.All || ask.Names}
	wanted := ask.Props
	if ask.All || ask.Names {
		wanted = append(append([]webdav.Name{}, usual...), ask.Props...)
	}
	if ask.Names {
		wanted = slices.AppendSeq(wanted, maps.Keys(live))
		slices.SortFunc(wanted, func(a, b webdav.Name) int { return strings.Compare(a.String(), b.String()) })
	}
	seen := map[webdav.Name]bool{}
	for _, n := range wanted {
		if seen[n] {
			continue
		}
		seen[n] = true
		p.names = append(p.names, planned{n, webdav.TagOf(n), live[n]})
	}
	return p
}

// tell writes a node.
func (p *plan) tell(a *answer, href string, n *file.Node) {
	a.Begin(href)
	for i := range p.names {
		one := &p.names[i]
		switch {
		case p.bare:
			a.Raw(one.tag, "")
		case one.tell != nil && one.tell(a, one.tag, n):
		case a.extra != nil && a.extra(*one, n):
		case !p.every:
			a.Missing(one.tag)
		}
	}
	if p.every {
		for _, said := range p.dead[n.ID] {
			if p.bare {
				a.Raw(webdav.TagOf(webdav.ParseName(said.Name)), "")
			} else {
				a.Whole(said.Value)
			}
		}
	}
	a.End()
}

// only has a plan tell some properties alone, of what is no node.
func (p *plan) only(these map[webdav.Name]bool) *plan {
	kept := p.names[:0]
	for _, one := range p.names {
		if !these[one.name] {
			if p.every {
				continue
			}
			one.tell = nil
		}
		kept = append(kept, one)
	}
	p.names = kept
	return p
}

// above answers what stands above the files of a person: the way to them.
func (d *door) above(w http.ResponseWriter, r *http.Request, p place) error {
	if r.Method != "PROPFIND" {
		return forbids("fault.dav.method")
	}
	if len(p.names) > 0 && p.names[0] != "files" {
		return fault.New(fault.NotFound, "fault.file.unknown")
	}
	ask, depth, err := d.finding(r)
	if err != nil {
		return err
	}
	who := me(r).who
	home, err := d.Files.At(r.Context(), who.ID, "")
	if err != nil {
		return err
	}
	a := d.answer(r.Context(), w, who)
	plan := planOf(ask)
	plan.tell(a, p.href(p.path(), true), home)
	if depth == webdav.One {
		below := "files"
		if len(p.names) > 0 {
			below = "files/" + who.Name
		}
		plan.tell(a, p.href(below, true), home)
	}
	return a.Close()
}
