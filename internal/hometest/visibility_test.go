package hometest_test

import (
	"bufio"
	"bytes"
	"image"
	"image/png"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"allod/internal/hometest"
	as "allod/protocol/activitystreams"
	"allod/protocol/httpsig"
)

// levels are those of a post, as the composer names them.
var levels = []string{"public", "unlisted", "followers", "circle", "direct", "self"}

// A secret is a post of ida's with words that stand nowhere else.
type secret struct {
	id, uri, picture string   // as the API has them
	words            []string // no answer holds any of them unless its reader may see the post
}

// A stage is a home with ida, who posts at every level, and everybody who may want to read that.
type stage struct {
	*hometest.Home
	ida                  *hometest.Person
	nora, fay, dan, vex  *hometest.Person // a neighbor, a follower, one who is named, one who is blocked
	rex, rosa, rena, bor *actor           // the same on servers elsewhere
	root                 status           // which the posts answer
	secrets              map[string]secret
	did                  string
}

// An onlooker asks for things and may see posts of some levels.
type onlooker struct {
	name   string
	client *http.Client
	adorn  func(*http.Request) // with what proves who asks
	sees   []string
	// shunned by the author: pages and apps, which know who asks, show them
	// nothing; what programs are told without being asked who they are stays.
	shunned bool
}

func (o onlooker) may(level string) bool { return slices.Contains(o.sees, level) }

func newStage(t testing.TB) *stage {
	h := hometest.Start(t, "")
	s := &stage{Home: h, ida: h.Settle("ida"), nora: h.Settle("nora"), fay: h.Settle("fay"), dan: h.Settle("dan"), vex: h.Settle("vex")}
	follow(s.fay, s.ida)
	follow(s.vex, s.ida)
	hometest.Call[relation](s.ida, http.MethodPost, "/api/v1/accounts/"+find(s.ida, handle(s.vex)).ID+"/block", map[string]any{})
	me, did := actorOf(s.ida)
	s.did = did
	for name, a := range map[string]**actor{"rex": &s.rex, "rosa": &s.rosa, "rena": &s.rena, "bor": &s.bor} {
		*a = newPeer(t).person(name)
		if name == "rosa" || name == "bor" {
			(*a).mustSend(h, (*a).does("Follow", me))
		}
	}
	hometest.Call[relation](s.ida, http.MethodPost, "/api/v1/accounts/"+find(s.ida, s.bor.address()).ID+"/block", map[string]any{})
	hometest.Await(t, "everybody follows", func() bool { return find(s.ida, handle(s.ida)).FollowersCount == 2 })
	s.root = write(s.ida, map[string]any{"status": "what everything answers"})
	return s
}

// postAtEveryLevel has ida answer the root once at each level, with a picture.
func (s *stage) postAtEveryLevel() {
	t := s.T()
	t.Helper()
	s.secrets = map[string]secret{}
	circle := circleOf(s.ida, "Friends", s.dan.Name, s.rena.address())
	for _, level := range levels {
		text, warning, alt := "zq"+level+"text", "zq"+level+"warn", "zq"+level+"alt"
		held := upload(s.ida, alt)
		form := url.Values{
			"key": {"once-" + level}, "text": {text + " #zq" + level + "tag"}, "warning": {warning}, "visibility": {level}, "language": {"en"},
			"reply_to": {s.root.ID}, "held-1": {held}, "alt-1": {alt},
		}
		if level == "circle" {
			form.Set("visibility", "direct")
			form.Set("circle-1", circle)
		}
		if level == "direct" {
			form.Set("named", s.dan.Name+" "+s.rena.address())
		}
		resp, err := s.ida.Browser.PostForm(s.Origin+"/compose", form)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Request.URL.Path, "/@ida/") {
			t.Fatalf("%s: %s at %s: %v: %.2000s", level, resp.Status, resp.Request.URL, err, page)
		}
		made := hometest.Call[struct {
			status
			Media []struct{ URL string } `json:"media_attachments"`
		}](s.ida, http.MethodGet, "/api/v1/statuses/"+strings.TrimPrefix(resp.Request.URL.Path, "/@ida/"), nil)
		if len(made.Media) != 1 {
			t.Fatalf("%s: %d pictures", level, len(made.Media))
		}
		_, key, _ := strings.Cut(made.Media[0].URL, "/media/")
		s.secrets[level] = secret{made.ID, made.URI, held, []string{text, warning, alt, key, s.edit(level, made.ID, held)}}
		submit(s.ida, "/posts/"+made.ID+"/keep", url.Values{"on": {"true"}})
	}
	s.leaveThings()
}

