package file

import (
	"mime"
	"path"
	"strconv"
	"strings"
	"time"

	"allod/internal/id"
)

// A Node is a file or a folder.
type Node struct {
	ID         id.ID
	Number     int64 // the same in 31 bits
	OwnerID    id.ID
	ParentID   id.ID
	Name       string
	Folder     bool
	Blob       string // hash of its content, "" for a folder
	Size       int64  // bytes; of a folder all that is below it
	Mime       string
	Checksums  string // as in "SHA1:… MD5:…", separated by spaces
	Etag       Etag
	Favorite   bool
	ModifiedAt time.Time // as its owner's device says
	MadeAt     time.Time // zero where that is not known
	UploadedAt time.Time

	Target id.ID  // what it is in truth, where it stands for something of somebody else; it is never seen so
	Rights Rights // what who asked may do with it
	Given  bool   // it is somebody else's, who shares it
	Mount  bool   // and it is where that begins
}

// An Etag is a state of a node and all that is below it.
type Etag id.ID

// String is the etag without quotes.
func (e Etag) String() string { return strconv.FormatInt(int64(e), 36) }

// top reports whether it is a person's home or trash.
func (n *Node) top() bool { return n.ParentID == 0 }

// types are those of endings that the standard library may not know, so that
// one file is of one type on every machine.
var types = map[string]string{
	".md": "text/markdown", ".markdown": "text/markdown", ".txt": "text/plain", ".log": "text/plain", ".csv": "text/csv",
	".html": "text/html", ".htm": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".xml": "application/xml",
	".svg": "image/svg+xml", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".jpe": "image/jpeg", ".png": "image/png", ".gif": "image/gif",
	".webp": "image/webp", ".heic": "image/heic", ".heif": "image/heif", ".avif": "image/avif", ".tif": "image/tiff", ".tiff": "image/tiff", ".bmp": "image/bmp",
	".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm", ".mkv": "video/x-matroska", ".avi": "video/x-msvideo",
	".3gp": "video/3gpp", ".mpg": "video/mpeg", ".mpeg": "video/mpeg", ".ogv": "video/ogg", ".ts": "video/mp2t",
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg", ".flac": "audio/flac", ".wav": "audio/wav",
	".pdf": "application/pdf", ".zip": "application/zip", ".gz": "application/gzip", ".tar": "application/x-tar", ".7z": "application/x-7z-compressed", ".rar": "application/vnd.rar",
	".doc": "application/msword", ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xls": "application/vnd.ms-excel", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".ppt": "application/vnd.ms-powerpoint", ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".odt": "application/vnd.oasis.opendocument.text", ".ods": "application/vnd.oasis.opendocument.spreadsheet", ".odp": "application/vnd.oasis.opendocument.presentation",
	".epub": "application/epub+zip", ".ics": "text/calendar", ".vcf": "text/vcard", ".vtt": "text/vtt", ".srt": "application/x-subrip",
}

// unknown is the type of what says nothing.
const unknown = "application/octet-stream"

// TypeOf is the media type that a name lets expect.
func TypeOf(name string) string {
	ext := strings.ToLower(path.Ext(name))
	if t := types[ext]; t != "" {
		return t
	}
	t, _, err := mime.ParseMediaType(mime.TypeByExtension(ext))
	if err != nil {
		return unknown
	}
	return t
}
