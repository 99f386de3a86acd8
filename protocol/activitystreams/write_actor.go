package activitystreams

import (
	"encoding/json"
	"time"
)

// An ActorDocument is an actor to be served (ActivityPub §4.1).
type ActorDocument struct {
	// Type is one of the five types of actors.
	Type              string
	ID                string
	PreferredUsername string
	// Webfinger is the address "name@host" (FEP-2c59); "" if not to be said.
	Webfinger string
	Name      string
	// Summary is HTML.
	Summary string
	// URL is the page of the profile, on the host of the id.
	URL string

	Inbox, Outbox, SharedInbox string
	// Followers, Following and Featured are collections; "" if not offered.
	Followers, Following, Featured string

	PublicKey        PublicKeyDocument
	AssertionMethods []MultikeyDocument

	Icon, Image *ImageDocument
	Fields      []FieldDocument
	// Tags are the emoji that the name, summary and fields hold.
	Tags []TagDocument

	ManuallyApprovesFollowers bool
	Discoverable, Indexable   bool

	AlsoKnownAs []string
	MovedTo     string
	// Gateways serve a portable actor, the preferred one first (FEP-ef61).
	Gateways []string
	// Implements are the capabilities of the server (FEP-844e).
	Implements []CapabilityDocument
	Published  time.Time
}

// A PublicKeyDocument is an RSA key for HTTP signatures. Its owner is the
// actor.
type PublicKeyDocument struct {
	ID  string
	PEM string
}

// A MultikeyDocument is a key for proofs (FEP-521a). Its controller is the
// actor.
type MultikeyDocument struct {
	ID        string
	Multibase string
}

// A FieldDocument is one row of a profile. Value is HTML.
type FieldDocument struct {
	Name, Value string
}

// A CapabilityDocument names a specification by address and title.
type CapabilityDocument struct {
	Href, Name string
}

// actorJSON is the order of an actor's properties on the wire.
type actorJSON struct {
	Context           json.RawMessage `json:"@context"`
	ID                string          `json:"id"`
	Type              string          `json:"type"`
	PreferredUsername string          `json:"preferredUsername"`
	Webfinger         string          `json:"webfinger,omitempty"`
	Name              string          `json:"name"`
	Summary           string          `json:"summary"`
	URL               string          `json:"url,omitempty"`
	Published         string          `json:"published,omitempty"`
	Inbox             string          `json:"inbox"`
	Outbox            string          `json:"outbox"`
	Followers         string          `json:"followers,omitempty"`
	Following         string          `json:"following,omitempty"`
	Featured          string          `json:"featured,omitempty"`
	Endpoints         *endpointsJSON  `json:"endpoints,omitempty"`
	PublicKey         publicKeyJSON   `json:"publicKey"`
	AssertionMethod   []multikeyJSON  `json:"assertionMethod,omitempty"`
	Gateways          []string        `json:"gateways,omitempty"`
	Manually          bool            `json:"manuallyApprovesFollowers"`
	Discoverable      bool            `json:"discoverable"`
	Indexable         bool            `json:"indexable"`
	AlsoKnownAs       []string        `json:"alsoKnownAs,omitempty"`
	MovedTo           string          `json:"movedTo,omitempty"`
	Icon              *imageJSON      `json:"icon,omitempty"`
	Image             *imageJSON      `json:"image,omitempty"`
	Attachment        []fieldJSON     `json:"attachment"`
	Tag               []tagJSON       `json:"tag,omitempty"`
	Generator         *generatorJSON  `json:"generator,omitempty"`
}

type endpointsJSON struct {
	SharedInbox string `json:"sharedInbox"`
}

type publicKeyJSON struct {
	ID    string `json:"id"`
	Owner string `json:"owner"`
	PEM   string `json:"publicKeyPem"`
}

type multikeyJSON struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	Controller string `json:"controller"`
	Multibase  string `json:"publicKeyMultibase"`
}

type fieldJSON struct {
	Type  string `json:"type"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

type generatorJSON struct {
	Type       string           `json:"type"`
	Implements []capabilityJSON `json:"implements"`
}

type capabilityJSON struct {
	Type string `json:"type"`
	Href string `json:"href"`
	Name string `json:"name"`
}

// JSON renders the actor.
func (d ActorDocument) JSON() ([]byte, error) {
	c := checker{document: d.Type}
	d.check(&c)
	out := actorJSON{
		Context:           contextActor,
		ID:                d.ID,
		Type:              d.Type,
		PreferredUsername: d.PreferredUsername,
		Webfinger:         d.Webfinger,
		Name:              d.Name,
		Summary:           d.Summary,
		URL:               d.URL,
		Published:         formatTime(d.Published),
		Inbox:             d.Inbox,
		Outbox:            d.Outbox,
		Followers:         d.Followers,
		Following:         d.Following,
		Featured:          d.Featured,
		PublicKey:         publicKeyJSON{d.PublicKey.ID, d.ID, d.PublicKey.PEM},
		Gateways:          d.Gateways,
		Manually:          d.ManuallyApprovesFollowers,
		Discoverable:      d.Discoverable,
		Indexable:         d.Indexable,
		AlsoKnownAs:       d.AlsoKnownAs,
		MovedTo:           d.MovedTo,
		Icon:              d.Icon.wire(&c),
		Image:             d.Image.wire(&c),
		Attachment:        []fieldJSON{},
		Generator:         d.generator(&c),
	}
	if d.SharedInbox != "" {
		out.Endpoints = &endpointsJSON{d.SharedInbox}
	}
	for _, k := range d.AssertionMethods {
		c.id("assertionMethod.id", k.ID)
		c.required("assertionMethod.publicKeyMultibase", k.Multibase)
		out.AssertionMethod = append(out.AssertionMethod, multikeyJSON{k.ID, TypeMultikey, d.ID, k.Multibase})
	}
	for _, f := range d.Fields {
		c.text("attachment.name", f.Name)
		c.text("attachment.value", f.Value)
		out.Attachment = append(out.Attachment, fieldJSON{TypePropertyValue, f.Name, f.Value})
	}
	for _, t := range d.Tags {
		out.Tag = append(out.Tag, t.wire(&c))
	}
	if c.err != nil {
		return nil, c.err
	}
	return encode(out)
}

func (d ActorDocument) check(c *checker) {
	if !IsActorType(d.Type) {
		c.fail("type", "not a type of actor")
	}
	c.id("id", d.ID)
	c.required("preferredUsername", d.PreferredUsername)
	c.text("webfinger", d.Webfinger)
	c.text("name", d.Name)
	c.text("summary", d.Summary)
	c.optional("url", d.URL)
	c.id("inbox", d.Inbox)
	c.id("outbox", d.Outbox)
	c.optional("endpoints.sharedInbox", d.SharedInbox)
	c.optional("followers", d.Followers)
	c.optional("following", d.Following)
	c.optional("featured", d.Featured)
	c.id("publicKey.id", d.PublicKey.ID)
	c.required("publicKey.publicKeyPem", d.PublicKey.PEM)
	c.ids("alsoKnownAs", d.AlsoKnownAs)
	c.optional("movedTo", d.MovedTo)
	c.ids("gateways", d.Gateways)
}

func (d ActorDocument) generator(c *checker) *generatorJSON {
	if len(d.Implements) == 0 {
		return nil
	}
	g := &generatorJSON{Type: TypeApplication}
	for _, s := range d.Implements {
		c.id("generator.implements.href", s.Href)
		c.text("generator.implements.name", s.Name)
		g.Implements = append(g.Implements, capabilityJSON{TypeLink, s.Href, s.Name})
	}
	return g
}
