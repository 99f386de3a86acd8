package mastodon

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/post"
	"allod/protocol/mastodon"
)

// follows has who follow others.
func (h *house) follows(t testing.TB, who *human, others ...*human) {
	t.Helper()
	for _, o := range others {
		h.ok(t, who.token, "POST", "/api/v1/accounts/"+o.ID.String()+"/follow", "")
	}
}

// told are the ids of a list that a person reads.
func (h *house) told(t testing.TB, who *human, path string) []string {
	t.Helper()
	return ids(t, h.ok(t, who.token, "GET", path, ""))
}

func TestListIsReadByItself(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas, berit := h.person(t, "ada"), h.person(t, "tomas"), h.person(t, "berit")
		l := into[mastodon.ReadingList](t, h.ok(t, ada.token, "POST", "/api/v1/lists", `{"title":"  Gardens ","replies_policy":"none"}`))
		if l.Title != "Gardens" || l.RepliesPolicy != "none" || l.Exclusive {
			t.Errorf("%+v", l)
		}
		at := "/api/v1/lists/" + l.ID
		add := `{"account_ids":["` + tomas.ID.String() + `"]}`
		h.expect(t, http.StatusNotFound, ada.token, "POST", at+"/accounts", add) // not followed
		h.follows(t, ada, tomas, berit)
		h.ok(t, ada.token, "POST", at+"/accounts", add)
		one, other := h.say(t, tomas, "roses"), h.say(t, berit, "bread")
		h.ok(t, tomas.token, "POST", "/api/v1/statuses", `{"status":"nice","in_reply_to_id":"`+other+`"}`)
		if got := h.told(t, ada, "/api/v1/timelines/list/"+l.ID); !slices.Equal(got, []string{one}) {
			t.Errorf("the list holds %v", got)
		}
		if got := h.told(t, ada, at+"/accounts"); !slices.Equal(got, []string{tomas.ID.String()}) {
			t.Errorf("on the list are %v", got)
		}
		if got := h.told(t, ada, "/api/v1/accounts/"+tomas.ID.String()+"/lists"); !slices.Equal(got, []string{l.ID}) {
			t.Errorf("he is on %v", got)
		}
		h.ok(t, ada.token, "PUT", at, `{"exclusive":true}`)
		if got := h.told(t, ada, "/api/v1/timelines/home"); !slices.Equal(got, []string{other}) {
			t.Errorf("home holds %v, and who is on the list is read apart", got)
		}
		for _, call := range [][2]string{{"GET", at}, {"PUT", at}, {"DELETE", at}, {"GET", at + "/accounts"}, {"GET", "/api/v1/timelines/list/" + l.ID}} {
			h.expect(t, http.StatusNotFound, berit.token, call[0], call[1], "")
		}
		h.expect(t, http.StatusUnprocessableEntity, ada.token, "POST", "/api/v1/lists", `{"title":"\u200b"}`)
		h.expect(t, http.StatusUnprocessableEntity, ada.token, "PUT", at, `{"replies_policy":"all"}`)
		h.ok(t, ada.token, "DELETE", at, "")
		if got := h.told(t, ada, "/api/v1/lists"); len(got) != 0 {
			t.Errorf("lists: %v", got)
		}
	})
}

func TestMuteHidesAndIsTakenBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas, berit := h.person(t, "ada"), h.person(t, "tomas"), h.person(t, "berit")
		h.follows(t, ada, tomas, berit)
		before := h.say(t, tomas, "@ada before")
		at := "/api/v1/accounts/" + tomas.ID.String()
		r := into[mastodon.Relationship](t, h.ok(t, ada.token, "POST", at+"/mute", `{"duration":3600}`))
		if !r.Muting || !r.MutingNotifications || r.MutingExpiresAt.IsZero() || !r.Following {
			t.Errorf("%+v", r)
		}
		while := h.say(t, tomas, "@ada meanwhile")
		hers := h.say(t, berit, "a word")
		h.ok(t, berit.token, "POST", "/api/v1/statuses/"+while+"/reblog", "")
		if got := h.told(t, ada, "/api/v1/timelines/home"); !slices.Equal(got, []string{hers}) {
			t.Errorf("home holds %v", got)
		}
		if got := h.told(t, ada, "/api/v1/timelines/public"); !slices.Equal(got, []string{hers}) {
			t.Errorf("the public stream holds %v", got)
		}
		if got := h.told(t, ada, at+"/statuses"); len(got) != 2 {
			t.Errorf("on his own page she sees %v", got)
		}
		hidden := need(h.Streams.Hidden(t.Context(), ada.ID, page0))(t)
		if len(hidden) != 2 || hidden[1].Post.ID.String() != while || hidden[1].Why != moderation.ByMute || hidden[0].By.ID != berit.ID {
			t.Errorf("hidden: %+v", hidden)
		}
		if unsaid := need(h.News.Unsaid(t.Context(), ada.ID, page0))(t); len(unsaid) != 1 || unsaid[0].Hidden != moderation.ByMute {
			t.Errorf("not told: %+v", unsaid)
		}
		muted := into[[]mastodon.MutedAccount](t, h.ok(t, ada.token, "GET", "/api/v1/mutes", ""))
		if len(muted) != 1 || muted[0].ID != tomas.ID.String() || muted[0].MuteExpiresAt.IsZero() {
			t.Errorf("%+v", muted)
		}
		if r := into[mastodon.Relationship](t, h.ok(t, ada.token, "POST", at+"/unmute", "")); r.Muting {
			t.Errorf("%+v", r)
		}
		if got := h.told(t, ada, "/api/v1/timelines/home"); !slices.Equal(got, []string{hers, before}) {
			t.Errorf("after the mute home holds %v", got)
		}
		if got := h.told(t, ada, "/api/v1/notifications"); len(got) != 2 {
			t.Errorf("after the mute she is told %v", got)
		}
		h.expect(t, http.StatusUnprocessableEntity, ada.token, "POST", "/api/v1/accounts/"+ada.ID.String()+"/mute", "")
		h.expect(t, http.StatusUnprocessableEntity, ada.token, "POST", at+"/mute", `{"duration":-1}`)
		h.expect(t, http.StatusUnprocessableEntity, ada.token, "POST", at+"/mute", `{"duration":9000000000000000}`)
	})
}

func TestUnwantedBoostsCanBeFound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas, berit := h.person(t, "ada"), h.person(t, "tomas"), h.person(t, "berit")
		h.ok(t, ada.token, "POST", "/api/v1/accounts/"+tomas.ID.String()+"/follow", `{"reblogs":false}`)
		p := h.say(t, berit, "a word")
		h.ok(t, tomas.token, "POST", "/api/v1/statuses/"+p+"/reblog", "")
		if got := h.told(t, ada, "/api/v1/timelines/home"); len(got) != 0 {
			t.Errorf("home holds %v", got)
		}
		if hidden := need(h.Streams.Hidden(t.Context(), ada.ID, page0))(t); len(hidden) != 1 || hidden[0].Why != moderation.ByQuiet {
			t.Errorf("hidden: %+v", hidden)
		}
		h.ok(t, ada.token, "POST", "/api/v1/accounts/"+berit.ID.String()+"/follow", "")
		if got := h.told(t, ada, "/api/v1/timelines/home"); !slices.Equal(got, []string{p}) {
			t.Errorf("followed now, home holds %v", got)
		}
	})
}

func TestConversationIsKeptQuiet(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas := h.person(t, "ada"), h.person(t, "tomas")
		p := h.say(t, ada, "a question")
		if s := into[mastodon.Status](t, h.ok(t, ada.token, "POST", "/api/v1/statuses/"+p+"/mute", "")); !s.Muted {
			t.Errorf("%+v", s.StatusViewer)
		}
		answer := func() {
			h.ok(t, tomas.token, "POST", "/api/v1/statuses", `{"status":"@ada an answer","in_reply_to_id":"`+p+`"}`)
		}
		answer()
		if got := h.told(t, ada, "/api/v1/notifications"); len(got) != 0 {
			t.Errorf("she is told %v", got)
		}
		if unsaid := need(h.News.Unsaid(t.Context(), ada.ID, page0))(t); len(unsaid) != 1 || unsaid[0].Hidden != moderation.ByThread {
			t.Errorf("not told: %+v", unsaid)
		}
		if s := into[mastodon.Status](t, h.ok(t, ada.token, "POST", "/api/v1/statuses/"+p+"/unmute", "")); s.Muted {
			t.Errorf("%+v", s.StatusViewer)
		}
		answer()
		if got := h.told(t, ada, "/api/v1/notifications"); len(got) != 1 {
			t.Errorf("told again: %v", got)
		}
	})
}

