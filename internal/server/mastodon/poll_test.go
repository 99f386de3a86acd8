package mastodon

import (
	"net/http"
	"slices"
	"testing"

	"allod/protocol/mastodon"
)

func TestPollIsAskedAnsweredAndTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas := h.person(t, "ada"), h.person(t, "tomas")
		s := into[mastodon.Status](t, h.ok(t, ada.token, "POST", "/api/v1/statuses",
			"status=Tea?&poll[options][]=yes&poll[options][]=no&poll[expires_in]=3600&poll[hide_totals]=true"))
		if s.Poll == nil || s.Poll.ID != s.ID || s.Poll.Expired || s.Poll.ExpiresAt.IsZero() || s.Poll.Multiple || len(s.Poll.Options) != 2 ||
			s.Poll.Options[0].VotesCount != nil || s.Poll.PollViewer == nil || !s.Poll.Voted {
			t.Fatalf("%+v", s.Poll)
		}
		at := "/api/v1/polls/" + s.ID
		if got := into[mastodon.Poll](t, h.ok(t, "", "GET", at, "")); got.PollViewer != nil || got.Options[1].Title != "no" {
			t.Errorf("a stranger sees %+v", got)
		}
		for _, body := range []string{"", `{"choices":[2]}`, `{"choices":[0,1]}`, `{"choices":["x"]}`} {
			h.expect(t, http.StatusUnprocessableEntity, tomas.token, "POST", at+"/votes", body)
		}
		h.expect(t, http.StatusUnprocessableEntity, ada.token, "POST", at+"/votes", "choices[]=0")
		h.expect(t, http.StatusUnauthorized, "", "POST", at+"/votes", "choices[]=0")
		got := into[mastodon.Poll](t, h.ok(t, tomas.token, "POST", at+"/votes", "choices[]=1"))
		if !got.Voted || !slices.Equal(got.OwnVotes, []int{1}) || got.VotesCount != 1 || got.VotersCount != nil {
			t.Errorf("%+v", got)
		}
		h.expect(t, http.StatusUnprocessableEntity, tomas.token, "POST", at+"/votes", "choices[]=0")
		plain := into[mastodon.Status](t, h.ok(t, ada.token, "POST", "/api/v1/statuses", "status=so"))
		h.expect(t, http.StatusNotFound, tomas.token, "GET", "/api/v1/polls/"+plain.ID, "")
		h.expect(t, http.StatusNotFound, tomas.token, "POST", "/api/v1/polls/"+plain.ID+"/votes", "choices[]=0")
		private := into[mastodon.Status](t, h.ok(t, ada.token, "POST", "/api/v1/statuses", `{"status":"Tea?","visibility":"private","poll":{"options":["yes","no"],"multiple":true}}`))
		if private.Poll == nil || !private.Poll.ExpiresAt.IsZero() || !private.Poll.Multiple || *private.Poll.VotersCount != 0 {
			t.Errorf("%+v", private.Poll)
		}
		h.expect(t, http.StatusNotFound, tomas.token, "GET", "/api/v1/polls/"+private.ID, "")
		h.expect(t, http.StatusNotFound, tomas.token, "POST", "/api/v1/polls/"+private.ID+"/votes", "choices[]=0")
	})
}
