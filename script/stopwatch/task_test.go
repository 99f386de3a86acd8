package stopwatch

import (
	"strings"
	"time"
)

// words is where one writes: on the home page, if it stands there.
const words = "main textarea[name=text]"

// send is the button that posts.
const send = "main form:has(textarea[name=text]) button.primary"

// write opens where one writes, and types.
func (h *hand) write(text string) {
	h.t.Helper()
	if !h.has(words) {
		h.press(".rail .write")
		h.see(words)
	}
	h.fill(words, text)
}

// post sends what was written, and waits until it stands on a page.
func (h *hand) post(text string) {
	h.t.Helper()
	h.press(send)
	h.shows(text)
}

// shows waits until a post stands on the page, and not only in a field.
func (h *hand) shows(text string) {
	h.t.Helper()
	for until := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if value[bool](h, `[...document.querySelectorAll(".h-entry .prose")].some(p => p.textContent.includes("`+text+`"))`) {
			return
		}
		if time.Now().After(until) {
			h.t.Fatalf("%q is not posted", text)
		}
	}
}

// moveIn answers the questions of the first page, and returns how many they are.
func (h *hand) moveIn(to *home, name string) (questions int) {
	h.t.Helper()
	h.visit(to.link)
	h.tally = tally{}
	questions = h.count("form .q")
	h.fill("#name", name)
	if value[string](h, `document.querySelector("#address").value`) == "" {
		h.fill("#address", strings.ToLower(name))
	}
	const password = "a long walk before breakfast"
	h.fill("#password", password)
	if h.has("#again") {
		h.fill("#again", password)
	}
	h.press("form .button.primary")
	h.see("main .nothing, main .ledger")
	return questions
}

// find opens somebody's page, or what offers to follow them, by their address.
func (h *hand) find(address string) {
	h.t.Helper()
	if h.has(".find button") { // which any page has, and which asks elsewhere
		h.fill("#find", address)
		h.enter("#find")
	} else {
		h.press(`.rail a[href="/people"]`)
		h.fill("[name=address]", address)
		h.press("form:has([name=address]) button")
	}
	h.see(`form[action$="/follow"] button, form[action$="/unfollow"] button`)
}

// A task is one of every day. One that a program cannot do yet lacks the page
// at needs, or what is marked on the home page.
type task struct {
	name  string
	needs string
	marks string
	do    func(h *hand)
}

// tasks are those of somebody at mine whose friend lives elsewhere.
func tasks(mine, friend *home) []task {
	const light, frost, few, heron, reply = "Up before the light", "First frost", "Supper on Sunday", "The quay at six", "Leave one for me"
	return []task{
		{name: "post to everyone", do: func(h *hand) { h.write(light); h.post(light) }},
		{name: "post a picture with its description", do: func(h *hand) {
			h.write(heron)
			h.choose(".attach > li:first-child .pick", "../browser/testdata/seadusk.webp")
			h.see(".attach canvas")
			h.fill("#alt-1", "A low sun over a calm sea")
			h.post(heron)
		}},
		{name: "post for oneself alone", do: func(h *hand) {
			h.write(frost)
			h.press("label:has([name=visibility][value=self])")
			h.post(frost)
		}},
		{name: "choose that only followers see it", do: func(h *hand) {
			h.write(few)
			h.press("label:has([name=visibility][value=followers])")
			h.post(few)
		}},
		{name: "follow a friend elsewhere", do: func(h *hand) {
			h.find(friend.address("jonas"))
			h.press(`form[action$="/follow"] button`)
			h.see(`form[action$="/unfollow"], .relation`)
		}},
		{name: "reply to a friend", do: func(h *hand) {
			h.press(`.h-entry:has(.addr) .acts a[href$="#reply"]`)
			h.fill(words, reply)
			h.post(reply)
		}},
		{name: "edit a post", marks: `.h-entry a[href$="/edit"]`, do: func(h *hand) {
			h.press(`.h-entry a[href$="/edit"]`)
			h.fill(words, " Again.")
			h.press(send)
			h.shows("Again.")
		}},
		{name: "find an old post", needs: "/search", do: func(h *hand) {
			h.fill("#find", "light")
			h.enter("#find")
			h.shows(light)
		}},
		{name: "see where one is signed in", do: func(h *hand) {
			h.press(`.rail a[href="/settings"]`)
			h.see("#profile")
			if !h.has("#sessions") {
				h.press(`.tabs a[href="/access"]`)
			}
			h.see("#sessions")
		}},
		{name: "invite somebody, the home being closed", needs: "/invitations", do: func(h *hand) {
			h.press(`.rail a[href="/people"]`)
			h.press("#invite button")
			h.see("#link")
		}},
		{name: "make an about page", needs: "/site", do: func(h *hand) {
			h.press(`.rail a[href="/@ines"]`)
			h.press(`a[href^="/site/new"]`)
			h.fill("main textarea[name=text]", "I keep a boat and a list of birds.")
			h.press(`form[action^="/site/new"] button.primary`)
			h.see("#page h1")
		}},
	}
}
