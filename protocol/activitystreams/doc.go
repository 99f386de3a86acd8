// Package activitystreams is the ActivityStreams 2.0 vocabulary as Go values,
// forgiving when reading, strict when writing, raw bytes kept, our extensions
// in one context file.
//
// Reading. [Decode] checks a document as JSON once (no duplicate keys, bounded
// depth and size, no JSON-LD keyword that lets a document be read two ways) and
// gives a [Ref]. From there [Ref.Activity], [Ref.Object], [Ref.Actor] and
// [Ref.Collection] read what is known. A property of an unexpected shape is
// treated as absent and a list or text beyond its cap is cut; only "id" and
// "type" must be sound. Every value keeps the bytes it was read from in Raw, so
// that proofs and forwarding work on what was received (FEP-8b32).
//
// Keys are compared exactly, as JSON-LD does; encoding/json would take "ACTOR"
// for "actor". Documents are read as compact ActivityStreams: property names
// are those of the standard context, and no context is ever fetched or applied.
//
// Writing. The …Document types are filled in and rendered by their JSON method,
// which refuses what is incomplete and always gives the same bytes for the
// same values.
//
// Specifications: ActivityStreams 2.0 Core and Vocabulary (W3C 2017),
// ActivityPub (W3C 2018), FEP-044f, FEP-2c59, FEP-521a, FEP-844e, FEP-ef61.
package activitystreams
