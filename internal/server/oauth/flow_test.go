package oauth_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"allod/internal/auth"
	"allod/internal/fault"
)

var (
	formRE  = regexp.MustCompile(`(?is)<form\b([^>]*)>(.*?)</form>`)
	fieldRE = regexp.MustCompile(`(?is)<(?:input|button)\b([^>]*)>`)
	attrRE  = regexp.MustCompile(`(?is)([\w-]+)\s*=\s*"([^"]*)"`)
)

// fillIn fills in the first form of a page as a program without a browser does.
func fillIn(t *testing.T, page string) (action string, q url.Values) {
	t.Helper()
	form := formRE.FindStringSubmatch(page)
	if form == nil {
		t.Fatalf("no form in %q", page)
	}
	attrs := func(s string) map[string]string {
		m := map[string]string{}
		for _, a := range attrRE.FindAllStringSubmatch(s, -1) {
			m[a[1]] = html.UnescapeString(a[2])
		}
		return m
	}
	q = url.Values{}
	for _, field := range fieldRE.FindAllStringSubmatch(form[2], -1) {
		switch a := attrs(field[1]); {
		case a["name"] == "":
		case a["type"] == "password":
			q.Set(a["name"], password)
		case a["type"] == "text":
			q.Set(a["name"], "ada")
		default:
			q.Set(a["name"], a["value"])
		}
	}
	return attrs(form[1])["action"], q
}

func TestProgramWithoutBrowserGetsAToken(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		made := h.post(t, "/api/v1/apps", url.Values{"client_name": {"load"}, "redirect_uris": {callback}, "scopes": {"read write follow"}}).json(t)
		id, secret := made["client_id"].(string), made["client_secret"].(string)
		a := h.get(t, "/oauth/authorize", url.Values{
			"client_id": {id}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"read write follow"},
		})
		for range 2 { // the sign-in page, the question
			if !strings.HasPrefix(a.Header.Get("Location"), callback) {
				action, q := fillIn(t, a.text)
				a = h.post(t, action, q)
			}
		}
		code := a.returned(t).Get("code")
		tok := h.post(t, "/oauth/token", url.Values{
			"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback},
			"client_id": {id}, "client_secret": {secret}, "scope": {"read write follow"},
		})
		v := tok.json(t)
		if v["token_type"] != "Bearer" || v["scope"] != "read write follow" || v["created_at"].(float64) < 1e9 ||
			tok.Header.Get("Cache-Control") != "no-store" || tok.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Error(v, tok.Header)
		}
		got, err := h.auth.Token(t.Context(), v["access_token"].(string), auth.Caller{})
		if err != nil || got.AccountID != h.ada.ID || got.AppName != "load" {
			t.Errorf("%+v %v", got, err)
		}
		revoke := url.Values{"token": {v["access_token"].(string)}, "client_id": {id}, "client_secret": {secret}}
		if res := h.post(t, "/oauth/revoke", revoke); res.StatusCode != 200 || res.text != "{}\n" {
			t.Error(res.Status, res.text)
		}
		if _, err := h.auth.Token(t.Context(), v["access_token"].(string), auth.Caller{}); !fault.Is(err, fault.Unauthenticated) {
			t.Error(err)
		}
	})
}

func TestChallengeIsHeldToItsVerifier(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		h.signIn(t)
		a, secret := h.app(t)
		verifier := strings.Repeat("v", 64)
		sum := sha256.Sum256([]byte(verifier))
		q := question(a, "code_challenge", base64.RawURLEncoding.EncodeToString(sum[:]), "code_challenge_method", "S256")
		_, form := fillIn(t, h.get(t, "/oauth/authorize", q).text)
		back := h.post(t, "/oauth/authorize", form).returned(t)
		if back.Get("state") != "s&t" {
			t.Error(back)
		}
		in := map[string]string{"grant_type": "authorization_code", "code": back.Get("code"), "redirect_uri": callback}
		ask := func() answer {
			b, err := json.Marshal(in)
			if err != nil {
				t.Fatal(err)
			}
			basic := base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(a.ClientID) + ":" + url.QueryEscape(secret)))
			return h.send(t, "/oauth/token", "application/json", string(b), "Authorization", "Basic "+basic)
		}
		if res := ask(); res.StatusCode != 400 || res.json(t)["error"] != "invalid_grant" {
			t.Error(res.Status, res.text)
		}
		in["code_verifier"] = verifier
		if res := ask(); res.StatusCode != 200 {
			t.Error(res.Status, res.text)
		}
	})
}

func TestCodeIsShownToBeCopied(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		h.signIn(t)
		a, secret := h.app(t, auth.OutOfBand)
		_, form := fillIn(t, h.get(t, "/oauth/authorize", question(a, "redirect_uri", auth.OutOfBand)).text)
		res := h.post(t, "/oauth/authorize", form)
		code := strings.TrimSuffix(strings.TrimPrefix(res.text, "<code>"), "</code>")
		tok := h.post(t, "/oauth/token", url.Values{
			"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {auth.OutOfBand},
			"client_id": {a.ClientID}, "client_secret": {secret},
		})
		if res.StatusCode != 200 || res.Header.Get("Cache-Control") != "no-store" || tok.StatusCode != 200 {
			t.Error(res.Status, tok.Status, tok.text)
		}
		form.Set("decision", "deny")
		if res := h.post(t, "/oauth/authorize", form); res.StatusCode != 403 || res.text != "fault.oauth.denied" {
			t.Error(res.Status, res.text)
		}
		if res := h.get(t, "/oauth/authorize", question(a, "redirect_uri", auth.OutOfBand, "scope", "push")); res.StatusCode != 400 {
			t.Error(res.Status, res.text)
		}
	})
}

