package activitypub

import (
	"mime"
	"net/http"
	"strconv"
	"strings"

	as "allod/protocol/activitystreams"
)

// wantsPage reports whether a browser asks for a thing that is ActivityStreams
// by itself: it prefers text/html (ActivityPub §3.2, RFC 9110 §12.5.1).
func wantsPage(r *http.Request) bool {
	activity, page := preferences(r)
	return page > 0 && page > activity
}

// preferences are the weights, 0 to 1, of ActivityStreams and HTML, as far as they are named.
func preferences(r *http.Request) (activity, page float64) {
	for _, part := range strings.Split(strings.Join(r.Header.Values("Accept"), ","), ",") {
		kind, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		weight := 1.0
		if q, ok := params["q"]; ok {
			if weight, err = strconv.ParseFloat(q, 64); err != nil || weight < 0 || weight > 1 {
				continue
			}
		}
		switch kind {
		case as.ContentType, "application/ld+json":
			activity = max(activity, weight)
		case "text/html", "application/xhtml+xml":
			page = max(page, weight)
		}
	}
	return activity, page
}
