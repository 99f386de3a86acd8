package web

import (
	"testing"
	"time"

	"github.com/a-h/templ"

	"allod/internal/locale"
)

// now is when the sample pages are looked at.
var now = time.Date(2026, time.November, 22, 18, 5, 0, 0, time.UTC)

var (
	ida   = Person{Name: "Ida Marrow", Address: "ida@marrow.example", URL: "/@ida", Key: "ida", Hue: 5, You: true}
	wren  = Person{Name: "Wren Adeyemi", Address: "wren@harbour.example", URL: "/people/2", Key: "wren", Hue: 8}
	tomas = Person{Name: "Tomas Brandt", Address: "tomas@brandt.example", URL: "/people/3", Key: "tomas", Hue: 1}
	kofi  = Person{Name: "Kofi Mensah", Address: "kofi@mensah.example", URL: "/people/4", Key: "kofi", Hue: 4}
	petra = Person{Name: "Petra Nowak", Address: "petra@social.example", URL: "/people/5", Key: "petra", Hue: 0}
	noor  = Person{Name: "نور عزيز", Address: "noor@accra.example", URL: "/people/6", Key: "noor", Hue: 10, Avatar: "/sample/leaf.webp"}
	lena  = Person{Name: "Лена Соколова", Address: "lena@sokol.example", URL: "/people/7", Key: "lena", Hue: 11}
)

func actsOn(id string, boosted, liked bool) *Acts {
	return &Acts{At: "/posts/" + id, Reply: "/posts/" + id + "#reply", Boost: Act{Action: "/boost", On: boosted}, Like: Act{Action: "/like", On: liked}}
}

func samplePosts() []Post {
	day := func(d, h, m int) time.Time { return time.Date(2026, time.November, d, h, m, 0, 0, time.UTC) }
	mine := actsOn("8", false, false)
	mine.Boost, mine.Delete = Act{}, "/delete"
	return []Post{
		{ID: "1", URL: "/posts/1", Permalink: "https://harbour.example/1", Author: wren, Time: day(22, 17, 40), Level: Followers, Why: WhyFollow, Language: "en",
			HTML: "<p>The swing bridge is stuck open again and nobody minds. Forty of us on the quay, talking to people we only ever nod at. Somebody has found a kettle.</p>", Replies: 3, Acts: actsOn("1", false, true)},
		{ID: "2", URL: "/posts/2", Permalink: "https://brandt.example/2", Author: tomas, Time: day(22, 16, 5), Level: Public, Why: WhyFollow, Language: "en",
			HTML: "<p>Four hours in Arezzo between two trains. I came for the frescoes and photographed walls.</p>",
			Media: []Media{
				{Kind: Picture, URL: "/sample/arezzo-6.webp", Small: "/sample/arezzo-6.webp", Width: 640, Height: 480, Alt: "A narrow lane with green shutters"},
				{Kind: Picture, URL: "/sample/arezzo-7.webp", Small: "/sample/arezzo-7.webp", Width: 640, Height: 480, Alt: "A brick wall opening onto a pink house"},
				{Kind: Picture, URL: "/sample/arezzo-5.webp", Small: "/sample/arezzo-5.webp", Width: 640, Height: 480},
				{Kind: Picture, URL: "/sample/arezzo-9.webp", Small: "/sample/arezzo-9.webp", Width: 640, Height: 480, Alt: "A bell tower"},
			}, Replies: 11, Acts: actsOn("2", true, false)},
		{ID: "3", URL: "/posts/3", Permalink: "https://sokol.example/3", Author: lena, BoostedBy: &wren, Time: day(20, 9, 0), Placed: day(22, 9, 48), Level: Public, Why: WhyBoost, Language: "ru",
			HTML: "<p>Всем, кто этой зимой оцифровывает семейные слайды: протирайте <em>сканер</em>, а не слайд. Я убрала один и тот же волос с 214 снимков бабушки.</p>", Replies: 26, Acts: actsOn("3", false, false)},
		{ID: "4", URL: "/posts/4", Permalink: "https://mensah.example/4", Author: kofi, Time: day(21, 22, 10), Edited: day(21, 22, 30), Level: Public, Why: WhyFollow, Language: "en", Warning: "Medical: a fall, everyone is fine",
			HTML: "<p>Dad came off the ladder pruning the pear. Two ribs and a great deal of pride.</p>", Replies: 8, Acts: actsOn("4", false, false)},
		{ID: "5", URL: "/posts/5", Permalink: "https://accra.example/5", Author: noor, Time: day(21, 20, 45), Level: Direct, Why: WhyNamed, Language: "ar", Named: []Person{ida, kofi}, ReplyTo: &Parent{URL: "/posts/8", Name: "Ida Marrow"},
			HTML: "<p>سأحضر الخبز غدًا. هل يكفي رغيفان؟</p>", Acts: actsOn("5", false, false)},
		{ID: "6", URL: "/posts/6", Permalink: "https://brandt.example/6", Author: tomas, Time: day(21, 19, 2), Level: Unlisted, Why: WhyFollow, Language: "en", Sensitive: true,
			HTML:  "<p>The harbour, before the storm took the roof off the shed.</p>",
			Media: []Media{{Kind: Picture, URL: "/sample/harbour.webp", Small: "/sample/harbour.webp", Width: 1280, Height: 552, Alt: "A wide blue harbour"}}, Replies: 1, Acts: actsOn("6", false, false)},
		{ID: "7", URL: "/posts/7", Permalink: "https://brandt.example/7", Author: tomas, Time: day(21, 18, 40), Level: Public, Why: WhyFollow, Language: "en", Title: "Seven ways to photograph nothing",
			HTML:  "<p>Fog season.</p>",
			Media: []Media{{Kind: Picture, URL: "/sample/pines.webp", Small: "/sample/pines.webp", Width: 800, Height: 1000, Alt: "Pines in fog"}}, Acts: actsOn("7", false, false)},
		{ID: "8", URL: "/@ida/8", Author: ida, Time: day(21, 18, 22), Level: Self, Language: "en",
			HTML: "<p>First frost on the allotment. Garlic in. Ask Joan about the blue beans.</p>", Acts: mine},
	}
}

