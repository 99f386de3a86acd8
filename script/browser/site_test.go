package browser

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A sited person sets up a site with three pages and a menu, in one language.
type sited struct {
	language, name, handle string
	bio                    string
	pages                  [3][2]string // title and words
	hello                  string
	note                   string
	lettering, width       string
	hue                    int
	dates                  [5]string // a calendar, a date, where, words about it, another date
	sheet                  [3]string // a sheet of pictures, what one is called, and shows
}

var sites = []sited{
	{"en", "Ines Calder", "ines", "I keep a boat, a garden and a list of birds.", [3][2]string{
		{"About the boat", "## How she came here\n\nA neighbor left her in the reeds. She leaks a little, *and floats*.\n\n- Built in 1961\n- Blue since Tuesday"},
		{"The garden, month by month", "> Plant by the moon if you like. Water by the weather.\n\nBeans in May."},
		{"Contact", "Mornings are best."},
	}, "Welcome. The kettle is on.", "First frost on the beans.", "reading", "usual", 5,
		[5]string{"Tides", "Choir by the water", "The boathouse, upper floor", "Bring *something warm*. Whoever cannot sing may listen.", "Summer camp"}, [3]string{"Prints", "First light", "Reeds before a pale sky"}},
	{"ru", "Вера Лугова", "vera", "Лодка, огород и список птиц.", [3][2]string{
		{"О лодке", "## Откуда она\n\nСосед оставил её в камышах. Немного течёт, *но плывёт*.\n\n- Построена в 1961 году\n- Синяя со вторника"},
		{"Огород по месяцам", "> Сажайте по луне, если хотите. Поливайте по погоде.\n\nБобы в мае."},
		{"Связаться", "Лучше утром."},
	}, "Добро пожаловать. Чайник уже кипит.", "Первый иней на бобах.", "plain", "wide", 9,
		[5]string{"Дни", "Хор у воды", "Лодочный сарай, второй этаж", "Возьмите *что-нибудь тёплое*. Кто не поёт, может слушать.", "Летний лагерь"}, [3]string{"Снимки", "Первый свет", "Камыши перед бледным небом"}},
	{"ar", "سلمى حداد", "salma", "قارب وحديقة وقائمة طيور.", [3][2]string{
		{"عن القارب", "## كيف جاء\n\nتركه جار بين القصب. يتسرب إليه الماء قليلًا، *ويطفو*.\n\n- صُنع سنة 1961\n- أزرق منذ الثلاثاء"},
		{"الحديقة شهرًا بشهر", "> ازرع مع القمر إن شئت، واسقِ مع الطقس.\n\nالفول في مايو."},
		{"تواصل", "الصباح أفضل."},
	}, "أهلًا وسهلًا. الشاي جاهز.", "أول صقيع على الفول.", "round", "narrow", 1,
		[5]string{"مواعيد", "غناء عند الماء", "بيت القارب، الطابق العلوي", "أحضر *شيئًا دافئًا*. ومن لا يغني فليستمع.", "مخيم الصيف"}, [3]string{"صور", "أول الضوء", "قصب أمام سماء شاحبة"}},
}

// TestSite tells how somebody sets up a site with three pages, a menu, a
// composed front and letters of their choice, and looks at all of it.
func TestSite(t *testing.T) {
	needsBrowser(t)
	for _, s := range sites {
		t.Run(s.language, func(t *testing.T) { s.tell(t) })
	}
}

