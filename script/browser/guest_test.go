package browser

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"allod/internal/mail/mailtest"
)

// TestGuest has somebody without an account comment through the mail, and
// follow by it, as their browsers and the owner's show it.
func TestGuest(t *testing.T) {
	needsBrowser(t)
	mail := mailtest.Start(t)
	h := &home{data: t.TempDir(), origin: "https://marrow.example"}
	cert, key := certify(t, "marrow.example")
	h.serve(t, "--listen", named, "--tls-cert", cert, "--tls-key", key, "--mail-server", mail.Address, "--mail-tls", "none", "--mail-from", "home@marrow.example")
	ida := openTab(t, h.origin, way{language: "en", size: desk})
	settle(t, h, ida)
	jonas := newNeighbor(t, h.origin, named, "jonas", town[1].password)
	owner := newNeighbor(t, h.origin, named, "ines", town[0].password)
	post := owner.post("My grandmother wrote down what she planted, when it rained, and who she lent tools to. Sixty-one years, one line a day.", "public", nil)
	at := post[strings.Index(post, "/@"):]
	what := at[strings.LastIndex(at, "/")+1:]
	jonas.post("Typing up dead people’s private lines is theft with nice manners.", "public", url.Values{"reply_to": {what}})

	visitor := openTab(t, h.origin, way{language: "en", size: phone})
	visitor.open(at)
	visitor.look("guest-post", phone)
	visitor.press(".guest-way .button")
	visitor.fill("#text", "Mr Pask was my uncle. We still have the fork.\n\nhttps://pask.example/fork")
	visitor.fill("#name", "Edith Pask")
	visitor.fill("#address", "edith@pask.example")
	visitor.look("guest-writes", phone)
	visitor.press("form .button.primary")
	visitor.see(".told")
	visitor.look("guest-asked", phone)
	letter := mail.Await(t, "edith@pask.example", 1)
	visitor.visit(letter.Link(t, h.origin+"/guest/"))
	visitor.look("guest-page", phone)
	visitor.press(".decide .primary")
	visitor.see(".told")

	ida.open("/news")
	ida.look("guest-news", desk)
	for _, l := range []string{"en", "ru", "ar"} {
		ida.open("/waiting?lang=" + l)
		ida.look("guest-waiting."+l, desk)
	}
	ida.open(at)
	ida.look("guest-waits", desk)
	ida.press(".decide .primary")
	ida.open("/compose?reply=" + what + "&guest=" + commentOn(t, owner, at))
	ida.look("guest-answered", phone)
	ida.fill("#text", "The fork! May I see it?")
	ida.press(".button.send")
	for _, l := range []string{"en", "ru", "ar"} {
		ida.open(at + "?lang=" + l)
		ida.look("guest-thread."+l, desk)
	}
	ida.open(at)
	ida.see(".tag.stranger")
	ida.press(`.thread .acts a[href$="/hide"]`)
	ida.fill("#reason", "Not at my kitchen table: speak of the lines, not of the people who type them.")
	ida.look("guest-hide", desk)
	ida.press("form .button.danger")
	ida.see(".veil")
	ida.look("guest-hidden-owner", desk)
	visitor.open(at)
	visitor.see(".veil")
	visitor.look("guest-shown", phone)

	visitor.open("/@ines/hear")
	visitor.look("hear", phone)
	visitor.fill("#address", "reader@pask.example")
	visitor.press("form .button.primary")
	visitor.see(".told")
	hear := mail.Await(t, "reader@pask.example", 1).Link(t, h.origin+"/hear/")
	visitor.visit(hear)
	visitor.look("hearing", phone)
	visitor.press(`form[action$="/confirm"] .primary`)
	visitor.see(".told")
	ida.open("/settings/readers")
	ida.look("readers", desk)
	ida.open("/settings/comments")
	ida.look("comment-settings", desk)
	ida.open("/settings/mail")
	ida.look("mail-settings", desk)
	visitor.visit(hear)
	visitor.press(".button.danger")
	visitor.look("hear-ended", phone)
	for _, l := range []string{"ru", "ar"} {
		other := openTab(t, h.origin, way{language: l, size: phone})
		other.open(at)
		other.look("guest-shown."+l, phone)
		other.open(at + "/comment")
		other.look("guest-writes."+l, phone)
		other.open("/@ines/hear")
		other.look("hear."+l, phone)
	}
}

// commentOn is the id of the comment of a guest on a page, as its owner may hide it.
func commentOn(t testing.TB, owner *neighbor, at string) string {
	page, _ := owner.get(at)
	found := regexp.MustCompile(`/comments/(\d+)/hide`).FindStringSubmatch(page)
	if found == nil {
		t.Fatal("no comment of a guest stands there")
	}
	return found[1]
}
