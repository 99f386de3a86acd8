package site_test

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/db/dbtest"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/server/site"
)

// documented are the routes of docs/forms.md in their order, and the fields of each.
func documented(t *testing.T) (routes []string, fields map[string][]string) {
	t.Helper()
	text, err := os.ReadFile("../../../docs/forms.md")
	if err != nil {
		t.Fatal(err)
	}
	fields = map[string][]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|([^|]*)\\|").FindAllStringSubmatch(string(text), -1) {
		routes = append(routes, m[1])
		for _, f := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(m[2], -1) {
			fields[m[1]] = append(fields[m[1]], f[1])
		}
	}
	return routes, fields
}

func TestDocumentTellsEveryRoute(t *testing.T) {
	var offered []string
	plain := regexp.MustCompile(`\{(\w+)\}`)
	for _, pattern := range site.Patterns() {
		offered = append(offered, plain.ReplaceAllString(strings.NewReplacer("{$}", "", "{rest...}", "*", "{key...}", "*").Replace(pattern), ":$1"))
	}
	told, _ := documented(t)
	if diff := cmp.Diff(offered, told); diff != "" {
		t.Errorf("docs/forms.md (-routes +document):\n%s", diff)
	}
}

// TestDocumentTellsEveryFieldThatPagesSend fills pages with all there is to
// press, and looks each form up.
func TestDocumentTellsEveryFieldThatPagesSend(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	v := h.visitor()
	token, err := h.accounts.NewSetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first := v.get("/first?token=" + token).want(http.StatusOK)
	ida, b := h.resident("ida")
	ben, _ := h.resident("ben")
	wren := h.stranger("wren")
	for _, follow := range [][2]ID{{ben.ID, ida.ID}, {ida.ID, wren.ID}} {
		if _, err := h.ties.Follow(t.Context(), follow[0], follow[1], relationship.Wishes{Boosts: true}); err != nil {
			t.Fatal(err)
		}
	}
	p := h.publish(ben, draft("Press everything"))
	mine := h.publish(ida, draft("Mine"))
	m, err := h.media.Upload(t.Context(), ida.ID, strings.NewReader(string(drawing(t, 1))), "", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	failed := b.send("/compose?key=k", map[string]string{"text": strings.Repeat("x", post.TextMax+1), "visibility": "public", "held-1": m.ID.String()}, nil)
	failed.want(http.StatusUnprocessableEntity)
	sent := map[string]bool{}
	for _, page := range []answer{
		failed, b.get("/"), b.get("/compose"), b.get(at(p)), b.get("/posts/" + mine.ID.String() + "/delete"), b.get("/news"), b.get("/people"),
		b.get("/people/followers"), b.get("/@ben"), b.get("/settings"), v.get("/login"), v.get("/@ida"), first,
	} {
		for _, form := range find(page.page(), func(n *node) bool { return n.Data == "form" }) {
			sent[looked(t, form)] = true
		}
	}
	for _, route := range []string{"POST /compose", "POST /news/read", "POST /people/:id/:act", "POST /settings/profile", "POST /:handle/*", "POST /first", "GET /people/find"} {
		if !sent[route] {
			t.Errorf("no page sent %s", route)
		}
	}
}

// looked is the documented route of a form, whose fields it checks.
func looked(t *testing.T, form *node) string {
	t.Helper()
	routes, fields := documented(t)
	method := strings.ToUpper(attr(form, "method"))
	path, _, _ := strings.Cut(attr(form, "action"), "?")
	for _, route := range routes {
		told, shape, ok := strings.Cut(route, " ")
		if !ok {
			told, shape = method, route
		}
		shape = regexp.MustCompile(`:\w+`).ReplaceAllString(strings.ReplaceAll(shape, "*", ".*"), "[^/]+")
		if told != method || !regexp.MustCompile("^"+shape+"$").MatchString(path) {
			continue
		}
		for _, n := range find(form, func(n *node) bool { return attr(n, "name") != "" }) {
			name := regexp.MustCompile(`-\d+$`).ReplaceAllString(attr(n, "name"), "-i")
			if !slices.Contains(fields[route], name) {
				t.Errorf("%s has the field %q, which docs/forms.md does not tell", route, name)
			}
		}
		return method + " " + strings.TrimPrefix(route, method+" ")
	}
	t.Errorf("docs/forms.md does not tell of %s %s", method, path)
	return ""
}