// leaveThings has things wait for ida that are for nobody but her: a draft, and
// what a page of another site says.
func (s *stage) leaveThings() {
	t := s.T()
	t.Helper()
	own := s.secrets["self"]
	own.words = append(own.words, "zqselfdraft", "zqselfmention")
	s.secrets["self"] = own
	submit(s.ida, "/compose", url.Values{"key": {"draft"}, "text": {"zqselfdraft of a letter"}, "visibility": {"public"}, "language": {"en"}, "keep": {"true"}})
	site := newBlog(t)
	site.says(`<div class="h-entry"><a class="u-in-reply-to" href="` + s.root.URL + `">x</a><p class="e-content">zqselfmention waits</p></div>`)
	if code, body := mention(s.Home, site.URL+"/page", s.root.URL); code != http.StatusAccepted {
		t.Fatalf("%d %s", code, body)
	}
	hometest.Await(t, "it waits", func() bool { return strings.Contains(s.ida.Page("/waiting"), "zqselfmention") })
	if !strings.Contains(s.ida.Page("/drafts"), "zqselfdraft") || !strings.Contains(s.ida.Page("/kept"), "zqselfanew") {
		t.Error("what ida keeps is not on her pages")
	}
}

// edit says something else in a post, so that what it said first is in its
// history alone, and returns the new words.
func (s *stage) edit(level, post, picture string) string {
	s.T().Helper()
	words := "zq" + level + "anew"
	hometest.Call[status](s.ida, http.MethodPut, "/api/v1/statuses/"+post, map[string]any{
		"status": words + " #zq" + level + "tag", "spoiler_text": "zq" + level + "warn", "media_ids": []string{picture},
	})
	return words
}

// upload takes a small picture in and returns its id.
func upload(p *hometest.Person, alt string) string {
	t := p.Home.T()
	t.Helper()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	code, body := uploadBytes(p, picture.Bytes(), alt)
	if code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	return regexp.MustCompile(`"id":"(\d+)"`).FindStringSubmatch(body)[1]
}

func uploadBytes(p *hometest.Person, picture []byte, alt string) (int, string) {
	t := p.Home.T()
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "picture.png")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(picture)
	_ = form.WriteField("description", alt)
	_ = form.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.Home.Origin+"/api/v2/media", &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+p.Token)
	return answer(t, http.DefaultClient, r)
}

// onlookers are everybody who may ask, and what each may see.
func (s *stage) onlookers() []onlooker {
	open := []string{"public", "unlisted"}
	resident := func(name string, p *hometest.Person, sees ...string) onlooker {
		return onlooker{name: name, client: p.Browser, sees: sees, adorn: func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+p.Token) }}
	}
	still := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	remote := func(name string, a *actor, form httpsig.Form, sees ...string) onlooker {
		return onlooker{name: name, client: still, sees: sees, adorn: func(r *http.Request) {
			err := httpsig.SignCavage(r, nil, a.keyID, theKey(), time.Now())
			if form == httpsig.RFC9421 {
				err = httpsig.SignRFC9421(r, nil, a.keyID, theKey(), time.Now())
			}
			if err != nil {
				s.T().Fatal(err)
			}
		}}
	}
	blocked := resident("blocked", s.vex, open...)
	blocked.shunned = true
	return []onlooker{
		{name: "stranger", client: &http.Client{}, adorn: func(*http.Request) {}, sees: open},
		resident("neighbor", s.nora, open...),
		resident("follower", s.fay, append(slices.Clone(open), "followers")...),
		resident("named", s.dan, append(slices.Clone(open), "circle", "direct")...),
		blocked,
		resident("author", s.ida, levels...),
		remote("remote actor", s.rex, httpsig.Cavage, open...),
		remote("remote follower", s.rosa, httpsig.RFC9421, append(slices.Clone(open), "followers")...),
		remote("remote named", s.rena, httpsig.Cavage, append(slices.Clone(open), "circle", "direct")...),
		// What everyone may see is served without looking at signatures.
		remote("remote blocked", s.bor, httpsig.RFC9421, open...),
	}
}

