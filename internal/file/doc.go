// Package file is the tree of folders and files that each person here has, with
// what the files were before, what was thrown away, and who else may see them.
//
// Bytes lie in package blob, once for equal content; this package keeps what
// names them. A node keeps its id for life, wherever it moves. Its etag changes
// with it and with anything below it, up to the person's home, so that a client
// that knows the home's etag knows whether anything changed at all. Sizes of
// folders are kept, not counted.
//
// Every change of a person's tree first locks their row in file_space, so that
// what was checked still holds when it is written.
package file
