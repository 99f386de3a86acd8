package hometest_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/hometest"
	"allod/internal/media"
)

// TestBadCallsOfTheAPIAreRefused is what may be wrong with a call by an app.
func TestBadCallsOfTheAPIAreRefused(t *testing.T) {
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	write(ida, map[string]any{"status": "the first"})
	quiet(h)
	before := stateOf(h)
	const j = "application/json"
	for name, c := range map[string]struct {
		method, path, kind, body string
		want                     int
	}{
		"JSON that breaks off":   {"POST", "/api/v1/statuses", j, `{"status": "x`, 400},
		"two documents":          {"POST", "/api/v1/statuses", j, `{"status":"x"}{"status":"y"}`, 400},
		"a list":                 {"POST", "/api/v1/statuses", j, `["x"]`, 400},
		"depth":                  {"POST", "/api/v1/statuses", j, strings.Repeat(`{"status":`, 5000) + "1" + strings.Repeat("}", 5000), 400},
		"text that is no UTF-8":  {"POST", "/api/v1/statuses", j, "{\"status\": \"\xff\xfe\"}", 400},
		"NUL":                    {"POST", "/api/v1/statuses", j, `{"status": "a\u0000b"}`, 400},
		"two megabytes":          {"POST", "/api/v1/statuses", j, `{"status": "` + strings.Repeat("x", 2<<20) + `"}`, 413},
		"XML":                    {"POST", "/api/v1/statuses", "application/xml", `<status>x</status>`, 415},
		"no type":                {"POST", "/api/v1/statuses", "", `{"status": "x"}`, 415},
		"a form of no boundary":  {"POST", "/api/v1/statuses", "multipart/form-data", `x`, 400},
		"an object for a text":   {"POST", "/api/v1/statuses", j, `{"status": {"a": "b"}}`, 422},
		"an id that is none":     {"POST", "/api/v1/statuses", j, `{"status": "x", "in_reply_to_id": "x"}`, 422},
		"a level that is none":   {"POST", "/api/v1/statuses", j, `{"status": "x", "visibility": "secret"}`, 422},
		"a tongue that is none":  {"POST", "/api/v1/statuses", j, `{"status": "x", "language": "no such tongue"}`, 422},
		"nothing said":           {"POST", "/api/v1/statuses", j, `{"status": "  "}`, 422},
		"too much said":          {"POST", "/api/v1/statuses", j, `{"status": "` + strings.Repeat("x", 5001) + `"}`, 422},
		"a picture of nobody":    {"POST", "/api/v1/statuses", j, `{"status": "x", "media_ids": ["1"]}`, 422},
		"a poll":                 {"POST", "/api/v1/statuses", j, `{"status": "x", "poll": {"options": ["a", "A "]}}`, 422},
		"a thousand keys":        {"POST", "/api/v1/statuses", "application/x-www-form-urlencoded", strings.Repeat("media_ids[]=1&", 1001), 400},
		"keys in keys":           {"POST", "/api/v1/statuses", "application/x-www-form-urlencoded", "status" + strings.Repeat("[a]", 50) + "=x", 400},
		"bad percent":            {"POST", "/api/v1/statuses", "application/x-www-form-urlencoded", "status=%zz", 400},
		"bad percent in address": {"GET", "/api/v2/search?q=%zz", "", "", 400},
		"no file":                {"POST", "/api/v2/media", j, `{}`, 422},
		"an account of nobody":   {"POST", "/api/v1/accounts/7/follow", j, `{}`, 404},
		"an id out of range":     {"GET", "/api/v1/statuses/99999999999999999999999", "", "", 404},
		"no such method":         {"GET", "/api/v1/no/such/method", "", "", 404},
		"an app that is none":    {"POST", "/api/v1/apps", j, `{"client_name": "", "redirect_uris": "javascript:alert(1)"}`, 422},
		"a name too long":        {"PATCH", "/api/v1/accounts/update_credentials", j, `{"display_name": "` + strings.Repeat("x", 1000) + `"}`, 422},
		"a marker of tomorrow":   {"POST", "/api/v1/markers", j, `{"home": {"last_read_id": "x"}}`, 422},
		"a code of nobody":       {"POST", "/oauth/token", j, `{"grant_type": "authorization_code", "client_id": "x", "client_secret": "y", "code": "z", "redirect_uri": "u"}`, 401},
		"an unknown grant":       {"POST", "/oauth/token", j, `{"grant_type": "password"}`, 400},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, h.Origin, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(c.path, "?")
		if c.kind != "" {
			r.Header.Set("Content-Type", c.kind)
		}
		r.Header.Set("Authorization", "Bearer "+ida.Token)
		status, body := answer(t, http.DefaultClient, r)
		t.Run(name, func(t *testing.T) { says(t, c.want, status, body) })
	}
	unchanged(t, h, before)
}

