package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/post"
	"allod/internal/relationship"
)

// TestNothingLeavesToWhomItIsNotFor asks for posts of every level, as every
// kind of viewer, on every route that could show them. The order of requests
// has those who may see first, so that nothing kept for them reaches others.
func TestNothingLeavesToWhomItIsNotFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ida, author := h.resident("ida")
		ben, follower := h.resident("ben")
		_, named := h.resident("cleo")
		_, other := h.resident("dora")
		if _, err := h.ties.Follow(t.Context(), ben.ID, ida.ID, relationship.Wishes{Boosts: true}); err != nil {
			t.Fatal(err)
		}
		viewers := []struct {
			name string
			*browser
		}{{"author", author}, {"follower", follower}, {"named", named}, {"other", other}, {"stranger", h.visitor()}}
		sees := map[post.Visibility]string{
			post.Public: "author follower named other stranger", post.Unlisted: "author follower named other stranger",
			post.Followers: "author follower named", post.Direct: "author named", post.Self: "author",
		}
		secrets := map[post.Visibility]*post.Post{}
		for v := range sees {
			to := "@cleo "
			if v == post.Self {
				to = ""
			}
			secrets[v] = h.publish(ida, post.Draft{Text: to + "the word is " + secret(v) + " #code", Visibility: v})
		}
		root := h.publish(ida, draft("the conversation"))
		for v := range sees {
			if v != post.Self {
				h.publish(ida, post.Draft{Text: "@cleo answers " + secret(v), Visibility: v, ReplyTo: root.ID})
			}
		}
		for v, allowed := range sees {
			p := secrets[v]
			for _, who := range viewers {
				may := strings.Contains(allowed, who.name)
				got := who.get(at(p))
				if may != (got.status == http.StatusOK) || may != strings.Contains(got.text(), secret(v)) {
					t.Errorf("%s of %s: %d", v, who.name, got.status)
				}
				for _, path := range lists(p, root) {
					if !may && strings.Contains(who.get(path).text(), secret(v)) {
						t.Errorf("%s shows %s a post for %s", path, who.name, v)
					}
				}
				if !may {
					acts(t, who.name, who.browser, p)
				}
			}
		}
		unchanged(t, h, ida, secrets)
	})
}

func secret(v post.Visibility) string { return "xyzzy-" + string(v) }

// lists are the other addresses at which a post could show.
func lists(p, root *post.Post) []string {
	return []string{
		"/", "/@ida", "/@ida?max_id=" + (p.ID + 1<<40).String(), "/@ida/feed.atom", "/@ida/feed.rss", "/tags/code", "/news", at(root),
		"/compose?reply=" + p.ID.String(), "/posts/" + p.ID.String() + "/delete", "/@ben/" + p.ID.String(),
	}
}

// acts tries what may be done with a post.
func acts(t *testing.T, name string, b *browser, p *post.Post) {
	t.Helper()
	at := "/posts/" + p.ID.String()
	for _, path := range []string{at + "/like", at + "/boost", at + "/delete"} {
		got := b.post(path, url.Values{"on": {"true"}})
		if got.status != http.StatusNotFound && !strings.HasPrefix(got.header.Get("Location"), "/login") {
			t.Errorf("%s: %s may: %d", path, name, got.status)
		}
	}
	got := b.send("/compose", map[string]string{"text": "me too", "visibility": "public", "reply_to": p.ID.String()}, nil)
	if strings.HasPrefix(got.header.Get("Location"), "/@") || strings.Contains(got.text(), "xyzzy") {
		t.Errorf("%s may answer %s: %d", name, p.Visibility, got.status)
	}
}

func unchanged(t *testing.T, h *house, author *account.Account, posts map[post.Visibility]*post.Post) {
	t.Helper()
	for v, p := range posts {
		now, err := h.posts.Get(t.Context(), author.ID, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if now.Likes+now.Boosts+now.Replies != 0 {
			t.Errorf("%s: %d likes, %d boosts, %d replies", v, now.Likes, now.Boosts, now.Replies)
		}
	}
}

// What was public is gone from every page the moment it is deleted, also from
// those kept for visitors.
func TestDeletedPostIsGoneAtOnce(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	p := h.publish(ida, draft("xyzzy"))
	v := h.visitor()
	for _, path := range []string{"/", "/@ida", "/@ida/feed.atom", at(p)} {
		v.get(path).want(http.StatusOK, "xyzzy")
	}
	action, fields := b.get("/posts/"+p.ID.String()+"/delete").want(http.StatusOK, "xyzzy").form("/posts/")
	b.post(action, values(fields)).leads("/@ida?notice=deleted")
	b.get("/@ida?notice=deleted").want(http.StatusOK, "Deleted.")
	for _, path := range []string{"/", "/@ida", "/@ida/feed.atom"} {
		if strings.Contains(v.get(path).want(http.StatusOK).text(), "xyzzy") {
			t.Errorf("%s still shows it", path)
		}
	}
	v.get(at(p)).want(http.StatusGone)
	b.post(action, values(fields)).want(http.StatusNotFound)
}
