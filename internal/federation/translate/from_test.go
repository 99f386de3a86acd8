package translate

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/media"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

const rsaPEM = "-----BEGIN PUBLIC KEY-----\\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf\\n9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==\\n-----END PUBLIC KEY-----\\n"

// person is an actor document with changes: members that replace or, being null, remove.
func person(t *testing.T, changes string) *as.Actor {
	t.Helper()
	var doc map[string]json.RawMessage
	for _, text := range []string{`{"id":"https://a.example/users/bob","type":"Person","preferredUsername":"bob","inbox":"https://a.example/users/bob/inbox"}`, changes} {
		if text != "" {
			if err := json.Unmarshal([]byte(text), &doc); err != nil {
				t.Fatal(err)
			}
		}
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	a, err := as.DecodeActor(raw)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAccountOfAFullActor(t *testing.T) {
	got, listed, err := Account(person(t, `{
		"type": "Service", "name": " Bob\n the   builder ", "summary": "<p>Hi</p>", "url": "https://a.example/@bob", "webfinger": "acct:bob@example.com",
		"outbox": "https://a.example/o", "followers": "https://a.example/f", "following": "https://b.example/stolen", "endpoints": {"sharedInbox": "https://a.example/inbox"},
		"icon": {"type": "Image", "url": "https://cdn.example/a.png"}, "image": {"type": "Image", "url": "data:image/png;base64,AA"},
		"attachment": [{"type": "PropertyValue", "name": "Site", "value": "<a href='https://bob.example'>x</a>"}, {"type": "PropertyValue", "value": "nameless"}],
		"alsoKnownAs": ["https://old.example/bob", "javascript:1"], "movedTo": "https://new.example/bob",
		"manuallyApprovesFollowers": true, "discoverable": true, "indexable": true, "published": "2020-01-02T00:00:00Z",
		"publicKey": {"id": "https://a.example/users/bob#main-key", "owner": "https://a.example/users/bob", "publicKeyPem": "`+rsaPEM+`"},
		"assertionMethod": {"type": "Multikey", "id": "https://a.example/users/bob#ed", "controller": "https://a.example/users/bob", "publicKeyMultibase": "`+strings.TrimPrefix(did, "did:key:")+`"}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	want := &account.Account{
		Kind: account.KindService, Name: "bob", Host: "example.com", URI: "https://a.example/users/bob", Location: "https://a.example/users/bob",
		URL: "https://a.example/@bob", DisplayName: "Bob the builder", Bio: "<p>Hi</p>",
		Fields: []account.Field{{Name: "Site", Value: "<a href='https://bob.example'>x</a>"}},
		Inbox:  "https://a.example/users/bob/inbox", SharedInbox: "https://a.example/inbox", Outbox: "https://a.example/o", FollowersURI: "https://a.example/f",
		Avatar: "https://cdn.example/a.png", AlsoKnownAs: []string{"https://old.example/bob"}, MovedTo: "https://new.example/bob",
		Locked: true, Discoverable: true, Indexable: true, Bot: true, CreatedAt: time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(listed) != 2 || listed[0].Kind != account.RSA || listed[1].Kind != account.Ed25519 || listed[1].URI != "https://a.example/users/bob#ed" {
		t.Errorf("keys %+v", listed)
	}
}

func TestAccountOfOddActors(t *testing.T) {
	gateway := "https://g.example:8443/.well-known/apgateway/" + did
	for _, row := range []struct{ name, changes, want string }{ // want: handle, URI, location, page; "" where it is refused
		{"bare", ``, "bob@a.example https://a.example/users/bob https://a.example/users/bob "},
		{"portable at a gateway", `{"id":"` + gateway + `/actor","url":"https://g.example:8443/@bob"}`, "bob@g.example:8443 ap://" + did + "/actor " + gateway + "/actor https://g.example:8443/@bob"},
		{"portable without one", `{"id":"ap://` + did + `/actor","gateways":["javascript:1","https://g.example/path","https://g.example:8443/"]}`, "bob@g.example:8443 ap://" + did + "/actor " + gateway + "/actor "},
		{"portable and nowhere", `{"id":"ap://` + did + `/actor"}`, ""},
		{"a page elsewhere", `{"url":"https://b.example/@bob"}`, "bob@a.example https://a.example/users/bob https://a.example/users/bob "},
		{"a claim that is none", `{"webfinger":"bob"}`, "bob@a.example https://a.example/users/bob https://a.example/users/bob "},
		{"a name with a host in it", `{"preferredUsername":"bob@b.example"}`, ""},
		{"no name", `{"preferredUsername":null}`, ""},
		{"no inbox", `{"inbox":null}`, ""},
		{"an inbox of another scheme", `{"inbox":"file:///dev/null"}`, ""},
		{"a malformed portable id", `{"id":"https://g.example/.well-known/apgateway/did:key:z6Mkbad/actor"}`, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			a, _, err := Account(person(t, row.changes))
			if row.want == "" {
				if !fault.Is(err, fault.Invalid) {
					t.Errorf("%+v, %v", a, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, strings.Join([]string{a.Handle(), a.URI, a.Location, a.URL}, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOnlyOnesOwnKeysAreListed(t *testing.T) {
	bob := "https://a.example/users/bob"
	for _, row := range []struct {
		name, id, owner, pem string
		listed               bool
	}{
		{"own", bob + "#main-key", bob, rsaPEM, true},
		{"served apart", bob + "/main-key", bob, rsaPEM, true},
		{"with another owner", bob + "#main-key", "https://a.example/users/eve", rsaPEM, false},
		{"without an owner", bob + "#main-key", "", rsaPEM, false},
		{"of another's document", "https://a.example/users/eve#main-key", bob, rsaPEM, false},
		{"of another host", "https://b.example/key", bob, rsaPEM, false},
		{"no key", bob + "#main-key", bob, "hello", false},
		{"a private key", bob + "#main-key", bob, "-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----", false},
	} {
		_, listed, err := Account(person(t, `{"publicKey":{"id":"`+row.id+`","owner":"`+row.owner+`","publicKeyPem":"`+row.pem+`"}}`))
		if err != nil || (len(listed) == 1) != row.listed {
			t.Errorf("%s: %+v, %v", row.name, listed, err)
		}
	}
}

func TestVisibility(t *testing.T) {
	const followers, bob = "https://a.example/f", "https://a.example/bob"
	portable := "https://g.example/.well-known/apgateway/" + did + "/actor/followers"
	for _, row := range []struct {
		to        as.Addressing
		followers string
		want      post.Visibility
	}{
		{as.Addressing{To: []string{as.Public}, Cc: []string{followers}}, followers, post.Public},
		{as.Addressing{To: []string{followers}, Cc: []string{as.Public}}, followers, post.Unlisted},
		{as.Addressing{Bcc: []string{as.Public}}, followers, post.Unlisted},
		{as.Addressing{To: []string{followers}}, followers, post.Followers},
		{as.Addressing{To: []string{bob}, Cc: []string{followers}}, followers, post.Followers},
		{as.Addressing{To: []string{"ap://" + did + "/actor/followers"}}, portable, post.Followers},
		{as.Addressing{To: []string{"https://b.example/f"}}, followers, post.Direct},
		{as.Addressing{To: []string{bob}}, followers, post.Direct},
		{as.Addressing{To: []string{""}}, "", post.Direct},
		{as.Addressing{}, "", post.Direct},
	} {
		if got := Visibility(row.to, row.followers); got != row.want {
			t.Errorf("%+v for %q is %s, want %s", row.to, row.followers, got, row.want)
		}
	}
}

func author() *account.Account {
	return &account.Account{Name: "bob", Host: "a.example", URI: "https://a.example/users/bob", Location: "https://a.example/users/bob", FollowersURI: "https://a.example/f"}
}

func object(t *testing.T, text string) *as.Object {
	t.Helper()
	o, err := as.DecodeObject([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestArrivalOfANote(t *testing.T) {
	who := author()
	got, err := Arrival(object(t, `{
		"id": "https://a.example/1", "type": "Note", "attributedTo": "https://a.example/users/bob", "url": "https://a.example/@bob/1",
		"inReplyTo": "https://g.example/.well-known/apgateway/`+did+`/post/7", "to": "as:Public", "summary": "watch <out>", "sensitive": true,
		"content": "<p>Hi</p>", "contentMap": {"en-us": "<p>Hi</p>"}, "published": "2026-01-02T03:04:05Z", "updated": "2026-01-03T03:04:05Z",
		"tag": [
			{"type": "Mention", "href": "https://g.example/.well-known/apgateway/`+did+`/actor", "name": "@ana@g.example"},
			{"type": "Mention", "href": "https://b.example/users/cy", "name": "@cy"}, {"type": "Mention", "href": "https://b.example/users/cy", "name": "@cy"},
			{"type": "Mention", "href": "javascript:1", "name": "@eve@b.example"},
			{"type": "Hashtag", "name": "#Tea"}, {"type": "Hashtag", "name": "#tea"}, {"type": "Hashtag", "name": "two words"},
			{"type": "Emoji", "name": ":wave:", "icon": {"type": "Image", "url": "https://a.example/w.png"}}, {"type": "Emoji", "name": ":no:"}],
		"attachment": [
			{"type": "Document", "mediaType": "image/png", "url": "https://cdn.example/p.png", "name": "A cat", "blurhash": "x", "width": 3, "height": 4, "focalPoint": [0.5, -1]},
			{"type": "Audio", "url": "https://cdn.example/s"}, {"type": "Document", "mediaType": "application/pdf", "url": "https://cdn.example/d"},
			{"type": "Link", "href": "https://b.example/page"}, {"type": "Image", "url": "file:///etc/passwd"}]
	}`), who)
	if err != nil {
		t.Fatal(err)
	}
	want := post.Arrival{
		Author: who, Kind: "note", Visibility: post.Public, URI: "https://a.example/1", Location: "https://a.example/1", URL: "https://a.example/@bob/1",
		ReplyToURI: "ap://" + did + "/post/7", Warning: "watch <out>", Sensitive: true, Language: "en-US", HTML: "<p>Hi</p>",
		Tags: post.Tags{
			Mentions: []post.Mention{
				{Handle: "ana@g.example", URI: "ap://" + did + "/actor", URL: "https://g.example/.well-known/apgateway/" + did + "/actor"},
				{Handle: "cy@b.example", URI: "https://b.example/users/cy", URL: "https://b.example/users/cy"}},
			Hashtags: []string{"Tea"}, Emoji: []account.Emoji{{Shortcode: "wave", URL: "https://a.example/w.png"}},
		},
		Media: []media.Medium{
			{Kind: media.Image, Mime: "image/png", RemoteURL: "https://cdn.example/p.png", Alt: "A cat", Blurhash: "x", Width: 3, Height: 4, FocusX: 0.5, FocusY: -1},
			{Kind: media.Audio, RemoteURL: "https://cdn.example/s"}, {Kind: media.Unknown, Mime: "application/pdf", RemoteURL: "https://cdn.example/d"}},
		Published: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Edited: time.Date(2026, 1, 3, 3, 4, 5, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestArrivalOfOtherKinds(t *testing.T) {
	for _, row := range []struct{ name, object, title, warning, html string }{
		{"article", `"type":"Article","name":"On  tea","summary":"short","content":"<p>long</p>"`, "On tea", "", "<p>long</p>"},
		{"article that is only announced", `"type":"Article","name":"On tea","summary":"<p>short</p>"`, "On tea", "", "<p>short</p>"},
		{"sensitive article", `"type":"Article","name":"On tea","summary":"hot","sensitive":true,"content":"x"`, "On tea", "hot", "x"},
		{"video in Markdown", `"type":"Video","name":"Tea","mediaType":"text/markdown","content":"a <b>\n\nc\nd"`, "Tea", "", "<p>a &lt;b&gt;</p><p>c<br>d</p>"},
		{"question", `"type":"Question","content":"<p>Tea?</p>","oneOf":[{"name":"yes"},{"name":"<no>"}]`, "", "", "<p>Tea?</p>"},
		{"note with a name alone", `"type":"Note","name":"<yes>"`, "", "", "&lt;yes&gt;"},
		{"event", `"type":"Event","name":"Party","content":"come"`, "Party", "", "come"},
	} {
		a, err := Arrival(object(t, `{"id":"https://a.example/1","attributedTo":["https://a.example/channel","https://a.example/users/bob"],`+row.object+`}`), author())
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		if diff := cmp.Diff([]string{row.title, row.warning, row.html}, []string{a.Title, a.Warning, a.HTML}); diff != "" {
			t.Errorf("%s: %s", row.name, diff)
		}
		if a.Visibility != post.Direct {
			t.Errorf("%s, addressed to nobody, is %s", row.name, a.Visibility)
		}
	}
	a, err := Arrival(object(t, `{"id":"https://a.example/v","type":"Video","attributedTo":"https://a.example/users/bob","url":[
		{"type":"Link","mediaType":"text/html","href":"https://a.example/w/v"},
		{"type":"Link","mediaType":"application/x-mpegURL","href":"https://a.example/v.m3u8","tag":[{"type":"Link","mediaType":"video/mp4","href":"https://a.example/v.mp4","width":640,"height":360}]}]}`), author())
	want := []media.Medium{{Kind: media.Video, Mime: "video/mp4", RemoteURL: "https://a.example/v.mp4", Width: 640, Height: 360}}
	if diff := cmp.Diff(want, a.Media); diff != "" || err != nil || a.URL != "https://a.example/w/v" {
		t.Errorf("%v %q %s", err, a.URL, diff)
	}
}

func TestArrivalIsOfItsAuthor(t *testing.T) {
	for _, row := range []struct {
		incident, object string
		kind             fault.Kind
	}{
		{"CVE-2024-23832: of another host", `{"id":"https://b.example/1","type":"Note","attributedTo":"https://a.example/users/bob"}`, fault.Denied},
		{"GoToSocial 0.13.2: attributed to another", `{"id":"https://a.example/1","type":"Note","attributedTo":"https://a.example/users/eve"}`, fault.Denied},
		{"attributed to nobody", `{"id":"https://a.example/1","type":"Note"}`, fault.Denied},
		{"through a gateway at the author's host", `{"id":"https://a.example/.well-known/apgateway/` + did + `/1","type":"Note","attributedTo":"https://a.example/users/bob"}`, fault.Denied},
		{"without an id", `{"type":"Note","attributedTo":"https://a.example/users/bob"}`, fault.Invalid},
		{"of another scheme", `{"id":"ftp://a.example/1","type":"Note","attributedTo":"https://a.example/users/bob"}`, fault.Invalid},
		{"no post", `{"id":"https://a.example/1","type":"Tombstone","attributedTo":"https://a.example/users/bob"}`, fault.Invalid},
	} {
		if a, err := Arrival(object(t, row.object), author()); !fault.Is(err, row.kind) {
			t.Errorf("%s: %+v, %v", row.incident, a, err)
		}
	}
}

// FuzzTranslate holds that whatever is understood belongs to its author and leads nowhere but to the web.
func FuzzTranslate(f *testing.F) {
	f.Add([]byte(`{"id":"https://a.example/1","type":"Note","attributedTo":"https://a.example/users/bob","content":"x","tag":[{"type":"Mention","href":"https://b.example/","name":"@c"}]}`))
	f.Add([]byte(`{"id":"https://a.example/users/bob","type":"Person","preferredUsername":"bob","inbox":"https://a.example/inbox","gateways":["https://g.example"]}`))
	f.Add([]byte(`{"id":"ap://` + did + `/actor","type":"Person","preferredUsername":"bob","inbox":"https://a.example/inbox","gateways":["https://g.example"]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		ref, err := as.Decode(raw)
		if err != nil {
			return
		}
		if o, err := ref.Object(); err == nil {
			a, err := Arrival(o, author())
			if err == nil && (!SameAuthority(a.URI, author().URI) || a.URL != "" && webAddress(a.URL) == "") {
				t.Errorf("%+v", a)
			}
			for _, m := range a.Media {
				if webAddress(m.RemoteURL) == "" {
					t.Errorf("medium at %q", m.RemoteURL)
				}
			}
		}
		if doc, err := ref.Actor(); err == nil {
			a, listed, err := Account(doc)
			if err == nil && (webAddress(a.Location) == "" || webAddress(a.Inbox) == "" || a.Name == "" || a.Host == "") {
				t.Errorf("%+v", a)
			}
			for _, k := range listed {
				if !SameAuthority(k.URI, a.URI) {
					t.Errorf("%s lists %s", a.URI, k.URI)
				}
			}
		}
	})
}
