package mastodon

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"testing"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/protocol/mastodon"
)

// pictureForm is a multipart request with a small picture in a field, and other fields.
func pictureForm(t testing.TB, method, path, field string, fields map[string]string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := form.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	f := need(form.CreateFormFile(field, "hive.png"))(t)
	if err := png.Encode(f, image.NewGray(image.Rect(0, 0, 800, 600))); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, path, &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return r
}

func TestPictureIsTakenInDescribedAndPosted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		for _, path := range []string{"/api/v1/media", "/api/v2/media"} {
			r := h.do(t, ada.token, pictureForm(t, "POST", path, "file", map[string]string{"description": "A hive", "focus": "-0.5, 1"}))
			m := into[mastodon.MediaAttachment](t, r)
			if r.status != http.StatusOK || m.Type != "image" || *m.Description != "A hive" || m.Meta.Original.Size != "800x600" || m.Meta.Small.Size != "640x480" ||
				*m.Meta.Focus != (mastodon.Focus{X: -0.5, Y: 1}) || m.URL == nil || *m.URL == *m.PreviewURL || m.Blurhash == nil {
				t.Fatalf("%d %s", r.status, r.body)
			}
			m = into[mastodon.MediaAttachment](t, h.ok(t, ada.token, "PUT", "/api/v1/media/"+m.ID, "description=Two+hives"))
			if *m.Description != "Two hives" || m.Meta.Focus == nil {
				t.Errorf("%+v", m)
			}
			h.expect(t, http.StatusUnprocessableEntity, ada.token, "PUT", "/api/v1/media/"+m.ID, "focus=2,0")
			h.ok(t, ada.token, "GET", "/api/v1/media/"+m.ID, "")
			s := into[mastodon.Status](t, h.ok(t, ada.token, "POST", "/api/v1/statuses", `{"media_ids":["`+m.ID+`"]}`))
			if len(s.MediaAttachments) != 1 || *s.MediaAttachments[0].Description != "Two hives" {
				t.Errorf("%+v", s)
			}
			h.expect(t, http.StatusNotFound, ada.token, "PUT", "/api/v1/media/"+m.ID, "description=Three")
			if _, err := h.Media.Describe(t.Context(), ada.ID, need(id.Parse(m.ID))(t), new("Three"), nil); !fault.Is(err, fault.Conflict) {
				t.Errorf("what is posted is described anew: %v", err)
			}
			if again := into[mastodon.Status](t, h.ok(t, "", "GET", "/api/v1/statuses/"+s.ID, "")); *again.MediaAttachments[0].Description != "Two hives" {
				t.Errorf("%+v", again.MediaAttachments[0])
			}
			if got := ids(t, h.ok(t, "", "GET", "/api/v1/accounts/"+ada.ID.String()+"/statuses?only_media=true", "")); got[0] != s.ID {
				t.Errorf("%v", got)
			}
		}
		r := pictureForm(t, "POST", "/api/v2/media", "file", map[string]string{"focus": "NaN,0"})
		if got := h.do(t, ada.token, r); got.status != http.StatusUnprocessableEntity {
			t.Errorf("focus NaN: %d", got.status)
		}
	})
}
