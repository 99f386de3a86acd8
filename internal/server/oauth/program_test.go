package oauth_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/auth"
)

func TestAppsAreRegisteredInEveryDialect(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		const form, asJSON = "application/x-www-form-urlencoded", "application/json"
		for name, in := range map[string][2]string{
			"form":      {form, "client_name=App&redirect_uris=https%3A%2F%2Fa.example%2F%0Aapp%3A%2Fb&scopes=read+write&website=https%3A%2F%2Fa.example"},
			"form list": {form, "client_name=App&redirect_uris[]=https://a.example/&redirect_uris[]=app:/b&scopes=read+write&website=https://a.example"},
			"JSON":      {asJSON, `{"client_name":"App","redirect_uris":"https://a.example/\napp:/b","scopes":"read write","website":"https://a.example"}`},
			"JSON list": {asJSON, `{"client_name":"App","redirect_uris":["https://a.example/","app:/b"],"scopes":"read write","website":"https://a.example"}`},
		} {
			res := h.send(t, "/api/v1/apps", in[0], in[1])
			got := res.json(t)
			for _, key := range []string{"id", "client_id", "client_secret"} {
				if s, _ := got[key].(string); s == "" {
					t.Errorf("%s: no %s", name, key)
				}
				delete(got, key)
			}
			want := map[string]any{
				"name": "App", "website": "https://a.example", "scopes": []any{"read", "write"}, "vapid_key": "BKey",
				"redirect_uris": []any{"https://a.example/", "app:/b"}, "redirect_uri": "https://a.example/\napp:/b", "client_secret_expires_at": 0.0,
			}
			if diff := cmp.Diff(want, got); diff != "" || res.StatusCode != 200 {
				t.Errorf("%s: %s %s", name, res.Status, diff)
			}
		}
		least := h.post(t, "/api/v1/apps", url.Values{"client_name": {"A"}, "redirect_uris": {"urn:ietf:wg:oauth:2.0:oob"}}).json(t)
		if least["website"] != nil || !cmp.Equal(least["scopes"], []any{"read"}) {
			t.Error(least)
		}
	})
}

func TestBadAppsAreRefusedAndTheRestSlowed(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		for name, c := range map[string]struct {
			kind, body string
			want       int
		}{
			"nothing":  {"application/json", "{}", 422},
			"script":   {"application/json", `{"client_name":"a","redirect_uris":"javascript:alert(1)"}`, 422},
			"scope":    {"application/json", `{"client_name":"a","redirect_uris":"https://a.example","scopes":"everything"}`, 422},
			"shape":    {"application/json", `{"client_name":{"a":1}}`, 422},
			"broken":   {"application/json", `{`, 400},
			"NUL":      {"application/json", `{"client_name":"\u0000"}`, 400},
			"text":     {"text/plain", "client_name=a", 415},
			"too much": {"application/json", `{"client_name":"` + strings.Repeat("a", 1<<20) + `"}`, 413},
		} {
			if res := h.send(t, "/api/v1/apps", c.kind, c.body); res.StatusCode != c.want || !strings.HasPrefix(res.text, "fault.") {
				t.Errorf("%s: %s %q", name, res.Status, res.text)
			}
		}
		last := 0
		for range 20 {
			last = h.send(t, "/api/v1/apps", "application/json", "{}").StatusCode
		}
		if last != http.StatusTooManyRequests {
			t.Error(last)
		}
	})
}

