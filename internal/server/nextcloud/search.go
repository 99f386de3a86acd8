package nextcloud

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/photo"
	"allod/internal/server"
	"allod/protocol/webdav"
)

// foundMax is how many nodes one search tells of.
const foundMax = 100_000

// search answers SEARCH (RFC 5323): the pictures of phones, what was changed lately, favorites.
func (d *door) search(w http.ResponseWriter, r *http.Request) error {
	ask, err := webdav.ParseSearch(r.Body)
	if err != nil {
		return unreadable(err)
	}
	scope, err := d.scope(r, ask.Scope)
	if err != nil {
		return err
	}
	limit := foundMax
	if ask.Limit > 0 {
		limit = min(limit, ask.First+ask.Limit)
	}
	byTime := len(ask.Order) == 0 || len(ask.Order) == 1 && ask.Order[0].Prop == webdav.D("getlastmodified") && ask.Order[0].Down
	from, to := window(ask.Where)
	var all []file.Found
	err = d.Files.Roam(r.Context(), me(r).who.ID, to, func(f file.Found) bool {
		if f.ModifiedAt.Before(from) {
			return false
		}
		if within(f.Path, scope.path(), ask.Deep) && takes(ask.Where, f.Node, me(r).who.Name) {
			all = append(all, f)
		}
		return len(all) < foundMax && (!byTime || len(all) < limit)
	})
	if err != nil {
		return err
	}
	if !byTime {
		slices.SortStableFunc(all, func(a, b file.Found) int { return ordered(ask.Order, a.Node, b.Node) })
	}
	all = all[min(ask.First, len(all)):min(limit, len(all))]
	return d.tellFound(w, r, scope, ask.Find, all)
}

// tellFound tells of nodes that stand in different folders.
func (d *door) tellFound(w http.ResponseWriter, r *http.Request, p place, ask webdav.Find, all []file.Found) error {
	plan := planOf(ask)
	var known map[id.ID]*photo.Known
	if asksPhotos(plan) {
		nodes := make([]*file.Node, len(all))
		for i, f := range all {
			nodes[i] = f.Node
		}
		var err error
		if known, err = d.known(r.Context(), nodes); err != nil {
			return err
		}
	}
	a := d.answer(r.Context(), w, me(r).who)
	a.extra = func(one planned, n *file.Node) bool { return tellPhoto(a, one, n, known) }
	for _, f := range all {
		plan.tell(a, p.href(f.Path, f.Folder), f.Node)
	}
	return a.Close()
}

// scope is the folder in which a search looks. Apps say it without what stands above the files.
func (d *door) scope(r *http.Request, text string) (place, error) {
	u, err := url.Parse(text)
	if err != nil {
		return place{}, server.Malformed("the scope: %w", err)
	}
	path := u.EscapedPath()
	if !strings.HasPrefix(path, "/remote.php/") {
		path = "/remote.php/dav/" + strings.TrimPrefix(path, "/")
	}
	p, err := d.place(r, path)
	if err != nil {
		return place{}, err
	}
	if p.area != "files" {
		return place{}, fault.New(fault.NotFound, "fault.file.unknown")
	}
	_, err = d.Files.At(r.Context(), me(r).who.ID, p.path())
	return p, err
}

// within reports whether a path is below a folder, at any depth or right in it.
func within(path, folder string, deep bool) bool {
	rest := path
	if folder != "" {
		var ok bool
		if rest, ok = cutFold(path, folder); !ok {
			return false
		}
	}
	return deep || !strings.Contains(rest, "/")
}

func cutFold(path, folder string) (string, bool) {
	n := strings.Count(folder, "/") + 1
	parts := strings.SplitN(path, "/", n+1)
	if len(parts) != n+1 || file.Fold(strings.Join(parts[:n], "/")) != file.Fold(folder) {
		return "", false
	}
	return parts[n], true
}

