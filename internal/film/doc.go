// Package film makes the videos among people's files play on every screen.
//
// A video is kept and served as it came. Where the program ffmpeg is found, a
// confined child process also makes a picture of it and copies in sizes that
// fit, as H.264 and AAC in pieces (HTTP Live Streaming, RFC 8216), once for
// equal content. Each copy that is done is kept, so that who is interrupted
// goes on with the next. Nothing that a camera wrote about place, time or
// device is in any of them.
//
// What a post is to show, a video or a sound, is made in one piece too, which
// is what other servers take; without ffmpeg nothing of it leaves the home.
package film
