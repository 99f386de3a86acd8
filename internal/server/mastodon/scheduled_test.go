package mastodon

import (
	"net/http"
	"testing"
	"time"

	"allod/protocol/mastodon"
)

func TestStatusIsScheduledMovedAndCancelled(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas := h.person(t, "ada"), h.person(t, "tomas")
		m := into[mastodon.MediaAttachment](t, h.do(t, ada.token, pictureForm(t, "POST", "/api/v2/media", "file", map[string]string{"description": "A hive"})))
		when := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
		s := into[mastodon.ScheduledStatus](t, h.ok(t, ada.token, "POST", "/api/v1/statuses",
			`{"status":"Later","visibility":"private","media_ids":["`+m.ID+`"],"poll":{"options":["a","b"],"expires_in":600},"scheduled_at":"`+when.Format(time.RFC3339)+`"}`))
		if !s.ScheduledAt.Equal(when) || s.Params.Text != "Later" || *s.Params.Visibility != "private" || len(s.MediaAttachments) != 1 || s.Params.Poll.ExpiresIn != 600 {
			t.Errorf("%+v", s)
		}
		at := "/api/v1/scheduled_statuses/" + s.ID
		if all := into[[]mastodon.ScheduledStatus](t, h.ok(t, ada.token, "GET", "/api/v1/scheduled_statuses", "")); len(all) != 1 || all[0].ID != s.ID {
			t.Errorf("%+v", all)
		}
		if all := into[[]mastodon.ScheduledStatus](t, h.ok(t, tomas.token, "GET", "/api/v1/scheduled_statuses", "")); len(all) != 0 {
			t.Errorf("another's: %+v", all)
		}
		h.expect(t, http.StatusNotFound, tomas.token, "GET", at, "")
		h.expect(t, http.StatusNotFound, tomas.token, "DELETE", at, "")
		for _, bad := range []string{"", "scheduled_at=soon", "scheduled_at=" + time.Now().Add(time.Minute).UTC().Format("2006-01-02T15:04:05Z")} {
			h.expect(t, http.StatusUnprocessableEntity, ada.token, "PUT", at, bad)
		}
		moved := into[mastodon.ScheduledStatus](t, h.ok(t, ada.token, "PUT", at, "scheduled_at="+when.Add(time.Hour).Format("2006-01-02T15:04:05Z")))
		if !moved.ScheduledAt.Equal(when.Add(time.Hour)) {
			t.Errorf("%+v", moved)
		}
		h.ok(t, ada.token, "DELETE", at, "")
		h.expect(t, http.StatusNotFound, ada.token, "GET", at, "")
		h.expect(t, http.StatusUnprocessableEntity, ada.token, "POST", "/api/v1/statuses", `{"status":"","scheduled_at":"`+when.Format(time.RFC3339)+`"}`)
	})
}