func TestTokenErrorsAreThoseOfTheStandard(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		a, secret := h.app(t)
		client := func(pairs ...string) string {
			q := url.Values{"client_id": {a.ClientID}, "client_secret": {secret}, "grant_type": {"authorization_code"}, "code": {"x"}, "redirect_uri": {callback}}
			for i := 0; i < len(pairs); i += 2 {
				q.Set(pairs[i], pairs[i+1])
			}
			return q.Encode()
		}
		for name, c := range map[string]struct {
			body  string
			code  int
			error string
		}{
			"code":          {client(), 400, "invalid_grant"},
			"no code":       {client("code", ""), 400, "invalid_request"},
			"no redirect":   {client("redirect_uri", ""), 400, "invalid_request"},
			"secret":        {client("client_secret", "x"), 401, "invalid_client"},
			"client":        {client("client_id", "x"), 401, "invalid_client"},
			"password":      {client("grant_type", "password"), 400, "unsupported_grant_type"},
			"no grant":      {client("grant_type", ""), 400, "invalid_request"},
			"scope":         {client("grant_type", "client_credentials", "scope", "push"), 400, "invalid_scope"},
			"unknown scope": {client("grant_type", "client_credentials", "scope", "\xc3\xa9"), 400, "invalid_scope"},
			"NUL":           {client("code", "\x00"), 400, "invalid_request"},
			"shape":         {"client_id[a]=1", 400, "invalid_request"},
			"nothing":       {"", 400, "invalid_request"},
			"large":         {"code=" + strings.Repeat("x", 1<<20), 413, "invalid_request"},
		} {
			res := h.send(t, "/oauth/token", "application/x-www-form-urlencoded", c.body)
			if v := res.json(t); res.StatusCode != c.code || v["error"] != c.error || v["error_description"] == "" || res.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %s %v", name, res.Status, v)
			}
		}
		if res := h.post(t, "/oauth/token?"+client(), nil); res.StatusCode != 400 {
			t.Error("a secret in the address was read")
		}
		if res := h.send(t, "/oauth/token", "text/plain", client()); res.StatusCode != 415 || res.json(t)["error"] != "invalid_request" {
			t.Error(res.Status)
		}
		basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(a.ClientID+":wrong"))
		res := h.post(t, "/oauth/token", url.Values{"grant_type": {"client_credentials"}}, "Authorization", basic)
		if res.StatusCode != 401 || !strings.HasPrefix(res.Header.Get("WWW-Authenticate"), "Basic") {
			t.Error(res.Status, res.Header)
		}
		res = h.post(t, "/oauth/token", url.Values{"grant_type": {"client_credentials"}, "client_secret": {secret}}, "Authorization", basic)
		if res.StatusCode != 400 {
			t.Error(res.Status)
		}
		own := h.send(t, "/oauth/token", "application/x-www-form-urlencoded", client("grant_type", "client_credentials", "scope", "read"))
		if own.StatusCode != 200 || own.json(t)["scope"] != "read" {
			t.Error(own.Status, own.text)
		}
	})
}

func TestOnlyItsAppRevokesAToken(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		a, secret := h.app(t)
		b, other := h.app(t)
		bearer, _, err := h.auth.AppToken(t.Context(), a.ClientID, secret, "read")
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			id, secret, token string
			want              int
		}{
			"other app": {b.ClientID, other, bearer, 403}, "wrong": {a.ClientID, other, bearer, 401}, "nobody": {"", "", bearer, 401},
			"no token": {a.ClientID, secret, "", 400}, "unknown": {a.ClientID, secret, "x", 200},
		} {
			res := h.post(t, "/oauth/revoke", url.Values{"client_id": {c.id}, "client_secret": {c.secret}, "token": {c.token}})
			if res.StatusCode != c.want {
				t.Errorf("%s: %s", name, res.Status)
			}
		}
		if _, err := h.auth.Token(t.Context(), bearer, auth.Caller{}); err != nil {
			t.Error(err)
		}
	})
}

func TestMetadataTellsWhatThereIs(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		res := h.get(t, "/.well-known/oauth-authorization-server", nil)
		v := res.json(t)
		for key, want := range map[string]any{
			"issuer": h.url, "authorization_endpoint": h.url + "/oauth/authorize", "token_endpoint": h.url + "/oauth/token",
			"revocation_endpoint": h.url + "/oauth/revoke", "app_registration_endpoint": h.url + "/api/v1/apps",
			"code_challenge_methods_supported": []any{"S256"}, "response_types_supported": []any{"code"},
		} {
			if !cmp.Equal(v[key], want) {
				t.Errorf("%s: %v", key, v[key])
			}
		}
		if res.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Error(res.Header)
		}
	})
}

func TestScriptsOfOtherSitesMayAskFirst(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		for path, want := range map[string]int{
			"/oauth/token": 204, "/oauth/revoke": 204, "/api/v1/apps": 204, "/.well-known/oauth-authorization-server": 204, "/oauth/authorize": 405,
		} {
			r, err := http.NewRequest("OPTIONS", h.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Origin", "https://app.example")
			r.Header.Set("Access-Control-Request-Method", "POST")
			res := h.do(t, r)
			if res.StatusCode != want || (res.Header.Get("Access-Control-Allow-Origin") == "*") != (want == 204) {
				t.Errorf("%s: %s", path, res.Status)
			}
		}
	})
}
