package hometest_test

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"allod/internal/hometest"
	"allod/internal/page"
	"allod/internal/server"
)

// domainOf is a second name of the home's address, which somebody can bring as their own.
func domainOf(h *hometest.Home) string {
	_, port, _ := strings.Cut(strings.TrimPrefix(h.Origin, "http://"), ":")
	return "localhost:" + port
}

// send posts a form in the person's browser and returns where it led.
func send(p *hometest.Person, path string, form url.Values) string {
	t := p.Home.T()
	t.Helper()
	resp, err := p.Browser.PostForm(p.Home.Origin+path, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %.1000s", path, resp.Status, body)
	}
	return string(body)
}

// look is what a stranger gets at an address, without following anything.
func look(t testing.TB, address string) (*http.Response, string) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// bring makes a domain a person's own, through the pages.
func bring(p *hometest.Person, domain string) {
	t := p.Home.T()
	t.Helper()
	send(p, "/site/domain", url.Values{"domain": {domain}})
	if told := send(p, "/site/domain/check", nil); !strings.Contains(told, "The domain is yours here") {
		t.Fatalf("%s is not ida's: %s", domain, told)
	}
}

// TestOwnDomainIsOnesHomeOnTheWeb brings a domain before anything was
// delivered: the site is at its root, and people elsewhere know one by it.
func TestOwnDomainIsOnesHomeOnTheWeb(t *testing.T) {
	h := hometest.Start(t, "")
	ida, nora := h.Settle("ida"), h.Settle("nora")
	ben := hometest.Start(t, "").Settle("ben")
	domain := domainOf(h)
	if resp, _ := look(t, "http://"+domain+"/"); resp.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("before anybody claims it the domain answers %s", resp.Status)
	}
	send(ida, "/site/domain", url.Values{"domain": {domain}})
	if resp, _ := look(t, "http://"+domain+"/@ida"); resp.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("a domain that is only claimed answers %s", resp.Status)
	}
	bring(ida, domain)
	send(ida, "/site/new?kind=text", url.Values{"title": {"About"}, "text": {"zqabout"}, "listed": {"true"}, "do": {"publish"}})

	me := "@ida@" + domain
	them := find(ben, me)
	hometest.Call[relation](ben, http.MethodPost, "/api/v1/accounts/"+them.ID+"/follow", map[string]any{})
	hometest.Await(t, "the follow is granted", func() bool {
		return hometest.Call[[]relation](ben, http.MethodGet, "/api/v1/accounts/relationships?id[]="+them.ID, nil)[0].Following
	})
	if them.Acct != "ida@"+domain || !strings.HasPrefix(them.URL, "http://"+domain+"/") {
		t.Errorf("ben knows ida as %+v", them)
	}
	said := write(ida, map[string]any{"status": "From my own domain to " + handle(ben)})
	if !strings.HasPrefix(said.URI, "http://"+domain+"/.well-known/apgateway/") {
		t.Errorf("the id is %s", said.URI)
	}
	seen := arrives(ben, said.URI)
	if seen.URL != "http://"+domain+"/@ida/"+said.ID {
		t.Errorf("its page is %s", seen.URL)
	}
	answer := write(ben, map[string]any{"status": me + " hello back", "in_reply_to_id": seen.ID})
	told := func(uri string) {
		t.Helper()
		hometest.Await(t, "ida is told of "+uri, func() bool {
			news := hometest.Call[[]notice](ida, http.MethodGet, "/api/v1/notifications", nil)
			return slices.ContainsFunc(news, func(n notice) bool { return n.Status != nil && n.Status.URI == uri })
		})
	}
	told(answer.URI)
	if same := find(ben, "@ida@"+strings.TrimPrefix(h.Origin, "http://")); same.ID != them.ID {
		t.Errorf("by the home's name ben finds %+v", same)
	}
	told(write(nora, map[string]any{"status": "Tea, " + me + "?", "visibility": "direct"}).URI)
	siteAt(t, domain, h.Origin, said.ID)
}

