package browser

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
)

// TestDevices lets devices in by Nextcloud's login flow, by password and by
// passkey, sends one away, makes a password to type, loses a device, and finds the door shut.
func TestDevices(t *testing.T) {
	needsBrowser(t)
	h := &home{data: t.TempDir(), origin: "https://fennmouth.example"}
	cert, key := certify(t, "fennmouth.example")
	h.serve(t, "--listen", named, "--tls-cert", cert, "--tls-key", key)
	ines := openTab(t, h.origin, way{language: "en", size: desk})
	settle(t, h, ines)
	device := lineTo(t, h.origin, cert)
	login := town[0].handle

	// The question leads over the door, for who is not signed in.
	f := device.arrive()
	stranger := openTab(t, h.origin, way{language: "en", size: phone})
	stranger.visit(f.Login)
	stranger.fill("#username", login)
	stranger.fill("#password", town[0].password)
	stranger.press("form:not([data-passkey]) .button.primary")
	stranger.says("h1", "Let a device keep your files?")
	stranger.look("device-question", phone)

	// A wrong password keeps what was typed; the right one lets it in.
	ines.visit(f.Login)
	ines.fill("#name", "The green phone")
	ines.fill("#password", "not the password")
	ines.refusedBy(func() { ines.press(`.button[value="allow"]`) })
	ines.says("#password-wrong", "not the password")
	ines.look("device-wrong", desk)
	if name := value[string](ines, `document.querySelector("#name").value`); name != "The green phone" {
		t.Errorf("the name typed has become %q", name)
	}
	if device.collect(f) != "" {
		t.Error("let in before anybody said yes")
	}
	ines.fill("#password", town[0].password)
	ines.press(`.button[value="allow"]`)
	ines.says("h1", "Connected")
	ines.look("device-connected", desk)
	secret := device.collect(f)
	device.opens(login, secret, http.StatusMultiStatus)

	// Another is let in by a passkey, a third sent away.
	call(ines, webauthn.Enable, webauthn.EnableParams{})
	call(ines, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	ines.open("/access")
	ines.fill("#passkey-name", "This desk")
	ines.press(`form[data-passkey="add"] .button`)
	second := device.arrive()
	ines.visit(second.Login)
	ines.press(`form[data-passkey="open"] .button`)
	ines.says("h1", "Connected")
	other := device.collect(second)
	third := device.arrive()
	ines.visit(third.Login)
	ines.press(`.button[value="deny"]`)
	ines.says("h1", "Sent away")
	if device.collect(third) != "" {
		t.Error("a device that was sent away came in")
	}

	// A password to type, shown once.
	ines.open("/access")
	ines.tap("#devices .words > details > summary")
	ines.fill("#device-name", "Television")
	ines.fill("#device-password", town[0].password)
	ines.press("#devices form.narrow .button")
	typed := ines.text("#devices .secret")
	ines.look("device-made", desk)
	device.opens(login, strings.ToUpper(typed), http.StatusMultiStatus)

	// One is lost, one disconnected; both find the door shut.
	ines.open("/access")
	ines.tap("#devices .rows > li:nth-child(2) details summary")
	ines.press("#devices .rows > li:nth-child(2) details .button.danger")
	ines.says("#devices", "told to delete its copies")
	ines.press("#devices .rows > li:nth-child(3) .button")
	ines.look("device-list", desk)
	device.opens(login, secret, http.StatusUnauthorized)
	device.opens(login, other, http.StatusUnauthorized)
	for _, language := range []string{"ru", "ar"} {
		b := openTab(t, h.origin, way{language: language, size: phone})
		b.visit(device.arrive().Login)
		b.fill("#username", login)
		b.fill("#password", town[0].password)
		b.press("form:not([data-passkey]) .button.primary")
		b.look("device-question-"+language, phone)
		b.open("/access")
		b.look("device-list-"+language, phone)
	}
}

// An arrival is what a device is told that asks to be let in.
type arrival struct {
	Poll  struct{ Token, Endpoint string }
	Login string
}

// A line is how a device reaches a home, which it knows by its certificate.
type line struct {
	*http.Client
	t      *testing.T
	origin string
}

func lineTo(t *testing.T, origin, cert string) line {
	t.Helper()
	shown, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	known := x509.NewCertPool()
	known.AppendCertsFromPEM(shown)
	return line{t: t, origin: origin, Client: &http.Client{Timeout: patience, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: known},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, named)
		},
	}}}
}

// ask sends a request as Nextcloud's app for Android does.
func (l line) ask(method, address string, form url.Values, adorn func(*http.Request)) *http.Response {
	l.t.Helper()
	r, err := http.NewRequestWithContext(l.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		l.t.Fatal(err)
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (Android) Nextcloud-android/3.29.0")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if adorn != nil {
		adorn(r)
	}
	resp, err := l.Do(r)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { resp.Body.Close() })
	return resp
}

// arrive asks to be let in.
func (l line) arrive() (a arrival) {
	l.t.Helper()
	resp := l.ask(http.MethodPost, l.origin+"/index.php/login/v2", nil, nil)
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil || !strings.HasPrefix(a.Login, l.origin) {
		l.t.Fatalf("%s: %v: %+v", resp.Status, err, a)
	}
	return a
}

// collect is the app password that a device is given, "" for none.
func (l line) collect(a arrival) string {
	l.t.Helper()
	resp := l.ask(http.MethodPost, a.Poll.Endpoint, url.Values{"token": {a.Poll.Token}}, nil)
	if resp.StatusCode != http.StatusOK {
		return ""
	}
	var given struct{ AppPassword string }
	if err := json.NewDecoder(resp.Body).Decode(&given); err != nil {
		l.t.Fatal(err)
	}
	return given.AppPassword
}

// opens looks what a device is answered that asks for the files.
func (l line) opens(login, secret string, want int) {
	l.t.Helper()
	resp := l.ask("PROPFIND", l.origin+"/remote.php/dav/files/"+login+"/", nil, func(r *http.Request) {
		r.Header.Set("Depth", "0")
		r.SetBasicAuth(login, secret)
	})
	if resp.StatusCode != want {
		l.t.Errorf("a device is answered %s, not %d", resp.Status, want)
	}
}
