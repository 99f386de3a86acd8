package site_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/post"
)

func TestBlockedPeopleAreListedAndLetGo(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	ben, _ := h.resident("ben")
	b.get("/people/blocked").want(http.StatusOK, "You have blocked nobody.")
	if err := h.ties.Block(t.Context(), ida.ID, ben.ID); err != nil {
		t.Fatal(err)
	}
	b.get("/people").want(http.StatusOK, `href="/people/blocked"`, "Blocked, 1")
	page := b.get("/people/blocked").want(http.StatusOK, "Ben")
	action, fields := page.form("/people/" + ben.ID.String() + "/unblock")
	b.post(action, values(fields), header("Referer", h.url+"/people/blocked")).leads("/people/blocked")
	b.get("/people/blocked").want(http.StatusOK, "You have blocked nobody.")
}

func TestTagPageHasItsName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ida, b := h.resident("ida")
		h.publish(ida, draft("Beans are up #Garden"))
		h.visitor().get("/tags/garden").want(http.StatusOK, "<title>#garden –", "Beans are up")
		b.get("/tags/winter").want(http.StatusOK, "<title>#winter –", "Nobody has said this here yet.")
		for _, none := range []string{"/tags/%00", "/tags/a%ff", "/tags/" + strings.Repeat("x", 600)} {
			b.get(none).want(http.StatusNotFound)
		}
	})
}

func TestTitleOfAnArticleIsAHeading(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	wren := h.stranger("wren")
	var p *post.Post
	err := h.update(func(tx tx) (err error) {
		p, err = h.posts.Receive(t.Context(), tx, post.Arrival{
			Author: wren, Kind: "article", Visibility: post.Public, URI: "https://harbour.example/2", URL: "https://harbour.example/@wren/2",
			Title: "Tides & <timber>", HTML: "<p>Long words</p>",
		})
		return err
	})
	if err == nil {
		p, err = h.posts.Get(t.Context(), 0, p.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	for path, level := range map[string]string{at(p): "h1", "/@" + wren.Handle(): "h3"} {
		heading := find(b.get(path).want(http.StatusOK, "Long words").page(), class("titled"))
		if len(heading) != 1 || heading[0].Data != level || saidIn(heading[0]) != "Tides & <timber>" {
			t.Errorf("%s has %d headings", path, len(heading))
		}
	}
}

// saidIn is the text within an element.
func saidIn(n *node) (text string) {
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			text += c.Data
		}
	}
	return strings.TrimSpace(text)
}