// siteAt looks at ida's site at her domain.
func siteAt(t *testing.T, domain, origin, post string) {
	t.Helper()
	at := "http://" + domain
	for path, want := range map[string][]string{
		"/":                {`rel="canonical" href="` + at + `/"`, `href="/about"`, `href="/` + post + `"`, `href="` + origin + `/login"`},
		"/about":           {`rel="canonical" href="` + at + `/about"`, "zqabout", `href="/"`},
		"/" + post:         {`rel="canonical" href="` + at + "/" + post + `"`, "From my own domain"},
		"/@ida/" + post:    {`rel="canonical" href="` + at + "/" + post + `"`},
		"/feed.atom":       {at + "/" + post},
		"/robots.txt":      {"Sitemap: " + at + "/sitemap.xml"},
		"/nothing-here":    nil,
		"/settings":        nil,
		"/@nora":           nil,
		"/api/v1/instance": nil,
		"/.well-known/webfinger?resource=acct:ida@" + domain: {`"subject":"acct:ida@` + domain + `"`, at + "/.well-known/apgateway/"},
	} {
		resp, body := look(t, at+path)
		for _, w := range want {
			if resp.StatusCode != http.StatusOK || !strings.Contains(body, w) {
				t.Errorf("%s: %s lacks %q\n%.3000s", path, resp.Status, w, body)
			}
		}
		if resp.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie", path)
		}
		switch path {
		case "/settings", "/@nora":
			if resp.Header.Get("Location") != origin+path {
				t.Errorf("%s: %s to %q", path, resp.Status, resp.Header.Get("Location"))
			}
		case "/nothing-here", "/api/v1/instance":
			if resp.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %s", path, resp.Status)
			}
		}
	}
	if resp, body := look(t, origin+"/@ida"); resp.StatusCode != http.StatusOK || !strings.Contains(body, `rel="canonical" href="`+at+`/"`) {
		t.Errorf("at the home's origin: %s", resp.Status)
	}
}

// TestDomainBroughtLateLeavesIdsAsTheyAre brings one after things were
// delivered: the site moves there, and what others know one by stays.
func TestDomainBroughtLateLeavesIdsAsTheyAre(t *testing.T) {
	h := hometest.Start(t, "")
	ida, vex := h.Settle("ida"), h.Settle("vex")
	ben := hometest.Start(t, "").Settle("ben")
	them := follow(ben, ida)
	domain := domainOf(h)
	bring(ida, domain)
	if told := send(vex, "/site/domain/check", nil); strings.Contains(told, "is yours here") {
		t.Error("vex has a domain without claiming one")
	}
	resp, err := vex.Browser.PostForm(h.Origin+"/site/domain", url.Values{"domain": {domain}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("vex may claim ida's domain: %s", resp.Status)
	}
	said := write(ida, map[string]any{"status": "Still the same"})
	if !strings.HasPrefix(said.URI, h.Origin) {
		t.Errorf("the id is %s", said.URI)
	}
	arrives(ben, said.URI)
	if same := find(ben, "@ida@"+domain); same.ID != them.ID || same.Acct != "ida@"+strings.TrimPrefix(h.Origin, "http://") {
		t.Errorf("by the domain ben finds %+v", same)
	}
	if _, body := look(t, "http://"+domain+"/.well-known/webfinger?resource=acct:vex@"+domain); strings.Contains(body, "subject") {
		t.Error("vex answers at ida's domain")
	}
	if _, body := look(t, "http://"+domain+"/"); !strings.Contains(body, "Still the same") {
		t.Error("the site is not at the domain")
	}
	send(ida, "/site/domain/end", nil)
	if resp, _ := look(t, "http://"+domain+"/"); resp.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("a domain that was given up answers %s", resp.Status)
	}
}

// TestPagesAreNoStepsOfTheHouse would let a page stand where the house answers on an own domain.
func TestPagesAreNoStepsOfTheHouse(t *testing.T) {
	for _, step := range server.HouseSteps {
		if slug, err := page.CheckSlug(step); err == nil && slug == step {
			t.Errorf("a page may be at %q", step)
		}
	}
}
