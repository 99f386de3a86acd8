// Package album is photos and videos that belong together: chosen one by one
// in an order of their owner's, or all that a folder holds.
//
// An album holds no files. A photo may be in many; what leaves an album stays
// where it lies, and what is thrown away leaves its albums until it comes back.
// Who chose a photo keeps owning it, whosever the album is.
package album