// unasked are posts somebody went to see, so why they are shown need not be said.
func unasked(posts []Post) []Post {
	out := make([]Post, len(posts))
	for i, p := range posts {
		p.Why = WhyNothing
		out[i] = p
	}
	return out
}

// public are posts as a visitor sees them.
func public(posts []Post) []Post {
	out := make([]Post, len(posts))
	for i, p := range posts {
		p.Acts, p.Why = nil, WhyNothing
		out[i] = p
	}
	return out
}

// sample is a page to be drawn, by name.
type sample struct {
	name string
	page templ.Component
}

// frame is a frame of the language for somebody signed in, or a visitor.
func frame(t testing.TB, l *locale.Locale, me *Person) Frame {
	t.Helper()
	assets, err := NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	return Frame{
		Locale: l, Assets: assets, Brand: "Allod", Host: "marrow.example", Me: me, Now: now,
		Places: &Places{Home: "/home", Files: "/files", Photos: "/photos", News: "/news", People: "/people", Kept: "/kept", Drafts: "/drafts", Settings: "/settings", Write: "/write", SignIn: "/sign-in", Search: "/search"},
	}
}

// languages are the catalogues built into the program.
func languages(t testing.TB) *locale.Bundle {
	t.Helper()
	fsys, err := Catalogues()
	if err != nil {
		t.Fatal(err)
	}
	b, err := locale.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// samples are all pages with all their states.
func samples(t testing.TB, l *locale.Locale) []sample {
	inside := func(place Place) Page { return Page{Frame: frame(t, l, &ida), Place: place, Hue: 5, Fresh: true} }
	outside := func(hue int) Page {
		return Page{Frame: frame(t, l, nil), Hue: hue, Meta: Meta{
			Index: true, Canonical: "https://marrow.example/@ida", Description: "A page", Type: "profile",
			Image: "https://marrow.example/ida.png", ImageAlt: "Ida", Activity: "https://marrow.example/actor",
			Feeds: []Feed{{Title: "Atom", URL: "/@ida/feed.atom", Type: "application/atom+xml"}, {Title: "RSS", URL: "/@ida/feed.rss", Type: "application/rss+xml"}},
		}}
	}
	posts := samplePosts()
	told := inside(PlaceHome)
	told.Notice = &Notice{Title: l.T("notice.posted")}
	list := []sample{
		{"home", Home(told, HomeView{Desk: &Desk{Action: "/compose", Draft: "new", From: "home", Language: "en", Visibility: Public, Room: 4, Longest: 5000}, Posts: posts, Older: "/home?before=8", Stream: "/stream"})},
		{"home-end", Home(inside(PlaceHome), HomeView{Posts: posts[3:], Newest: "/home"})},
		{"tag", Tag(outside(5), TagView{Tag: "garden", Posts: public(posts[:2]), Older: "/tags/garden?max_id=2"})},
		{"search", Search(inside(Nowhere), SearchView{Action: "/search", Sought: Field{Value: "garden"}, Tag: &Link{"#garden", "/tags/garden"}, Pages: []PageFound{{Page: Link{"Garden", "/@ida/garden"}, Whose: Person{Name: "Ida"}, Words: "Beans and bells"}}, Posts: public(posts[:2]), Older: "/search?q=garden&max_id=2"})},
		{"search-nothing", Search(inside(Nowhere), SearchView{Action: "/search", Sought: Field{Value: "wren@harbour.example"}})},
		{"search-elsewhere", Search(inside(Nowhere), SearchView{Action: "/search", Sought: Field{Value: "wren@harbour.example"}, Elsewhere: "/people/find?address=wren"})},
		{"search-visitor", Search(outside(5), SearchView{Action: "/search"})},
		{"tag-empty", Tag(inside(Nowhere), TagView{Tag: "сад"})},
		{"home-empty", Home(inside(PlaceHome), HomeView{Stream: "/stream"})},
		{"delete", ConfirmDelete(inside(Nowhere), DeleteView{Post: posts[7], Action: "/posts/8/delete", Back: "/@ida/8"})},
	}
	list = append(list, entranceSamples(l, outside)...)
	list = append(list, profileSamples(inside, outside)...)
	list = append(list, postSamples(l, inside, outside)...)
	list = append(list, peopleSamples(l, inside)...)
	list = append(list, siteSamples(l, inside, outside)...)
	list = append(list, kindSamples(l, inside, outside)...)
	list = append(list, shareSamples(l, inside, outside)...)
	list = append(list, photoSamples(l, inside)...)
	list = append(list, pollSamples(posts, inside, outside)...)
	list = append(list, pushSamples(inside, outside)...)
	list = append(list, doorwaySamples(l, inside, outside)...)
	list = append(list, fileSamples(l, inside)...)
	return append(list, stateSamples(inside, outside)...)
}

func entranceSamples(l *locale.Locale, outside func(int) Page) []sample {
	consent := outside(5)
	consent.Me = &ida
	return []sample{
		{"first-run", FirstRun(outside(5), FirstRunView{Action: "/setup", Token: "x", Hue: 5})},
		{"first-run-wrong", FirstRun(outside(5), FirstRunView{Action: "/setup", Token: "x", Name: Field{Value: "Ida"}, Hue: 8,
			Address: Field{"Ida M", l.T("fault.name.letters")}, Password: Field{Error: l.T("fault.form.short_password", "n", 10)}, Failed: l.T("fault.invalid")})},
		{"sign-in", SignIn(outside(5), SignInView{Action: "/sign-in", Next: "/home"})},
		{"sign-in-wrong", SignIn(outside(5), SignInView{Action: "/sign-in", Username: Field{Value: "ida"}, Failed: l.T("fault.signin.wrong")})},
		{"consent", Consent(consent, ConsentView{Action: "/oauth/authorize", App: "Tusky", Website: "https://tusky.example", Returns: "tusky.example",
			Scopes: []string{"read", "write", "follow", "push", "profile", "read:statuses"}, Hidden: []Hidden{{"client_id", "1"}}})},
		{"connect", Connect(consent, ConnectView{Action: "/index.php/login/v2/flow/x", Device: "Nextcloud, Android", Address: "192.0.2.7", Elsewhere: true,
			Name: Field{Value: "Nextcloud, Android"}, PasskeyAsk: "/login/passkey/ask"})},
		{"connect-wrong", Connect(consent, ConnectView{Action: "/index.php/login/v2/flow/x", Address: "192.0.2.7",
			Name: Field{"", l.T("fault.device.name")}, Password: Field{Error: l.T("fault.form.wrong_password")}})},
		{"connected", Connected(consent, true)},
		{"turned-away", Connected(consent, false)},
		{"code", Code(consent, CodeView{App: "toot", Code: "kT1b-9fQa"})},
	}
}

func profileSamples(inside func(Place) Page, outside func(int) Page) []sample {
	v := ProfileView{
		Person: ida, URL: "https://marrow.example/@ida", Since: now.AddDate(0, -8, 3), Following: 164, Followers: 286,
		Bio:   "<p>Allotment, bells, other people’s ledgers. I type in my grandmother’s garden book, one line a day.</p>",
		Facts: []Fact{{Name: "Garden book", HTML: `<a href="https://beans.example" rel="me nofollow">beans.example</a>`, Proven: true}, {Name: "Pronouns", HTML: "she"}},
		Feeds: []Feed{{Title: "Atom", URL: "/@ida/feed.atom", Type: "application/atom+xml"}, {Title: "RSS", URL: "/@ida/feed.rss", Type: "application/rss+xml"}},
	}
	site := v
	site.Follow = &FollowView{Action: "/@ida/follow"}
	site.Posts, site.Older = public(samplePosts())[6:], "/@ida?before=1"
	asked := site
	asked.Follow = &FollowView{Action: "/@ida/follow", Address: Field{"petra@", "…"}}
	mine := v
	mine.Edit, mine.Keep, mine.Posts = "/settings", "/site", samplePosts()[7:]
	bare := v
	bare.Edit, bare.Keep, bare.Bio, bare.Facts = "/settings", "/site", "", nil
	remote := ProfileView{Person: tomas, URL: "/people/3", Following: -1, Followers: 1204, Elsewhere: "https://brandt.example/@tomas",
		Bio: "<p>I photograph walls, ferries and people waiting.</p>", Posts: unasked(samplePosts()[5:7]), Older: "/people/3?before=1",
		Relation: &Relation{Following: true, FollowsYou: true, Unfollow: "/u", Remove: "/r", Block: "/b"}}
	stranger := ProfileView{Person: noor, URL: "/people/6", Following: 4, Followers: 1, Elsewhere: "https://accra.example/@noor",
		Relation: &Relation{Follow: "/f", Block: "/b"}}
	return []sample{
		{"site", Profile(outside(5), site)}, {"site-follow", Profile(outside(5), asked)},
		{"profile-mine", Profile(inside(PlaceSite), mine)}, {"profile-bare", Profile(inside(PlaceSite), bare)},
		{"person", Profile(inside(PlacePeople), remote)}, {"person-stranger", Profile(inside(PlacePeople), stranger)},
	}
}

func postSamples(l *locale.Locale, inside func(Place) Page, outside func(int) Page) []sample {
	post := Post{ID: "20", URL: "/@ida/20", Author: ida, Time: now.AddDate(0, 0, -2), Edited: now.AddDate(0, 0, -1), Level: Public, Language: "en", Boosts: 7, Likes: 12, Replies: 3,
		HTML:  "<p>My grandmother wrote down what she planted, when it rained, and who she lent tools to. Sixty-one years, one line a day. I have started typing it in. The tools never came back; the lines are wonderful.</p><blockquote><p>14 May 1971. Beans in. Cold. Lent Mr Pask the good fork. He has a face like a shut gate.</p></blockquote>",
		Media: []Media{{Kind: Picture, URL: "/sample/leaf.webp", Small: "/sample/leaf.webp", Width: 860, Height: 645, Alt: "A yellow autumn leaf"}},
		Acts:  &Acts{At: "/posts/7", Reply: "#reply", Boost: Act{Action: "/b"}, Like: Act{Action: "/l", On: true}, Delete: "/d"}}
	answer := func(id string, who Person, html string) Post {
		return Post{ID: id, URL: "/posts/" + id, Permalink: "https://x.example/" + id, Author: who, Time: now.Add(-time.Hour), Level: Public, HTML: html, Acts: actsOn(id, false, false)}
	}
	answers := []Talk{
		{Post: answer("21", petra, "<p>“A face like a shut gate.” I would read a whole novel about Mr Pask and the fork.</p>"), Answers: []Talk{
			{Post: answer("22", ida, "<p>He turns up again in 1974. It gets worse.</p>"), Answers: []Talk{{Post: answer("23", lena, "<p>Жду продолжения.</p>")}}}}},
		{Post: answer("24", kofi, "<p>We have one of these for the bakery. Flour prices next to births.</p>")},
	}
	reply := ComposeView{Action: "/posts", Draft: "reply-20", ReplyTo: "20", Language: "en", Visibility: Public, Room: 4, Longest: 5000}
	failed := ComposeView{Action: "/posts", Draft: "new", Text: Field{Value: "Low tide at seven, so the whole street walked out to the wreck."}, Language: l.Tag(), Visibility: Direct, Room: 4, Longest: 5000,
		Named: Field{"wren@harbour", l.T("fault.post.named_unknown", "name", "wren@harbour")}, Warning: Field{Value: "Wet feet"},
		Pictures: []PictureField{{Held: "m1", Small: "/sample/ridges.webp", Alt: "Seven rows of hills", Number: 1}, {Held: "m2", Small: "/sample/clouds.webp", Number: 2},
			{Held: "m3", Kind: Film, Number: 3, Waiting: l.T("publish.waiting", "n", 40)}, {Held: "m4", Kind: Sound, Number: 4}}, Picture: l.T("fault.media.broken"), Failed: l.T("fault.unavailable")}
	parent := answers[0].Post
	to := reply
	to.Parent, to.Widest = &parent, Followers
	visitor := post
	visitor.Acts = nil
	return []sample{
		{"post", Conversation(inside(Nowhere), ConversationView{Before: []Post{answer("19", wren, "<p>What is the oldest thing you have typed this week?</p>")}, Post: post, Answers: answers, Total: 4, Reply: &reply, Older: "?after=24"})},
		{"post-public", Conversation(outside(5), ConversationView{Post: visitor, Answers: []Talk{{Post: public([]Post{answers[1].Post})[0]}}, Total: 1})},
		{"write", Compose(inside(PlaceWrite), ComposeView{Action: "/posts", Draft: "new", Language: l.Tag(), Visibility: Public, Room: 4, Longest: 5000})},
		{"write-failed", Compose(inside(PlaceWrite), failed)},
		{"write-reply", Compose(inside(PlaceWrite), to)},
	}
}

func peopleSamples(l *locale.Locale, inside func(Place) Page) []sample {
	tabs := []Tab{{l.T("people.following", "n", 164), "/people", true}, {l.T("people.followers", "n", 286), "/people/followers", false}, {l.T("people.requests", "n", 2), "/people/requests", false}}
	rows := []PersonRow{
		{wren, &Relation{Following: true, FollowsYou: true, Unfollow: "/u", Remove: "/r", Block: "/b"}},
		{tomas, &Relation{Following: true, Unfollow: "/u", Block: "/b"}},
		{petra, &Relation{Requested: true, Unfollow: "/u"}},
		{noor, &Relation{Wants: true, Accept: "/a", Reject: "/n", Follow: "/f", Block: "/b"}},
		{kofi, &Relation{Blocked: true, Unblock: "/b"}},
		{lena, &Relation{FollowsYou: true, Follow: "/f", Remove: "/r", Block: "/b"}},
	}
	ago := func(h int) time.Time { return now.Add(-time.Duration(h) * time.Hour) }
	news := []News{
		{ID: "31", Kind: NewsRequest, Time: ago(1), Who: kofi, Fresh: true, Relation: rows[3].Relation},
		{Kind: NewsReply, Time: ago(2), Who: petra, Fresh: true, URL: "/posts/21", Excerpt: "“A face like a shut gate.” I would read a whole novel about Mr Pask and the fork."},
		{Kind: NewsBoost, Time: ago(4), Who: petra, Others: 5, URL: "/@ida/20", Excerpt: "My grandmother wrote down what she planted, when it rained, and who she lent tools to."},
		{Kind: NewsLike, Time: ago(20), Who: noor, URL: "/@ida/20"},
		{Kind: NewsLike, Time: ago(21), Who: noor, Others: 1, URL: "/@ida/20"},
		{Kind: NewsNamed, Time: ago(22), Who: lena, URL: "/posts/9", Excerpt: "@ida посмотри на эту книгу"},
		{Kind: NewsAccepted, Time: ago(30), Who: tomas},
		{Kind: NewsFollow, Time: ago(31), Who: tomas, Relation: &Relation{FollowsYou: true, Follow: "/f", Block: "/b"}},
		{Kind: NewsFollow, Time: ago(32), Who: wren, Others: 2},
		{Kind: NewsBoost, Time: ago(33), Who: wren, URL: "/@ida/20"},
	}
	settings := SettingsView{More: "/access",
		Profile: ProfileForm{Action: "/settings/profile", Name: Field{Value: "Ida Marrow"}, Bio: Field{Value: "Allotment, bells."}, Avatar: Field{Value: "/x"}, Hue: 5, Language: l.Tag(),
			Languages: []Option{{"en", "English"}, {"ru", "Русский"}}, Zone: "Asia/Tokyo", Zones: []Option{{"", l.T("settings.zone_home", "zone", "UTC")}, {"Asia/Tokyo", "Asia/Tokyo"}}, Visibility: Public, Approve: true, Facts: []FactField{{"Garden book", Field{Value: "https://beans.example"}}, {}}},
		Password: PasswordForm{Action: "/settings/password", Username: "ida", Current: Field{Error: l.T("fault.form.wrong_password")}},
	}
	unsaved := SettingsView{More: "/access", Profile: ProfileForm{Action: "/settings/profile", Failed: l.T("fault.too_large"), Avatar: Field{Error: l.T("fault.media.kind")}}, Password: PasswordForm{Action: "/settings/password"}}
	list := []sample{
		{"people", People(inside(PlacePeople), PeopleView{Tabs: tabs, Find: "/people/find", Rows: rows, Older: "/people?before=1"})},
		{"news", NewsPage(inside(PlaceNews), NewsView{Items: news, Older: "/news?before=1", Stream: "/stream", Read: "/news/read"})},
		{"news-empty", NewsPage(inside(PlaceNews), NewsView{})},
		{"settings", Settings(inside(PlaceSettings), settings)},
		{"settings-wrong", Settings(inside(PlaceSettings), unsaved)},
	}
	for _, kind := range []PeopleKind{Follows, Followed, Requests, Blocked} {
		list = append(list, sample{"people-no-" + string(kind), People(inside(PlacePeople), PeopleView{Tabs: tabs, Find: "/people/find", Kind: kind, Sought: Field{"wren@", l.T("fault.person.not_found")}})})
	}
	return list
}

func stateSamples(inside func(Place) Page, outside func(int) Page) []sample {
	var list []sample
	for _, kind := range []string{"not_found", "gone", "denied", "unauthenticated", "invalid", "conflict", "too_many", "unavailable", "internal", "misdirected"} {
		p := outside(5)
		list = append(list, sample{"state-" + kind, State(p, StateOf(p.Frame, kind, ""))})
	}
	p := inside(Nowhere)
	p.Notice = &Notice{Bad: true, Title: p.T("notice.failed"), Detail: p.T("fault.timeout")}
	return append(list, sample{"state-detail", State(p, StateOf(p.Frame, "too_large", p.T("fault.too_large")))})
}
