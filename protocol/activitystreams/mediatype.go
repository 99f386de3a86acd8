package activitystreams

import (
	"mime"
	"strings"
)

// ContentType is the media type that documents are served and sent with.
const ContentType = "application/activity+json"

// ContentTypeLD is the other name of the same media type (ActivityPub §3.2).
const ContentTypeLD = `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`

// Accept is the header to fetch documents with.
const Accept = ContentType + ", " + ContentTypeLD

// IsContentType reports whether header, the Content-Type of a document, is one
// of the two media types of ActivityStreams and nothing else. A plain JSON or
// an uploaded file is not to be believed.
func IsContentType(header string) bool {
	kind, params, err := mime.ParseMediaType(header)
	if err != nil {
		return false
	}
	switch kind {
	case ContentType:
		return true
	case "application/ld+json":
		for _, profile := range strings.Fields(params["profile"]) {
			if profile == "https://www.w3.org/ns/activitystreams" {
				return true
			}
		}
	}
	return false
}
