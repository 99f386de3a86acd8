package activitystreams

// Limits on what is read. The size of a whole document in bytes is the
// caller's to cap. Lists beyond their limit are cut, texts are cut at a
// character, identifiers are dropped.
const (
	// MaxDepth is how deep arrays and objects may nest.
	MaxDepth = 64
	// MaxValues is how many JSON values one document may hold.
	MaxValues = 1 << 16

	// MaxURI is the length of an identifier or address in bytes.
	MaxURI = 2048
	// MaxName is the length of a name, a title or a user name in bytes.
	MaxName = 2048
	// MaxSummary is the length of a summary or biography in bytes.
	MaxSummary = 20 << 10
	// MaxContent is the length of content in bytes.
	MaxContent = 512 << 10
	// MaxDescription is the length of an attachment's description in bytes.
	MaxDescription = 10000
	// MaxKey is the length of an encoded public key in bytes. A post-quantum
	// Multikey takes a few kilobytes.
	MaxKey = 16 << 10
	// MaxToken is the length of a short formal value such as a media type.
	MaxToken = 256

	// MaxTypes is how many types one object may have.
	MaxTypes = 8
	// MaxLanguages is how many language variants a text may have.
	MaxLanguages = 64
	// MaxAudience is how many addressees each of to, cc, … may name.
	MaxAudience = 1000
	// MaxRefs is how many things attributedTo, inReplyTo or object may name.
	MaxRefs = 256
	// MaxLinks is how many links a url tree may hold, nested ones included.
	MaxLinks = 256
	// MaxTags is how many tags an object may have.
	MaxTags = 256
	// MaxAttachments is how many attachments an object may have.
	MaxAttachments = 64
	// MaxFields is how many profile fields an actor may have.
	MaxFields = 50
	// MaxOptions is how many choices a Question may have.
	MaxOptions = 500
	// MaxKeys is how many keys of each kind an actor may list.
	MaxKeys = 10
	// MaxAliases is how many addresses alsoKnownAs or gateways may hold.
	MaxAliases = 256
	// MaxItems is how many items are read of one collection or page.
	MaxItems = 10000
)
