package mastodon

import (
	"net/http"
	"strings"
	"testing"

	"allod/internal/fault"
	"allod/internal/media"
	"allod/protocol/mastodon"
)

func TestStatusIsPostedReadAnsweredAndDeleted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas := h.person(t, "ada"), h.person(t, "tomas")
		s := into[mastodon.Status](t, h.ok(t, ada.token, "POST", "/api/v1/statuses",
			`{"status":"Hello @tomas, #Bees!","visibility":"unlisted","spoiler_text":"Bees","language":"en","poll":null,"media_ids":[]}`))
		if s.Visibility != "unlisted" || !s.Sensitive || s.SpoilerText != "Bees" || *s.Language != "en" || s.Account.ID != ada.ID.String() ||
			len(s.Mentions) != 1 || s.Mentions[0].Acct != "tomas" || len(s.Tags) != 1 || s.Tags[0].Name != "bees" || s.StatusViewer == nil {
			t.Errorf("%+v", s)
		}
		answer := into[mastodon.Status](t, h.ok(t, tomas.token, "POST", "/api/v1/statuses", "status=Hi&in_reply_to_id="+s.ID))
		if *answer.InReplyToID != s.ID || *answer.InReplyToAccountID != ada.ID.String() {
			t.Errorf("%+v", answer)
		}
		c := into[mastodon.Context](t, h.ok(t, "", "GET", "/api/v1/statuses/"+s.ID+"/context", ""))
		if len(c.Ancestors) != 0 || len(c.Descendants) != 1 || c.Descendants[0].ID != answer.ID {
			t.Errorf("%+v", c)
		}
		if got := into[mastodon.Status](t, h.ok(t, "", "GET", "/api/v1/statuses/"+s.ID, "")); got.RepliesCount != 1 || got.StatusViewer != nil {
			t.Errorf("a stranger sees %+v", got)
		}
		source := into[struct {
			Text    string
			Spoiler string `json:"spoiler_text"`
		}](t, h.ok(t, ada.token, "GET", "/api/v1/statuses/"+s.ID+"/source", ""))
		if source.Text != "Hello @tomas, #Bees!" || source.Spoiler != "Bees" {
			t.Errorf("%+v", source)
		}
		gone := into[map[string]any](t, h.ok(t, ada.token, "DELETE", "/api/v1/statuses/"+s.ID, ""))
		if _, told := gone["content"]; told || gone["text"] != "Hello @tomas, #Bees!" || gone["id"] != s.ID {
			t.Errorf("%v", gone)
		}
		h.expect(t, http.StatusNotFound, ada.token, "GET", "/api/v1/statuses/"+s.ID, "")
		h.expect(t, http.StatusNotFound, ada.token, "DELETE", "/api/v1/statuses/"+s.ID, "")
	})
}

func TestDeletedStatusIsHandedBackAndItsPicturesWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		m := into[mastodon.MediaAttachment](t, h.do(t, ada.token, pictureForm(t, "POST", "/api/v2/media", "file", map[string]string{"description": "A hive"})))
		s := into[mastodon.Status](t, h.ok(t, ada.token, "POST", "/api/v1/statuses", `{"status":"*Look*","media_ids":["`+m.ID+`"]}`))
		gone := into[struct {
			Text             string
			MediaAttachments []mastodon.MediaAttachment `json:"media_attachments"`
		}](t, h.ok(t, ada.token, "DELETE", "/api/v1/statuses/"+s.ID, ""))
		if gone.Text != "*Look*" || len(gone.MediaAttachments) != 1 || *gone.MediaAttachments[0].Description != "A hive" {
			t.Errorf("%+v", gone)
		}
		key := (*m.URL)[strings.LastIndex(*m.URL, "/")+1:]
		if _, _, err := h.Media.(*media.Service).Open(t.Context(), key); !fault.Is(err, fault.NotFound) {
			t.Errorf("the picture is still there: %v", err)
		}
		h.expect(t, http.StatusUnprocessableEntity, ada.token, "POST", "/api/v1/statuses", `{"status":"Again","media_ids":["`+m.ID+`"]}`)
	})
}

func TestIdempotencyKeyPostsOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		for _, key := range []string{"one", "\xff\x01", strings.Repeat("k", 4000)} {
			post := func() string {
				return into[mastodon.Status](t, h.ok(t, ada.token, "POST", "/api/v1/statuses", "status=Once", "Idempotency-Key", key)).ID
			}
			if a, b := post(), post(); a != b {
				t.Errorf("%s and %s", a, b)
			}
		}
		if got := ids(t, h.ok(t, ada.token, "GET", "/api/v1/timelines/home", "")); len(got) != 3 {
			t.Errorf("%d posts", len(got))
		}
	})
}
