package mastodon

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"allod/internal/account"
	"allod/internal/media"
	"allod/internal/poll"
	"allod/internal/post"
	"allod/protocol/mastodon"
)

// level is the version of the API that apps conclude from. 4.3 would promise
// grouped notifications, which this door does not offer yet.
const level = "4.2.0"

// apiLevel is the same in the numbers that apps since 4.3 go by.
const apiLevel = 1

// A census remembers for a minute how many live here, which everybody may ask.
type census struct {
	mu            sync.Mutex
	until         time.Time
	people, posts int64
}

func (d *door) population(ctx context.Context) (people, posts int64, err error) {
	c := &d.census
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := d.Now(); now.After(c.until) {
		if c.people, c.posts, err = d.Accounts.Population(ctx); err != nil {
			return 0, 0, err
		}
		c.until = now.Add(time.Minute)
	}
	return c.people, c.posts, nil
}

func (d *door) title() string {
	if d.Home.Title != "" {
		return d.Home.Title
	}
	return d.Names.Host
}

func (d *door) version() string { return level + " (compatible; " + d.Home.Software + ")" }

// streaming is where apps would find live updates.
func (d *door) streaming() string { return "ws" + strings.TrimPrefix(d.Names.Origin, "http") }

func (d *door) instanceV1(w http.ResponseWriter, r *http.Request) error {
	people, posts, err := d.population(r.Context())
	if err != nil {
		return err
	}
	manners, err := d.Accounts.Manners(r.Context())
	if err != nil {
		return err
	}
	m := mediaLimits()
	asks := manners.Joining == account.Asked
	return d.answer(w, mastodon.InstanceV1{
		URI: d.Names.Host, Title: d.title(), ShortDescription: d.about(manners), Description: d.about(manners), Version: d.version(),
		URLs: mastodon.InstanceV1URLs{StreamingAPI: d.streaming()}, Stats: mastodon.InstanceV1Stats{UserCount: people, StatusCount: posts},
		Thumbnail: textOrNull(d.Home.Thumbnail), Languages: d.Home.Languages, Rules: rulesOf(manners),
		Registrations: asks, ApprovalRequired: asks, InvitesEnabled: manners.AllInvite && manners.Joining != account.Closed,
		Configuration: mastodon.InstanceV1Configuration{
			Statuses: statusLimits(), Polls: pollLimits(),
			MediaAttachments: mastodon.InstanceV1MediaLimits{
				SupportedMIMETypes: m.SupportedMIMETypes, ImageSizeLimit: m.ImageSizeLimit, ImageMatrixLimit: m.ImageMatrixLimit,
			},
		},
	})
}

func (d *door) instanceV2(w http.ResponseWriter, r *http.Request) error {
	people, _, err := d.population(r.Context())
	if err != nil {
		return err
	}
	manners, err := d.Accounts.Manners(r.Context())
	if err != nil {
		return err
	}
	out := mastodon.InstanceV2{
		Domain: d.Names.Host, Title: d.title(), Version: d.version(), SourceURL: d.Home.Source, Description: d.about(manners),
		Rules:     rulesOf(manners),
		Thumbnail: mastodon.InstanceThumbnail{URL: d.Home.Thumbnail}, Languages: d.Home.Languages,
		Configuration: mastodon.InstanceConfiguration{
			URLs:  mastodon.InstanceURLs{Streaming: d.streaming(), About: d.Names.Origin + "/"},
			Vapid: mastodon.InstanceVapid{PublicKey: d.Pushes.Key()},
			Accounts: mastodon.InstanceAccountLimits{
				MaxDisplayNameLength: account.DisplayNameMax, MaxNoteLength: account.BioMax, MaxProfileFields: account.FieldsMax,
				ProfileFieldNameLimit: account.FieldMax, ProfileFieldValueLimit: account.FieldMax,
			},
			Statuses: statusLimits(), MediaAttachments: mediaLimits(), Polls: pollLimits(),
			TimelinesAccess: mastodon.InstanceTimelinesAccess{
				LiveFeeds:         mastodon.InstanceFeedAccess{Local: "disabled", Remote: "disabled"},
				HashtagFeeds:      mastodon.InstanceFeedAccess{Local: "public", Remote: "public"},
				TrendingLinkFeeds: mastodon.InstanceFeedAccess{Local: "disabled", Remote: "disabled"},
			},
		},
		APIVersions: map[string]int{"mastodon": apiLevel},
	}
	if manners.Joining == account.Asked {
		out.Registrations = mastodon.InstanceRegistrations{
			Enabled: true, ApprovalRequired: true, ReasonRequired: new(true), URL: new(d.Names.Origin + "/join"),
		}
	}
	out.Usage.Users.ActiveMonth = people // nobody's visits are counted, so everyone is there
	return d.answer(w, out)
}

// instanceRules are what everybody here keeps to.
func (d *door) instanceRules(w http.ResponseWriter, r *http.Request) error {
	m, err := d.Accounts.Manners(r.Context())
	if err != nil {
		return err
	}
	return d.answer(w, rulesOf(m))
}

// rulesOf are the rules of a home, numbered as they stand.
func rulesOf(m account.Manners) mastodon.List[mastodon.Rule] {
	out := mastodon.List[mastodon.Rule]{}
	for i, text := range m.RuleList() {
		out = append(out, mastodon.Rule{ID: strconv.Itoa(i + 1), Text: text})
	}
	return out
}

// about is what the keeper says of the home, or what the home says of itself.
func (d *door) about(m account.Manners) string {
	if m.About != "" {
		return m.About
	}
	return d.Home.Description
}

// statusLimits say 23 for an address as Mastodon does, which apps expect; here it counts as long as it is.
func statusLimits() mastodon.InstanceStatusLimits {
	return mastodon.InstanceStatusLimits{MaxCharacters: post.TextMax, MaxMediaAttachments: media.PerPost, CharactersReservedPerURL: 23}
}

func pollLimits() mastodon.InstancePollLimits {
	return mastodon.InstancePollLimits{
		MaxOptions: poll.OptionsMax, MaxCharactersPerOption: poll.OptionMax,
		MinExpiration: int(poll.ShortestOf / time.Second), MaxExpiration: int(poll.LongestOf / time.Second),
	}
}

// pictureMatrix is the most pixels a picture may have.
const pictureMatrix = 50_000_000

func mediaLimits() mastodon.InstanceMediaLimits {
	return mastodon.InstanceMediaLimits{
		SupportedMIMETypes: []string{"image/jpeg", "image/png", "image/gif", "image/webp"}, DescriptionLimit: media.AltMax,
		ImageSizeLimit: media.PictureMax, ImageMatrixLimit: pictureMatrix,
	}
}