func TestConsentPageMayLeadToItsAppAlone(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		h.signIn(t)
		a, _ := h.app(t, "com.app:/back", "https://app.example/x?y=1")
		for redirect, want := range map[string]string{
			callback: "form-action 'self' http://127.0.0.1:9", "com.app:/back": "form-action 'self' com.app:",
		} {
			res := h.get(t, "/oauth/authorize", question(a, "redirect_uri", redirect))
			csp := res.Header.Get("Content-Security-Policy")
			if res.StatusCode != 200 || !strings.HasSuffix(csp, want) || !strings.Contains(csp, "frame-ancestors 'none'") ||
				res.Header.Get("Referrer-Policy") == "no-referrer" || res.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Error(res.Status, res.Header)
			}
		}
		_, form := fillIn(t, h.get(t, "/oauth/authorize", question(a, "redirect_uri", "https://app.example/x?y=1")).text)
		h.browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		if at := h.post(t, "/oauth/authorize", form).Header.Get("Location"); !strings.HasPrefix(at, "https://app.example/x?y=1&code=") {
			t.Error(at)
		}
	})
}

func TestErrorsReachTheAppOnlyWhereItIsKnown(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		a, _ := h.app(t)
		for name, c := range map[string]struct{ key, value, want string }{ // nobody is signed in: this comes first
			"type":      {"response_type", "token", "unsupported_response_type"},
			"no type":   {"response_type", "", "unsupported_response_type"},
			"scope":     {"scope", "read push", "invalid_scope"},
			"unknown":   {"scope", "admin:write", "invalid_scope"},
			"mode":      {"response_mode", "form_post", "invalid_request"},
			"plain":     {"code_challenge", strings.Repeat("a", 43), "invalid_request"},
			"challenge": {"code_challenge_method", "S256", "invalid_request"},
			"state":     {"state", strings.Repeat("s", 5000), "invalid_request"},
		} {
			res := h.get(t, "/oauth/authorize", question(a, c.key, c.value))
			if back := res.returned(t); back.Get("error") != c.want || back.Get("code") != "" || name != "state" && back.Get("state") != "s&t" {
				t.Errorf("%s: %v", name, back)
			}
		}
		for name, q := range map[string]url.Values{
			"client":     question(a, "client_id", "x"),
			"no client":  question(a, "client_id", ""),
			"NUL":        question(a, "client_id", "\x00"),
			"bytes":      question(a, "state", "\xff"),
			"redirect":   question(a, "redirect_uri", "https://evil.example/"),
			"prefix":     question(a, "redirect_uri", callback+"/../evil"),
			"query":      question(a, "redirect_uri", callback+"?x"),
			"no address": question(a, "redirect_uri", ""),
			"oob":        question(a, "redirect_uri", auth.OutOfBand),
			"long":       question(a, "state", strings.Repeat("s", 9000)),
			"twice":      {"client_id": {a.ClientID, a.ClientID}, "redirect_uri": {callback}, "response_type": {"code"}},
			"nothing":    {},
		} {
			for _, res := range []answer{h.get(t, "/oauth/authorize", q), h.post(t, "/oauth/authorize", q)} {
				if res.StatusCode != 400 && res.StatusCode != 413 || res.Header.Get("Location") != "" || !strings.HasPrefix(res.text, "fault.") {
					t.Errorf("%s: %s %q", name, res.Status, res.text)
				}
			}
		}
	})
}

func TestNobodyDecidesForThePerson(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		a, _ := h.app(t)
		yes := question(a, "decision", "allow")
		if res := h.post(t, "/oauth/authorize", yes); res.Request.URL.Path != "/login" { // not signed in
			t.Error(res.Request.URL)
		}
		h.signIn(t)
		for _, header := range [][2]string{
			{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"},
		} {
			if res := h.post(t, "/oauth/authorize", yes, header[0], header[1]); res.StatusCode != 403 {
				t.Errorf("%v: %s", header, res.Status)
			}
		}
		if res := h.get(t, "/oauth/authorize", yes); res.StatusCode != 200 || res.Header.Get("Location") != "" {
			t.Error("a link decided")
		}
		if res := h.post(t, "/oauth/authorize?"+yes.Encode(), nil); res.StatusCode != 400 {
			t.Error("an address decided")
		}
		if res := h.post(t, "/oauth/authorize", question(a)); res.StatusCode != 400 {
			t.Error("nothing decided")
		}
		if res := h.send(t, "/oauth/authorize", "text/plain", yes.Encode()); res.StatusCode != 415 {
			t.Error(res.Status)
		}
		if back := h.post(t, "/oauth/authorize", question(a, "decision", "deny")).returned(t); back.Get("error") != "access_denied" || back.Get("state") != "s&t" {
			t.Error(back)
		}
		if all, err := h.auth.Tokens(t.Context(), h.ada.ID); err != nil || len(all) != 0 {
			t.Error(all, err)
		}
	})
}

func TestCookieOpensTheConsentPageAlone(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		h.signIn(t)
		u, err := url.Parse(h.url)
		if err != nil {
			t.Fatal(err)
		}
		cookies := h.browser.Jar.Cookies(u)
		if len(cookies) != 1 || cookies[0].Name != "session" {
			t.Fatal(cookies)
		}
		if res := h.post(t, "/oauth/token", url.Values{"grant_type": {"client_credentials"}}); res.StatusCode != 401 {
			t.Error(res.Status)
		}
	})
}
