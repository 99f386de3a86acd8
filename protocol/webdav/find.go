package webdav

import (
	"errors"
	"fmt"
	"io"
)

// A Find is the body of PROPFIND (RFC 4918 §14.20).
type Find struct {
	Names bool   // only what properties there are
	All   bool   // all that RFC 4918 names, all that clients set, and Props
	Props []Name // these
}

// ParseFind reads the body of PROPFIND. An empty one asks for all.
func ParseFind(r io.Reader) (Find, error) {
	root, err := parse(r)
	if errors.Is(err, ErrEmpty) {
		return Find{All: true}, nil
	}
	if err != nil {
		return Find{}, err
	}
	if root.Name != D("propfind") {
		return Find{}, fmt.Errorf("%s is no propfind", root.Name)
	}
	var f Find
	kinds := 0
	for _, c := range root.Children() {
		switch c.Name {
		case D("propname"):
			f.Names = true
			kinds++
		case D("allprop"):
			f.All = true
			kinds++
		case D("prop"):
			f.Props = append(f.Props, props(c)...)
			kinds++
		case D("include"):
			f.Props = append(f.Props, props(c)...)
		}
	}
	if kinds != 1 {
		return Find{}, errors.New("a propfind holds one of prop, allprop and propname")
	}
	return f, nil
}

// props are the names in a prop, each once.
func props(e *Element) (names []Name) {
	if e == nil {
		return nil
	}
	seen := map[Name]bool{}
	for _, c := range e.Children() {
		if !seen[c.Name] {
			seen[c.Name] = true
			names = append(names, c.Name)
		}
	}
	return names
}

// A Patch is one instruction of PROPPATCH (RFC 4918 §14.19).
type Patch struct {
	Name  Name
	Value *Element // nil takes the property away
}

// ParsePatch reads the body of PROPPATCH, in order.
func ParsePatch(r io.Reader) (all []Patch, err error) {
	root, err := parse(r)
	if err != nil {
		return nil, err
	}
	if root.Name != D("propertyupdate") {
		return nil, fmt.Errorf("%s is no propertyupdate", root.Name)
	}
	for _, c := range root.Children() {
		set := c.Name == D("set")
		if !set && c.Name != D("remove") {
			continue
		}
		prop := c.Child(D("prop"))
		if prop == nil {
			return nil, errors.New("an instruction has no prop")
		}
		for _, p := range prop.Children() {
			one := Patch{Name: p.Name}
			if set {
				one.Value = p
			}
			all = append(all, one)
		}
	}
	if len(all) == 0 {
		return nil, errors.New("the propertyupdate asks nothing")
	}
	return all, nil
}

var mkcalendar = Name{"urn:ietf:params:xml:ns:caldav", "mkcalendar"}

// ParseMake reads the body of an extended MKCOL (RFC 5689 §3) or of MKCALENDAR
// (RFC 4791 §5.3.1): the properties it sets, none for an empty one.
func ParseMake(r io.Reader) (all []Patch, err error) {
	root, err := parse(r)
	if errors.Is(err, ErrEmpty) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if root.Name != D("mkcol") && root.Name != mkcalendar {
		return nil, fmt.Errorf("%s is no mkcol", root.Name)
	}
	for _, c := range root.Children() {
		for _, p := range c.Child(D("prop")).children() {
			all = append(all, Patch{p.Name, p})
		}
	}
	return all, nil
}

func (e *Element) children() []*Element {
	if e == nil {
		return nil
	}
	return e.Children()
}

// A LockInfo is the body of LOCK (RFC 4918 §14.11).
type LockInfo struct {
	Refresh bool // the body is empty: a lock is to last longer
	Shared  bool
	Owner   string // as XML, "" for none
}

// ownerMax is the longest owner of a lock, in bytes.
const ownerMax = 4 << 10

// ParseLock reads the body of LOCK.
func ParseLock(r io.Reader) (LockInfo, error) {
	root, err := parse(r)
	if errors.Is(err, ErrEmpty) {
		return LockInfo{Refresh: true}, nil
	}
	if err != nil {
		return LockInfo{}, err
	}
	scope := root.Child(D("lockscope"))
	shared := scope.Child(D("shared")) != nil
	switch {
	case root.Name != D("lockinfo"):
		return LockInfo{}, fmt.Errorf("%s is no lockinfo", root.Name)
	case shared == (scope.Child(D("exclusive")) != nil):
		return LockInfo{}, errors.New("a lock is exclusive or shared")
	case root.Child(D("locktype")).Child(D("write")) == nil:
		return LockInfo{}, errors.New("a lock is for writing")
	}
	in := LockInfo{Shared: shared}
	if o := root.Child(D("owner")); o != nil {
		if in.Owner = o.Inner(); len(in.Owner) > ownerMax {
			return LockInfo{}, errors.New("the owner of the lock is too long")
		}
	}
	return in, nil
}