func (s sited) tell(t *testing.T) {
	const password = "a long walk before breakfast"
	h := startHome(t, "127.0.0.1")
	b := openTab(t, h.origin, way{language: s.language, size: desk})
	look := func(name string) {
		t.Helper()
		b.look("site-"+name+"."+s.language, desk)
	}
	b.visit(h.link)
	b.fill("#name", s.name)
	b.fill("#address", s.handle)
	b.fill("#password", password)
	value[bool](b, `(document.querySelector("[name=hue]").value = "`+strconv.Itoa(s.hue)+`", true)`)
	b.press("form .button.primary")
	b.open("/site")
	look("empty")
	for i, p := range s.pages {
		kind := "text"
		if i == 2 {
			kind = "contact"
		}
		b.open("/site/new?kind=" + kind)
		b.fill("#title", p[0])
		b.fill("#text", p[1])
		if i == 0 {
			b.press(`[value="preview"]`)
			b.see("#preview")
			look("preview")
		}
		b.press(`[value="publish"]`)
		b.see(".prose.e-content")
	}
	look("page")
	b.open("/site")
	look("pages")
	n := newNeighbor(t, h.origin, strings.TrimPrefix(h.origin, "http://"), s.handle, password)
	n.send("/settings/profile", url.Values{"name": {s.name}, "bio": {s.bio}, "hue": {strconv.Itoa(s.hue)}, "visibility": {"public"}, "language": {s.language}})
	n.post(s.note, "public", nil, "marsh.webp")
	n.send("/site/front", url.Values{
		"kind-1": {"words"}, "words-1": {s.hello}, "kind-2": {"intro"}, "kind-3": {"pictures"}, "count-3": {"5"}, "kind-4": {"pages"}, "kind-5": {"notes"}, "count-5": {"3"}, "do": {"save"},
	})
	b.open("/site/front")
	look("front-form")
	b.open("/site/look")
	look("look")
	n.send("/site/look", url.Values{"hue": {strconv.Itoa(s.hue)}, "lettering": {s.lettering}, "width": {s.width}, "scheme": {""}})
	b.open("/site/moved")
	look("moved")
	b.open("/site/domain")
	look("domain")

	s.plan(b, n, look)
	s.hang(b, n, look)

	b = openTab(t, h.origin, way{language: s.language, size: desk})
	b.open("/@" + s.handle)
	look("front")
	b.press(".site-head .tabs a:nth-child(3)")
	look("about")
	b.press(".site-head .tabs a:nth-child(5)")
	look("contact")
	b.refusedBy(func() { b.open("/@" + s.handle + "/nothing-here") })
	look("missing")
	b.open("/@" + s.handle + "/" + slugOf(s.dates[0]))
	look("calendar")
	b.press(".dates a")
	b.see(".h-event h1")
	look("date")
	b.open("/@" + s.handle + "/" + slugOf(s.dates[0]) + "/past")
	look("calendar-past")
	b.open("/@" + s.handle + "/" + slugOf(s.sheet[0]))
	look("portfolio")
	b.press(".jgrid li:nth-child(2) a")
	b.see(".piece h1")
	look("piece")
	b.press(`[rel="next"]`)
	b.see(".piece h1")
}

// slugOf is the address of a page with a title of simple words.
func slugOf(title string) string { return strings.ToLower(strings.ReplaceAll(title, " ", "-")) }

// kept is where the newest page of somebody's site is kept.
func (n *neighbor) kept() string {
	n.t.Helper()
	site, _ := n.get("/site")
	all := regexp.MustCompile(`href="(/site/pages/\d+)"`).FindAllStringSubmatch(site, -1)
	return all[len(all)-1][1]
}

// plan makes a calendar with dates that come and that were.
func (s sited) plan(b *tab, n *neighbor, look func(string)) {
	b.t.Helper()
	n.send("/site/new?kind=calendar", url.Values{"title": {s.dates[0]}, "listed": {"true"}, "language": {s.language}, "do": {"publish"}})
	at := n.kept() + "/events"
	day := func(days int) string { return time.Now().AddDate(0, 0, days).Format(time.DateOnly) }
	for _, d := range []url.Values{
		{"title": {s.dates[1]}, "place": {s.dates[2]}, "text": {s.dates[3]}, "begins": {day(3)}, "begins_time": {"19:30"}, "ends_time": {"21:00"}, "repeats": {"week"}, "until": {day(60)}},
		{"title": {s.dates[4]}, "begins": {day(10)}, "ends": {day(12)}},
		{"title": {s.dates[4]}, "begins": {day(-30)}, "begins_time": {"22:00"}, "ends_time": {"02:00"}},
	} {
		d["zone"], d["do"] = []string{"Asia/Tokyo"}, []string{"publish"}
		n.send(at+"/new", d)
	}
	b.open(at)
	look("dates")
	b.open(at + "/new")
	look("date-new")
	b.open(at)
	b.press(".site-pages li:last-child a")
	b.see("#begins")
	b.press(`[value="preview"]`)
	b.see("#preview")
	look("date-preview")
}

// hang makes a sheet of pictures.
func (s sited) hang(b *tab, n *neighbor, look func(string)) {
	b.t.Helper()
	n.send("/site/new?kind=portfolio", url.Values{"title": {s.sheet[0]}, "listed": {"true"}, "language": {s.language}, "do": {"publish"}})
	at := n.kept() + "/pictures"
	b.open(at)
	look("pictures-none")
	for _, file := range []string{"marsh.webp", "lake.webp", "pines.webp"} {
		n.send(at, url.Values{}, file)
	}
	b.open(at)
	b.fill("#title-1", s.sheet[1])
	b.fill("#alt-1", s.sheet[2])
	b.press(`[name="do"][value^="down-"]`)
	b.see(".pieces")
	look("pictures")
}
