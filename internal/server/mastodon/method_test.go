package mastodon

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"allod/internal/auth"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/server"
)

// at is a route's method, and its path with what it names filled in.
func (rt route) at(id string) (method, path string) {
	method, path, _ = strings.Cut(rt.pattern, " ")
	return method, strings.NewReplacer("{id}", id, "{hashtag}", "bees").Replace(path)
}

func TestEveryMethodKnowsWhoMayCallIt(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	tomas := h.person(t, "tomas")
	narrow := h.tokenFor(t, tomas.ID, "write:reports")
	own, _, err := h.Auth.AppToken(t.Context(), h.app.ClientID, h.secret, "read write follow push")
	if err != nil {
		t.Fatal(err)
	}
	for _, rt := range h.routes() {
		t.Run(rt.pattern, func(t *testing.T) {
			method, path := rt.at("7")
			if rt.caller != anyone {
				h.expect(t, http.StatusUnauthorized, "", method, path, "")
			} else if got := h.send(t, "", method, path, ""); got.status == http.StatusUnauthorized {
				t.Errorf("a stranger is asked for a token: %s", got.body)
			}
			h.expect(t, http.StatusUnauthorized, "nonsense", method, path, "")
			if rt.scope != "" {
				h.expect(t, http.StatusForbidden, narrow, method, path, "")
			} else if got := h.send(t, narrow, method, path, ""); got.status == http.StatusForbidden {
				t.Errorf("no scope is asked for, and a token refused: %s", got.body)
			}
			if rt.caller == person {
				h.expect(t, http.StatusUnprocessableEntity, own, method, path, "")
			}
		})
	}
}

func TestWhoIsPausedReadsAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada") // keeps the home
		tomas := h.person(t, "tomas")
		h.ok(t, tomas.token, "GET", "/api/v1/accounts/verify_credentials", "") // the token is remembered
		for _, stop := range []func(context.Context, id.ID, id.ID, string) error{h.Auth.Pause, h.Auth.SendAway} {
			if err := stop(t.Context(), ada.ID, tomas.ID, "Advertising."); err != nil {
				t.Fatal(err)
			}
			for _, rt := range h.routes() {
				method, path := rt.at("7")
				got := h.send(t, tomas.token, method, path, "")
				if method == "GET" {
					if got.status == http.StatusForbidden {
						t.Errorf("%s: who is paused may not read: %s", rt.pattern, got.body)
					}
				} else if got.status != http.StatusForbidden || !strings.Contains(string(got.body), "Advertising.") {
					t.Errorf("%s: %d %s", rt.pattern, got.status, got.body)
				}
			}
		}
		if _, err := h.Posts.Publish(t.Context(), tomas.Account, post.Draft{Text: "What was to be posted by itself", Visibility: post.Public}); !fault.Is(err, fault.Denied) {
			t.Errorf("a draft of who is paused, when its time comes: %v", err)
		}
		if err := h.Auth.Resume(t.Context(), tomas.ID); err != nil {
			t.Fatal(err)
		}
		h.say(t, tomas, "Back again")
	})
}

func TestUnknownThingsAreNotFound(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	tomas := h.person(t, "tomas")
	for _, rt := range h.routes() {
		if !strings.Contains(rt.pattern, "{id}") {
			continue
		}
		for _, i := range []string{"7", "0", "x", "-1", "99999999999999999999", "%00", "%ff"} {
			method, path := rt.at(i)
			h.expect(t, http.StatusNotFound, tomas.token, method, path, "")
		}
	}
	for _, path := range []string{"/api/v1/nowhere", "/api/v9/statuses", "/api/"} {
		h.expect(t, http.StatusNotFound, tomas.token, "GET", path, "")
	}
	h.expect(t, http.StatusNotFound, tomas.token, "GET", "/api/v1/accounts/lookup?acct=nobody@meadow.example", "")
	h.expect(t, http.StatusNotFound, tomas.token, "GET", "/api/v1/accounts/lookup?acct=home", "")
	home := need(h.Accounts.HomeActor(t.Context()))(t)
	h.expect(t, http.StatusNotFound, tomas.token, "GET", "/api/v1/accounts/"+home.ID.String(), "")
	h.expect(t, http.StatusNotFound, tomas.token, "POST", "/api/v1/accounts/"+home.ID.String()+"/follow", "")
}

