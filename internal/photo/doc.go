// Package photo is the pictures and videos among people's files, by when they were taken.
//
// Package file says what there is; this package keeps an index of it beside,
// looks at new content once, however many files hold it, and keeps smaller
// pictures of it for screens. The files themselves are never changed. When a
// photo was taken is what its camera says, else what its name says, else what
// the file says; dates are those of the clock at the place.
//
// A photo may stand for others: for copies of it, for its moving part, for
// the rest of a burst. Those are not shown beside it.
package photo
