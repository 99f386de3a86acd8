package activitystreams

import (
	"encoding/json"
	"time"
)

// An Actor is someone or something that acts (ActivityPub §4).
type Actor struct {
	ID string
	// Type is the main type; Types are all.
	Type  string
	Types []string

	PreferredUsername string
	// Webfinger is the address "name@host" of FEP-2c59, without "acct:".
	Webfinger string
	Name      LangString
	Summary   LangString
	URL       Links
	Icon      []Attachment
	Image     []Attachment
	// Fields are the attachments of type PropertyValue.
	Fields []Attachment
	Tags   []Tag

	Inbox, Outbox, SharedInbox     string
	Followers, Following, Featured string

	PublicKeys       []PublicKey
	AssertionMethods []Multikey

	ManuallyApprovesFollowers bool
	Discoverable, Indexable   bool
	Memorial, Suspended       bool

	MovedTo            string
	AlsoKnownAs        []string
	AttributionDomains []string
	// Gateways serve a portable actor, the first being preferred (FEP-ef61).
	Gateways []string
	// Implements are the specifications its server knows (FEP-844e).
	Implements []string

	Published time.Time
	Raw       json.RawMessage
}

// A PublicKey is a key of the security vocabulary, for HTTP signatures.
type PublicKey struct {
	ID    string
	Owner string
	// PEM is "" if the key was only named.
	PEM string
}

// A Multikey is a verification method (FEP-521a), for object proofs.
type Multikey struct {
	ID         string
	Controller string
	// Multibase is the encoded key, "" if the key was only named.
	Multibase string
}

// DecodeActor is [Decode] followed by [Ref.Actor].
func DecodeActor(raw []byte) (*Actor, error) {
	r, err := Decode(raw)
	if err != nil {
		return nil, err
	}
	return r.Actor()
}

// Actor reads the embedded thing as an actor. It must be of one of the five
// types of actors.
func (r Ref) Actor() (*Actor, error) {
	id, types, err := r.embedded()
	if err != nil {
		return nil, err
	}
	kind := actorType(types)
	if kind == "" {
		return nil, ErrType
	}
	n := r.node
	a := &Actor{
		ID:                        id,
		Type:                      kind,
		Types:                     types,
		PreferredUsername:         n.text("preferredUsername", MaxName),
		Webfinger:                 webfinger(n.text("webfinger", MaxURI)),
		Name:                      n.langString("name", MaxName),
		Summary:                   n.langString("summary", MaxSummary),
		URL:                       n.links("url"),
		Icon:                      n.attachments("icon"),
		Image:                     n.attachments("image"),
		Fields:                    n.fields(),
		Tags:                      n.tags(),
		Inbox:                     n.uri("inbox"),
		Outbox:                    n.uri("outbox"),
		SharedInbox:               n.first("endpoints").uri("sharedInbox"),
		Followers:                 n.uri("followers"),
		Following:                 n.uri("following"),
		Featured:                  n.uri("featured"),
		PublicKeys:                n.publicKeys(),
		AssertionMethods:          n.multikeys(),
		ManuallyApprovesFollowers: n.boolean("manuallyApprovesFollowers"),
		Discoverable:              n.boolean("discoverable"),
		Indexable:                 n.boolean("indexable"),
		Memorial:                  n.boolean("memorial"),
		Suspended:                 n.boolean("suspended"),
		MovedTo:                   n.uri("movedTo"),
		AlsoKnownAs:               n.uris("alsoKnownAs", MaxAliases),
		AttributionDomains:        n.texts("attributionDomains", MaxAliases, MaxToken),
		Gateways:                  n.uris("gateways", MaxAliases),
		Implements:                n.implements(),
		Published:                 n.when("published"),
		Raw:                       n.raw,
	}
	return a, nil
}

// actorType is the first of types that is an actor's, or "".
func actorType(types []string) string {
	for _, t := range types {
		if IsActorType(t) {
			return t
		}
	}
	return ""
}

func webfinger(s string) string {
	const scheme = "acct:"
	if len(s) > len(scheme) && s[:len(scheme)] == scheme {
		return s[len(scheme):]
	}
	return s
}

func (n node) fields() []Attachment {
	var out []Attachment
	for _, a := range n.attachments("attachment") {
		if a.Type == TypePropertyValue && len(out) < MaxFields {
			out = append(out, a)
		}
	}
	return out
}

// implements reads generator.implements, and the property itself, which an
// Application has directly (FEP-844e).
func (n node) implements() []string {
	out := n.uris("implements", MaxRefs)
	return append(out, n.first("generator").uris("implements", MaxRefs)...)
}

// PublicKey reads the embedded thing as a key: the document of a key that is
// served apart from its owner.
func (r Ref) PublicKey() (PublicKey, error) {
	if _, _, err := r.embedded(); err != nil {
		return PublicKey{}, err
	}
	return r.node.publicKey(), nil
}

func (n node) publicKeys() []PublicKey {
	var out []PublicKey
	for _, v := range n.list("publicKey", MaxKeys) {
		if k := v.publicKey(); k.ID != "" {
			out = append(out, k)
		}
	}
	return out
}

func (n node) publicKey() PublicKey {
	return PublicKey{ID: n.asURI(), Owner: n.uri("owner"), PEM: n.material("publicKeyPem")}
}

func (n node) multikeys() []Multikey {
	var out []Multikey
	for _, v := range n.list("assertionMethod", MaxKeys) {
		k := Multikey{ID: v.asURI()}
		if v.kind() == TypeMultikey {
			k.Controller = v.uri("controller")
			k.Multibase = v.material("publicKeyMultibase")
		}
		if k.ID != "" {
			out = append(out, k)
		}
	}
	return out
}

// material is an encoded key, whole or not at all.
func (n node) material(key string) string {
	if s := n.first(key).str(); len(s) <= MaxKey {
		return s
	}
	return ""
}