func TestOtherPeoplesThingsAreNotFound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas := h.person(t, "ada"), h.person(t, "tomas")
		secret := into[struct{ ID string }](t, h.ok(t, ada.token, "POST", "/api/v1/statuses", `{"status":"Mine","visibility":"direct"}`)).ID
		open := into[struct{ ID string }](t, h.ok(t, ada.token, "POST", "/api/v1/statuses", `{"status":"Ours"}`)).ID
		h.ok(t, tomas.token, "POST", "/api/v1/statuses/"+open+"/favourite", "")
		told := into[[]struct{ ID string }](t, h.ok(t, ada.token, "GET", "/api/v1/notifications", ""))[0].ID
		medium := into[struct{ ID string }](t, h.do(t, ada.token, pictureForm(t, "POST", "/api/v2/media", "file", nil))).ID
		for _, at := range []struct{ method, path, body string }{
			{"GET", "/api/v1/statuses/" + secret, ""},
			{"GET", "/api/v1/statuses/" + secret + "/context", ""},
			{"GET", "/api/v1/statuses/" + secret + "/favourited_by", ""},
			{"GET", "/api/v1/statuses/" + secret + "/reblogged_by", ""},
			{"GET", "/api/v1/statuses/" + open + "/source", ""},
			{"POST", "/api/v1/statuses/" + secret + "/favourite", ""},
			{"POST", "/api/v1/statuses/" + secret + "/unfavourite", ""},
			{"POST", "/api/v1/statuses/" + secret + "/reblog", ""},
			{"POST", "/api/v1/statuses", `{"status":"I know","in_reply_to_id":"` + secret + `"}`},
			{"DELETE", "/api/v1/statuses/" + secret, ""},
			{"DELETE", "/api/v1/statuses/" + open, ""},
			{"GET", "/api/v1/notifications/" + told, ""},
			{"GET", "/api/v1/media/" + medium, ""},
			{"PUT", "/api/v1/media/" + medium, `{"description":"Not mine"}`},
			{"POST", "/api/v1/follow_requests/" + ada.ID.String() + "/authorize", ""},
			{"POST", "/api/v1/follow_requests/" + ada.ID.String() + "/reject", ""},
		} {
			h.expect(t, http.StatusNotFound, tomas.token, at.method, at.path, at.body)
		}
		h.expect(t, http.StatusUnprocessableEntity, tomas.token, "POST", "/api/v1/statuses", `{"status":"Look","media_ids":["`+medium+`"]}`)
		for _, token := range []string{tomas.token, ""} {
			r := h.ok(t, token, "GET", "/api/v1/statuses?id[]="+secret+"&id[]="+open+"&id[]="+open, "")
			if got := ids(t, r); cmp.Diff([]string{open}, got) != "" {
				t.Errorf("saw %v", got)
			}
			for _, path := range []string{"/api/v1/accounts/" + ada.ID.String() + "/statuses", "/api/v1/accounts/" + ada.ID.String() + "/followers"} {
				if r := h.ok(t, token, "GET", path, ""); strings.Contains(string(r.body), secret) {
					t.Errorf("%s tells of the secret", path)
				}
			}
		}
	})
}

