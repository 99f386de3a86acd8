package mastodon

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"allod/internal/account"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/notification"
	"allod/internal/poll"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/protocol/mastodon"
)

var update = flag.Bool("update", false, "write the golden files anew")

func testRenderer() *Renderer {
	return NewRenderer(account.Names{Origin: origin, Host: "harbor.example"}, markup.New(), Pictures{
		Medium:   func(m *media.Medium) string { return origin + "/proxy/" + m.ID.String() },
		Portrait: func(a *account.Account, _ string) string { return origin + "/portrait/" + a.ID.String() },
		Emoji: func(p *post.Post, e account.Emoji) string {
			return origin + "/emoji/" + p.ID.String() + "/" + e.Shortcode
		},
		Likeness: func(a *account.Account, e account.Emoji) string {
			return origin + "/likeness/" + a.ID.String() + "/" + e.Shortcode
		},
		Blank: origin + "/blank.png",
	}, time.Now)
}

// golden compares v, as the door writes it, with a file.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	var got bytes.Buffer
	e := json.NewEncoder(&got)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

var noon = time.Date(2026, 5, 6, 12, 0, 0, 7e6, time.UTC)

func ada() *account.Account {
	return &account.Account{
		ID: 101, Local: true, Kind: account.KindPerson, Name: "Ada", URI: "ap://did:key:zAda/actor", DisplayName: "Ada <3",
		Bio: "Keeps **bees**. #Honey", Fields: []account.Field{{Name: "Site", Value: "https://ada.example/?a=1&b=2"}, {Name: "Tea", Value: "no <b>sugar</b>"}},
		Avatar: "aKey", Locked: true, Discoverable: true, Indexable: true, FollowersCount: 2, FollowingCount: 1, PostsCount: 3,
		CreatedAt: noon.Add(-time.Hour), LastPostAt: noon,
	}
}

func ilse() *account.Account {
	return &account.Account{
		ID: 102, Kind: account.KindService, Name: "ilse", Host: "meadow.example", URI: "https://meadow.example/users/ilse",
		Location: "https://meadow.example/users/ilse", URL: "https://meadow.example/@ilse",
		Bio: `<p>Draws <a href="https://birds.example" onclick="x()">birds</a></p><script>x()</script>`, Avatar: "https://meadow.example/a.png",
		Fields: []account.Field{{Name: "Site", Value: `<a href="javascript:x()">x</a>`}}, CreatedAt: noon,
	}
}

// smiling is somebody whose name holds a small picture.
func smiling() *account.Account {
	a := ilse()
	a.DisplayName, a.Emoji = "Ilse :heron:", []account.Emoji{{Shortcode: "heron", URL: "https://meadow.example/heron.png"}}
	return a
}

func picture() *media.Medium {
	return &media.Medium{
		ID: 301, OwnerID: 101, Kind: media.Image, Width: 4000, Height: 3000, Alt: "A hive", Blurhash: "UBL_:rOpGG-oBUNG", FocusX: -0.25, FocusY: 0.5,
		Files: []media.File{
			{Key: "oKey", Variant: media.Original, Width: 4000, Height: 3000}, {Key: "lKey", Variant: media.Large, Width: 2048, Height: 1536},
			{Key: "sKey", Variant: media.Small, Width: 640, Height: 480},
		},
	}
}

func note() *post.Post {
	return &post.Post{
		ID: 201, AuthorID: 101, Author: ada(), Local: true, Kind: "note", Visibility: post.Followers, URI: "ap://did:key:zAda/post/201",
		ReplyToID: 199, ReplyToAccountID: 102, Warning: "Bees", Sensitive: true, Language: "en", Text: "Hi @ilse@meadow.example",
		HTML: `<p>Hi <a href="https://meadow.example/@ilse">@ilse</a></p>`,
		Tags: post.Tags{
			Mentions: []post.Mention{
				{AccountID: 102, Handle: "ilse@meadow.example", URI: "https://meadow.example/users/ilse", URL: "https://meadow.example/@ilse"},
				{AccountID: 101, Handle: "Ada@harbor.example", URI: "ap://did:key:zAda/actor", URL: origin + "/@Ada"},
				{Handle: "unmet@meadow.example"},
			},
			Hashtags: []string{"Bees", "ПЧЁЛЫ"},
		},
		Media: []*media.Medium{picture()}, Likes: 3, Boosts: 2, Replies: 1, Liked: true, PublishedAt: noon,
	}
}

func article() *post.Post {
	return &post.Post{
		ID: 202, AuthorID: 102, Author: ilse(), Kind: "article", Visibility: post.Public, URI: "https://meadow.example/notes/2",
		Location: "https://meadow.example/notes/2", URL: "https://meadow.example/@ilse/2", Title: "On <herons>", HTML: "<p>They wade.</p>",
		Media: []*media.Medium{
			{ID: 302, Kind: media.Image, RemoteURL: "https://meadow.example/h.jpg", Width: 100, Height: 50},
			{ID: 303, Kind: media.Unknown, RemoteURL: "https://meadow.example/h.bin"},
		},
		PublishedAt: noon, EditedAt: noon.Add(time.Minute),
	}
}