// TestFormsSentTwiceActOnce replays forms, codes and links that are good for once.
func TestFormsSentTwiceActOnce(t *testing.T) {
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	form := url.Values{"key": {"once"}, "text": {"said once"}, "visibility": {"public"}}
	var at []string
	for range 3 {
		resp, err := ida.Browser.PostForm(h.Origin+"/compose", form)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		at = append(at, resp.Request.URL.Path)
	}
	if at[0] != at[1] || at[0] != at[2] || len(stateOf(h)["post"]) != 1 {
		t.Errorf("a form sent thrice led to %v", at)
	}
	callback := "http://127.0.0.1:9/back"
	app := hometest.Call[struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}](ida, http.MethodPost, "/api/v1/apps", map[string]any{"client_name": "twice", "redirect_uris": callback, "scopes": "read"})
	resp, err := still(ida.Browser.Jar).PostForm(h.Origin+"/oauth/authorize", url.Values{
		"client_id": {app.ID}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"read"}, "decision": {"allow"},
	})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	to, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || to.Query().Get("code") == "" {
		t.Fatalf("%s %v %v", resp.Status, to, err)
	}
	exchange := map[string]any{
		"grant_type": "authorization_code", "code": to.Query().Get("code"), "redirect_uri": callback, "client_id": app.ID, "client_secret": app.Secret,
	}
	token := hometest.Call[struct {
		Token string `json:"access_token"`
	}](ida, http.MethodPost, "/oauth/token", exchange).Token
	if status, body := ida.Do(http.MethodPost, "/oauth/token", exchange); status != http.StatusBadRequest || !bytes.Contains(body, []byte("invalid_grant")) {
		t.Errorf("a code used twice: %d %s", status, body)
	}
	// Who uses a code a second time may have stolen it, so the token goes too (RFC 6749 §4.1.2).
	thief := *ida
	thief.Token = token
	if status, body := thief.Do(http.MethodGet, "/api/v1/accounts/verify_credentials", nil); status != http.StatusUnauthorized {
		t.Errorf("the token of a code used twice: %d %s", status, body)
	}
}

// pngOf is a PNG that says it is w by h gray pixels and holds as many zeros as it says, deflated.
func pngOf(w, h uint32, zeros int) []byte {
	var data bytes.Buffer
	z := zlib.NewWriter(&data)
	for block := make([]byte, 1<<16); zeros > 0; zeros -= len(block) {
		_, _ = z.Write(block[:min(zeros, len(block))])
	}
	_ = z.Close()
	out := []byte("\x89PNG\r\n\x1a\n")
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"IHDR", append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h), 8, 0, 0, 0, 0)}, {"IDAT", data.Bytes()}, {"IEND", nil},
	} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(c.data)))
		named := append([]byte(c.name), c.data...)
		out = binary.BigEndian.AppendUint32(append(out, named...), crc32.ChecksumIEEE(named))
	}
	return out
}

// TestPictureBombsAreRefused sends them by app and by form. What was typed beside them stays.
func TestPictureBombsAreRefused(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	quiet(h)
	before := stateOf(h)
	for name, c := range map[string]struct {
		picture []byte
		want    int
	}{
		"60,000 by 60,000":          {pngOf(60000, 60000, 0), 413},
		"15,000 by 15,000 zeros":    {pngOf(15000, 15000, 15000*15001), 413},
		"ten megabytes of nothing":  {make([]byte, 10<<20), 415},
		"more than is taken":        {append(pngOf(8, 8, 72), make([]byte, media.PictureMax)...), 413},
		"a picture that breaks off": {pngOf(80, 80, 0), 422},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := uploadBytes(ida, c.picture, "a bomb")
			says(t, c.want, status, body)
			var form bytes.Buffer
			w := multipart.NewWriter(&form)
			_ = w.WriteField("text", "typed with care")
			_ = w.WriteField("visibility", "public")
			_ = w.WriteField("alt-1", "described with care")
			part, err := w.CreateFormFile("picture-1", "bomb.png")
			if err != nil {
				t.Fatal(err)
			}
			_, _ = part.Write(c.picture)
			_ = w.Close()
			resp, err := ida.Browser.Post(h.Origin+"/compose", w.FormDataContentType(), &form)
			if err != nil {
				t.Fatal(err)
			}
			page, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode/100 != 4 {
				t.Errorf("by form: %s %v", resp.Status, err)
			}
			for _, kept := range []string{"typed with care", "described with care"} {
				if !bytes.Contains(page, []byte(kept)) {
					t.Errorf("by form: %q is lost", kept)
				}
			}
		})
	}
	unchanged(t, h, before, "restriction") // where its owner reads what was not taken
}

// TestFirstPageOpensOnce uses the one-time link twice, and a wrong one.
func TestFirstPageOpensOnce(t *testing.T) {
	h := hometest.Start(t, "")
	for _, token := range []string{"", "x", strings.Repeat("A", 43), "%00", strings.Repeat("A", 100_000)} {
		resp, err := http.Get(h.Origin + "/first?token=" + token)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode/100 != 4 {
			t.Errorf("with %.50q: %s", token, resp.Status)
		}
		resp, err = http.PostForm(h.Origin+"/first", url.Values{
			"token": {token}, "name": {"Eve"}, "address": {"eve"}, "password": {hometest.Password}, "again": {hometest.Password},
		})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode/100 != 4 {
			t.Errorf("moved in with %.50q: %s", token, resp.Status)
		}
	}
	if n := len(stateOf(h)["credential"]); n != 0 {
		t.Errorf("%d moved in", n)
	}
}

// TestWhatHangsOnAPictureIsNotPublished uploads a picture with something
// behind its end. Its original is kept as it came, and nobody is handed that.
func TestWhatHangsOnAPictureIsNotPublished(t *testing.T) {
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	if status, body := uploadBytes(ida, append(pngOf(8, 8, 72), "GPS 52.5163 13.3777"...), "a picture"); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	rows := stateOf(h)["media_file"]
	if len(rows) < 2 {
		t.Fatalf("%d files", len(rows))
	}
	for _, row := range rows {
		key := strings.Split(row, "'")[1]
		want := http.StatusOK
		if strings.Contains(row, "variant='original'") {
			want = http.StatusNotFound
		}
		resp, body := ask(t, ida.Browser, http.MethodGet, h.Origin+"/media/"+key)
		if resp.StatusCode != want || strings.Contains(body, "GPS") {
			t.Errorf("%s: %s", row, resp.Status)
		}
	}
}
