package hometest_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// A flow is what a device is told that asks to be let in.
type flow struct {
	Poll  struct{ Token, Endpoint string }
	Login string
}

// arrive asks to be let in, as a phone does.
func arrive(t *testing.T, h *hometest.Home) (f flow) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.Origin+"/index.php/login/v2", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (Android) Nextcloud-android/3.29.0")
	code, body := answer(t, http.DefaultClient, r)
	if code != http.StatusOK || json.Unmarshal([]byte(body), &f) != nil || f.Poll.Token == "" ||
		!strings.HasPrefix(f.Login, h.Origin+"/index.php/login/v2/flow/") || f.Poll.Endpoint != h.Origin+"/index.php/login/v2/poll" {
		t.Fatalf("%d %s", code, body)
	}
	return f
}

// collect asks whether it was let in.
func (f flow) collect(t *testing.T) (code int, login, secret string) {
	t.Helper()
	resp, err := http.PostForm(f.Poll.Endpoint, url.Values{"token": {f.Poll.Token}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var given struct{ Server, LoginName, AppPassword string }
	if resp.StatusCode == http.StatusOK {
		if err := json.Unmarshal(raw, &given); err != nil {
			t.Fatalf("%v in %s", err, raw)
		}
	}
	return resp.StatusCode, given.LoginName, given.AppPassword
}

// TestDeviceIsLetInByItsPersonInABrowser takes a phone through the question and away again.
func TestDeviceIsLetInByItsPersonInABrowser(t *testing.T) {
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	f := arrive(t, h)
	if code, _, _ := f.collect(t); code != http.StatusNotFound {
		t.Errorf("before anybody said yes: %d", code)
	}
	way := strings.TrimPrefix(f.Login, h.Origin)
	if code, page := newVisitor(h).get(way); code != http.StatusOK || !strings.Contains(page, `name="username"`) || !strings.Contains(page, url.QueryEscape(way)[:20]) && !strings.Contains(page, way) {
		t.Errorf("a visitor is not led over the door: %d\n%s", code, page)
	}
	page := ida.Page(way + "?user=ida&lang=en")
	for _, want := range []string{"Nextcloud, Android", "127.0.0.1", "Did you begin this just now", `type="password"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the question lacks %q:\n%s", want, page)
		}
	}
	for name, form := range map[string]url.Values{
		"wrong password": {"decision": {"allow"}, "name": {"My phone"}, "password": {"not the password"}},
		"no name":        {"decision": {"allow"}, "name": {" "}, "password": {hometest.Password}},
	} {
		code, page := press(t, ida, way, form)
		if code != http.StatusUnprocessableEntity || !strings.Contains(page, `aria-invalid="true"`) || form.Get("name") != " " && !strings.Contains(page, "My phone") {
			t.Errorf("%s: %d\n%s", name, code, page)
		}
	}
	if code, _ := press(t, ida, way, url.Values{"name": {"My phone"}, "password": {hometest.Password}}); code != http.StatusBadRequest {
		t.Errorf("no decision: %d", code)
	}
	if code, _, _ := f.collect(t); code != http.StatusNotFound {
		t.Errorf("let in by a wrong answer: %d", code)
	}
	if code, page := press(t, ida, way, url.Values{"decision": {"allow"}, "name": {"My phone"}, "password": {hometest.Password}}); code != http.StatusOK || !strings.Contains(page, "Go back to your device") {
		t.Errorf("%d\n%s", code, page)
	}
	code, login, secret := f.collect(t)
	if code != http.StatusOK || login != "ida" || len(secret) != 72 {
		t.Fatalf("%d %q, %d characters", code, login, len(secret))
	}
	if code, _, _ := f.collect(t); code != http.StatusNotFound {
		t.Errorf("given twice: %d", code)
	}
	if code, _ := press(t, ida, way, url.Values{"decision": {"allow"}, "name": {"x"}, "password": {hometest.Password}}); code != http.StatusGone {
		t.Errorf("answered twice: %d", code)
	}
}

func TestDeviceThatWasSentAwayGetsNothing(t *testing.T) {
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	f := arrive(t, h)
	if code, page := press(t, ida, strings.TrimPrefix(f.Login, h.Origin), url.Values{"decision": {"deny"}}); code != http.StatusOK || !strings.Contains(page, "nothing was opened") {
		t.Errorf("%d\n%s", code, page)
	}
	if code, _, _ := f.collect(t); code != http.StatusNotFound {
		t.Errorf("%d", code)
	}
	resp, err := ida.Browser.Get(f.Login)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusGone {
		t.Errorf("the question stands: %s", resp.Status)
	}
}

// TestAppPasswordsOpenNothingButFiles brings the app password of a device to every other door.
func TestAppPasswordsOpenNothingButFiles(t *testing.T) {
	t.Parallel()
	s := newPostedStage(t)
	secret := s.ida.AppPassword()
	before := stateOf(s.Home)
	for _, header := range []string{"Basic " + base64.StdEncoding.EncodeToString([]byte("ida:"+secret)), "Bearer " + secret} {
		s.each(func(r route, method, address string) {
			if r.door == "nextcloud" || r.path == "/api/v1/apps" || r.path == "/index.php/login/v2" || strings.HasPrefix(r.path, "/ocs/") {
				return // where anybody may ask
			}
			if resp, body := ask(t, still(nil), method, address, "Authorization", header); resp.StatusCode/100 == 2 && r.door == "mastodon" {
				t.Errorf("%s %s: %s %.200s", method, address, resp.Status, body)
			}
		})
		for _, address := range s.addresses() {
			if strings.HasPrefix(address, "/remote.php/") || strings.HasPrefix(address, "/ocs/") ||
				strings.HasPrefix(address, "/index.php/") && !strings.HasPrefix(address, "/index.php/login/") {
				continue // the door for files
			}
			with, inside := ask(t, still(nil), http.MethodGet, s.Origin+address, "Authorization", header)
			without, outside := ask(t, still(nil), http.MethodGet, s.Origin+address)
			refused := with.StatusCode == http.StatusUnauthorized && strings.HasPrefix(address, "/api/")
			if !refused && (with.StatusCode != without.StatusCode || with.Header.Get("Location") != without.Header.Get("Location") || len(inside) != len(outside)) {
				t.Errorf("%s is another thing with an app password: %s, %s", address, with.Status, without.Status)
			}
		}
	}
	unchanged(t, s.Home, before)
}

// TestSignInWithAnAppPasswordIsRefused types one where the password belongs.
func TestSignInWithAnAppPasswordIsRefused(t *testing.T) {
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	secret := ida.AppPassword()
	if code, page := newVisitor(h).post("/login", url.Values{"username": {"ida"}, "password": {secret}}); code != http.StatusUnauthorized {
		t.Errorf("%d\n%s", code, page)
	}
	f := arrive(t, h)
	if code, _ := press(t, ida, strings.TrimPrefix(f.Login, h.Origin), url.Values{"decision": {"allow"}, "name": {"x"}, "password": {secret}}); code != http.StatusUnprocessableEntity {
		t.Errorf("it lets another device in: %d", code)
	}
	if !regexp.MustCompile(`^[A-Za-z0-9]{72}$`).MatchString(secret) {
		t.Errorf("%q", secret)
	}
}

// TestDevicesAreSeenAndShutOutInTheSettings makes a password to type, loses one device and disconnects another.
func TestDevicesAreSeenAndShutOutInTheSettings(t *testing.T) {
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	open := func(secret string) int {
		t.Helper()
		d := &device{ida, secret}
		resp, _ := d.do("PROPFIND", "/remote.php/dav/files/ida/", "", "Depth", "0")
		return resp.StatusCode
	}
	add := func(name, password string) (int, string) {
		t.Helper()
		return press(t, ida, "/access/devices?lang=en", url.Values{"name": {name}, "password": {password}})
	}
	if code, page := add("Television", "not the password"); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Television") {
		t.Errorf("%d\n%s", code, page)
	}
	if code, page := add(" ", hometest.Password); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Give the device a name") {
		t.Errorf("%d\n%s", code, page)
	}
	code, page := add("Television", hometest.Password)
	typed := regexp.MustCompile(`secret" dir="ltr">([a-z0-9-]{29})<`).FindStringSubmatch(page)
	if code != http.StatusOK || typed == nil {
		t.Fatalf("%d\n%s", code, page)
	}
	if code := open(typed[1]); code != http.StatusMultiStatus {
		t.Errorf("a password to type opens %d", code)
	}
	if page := ida.Page("/access?lang=en"); strings.Contains(page, typed[1]) || !strings.Contains(page, "Television") {
		t.Errorf("it is shown again, or not listed:\n%s", page)
	}
	secret := ida.AppPassword()
	ways := regexp.MustCompile(`/access/devices/\d+/(?:end|lost)`).FindAllString(ida.Page("/access"), -1)
	if len(ways) != 4 || open(secret) != http.StatusMultiStatus {
		t.Fatalf("%v", ways)
	}
	wipe := func(part string) (int, string) {
		t.Helper()
		return newVisitor(h).post("/index.php/core/wipe/"+part, url.Values{"token": {secret}})
	}
	if code, body := wipe("check"); code != http.StatusNotFound {
		t.Errorf("before it is lost: %d %s", code, body)
	}
	if code, page := press(t, ida, ways[1], nil); code != http.StatusOK || !strings.Contains(page, "shut out") {
		t.Errorf("%d\n%s", code, page)
	}
	if code := open(secret); code != http.StatusUnauthorized {
		t.Errorf("a lost device opens %d", code)
	}
	if code, body := wipe("check"); code != http.StatusOK || strings.TrimSpace(body) != `{"wipe":true}` {
		t.Errorf("%d %s", code, body)
	}
	if code, body := wipe("success"); code != http.StatusOK {
		t.Errorf("%d %s", code, body)
	}
	if code, _ := wipe("check"); code != http.StatusNotFound {
		t.Errorf("told twice: %d", code)
	}
	if page := ida.Page("/access?lang=en"); !strings.Contains(page, "says it deleted its copies") {
		t.Errorf("she does not read that it did:\n%s", page)
	}
	if code, _ := press(t, ida, ways[2], nil); code != http.StatusOK || open(typed[1]) != http.StatusUnauthorized {
		t.Errorf("%d: a disconnected device opens %d", code, open(typed[1]))
	}
}

// TestPasswordIsGivenUpForAnAppPassword takes a device through what apps ask that know the password.
func TestPasswordIsGivenUpForAnAppPassword(t *testing.T) {
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	with := func(secret, method, path string) (int, string) {
		t.Helper()
		resp, body := (&device{ida, secret}).do(method, "/ocs/v2.php/core/"+path+"?format=json", "", "OCS-APIRequest", "true")
		return resp.StatusCode, body
	}
	code, body := with(hometest.Password, "GET", "getapppassword")
	given := regexp.MustCompile(`"apppassword":"(\w{72})"`).FindStringSubmatch(body)
	if code != http.StatusOK || given == nil {
		t.Fatalf("%d %s", code, body)
	}
	if code, body := with(given[1], "GET", "getapppassword"); code != http.StatusForbidden {
		t.Errorf("a second one: %d %s", code, body)
	}
	for _, path := range []string{"getapppassword", "getapppassword-onetime"} {
		if code, body := with("wrong", "GET", path); code != http.StatusUnauthorized || !strings.Contains(body, "997") && !strings.Contains(body, "401") {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if code, body := with(hometest.Password, "DELETE", "apppassword"); code != http.StatusUnauthorized {
		t.Errorf("%d %s", code, body)
	}
	if code, body := with(given[1], "DELETE", "apppassword"); code != http.StatusOK {
		t.Errorf("%d %s", code, body)
	}
	if code, _ := with(given[1], "GET", "getapppassword"); code != http.StatusUnauthorized {
		t.Errorf("it opens after that: %d", code)
	}
}
