package translate

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	as "allod/protocol/activitystreams"
	"allod/protocol/integrity"
)

// fieldsMax is how many lines of another's profile are kept.
const fieldsMax = as.MaxFields

// aliasesMax is how many other names of an actor are kept.
const aliasesMax = 32

// Account is what an actor document says of somebody, with the keys it lists
// for requests. Name and Host are what the document claims; only WebFinger at
// that host confirms them. It returns Invalid for a document without what an
// account needs: an id, a name fit for a handle, an inbox.
func Account(doc *as.Actor) (*account.Account, []account.Listed, error) {
	uri, err := Canonical(doc.ID)
	if err != nil {
		return nil, nil, err
	}
	location := locationOf(doc)
	if location == "" {
		return nil, nil, lacking(doc.ID, "an address where it is served")
	}
	handle, ok := claim(doc, location)
	if !ok {
		return nil, nil, lacking(doc.ID, "a name fit for a handle")
	}
	inbox := webAddress(doc.Inbox)
	if inbox == "" {
		return nil, nil, lacking(doc.ID, "an inbox")
	}
	a := &account.Account{
		Kind: account.KindOf(doc.Type), Name: handle.Name, Host: handle.Host,
		URI: uri, Location: location, URL: pageOf(doc.URL, location),
		DisplayName: strings.Join(strings.Fields(doc.Name.String()), " "), Bio: doc.Summary.String(), Fields: fields(doc.Fields), Emoji: tags(doc.Tags).Emoji,
		Inbox: inbox, SharedInbox: webAddress(doc.SharedInbox), Outbox: below(doc, doc.Outbox),
		FollowersURI: below(doc, doc.Followers), FollowingURI: below(doc, doc.Following), FeaturedURI: below(doc, doc.Featured),
		Avatar: picture(doc.Icon), Header: picture(doc.Image), AlsoKnownAs: aliases(doc.AlsoKnownAs),
		Locked: doc.ManuallyApprovesFollowers, Discoverable: doc.Discoverable, Indexable: doc.Indexable,
		CreatedAt: doc.Published,
	}
	a.Bot = a.Kind == account.KindService || a.Kind == account.KindApplication
	a.MovedTo, _ = Canonical(doc.MovedTo) // "" where it is none
	return a, keys(doc), nil
}

func lacking(id, what string) error {
	return fault.New(fault.Invalid, "").Because("the actor %.200q has not %s", id, what)
}

// locationOf is where an actor is fetched: its id, or at its first gateway
// where the id names none (FEP-ef61).
func locationOf(doc *as.Actor) string {
	p, err := integrity.ParsePortable(doc.ID)
	if err != nil || p.Host != "" {
		return webAddress(doc.ID)
	}
	for _, g := range doc.Gateways {
		if u, err := address.Parse(g); err == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == "" {
			return p.At(u.Scheme + "://" + u.Host)
		}
	}
	return ""
}

// claim is the handle that a document claims: that of FEP-2c59, or the name
// at the host where it is served.
func claim(doc *as.Actor, location string) (address.Handle, bool) {
	if h, err := address.ParseHandle(doc.Webfinger); err == nil {
		return h, true
	}
	return ByHost(doc, location)
}

// ByHost is the handle of an actor at the host of its location, whatever it
// claims beside its name.
func ByHost(doc *as.Actor, location string) (address.Handle, bool) {
	host, err := address.HostOf(location)
	return address.Handle{Name: doc.PreferredUsername, Host: host}, err == nil && address.ValidName(doc.PreferredUsername)
}

// webAddress is an http or https address, "" for anything else.
func webAddress(raw string) string {
	if _, err := address.Parse(raw); err != nil {
		return ""
	}
	return raw
}

// pageOf is the page for people, "" where it is on another host than the
// thing: a page elsewhere could pretend to be anybody's.
func pageOf(links as.Links, location string) string {
	page := links.Page()
	host, err := address.HostOf(location)
	if err != nil {
		return ""
	}
	if other, err := address.HostOf(page); err != nil || other != host {
		return ""
	}
	return page
}

// below is the id of a collection of an actor's, "" where another decides about it.
func below(doc *as.Actor, id string) string {
	if !SameAuthority(doc.ID, id) {
		return ""
	}
	return id
}

func fields(all []as.Attachment) []account.Field {
	var out []account.Field
	for _, f := range all {
		if len(out) < fieldsMax && f.Name != "" {
			out = append(out, account.Field{Name: f.Name, Value: f.Value})
		}
	}
	return out
}

func picture(all []as.Attachment) string {
	for _, p := range all {
		if url := webAddress(p.URL); url != "" {
			return url
		}
	}
	return ""
}

func aliases(all []string) []string {
	var out []string
	for _, id := range all {
		if uri, err := Canonical(id); err == nil && len(out) < aliasesMax {
			out = append(out, uri)
		}
	}
	return out
}

// keys are the keys for requests that a document may list: its own, by id and
// owner. A key id with a fragment belongs to the document before it; one
// without to whoever the same authority says.
func keys(doc *as.Actor) []account.Listed {
	var out []account.Listed
	own := func(id, owner string) bool {
		if strings.Contains(id, "#") && !Same(WithoutFragment(id), doc.ID) {
			return false
		}
		return Same(owner, doc.ID) && SameAuthority(id, doc.ID)
	}
	for _, k := range doc.PublicKeys {
		if public := readPEM(k.PEM); public != nil && own(k.ID, k.Owner) {
			out = append(out, account.Listed{URI: k.ID, Kind: kindOf(public), Public: public})
		}
	}
	for _, k := range doc.AssertionMethods {
		if public, err := integrity.ParseMultikey(k.Multibase); err == nil && own(k.ID, k.Controller) {
			out = append(out, account.Listed{URI: k.ID, Kind: account.Ed25519, Public: public})
		}
	}
	return out
}

// readPEM reads a public key in PEM: PKIX (RFC 7468 §13) or, of older
// servers, PKCS 1. It is nil for anything else.
func readPEM(text string) crypto.PublicKey {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil
	}
	if block.Type == "RSA PUBLIC KEY" {
		if key, err := x509.ParsePKCS1PublicKey(block.Bytes); err == nil {
			return key
		}
		return nil
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil
	}
	return key
}

func kindOf(public crypto.PublicKey) account.KeyKind {
	if _, ok := public.(*rsa.PublicKey); ok {
		return account.RSA
	}
	return account.Ed25519
}
