package activitystreams

import "errors"

// What [Decode] and the readers of a [Ref] refuse. All mean that the document
// is at fault, never the program.
var (
	// ErrSyntax means that the bytes are not one JSON value in UTF-8.
	ErrSyntax = errors.New("activitystreams: not valid JSON")
	// ErrTooDeep means nesting beyond [MaxDepth].
	ErrTooDeep = errors.New("activitystreams: nested too deeply")
	// ErrTooMany means more than [MaxValues] values.
	ErrTooMany = errors.New("activitystreams: too many values")
	// ErrDuplicateKey means an object with the same key twice, which two
	// readers could understand differently.
	ErrDuplicateKey = errors.New("activitystreams: duplicate key")
	// ErrKeyword means a JSON-LD keyword that moves data between objects:
	// "@graph", "@included" or "@reverse".
	ErrKeyword = errors.New("activitystreams: JSON-LD keyword not allowed")
	// ErrNotObject means a document that is not a JSON object.
	ErrNotObject = errors.New("activitystreams: not an object")
	// ErrNotEmbedded means that a [Ref] holds only an id.
	ErrNotEmbedded = errors.New("activitystreams: only an id, nothing embedded")
	// ErrID means an "id" that is not a string fit for one.
	ErrID = errors.New("activitystreams: bad id")
	// ErrType means that "type" is missing where it is needed, or malformed.
	ErrType = errors.New("activitystreams: bad type")
)
