package mastodon

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = At(time.Date(2026, 5, 6, 12, 0, 0, 7e6, time.UTC))

func encode(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func fullAccount() Account {
	return Account{
		ID: "109", Username: "ilse", Acct: "ilse@meadow.example",
		URL: new("https://meadow.example/@ilse"), URI: "https://meadow.example/users/ilse",
		DisplayName: "Ilse :heron:", Note: "<p>Draws birds</p>",
		Avatar: "https://harbor.example/a.webp", AvatarStatic: "https://harbor.example/as.webp", AvatarDescription: "A heron",
		Header: "https://harbor.example/h.webp", HeaderStatic: "https://harbor.example/hs.webp", HeaderDescription: "Reeds",
		Locked: true, Bot: true, Group: true, Discoverable: new(true), Indexable: true, HideCollections: new(false),
		ShowMedia: true, ShowMediaReplies: true, ShowFeatured: true,
		CreatedAt: At(noon.Truncate(24 * time.Hour)), LastStatusAt: On(noon.Time),
		StatusesCount: 3, FollowersCount: 2, FollowingCount: 1,
		Emojis:          List[CustomEmoji]{{Shortcode: "heron", URL: "https://harbor.example/e.png", StaticURL: "https://harbor.example/es.png", VisibleInPicker: true, Category: new("Birds")}},
		Fields:          List[Field]{{Name: "Site", Value: "<a href=\"https://birds.example\">birds</a>", VerifiedAt: noon}, {Name: "Tea", Value: "yes"}},
		FeatureApproval: Approval{Automatic: List[string]{"public"}, CurrentUser: "automatic"},
		Noindex:         new(false), Roles: &List[AccountRole]{{ID: "3", Name: "Owner", Color: "#ff3838"}},
		Moved: &Account{ID: "110", Username: "ilse"}, Memorial: true, Suspended: true, Limited: true,
	}
}

func fullStatus() Status {
	return Status{
		ID: "211", CreatedAt: noon, InReplyToID: new("210"), InReplyToAccountID: new("108"), Sensitive: true,
		SpoilerText: "Birds", Visibility: VisibilityPublic, Language: new("de"),
		URI: "https://meadow.example/users/ilse/statuses/11", URL: new("https://meadow.example/@ilse/11"),
		RepliesCount: 1, ReblogsCount: 2, FavouritesCount: 3, QuotesCount: 4, EditedAt: noon, Content: "<p>Ein Reiher</p>",
		Reblog: &Status{ID: "209"}, Application: &StatusApplication{Name: "Web", Website: new("https://app.example")},
		Account: Account{ID: "109"}, MediaAttachments: List[MediaAttachment]{fullImage()},
		Mentions:          List[Mention]{{ID: "1", Username: "tomas", URL: "https://harbor.example/@tomas", Acct: "tomas"}},
		Tags:              List[StatusTag]{{Name: "birds", URL: "https://harbor.example/tags/birds"}},
		Emojis:            List[CustomEmoji]{{Shortcode: "heron"}},
		TaggedCollections: List[Collection]{fullCollection()},
		Card:              fullCard(), Poll: fullPoll(),
		Quote:         &Quote{State: "accepted", QuotedStatus: &Status{ID: "207"}},
		QuoteApproval: Approval{Manual: List[string]{"followers"}, CurrentUser: "manual"},
		StatusViewer: &StatusViewer{
			Favourited: true, Reblogged: true, Muted: true, Bookmarked: true, Pinned: new(false),
			Filtered: List[FilterResult]{{
				Filter:         Filter{ID: "3", Title: "Not now", Context: List[string]{"home"}, ExpiresAt: noon, FilterAction: "hide"},
				KeywordMatches: []string{"heron"},
			}},
		},
	}
}

func fullImage() MediaAttachment {
	return MediaAttachment{
		ID: "5", Type: MediaImage, URL: new("https://harbor.example/5.webp"), PreviewURL: new("https://harbor.example/5s.webp"),
		RemoteURL: new("https://meadow.example/5.webp"),
		Meta: &MediaMeta{
			Original: &MediaVersion{Width: 640, Height: 480, Size: "640x480", Aspect: 4.0 / 3},
			Small:    &MediaVersion{Width: 461, Height: 346, Size: "461x346", Aspect: 461.0 / 346},
			Focus:    &Focus{X: -0.27},
		},
		Description: new("A heron"), Blurhash: new("UBL_:rOpGG-oBUNG"),
	}
}

func fullVideo() MediaAttachment {
	return MediaAttachment{ID: "6", Type: MediaVideo, Meta: &MediaMeta{
		Original: &MediaVersion{Width: 1280, Height: 720, FrameRate: "30/1", Duration: 88.654, Bitrate: 862056},
		Length:   "0:01:28.65", Duration: 88.65, FPS: 30, Size: "1280x720", Width: 1280, Height: 720, Aspect: 1.5,
		AudioEncode: "aac", AudioBitrate: "44100 Hz", AudioChannels: "stereo",
	}}
}

func fullCard() *PreviewCard {
	return &PreviewCard{
		URL: "https://birds.example/heron", Title: "Herons", Description: "All of them", Language: new("en"), Type: "link",
		AuthorName: "Ilse", AuthorURL: "https://birds.example/ilse", ProviderName: "Birds", ProviderURL: "https://birds.example",
		HTML: "<p></p>", Width: 400, Height: 300, Image: new("https://harbor.example/c.webp"), ImageDescription: "A heron",
		EmbedURL: "https://birds.example/embed", Blurhash: new("UB"), PublishedAt: noon,
		Authors:            List[PreviewCardAuthor]{{Name: "Ilse", URL: "https://birds.example/ilse"}},
		MissingAttribution: new(false),
	}
}

func fullPoll() *Poll {
	return &Poll{
		ID: "4", ExpiresAt: noon, Expired: true, Multiple: true, VotesCount: 10, VotersCount: new(int64(7)),
		Options:    List[PollOption]{{Title: "Tea", VotesCount: new(int64(10))}, {Title: "Coffee"}},
		PollViewer: &PollViewer{Voted: true, OwnVotes: List[int]{0}},
	}
}

func fullCollection() Collection {
	return Collection{
		ID: "8", AccountID: "109", URI: "https://meadow.example/c/8", URL: new("https://meadow.example/collections/8"),
		Name: "Birders", Description: "People who watch", Language: new("en"), Local: true, Sensitive: true, Discoverable: true,
		Tag: &StatusTag{Name: "birds", URL: "https://harbor.example/tags/birds"}, ItemCount: 1,
		Items:     List[CollectionItem]{{ID: "1", AccountID: new("109"), State: "accepted", CreatedAt: noon}},
		CreatedAt: noon, UpdatedAt: noon,
	}
}

func fullInstance() InstanceV2 {
	i := InstanceV2{
		Domain: "harbor.example", Title: "Harbor", Version: "4.6.0 (compatible; home 0.1.0)", SourceURL: "https://harbor.example/source",
		Description: "One house",
		Thumbnail:   InstanceThumbnail{URL: "https://harbor.example/t.webp", Description: "A pier", Blurhash: "UB", Versions: map[string]string{"@1x": "https://harbor.example/t.webp"}},
		Icon:        List[InstanceIcon]{{Src: "https://harbor.example/i.png", Size: "48x48"}},
		Languages:   List[string]{"en", "ru"},
		Configuration: InstanceConfiguration{
			URLs:             InstanceURLs{Streaming: "wss://harbor.example", Status: new("https://s.example"), About: "https://harbor.example/about", PrivacyPolicy: new("https://harbor.example/privacy"), TermsOfService: new("https://harbor.example/terms")},
			Vapid:            InstanceVapid{PublicKey: "BCk"},
			Accounts:         InstanceAccountLimits{30, 500, 150, 150, 10, 5, 4, 255, 255},
			Statuses:         InstanceStatusLimits{500, 4, 23},
			MediaAttachments: InstanceMediaLimits{List[string]{"image/webp"}, 1500, 16777216, 33177600, 103809024, 120, 8294400},
			Polls:            InstancePollLimits{4, 50, 300, 2629746},
			Translation:      InstanceTranslation{true},
			TimelinesAccess: InstanceTimelinesAccess{
				LiveFeeds:    InstanceFeedAccess{"public", "authenticated"},
				HashtagFeeds: InstanceFeedAccess{"public", "disabled"}, TrendingLinkFeeds: InstanceFeedAccess{"disabled", "disabled"},
			},
			LimitedFederation: true,
		},
		Registrations: InstanceRegistrations{Enabled: true, ApprovalRequired: true, ReasonRequired: new(false), Message: new("<p>Closed</p>"), MinAge: new(16), URL: new("https://harbor.example/join")},
		APIVersions:   map[string]int{"mastodon": 10}, Wrapstodon: new("2026"),
		Contact: InstanceContact{Email: "tomas@harbor.example", Account: &Account{ID: "1"}},
		Rules:   List[Rule]{{ID: "1", Text: "Be kind", Hint: "Really", Translations: map[string]RuleTranslation{"de": {"Sei nett", "Wirklich"}}}},
	}
	i.Usage.Users.ActiveMonth = 2
	return i
}

func fullInstanceV1() InstanceV1 {
	return InstanceV1{
		URI: "harbor.example", Title: "Harbor", ShortDescription: "One house", Description: "<p>One house</p>", Email: "tomas@harbor.example",
		Version: "4.6.0", URLs: InstanceV1URLs{"wss://harbor.example"}, Stats: InstanceV1Stats{1, 2, 3}, Thumbnail: new("https://harbor.example/t.webp"),
		Languages: List[string]{"en"}, Registrations: true, ApprovalRequired: true, InvitesEnabled: true,
		Configuration: InstanceV1Configuration{
			Accounts: InstanceV1AccountLimits{10}, Statuses: InstanceStatusLimits{500, 4, 23},
			MediaAttachments: InstanceV1MediaLimits{List[string]{"image/webp"}, 1, 2, 3, 4, 5}, Polls: InstancePollLimits{4, 50, 300, 2629746},
		},
		ContactAccount: &Account{ID: "1"}, Rules: List[Rule]{{ID: "1", Text: "Be kind"}},
	}
}

func TestGoldenEntities(t *testing.T) {
	app := Application{
		ID: "1", Name: "App", Website: new("https://app.example"), Scopes: List[string]{"read"},
		RedirectURIs: List[string]{"https://app.example/cb"}, RedirectURI: "https://app.example/cb", VapidKey: "BCk",
	}
	tests := map[string]any{
		"account_zero":            Account{},
		"account":                 fullAccount(),
		"credential_account_zero": CredentialAccount{},
		"credential_account": CredentialAccount{
			Account: Account{ID: "1"},
			Source: Source{
				Privacy: VisibilityPublic, Sensitive: true, Language: "en", Note: "Boats", Fields: List[Field]{{Name: "Site", Value: "boats.example"}},
				FollowRequestsCount: 2, HideCollections: new(true), Discoverable: new(true), Indexable: true,
				AttributionDomains: List[string]{"boats.example"}, QuotePolicy: "public",
			},
			Role: Role{ID: "3", Name: "Owner", Color: "#ff3838", Permissions: "1048575", Highlighted: true, CollectionLimit: 10},
		},
		"status_zero":            Status{},
		"status":                 fullStatus(),
		"status_viewer":          Status{StatusViewer: &StatusViewer{}},
		"status_deleted":         DeletedStatus{Status: fullStatus(), Text: "Ein *Reiher*"},
		"media_zero":             MediaAttachment{},
		"media_image":            fullImage(),
		"media_video":            fullVideo(),
		"poll_zero":              Poll{},
		"context_zero":           Context{},
		"context":                Context{Ancestors: List[Status]{{ID: "1"}}, Descendants: List[Status]{{ID: "2"}}},
		"relationship":           Relationship{ID: "1", Following: true, ShowingReblogs: true, Languages: []string{"en"}, MutingExpiresAt: noon, Note: "met at sea"},
		"relationship_zero":      Relationship{},
		"application":            app,
		"application_zero":       Application{},
		"credential_application": CredentialApplication{Application: app, ClientID: "id", ClientSecret: "secret"},
		"token":                  Token{AccessToken: "t", TokenType: "Bearer", Scope: "read write", CreatedAt: 1573979017},
		"instance_v2":            fullInstance(),
		"instance_v2_zero":       InstanceV2{},
		"instance_v1":            fullInstanceV1(),
		"instance_v1_zero":       InstanceV1{},
		"error":                  Error{Error: "invalid_grant", ErrorDescription: "No"},
		"error_zero":             Error{},
		"search_zero":            Search{},
		"search":                 Search{Hashtags: List[Tag]{{ID: "8", Name: "birds", URL: "https://harbor.example/tags/birds", History: List[TagHistory]{{"1574553600", "200", "31"}}, Following: new(true), Featuring: new(false)}}},
		"notification_zero":      Notification{},
		"push_subscription_zero": WebPushSubscription{},
		"push_notification": PushNotification{
			AccessToken: "token", PreferredLocale: "en", NotificationID: 9, NotificationType: NotificationMention,
			Icon: "https://harbor.example/a.webp", Title: "Ada named you in a post", Body: "Ein Reiher",
		},
		"notification": Notification{ID: "9", Type: NotificationMention, GroupKey: "ungrouped-9", CreatedAt: noon, Account: Account{ID: "109"}, Status: &Status{ID: "211"}},
	}
	for name, v := range tests {
		t.Run(name, func(t *testing.T) {
			got := encode(t, v)
			path := filepath.Join("testdata", name+".json")
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			again := reflect.New(reflect.TypeOf(v))
			if err := json.Unmarshal(got, again.Interface()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(got), string(encode(t, again.Interface()))); diff != "" {
				t.Errorf("read back (-want +got):\n%s", diff)
			}
		})
	}
}

// keys are the names of an object's fields.
func keys(t *testing.T, v any) map[string]json.RawMessage {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal(encode(t, v), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestNullsAndLists(t *testing.T) {
	status := keys(t, Status{})
	for _, key := range []string{
		"in_reply_to_id", "in_reply_to_account_id", "language", "url", "edited_at", "reblog", "card", "poll", "quote",
	} {
		if string(status[key]) != "null" {
			t.Errorf("%s of a bare status is %s", key, status[key])
		}
	}
	for _, key := range []string{"media_attachments", "mentions", "tags", "emojis", "tagged_collections"} {
		if string(status[key]) != "[]" {
			t.Errorf("%s of a bare status is %s", key, status[key])
		}
	}
	for _, key := range []string{"favourited", "reblogged", "muted", "bookmarked", "pinned", "filtered", "application", "text"} {
		if _, ok := status[key]; ok {
			t.Errorf("a stranger sees %s", key)
		}
	}
	viewer := keys(t, Status{StatusViewer: &StatusViewer{}})
	if string(viewer["favourited"]) != "false" || string(viewer["filtered"]) != "[]" {
		t.Errorf("someone signed in sees %s and %s", viewer["favourited"], viewer["filtered"])
	}
	if _, ok := keys(t, DeletedStatus{Status: Status{Content: "x"}})["content"]; ok {
		t.Error("a deleted status has its text, not its content")
	}
	if got := keys(t, Relationship{})["languages"]; string(got) != "null" {
		t.Errorf("languages %s", got)
	}
}

func TestTimesAreWrittenInUTCWithMilliseconds(t *testing.T) {
	east := time.FixedZone("", 3*3600)
	tests := map[string]any{
		`"2026-05-06T09:00:00.123Z"`: At(time.Date(2026, 5, 6, 12, 0, 0, 123999999, east)),
		`"2026-05-06T12:00:00.000Z"`: At(time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC)),
		`"2026-05-05"`:               On(time.Date(2026, 5, 6, 1, 0, 0, 0, east)),
		`null`:                       Time{},
	}
	for want, v := range tests {
		got, err := json.Marshal(v)
		if err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
	for _, bad := range []string{`"yesterday"`, `5`, `{}`} {
		var at Time
		if json.Unmarshal([]byte(bad), &at) == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestHTMLInListsIsEscapedAsTheCallerWants(t *testing.T) {
	list := List[Field]{{Value: "<p>"}}
	if got := encode(t, list); !bytes.Contains(got, []byte("<p>")) {
		t.Errorf("%s", got)
	}
	escaped, err := json.Marshal(list)
	if err != nil || bytes.Contains(escaped, []byte("<p>")) {
		t.Errorf("%s, %v", escaped, err)
	}
}
