package web

import (
	"bytes"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

// find is the first element with a class, within n.
func find(n *html.Node, class string) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && strings.Contains(" "+attribute(d, "class")+" ", " "+class+" ") {
			return d
		}
	}
	return nil
}

// tree is the page of a sample's name in English.
func tree(t *testing.T, name string) *html.Node {
	t.Helper()
	for _, s := range samples(t, languages(t).English()) {
		if s.name == name {
			root, err := html.Parse(bytes.NewReader(draw(t, s)))
			if err != nil {
				t.Fatal(err)
			}
			return root
		}
	}
	t.Fatalf("there is no sample %q", name)
	return nil
}

func TestPagesForVisitorsSendNoScript(t *testing.T) {
	for _, name := range []string{"site", "site-follow", "post-public", "sign-in", "consent", "state-gone"} {
		for n := range tree(t, name).Descendants() {
			if n.Type == html.ElementNode && n.Data == "script" {
				t.Errorf("%s sends %s", name, attribute(n, "src"))
			}
		}
	}
}

func TestPublicPagesCarryMicroformats(t *testing.T) {
	site := tree(t, "site")
	card := find(site, "h-card")
	if card == nil {
		t.Fatal("no h-card")
	}
	for _, class := range []string{"p-name", "u-url", "u-uid", "p-note"} {
		if find(card, class) == nil {
			t.Errorf("the h-card has no %s", class)
		}
	}
	feed := find(site, "h-feed")
	if feed == nil {
		t.Fatal("no h-feed")
	}
	for _, page := range []*html.Node{feed, tree(t, "post-public")} {
		entry := find(page, "h-entry")
		if entry == nil {
			t.Fatal("no h-entry")
		}
		for _, class := range []string{"dt-published", "p-author", "e-content", "u-url", "u-photo"} {
			if find(entry, class) == nil {
				t.Errorf("the h-entry has no %s", class)
			}
		}
	}
	if find(tree(t, "home"), "u-in-reply-to") == nil {
		t.Error("an answer does not say what it answers")
	}
}

func TestPagesTellMachinesWhatTheyAre(t *testing.T) {
	found := map[string]string{}
	for n := range tree(t, "site").Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "link":
			found["link "+attribute(n, "rel")+" "+attribute(n, "type")] = attribute(n, "href")
		case "meta":
			found["meta "+attribute(n, "property")+attribute(n, "name")] = attribute(n, "content")
		}
	}
	for key, want := range map[string]string{
		"link canonical ":                          "https://marrow.example/@ida",
		"link alternate application/atom+xml":      "/@ida/feed.atom",
		"link alternate application/rss+xml":       "/@ida/feed.rss",
		"link alternate application/activity+json": "https://marrow.example/actor",
		"meta og:title":                            "Ida Marrow",
		"meta og:type":                             "profile",
		"meta og:image":                            "https://marrow.example/ida.png",
		"meta description":                         "A page",
	} {
		if found[key] != want {
			t.Errorf("%s is %q, want %q", key, found[key], want)
		}
	}
	if _, ok := found["meta robots"]; ok {
		t.Error("a page to be found forbids it")
	}
}

func TestWhatPeopleWriteIsEscaped(t *testing.T) {
	evil := `"><script>alert(1)</script>`
	f := frame(t, languages(t).English(), &ida)
	p := Post{ID: "1", URL: "javascript:alert(1)", Author: Person{Name: evil, Address: evil, URL: "javascript:alert(1)", Key: evil}, Time: now, Warning: evil,
		Media: []Media{{Kind: Picture, URL: "/a", Small: "/b", Alt: evil}}, ReplyTo: &Parent{URL: "/c", Name: evil}}
	var b bytes.Buffer
	page := Home(Page{Frame: f}, HomeView{Posts: []Post{p}})
	if err := page.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script>alert", "javascript:"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
}

func TestConsentPutsYesFirstInAFormOfItsOwn(t *testing.T) {
	var forms []*html.Node
	for n := range tree(t, "consent").Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" {
			forms = append(forms, n)
		}
	}
	if len(forms) != 2 {
		t.Fatalf("%d forms", len(forms))
	}
	for i, want := range []string{"allow", "deny"} {
		var buttons []string
		for n := range forms[i].Descendants() {
			if n.Type == html.ElementNode && n.Data == "button" {
				buttons = append(buttons, attribute(n, "name")+"="+attribute(n, "value"))
			}
		}
		if len(buttons) != 1 || buttons[0] != "decision="+want {
			t.Errorf("form %d has the buttons %v", i+1, buttons)
		}
	}
}

func TestATogglePostsTheStateItLeadsTo(t *testing.T) {
	f := frame(t, languages(t).English(), &ida)
	for _, c := range []struct {
		form    templ.Component
		on      string
		pressed string
		word    string
	}{
		{LikeForm(f, Act{Action: "/like"}), "true", "false", "Like"},
		{LikeForm(f, Act{Action: "/like", On: true}), "false", "true", "Liked"},
		{BoostForm(f, Act{Action: "/boost"}), "true", "false", "Boost"},
		{BoostForm(f, Act{Action: "/boost", On: true}), "false", "true", "Boosted"},
	} {
		var b bytes.Buffer
		if err := c.form.Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`name="on" value="` + c.on + `"`, `aria-pressed="` + c.pressed + `"`, "<span>" + c.word + "</span>"} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s lacks %s", b.String(), want)
			}
		}
	}
}

func BenchmarkHome(b *testing.B) {
	page := Page{Frame: frame(b, languages(b).English(), &ida), Place: PlaceHome}
	var posts []Post
	for len(posts) < 20 {
		posts = append(posts, samplePosts()[:4]...)
	}
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := Home(page, HomeView{Posts: posts}).Render(b.Context(), &out); err != nil {
			b.Fatal(err)
		}
	}
}
