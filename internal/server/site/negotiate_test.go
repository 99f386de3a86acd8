package site

import (
	"net/http"
	"strings"
	"testing"

	as "allod/protocol/activitystreams"
)

func TestWhoWantsActivityStreams(t *testing.T) {
	for kinds, want := range map[string]bool{
		"": false, "*/*": false, "text/html": false, "application/json": false,
		as.ContentType: true, as.ContentTypeLD: true, as.Accept: true, "application/ld+json": true,
		"text/html, application/activity+json;q=0.5":               false,
		"application/activity+json, text/html;q=0.9":               true,
		"text/html, application/activity+json":                     true,
		"application/activity+json;q=0":                            false,
		"application/activity+json;q=nonsense, text/html":          false,
		"text/html,application/xhtml+xml,application/xml;q=0.9":    false,
		"APPLICATION/ACTIVITY+JSON; charset=utf-8":                 true,
		"audio/*; q=0.2, application/activity+json, */*;q=0.1":     true,
		strings.Repeat("a/b,", 1000) + "application/activity+json": true,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", kinds)
		if got := wantsActivity(r); got != want {
			t.Errorf("%.80q: %v", kinds, got)
		}
	}
}
