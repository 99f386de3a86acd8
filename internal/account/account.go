// Package account is people: those who live here and those we have met, with their keys and profiles.
//
// Who a person is does not change: the id of one who lives here, or of one
// whose id is portable (FEP-ef61), is a did:key with a path, and the host is
// joined when it is served. A name once given out here is never given again.
package account

import (
	"strings"
	"time"

	"allod/internal/id"
)

// Kind is what sort of actor an account is.
type Kind string

// The kinds, as ActivityStreams names its actors in lower case.
const (
	KindPerson       Kind = "person"
	KindService      Kind = "service"
	KindGroup        Kind = "group"
	KindOrganization Kind = "organization"
	KindApplication  Kind = "application"
)

// KindOf reads an actor's type, in any case; what it does not know is a person.
func KindOf(s string) Kind {
	switch k := Kind(strings.ToLower(s)); k {
	case KindService, KindGroup, KindOrganization, KindApplication:
		return k
	}
	return KindPerson
}

// A Field is a line of a profile, such as a website.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"` // plain text of those who live here, HTML as received of others
}

// An Emoji is a small picture that stands for a word between colons, of the
// server that the text it is in comes from.
type Emoji struct {
	Shortcode string `json:"shortcode"` // without colons
	URL       string `json:"url"`
}

// An Account is a person, group or program that can post and follow.
type Account struct {
	ID    id.ID
	Local bool
	Kind  Kind
	// Name is the part before the @, as its owner writes it.
	Name string
	// Host is the part after the @ in normal form, "" for those who live here.
	Host string

	// URI is the canonical actor id and never changes: ap://did:key:…/actor
	// for portable ids, the https address of any other.
	URI string
	// Location is where the actor document is fetched, "" for those who live here.
	Location string
	// Authority is the origin that a local account's ids carry, fixed at its first delivery; "" before.
	Authority string
	// Former are the origins that they carried before, in the order they were left.
	Former []Place
	// Domain is the host of a local account's own, "" for none: their site is there, and their
	// ids carry it if they had it before their first delivery.
	Domain string
	// URL is the page for people, "" for those who live here.
	URL string

	DisplayName string
	// Bio is Markdown of those who live here, HTML as received of others.
	Bio    string
	Fields []Field
	Emoji  []Emoji // that the display name, bio and fields hold

	Inbox, SharedInbox, Outbox string // "" for those who live here
	FollowersURI, FollowingURI string
	FeaturedURI                string // of what they pinned; "" for those who live here

	// Avatar and Header are keys of media files here, or remote addresses, or "".
	Avatar, Header string
	AlsoKnownAs    []string
	MovedTo        string
	Hue            int // 0 to 11

	Locked       bool // followers are approved by hand
	Discoverable bool
	Indexable    bool
	Bot          bool

	FollowersCount, FollowingCount, PostsCount int64
	LastPostAt                                 time.Time

	// ProvedAt is proof.created of the newest proven document; an older one never replaces it.
	ProvedAt  time.Time
	CreatedAt time.Time
	UpdatedAt time.Time
	FetchedAt time.Time
	GoneAt    time.Time // zero while the account lives
}

// Handle is name@host, or the name alone of one who lives here.
func (a *Account) Handle() string {
	if a.Host == "" {
		return a.Name
	}
	return a.Name + "@" + a.Host
}

// Called is the display name, or the name where there is none.
func (a *Account) Called() string {
	if a.DisplayName != "" {
		return a.DisplayName
	}
	return a.Name
}

// Gone reports whether the account has ended.
func (a *Account) Gone() bool { return !a.GoneAt.IsZero() }

// DID is the did:key of a portable id, or "".
func (a *Account) DID() string {
	rest, ok := strings.CutPrefix(a.URI, "ap://")
	if !ok {
		return ""
	}
	did, _, _ := strings.Cut(rest, "/")
	return did
}

// Under is the canonical id of something of this account's: kind and id below a
// portable actor, such as ap://did:key:…/post/7. It is for those who live here.
func (a *Account) Under(kind string, what id.ID) string {
	return strings.TrimSuffix(a.URI, "/actor") + "/" + kind + "/" + what.String()
}

// DeliverTo is the inbox for things many on that server may read: the shared one if there is one.
func (a *Account) DeliverTo() string {
	if a.SharedInbox != "" {
		return a.SharedInbox
	}
	return a.Inbox
}