// window is the time in which whatever a condition takes was changed.
func window(w *webdav.Where) (from, to time.Time) {
	if w == nil {
		return from, to
	}
	if w.Op == "and" {
		for _, arg := range w.Args {
			f, t := window(arg)
			if f.After(from) {
				from = f
			}
			if !t.IsZero() && (to.IsZero() || t.Before(to)) {
				to = t
			}
		}
		return from, to
	}
	if w.Prop != webdav.D("getlastmodified") {
		return from, to
	}
	at, ok := readMoment(w.Value)
	switch {
	case !ok:
	case w.Op == "gt" || w.Op == "gte":
		from = at
	case w.Op == "lt" || w.Op == "lte":
		to = at.Add(time.Second)
	}
	return from, to
}

// readMoment reads a time as apps write it: in seconds, or with a date, a time and a zone.
func readMoment(s string) (time.Time, bool) {
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return moment(n), true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", http.TimeFormat, "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// takes reports whether a node is what a condition takes.
func takes(w *webdav.Where, n *file.Node, owner string) bool {
	if w == nil {
		return true
	}
	switch w.Op {
	case "and":
		return !slices.ContainsFunc(w.Args, func(a *webdav.Where) bool { return !takes(a, n, owner) })
	case "or":
		return slices.ContainsFunc(w.Args, func(a *webdav.Where) bool { return takes(a, n, owner) })
	case "not":
		return !takes(w.Args[0], n, owner)
	case "is-collection":
		return n.Folder
	}
	switch w.Prop {
	case webdav.D("getcontenttype"):
		return !n.Folder && compareText(w, n.Mime)
	case webdav.D("displayname"):
		return compareText(w, n.Name)
	case webdav.OC("owner-id"):
		return compareText(w, owner)
	case webdav.OC("favorite"):
		return n.Favorite == (w.Value == "yes" || w.Value == "1" || w.Value == "true")
	}
	value, ok := number(w.Prop, n)
	if !ok {
		return false
	}
	want, err := strconv.ParseFloat(w.Value, 64)
	if err != nil {
		at, ok := readMoment(w.Value)
		if !ok {
			return false
		}
		want = float64(at.Unix())
	}
	return compares(w.Op, cmp.Compare(float64(value), want))
}

// number is what a property that is a number, or a time in seconds, says of a node.
func number(p webdav.Name, n *file.Node) (int64, bool) {
	switch p {
	case webdav.D("getlastmodified"):
		return n.ModifiedAt.Unix(), true
	case webdav.D("creationdate"), webdav.NC("creation_time"):
		return created(n).Unix(), true
	case webdav.NC("upload_time"):
		return n.UploadedAt.Unix(), true
	case webdav.OC("fileid"):
		return n.Number, true
	case webdav.OC("size"):
		return n.Size, true
	case webdav.D("getcontentlength"):
		return n.Size, !n.Folder
	}
	return 0, false
}

func compares(op string, c int) bool {
	switch op {
	case "eq":
		return c == 0
	case "lt":
		return c < 0
	case "lte":
		return c <= 0
	case "gt":
		return c > 0
	case "gte":
		return c >= 0
	}
	return false
}

// compareText compares without regard to case. In a pattern, % stands for anything.
func compareText(w *webdav.Where, s string) bool {
	s, want := file.Fold(s), file.Fold(w.Value)
	if w.Op != "like" {
		return compares(w.Op, strings.Compare(s, want))
	}
	parts := strings.Split(want, "%")
	if len(parts) == 1 {
		return s == want
	}
	last := len(parts) - 1
	s, ok := strings.CutPrefix(s, parts[0])
	if !ok || !strings.HasSuffix(s, parts[last]) {
		return false
	}
	s = s[:len(s)-len(parts[last])]
	for _, p := range parts[1:last] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return true
}

// ordered is in which order two nodes stand.
func ordered(by []webdav.Order, a, b *file.Node) int {
	for _, o := range by {
		var c int
		switch o.Prop {
		case webdav.D("displayname"):
			c = strings.Compare(file.Fold(a.Name), file.Fold(b.Name))
		case webdav.D("getcontenttype"):
			c = strings.Compare(a.Mime, b.Mime)
		default:
			x, _ := number(o.Prop, a)
			y, _ := number(o.Prop, b)
			c = cmp.Compare(x, y)
		}
		if o.Down {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
