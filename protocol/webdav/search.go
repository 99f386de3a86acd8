package webdav

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A Search is the body of SEARCH in the grammar basicsearch (RFC 5323 §5).
type Search struct {
	Find
	Scope string // where to look: an address or a path, as it came
	Deep  bool   // also below what that folder holds
	Where *Where // nil takes all
	Order []Order
	First int // how many to leave out
	Limit int // 0 for no bound
}

// A Where is a condition.
type Where struct {
	Op    string // and, or, not; eq, lt, lte, gt, gte, like; is-collection
	Prop  Name
	Value string
	Args  []*Where // of the first three
}

// An Order is by what to sort.
type Order struct {
	Prop Name
	Down bool
}

// ParseSearch reads the body of SEARCH.
func ParseSearch(r io.Reader) (Search, error) {
	root, err := parse(r)
	if err != nil {
		return Search{}, err
	}
	basic := root.Child(D("basicsearch"))
	if root.Name != D("searchrequest") || basic == nil {
		return Search{}, fmt.Errorf("%s is no basicsearch", root.Name)
	}
	var s Search
	chosen := basic.Child(D("select"))
	s.All = chosen.Child(D("allprop")) != nil
	s.Props = props(chosen.Child(D("prop")))
	scope := basic.Child(D("from")).Child(D("scope"))
	s.Scope = scope.Child(D("href")).Text()
	s.Deep = scope.Child(D("depth")).Text() != "1" && scope.Child(D("depth")).Text() != "0"
	if s.Scope == "" {
		return Search{}, errors.New("a search has no scope")
	}
	if w := basic.Child(D("where")).children(); len(w) > 0 {
		if s.Where, err = where(w[0]); err != nil {
			return Search{}, err
		}
	}
	for _, o := range basic.Child(D("orderby")).children() {
		if names := props(o.Child(D("prop"))); o.Name == D("order") && len(names) > 0 {
			s.Order = append(s.Order, Order{names[0], o.Child(D("descending")) != nil})
		}
	}
	limit := basic.Child(D("limit"))
	if s.Limit, err = count(limit.Child(D("nresults"))); err != nil {
		return Search{}, err
	}
	s.First, err = count(limit.Child(NC("firstresult")))
	return s, err
}

func count(e *Element) (int, error) {
	if e == nil {
		return 0, nil
	}
	n, err := strconv.ParseUint(e.Text(), 10, 31)
	return int(n), err
}

func where(e *Element) (*Where, error) {
	w := &Where{Op: strings.TrimPrefix(e.Local, "is-")}
	if e.Space != DAV {
		return nil, fmt.Errorf("%s is no operator", e.Name)
	}
	switch e.Local {
	case "and", "or", "not":
		for _, c := range e.Children() {
			arg, err := where(c)
			if err != nil {
				return nil, err
			}
			w.Args = append(w.Args, arg)
		}
		if len(w.Args) == 0 {
			return nil, fmt.Errorf("%s is about nothing", e.Local)
		}
	case "eq", "lt", "lte", "gt", "gte", "like":
		names := props(e.Child(D("prop")))
		if len(names) != 1 || e.Child(D("literal")) == nil {
			return nil, fmt.Errorf("%s compares nothing", e.Local)
		}
		w.Prop, w.Value = names[0], e.Child(D("literal")).Text()
	case "is-collection":
		w.Op = e.Local
	default:
		return nil, fmt.Errorf("%.40s is no operator", e.Local)
	}
	return w, nil
}

// A Report is the body of REPORT (RFC 3253 §3.6) in the kinds that apps ask.
type Report struct {
	Find
	Favorites bool   // ownCloud's filter-files, for what is marked so
	Sync      bool   // what changed since a token (RFC 6578 §3.2)
	Token     string // "" for everything
	Deep      bool
}

// ErrReport is that a report is of a kind that is not known.
var ErrReport = errors.New("the report is of no known kind")

// ParseReport reads the body of REPORT.
func ParseReport(r io.Reader) (Report, error) {
	root, err := parse(r)
	if err != nil {
		return Report{}, err
	}
	report := Report{Find: Find{Props: props(root.Child(D("prop")))}}
	switch root.Name {
	case OC("filter-files"):
		v := root.Child(OC("filter-rules")).Child(OC("favorite")).Text()
		if report.Favorites = v == "1" || v == "yes" || v == "true"; !report.Favorites {
			return Report{}, ErrReport
		}
	case D("sync-collection"):
		report.Sync = true
		report.Token = root.Child(D("sync-token")).Text()
		report.Deep = root.Child(D("sync-level")).Text() == "infinite"
	default:
		return Report{}, ErrReport
	}
	return report, nil
}
