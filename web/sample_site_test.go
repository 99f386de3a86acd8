package web

import "allod/internal/locale"

// siteSamples are the pages of somebody's site, and those on which its owner looks after it.
func siteSamples(l *locale.Locale, inside func(Place) Page, outside func(int) Page) []sample {
	at := SiteView{Person: ida, URL: "/@ida", Menu: []MenuItem{{l.T("site.front"), "/@ida", false}, {"Garden book", "/@ida/garden-book", true}, {"قصص", "/@ida/قصص", false}}}
	words := PageView{
		Site: at, Title: "The garden book", URL: "https://marrow.example/@ida/garden-book", Language: "en", Updated: now,
		HTML: "<p>Sixty-one years, <em>one line a day</em>.</p><ul><li>Beans</li><li>Rain</li></ul>",
	}
	reached := words
	reached.Reach = &ReachView{Address: "ida@marrow.example", Facts: []Fact{{Name: "Mail", HTML: "ida"}}}
	mine := words
	mine.Edit, mine.Draft = "/site/pages/1", true
	kept := KeepView{Front: "/@ida", New: []Link{{l.T("mysite.new_text"), "/site/new?kind=text"}}, Pages: []KeptPage{
		{Title: "The garden book", Menu: "Garden book", Path: "marrow.example/@ida/garden-book", URL: "/@ida/garden-book", Kind: "text", Listed: true, Edit: "/site/pages/1", Down: "/site/pages/1/down", Toggle: "/site/pages/1/list"},
		{Title: "قصص", Path: "marrow.example/@ida/قصص", URL: "/@ida/x", Kind: "contact", Edit: "/site/pages/2", Up: "/site/pages/2/up", Toggle: "/site/pages/2/list"},
		{Title: "Plan", Path: "marrow.example/@ida/plan", URL: "/@ida/plan", Kind: "text", Draft: true, Edit: "/site/pages/3"},
	}}
	form := PageForm{Action: "/site/new?kind=text", New: true, Kind: "text", Title: Field{Value: "About"}, Base: "marrow.example/@ida/", Language: l.Tag(), Languages: []Option{{"en", "English"}}, Listed: true}
	wrong := PageForm{Action: "/site/pages/1", Kind: "contact", Title: Field{Error: l.T("fault.page.title")}, Text: Field{Error: l.T("fault.page.text_long", "max", 5)}, Slug: Field{"feed", l.T("fault.page.slug_reserved", "slug", "feed")},
		Label: Field{"x", l.T("fault.page.label_long", "max", 3)}, Base: "marrow.example/@ida/", Language: l.Tag(), Languages: []Option{{"en", "English"}}, Preview: "<p>Soon</p>", Delete: "/d", Failed: l.T("fault.page.many", "max", 100)}
	composed := ProfileView{Person: ida, URL: "https://marrow.example/@ida", Bio: "<p>Allotment, bells.</p>", Since: now, Following: 1, Followers: 2, Follow: &FollowView{Action: "/@ida/follow"}, Menu: at.Menu,
		Facts: []Fact{{Name: "Pronouns", HTML: "she"}}, Blocks: []FrontBlock{
			{Kind: "intro"}, {Kind: "words", HTML: "<p>Welcome</p>"}, {Kind: "articles", Title: l.T("front.articles"), Posts: public(samplePosts())[6:7], More: "/@ida/articles"},
			{Kind: "pictures", Title: l.T("front.pictures"), Posts: public(samplePosts())[:7], More: "/@ida/pictures"},
			{Kind: "notes", Title: l.T("front.notes"), Posts: public(samplePosts())[:2], More: "/@ida/notes"}, {Kind: "pages", Title: l.T("front.pages"), Pages: at.Menu[1:]}, {Kind: "facts"},
		}}
	set := outside(3)
	set.Look = Look{"typed", "wide", "dark"}
	front := FrontForm{Action: "/site/front", Front: "/@ida", Offered: []Option{{"words", l.T("front.words")}}, Failed: l.T("fault.site.blocks", "max", 8), Blocks: []BlockField{
		{Kind: "words", Label: l.T("front.words"), Means: l.T("front.words_mean"), Words: &Field{"Welcome", l.T("fault.site.words", "max", 1)}}, {Kind: "notes", Label: l.T("front.notes"), Means: l.T("front.notes_mean"), Counts: true, Count: 5},
	}}
	gone := MovedView{Base: "marrow.example/@ida/", Add: "/a", Drop: "/d", Save: "/s", From: Field{"x", l.T("fault.page.path_house")}, To: Field{"y", l.T("fault.page.loop")}, Missing: Field{"Lost?", l.T("fault.site.missing", "max", 1)},
		Rows: []MovedRow{{"old", "marrow.example/@ida/old", "marrow.example/@ida/new", "/@ida/new"}, {Path: "gone", From: "marrow.example/@ida/gone"}}}
	return []sample{
		{"front", Profile(set, composed)}, {"front-compose", ComposeFront(inside(PlaceSite), front)}, {"front-bare", ComposeFront(inside(PlaceSite), FrontForm{Action: "/f", Front: "/@ida"})},
		{"look", SetLook(inside(PlaceSite), LookForm{Action: "/site/look", Look: Look{"round", "narrow", ""}, Front: "/@ida"})},
		{"moved", MovedPages(inside(PlaceSite), gone)}, {"moved-none", MovedPages(inside(PlaceSite), MovedView{Base: "marrow.example/@ida/", Add: "/a", Save: "/s"})},
		{"domain", OwnDomain(inside(PlaceSite), DomainView{Home: "marrow.example", Action: "/a", Check: "/c", End: "/e", Domain: Field{"x", l.T("fault.domain.name")}, Handle: "ida@marrow.example"})},
		{"domain-claimed", OwnDomain(inside(PlaceSite), DomainView{Home: "marrow.example", Action: "/a", Check: "/c", End: "/e", Claimed: "ida.example", Problem: l.T("fault.domain.unreachable", "domain", "ida.example"), Checked: now, Fixed: true, Handle: "ida@marrow.example"})},
		{"domain-own", OwnDomain(inside(PlaceSite), DomainView{Home: "marrow.example", Action: "/a", Check: "/c", End: "/e", Own: "ida.example", Fixed: true, Handle: "ida@marrow.example", Site: "https://ida.example/"})},
		{"domain-carried", OwnDomain(inside(PlaceSite), DomainView{Home: "marrow.example", Own: "ida.example", Carried: true, Fixed: true, Handle: "ida@ida.example", Site: "https://ida.example/"})},
		{"page-contact", SitePage(outside(5), reached)}, {"page", SitePage(outside(5), words)}, {"page-mine", SitePage(inside(PlaceSite), mine)},
		{"missing", Missing(outside(5), MissingView{Site: at})}, {"missing-gone", Missing(outside(5), MissingView{Site: at, Gone: true})},
		{"missing-own", Missing(inside(PlaceSite), MissingView{Site: at, HTML: "<p>Lost? So am I.</p>"})},
		{"keep", Keep(inside(PlaceSite), kept)}, {"keep-empty", Keep(inside(PlaceSite), KeepView{Front: "/@ida"})},
		{"edit-page", EditPage(inside(PlaceSite), form)}, {"edit-page-wrong", EditPage(inside(PlaceSite), wrong)},
		{"ask", Ask(inside(PlaceSite), AskView{Title: l.T("mysite.delete_title", "title", "Plan"), Text: l.T("mysite.delete_text"), Action: "/d", Do: l.T("mysite.do_delete"), Back: "/site"})},
	}
}
