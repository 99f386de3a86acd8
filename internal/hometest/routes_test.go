package hometest_test

import (
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/locale"
	"allod/internal/server"
	"allod/internal/server/activitypub"
	"allod/internal/server/indieweb"
	"allod/internal/server/mastodon"
	"allod/internal/server/nextcloud"
	"allod/internal/server/oauth"
	"allod/internal/server/site"
	"allod/web"
)

// doors are those of the house by name, as internal/app opens them.
func doors(t testing.TB) map[string]func(*http.ServeMux) {
	t.Helper()
	catalogues, err := web.Catalogues()
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := locale.Load(catalogues)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := site.New(site.Config{Now: time.Now, Bundle: bundle, Sessions: server.NewSessions(nil, nil, "")})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]func(*http.ServeMux){
		"site": ours.Routes,
		"oauth": func(m *http.ServeMux) {
			oauth.Routes(m, oauth.Config{Sessions: server.NewSessions(nil, nil, ""), Pages: ours})
		},
		"entrance": func(m *http.ServeMux) {
			nextcloud.EntranceRoutes(m, nextcloud.EntranceConfig{Sessions: server.NewSessions(nil, nil, ""), Pages: ours, Languages: bundle})
		},
		"activitypub": func(m *http.ServeMux) { activitypub.Routes(m, activitypub.Config{}) },
		"indieweb":    func(m *http.ServeMux) { indieweb.Routes(m, indieweb.Config{Bundle: bundle}) },
		"mastodon":    func(m *http.ServeMux) { mastodon.Routes(m, mastodon.Config{Languages: bundle}) },
		"nextcloud":   func(m *http.ServeMux) { nextcloud.Routes(m, nextcloud.Config{Languages: bundle}) },
	}
}

// A route is a pattern of a door.
type route struct {
	door, method, path string // method "" is any
}

// routes are all there are.
func routes(t testing.TB) (all []route) {
	t.Helper()
	plan, err := os.ReadFile("../app/doors.go")
	if err != nil {
		t.Fatal(err)
	}
	open := doors(t)
	if n := strings.Count(string(plan), "Routes(mux"); n != len(open) {
		t.Fatalf("the house opens %d doors, and these tests know %d", n, len(open))
	}
	for name, register := range open {
		mux := http.NewServeMux()
		register(mux)
		for _, pattern := range patterns(mux) {
			method, path, ok := strings.Cut(pattern, " ")
			if !ok {
				method, path = "", pattern
			}
			all = append(all, route{name, method, path})
		}
	}
	if len(all) < 100 {
		t.Fatalf("only %d routes", len(all))
	}
	slices.SortFunc(all, func(a, b route) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all
}

// patterns are those registered with a mux, which tells nobody: its index is
// read where it lies.
func patterns(mux *http.ServeMux) (out []string) {
	seen := map[string]bool{}
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch {
		case v.Kind() == reflect.Pointer && v.Type().Elem().Name() == "pattern":
			if text := v.Elem().FieldByName("str").String(); !seen[text] {
				seen[text] = true
				out = append(out, text)
			}
		case v.Kind() == reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case v.Kind() == reflect.Map:
			for _, key := range v.MapKeys() {
				walk(v.MapIndex(key))
			}
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(mux).Elem().FieldByName("index"))
	return out
}

// fill puts values into the wildcards of a path, in every combination.
func fill(path string, values map[string][]string) []string {
	before, rest, ok := strings.Cut(path, "{")
	if !ok {
		return []string{path}
	}
	name, after, _ := strings.Cut(rest, "}")
	if name == "$" {
		return []string{before + after}
	}
	var out []string
	for _, v := range values[name] {
		for _, tail := range fill(after, values) {
			out = append(out, before+v+tail)
		}
	}
	return out
}

// isStream reports whether a route answers without end.
func (r route) isStream() bool { return strings.HasPrefix(r.path, "/events/") }

// isPage reports whether a route reads the cookie: those of the site, and the pages with a question of other doors.
func (r route) isPage() bool {
	return r.door == "site" || strings.HasPrefix(r.path, "/oauth/authorize") || strings.HasPrefix(r.path, "/index.php/login/v2/flow/") ||
		r.path == "/index.php/login/v2/done"
}

// reads reports whether a route takes GET.
func (r route) reads() bool { return r.method == http.MethodGet || r.method == "" }

func TestEveryRouteIsKnown(t *testing.T) {
	all := routes(t)
	for _, want := range []route{
		{"site", "GET", "/{$}"}, {"site", "POST", "/compose"}, {"oauth", "POST", "/oauth/token"},
		{"activitypub", "POST", "/inbox"}, {"activitypub", "GET", account.Gateway + "{did}/post/{id}"},
		{"mastodon", "POST", "/api/v1/statuses"},
	} {
		if !slices.Contains(all, want) {
			t.Errorf("%v is not among the routes", want)
		}
	}
}

// TestNamesAreNoWordsOfRoutes would let somebody be called as a part of the house.
func TestNamesAreNoWordsOfRoutes(t *testing.T) {
	for _, r := range routes(t) {
		word, _, _ := strings.Cut(strings.TrimPrefix(r.path, "/"), "/")
		if strings.HasPrefix(word, "{") || word == "" {
			continue
		}
		if err := account.CheckName(word); err == nil {
			t.Errorf("somebody may be called %q, which %s leads elsewhere", word, r.path)
		}
	}
}
