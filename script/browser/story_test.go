package browser

import (
	"strings"
	"testing"
)

// A person is somebody who lives in a home of their own.
type person struct{ name, handle, password string }

// A cast is who is in the story and what they say, in one language.
type cast struct {
	language, other string // the language told in, and the one changed to
	size            size   // what the first of them looks at
	ana, bo         person
	post, alt       string // what she shows first
	note, noteAlt   string // what he shows
	reply, answer   string // what he says to her post, and she to his
	bio             string
}

var english = cast{
	language: "en", other: "ru", size: desk,
	ana:  person{"Ines Calder", "ines", "a long walk before breakfast"},
	bo:   person{"Jonas Weld", "jonas", "seven grey herons standing"},
	post: "Up before the light. The lake kept **still** long enough for one picture, and then the wind came. #morning",
	alt:  "A lake at dawn with pale hills behind it",
	note: "Fog in the pines until noon. We mended the fence by ear.", noteAlt: "Pine trunks standing in fog",
	reply: "I heard that wind arrive here an hour later.", answer: "By ear! Leave the gate for Sunday, I will bring bread.",
	bio: "I keep a boat, a garden and a list of birds.",
}

var russian = cast{
	language: "ru", other: "en", size: phone,
	ana:  person{"Вера Лугова", "vera", "длинная прогулка до завтрака"},
	bo:   person{"Пётр Озеров", "petr", "семь серых цапель у воды"},
	post: "Вышла до света. Озеро было **тихим** ровно на один снимок, потом пришёл ветер. #утро",
	alt:  "Озеро на рассвете, за ним светлые холмы",
	note: "Туман в соснах до полудня. Чинили забор на слух.", noteAlt: "Сосны в тумане",
	reply: "До нас этот ветер дошёл через час.", answer: "На слух! Калитку оставьте на воскресенье, я принесу хлеб.",
	bio: "Лодка, огород и список птиц.",
}

var arabic = cast{
	language: "ar", other: "en", size: desk,
	ana:  person{"ليلى الحقل", "layla", "نزهة طويلة قبل الفطور"},
	bo:   person{"سامي النهر", "sami", "سبعة طيور قرب الماء"},
	post: "خرجت قبل الضوء. بقيت البحيرة **ساكنة** لصورة واحدة، ثم جاءت الريح. #صباح",
	alt:  "بحيرة عند الفجر وراءها تلال فاتحة",
	note: "ضباب بين أشجار الصنوبر حتى الظهر. أصلحنا السياج بالسمع.", noteAlt: "جذوع صنوبر في الضباب",
	reply: "وصلت تلك الريح إلينا بعد ساعة.", answer: "بالسمع! اترك الباب ليوم الأحد، سأحضر الخبز.",
	bio: "قارب وحديقة وقائمة طيور.",
}

// A story is two people, each with a home and a window: Ana's with scripts,
// Bo's without.
type story struct {
	cast
	t         *testing.T
	anas, bos *home
	ana, bo   *tab
}

// TestTwoHomes tells how two people move in, find each other and talk.
func TestTwoHomes(t *testing.T) {
	needsBrowser(t)
	for _, c := range []cast{english, russian, arabic} {
		t.Run(c.language, func(t *testing.T) {
			s := &story{cast: c, t: t, anas: startHome(t, "127.0.0.1"), bos: startHome(t, "127.0.0.2")}
			s.ana = openTab(t, s.anas.origin, way{language: c.language, size: c.size})
			s.bo = openTab(t, s.bos.origin, way{language: c.language, size: desk, plain: true})
			s.tell()
		})
	}
}

func (s *story) tell() {
	s.step("first run", s.moveIn)
	s.step("first run without scripts", s.moveInPlainly)
	s.step("post with a picture", s.postPicture)
	s.step("find and follow", s.findAndFollow)
	s.step("follow back without scripts", s.followBackPlainly)
	s.step("post with a picture without scripts arrives live", s.arriveLive)
	s.step("like, boost and reply", s.react)
	s.step("reply and like without scripts", s.reactPlainly)
	s.step("visitor", s.visit)
	s.step("people", s.people)
	s.step("settings", s.settings)
	s.step("sign out and in", s.signOutAndIn)
	s.step("delete", s.delete)
	s.step("consent and failure", s.strangers)
}

// step is a part of the story; without it the rest cannot be told.
func (s *story) step(name string, f func()) {
	ok := s.t.Run(name, func(t *testing.T) {
		s.ana.t, s.bo.t = t, t
		f()
		s.ana.quiet()
		s.bo.quiet()
	})
	s.ana.t, s.bo.t = s.t, s.t
	if !ok && s.broken() {
		s.t.FailNow()
	}
}

// broken reports whether a step did not come to its end, rather than find fault.
func (s *story) broken() bool { return s.ana.lost || s.bo.lost }

// look looks at Ana's page.
func (s *story) look(name string) { s.ana.look(name+"."+s.language, s.size) }

func (s *story) moveIn() {
	b := s.ana
	b.visit(s.anas.link)
	s.look("first")
	b.fill("#name", s.cast.ana.name)
	b.fill("#address", s.cast.ana.handle)
	b.fill("#password", "short")
	b.refusedBy(func() { b.press("form .button.primary") })
	b.see("#password-wrong")
	s.look("first-wrong")
	b.fill("#password", s.cast.ana.password)
	b.tap("[data-show]")
	if shown := value[string](b, `document.querySelector("#password").type`); shown != "text" {
		b.t.Errorf("the password to look at is a %s", shown)
	}
	b.press("form .button.primary")
	b.see("main .nothing")
	s.look("home-empty")
}

