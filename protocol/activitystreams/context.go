package activitystreams

import "encoding/json"

// Addresses of the contexts that documents name. All are published standards
// that readers carry with them; every other term is defined in the document.
const (
	contextCore      = "https://www.w3.org/ns/activitystreams"
	contextSecurity  = "https://w3id.org/security/v1"
	contextIntegrity = "https://w3id.org/security/data-integrity/v1"
	contextDID       = "https://www.w3.org/ns/did/v1"
	contextMultikey  = "https://w3id.org/security/multikey/v1"
)

// OwnNamespace is the prefix of the terms that are ours alone. It is a name,
// not an address: nothing is to be fetched and no host is bound to it.
const OwnNamespace = "urn:uuid:60560df3-1076-4e4f-88f8-b3c86b7aef7a#"

// OwnTerm is the full identifier of one of our terms. Documents that use terms
// of ours define them in their own context as this identifier.
func OwnTerm(name string) string { return OwnNamespace + name }

// The values of "@context", one for each kind of document. The integrity
// context is in all of them since all may carry a proof (FEP-8b32).
var (
	// contextActivity is that of activities and collections.
	contextActivity = json.RawMessage(`["` + contextCore + `","` + contextIntegrity + `"]`)

	// contextNote defines what Mastodon and others added to objects.
	contextNote = json.RawMessage(`["` + contextCore + `","` + contextIntegrity + `",{` +
		`"Emoji":"toot:Emoji",` +
		`"Hashtag":"as:Hashtag",` +
		`"blurhash":"toot:blurhash",` +
		`"conversation":"ostatus:conversation",` +
		`"focalPoint":{"@container":"@list","@id":"toot:focalPoint"},` +
		`"ostatus":"http://ostatus.org#",` +
		`"sensitive":"as:sensitive",` +
		`"toot":"http://joinmastodon.org/ns#"}]`)

	// contextActor defines what actors have: profile fields with schema.org's
	// prefix as Mastodon expects it, portability (FEP-ef61), the address
	// (FEP-2c59) and capabilities (FEP-844e).
	contextActor = json.RawMessage(`["` + contextCore + `","` + contextDID + `","` + contextSecurity +
		`","` + contextIntegrity + `","` + contextMultikey + `",{` +
		`"Emoji":"toot:Emoji",` +
		`"PropertyValue":"schema:PropertyValue",` +
		`"alsoKnownAs":{"@id":"as:alsoKnownAs","@type":"@id"},` +
		`"discoverable":"toot:discoverable",` +
		`"featured":{"@id":"toot:featured","@type":"@id"},` +
		`"gateways":{"@container":"@list","@id":"https://w3id.org/fep/ef61/gateways","@type":"@id"},` +
		`"implements":{"@container":"@list","@id":"https://w3id.org/fep/844e/implements","@type":"@id"},` +
		`"indexable":"toot:indexable",` +
		`"manuallyApprovesFollowers":"as:manuallyApprovesFollowers",` +
		`"movedTo":{"@id":"as:movedTo","@type":"@id"},` +
		`"schema":"http://schema.org#",` +
		`"toot":"http://joinmastodon.org/ns#",` +
		`"value":"schema:value",` +
		`"webfinger":"https://purl.archive.org/socialweb/webfinger#webfinger"}]`)
)