func TestMalformedAndWrongRequests(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ada := h.person(t, "ada")
	i := into[struct{ ID string }](t, h.ok(t, ada.token, "POST", "/api/v1/statuses", `{"status":"Here"}`)).ID
	const bad, wrong = http.StatusBadRequest, http.StatusUnprocessableEntity
	for _, c := range []struct {
		status             int
		method, path, body string
	}{
		{bad, "POST", "/api/v1/statuses", `{"status":`},
		{bad, "POST", "/api/v1/statuses", `{"status":"a"} and more`},
		{bad, "POST", "/api/v1/statuses", "status=%zz"},
		{bad, "POST", "/api/v1/statuses", "status=%00"},
		{bad, "PATCH", "/api/v1/accounts/update_credentials", `{{`},
		{bad, "POST", "/api/v1/markers", `{"home":`},
		{bad, "POST", "/api/v1/statuses/" + i + "/reblog", `{`},
		{bad, "GET", "/api/v2/search?q=%ff", ""},
		{bad, "GET", "/api/v1/accounts/lookup?acct=%00", ""},
		{wrong, "POST", "/api/v1/statuses", `{}`},
		{wrong, "POST", "/api/v1/statuses", `{"status":""}`},
		{wrong, "POST", "/api/v1/statuses", `{"status":"a","visibility":"secret"}`},
		{wrong, "POST", "/api/v1/statuses", `{"status":"a","language":"not a language"}`},
		{wrong, "POST", "/api/v1/statuses", `{"status":"a","media_ids":["x"]}`},
		{wrong, "POST", "/api/v1/statuses", `{"status":"a","media_ids":["7"]}`},
		{wrong, "POST", "/api/v1/statuses", `{"status":"a","in_reply_to_id":"x"}`},
		{wrong, "POST", "/api/v1/statuses", `{"status":"a","sensitive":"perhaps"}`},
		{wrong, "POST", "/api/v1/statuses", `{"status":"a","poll":{"options":["a","b"],"expires_in":30}}`},
		{wrong, "POST", "/api/v1/statuses", "status=a&poll[options][]=a"},
		{wrong, "POST", "/api/v1/statuses", `{"status":"a","scheduled_at":"2021-01-01T00:00:00Z"}`},
		{wrong, "POST", "/api/v1/statuses", `{"status":"a","scheduled_at":"tomorrow"}`},
		{wrong, "POST", "/api/v1/statuses", `{"status":"a","quoted_status_id":"7"}`},
		{wrong, "POST", "/api/v1/statuses", `{"status":"` + strings.Repeat("a", 5001) + `"}`},
		{wrong, "POST", "/api/v1/statuses/" + i + "/reblog", "visibility=direct"},
		{wrong, "POST", "/api/v1/accounts/" + ada.ID.String() + "/follow", ""},
		{wrong, "POST", "/api/v1/accounts/" + ada.ID.String() + "/block", ""},
		{wrong, "GET", "/api/v1/timelines/home?max_id=x", ""},
		{wrong, "GET", "/api/v1/timelines/home?limit=many", ""},
		{wrong, "GET", "/api/v1/notifications?min_id=-1", ""},
		{wrong, "GET", "/api/v1/statuses?id[]=x", ""},
		{wrong, "GET", "/api/v1/accounts/relationships?id[]=x", ""},
		{wrong, "GET", "/api/v2/search?q=a&type=people", ""},
		{wrong, "POST", "/api/v1/markers", "home[last_read_id]=x"},
		{wrong, "POST", "/api/v2/media", "description=none"},
		{wrong, "PATCH", "/api/v1/accounts/update_credentials", "source[privacy]=secret"},
		{wrong, "PATCH", "/api/v1/accounts/update_credentials", "avatar=text"},
		{wrong, "PATCH", "/api/v1/accounts/update_credentials", "display_name=" + strings.Repeat("a", 101)},
	} {
		h.expect(t, c.status, ada.token, c.method, c.path, c.body)
	}
	r := httptest.NewRequest("POST", "/api/v1/statuses", strings.NewReader("<status/>"))
	r.Header.Set("Content-Type", "text/xml")
	if got := h.do(t, ada.token, r); got.status != http.StatusUnsupportedMediaType {
		t.Errorf("XML: %d", got.status)
	}
	if got := h.ok(t, ada.token, "GET", "/api/v1/timelines/tag/%00%ff", ""); string(got.body) != "[]" {
		t.Errorf("no hashtag: %s", got.body)
	}
}

func TestAnyPageMayCallButNoCookieIsRead(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ada := h.person(t, "ada")
	session := need(h.Auth.Begin(t.Context(), ada.ID, auth.ByPassword, "", ""))(t)
	for _, name := range []string{"session", "__Host-session"} {
		r := httptest.NewRequest("GET", "/api/v1/accounts/verify_credentials", nil)
		r.AddCookie(&http.Cookie{Name: name, Value: session})
		if got := h.do(t, "", r); got.status != http.StatusUnauthorized {
			t.Errorf("cookie %s opens: %d %s", name, got.status, got.body)
		}
	}
	r := httptest.NewRequest("OPTIONS", "/api/v1/statuses", nil)
	r.Header.Set("Origin", "https://app.example")
	r.Header.Set("Access-Control-Request-Method", "POST")
	got := h.do(t, "", r)
	if got.status != http.StatusNoContent || got.header.Get("Access-Control-Allow-Origin") != "*" || got.header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("preflight: %d %v", got.status, got.header)
	}
	got = h.ok(t, ada.token, "GET", "/api/v1/timelines/home", "")
	if got.header.Get("Access-Control-Allow-Origin") != "*" || got.header.Get("Cache-Control") != "private, no-store" || got.header.Get("Set-Cookie") != "" {
		t.Errorf("answer: %v", got.header)
	}
}

