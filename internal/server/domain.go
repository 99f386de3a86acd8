package server

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"allod/internal/account"
)

// On somebody's own domain their site is at the root: what is asked for
// there is below /@name, but for what the whole house answers. No cookie is
// read or set there; the doors for those who live here are at the home's origin.

// HouseSteps are the first steps of addresses that the house answers on every host.
var HouseSteps = []string{".well-known", "actor", "assets", "favicon.ico", "inbox", "media", "nodeinfo", "proxy", "robots.txt", "sitemap.xml", "sitemaps"}

// awaySteps lead from an own domain to the same address at the home's origin.
var awaySteps = []string{"authorize_interaction", "login", "oauth", "settings"}

type domainKey struct{}

// Domain is on whose own domain a request came, nil at the home's origin.
func Domain(r *http.Request) *account.Account {
	a, _ := r.Context().Value(domainKey{}).(*account.Account)
	return a
}

// lodge is a request on the domain of a as the doors know it.
func lodge(r *http.Request, a *account.Account) *http.Request {
	r = r.WithContext(context.WithValue(r.Context(), domainKey{}, a))
	if strings.HasPrefix(r.URL.Path, "/@") || isStep(r.URL.Path, HouseSteps) {
		return r
	}
	to := *r.URL
	at := "/@" + a.Name
	if to.Path == "/" || to.Path == "" {
		to.Path, to.RawPath = at, ""
	} else {
		if to.RawPath != "" {
			to.RawPath = at + to.RawPath
		}
		to.Path = at + to.Path
	}
	r.URL = &to
	return r
}

// isStep reports whether a path begins with one of steps.
func isStep(path string, steps []string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	for _, s := range steps {
		if first == s {
			return true
		}
	}
	return false
}

// away is where a request on an own domain is led for the doors of those who
// live here, "" for one that stays.
func (s *stack) away(r *http.Request) string {
	if !isStep(r.URL.Path, awaySteps) || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return ""
	}
	to := url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	return s.Origin + to.RequestURI()
}
