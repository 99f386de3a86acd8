package hometest_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// bringFile sends a file to be brought along and returns the page that answers.
func bringFile(p *hometest.Person, file []byte) (int, string) {
	t := p.Home.T()
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "follows.opml")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(file)
	_ = form.Close()
	resp, err := p.Browser.Post(p.Home.Origin+"/people/bring", form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(page)
}

// TestFollowsAreBroughtAlongInAFile has somebody bring people of another
// server, a neighbor, a feed and a page that is nowhere, and follow some of them.
func TestFollowsAreBroughtAlongInAFile(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida, nora := h.Settle("ida"), h.Settle("nora")
	far := newPeer(t)
	wren, mad := far.person("wren"), far.person("mad")
	blog := newPeer(t)
	blog.handle("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<title>A garden</title>")
	})
	gone := newPeer(t)
	down := gone.URL
	gone.Close()
	file := `<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head/><body>
		<outline text="Wren" type="rss" xmlUrl="` + wren.id + `.rss" htmlUrl="` + wren.id + `"/>
		<outline text="Mad" type="link" url="` + mad.id + `"/>
		<outline text="Neighbor" type="rss" xmlUrl="` + h.Origin + `/@nora/feed.atom" htmlUrl="` + h.Origin + `/@nora"/>
		<outline text="Myself" htmlUrl="` + h.Origin + `/@ida"/>
		<outline text="A garden" type="rss" xmlUrl="` + blog.URL + `/feed" htmlUrl="` + blog.URL + `/"/>
		<outline text="A script" htmlUrl="javascript:alert(1)"/>
		<outline text="Asleep" htmlUrl="` + down + `/@asleep"/>
	</body></opml>`
	if code, page := bringFile(ida, []byte(file)); code != http.StatusOK || !strings.Contains(page, "Forget this list") {
		t.Fatalf("%d %.2000s", code, page)
	}
	var page string
	hometest.Await(t, "all are looked for", func() bool {
		page = ida.Page("/people/bring")
		return !strings.Contains(page, "still being")
	})
	choices := regexp.MustCompile(`name="who\[\]" value="(\d+)"`).FindAllStringSubmatch(page, -1)
	if len(choices) != 3 || !strings.Contains(page, wren.address()[1:]) {
		t.Fatalf("%d can be chosen: %s", len(choices), page)
	}
	for _, want := range []string{"Not reached", "Asleep", "Feeds", "A garden", "Myself", "A script"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not tell of %q", want)
		}
	}
	if strings.Contains(page, "javascript:") {
		t.Error("what a file calls a page is a link whatever it is")
	}
	post := func(p *hometest.Person, path string, form url.Values) {
		resp, err := p.Browser.PostForm(h.Origin+path, form)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s %v: %s", path, form, resp.Status)
		}
	}
	post(nora, "/people/bring/follow", url.Values{"who[]": {choices[0][1]}}) // another's line
	post(ida, "/people/bring/follow", url.Values{"who[]": {choices[0][1], choices[2][1], "7"}})
	hometest.Await(t, "those chosen are followed", func() bool {
		page = ida.Page("/people/bring")
		return !strings.Contains(page, "still being") && strings.Contains(page, "You follow")
	})
	if left := regexp.MustCompile(`name="who\[\]"`).FindAllString(page, -1); len(left) != 1 {
		t.Errorf("%d are left to choose", len(left))
	}
	if page := nora.Page("/people/followers"); !strings.Contains(page, "/@ida") {
		t.Error("a neighbor who was chosen is not followed")
	}
	if page := nora.Page("/people"); strings.Contains(page, "/@wren@") {
		t.Error("somebody follows by another's list")
	}
	post(ida, "/people/bring/forget", nil)
	if page := ida.Page("/people/bring"); strings.Contains(page, "Forget this list") {
		t.Error("the list is still there")
	}
}

// TestFilesThatCannotBeBroughtAlongHaveTheirSentence sends each kind of bad file.
func TestFilesThatCannotBeBroughtAlongHaveTheirSentence(t *testing.T) {
	t.Parallel()
	ida := hometest.Start(t, "").Settle("ida")
	for what, c := range map[string]struct{ file, sentence string }{
		"nothing":    {"", "Choose a file first"},
		"no OPML":    {"hello", "This is no OPML file"},
		"a bomb":     {`<!DOCTYPE opml [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><opml/>`, "could overwhelm"},
		"deep":       {"<opml>" + strings.Repeat("<outline>", 200), "could overwhelm"},
		"letters":    {`<?xml version="1.0" encoding="x-runes"?><opml/>`, "not known here"},
		"an empty":   {"<opml><body/></opml>", "Nobody is in this file"},
		"ten mega":   {"<opml>" + strings.Repeat(" ", 10<<20) + "</opml>", "Too large"},
		"cut off":    {`<opml><body><outline text="a" htmlUrl="https://a.example/"/>`, "This is no OPML file"},
		"huge names": {`<opml><body><outline text="a" htmlUrl="https://a.example/` + strings.Repeat("a", 5000) + `"/></body></opml>`, "Nobody is in this file"},
	} {
		code, page := bringFile(ida, []byte(c.file))
		if code != http.StatusUnprocessableEntity && code != http.StatusRequestEntityTooLarge || !strings.Contains(page, c.sentence) {
			t.Errorf("%s: %d without %q", what, code, c.sentence)
		}
	}
}
