// Package nodeinfo is what a server says of itself: the NodeInfo discovery
// document and schemas 2.0 and 2.1 (FEP-f1d5).
package nodeinfo

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// DiscoveryPath is where a host says which schemas it serves.
const DiscoveryPath = "/.well-known/nodeinfo"

// MaxDocument is the size of a document that is read, in bytes.
const MaxDocument = 64 << 10

// ErrDocument means a document that cannot be understood or is too large.
var ErrDocument = errors.New("nodeinfo: bad document")

// A Version is one of the schemas.
type Version string

// The versions in use. They differ in that 2.1 may name the repository and
// home page of the software.
const (
	Version20 Version = "2.0"
	Version21 Version = "2.1"
)

const schemaPrefix = "http://nodeinfo.diaspora.software/ns/schema/"

// Rel is the relation under which the version is found, which is also the
// address of its schema.
func (v Version) Rel() string { return schemaPrefix + string(v) }

// ContentType is the media type of a document of this version.
func (v Version) ContentType() string {
	return `application/json; profile="` + v.Rel() + `#"`
}

// A Discovery says where the documents are.
type Discovery struct {
	Links []Link `json:"links"`
}

// A Link leads to a document of one version.
type Link struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

// Discover is the discovery document of a server whose documents lie at
// prefix + "2.0" and prefix + "2.1".
func Discover(prefix string) Discovery {
	var d Discovery
	for _, v := range [...]Version{Version20, Version21} {
		d.Links = append(d.Links, Link{Rel: v.Rel(), Href: prefix + string(v)})
	}
	return d
}

// ParseDiscovery reads a discovery document.
func ParseDiscovery(raw []byte) (Discovery, error) {
	var d Discovery
	return d, parse(raw, &d)
}

// Best is the address of the newest version that this package reads, or "".
func (d Discovery) Best() string {
	for _, v := range [...]Version{Version21, Version20} {
		for _, l := range d.Links {
			if l.Rel == v.Rel() && l.Href != "" {
				return l.Href
			}
		}
	}
	return ""
}

// A Document describes a server.
type Document struct {
	Version           Version        `json:"version"`
	Software          Software       `json:"software"`
	Protocols         []string       `json:"protocols"`
	Services          Services       `json:"services"`
	OpenRegistrations bool           `json:"openRegistrations"`
	Usage             Usage          `json:"usage"`
	Metadata          map[string]any `json:"metadata"`
}

// Software is the program that runs there.
type Software struct {
	// Name consists of lower-case letters, digits and hyphens.
	Name    string `json:"name"`
	Version string `json:"version"`
	// Repository and Homepage exist from 2.1 on.
	Repository string `json:"repository,omitempty"`
	Homepage   string `json:"homepage,omitempty"`
}

// Services are other networks that the server exchanges with.
type Services struct {
	Inbound  []string `json:"inbound"`
	Outbound []string `json:"outbound"`
}

// Usage is how much goes on there. What is nil is not told.
type Usage struct {
	Users         Users  `json:"users"`
	LocalPosts    *int64 `json:"localPosts,omitempty"`
	LocalComments *int64 `json:"localComments,omitempty"`
}

// Users are numbers of people. What is nil is not told.
type Users struct {
	Total          *int64 `json:"total,omitempty"`
	ActiveHalfyear *int64 `json:"activeHalfyear,omitempty"`
	ActiveMonth    *int64 `json:"activeMonth,omitempty"`
}

// JSON renders the document as the given version. Lists and metadata that are
// nil are written empty, as the schema demands.
func (d Document) JSON(v Version) ([]byte, error) {
	if d.Software.Name == "" || strings.ContainsFunc(d.Software.Name, notInName) {
		return nil, fmt.Errorf("nodeinfo: write: software name %q does not fit the schema", d.Software.Name)
	}
	d.Version = v
	if v == Version20 {
		d.Software.Repository, d.Software.Homepage = "", ""
	}
	if d.Protocols == nil {
		d.Protocols = []string{}
	}
	if d.Services.Inbound == nil {
		d.Services.Inbound = []string{}
	}
	if d.Services.Outbound == nil {
		d.Services.Outbound = []string{}
	}
	if d.Metadata == nil {
		d.Metadata = map[string]any{}
	}
	return json.Marshal(d)
}

func notInName(r rune) bool {
	return r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9')
}

// Parse reads a document of any version 1 or 2. Only the software must be
// there; servers differ in how they write the rest, so what does not fit is
// left empty.
func Parse(raw []byte) (Document, error) {
	var loose struct {
		Version           json.RawMessage `json:"version"`
		Software          Software        `json:"software"`
		Protocols         json.RawMessage `json:"protocols"`
		Services          json.RawMessage `json:"services"`
		OpenRegistrations json.RawMessage `json:"openRegistrations"`
		Usage             json.RawMessage `json:"usage"`
		Metadata          json.RawMessage `json:"metadata"`
	}
	if err := parse(raw, &loose); err != nil {
		return Document{}, err
	}
	d := Document{Software: loose.Software}
	if d.Software.Name == "" {
		return Document{}, fmt.Errorf("%w: no software name", ErrDocument)
	}
	d.Version = orZero[Version](loose.Version)
	d.Protocols = orZero[[]string](loose.Protocols)
	d.Services = orZero[Services](loose.Services)
	d.OpenRegistrations = orZero[bool](loose.OpenRegistrations)
	d.Usage = orZero[Usage](loose.Usage)
	d.Metadata = orZero[map[string]any](loose.Metadata)
	return d, nil
}

// orZero is raw as a T, or the zero T if it is of another shape.
func orZero[T any](raw json.RawMessage) T {
	var v, zero T
	if len(raw) == 0 || json.Unmarshal(raw, &v) != nil {
		return zero
	}
	return v
}

func parse(raw []byte, into any) error {
	if len(raw) > MaxDocument {
		return fmt.Errorf("%w: more than %d bytes", ErrDocument, MaxDocument)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%w: %w", ErrDocument, err)
	}
	return nil
}
