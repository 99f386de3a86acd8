package browser

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
)

// TestDoorway comes and goes by a passkey, has somebody move in by a link and
// another ask to, and looks at what the keeper sees of the house.
func TestDoorway(t *testing.T) {
	needsBrowser(t)
	h := &home{data: t.TempDir(), origin: "https://fennmouth.example"}
	cert, key := certify(t, "fennmouth.example")
	h.serve(t, "--listen", named, "--tls-cert", cert, "--tls-key", key)
	ines := openTab(t, h.origin, way{language: "en", size: desk})
	settle(t, h, ines)

	byPasskey(ines)

	// A link is made and handed over, and somebody moves in by it.
	ines.open("/house/joining")
	ines.look("doorway-joining", desk)
	ines.tap(`label:has([name="joining"][value="asked"])`)
	ines.press("form .button.primary")
	ines.open("/invitations")
	ines.fill("#note", "Pavel, from the choir")
	ines.press("form.narrow .button.primary")
	link := value[string](ines, `document.querySelector("#link").value`)
	ines.look("doorway-invitations", desk)
	pavel := openTab(t, h.origin, way{language: "en", size: desk})
	pavel.visit(link)
	pavel.look("doorway-join-invited", desk)
	pavel.fill("#name", "Pavel Reed")
	pavel.fill("#address", "pavel")
	pavel.fill("#password", "every tenor is late")
	pavel.press("form .button.primary")
	pavel.open("/access")
	pavel.says("h1", "access")

	// Another asks to, and is let in.
	visitor := openTab(t, h.origin, way{language: "en", size: desk})
	visitor.open("/join")
	visitor.look("doorway-join-asking", desk)
	ines.open("/house")
	ines.look("doorway-people", desk)

	// What the keeper sees of the house, in sickness and in health.
	for _, path := range []string{"/house/space", "/house/servers", "/house/work", "/house/doctor", "/house/name", "/health"} {
		ines.open(path)
		ines.look("doorway"+strings.ReplaceAll(path, "/", "-"), desk)
	}
	ines.open("/house/backup")
	ines.fill("#folder", "a disk somewhere")
	ines.refusedBy(func() { ines.press("form .button.primary") })
	ines.says("[role=alert], .wrong", "whole path")
	ines.look("doorway-backup-wrong", desk)
	ines.fill("#folder", t.TempDir())
	ines.press("form .button.primary")
	ines.press(`form[action$="/now"] .button`)
	ines.says(".page", "The last complete copy was made")
	ines.look("doorway-backup", desk)
}

// byPasskey adds a passkey to who is signed in, goes out, comes in by it, calls
// it something else, takes it away, and finds the door shut to it.
func byPasskey(b *tab) {
	b.t.Helper()
	call(b, webauthn.Enable, webauthn.EnableParams{})
	device := call(b, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	b.open("/access")
	b.look("doorway-access-none", desk)
	b.fill("#passkey-name", "The phone")
	b.press(`form[data-passkey="add"] .button`)
	b.says("#passkeys", "The phone")
	if n := len(call(b, webauthn.GetCredentials, webauthn.GetCredentialsParams(device)).Credentials); n != 1 {
		b.t.Fatalf("the device holds %d passkeys", n)
	}
	b.look("doorway-access", desk)

	b.press(`form[action="/logout"] button`)
	b.open("/login")
	b.look("doorway-login", desk)
	b.press(`form[data-passkey="open"] .button`)
	b.open("/access")
	b.says("#passkeys", "The phone")

	b.tap("#passkeys details summary")
	b.fill(`#passkeys details input[name="name"]`, "The blue phone")
	b.press("#passkeys details .button")
	b.says("#passkeys", "The blue phone")

	b.press(`#passkeys form[action$="/remove"] button`)
	b.says("#passkeys", "None yet")
	b.press(`form[action="/logout"] button`)
	b.open("/login")
	b.refusedBy(func() {
		b.tap(`form[data-passkey="open"] .button`)
		b.see(`form[data-passkey="open"] [role=alert]:not([hidden])`)
	})
	b.look("doorway-login-refused", desk)
	b.fill("#username", town[0].handle)
	b.fill("#password", town[0].password)
	b.press("form:not([data-passkey]) .button.primary")
	call(b, webauthn.RemoveVirtualAuthenticator, webauthn.RemoveVirtualAuthenticatorParams(device))
	if u, err := url.Parse(b.path()); err != nil || u.Path == "/login" {
		b.t.Fatalf("signed in, at %s", b.path())
	}
}