func (s *story) moveInPlainly() {
	b, who := s.bo, s.cast.bo
	b.visit(s.bos.link)
	b.fill("#name", who.name)
	b.fill("#address", who.handle)
	b.fill("#password", who.password)
	b.fill("#again", who.password)
	b.press("form .button.primary")
	b.see("main .nothing")
	s.leavePlainly()
	b.open("/people")
	s.enter(b, who)
	if b.path() != "/people" {
		b.t.Errorf("signing in led to %s, not to where he was going", b.path())
	}
}

func (s *story) leavePlainly() {
	s.bo.open("/access")
	s.bo.press(`#sessions form[action="/logout"] button`)
	s.bo.see("main.door .note")
}

// enter signs somebody in at the door they stand at.
func (s *story) enter(b *tab, who person) {
	b.fill("#username", who.handle)
	b.fill("#password", who.password)
	b.press("form .button.primary")
}

func (s *story) postPicture() {
	b := s.ana
	b.open("/compose")
	s.look("compose")
	b.choose(".attach > li:first-child .pick", "lake.webp")
	b.see(".attach canvas")
	b.fill("#alt-1", s.alt)
	b.fill("#text", s.post)
	s.look("compose-filled")
	b.press(".send")
	b.see(".the-post .photos img")
	if alt := value[string](b, `document.querySelector(".the-post .photos img").alt`); alt != s.alt {
		b.t.Errorf("the picture is described as %q", alt)
	}
	b.says(".the-post .prose strong", strings.Split(s.post, "**")[1])
	s.look("posted")
	b.open("/")
	b.see(".entry .photos img")
	if again := value[string](b, `localStorage.getItem("draft:new") ?? ""`); again != "" {
		b.t.Errorf("the draft %q was kept after it was sent", again)
	}
}

// address is how one home calls somebody of another.
func address(p person, h *home) string {
	return "@" + p.handle + "@" + strings.TrimPrefix(h.origin, "http://")
}

// seek finds somebody, or a post, by their address.
func (s *story) seek(b *tab, what string) {
	b.open("/people")
	b.fill("#address", what)
	b.press(`form[role="search"] .button`)
}

// shown selects the post in which Ana shows her picture.
func (s *story) shown() string { return ".h-entry:has(img[alt=" + quoted(s.alt) + "])" }

func (s *story) findAndFollow() {
	b := s.ana
	b.open("/people")
	b.fill("#address", "nobody@127.0.0.2:1")
	b.refusedBy(func() { b.press(`form[role="search"] .button`) })
	b.see("#address-wrong")
	s.look("people-wrong")
	s.seek(b, address(s.cast.bo, s.bos))
	b.says("h1", s.cast.bo.name)
	s.look("profile-elsewhere")
	b.tap(`.follow form[action$="/follow"] button`)
	b.see(`.follow form[action$="/unfollow"]`)
	b.await(b.path(), ".follow .good")
}

func (s *story) followBackPlainly() {
	b := s.bo
	b.await("/news", ".told-of")
	b.press(".told-of p a")
	b.says("h1", s.cast.ana.name)
	b.press(`.follow form[action$="/follow"] button`)
	b.see(`.follow form[action$="/unfollow"]`)
	s.ana.await("/news", ".told-of")
	s.look("news-first")
}

// arriveLive has Bo post while Ana looks at her stream.
func (s *story) arriveLive() {
	a, b := s.ana, s.bo
	a.open("/")
	value[bool](a, `window.same = true`)
	b.open("/compose")
	b.fill("#text", s.note)
	b.choose(".attach > li:first-child .pick input", "pines.webp")
	b.fill("#alt-1", s.noteAlt)
	b.press(".send")
	b.see(".the-post .photos img")
	a.see(".newer a")
	if !value[bool](a, `window.same === true`) {
		a.t.Error("the stream was loaded again")
	}
	if a.count(".h-entry") != 1 {
		a.t.Error("a post was pushed into the stream")
	}
	a.show(light, s.size)
	keep(a.t, "newer."+s.language, a.shot())
	a.press(".newer a")
	a.says(".h-entry .prose", s.note)
	s.look("home")
}

func (s *story) react() {
	a, b := s.ana, s.bo
	post := ".h-entry:has(.photos)"
	a.tap(post + ` form[action$="/like"] button`)
	a.see(post + ` form[action$="/like"] [aria-pressed="true"]`)
	a.tap(post + ` form[action$="/boost"] button`)
	a.see(post + ` form[action$="/boost"] [aria-pressed="true"]`)
	a.press(post + " .gloss a")
	a.fill("#text", s.answer)
	s.look("replying")
	a.press(".send")
	a.says(".the-post .prose", s.answer)
	b.await("/news", ".told-of:nth-of-type(4)")
}

// reactPlainly has Bo open Ana's older post by its address, and answer it.
func (s *story) reactPlainly() {
	a, b := s.ana, s.bo
	a.open("/@" + s.cast.ana.handle)
	a.press(s.shown() + " .gloss a")
	link := value[string](a, `location.href.split(/[?#]/)[0]`)
	s.seek(b, link)
	b.says(".the-post .prose", strings.Split(s.post, "**")[1])
	b.press(`.the-post form[action$="/like"] button`)
	b.see(`.the-post form[action$="/like"] [aria-pressed="true"]`)
	b.fill("#text", s.reply)
	b.press(".send")
	b.says(".the-post .prose", s.reply)
	a.await("/news", ".told-of .excerpt")
	s.look("news")
	a.await(strings.TrimPrefix(link, a.origin), ".thread li")
	a.says(".thread .prose", s.reply)
	s.look("conversation")
}