// asking is a post with a poll that has ended, in which 102 chose the second.
func asking() *post.Post {
	p := note()
	p.Media, p.Tags = nil, post.Tags{Emoji: []account.Emoji{{Shortcode: "bee", URL: origin + "/media/bee"}}}
	p.Visibility, p.Warning, p.HTML = post.Public, "", "<p>Clover or heather? :bee:</p>"
	p.Poll = &poll.Poll{
		PostID: p.ID, AuthorID: 101, Local: true, Multiple: true, Voters: 3, ClosesAt: noon.Add(time.Hour), ClosedAt: noon.Add(time.Hour), Own: []int{1},
		Options: []poll.Option{{Name: "Clover", Votes: 1}, {Name: "Heather", Votes: 3}},
	}
	return p
}

// linking is a post that is pinned, was edited, and links to a page.
func linking() *post.Post {
	p := note()
	p.Media, p.Tags, p.Visibility, p.Warning, p.Sensitive = nil, post.Tags{}, post.Public, "", false
	p.PinnedAt, p.EditedAt, p.Kept = noon, noon.Add(time.Minute), true
	p.Card = &media.Card{ID: 501, URL: "https://hives.example/how", State: media.CardReady, Title: "How to keep <bees>", Description: "With smoke", Published: noon, Picture: picture()}
	return p
}

func TestEntities(t *testing.T) {
	r := testRenderer()
	boost := &post.Boost{ID: 203, AccountID: 101, PostID: 202, Visibility: post.Unlisted, URI: "ap://did:key:zAda/boost/203", CreatedAt: noon}
	self := note()
	self.Visibility, self.Media, self.Tags = post.Self, nil, post.Tags{}
	for name, v := range map[string]any{
		"account_local":         r.Account(ada()),
		"account_remote":        r.Account(ilse()),
		"account_emoji":         r.Account(smiling()),
		"credential_account":    r.Credentials(ada(), &account.Preference{Visibility: "followers", PostLanguage: "ru"}, 4),
		"relationship":          relationshipOf(102, relationship.Relation{Requested: true, Boosts: true, FollowedBy: true, BlockedBy: true}),
		"status_local":          r.Post(note(), 101),
		"status_remote":         r.Post(article(), 0),
		"status_self":           r.Post(self, 101),
		"status_poll":           r.Post(asking(), 102),
		"status_card":           r.Post(linking(), 101),
		"status_boost":          r.Item(post.Item{ID: 204, Post: article(), Boost: boost, By: ada()}, 101),
		"status_deleted":        mastodon.DeletedStatus{Status: r.Post(self, 101), Text: self.Text},
		"media_local":           r.Medium(picture()),
		"media_processing":      r.Medium(&media.Medium{ID: 304, Kind: media.Image}),
		"notification_follow":   r.Notification(&notification.Notification{ID: 401, AccountID: 101, Kind: notification.Follow, From: ilse(), CreatedAt: noon}),
		"notification_favorite": r.Notification(&notification.Notification{ID: 402, AccountID: 101, Kind: notification.Like, From: ilse(), Post: self, CreatedAt: noon}),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, v) })
	}
}

func TestChangedProfileIsRenderedAnew(t *testing.T) {
	r, a := testRenderer(), ada()
	before := r.Account(a)
	a = ada()
	if again := r.Account(a); cmp.Diff(before, again) != "" {
		t.Error("the same profile is rendered in another way")
	}
	a.Bio, a.Fields[1].Value = "Keeps goats", "milk"
	after := r.Account(a)
	if !strings.Contains(after.Note, "goats") || after.Fields[1].Value != "milk" {
		t.Errorf("%q %q", after.Note, after.Fields[1].Value)
	}
}

// TestNoAddressOfAnotherServerIsFetched looks for what an app would load by itself.
func TestNoAddressOfAnotherServerIsFetched(t *testing.T) {
	s := testRenderer().Post(article(), 0)
	loaded := []string{s.Account.Avatar, s.Account.AvatarStatic, s.Account.Header, s.Account.HeaderStatic}
	for _, m := range s.MediaAttachments {
		loaded = append(loaded, *m.URL, *m.PreviewURL)
	}
	for _, at := range loaded {
		if !strings.HasPrefix(at, origin+"/") {
			t.Errorf("%s is loaded from elsewhere", at)
		}
	}
}

func TestEveryVisibilityAndKindHasAWord(t *testing.T) {
	for _, v := range []post.Visibility{post.Public, post.Unlisted, post.Followers, post.Direct, post.Self} {
		word := levels[v]
		if back, ok := levelOf(word); !ok || back != v && v != post.Self {
			t.Errorf("%s is %q, which is %q", v, word, back)
		}
	}
	for _, k := range []notification.Kind{notification.Follow, notification.FollowRequest, notification.Mention, notification.Like, notification.Boost} {
		if kinds[k] == "" {
			t.Errorf("%s has no word", k)
		}
	}
}

func TestZeroIDsAreNull(t *testing.T) {
	if idOrNull(0) != nil || *idOrNull(id.ID(7)) != "7" || textOrNull("") != nil {
		t.Error("zero is not null")
	}
}
