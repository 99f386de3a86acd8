package hometest_test

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// addEmoji takes a picture into the set of a home, by the form of its keeper.
func addEmoji(p *hometest.Person, code string) {
	t := p.Home.T()
	t.Helper()
	var picture, body bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 16, 16))); err != nil {
		t.Fatal(err)
	}
	form := multipart.NewWriter(&body)
	_ = form.WriteField("shortcode", code)
	part, err := form.CreateFormFile("picture", code+".png")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(picture.Bytes())
	_ = form.Close()
	resp, err := p.Browser.Post(p.Home.Origin+"/settings/emoji", form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if page, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK || !strings.Contains(string(page), ":"+code+":") {
		t.Fatalf("%s %.1000s", resp.Status, page)
	}
}

// a pictured account or status with its small pictures.
type pictured struct {
	ID          string
	DisplayName string `json:"display_name"`
	Content     string
	Emojis      []struct{ Shortcode, URL string }
	Account     *pictured
}

// TestSmallPicturesOfAHomeAreShownByAnother looks at emoji in a name, a field
// and a post: in an app and on pages, at home and from a second home.
func TestSmallPicturesOfAHomeAreShownByAnother(t *testing.T) {
	t.Parallel()
	ida := hometest.Start(t, "").Settle("ida")
	ben := hometest.Start(t, "").Settle("ben")
	addEmoji(ida, "oar")
	addEmoji(ida, "bell")
	me := hometest.Call[pictured](ida, http.MethodPatch, "/api/v1/accounts/update_credentials", map[string]any{
		"display_name": "Ida :oar:", "fields_attributes": []map[string]any{{"name": "Rings :bell:", "value": "at :bell: noon"}},
	})
	if len(me.Emojis) != 2 || me.Emojis[0].Shortcode != "oar" || !strings.HasPrefix(me.Emojis[0].URL, ida.Home.Origin+"/media/") {
		t.Fatalf("%+v", me)
	}
	them := follow(ben, ida)
	said := write(ida, map[string]any{"status": "All :oar: out, `:oar:`", "visibility": "public"})
	arrives(ben, said.URI)
	picture := func(code string) *regexp.Regexp {
		return regexp.MustCompile(`<img class="emoji" src="([^"]+)" alt=":` + code + `:"`)
	}
	for _, look := range []struct {
		p    *hometest.Person
		path string
		want []string
	}{
		{ida, "/@ida", []string{"oar", "bell"}},
		{ida, "/", []string{"oar"}},
		{ben, "/@ida@" + strings.TrimPrefix(ida.Home.Origin, "http://"), []string{"oar", "bell"}},
		{ben, "/", []string{"oar"}},
	} {
		page := look.p.Page(look.path)
		for _, code := range look.want {
			m := picture(code).FindStringSubmatch(page)
			if m == nil {
				t.Errorf("%s sees no :%s: on %s", look.p.Name, code, look.path)
				continue
			}
			if resp, err := look.p.Browser.Get(look.p.Home.Origin + strings.TrimPrefix(m[1], look.p.Home.Origin)); err != nil {
				t.Error(err)
			} else if resp.Body.Close(); resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "image/") {
				t.Errorf("%s on %s: %s", m[1], look.path, resp.Status)
			}
		}
		if !strings.Contains(page, "<code>:oar:</code>") && look.path == "/" {
			t.Error("a picture stands in code")
		}
	}
	there := hometest.Call[pictured](ben, http.MethodGet, "/api/v1/accounts/"+them.ID, nil)
	if len(there.Emojis) != 2 || !strings.HasPrefix(there.Emojis[0].URL, ben.Home.Origin+"/proxy/likeness/") {
		t.Fatalf("as an app of another home is told: %+v", there)
	}
	for what, at := range map[string]string{
		"one under another's word": strings.Replace(there.Emojis[0].URL, "/oar/", "/bell/", 1),
		"one of nobody's":          strings.Replace(there.Emojis[0].URL, them.ID, "7", 1),
		"one signed by a guess":    there.Emojis[0].URL + "x",
	} {
		if resp, err := ben.Browser.Get(at); err != nil {
			t.Error(err)
		} else if resp.Body.Close(); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", what, resp.Status)
		}
	}
}