// addresses are all that can be read, with every value that leads to a post.
func (s *stage) addresses() []string {
	values := map[string][]string{
		"handle": {"@ida", "@ida@" + strings.TrimPrefix(s.Origin, "http://")}, "did": {s.did}, "rest...": {"feed.atom", "feed.rss", "feed.json", "notes", "notes/feed.json", "pictures/feed.atom", "followers", "following", "follow"},
		"id": {s.root.ID, find(s.ida, handle(s.ida)).ID}, "name": {"x"}, "key": {"x"}, "medium": {}, "mac": {"x"}, "part": {"avatar"}, "account": {"1"}, "act": {"x"}, "word": {"x"}, "feed": {"feed.atom", "feed.rss", "feed.json"},
	}
	extra := []string{
		"/?older=9223372036854775807", "/api/v1/accounts/lookup?acct=ida", "/nodeinfo/2.1",
		"/.well-known/webfinger?resource=acct:" + strings.TrimPrefix(handle(s.ida), "@"),
		"/.well-known/apgateway/" + s.did + "/actor/outbox?page=true",
	}
	for _, level := range levels {
		p := s.secrets[level]
		tag := "zq" + level + "tag"
		values["id"] = append(values["id"], p.id, p.picture)
		values["medium"] = append(values["medium"], p.picture)
		values["rest..."] = append(values["rest..."], p.id)
		values["path..."] = append(values["path..."], "create/"+p.id, "update/"+p.id, "delete/"+p.id, "post/"+p.id)
		values["tag"], values["hashtag"] = append(values["tag"], tag), append(values["hashtag"], tag)
		values["rest..."] = append(values["rest..."], "tags/"+tag, "tags/"+tag+"/feed.atom")
		extra = append(extra,
			"/compose?reply="+p.id, "/@ida/"+p.id+"/history", "/authorize_interaction?uri="+url.QueryEscape(p.uri), "/people/find?address="+url.QueryEscape(p.uri),
			"/api/v2/search?resolve=true&q="+url.QueryEscape(p.uri), "/api/v2/search?q="+tag, "/api/v1/statuses?id[]="+p.id,
			"/api/v2/search?q="+p.words[0][:len(p.words[0])-1], "/api/v2/search?type=statuses&q="+p.words[0], "/search?q=has:picture",
		)
	}
	account := values["id"][1]
	for _, query := range []string{"only_media=true", "exclude_replies=false", "tagged=zqdirecttag", "limit=40", "min_id=1"} {
		extra = append(extra, "/api/v1/accounts/"+account+"/statuses?"+query)
	}
	out := extra
	for _, r := range routes(s.T()) {
		if r.reads() && !r.isStream() {
			out = append(out, fill(r.path, values)...)
		}
	}
	return out
}

// TestNothingLeaksToWhomItIsNotFor asks for every readable address as
// everybody, and looks in each answer for what its reader may not see.
func TestNothingLeaksToWhomItIsNotFor(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	screens := s.listen()
	s.postAtEveryLevel()
	addresses := s.addresses()
	t.Logf("%d addresses", len(addresses))
	for _, o := range s.onlookers() {
		t.Run(o.name, func(t *testing.T) {
			found := map[string]bool{}
			for _, address := range addresses {
				for _, accept := range []string{"text/html", as.ContentType} {
					for _, level := range s.look(t, o, address, accept) {
						found[level] = true
					}
				}
			}
			if seen := slices.Sorted(maps.Keys(found)); !slices.Equal(seen, slices.Sorted(slices.Values(o.sees))) {
				t.Errorf("sees %v, and may see %v", seen, o.sees)
			}
		})
	}
	t.Run("screens", screens.check)
	t.Run("deliveries", s.checkDeliveries)
	t.Run("acts", s.checkActs)
	t.Run("counts", s.checkCounts)
}

// look asks for an address and returns of which levels the answer tells.
func (s *stage) look(t *testing.T, o onlooker, address, accept string) (told []string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Origin+address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", accept)
	o.adorn(r)
	resp, err := o.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || resp.StatusCode >= http.StatusInternalServerError {
		t.Errorf("%s (%s): %s %v %.300s", address, accept, resp.Status, err, raw)
	}
	body, kind := string(raw), resp.Header.Get("Content-Type")
	personal := strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "application/json")
	for _, level := range levels {
		for _, word := range s.secrets[level].words {
			if !strings.Contains(body, word) {
				continue
			}
			told = append(told, level)
			if !o.may(level) || o.shunned && personal {
				t.Errorf("%s (%s) tells %q of a post at level %s", address, accept, word, level)
			}
		}
	}
	return told
}

// checkDeliveries looks at what was sent to other servers.
func (s *stage) checkDeliveries(t *testing.T) {
	hometest.Await(t, "the follower has what is theirs", func() bool {
		got := s.rosa.inbox()
		return strings.Contains(got, "zqpublicanew") && strings.Contains(got, "zqunlistedanew") && strings.Contains(got, "zqfollowersanew")
	})
	hometest.Await(t, "the named one has what is theirs", func() bool { return strings.Contains(s.rena.inbox(), "zqdirectanew") })
	for _, to := range []struct {
		name    string
		got     string
		allowed []string
	}{
		{"a stranger", s.rex.inbox(), nil},
		{"the blocked", s.bor.inbox(), nil},
		{"the follower", s.rosa.inbox(), []string{"public", "unlisted", "followers"}},
		{"the named", s.rena.inbox(), []string{"circle", "direct"}},
	} {
		for _, level := range levels {
			for _, word := range s.secrets[level].words {
				if strings.Contains(to.got, word) && !slices.Contains(to.allowed, level) {
					t.Errorf("a post at level %s was sent to %s", level, to.name)
				}
			}
		}
	}
}

