package translate

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"

	"allod/internal/account"
	as "allod/protocol/activitystreams"
	"allod/protocol/integrity"
)

// A Face is what an actor document shows beyond the account's own row.
type Face struct {
	Bio    string // HTML
	Fields []account.Field
	Avatar *as.ImageDocument
	Header *as.ImageDocument
}

// ActorDocument is the document of one who lives here, not yet proven
// (ActivityPub §4.1, FEP-ef61, FEP-521a, FEP-2c59).
func ActorDocument(n account.Names, a *account.Account, keys []*account.Key, face Face) ([]byte, error) {
	actor := n.Actor(a)
	doc := as.ActorDocument{
		Type: actorType(a.Kind), ID: actor, PreferredUsername: a.Name, Webfinger: a.Name + "@" + n.HostOf(a), Name: a.DisplayName, Summary: face.Bio,
		URL: n.Profile(a), Inbox: n.Below(a, "inbox"), Outbox: n.Below(a, "outbox"), SharedInbox: n.SharedInbox(a),
		Followers: n.Below(a, "followers"), Following: n.Below(a, "following"), Featured: n.Below(a, "featured"),
		Icon: face.Avatar, Image: face.Header, ManuallyApprovesFollowers: a.Locked, Discoverable: a.Discoverable, Indexable: a.Indexable,
		AlsoKnownAs: n.Aliases(a), MovedTo: a.MovedTo, Published: a.CreatedAt, Implements: capabilities,
	}
	if a.Kind == account.KindApplication {
		doc.URL = n.Origin + "/"
		doc.Followers, doc.Following, doc.Featured = "", "", ""
	} else {
		doc.Gateways = []string{n.Base(a)}
	}
	if a.Bot {
		doc.Type = as.TypeService
	}
	for _, f := range face.Fields {
		doc.Fields = append(doc.Fields, as.FieldDocument{Name: f.Name, Value: f.Value})
	}
	doc.Tags = emojiTags(n, a.Emoji)
	for _, k := range keys {
		if err := listKey(&doc, n, a, k); err != nil {
			return nil, err
		}
	}
	return doc.JSON()
}

// capabilities tell peers how they may sign to us (FEP-844e).
var capabilities = []as.CapabilityDocument{
	{Href: "https://datatracker.ietf.org/doc/html/rfc9421", Name: "RFC-9421: HTTP Message Signatures"},
	{Href: "https://datatracker.ietf.org/doc/html/rfc9421#name-eddsa-using-curve-edwards25", Name: "RFC-9421 signatures using the Ed25519 algorithm"},
}

// listKey puts a public key where its kind belongs. The publishing key needs
// no line of its own: the did:key is the key.
func listKey(doc *as.ActorDocument, n account.Names, a *account.Account, k *account.Key) error {
	switch k.Kind {
	case account.RSA:
		der, err := x509.MarshalPKIXPublicKey(k.Public)
		if err != nil {
			return err
		}
		doc.PublicKey = as.PublicKeyDocument{
			ID: n.Key(a, account.RSA), PEM: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		}
	case account.Ed25519:
		if public, ok := k.Public.(ed25519.PublicKey); ok {
			doc.AssertionMethods = append(doc.AssertionMethods, as.MultikeyDocument{
				ID: n.Key(a, account.Ed25519), Multibase: integrity.EncodeMultikey(public),
			})
		}
	case account.Publishing:
	}
	return nil
}

func actorType(k account.Kind) string {
	switch k {
	case account.KindService:
		return as.TypeService
	case account.KindGroup:
		return as.TypeGroup
	case account.KindOrganization:
		return as.TypeOrganization
	case account.KindApplication:
		return as.TypeApplication
	case account.KindPerson:
	}
	return as.TypePerson
}
