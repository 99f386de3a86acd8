package hometest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"allod/internal/config"
	"allod/internal/db/dbtest"
	"allod/internal/hometest"
	"allod/internal/mail/mailtest"
	as "allod/protocol/activitystreams"
)

// A visitor is a browser of somebody without an account.
type visitor struct {
	home   *hometest.Home
	client *http.Client
}

func newVisitor(h *hometest.Home) *visitor {
	return &visitor{h, &http.Client{Timeout: time.Minute}}
}

func (v *visitor) read(resp *http.Response, err error) (int, string) {
	t := v.home.T()
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode >= 500 {
		t.Errorf("%s: %s: %.500s", resp.Request.URL, resp.Status, raw)
	}
	return resp.StatusCode, string(raw)
}

func (v *visitor) get(path string) (int, string) {
	v.home.T().Helper()
	return v.read(v.client.Get(v.home.Origin + strings.TrimPrefix(path, v.home.Origin)))
}

func (v *visitor) post(path string, form url.Values) (int, string) {
	v.home.T().Helper()
	return v.read(v.client.PostForm(v.home.Origin+strings.TrimPrefix(path, v.home.Origin), form))
}

// mailed starts a home whose mail is caught.
func mailed(t testing.TB, database string) (*hometest.Home, *mailtest.Catcher) {
	t.Helper()
	c := mailtest.Start(t)
	return hometest.StartWith(t, database, func(cfg *config.Config) {
		cfg.Mail = config.Mail{Server: c.Address, TLS: "none", From: "home@ida.example"}
	}), c
}

// button presses the one button of a page whose form is sent to an address that ends so.
func (v *visitor) button(page, action string) (int, string) {
	v.home.T().Helper()
	at := regexp.MustCompile(`action="([^"]*` + regexp.QuoteMeta(action) + `)"[^>]*>(?:<input type="hidden" name="comment" value="(\d*)">)?`).FindStringSubmatch(page)
	if at == nil {
		v.home.T().Fatalf("no form to %s in:\n%s", action, page)
	}
	form := url.Values{}
	if at[2] != "" {
		form.Set("comment", at[2])
	}
	return v.post(at[1], form)
}

func comment(text, name, address string) url.Values {
	return url.Values{"text": {text}, "name": {name}, "address": {address}, "language": {"en"}, "tell": {"true"}}
}

func TestGuestCommentsByMailAndOwnerApproves(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { guestComments(t, "") })
	t.Run("postgres", func(t *testing.T) { guestComments(t, dbtest.PostgresURL(t)) })
}

