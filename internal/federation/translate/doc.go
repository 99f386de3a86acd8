// Package translate turns ActivityStreams into what the rooms speak of, and
// what the rooms speak of into ActivityStreams.
//
// It is pure: the same document always means the same. It reads neither
// database, network nor clock, so all that a document alone can tell is
// decided here, first of all under whose authority a thing is.
package translate
