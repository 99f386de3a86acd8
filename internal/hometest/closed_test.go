package hometest_test

import (
	"bytes"
	"html"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
	as "allod/protocol/activitystreams"
)

// TestClosedServerGetsNothingAndNothingOfItIsShown has the keeper close the
// home to a server that it knows well, and open it again: through inbox,
// delivery, fetching, pictures, search, pages, apps and Webmention.
func TestClosedServerGetsNothingAndNothingOfItIsShown(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida, v := h.Settle("ida"), newVisitor(h)
	keeper := &visitor{h, ida.Browser}
	server := newPeer(t)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/face.png", "/heron.png"} {
		server.handle(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write(picture.Bytes())
		})
	}
	rex := server.person("rex", doc{"icon": doc{"type": "Image", "url": server.URL + "/face.png"}})
	rosa := server.person("rosa") // whom nobody here knows
	host := strings.TrimPrefix(server.URL, "http://")

	me, _ := actorOf(ida)
	root := write(ida, map[string]any{"status": "Who has seen the heron?"})
	rex.mustSend(h, rex.does("Follow", me))
	hometest.Await(t, "rex follows", func() bool { return strings.Contains(server.inbox(), `"Accept"`) })
	note := func(words string) doc {
		return rex.note(doc{
			"content": "<p>" + words + "</p>", "to": []string{as.Public, me}, "inReplyTo": root.URI, "tag": []doc{{"type": "Mention", "href": me, "name": handle(ida)}},
			"attachment": []doc{{"type": "Image", "mediaType": "image/png", "url": server.URL + "/heron.png", "name": "zqpicture"}},
		})
	}
	said := note("zqheron at the weir")
	rex.mustSend(h, rex.does("Create", said))
	rex.mustSend(h, rex.does("Like", root.URI))
	at := "/@ida/" + root.ID
	hometest.Await(t, "the answer is here", func() bool { return strings.Contains(ida.Page(at), "zqheron") })
	profile := "/" + rex.address()
	page := ida.Page(profile)
	pictures := regexp.MustCompile(`/proxy/[^"]+`).FindAllString(html.UnescapeString(page+ida.Page(at)), -1)
	if len(pictures) < 2 {
		t.Fatalf("no pictures of theirs: %v", pictures)
	}
	theirs := find(ida, rex.address()).ID
	places := map[string]string{ // where something of them stands, and by which words
		at: "zqheron", at + "?x": "zqheron", profile: "/proxy/avatar/", "/news": "zqheron", "/search?q=zqheron": "the weir", "/search?q=rex": rex.address()[1:],
	}
	apps := map[string]string{
		"/api/v1/statuses/" + root.ID + "/context": "zqheron", "/api/v1/accounts/" + theirs + "/statuses": "zqheron", "/api/v1/accounts/" + theirs: "rex",
		"/api/v1/notifications": "zqheron", "/api/v2/search?q=zqheron": "zqheron", "/api/v2/search?q=rex": theirs, "/api/v1/accounts/lookup?acct=" + rex.address()[1:]: theirs,
		"/api/v2/search?resolve=true&q=" + url.QueryEscape(said["id"].(string)): "zqheron",
	}
	shown := func(when string, want bool) {
		t.Helper()
		for path, words := range places {
			if _, page := keeper.get(path); strings.Contains(page, words) != want {
				t.Errorf("%s, %s shows %q: %t", when, path, words, !want)
			}
		}
		for path, words := range apps {
			if _, body := ida.Do(http.MethodGet, path, nil); strings.Contains(string(body), words) != want {
				t.Errorf("%s, apps are told %q at %s: %t %.300s", when, words, path, !want, body)
			}
		}
		for _, path := range pictures {
			if code, _ := keeper.get(path); code == http.StatusOK != want {
				t.Errorf("%s, %s: %d", when, path, code)
			}
		}
	}
	quiet(h)
	shown("before", true)

	if code, page := keeper.post("/limits/hosts", url.Values{"host": {host}, "measure": {"suspend"}, "reason": {"Sells names"}}); code != http.StatusOK || !strings.Contains(page, "Sells names") {
		t.Fatalf("%d:\n%s", code, page)
	}
	shown("closed", false)
	if code, page := keeper.get(profile); code != http.StatusNotFound || !strings.Contains(page, "takes nothing from "+host) {
		t.Errorf("their page does not say why it is empty: %d\n%s", code, page)
	}
	if _, page := v.get(at + "?y"); strings.Contains(page, "zqheron") {
		t.Error("visitors are shown what they said")
	}
	before, got, asked := stateOf(h), server.inbox(), server.times("/users/rosa")+server.times("/page")
	for _, activity := range []doc{rex.does("Create", note("zqlater")), rex.does("Like", root.URI), rex.does("Follow", me), rex.does("Delete", said["id"])} {
		if code, _ := rex.send(h, activity); code != http.StatusForbidden && code != http.StatusUnauthorized {
			t.Errorf("%s is taken: %d", activity["type"], code)
		}
	}
	if code, body := mention(h, server.URL+"/page", root.URL); code != http.StatusForbidden || !strings.Contains(body, "takes nothing from") {
		t.Errorf("a mention is taken: %d %s", code, body)
	}
	unchanged(t, h, before)
	write(ida, map[string]any{"status": "zqsecret of the house, see " + server.URL + "/page"})
	keeper.get("/people/find?address=" + url.QueryEscape(rosa.address()))
	ida.Do(http.MethodGet, "/api/v2/search?resolve=true&q="+url.QueryEscape(rosa.address()), nil)
	ida.Do(http.MethodGet, "/api/v2/search?resolve=true&q="+url.QueryEscape(server.URL+"/page"), nil)
	quiet(h)
	if server.inbox() != got {
		t.Errorf("it was sent %s", strings.TrimPrefix(server.inbox(), got))
	}
	if n := server.times("/users/rosa") + server.times("/page"); n != asked {
		t.Errorf("it was asked %d times", n-asked)
	}

	if code, _ := keeper.post("/limits/hosts/end", url.Values{"host": {host}}); code != http.StatusOK {
		t.Fatal(code)
	}
	shown("opened again", true)
	write(ida, map[string]any{"status": "zqopen again"})
	hometest.Await(t, "rex hears again", func() bool { return strings.Contains(server.inbox(), "zqopen") })
	if strings.Contains(server.inbox(), "zqsecret") {
		t.Error("what was said in the meantime is sent after all")
	}
}