func guestComments(t *testing.T, database string) {
	h, mail := mailed(t, database)
	ida, v := h.Settle("ida"), newVisitor(h)
	p := write(ida, map[string]any{"status": "The allotment book"})
	at := "/@ida/" + p.ID
	if _, page := v.get(at); !strings.Contains(page, at+"/comment") || strings.Contains(page, "<script") {
		t.Fatalf("a visitor is not shown where to comment, or gets a script:\n%s", page)
	}
	code, page := v.post(at+"/comment", comment("Mr Pask was my uncle.\n\nWe still have the fork: https://pask.example/fork", "Edith Pask", "edith@pask.example"))
	if code != http.StatusOK || !strings.Contains(page, "open the letter") || strings.Contains(page, "my uncle") {
		t.Fatalf("%d:\n%s", code, page)
	}
	letter := mail.Await(t, "edith@pask.example", 1)
	for _, typed := range []string{"Edith", "uncle", "fork"} {
		if strings.Contains(letter.Raw, typed) {
			t.Errorf("the letter holds %q, which a visitor typed:\n%s", typed, letter.Raw)
		}
	}
	if letter.Header.Get("Auto-Submitted") != "auto-generated" || !strings.HasSuffix(letter.Header.Get("Message-Id"), "@127.0.0.1:"+strings.Split(h.Origin, ":")[2]+">") {
		t.Errorf("header %v", letter.Header)
	}
	way := letter.Link(t, h.Origin+"/guest/")
	_, page = v.get(way)
	if ida.Page("/waiting"); strings.Contains(ida.Page("/waiting"), "my uncle") {
		t.Error("a comment waits for the owner before its guest confirmed it by the button")
	}
	if code, page = v.button(page, "/confirm"); code != http.StatusOK || !strings.Contains(page, "Waits for") {
		t.Fatalf("%d:\n%s", code, page)
	}
	if _, page := v.get(at); strings.Contains(page, "my uncle") {
		t.Error("a comment is shown before its owner approves")
	}
	if news := ida.Page("/news"); !strings.Contains(news, "Edith Pask") || !strings.Contains(news, "a guest") {
		t.Errorf("the owner is not told:\n%s", news)
	}
	code, _ = (&visitor{h, ida.Browser}).button(ida.Page("/waiting"), "/show")
	if code != http.StatusOK {
		t.Fatal(code)
	}
	hometest.Await(t, "the comment stands on the page", func() bool { _, page = v.get(at); return strings.Contains(page, "my uncle") })
	for _, want := range []string{`rel="nofollow ugc noopener noreferrer"`, "a guest", "Edith Pask", `lang="en"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the comment lacks %s:\n%s", want, page)
		}
	}
	if strings.Contains(page, "edith@pask") {
		t.Error("a guest's address is shown")
	}
	mail.Await(t, "edith@pask.example", 2).Link(t, h.Origin+at+"#comment-")
	if context := hometest.Call[struct{ Descendants []status }](ida, http.MethodGet, "/api/v1/statuses/"+p.ID+"/context", nil); len(context.Descendants) != 0 {
		t.Errorf("apps are told of a guest as of somebody with an account: %+v", context)
	}
	residentAnswers(t, ida, v, mail, p, regexp.MustCompile(`/comments/(\d+)/hide`).FindStringSubmatch(ida.Page(at))[1])
	hidesAndWithdraws(t, ida, v, at, way)
	if _, page := v.get(at); !strings.Contains(page, "zqfork") || !strings.Contains(page, "taken back by its writer") {
		t.Errorf("the answer to what was taken back is gone with it:\n%s", page)
	}
}

// residentAnswers has a neighbor answer the comment of a guest, who is told by
// mail until they press one button. Other servers hear of an answer to the post.
func residentAnswers(t *testing.T, ida *hometest.Person, v *visitor, mail *mailtest.Catcher, p status, guest string) {
	h := v.home
	nora, rex := h.Settle("nora"), newPeer(t).person("rex")
	who, _ := actorOf(nora)
	rex.mustSend(h, rex.does("Follow", who))
	hometest.Await(t, "rex follows", func() bool { return find(nora, handle(nora)).FollowersCount == 1 })
	at, way := "/@ida/"+p.ID, "/compose?reply="+p.ID+"&guest="+guest
	if page := nora.Page(at); !strings.Contains(page, strings.ReplaceAll("/compose?guest="+guest+"&reply="+p.ID, "&", "&amp;")) {
		t.Errorf("nora is offered no way to answer the guest:\n%s", page)
	}
	if page := nora.Page(way); !strings.Contains(page, "my uncle") || !strings.Contains(page, "A guest reads your answer on the page") {
		t.Errorf("the page to answer on does not show what is answered:\n%s", page)
	}
	send := func(key, text, below string) (int, string) {
		return (&visitor{h, nora.Browser}).post("/compose?key="+key, url.Values{"text": {text}, "visibility": {"public"}, "language": {"en"}, "reply_to": {p.ID}, "guest": {below}})
	}
	for name, below := range map[string]string{"none": "1", "nonsense": "x"} {
		if code, page := send(name, "zqlost words", below); code != http.StatusUnprocessableEntity || !strings.Contains(page, "This comment is not here any more") || !strings.Contains(page, "zqlost words") {
			t.Errorf("an answer to %s: %d:\n%s", name, code, page)
		}
	}
	if code, page := send("a", "zqfork: may I see it?", guest); code != http.StatusOK {
		t.Fatalf("%d:\n%s", code, page)
	}
	letter := mail.Await(t, "edith@pask.example", 3)
	if !strings.Contains(letter.Text, "zqfork") || !strings.Contains(letter.Text, "nora answered the comment") {
		t.Errorf("the guest is told:\n%s", letter.Text)
	}
	letter.Link(t, h.Origin+at+"#post-")
	if _, page := v.get(at + "?fresh"); strings.Index(page, "zqfork") < strings.Index(page, "my uncle") || !regexp.MustCompile(`(?s)my uncle.*<ul class="thread">.*zqfork`).MatchString(page) {
		t.Errorf("the answer does not stand below the comment:\n%s", page)
	}
	hometest.Await(t, "rex has the answer", func() bool { return strings.Contains(rex.inbox(), "zqfork") })
	if got := rex.inbox(); !strings.Contains(got, `"inReplyTo":"`+p.URI) || strings.Contains(got, "Edith") || strings.Contains(got, "pask") || strings.Contains(got, guest) {
		t.Errorf("another server is told more than of an answer to the post:\n%s", got)
	}
	out := strings.Trim(letter.Header.Get("List-Unsubscribe"), "<>")
	if _, page := v.get(out); !strings.Contains(page, "Write to me no more") {
		t.Errorf("the page of a letter has no button that ends them:\n%s", page)
	}
	still := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if resp, err := still.Post(out, "application/x-www-form-urlencoded", strings.NewReader("List-Unsubscribe=One-Click")); err != nil || resp.StatusCode != http.StatusOK || letter.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		t.Fatalf("one click: %v %v", resp, err)
	}
	if code, _ := send("b", "zqsecond", guest); code != http.StatusOK {
		t.Fatal(code)
	}
	hometest.Await(t, "rex has the second answer", func() bool { return strings.Contains(rex.inbox(), "zqsecond") })
	if h.Config.Database == "" {
		quiet(h)
	}
	if n := len(mail.Letters("edith@pask.example")); n != 3 {
		t.Errorf("%d letters, and the last after one click had ended them", n)
	}
}