func TestServersAreBlockedWithWhatLiesBelow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, ilse := h.person(t, "ada"), h.met(t, "ilse")
		h.ok(t, ada.token, "POST", "/api/v1/domain_blocks", `{"domain":"Meadow.Example"}`)
		var hosts []string
		if hosts = into[[]string](t, h.ok(t, ada.token, "GET", "/api/v1/domain_blocks", "")); !slices.Equal(hosts, []string{"meadow.example"}) {
			t.Errorf("%v", hosts)
		}
		r := into[[]mastodon.Relationship](t, h.ok(t, ada.token, "GET", "/api/v1/accounts/relationships?id="+ilse.ID.String(), ""))
		if len(r) != 1 || !r[0].DomainBlocking {
			t.Errorf("%+v", r)
		}
		h.expect(t, http.StatusUnprocessableEntity, ada.token, "POST", "/api/v1/domain_blocks", `{"domain":"not a host"}`)
		h.ok(t, ada.token, "DELETE", "/api/v1/domain_blocks", `{"domain":"meadow.example"}`)
		if hosts = into[[]string](t, h.ok(t, ada.token, "GET", "/api/v1/domain_blocks", "")); len(hosts) != 0 {
			t.Errorf("%v", hosts)
		}
	})
}

func TestFiltersAreToldWithWhatTheyMeet(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas := h.person(t, "ada"), h.person(t, "tomas")
		h.follows(t, ada, tomas)
		f := into[mastodon.WholeFilter](t, h.ok(t, ada.token, "POST", "/api/v2/filters",
			`{"title":"Sports","context":["home","thread"],"filter_action":"hide","expires_in":3600,"keywords_attributes":[{"keyword":"football","whole_word":true}]}`))
		if f.Title != "Sports" || f.FilterAction != "hide" || len(f.Keywords) != 1 || !f.Keywords[0].WholeWord || time.Until(f.ExpiresAt.Time) > time.Hour {
			t.Errorf("%+v", f)
		}
		p, q := h.say(t, tomas, "FOOTBALL again"), h.say(t, tomas, "chess")
		home := into[[]mastodon.Status](t, h.ok(t, ada.token, "GET", "/api/v1/timelines/home", ""))
		if len(home) != 2 || len(home[0].Filtered) != 0 || len(home[1].Filtered) != 1 || home[1].Filtered[0].Filter.ID != f.ID || !slices.Equal(home[1].Filtered[0].KeywordMatches, []string{"football"}) {
			t.Errorf("%+v", home)
		}
		at := "/api/v2/filters/" + f.ID
		k := into[mastodon.FilterKeyword](t, h.ok(t, ada.token, "POST", at+"/keywords", `{"keyword":"soccer"}`))
		k = into[mastodon.FilterKeyword](t, h.ok(t, ada.token, "PUT", "/api/v2/filters/keywords/"+k.ID, `{"keyword":"rugby","whole_word":true}`))
		if k.Keyword != "rugby" || !k.WholeWord {
			t.Errorf("%+v", k)
		}
		if got := h.told(t, ada, at+"/keywords"); len(got) != 2 {
			t.Errorf("words: %v", got)
		}
		if v1 := into[[]mastodon.FilterV1](t, h.ok(t, ada.token, "GET", "/api/v1/filters", "")); len(v1) != 2 || v1[0].Phrase != "football" || !v1[0].Irreversible {
			t.Errorf("%+v", v1)
		}
		s := into[mastodon.FilterStatus](t, h.ok(t, ada.token, "POST", at+"/statuses", `{"status_id":"`+q+`"}`))
		one := into[mastodon.Status](t, h.ok(t, ada.token, "GET", "/api/v1/statuses/"+q, ""))
		if len(one.Filtered) != 1 || !slices.Equal(one.Filtered[0].StatusMatches, []string{q}) {
			t.Errorf("%+v", one.Filtered)
		}
		for _, call := range [][2]string{
			{"GET", at}, {"DELETE", at}, {"GET", at + "/keywords"}, {"GET", "/api/v2/filters/keywords/" + k.ID}, {"DELETE", "/api/v2/filters/statuses/" + s.ID},
			{"GET", "/api/v1/filters/" + k.ID},
		} {
			h.expect(t, http.StatusNotFound, tomas.token, call[0], call[1], "")
		}
		h.ok(t, ada.token, "DELETE", "/api/v2/filters/statuses/"+s.ID, "")
		h.ok(t, ada.token, "DELETE", "/api/v2/filters/keywords/"+k.ID, "")
		if got := into[mastodon.WholeFilter](t, h.ok(t, ada.token, "GET", at, "")); len(got.Keywords) != 1 || len(got.Statuses) != 0 {
			t.Errorf("%+v", got)
		}
		if theirs := into[mastodon.Status](t, h.ok(t, tomas.token, "GET", "/api/v1/statuses/"+p, "")); len(theirs.Filtered) != 0 {
			t.Errorf("another's filter is told: %+v", theirs.Filtered)
		}
		for _, body := range []string{
			`{"context":["home"]}`, `{"title":"x"}`, `{"title":"x","context":["kitchen"]}`, `{"title":"x","context":["home"],"filter_action":"burn"}`,
			`{"title":"x","context":["home"],"expires_in":-1}`, `{"title":"x","context":["home"],"keywords_attributes":[{"keyword":"\u200b"}]}`,
		} {
			h.expect(t, http.StatusUnprocessableEntity, ada.token, "POST", "/api/v2/filters", body)
		}
		v1 := into[mastodon.FilterV1](t, h.ok(t, ada.token, "POST", "/api/v1/filters", `{"phrase":"chess","context":["home"]}`))
		if v1.Phrase != "chess" || v1.Irreversible {
			t.Errorf("%+v", v1)
		}
		h.ok(t, ada.token, "DELETE", "/api/v1/filters/"+v1.ID, "")
		if got := h.told(t, ada, "/api/v2/filters"); len(got) != 1 {
			t.Errorf("filters: %v", got)
		}
	})
}

func TestCircleIsToldToItsPeopleAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, tomas, berit, cyril := h.person(t, "ada"), h.person(t, "tomas"), h.person(t, "berit"), h.person(t, "cyril")
		h.follows(t, tomas, ada)
		h.follows(t, cyril, ada)
		c := need(h.Ties.MakeCircle(t.Context(), ada.ID, "Family"))(t)
		for _, who := range []*human{tomas, berit} {
			if err := h.Ties.AddToCircle(t.Context(), ada.ID, c.ID, who.ID); err != nil {
				t.Fatal(err)
			}
		}
		p := need(h.Posts.Publish(t.Context(), ada.Account, post.Draft{Text: "come on Sunday", Visibility: post.Circle, Circles: []id.ID{c.ID}}))(t)
		at := "/api/v1/statuses/" + p.ID.String()
		for who, level := range map[*human]string{ada: "direct", tomas: "private", berit: "private"} {
			s := into[mastodon.Status](t, h.ok(t, who.token, "GET", at, ""))
			if s.Visibility != level || len(s.Mentions) != 0 {
				t.Errorf("%s is told %s, %v", who.Name, s.Visibility, s.Mentions)
			}
		}
		h.expect(t, http.StatusNotFound, cyril.token, "GET", at, "")
		if got := h.told(t, tomas, "/api/v1/timelines/home"); !slices.Equal(got, []string{p.ID.String()}) {
			t.Errorf("who follows finds %v at home", got)
		}
		// Berit's app answers as privately as what it was told; the answer stays in the circle.
		answer := into[mastodon.Status](t, h.ok(t, berit.token, "POST", "/api/v1/statuses", `{"status":"with bread","visibility":"private","in_reply_to_id":"`+p.ID.String()+`"}`))
		h.follows(t, cyril, berit)
		h.ok(t, tomas.token, "GET", "/api/v1/statuses/"+answer.ID, "")
		h.expect(t, http.StatusNotFound, cyril.token, "GET", "/api/v1/statuses/"+answer.ID, "")
		// Ada's app was told that hers is direct, and answers nobody in particular.
		own := into[mastodon.Status](t, h.ok(t, ada.token, "POST", "/api/v1/statuses", `{"status":"and wine","visibility":"direct","in_reply_to_id":"`+p.ID.String()+`"}`))
		h.ok(t, berit.token, "GET", "/api/v1/statuses/"+own.ID, "")
		h.expect(t, http.StatusForbidden, tomas.token, "POST", at+"/reblog", "")
		// Who leaves reads what was written before, and nothing after.
		if err := h.Ties.RemoveFromCircle(t.Context(), ada.ID, c.ID, berit.ID); err != nil {
			t.Fatal(err)
		}
		next := need(h.Posts.Publish(t.Context(), ada.Account, post.Draft{Text: "cancelled", Visibility: post.Circle, Circles: []id.ID{c.ID}}))(t)
		h.ok(t, berit.token, "GET", at, "")
		h.expect(t, http.StatusNotFound, berit.token, "GET", "/api/v1/statuses/"+next.ID.String(), "")
	})
}

// page0 is the first page of a list.
var page0 = id.Page{}
