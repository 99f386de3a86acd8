// Package webfinger is handles and their JRD documents (RFC 7033, RFC 7565):
// which resource is asked for, and what is known of it.
package webfinger

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Path is where a host answers questions (RFC 7033 §10.1).
const Path = "/.well-known/webfinger"

// ContentType is the media type of a JRD (RFC 7033 §10.2).
const ContentType = "application/jrd+json"

// Relations of links used between social servers.
const (
	RelSelf        = "self"
	RelProfilePage = "http://webfinger.net/rel/profile-page"
	RelAvatar      = "http://webfinger.net/rel/avatar"
	RelSubscribe   = "http://ostatus.org/schema/1.0/subscribe"
)

// Limits on what is read. Lists beyond theirs are cut.
const (
	// MaxDocument is the size of a JRD in bytes.
	MaxDocument = 64 << 10
	// MaxResource is the length of a resource, an alias or an address in bytes.
	MaxResource = 2048
	// MaxLinks is how many links are read.
	MaxLinks = 100
	// MaxAliases is how many aliases are read.
	MaxAliases = 100
)

// ErrResource means a resource that is neither acct: nor https: (nor http:),
// or malformed.
var ErrResource = errors.New("webfinger: bad resource")

// ErrDocument means a document that is no JRD, or too large.
var ErrDocument = errors.New("webfinger: bad document")

// A Resource is what is asked about: an account by name and host, or the
// address of a page or actor.
type Resource struct {
	// Name and Host are of an acct: URI, "" otherwise. Host may have a port;
	// its case is kept.
	Name, Host string
	// URL is an http(s) address, nil for an acct: URI.
	URL *url.URL
}

// ParseResource reads the "resource" parameter of a question. A bare
// "name@host", with or without a leading "@", stands for its acct: URI.
func ParseResource(s string) (Resource, error) {
	if s == "" || len(s) > MaxResource || !utf8.ValidString(s) || strings.ContainsFunc(s, isSpaceOrControl) {
		return Resource{}, ErrResource
	}
	r, err := parse(s)
	if err != nil || len(r.String()) > MaxResource { // escaping may lengthen it
		return Resource{}, ErrResource
	}
	return r, nil
}

func parse(s string) (Resource, error) {
	scheme, rest, found := strings.Cut(s, ":")
	switch {
	case found && strings.EqualFold(scheme, "acct"):
		return parseAccount(rest)
	case found && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")):
		return parseURL(s)
	case strings.Contains(scheme, "@"):
		return parseAccount(strings.TrimPrefix(s, "@"))
	}
	return Resource{}, ErrResource
}

func isSpaceOrControl(r rune) bool { return r <= ' ' || r == 0x7f }

// parseAccount reads "userpart@host" (RFC 7565 §7), whose user part may be
// percent-encoded.
func parseAccount(s string) (Resource, error) {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 {
		return Resource{}, ErrResource
	}
	name, err := url.PathUnescape(s[:at])
	host := s[at+1:]
	if err != nil || !utf8.ValidString(name) || strings.ContainsFunc(name, isSpaceOrControl) ||
		strings.ContainsAny(name, "@/") {
		return Resource{}, ErrResource
	}
	u, err := url.Parse("https://" + host)
	if err != nil || u.Host != host || u.Hostname() == "" {
		return Resource{}, ErrResource
	}
	return Resource{Name: name, Host: host}, nil
}

func parseURL(s string) (Resource, error) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return Resource{}, ErrResource
	}
	return Resource{URL: u}, nil
}

// Account is the acct: resource of name at host.
func Account(name, host string) Resource { return Resource{Name: name, Host: host} }

// String is the resource as a URI, or "" for the zero Resource.
func (r Resource) String() string {
	switch {
	case r.URL != nil:
		return r.URL.String()
	case r.Name == "":
		return ""
	}
	return "acct:" + url.PathEscape(r.Name) + "@" + r.Host
}

// Query is the address at which origin ("https://host") answers about r.
func (r Resource) Query(origin string) string {
	return strings.TrimSuffix(origin, "/") + Path + "?resource=" + url.QueryEscape(r.String())
}

// A Document is a JRD (RFC 7033 §4.4).
type Document struct {
	Subject    string             `json:"subject,omitempty"`
	Aliases    []string           `json:"aliases,omitempty"`
	Properties map[string]*string `json:"properties,omitempty"`
	Links      []Link             `json:"links,omitempty"`
}

// A Link leads from the subject to something of its.
type Link struct {
	Rel  string `json:"rel"`
	Type string `json:"type,omitempty"`
	Href string `json:"href,omitempty"`
	// Template is an address with {uri} in it, used by RelSubscribe.
	Template   string             `json:"template,omitempty"`
	Titles     map[string]string  `json:"titles,omitempty"`
	Properties map[string]*string `json:"properties,omitempty"`
}

// Actor is the document of an account that is an ActivityPub actor. The
// profile page and the avatar may be "".
func Actor(subject Resource, actor, profile, avatar, avatarType string) Document {
	d := Document{Subject: subject.String()}
	if profile != "" {
		d.Aliases = append(d.Aliases, profile)
		d.Links = append(d.Links, Link{Rel: RelProfilePage, Type: "text/html", Href: profile})
	}
	if actor != profile {
		d.Aliases = append(d.Aliases, actor)
	}
	d.Links = append(d.Links, Link{Rel: RelSelf, Type: "application/activity+json", Href: actor})
	if avatar != "" {
		d.Links = append(d.Links, Link{Rel: RelAvatar, Type: avatarType, Href: avatar})
	}
	return d
}

// Parse reads a JRD. Links without a relation are dropped, as is what is too
// long.
func Parse(raw []byte) (Document, error) {
	if len(raw) > MaxDocument {
		return Document{}, fmt.Errorf("%w: more than %d bytes", ErrDocument, MaxDocument)
	}
	var d Document
	if err := json.Unmarshal(raw, &d); err != nil {
		return Document{}, fmt.Errorf("%w: %w", ErrDocument, err)
	}
	if len(d.Subject) > MaxResource {
		return Document{}, fmt.Errorf("%w: subject too long", ErrDocument)
	}
	d.Aliases = d.Aliases[:min(len(d.Aliases), MaxAliases)]
	var links []Link
	for _, l := range d.Links {
		if l.Rel != "" && len(l.Href) <= MaxResource && len(l.Template) <= MaxResource && len(links) < MaxLinks {
			links = append(links, l)
		}
	}
	d.Links = links
	return d, nil
}

// JSON renders the document.
func (d Document) JSON() ([]byte, error) { return json.Marshal(d) }

// ActorID is the address of the subject's ActivityPub actor, or "". Both
// media types of ActivityStreams are known; parameters other than the profile
// are ignored.
func (d Document) ActorID() string {
	for _, l := range d.Links {
		if l.Rel == RelSelf && isActivityStreams(l.Type) && l.Href != "" {
			return l.Href
		}
	}
	return ""
}

func isActivityStreams(mediaType string) bool {
	kind, _, _ := strings.Cut(strings.ToLower(mediaType), ";")
	switch strings.TrimSpace(kind) {
	case "application/activity+json":
		return true
	case "application/ld+json":
		return strings.Contains(mediaType, "https://www.w3.org/ns/activitystreams")
	}
	return false
}

// Link is the first link with this relation.
func (d Document) Link(rel string) (Link, bool) {
	for _, l := range d.Links {
		if l.Rel == rel {
			return l, true
		}
	}
	return Link{}, false
}
