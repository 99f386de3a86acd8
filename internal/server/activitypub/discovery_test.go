package activitypub_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/protocol/nodeinfo"
	"allod/protocol/webfinger"
)

func TestWebFingerLeadsToThoseWhoLiveHere(t *testing.T) {
	h := newHome(t)
	h.stranger("bob")
	ana, house := h.names.Actor(h.ana), origin+"/actor"
	for resource, want := range map[string]string{
		"acct:ana@home.example": ana, "acct:ANA@HOME.EXAMPLE": ana, "@ana@home.example": ana, "acct:ana@home.example:443": ana,
		origin + "/@ana": ana, ana: ana, "acct:home@home.example": house, "acct:home.example@home.example": house, house: house,
		"acct:bob@home.example": "", "acct:ana@far.example": "", "acct:bob@far.example": "", "https://far.example/users/bob": "",
		"https://far.example/@ana": "", origin + "/@nobody": "", origin + "/settings": "", origin + "/@ana/1": "",
		origin + "/.well-known/apgateway/did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK/actor": "",
	} {
		res := h.get(webfinger.Path + "?resource=" + url.QueryEscape(resource))
		if want == "" {
			wantStatus(t, res, http.StatusNotFound)
			continue
		}
		wantStatus(t, res, http.StatusOK)
		body, err := io.ReadAll(res.Body)
		must(t, err)
		doc, err := webfinger.Parse(body)
		must(t, err)
		if doc.ActorID() != want {
			t.Errorf("%s leads to %q, want %q", resource, doc.ActorID(), want)
		}
		if kind := res.Header.Get("Content-Type"); kind != webfinger.ContentType {
			t.Errorf("Content-Type is %q", kind)
		}
	}
	for _, query := range []string{"", "?resource=", "?resource=mailto:ana@home.example", "?resource=acct:ana@home.example&resource=acct:eve@home.example",
		"?resource=acct:" + strings.Repeat("a", 5000) + "@home.example"} {
		wantStatus(t, h.get(webfinger.Path+query), http.StatusBadRequest)
	}
}

func TestNodeInfoTellsWhatTheHomeIs(t *testing.T) {
	h := newHome(t)
	body, err := io.ReadAll(h.get(nodeinfo.DiscoveryPath).Body)
	must(t, err)
	found, err := nodeinfo.ParseDiscovery(body)
	must(t, err)
	if found.Best() != origin+"/nodeinfo/2.1" {
		t.Errorf("the best is %q", found.Best())
	}
	for _, version := range []string{"2.0", "2.1"} {
		res := h.get("/nodeinfo/" + version)
		body, err := io.ReadAll(res.Body)
		must(t, err)
		doc, err := nodeinfo.Parse(body)
		must(t, err)
		if doc.Software.Name != "allod" || doc.Usage.Users.Total == nil || *doc.Usage.Users.Total != 1 || string(doc.Version) != version {
			t.Errorf("%s: %s", version, body)
		}
	}
}

func TestHostMetaLeadsToWebFinger(t *testing.T) {
	h := newHome(t)
	res := h.get("/.well-known/host-meta")
	body, err := io.ReadAll(res.Body)
	must(t, err)
	if !strings.Contains(string(body), `template="`+origin+webfinger.Path+`?resource={uri}"`) {
		t.Errorf("%s", body)
	}
}