func TestListsOfWhatIsNotThereAreEmpty(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ada := h.person(t, "ada")
	for _, rt := range h.routes() {
		method, path := rt.at(ada.ID.String())
		if method != "GET" || strings.Contains(rt.pattern, "{id}") || strings.Contains(path, "verify_credentials") || strings.Contains(path, "lookup") || path == pushPath {
			continue
		}
		if body := string(h.ok(t, ada.token, method, path, "").body); body == "null" {
			t.Errorf("%s: %s", path, body)
		}
	}
}

var row = regexp.MustCompile("(?m)^\\| `([A-Z]+ [^`]+)` \\| (?:`([^`]*)`|–) \\| ([a-z]+) \\|")

func TestDocumentTellsEveryMethod(t *testing.T) {
	text, err := os.ReadFile("../../../docs/mastodon-api.md")
	if err != nil {
		t.Fatal(err)
	}
	var told, offered []string
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		told = append(told, strings.Join(m[1:], " | "))
	}
	for _, rt := range (&door{}).routes() {
		who := map[caller]string{anyone: "everyone", app: "app", person: "person"}[rt.caller]
		offered = append(offered, strings.NewReplacer("{id}", ":id", "{hashtag}", ":hashtag", "{part}", ":part").Replace(rt.pattern)+" | "+rt.scope+" | "+who)
	}
	if diff := cmp.Diff(offered, told); diff != "" {
		t.Errorf("docs/mastodon-api.md (-routes +document):\n%s", diff)
	}
}

func TestFailuresOfTheProgramAreNotTold(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ada := h.person(t, "ada")
	if err := h.DB.Close(); err != nil {
		t.Fatal(err)
	}
	h.expect(t, http.StatusInternalServerError, ada.token, "GET", "/api/v1/timelines/home", "")
}

func TestWhoAsksTooOftenIsToldToWait(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ada, tomas := h.person(t, "ada"), h.person(t, "tomas")
	c := h.Config
	c.Limits = server.NewLimits(func() time.Time { return time.Unix(1e9, 0) })
	h.mux = http.NewServeMux()
	Routes(h.mux, c)
	for n := 0; ; n++ {
		r := h.send(t, ada.token, "GET", "/api/v1/custom_emojis", "")
		if r.status == http.StatusTooManyRequests {
			if r.header.Get("Retry-After") == "" || r.header.Get("X-RateLimit-Remaining") != "0" {
				t.Errorf("for how long is not told: %v", r.header)
			}
			break
		}
		if want := strconv.Itoa(599 - n); r.header.Get("X-RateLimit-Limit") != "600" || r.header.Get("X-RateLimit-Remaining") != want ||
			n == 49 && r.header.Get("X-RateLimit-Reset") != "2001-09-09T01:46:50.000000Z" {
			t.Fatalf("call %d: %v", n, r.header)
		}
		if n > 10_000 {
			t.Fatal("there is no limit")
		}
	}
	h.ok(t, tomas.token, "GET", "/api/v1/custom_emojis", "")
	if r := h.ok(t, "", "GET", "/api/v1/custom_emojis", ""); r.header.Get("X-RateLimit-Limit") != "1000" {
		t.Errorf("a stranger is told %v", r.header)
	}
}

func TestWithoutLimitsNoneAreTold(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ada := h.person(t, "ada")
	for _, token := range []string{ada.token, ""} {
		r := h.ok(t, token, "GET", "/api/v1/custom_emojis", "")
		for name := range r.header {
			if strings.HasPrefix(name, "X-Ratelimit") {
				t.Errorf("%s: %v", name, r.header)
			}
		}
	}
}
