package activitypub

import (
	"encoding/xml"
	"net/http"
	"path"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	"allod/internal/server"
	"allod/protocol/nodeinfo"
	"allod/protocol/webfinger"
)

// webfinger tells where the actor of a handle or page is (RFC 7033 §4).
func (d *door) webfinger(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query()["resource"]
	if len(asked) != 1 {
		return server.Malformed("%d resources", len(asked))
	}
	res, err := webfinger.ParseResource(asked[0])
	if err != nil {
		return server.Malformed("resource: %w", err)
	}
	a, err := d.resource(r, res)
	if err != nil {
		return err
	}
	if a.Gone() {
		return fault.New(fault.Gone, "")
	}
	page := d.Names.Profile(a)
	if a.Kind == account.KindApplication && a.URI == account.HomeURI {
		page = d.Names.Origin + "/"
	}
	body, err := webfinger.Actor(webfinger.Account(a.Name, d.Names.HostOf(a)), d.Names.Actor(a), page, "", "").JSON()
	if err != nil {
		return err
	}
	return plain(w, webfinger.ContentType, body)
}

// resource is the account here that a resource names, by handle, page or actor id; NotFound for any other.
func (d *door) resource(r *http.Request, res webfinger.Resource) (*account.Account, error) {
	unknown := fault.New(fault.NotFound, "")
	if res.URL == nil {
		host, err := address.Host(res.Host)
		if err != nil {
			return nil, unknown
		}
		if host == d.Names.Host && strings.EqualFold(res.Name, d.Names.Host) { // how servers ask for the actor of the house
			return d.Accounts.HomeActor(r.Context())
		}
		return d.here(r, res.Name, host)
	}
	host, err := address.HostOf(res.URL.String())
	if err != nil || host != d.Names.Host && !d.Accounts.Serves(r.Context(), host) {
		return nil, unknown
	}
	if name, ok := strings.CutPrefix(res.URL.Path, "/@"); ok {
		return d.here(r, name, host)
	}
	if owner, err := d.Accounts.Owner(r.Context(), host); owner != nil && (res.URL.Path == "" || res.URL.Path == "/") || err != nil {
		return owner, err
	}
	if res.URL.Path == account.HomeURI {
		return d.Accounts.HomeActor(r.Context())
	}
	uri, err := translate.Canonical(res.URL.String())
	if err != nil {
		return nil, unknown
	}
	a, err := d.Accounts.ByURI(r.Context(), uri)
	if err == nil && !a.Local {
		return nil, unknown
	}
	return a, err
}

// here is one who lives here, by name at a host of ours: their own domain, or
// the host they had before the home moved, which their ids carry for ever.
func (d *door) here(r *http.Request, name, host string) (*account.Account, error) {
	a, ours, err := d.Accounts.Here(r.Context(), d.Names.Host, name, host)
	if !ours {
		return nil, fault.New(fault.NotFound, "")
	}
	return a, err
}

// xrd is the part of an XRD 1.0 that host-meta needs (RFC 6415 §2).
type xrd struct {
	XMLName xml.Name `xml:"http://docs.oasis-open.org/ns/xri/xrd-1.0 XRD"`
	Link    struct {
		Rel      string `xml:"rel,attr"`
		Type     string `xml:"type,attr"`
		Template string `xml:"template,attr"`
	}
}

// hostMeta leads old programs to WebFinger.
func (d *door) hostMeta(w http.ResponseWriter, _ *http.Request) error {
	var doc xrd
	doc.Link.Rel, doc.Link.Type = "lrdd", webfinger.ContentType
	doc.Link.Template = d.Names.Origin + webfinger.Path + "?resource={uri}"
	body, err := xml.Marshal(doc)
	if err != nil {
		return err
	}
	return plain(w, "application/xrd+xml; charset=utf-8", append([]byte(xml.Header), body...))
}

// discover says where the NodeInfo documents are.
func (d *door) discover(w http.ResponseWriter, _ *http.Request) error {
	return server.JSON(w, http.StatusOK, nodeinfo.Discover(d.Names.Origin+"/nodeinfo/"))
}

// nodeinfo is what the home says of itself: no names, and numbers only as a whole.
func (d *door) nodeinfo(w http.ResponseWriter, r *http.Request) error {
	people, posts, err := d.population(r.Context())
	if err != nil {
		return err
	}
	doc := nodeinfo.Document{
		Software:  nodeinfo.Software{Name: d.Software, Version: d.Version},
		Protocols: []string{"activitypub"},
		Services:  nodeinfo.Services{Outbound: []string{"atom1.0", "rss2.0"}},
		Usage:     nodeinfo.Usage{Users: nodeinfo.Users{Total: &people}, LocalPosts: &posts},
	}
	if d.Title != "" {
		doc.Metadata = map[string]any{"nodeName": d.Title}
	}
	version := nodeinfo.Version(path.Base(r.URL.Path))
	body, err := doc.JSON(version)
	if err != nil {
		return err
	}
	return plain(w, version.ContentType(), body)
}

// plain answers with a public document.
func plain(w http.ResponseWriter, kind string, body []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "public, max-age=600")
	_, err := w.Write(body)
	return err
}
