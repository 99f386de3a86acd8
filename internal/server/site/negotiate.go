package site

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// elsewhere leads a program to the document it asks for instead of the page.
func elsewhere(w http.ResponseWriter, to string) error {
	w.Header().Set("Vary", "Accept")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusFound)
	return nil
}

// wantsActivity reports whether a request would rather have ActivityStreams
// than a page (RFC 9110 §12.5.1, ActivityPub §3.2).
func wantsActivity(r *http.Request) bool {
	activity, page := 0.0, 0.0
	for _, header := range r.Header.Values("Accept") {
		for header != "" {
			var one string
			one, header, _ = strings.Cut(header, ",")
			kind, params, err := mime.ParseMediaType(one)
			if err != nil {
				continue
			}
			switch kind {
			case "application/activity+json", "application/ld+json":
				activity = max(activity, quality(params))
			case "text/html", "application/xhtml+xml":
				page = max(page, quality(params))
			}
		}
	}
	return activity > 0 && activity >= page
}

// quality is the weight of a media range (RFC 9110 §12.4.2), 1 where none is
// told, and 0 for what is no weight.
func quality(params map[string]string) float64 {
	told, ok := params["q"]
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(told, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}
