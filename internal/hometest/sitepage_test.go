package hometest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// TestSharedPageShowsItsPicture has a second home link to a page of ida's
// site, and look at what it says of itself.
func TestSharedPageShowsItsPicture(t *testing.T) {
	t.Parallel()
	ida, ben := hometest.Start(t, "").Settle("ida"), hometest.Start(t, "").Settle("ben")
	form := url.Values{
		"title": {"The boat & I"}, "text": {"Built in *1961*.\n\n![](1)"}, "held-1": {upload(ida, "A boat in reeds")}, "alt-1": {"A boat in reeds"},
		"language": {"en"}, "listed": {"true"}, "do": {"publish"},
	}
	resp, err := ida.Browser.PostForm(ida.Home.Origin+"/site/new?kind=text", form)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK || !strings.HasSuffix(resp.Request.URL.Path, "/@ida/the-boat-i") {
		t.Fatalf("%s at %s", resp.Status, resp.Request.URL)
	}
	shared := write(ben, map[string]any{"status": "Look: " + resp.Request.URL.String()})
	var c *card
	hometest.Await(t, "the card is there", func() bool {
		c = cardOf(ben, shared.ID)
		return c != nil && c.Title != ""
	})
	if c.Title != "The boat & I" || c.Alt != "A boat in reeds" || !strings.Contains(c.Description, "Built in 1961.") || c.Image == "" {
		t.Errorf("the card is %+v", c)
	}
}
