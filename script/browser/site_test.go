package browser

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
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
}

var sites = []sited{
	{"en", "Ines Calder", "ines", "I keep a boat, a garden and a list of birds.", [3][2]string{
		{"About the boat", "## How she came here\n\nA neighbor left her in the reeds. She leaks a little, *and floats*.\n\n- Built in 1961\n- Blue since Tuesday"},
		{"The garden, month by month", "> Plant by the moon if you like. Water by the weather.\n\nBeans in May."},
		{"Contact", "Mornings are best."},
	}, "Welcome. The kettle is on.", "First frost on the beans.", "reading", "usual", 5},
	{"ru", "Вера Лугова", "vera", "Лодка, огород и список птиц.", [3][2]string{
		{"О лодке", "## Откуда она\n\nСосед оставил её в камышах. Немного течёт, *но плывёт*.\n\n- Построена в 1961 году\n- Синяя со вторника"},
		{"Огород по месяцам", "> Сажайте по луне, если хотите. Поливайте по погоде.\n\nБобы в мае."},
		{"Связаться", "Лучше утром."},
	}, "Добро пожаловать. Чайник уже кипит.", "Первый иней на бобах.", "plain", "wide", 9},
	{"ar", "سلمى حداد", "salma", "قارب وحديقة وقائمة طيور.", [3][2]string{
		{"عن القارب", "## كيف جاء\n\nتركه جار بين القصب. يتسرب إليه الماء قليلًا، *ويطفو*.\n\n- صُنع سنة 1961\n- أزرق منذ الثلاثاء"},
		{"الحديقة شهرًا بشهر", "> ازرع مع القمر إن شئت، واسقِ مع الطقس.\n\nالفول في مايو."},
		{"تواصل", "الصباح أفضل."},
	}, "أهلًا وسهلًا. الشاي جاهز.", "أول صقيع على الفول.", "round", "narrow", 1},
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

	b = openTab(t, h.origin, way{language: s.language, size: desk})
	b.open("/@" + s.handle)
	look("front")
	b.press(".site-head .tabs a:nth-child(3)")
	look("about")
	b.press(".site-head .tabs a:nth-child(5)")
	look("contact")
	b.refusedBy(func() { b.open("/@" + s.handle + "/nothing-here") })
	look("missing")
}
