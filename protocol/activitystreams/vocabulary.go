package activitystreams

import "strings"

// Namespace is the prefix of every ActivityStreams term.
const Namespace = "https://www.w3.org/ns/activitystreams#"

// Public addresses everyone (ActivityPub §5.6).
const Public = Namespace + "Public"

// IsPublic reports whether id is one of the spellings of [Public] in use:
// the full identifier, "as:Public" and "Public" (ActivityPub §5.6).
func IsPublic(id string) bool {
	return id == Public || id == "as:Public" || id == "Public"
}

// The types of actors (Vocabulary §3.2).
const (
	TypeApplication  = "Application"
	TypeGroup        = "Group"
	TypeOrganization = "Organization"
	TypePerson       = "Person"
	TypeService      = "Service"
)

// The types of activities in use between servers (Vocabulary §3.1).
const (
	TypeAccept   = "Accept"
	TypeAdd      = "Add"
	TypeAnnounce = "Announce"
	TypeBlock    = "Block"
	TypeCreate   = "Create"
	TypeDelete   = "Delete"
	TypeDislike  = "Dislike"
	TypeFlag     = "Flag"
	TypeFollow   = "Follow"
	TypeIgnore   = "Ignore"
	TypeInvite   = "Invite"
	TypeJoin     = "Join"
	TypeLeave    = "Leave"
	TypeLike     = "Like"
	TypeMove     = "Move"
	TypeRead     = "Read"
	TypeReject   = "Reject"
	TypeRemove   = "Remove"
	TypeUndo     = "Undo"
	TypeUpdate   = "Update"
	TypeView     = "View"
)

// Further activities, of extensions.
const (
	// TypeQuoteRequest asks to quote (FEP-044f).
	TypeQuoteRequest = "QuoteRequest"
	// TypeEmojiReact is a Like with an emoji (LitePub).
	TypeEmojiReact = "EmojiReact"
)

// The types of objects (Vocabulary §3.3).
const (
	TypeArticle   = "Article"
	TypeAudio     = "Audio"
	TypeDocument  = "Document"
	TypeEvent     = "Event"
	TypeImage     = "Image"
	TypeNote      = "Note"
	TypePage      = "Page"
	TypePlace     = "Place"
	TypeProfile   = "Profile"
	TypeQuestion  = "Question" // an activity by the book, an object in use
	TypeTombstone = "Tombstone"
	TypeVideo     = "Video"
)

// The types of collections (Core §5).
const (
	TypeCollection            = "Collection"
	TypeCollectionPage        = "CollectionPage"
	TypeOrderedCollection     = "OrderedCollection"
	TypeOrderedCollectionPage = "OrderedCollectionPage"
)

// The types of links and tags.
const (
	TypeLink    = "Link"
	TypeMention = "Mention"
	TypeHashtag = "Hashtag"
	TypeEmoji   = "Emoji"
)

// Types of the security vocabulary and of schema.org.
const (
	TypeMultikey      = "Multikey"
	TypePropertyValue = "PropertyValue"
)

// IsActorType reports whether kind is one of the five types of actors.
func IsActorType(kind string) bool {
	switch kind {
	case TypeApplication, TypeGroup, TypeOrganization, TypePerson, TypeService:
		return true
	}
	return false
}

// IsActivityType reports whether kind is a type of activity. Question is not:
// in use it is an object that is created.
func IsActivityType(kind string) bool {
	switch kind {
	case TypeAccept, TypeAdd, TypeAnnounce, TypeBlock, TypeCreate, TypeDelete, TypeDislike,
		TypeFlag, TypeFollow, TypeIgnore, TypeInvite, TypeJoin, TypeLeave, TypeLike, TypeMove,
		TypeRead, TypeReject, TypeRemove, TypeUndo, TypeUpdate, TypeView,
		TypeQuoteRequest, TypeEmojiReact, "Arrive", "Listen", "Offer", "TentativeAccept",
		"TentativeReject", "Travel":
		return true
	}
	return false
}

// IsObjectType reports whether kind is a type of thing that is said, shown or
// was there: a Note, a Video, a Tombstone.
func IsObjectType(kind string) bool {
	switch kind {
	case TypeArticle, TypeAudio, TypeDocument, TypeEvent, TypeImage, TypeNote, TypePage,
		TypePlace, TypeProfile, TypeQuestion, TypeTombstone, TypeVideo, "Relationship", "Object":
		return true
	}
	return false
}

// IsCollectionType reports whether kind is a collection or a page of one.
func IsCollectionType(kind string) bool {
	switch kind {
	case TypeCollection, TypeCollectionPage, TypeOrderedCollection, TypeOrderedCollectionPage:
		return true
	}
	return false
}

// knownType reports whether kind belongs to the vocabulary at all.
func knownType(kind string) bool {
	switch kind {
	case TypeLink, TypeMention, TypeHashtag, TypeEmoji, TypeMultikey, TypePropertyValue:
		return true
	}
	return IsActorType(kind) || IsActivityType(kind) || IsObjectType(kind) || IsCollectionType(kind)
}

// shortType is kind without the prefix that expanded documents carry.
func shortType(kind string) string {
	return strings.TrimPrefix(strings.TrimPrefix(kind, Namespace), "as:")
}