// hidesAndWithdraws has the owner hide the comment with a reason that its guest
// and everybody reads, and the guest take it back.
func hidesAndWithdraws(t *testing.T, ida *hometest.Person, v *visitor, at, way string) {
	mine := ida.Page(at)
	hide := regexp.MustCompile(`/comments/\d+/hide`).FindString(mine)
	owner := &visitor{v.home, ida.Browser}
	if code, page := owner.post(hide, url.Values{"reason": {" \u200b "}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Give a reason") {
		t.Errorf("%d:\n%s", code, page)
	}
	if code, _ := owner.post(hide, url.Values{"reason": {"This is about <somebody> else’s fork"}}); code != http.StatusOK {
		t.Fatal(code)
	}
	const reason = "This is about &lt;somebody&gt; else’s fork"
	if _, page := v.get(at); strings.Contains(page, "my uncle") || !strings.Contains(page, reason) || !strings.Contains(page, "1 reply hidden by the owner") {
		t.Errorf("others are shown:\n%s", page)
	}
	if _, page := v.get(way); !strings.Contains(page, reason) || !strings.Contains(page, "Hidden by ida since") {
		t.Errorf("the guest is shown:\n%s", page)
	}
	if code, _ := owner.button(ida.Page(at), "/show"); code != http.StatusOK {
		t.Fatal(code)
	}
	if _, page := v.get(at); !strings.Contains(page, "my uncle") {
		t.Error("it is not shown again")
	}
	_, page := v.get(way)
	if code, page := v.button(page, "/withdraw"); code != http.StatusOK || strings.Contains(page, "my uncle") {
		t.Errorf("%d:\n%s", code, page)
	}
	if _, page := v.get(at); strings.Contains(page, "my uncle") || strings.Contains(page, "Edith") {
		t.Errorf("what its guest took back is shown:\n%s", page)
	}
}

// TestOneThreadHoldsEverybody has somebody elsewhere, somebody here, a guest
// and a page of another site answer a post: all stand in one order, each
// marked for what it is, and are hidden and shown again alike.
func TestOneThreadHoldsEverybody(t *testing.T) {
	t.Parallel()
	h, mail := mailed(t, "")
	ida, nora, v := h.Settle("ida"), h.Settle("nora"), newVisitor(h)
	rex, site := newPeer(t).person("rex"), newBlog(t)
	root := write(ida, map[string]any{"status": "Who has seen the heron?", "language": "en"})
	at, owner := "/@ida/"+root.ID, &visitor{h, ida.Browser}

	rex.mustSend(h, rex.does("Create", rex.note(doc{"content": "<p>zq1 Ich</p>", "contentMap": doc{"de": "<p>zq1 Ich</p>"}, "inReplyTo": root.URI, "to": as.Public})))
	hometest.Await(t, "the reply from elsewhere is here", func() bool { return strings.Contains(ida.Page(at), "zq1") })
	if code, page := v.post(at+"/comment", url.Values{"text": {"zq2 Я"}, "name": {"Эдит"}, "address": {"edith@pask.example"}, "language": {"ru"}}); code != http.StatusOK {
		t.Fatalf("%d:\n%s", code, page)
	}
	site.says(`<html lang="fr"><body class="h-entry"><a class="p-author h-card" href="/me">Odile</a><a class="u-in-reply-to" href="` + root.URL + `">à</a><p class="e-content">zq3 Moi</p></body></html>`)
	if code, body := mention(h, site.URL+"/heron", root.URL); code != http.StatusAccepted {
		t.Fatalf("%d %s", code, body)
	}
	_, page := v.get(mail.Await(t, "edith@pask.example", 1).Link(t, h.Origin+"/guest/"))
	v.button(page, "/confirm")
	hometest.Await(t, "both wait on one page", func() bool {
		page = ida.Page("/waiting")
		return strings.Contains(page, "zq2") && strings.Contains(page, "zq3")
	})
	if strings.Index(page, "zq2") > strings.Index(page, "zq3") || !strings.Contains(page, "Who has seen the heron?") {
		t.Errorf("what waits is out of order, or does not say where it stands:\n%s", page)
	}
	if news := ida.Page("/news"); !strings.Contains(news, "2 comments and pages wait for you to decide") {
		t.Errorf("the news do not say so:\n%s", news)
	}
	if _, page := v.get(at); strings.Contains(page, "zq2") || strings.Contains(page, "zq3") {
		t.Error("what waits is shown to others")
	}
	write(nora, map[string]any{"status": "zq4 أنا", "in_reply_to_id": root.ID, "language": "ar"})
	owner.button(ida.Page("/waiting"), "/show")
	owner.button(ida.Page("/waiting"), "/show")
	if page := ida.Page("/waiting"); !strings.Contains(page, "Nothing waits for you.") {
		t.Errorf("after both were decided:\n%s", page)
	}

	_, page = v.get(at)
	last := 0
	for _, want := range []string{"zq1", "zq2", "zq3", "zq4"} {
		if i := strings.Index(page, want); i < last {
			t.Errorf("%s does not stand in the order in which all came", want)
		} else {
			last = i
		}
	}
	for _, want := range []string{`lang="de"`, `lang="ru"`, `lang="fr"`, `lang="ar"`, "a guest", "from another site", "answered on their own site"} {
		if !strings.Contains(page, want) {
			t.Errorf("the thread lacks %s", want)
		}
	}
	for _, word := range []string{"zq1", "zq2", "zq3", "zq4"} {
		alike := regexp.MustCompile(`/(posts|comments|mentions)/\d+/hide`).FindAllString(ida.Page(at), -1)
		if len(alike) != 4 {
			t.Fatalf("the owner may hide %v", alike)
		}
		at := alike[word[2]-'1']
		if code, page := owner.get(at); code != http.StatusOK || !strings.Contains(page, word) {
			t.Fatalf("%d: who hides %s is not shown it:\n%s", code, word, page)
		}
		if code, page := owner.post(at, url.Values{"reason": {""}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Give a reason") {
			t.Errorf("%d: %s is hidden without a reason", code, word)
		}
		if code, page := owner.post(at, url.Values{"reason": {"Not here: " + word[2:]}}); code != http.StatusOK || !strings.Contains(page, "Show it again") || !strings.Contains(page, word) {
			t.Fatalf("%d: %s for the owner, who hid it:\n%s", code, word, page)
		}
		if _, page := v.get("/@ida/" + root.ID); strings.Contains(page, word) || !strings.Contains(page, "Not here: "+word[2:]) || word == "zq3" && strings.Contains(page, "Odile") {
			t.Errorf("others, of %s that is hidden, see:\n%s", word, page)
		}
		undo := regexp.MustCompile(`/(posts/\d+/unhide|(comments|mentions)/\d+/show)`).FindString(ida.Page("/@ida/" + root.ID))
		if code, _ := owner.post(undo, nil); code != http.StatusOK {
			t.Fatalf("%s: %d", undo, code)
		}
		if _, page := v.get("/@ida/" + root.ID); !strings.Contains(page, word) || strings.Contains(page, "Not here") {
			t.Errorf("%s is not shown again", word)
		}
	}
	other := &visitor{h, nora.Browser}
	for _, path := range []string{"/mentions/1/show", "/mentions/x/hide", "/mentions/1/jump", regexp.MustCompile(`/mentions/\d+/`).FindString(ida.Page(at)) + "decline"} {
		if code, _ := other.post(path, url.Values{"reason": {"x"}}); code != http.StatusNotFound {
			t.Errorf("nora decides about %s: %d", path, code)
		}
	}
	if code, _ := owner.get("/mentions"); code != http.StatusOK {
		t.Errorf("the old address of what waits leads nowhere: %d", code)
	}
}

func TestBadComments(t *testing.T) {
	h, mail := mailed(t, "")
	ida, v := h.Settle("ida"), newVisitor(h)
	p, secret := write(ida, map[string]any{"status": "For all"}), write(ida, map[string]any{"status": "zqsecret", "visibility": "private"})
	at := "/@ida/" + p.ID + "/comment"
	for name, c := range map[string]struct {
		form url.Values
		code int
		want string
	}{
		"no words":        {comment(" \u200b\u2060 ", "Edith", "e@pask.example"), 422, "Write something first"},
		"no name":         {comment("Hello", "\u202e\u200b\u200d", "e@pask.example"), 422, "Write a name"},
		"name an address": {comment("Hello", "https://x.example", "e@pask.example"), 422, "not an address"},
		"two addresses":   {comment("Hello", "Edith", "e@pask.example, all@pask.example"), 422, ""},
		"line break":      {comment("Hello", "Edith", "e@pask.example\r\nBcc: all@pask.example"), 422, ""},
		"links":           {comment("http://a http://b http://c http://d", "Edith", "e@pask.example"), 422, "No more than 3 links"},
		"long":            {comment(strings.Repeat("é", 3001), "Edith", "e@pask.example"), 422, "3000"},
		"trap":            {url.Values{"website": {"https://spam.example"}, "text": {"Buy"}, "name": {"B"}, "address": {"b@spam.example"}}, 200, "open the letter"},
		"no form at all":  {url.Values{}, 422, "Write a name"},
	} {
		code, page := v.post(at, c.form)
		if code != c.code || !strings.Contains(page, c.want) {
			t.Errorf("%s: %d, wanted %d and %q: %v", name, code, c.code, c.want, regexp.MustCompile(`<p class="wrong"[^>]*>.*?</p>`).FindAllString(page, -1))
		}
		if code == 422 && c.form.Get("text") != "" && strings.Contains(c.form.Get("text"), "Hello") && !strings.Contains(page, ">Hello</textarea>") {
			t.Errorf("%s: what was typed is gone", name)
		}
	}
	if code, page := v.get("/@ida/" + secret.ID + "/comment"); code != http.StatusNotFound || strings.Contains(page, "zqsecret") {
		t.Errorf("a post for followers may be commented on: %d", code)
	}
	if code, _ := v.post("/@ida/"+secret.ID+"/comment", comment("Hello", "Edith", "e@pask.example")); code != http.StatusNotFound {
		t.Errorf("a post for followers was commented on: %d", code)
	}
	for i := range 6 { // the sixth is too many for one address, and only one letter goes out
		code, page := v.post(at, comment(fmt.Sprintf("Words %d", i), "Ed\u202eith\u200b Pask", "flood@pask.example"))
		if want := map[bool]int{true: 429, false: 200}[i == 5]; code != want {
			t.Errorf("comment %d: %d\n%s", i, code, page)
		}
	}
	for i := range 4 { // the same words of many
		code, _ := v.post(at, comment("Cheap pills, cheap  PILLS!", "Bob", fmt.Sprintf("bob%d@spam.example", i)))
		if want := map[bool]int{true: 429, false: 200}[i == 3]; code != want {
			t.Errorf("the same words for the %d. time: %d", i+1, code)
		}
	}
	mail.Await(t, "bob2@spam.example", 1)
	if n := len(mail.Letters("flood@pask.example")); n != 1 {
		t.Errorf("%d letters to one address in a day", n)
	}
	_, page := v.get(mail.Letters("flood@pask.example")[0].Link(t, h.Origin+"/guest/"))
	if !strings.Contains(page, "as Edith Pask") || strings.ContainsAny(page, "\u202e\u200b") {
		t.Errorf("the name was kept as it came:\n%s", page)
	}
	for _, path := range []string{"/guest/1-AAAA", "/guest/x", "/guest/" + p.ID + "-", "/@ida/1/comment", "/@ida/x/comment", "/@nobody/1/comment", at + "?answers=5", at + "?below=7"} {
		if code, _ := v.get(path); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
}

func TestGuestWhoseMailComesBackIsToldSoAndSentNothingMore(t *testing.T) {
	t.Parallel()
	h, mail := mailed(t, "")
	ida, v := h.Settle("ida"), newVisitor(h)
	at := "/@ida/" + write(ida, map[string]any{"status": "For all"}).ID + "/comment"
	mail.Refuse("gone@pask.example", 550, [3]int{5, 1, 1}, "No such user")
	if code, page := v.post(at, comment("First words", "Edith", "gone@pask.example")); code != http.StatusOK {
		t.Fatalf("%d:\n%s", code, page)
	}
	hometest.Await(t, "the keeper is told", func() bool {
		return strings.Contains(ida.Page("/settings/mail"), "1 address does not exist any more and is sent nothing.")
	})
	code, page := v.post(at, comment("Second words", "Edith", "gone@pask.example"))
	if code != http.StatusUnprocessableEntity || !strings.Contains(page, "Mail to this address comes back: 550 5.1.1 No such user") || !strings.Contains(page, "Second words</textarea>") {
		t.Errorf("%d:\n%s", code, page)
	}
	mail.Refuse("gone@pask.example", 0, [3]int{}, "")
	quiet(h)
	if n := len(mail.Letters("gone@pask.example")); n != 0 {
		t.Errorf("%d letters went to an address that does not exist", n)
	}
}

func TestWithoutMailThePageSaysSo(t *testing.T) {
	h := hometest.Start(t, "")
	ida, v := h.Settle("ida"), newVisitor(h)
	p := write(ida, map[string]any{"status": "For all"})
	at := "/@ida/" + p.ID + "/comment"
	if code, page := v.get(at); code != http.StatusOK || !strings.Contains(page, "Comments are not taken here at the moment") {
		t.Errorf("%d:\n%s", code, page)
	}
	if code, _ := v.post(at, comment("Hello", "Edith", "e@pask.example")); code != http.StatusUnprocessableEntity {
		t.Error(code)
	}
	if page := ida.Page("/settings/comments"); !strings.Contains(page, "This home sends no mail yet") {
		t.Errorf("the owner is not told:\n%s", page)
	}
}

func TestHiddenReplyIsGoneForOthersAndTheWriterSeesWhy(t *testing.T) {
	h := hometest.Start(t, "")
	ida, nora, v := h.Settle("ida"), h.Settle("nora"), newVisitor(h)
	root := write(ida, map[string]any{"status": "root"})
	reply := write(nora, map[string]any{"status": "zqrude words", "in_reply_to_id": root.ID})
	below := write(ida, map[string]any{"status": "zqcalm answer", "in_reply_to_id": reply.ID})
	at, owner, writer := "/@ida/"+root.ID, &visitor{h, ida.Browser}, &visitor{h, nora.Browser}
	if code, _ := writer.post("/posts/"+below.ID+"/hide", url.Values{"reason": {"mine"}}); code != http.StatusOK {
		t.Errorf("nora may not hide below her own post: %d", code)
	}
	if code, _ := writer.post("/posts/"+below.ID+"/unhide", nil); code != http.StatusOK {
		t.Error(code)
	}
	if code, _ := writer.post("/posts/"+root.ID+"/hide", url.Values{"reason": {"no"}}); code != http.StatusForbidden {
		t.Errorf("somebody hides what does not stand below them: %d", code)
	}
	if code, page := owner.post("/posts/"+reply.ID+"/hide", url.Values{"reason": {"Not in my kitchen"}}); code != http.StatusOK || !strings.Contains(page, "zqrude") || !strings.Contains(page, "Show it again") {
		t.Fatalf("%d:\n%s", code, page)
	}
	_, page := v.get(at)
	if strings.Contains(page, "zqrude") || !strings.Contains(page, "Not in my kitchen") || !strings.Contains(page, "zqcalm") {
		t.Errorf("others see:\n%s", page)
	}
	if page := nora.Page(at); !strings.Contains(page, "zqrude") || !strings.Contains(page, "Your reply is hidden here by ida") || !strings.Contains(page, "Not in my kitchen") {
		t.Errorf("the writer sees:\n%s", page)
	}
	if page := nora.Page("/news"); !strings.Contains(page, "hid your reply") {
		t.Errorf("the writer is not told:\n%s", page)
	}
	fay := h.Settle("fay")
	for who, want := range map[*hometest.Person]int{ida: 2, nora: 2, fay: 1} {
		got := hometest.Call[struct{ Descendants []status }](who, http.MethodGet, "/api/v1/statuses/"+root.ID+"/context", nil)
		if len(got.Descendants) != want {
			t.Errorf("an app of %s is shown %d answers, wanted %d", who.Name, len(got.Descendants), want)
		}
	}
	if got := hometest.Call[[]map[string]any](nora, http.MethodGet, "/api/v1/notifications", nil); len(got) != 1 {
		t.Errorf("an app is told of a kind that it has no word for: %v", got)
	}
	if code, _ := owner.post("/posts/"+reply.ID+"/unhide", nil); code != http.StatusOK {
		t.Error(code)
	}
	if _, page := v.get(at); !strings.Contains(page, "zqrude") {
		t.Error("it is not shown again")
	}
}

func TestVisitorFollowsByMailAndLeavesByOneClick(t *testing.T) {
	h, mail := mailed(t, "")
	ida, v := h.Settle("ida"), newVisitor(h)
	if code, page := v.get("/@ida/hear"); code != http.StatusOK || !strings.Contains(page, "feed.atom") || strings.Contains(page, "<script") {
		t.Fatalf("%d:\n%s", code, page)
	}
	ask := url.Values{"address": {"reader@pask.example"}, "frequency": {"each"}}
	for range 2 { // twice is one letter
		if code, page := v.post("/@ida/hear", ask); code != http.StatusOK || !strings.Contains(page, "open the letter") {
			t.Fatalf("%d:\n%s", code, page)
		}
	}
	way := mail.Await(t, "reader@pask.example", 1).Link(t, h.Origin+"/hear/")
	if page := ida.Page("/settings/readers"); strings.Contains(page, "reader@pask") {
		t.Error("an address follows before it was confirmed")
	}
	write(ida, map[string]any{"status": "zqbefore"})
	v.get(way) // GET changes nothing
	if code, page := v.post(way+"/confirm", url.Values{"frequency": {"each"}}); code != http.StatusOK || !strings.Contains(page, "Letters come as you chose") {
		t.Fatalf("%d:\n%s", code, page)
	}
	if page := ida.Page("/settings/readers"); !strings.Contains(page, "reader@pask.example") || !strings.Contains(page, "1 address") {
		t.Errorf("the owner is not shown who follows:\n%s", page)
	}
	write(ida, map[string]any{"status": "zqnews of the tide"})
	write(ida, map[string]any{"status": "zqprivate", "visibility": "private"})
	letter := mail.Await(t, "reader@pask.example", 2)
	if !strings.Contains(letter.Text, "zqnews") || strings.Contains(letter.Text, "zqbefore") {
		t.Errorf("the letter says:\n%s", letter.Text)
	}
	out := strings.Trim(letter.Header.Get("List-Unsubscribe"), "<>")
	if resp, err := http.Post(out, "application/x-www-form-urlencoded", strings.NewReader("List-Unsubscribe=One-Click")); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("one click: %v %v", resp, err)
	}
	if page := ida.Page("/settings/readers"); strings.Contains(page, "reader@pask.example") {
		t.Error("one click did not end it")
	}
	write(ida, map[string]any{"status": "zqafter"})
	if code, page := v.get(way); code != http.StatusOK || !strings.Contains(page, "No more letters come") {
		t.Errorf("%d:\n%s", code, page)
	}
	time.Sleep(300 * time.Millisecond)
	for _, l := range mail.Letters("") {
		if strings.Contains(l.Raw, "zqafter") || strings.Contains(l.Raw, "zqprivate") {
			t.Errorf("a letter went out that should not have:\n%s", l.Text)
		}
	}
	for _, form := range []url.Values{{"address": {"x"}, "frequency": {"each"}}, {"address": {"a@b.example"}, "frequency": {"hourly"}}, {}} {
		if code, _ := v.post("/@ida/hear", form); code != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", form, code)
		}
	}
	for _, path := range []string{"/hear/1-x", "/hear/x", "/@nobody/hear"} {
		if code, _ := v.get(path); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
}
