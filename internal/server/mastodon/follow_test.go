package mastodon

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/protocol/mastodon"
)

func TestBlocksAreToldByPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		var blocked []string // newest first
		for _, name := range []string{"tomas", "berit", "cyril"} {
			who := h.person(t, name).ID.String()
			h.ok(t, ada.token, "POST", "/api/v1/accounts/"+who+"/block", "")
			blocked = append([]string{who}, blocked...)
		}
		h.ok(t, h.person(t, "dora").token, "POST", "/api/v1/accounts/"+ada.ID.String()+"/block", "")
		pages, _ := h.walk(t, ada.token, "/api/v1/blocks?limit=2")
		if diff := cmp.Diff([][]string{blocked[:2], blocked[2:]}, pages); diff != "" {
			t.Error(diff)
		}
		h.ok(t, ada.token, "POST", "/api/v1/accounts/"+blocked[1]+"/unblock", "")
		if diff := cmp.Diff([]string{blocked[0], blocked[2]}, ids(t, h.ok(t, ada.token, "GET", "/api/v1/blocks", ""))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFollowBlockAndRequests(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas, ilse := h.person(t, "ada"), h.person(t, "tomas"), h.met(t, "ilse")
		do := func(who *human, path, body string) mastodon.Relationship {
			return into[mastodon.Relationship](t, h.ok(t, who.token, "POST", "/api/v1/"+path, body))
		}
		a, b := "accounts/"+ada.ID.String(), "accounts/"+tomas.ID.String()
		if r := do(tomas, a+"/follow", `{}`); !r.Following || !r.ShowingReblogs || r.Notifying {
			t.Errorf("%+v", r)
		}
		if r := do(tomas, a+"/follow", `{"reblogs":false,"notify":true}`); r.ShowingReblogs || !r.Notifying {
			t.Errorf("%+v", r)
		}
		if r := do(tomas, a+"/follow", ""); r.ShowingReblogs || !r.Notifying {
			t.Errorf("following again forgets: %+v", r)
		}
		if got := ids(t, h.ok(t, ada.token, "GET", "/api/v1/"+a+"/followers", "")); cmp.Diff([]string{tomas.ID.String()}, got) != "" {
			t.Errorf("followers: %v", got)
		}
		if got := ids(t, h.ok(t, tomas.token, "GET", "/api/v1/"+a+"/followers", "")); len(got) != 0 {
			t.Errorf("another sees followers: %v", got)
		}
		if got := ids(t, h.ok(t, tomas.token, "GET", "/api/v1/"+b+"/following", "")); cmp.Diff([]string{ada.ID.String()}, got) != "" {
			t.Errorf("following: %v", got)
		}
		do(ada, b+"/remove_from_followers", "")
		if r := do(ada, b+"/remove_from_followers", ""); r.FollowedBy {
			t.Errorf("%+v", r)
		}
		h.ok(t, ada.token, "PATCH", "/api/v1/accounts/update_credentials", `{"locked":true}`)
		if r := do(tomas, a+"/follow", ""); !r.Requested || r.Following {
			t.Errorf("%+v", r)
		}
		if got := ids(t, h.ok(t, ada.token, "GET", "/api/v1/follow_requests", "")); cmp.Diff([]string{tomas.ID.String()}, got) != "" {
			t.Errorf("requests: %v", got)
		}
		if c := into[mastodon.CredentialAccount](t, h.ok(t, ada.token, "GET", "/api/v1/accounts/verify_credentials", "")); c.Source.FollowRequestsCount != 1 || !c.Locked {
			t.Errorf("%+v", c.Source)
		}
		if r := do(ada, "follow_requests/"+tomas.ID.String()+"/authorize", ""); !r.FollowedBy {
			t.Errorf("%+v", r)
		}
		if r := do(ada, b+"/block", ""); !r.Blocking || r.FollowedBy {
			t.Errorf("%+v", r)
		}
		h.expect(t, http.StatusForbidden, tomas.token, "POST", "/api/v1/"+a+"/follow", "")
		if r := do(ada, b+"/unblock", ""); r.Blocking {
			t.Errorf("%+v", r)
		}
		do(tomas, a+"/follow", "")
		do(ada, "follow_requests/"+tomas.ID.String()+"/reject", "")
		do(tomas, a+"/unfollow", "")
		if r := do(tomas, "accounts/"+ilse.ID.String()+"/follow", ""); !r.Requested {
			t.Errorf("%+v", r)
		}
		path := "/api/v1/accounts/relationships?id[]=" + ilse.ID.String() + "&id[]=7&id[]=" + ada.ID.String()
		if got := ids(t, h.ok(t, tomas.token, "GET", path, "")); cmp.Diff([]string{ilse.ID.String(), ada.ID.String()}, got) != "" {
			t.Errorf("relationships: %v", got)
		}
		if got := ids(t, h.ok(t, tomas.token, "GET", "/api/v1/accounts/relationships?id="+ada.ID.String(), "")); len(got) != 1 {
			t.Errorf("one relationship: %v", got)
		}
	})
}
