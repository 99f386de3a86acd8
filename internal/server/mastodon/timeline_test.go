package mastodon

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/media"
	"allod/internal/post"
	"allod/protocol/mastodon"
)

// arrive is a public post that came from elsewhere.
func (h *house) arrive(t testing.TB, from *account.Account, uri string, all ...media.Medium) string {
	t.Helper()
	var p *post.Post
	err := h.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = h.Posts.Receive(ctx, tx, post.Arrival{
			Author: from, Kind: "note", Visibility: post.Public, URI: uri, URL: uri, HTML: "<p>Far</p>", Published: h.Now(), Media: all,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p.ID.String()
}

func TestPublicTimeline(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas, ilse := h.person(t, "ada"), h.person(t, "tomas"), h.met(t, "ilse")
		say := func(who *human, body string) string {
			return into[mastodon.Status](t, h.ok(t, who.token, "POST", "/api/v1/statuses", body)).ID
		}
		first := say(ada, `{"status":"First"}`)
		own := say(ada, `{"status":"And more","in_reply_to_id":"`+first+`"}`)
		say(tomas, `{"status":"An answer","in_reply_to_id":"`+first+`"}`)
		for _, hidden := range []string{"unlisted", "private", "direct"} {
			say(ada, `{"status":"Not for all","visibility":"`+hidden+`"}`)
		}
		far := h.arrive(t, ilse, "https://meadow.example/1")
		m := into[mastodon.MediaAttachment](t, h.do(t, tomas.token, pictureForm(t, "POST", "/api/v2/media", "file", nil)))
		pictured := say(tomas, `{"status":"Seen","media_ids":["`+m.ID+`"]}`)
		h.ok(t, ada.token, "POST", "/api/v1/statuses/"+pictured+"/reblog", "")
		farPictured := h.arrive(t, ilse, "https://meadow.example/2", media.Medium{Kind: media.Image, Mime: "image/png", RemoteURL: "https://meadow.example/2.png"})

		here, there := []string{pictured, own, first}, []string{farPictured, far}
		all := []string{farPictured, pictured, far, own, first}
		blind := h.person(t, "blind")
		h.ok(t, blind.token, "POST", "/api/v1/accounts/"+ada.ID.String()+"/block", "")
		for _, c := range []struct {
			token, query string
			want         []string
		}{
			{ada.token, "", all},
			{ada.token, "?local=true", here},
			{ada.token, "?remote=true", there},
			{ada.token, "?local=true&remote=true", all},
			{ada.token, "?only_media=true", []string{farPictured, pictured}},
			{ada.token, "?only_media=true&local=1", []string{pictured}},
			{"", "", here},
			{"", "?local=true", here},
			{"", "?local=true&remote=true", here},
			{"", "?remote=true", []string{}},
			{blind.token, "?local=true", []string{pictured}},
		} {
			if diff := cmp.Diff(c.want, ids(t, h.ok(t, c.token, "GET", "/api/v1/timelines/public"+c.query, ""))); diff != "" {
				t.Errorf("%q: %s", c.query, diff)
			}
		}
		pages, _ := h.walk(t, ada.token, "/api/v1/timelines/public?local=true&limit=2")
		if diff := cmp.Diff([][]string{here[:2], here[2:]}, pages); diff != "" {
			t.Error(diff)
		}
		h.expect(t, 422, ada.token, "GET", "/api/v1/timelines/public?local=perhaps", "")
	})
}