// checkActs has everybody act on what they may not see, which is as if it was not there.
func (s *stage) checkActs(t *testing.T) {
	before := stateOf(s.Home)
	for _, o := range s.onlookers()[1:5] {
		for _, level := range levels {
			if o.may(level) && !o.shunned {
				continue
			}
			p := s.secrets[level]
			for _, act := range []struct{ path, kind, body string }{
				{"/api/v1/statuses/" + p.id + "/favourite", "application/json", "{}"},
				{"/api/v1/statuses/" + p.id + "/reblog", "application/json", "{}"},
				{"/api/v1/statuses", "application/json", `{"status": "an answer", "in_reply_to_id": "` + p.id + `"}`},
				{"/posts/" + p.id + "/like", "application/x-www-form-urlencoded", "on=true"},
				{"/posts/" + p.id + "/boost", "application/x-www-form-urlencoded", "on=true"},
				{"/posts/" + p.id + "/delete", "application/x-www-form-urlencoded", ""},
				{"/compose", "application/x-www-form-urlencoded", "text=an+answer&visibility=public&reply_to=" + p.id},
			} {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Origin+act.path, strings.NewReader(act.body))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", act.kind)
				o.adorn(r)
				status, body := answer(t, o.client, r)
				if status != http.StatusNotFound && status != http.StatusUnprocessableEntity || strings.Contains(body, "zq") {
					t.Errorf("%s, %s to a post at level %s: %d %.500s", o.name, act.path, level, status, body)
				}
			}
		}
	}
	for level, p := range s.secrets { // likes and boosts from elsewhere
		if o := s.onlookers()[6]; !o.may(level) {
			s.rex.mustSend(s.Home, s.rex.does("Like", p.uri))
			s.rex.mustSend(s.Home, s.rex.does("Announce", p.uri, doc{"to": as.Public}))
		}
	}
	unchanged(t, s.Home, before, "seen", "account", "account_key") // rex was met
}

// checkCounts compares the numbers that everyone is told with what everyone may see.
func (s *stage) checkCounts(t *testing.T) {
	resp, err := http.Get(s.Origin + "/api/v1/statuses/" + s.root.ID)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(body, []byte(`"replies_count":2`)) {
		t.Errorf("of the six answers two are for everyone, and everyone is told: %s", regexp.MustCompile(`"replies_count":\d+`).Find(body))
	}
	if !bytes.Contains(body, []byte(`"statuses_count":3`)) {
		t.Errorf("of seven posts three are for everyone, and everyone is told: %s", regexp.MustCompile(`"statuses_count":\d+`).Find(body))
	}
}

// Screens are the open event streams of those who live here.
type screens struct {
	mu   sync.Mutex
	told map[string]int // events by "name stream"
}

// listen opens both streams of each.
func (s *stage) listen() *screens {
	t := s.T()
	t.Helper()
	sc := &screens{told: map[string]int{}}
	for _, p := range []*hometest.Person{s.nora, s.fay, s.dan, s.vex} {
		for _, stream := range []string{"home", "news"} {
			client := &http.Client{Jar: p.Browser.Jar}
			resp, err := client.Get(s.Origin + "/events/" + stream)
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Fatalf("%v %v", resp, err)
			}
			lines := bufio.NewScanner(resp.Body)
			lines.Scan() // it is open
			t.Cleanup(func() { resp.Body.Close() })
			go func() {
				for lines.Scan() {
					if lines.Text() == "event: post" {
						sc.mu.Lock()
						sc.told[p.Name+" "+stream]++
						sc.mu.Unlock()
					}
				}
			}()
		}
	}
	return sc
}

// check says who was told how often: of each post that one may see and that
// is in a stream of theirs, and of nothing else.
func (sc *screens) check(t *testing.T) {
	want := map[string]int{"fay home": 3, "dan home": 0, "dan news": 2}
	hometest.Await(t, "screens were told", func() bool {
		sc.mu.Lock()
		defer sc.mu.Unlock()
		return sc.told["fay home"] >= want["fay home"] && sc.told["dan news"] >= want["dan news"]
	})
	sc.mu.Lock()
	defer sc.mu.Unlock()
	for name, n := range sc.told {
		if n != want[name] {
			t.Errorf("%s was told %d times, not %d", name, n, want[name])
		}
	}
}
