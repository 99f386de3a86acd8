package archtest

import (
	"slices"
	"strings"
)

// A storey is a layer of the house.
type storey int

const (
	nowhere  storey = iota
	protocol        // wire formats; know nothing of us
	ground          // what every room stands on
	room            // the nouns, each with its tables
	bridge          // what leads out of the house and back in
	door            // what strangers, apps and browsers speak to
	web             // components, styles and catalogues
	plan            // internal/app, which builds and connects
	command         // cmd/allod
	support         // test homes and this test
	script          // stories, journeys and the tools of make
)

// order is each storey's packages from the lowest up. Where it matters, a
// package may import those before it.
var order = map[storey][]string{
	protocol: {"activitystreams", "httpsig", "integrity", "webfinger", "nodeinfo", "mastodon", "syndication", "sitemap", "icalendar", "webdav", "ocs"},
	ground: {"id", "fault", "address", "db", "fact", "job", "blob", "live", "fetch", "certificate", "markup", "locale",
		"listener", "config", "telemetry"},
	room: {
		"account",
		"auth",
		"relationship",
		"moderation",
		"file",
		"book",
		"media",
		"photo",
		"film",
		"emoji",
		"roster",
		"poll",
		"post",
		"mention",
		"comment",
		"album",
		"draft",
		"subscriber",
		"page",
		"timeline",
		"notification",
		"search",
		"backup",
	},
	bridge: {
		"federation", "claim",
		"websub",
		"preview",
		"webmention",
		"mail",
		"push",
		"doctor",
	},
	door: {
		"activitypub",
		"indieweb",
		"mastodon",
		"nextcloud",
		"oauth",
		"site",
	},
	plan:    {"app"},
	support: {"hometest", "archtest", "freeport"},
}

// A place is where a package stands. The packages inside a noun's folder
// share its place.
type place struct {
	storey storey
	name   string
	rank   int
}

// placeOf finds the place of a package by its path inside the module.
func placeOf(path string) place {
	parts := strings.Split(path, "/")
	find := func(name string, storeys ...storey) place {
		for _, s := range storeys {
			if rank := slices.Index(order[s], name); rank >= 0 {
				return place{s, name, rank}
			}
		}
		return place{}
	}
	switch {
	case parts[0] == "web":
		return place{storey: web}
	case parts[0] == "script":
		return place{storey: script}
	case path == "cmd/allod":
		return place{storey: command}
	case len(parts) == 1:
		return place{}
	case parts[0] == "protocol":
		return find(parts[1], protocol)
	case path == "internal/server":
		return place{storey: door}
	case strings.HasPrefix(path, "internal/server/"):
		return find(parts[2], door)
	case parts[0] == "internal":
		return find(parts[1], ground, room, bridge, plan, support)
	}
	return place{}
}

// may reports whether code that stands in one place may import a package that stands in another.
func may(from, to place) bool {
	if from.storey == to.storey && from.name == to.name {
		return true
	}
	switch from.storey {
	case protocol, ground:
		return to.storey == from.storey && to.rank < from.rank
	case room:
		return to.storey == ground && to.name != "fetch" || to.storey == room && to.rank < from.rank
	case bridge:
		return slices.Contains([]storey{protocol, ground, room}, to.storey)
	case door:
		return to.storey == ground && to.name != "job" && to.name != "fetch" ||
			to.storey == door && to.name == "" ||
			slices.Contains([]storey{protocol, room, web}, to.storey)
	case web:
		return to.storey == ground && to.name == "locale"
	case plan:
		return slices.Contains([]storey{ground, room, bridge, door, web}, to.storey)
	case command:
		return to.storey == plan || to.storey == ground || to.name == "media" || to.name == "film"
	case support:
		return to.storey != command && to.storey != script
	case script:
		return to.storey == protocol || to.name == "freeport"
	}
	return false
}

// reserved are packages that only some may import, below what may allows.
var reserved = []struct {
	path    string
	for_    []string // paths, or folders when they end in /
	because string
}{
	{"internal/app", []string{"cmd/allod", "internal/hometest"}, "the plan stands above the house"},
	{"internal/config", []string{"internal/app", "cmd/allod", "internal/hometest"}, "settings arrive as arguments"},
	{"internal/live", []string{"internal/app", "internal/server/", "internal/hometest"},
		"app tells what happened, doors render it for who is watching"},
}

// exceptions are imports that may would refuse.
var exceptions = map[string][]string{
	"internal/server/activitypub": {"internal/federation/inbox", "internal/federation/translate"},
}

// libraries says which packages may use a library outside tests. A path that
// ends in / stands for everything below.
var libraries = map[string][]string{
	"github.com/blevesearch/snowballstem":   {"internal/search"},
	"github.com/SherClockHolmes/webpush-go": {"internal/push"},
	"code.dny.dev/ssrf":                     {"internal/fetch"},
	"github.com/BurntSushi/toml":            {"internal/config", "internal/locale"},
	"github.com/a-h/templ":                  {"web/", "internal/server/"},
	"github.com/bbrks/go-blurhash":          {"internal/media/derive"},
	"github.com/caddyserver/certmagic":      {"internal/certificate"},
	"github.com/mholt/acmez/v3":             {"internal/certificate"},
	"go.uber.org/zap":                       {"internal/certificate"},
	"github.com/chromedp/chromedp":          {"script/"},
	"github.com/emersion/go-ical":           {"protocol/icalendar", "internal/server/nextcloud"},
	"github.com/emersion/go-vcard":          {"internal/server/nextcloud"},
	"github.com/emersion/go-webdav":         {"internal/server/nextcloud"},
	"github.com/evanw/esbuild":              {"web/", "script/"},
	"github.com/bep/imagemeta":              {"internal/media/derive"},
	"github.com/tetratelabs/wazero":         {"internal/media/derive"},
	"github.com/gowebpki/jcs":               {"protocol/integrity"},
	"github.com/go-webauthn/webauthn":       {"internal/auth"},
	"github.com/jackc/pgx/v5":               {"internal/db/", "internal/job"},
	"github.com/microcosm-cc/bluemonday":    {"internal/markup"},
	"github.com/minio/minio-go/v7":          {"internal/blob"},
	"github.com/mr-tron/base58":             {"protocol/integrity", "internal/account"},
	"github.com/pressly/goose/v3":           {"internal/db"},
	"github.com/prometheus/client_golang":   {"internal/telemetry", "internal/app"},
	"github.com/riverqueue/river":           {"internal/job"},
	"github.com/wneessen/go-mail":           {"internal/mail"},
	"github.com/yuin/goldmark":              {"internal/markup"},
	"golang.org/x/":                         {"protocol/", "internal/", "web/", "cmd/", "script/"},
	"modernc.org/sqlite":                    {"internal/db"},
	"willnorris.com/go/microformats":        {"internal/webmention"},
}

// tables says which package writes each table.
var tables = map[string]string{
	"home":                "internal/account",
	"account":             "internal/account",
	"account_key":         "internal/account",
	"account_name":        "internal/account",
	"domain_claim":        "internal/account",
	"preference":          "internal/account",
	"credential":          "internal/auth",
	"session":             "internal/auth",
	"oauth_app":           "internal/auth",
	"oauth_code":          "internal/auth",
	"oauth_token":         "internal/auth",
	"app_password":        "internal/auth",
	"arrival":             "internal/auth",
	"invitation":          "internal/auth",
	"applicant":           "internal/auth",
	"passkey":             "internal/auth",
	"challenge":           "internal/auth",
	"reset":               "internal/auth",
	"follow":              "internal/relationship",
	"block":               "internal/relationship",
	"mute":                "internal/relationship",
	"host_block":          "internal/relationship",
	"circle":              "internal/relationship",
	"circle_member":       "internal/relationship",
	"list":                "internal/relationship",
	"list_member":         "internal/relationship",
	"book":                "internal/book",
	"book_entry":          "internal/book",
	"book_gone":           "internal/book",
	"film":                "internal/film",
	"film_rendition":      "internal/film",
	"file_space":          "internal/file",
	"file_node":           "internal/file",
	"file_number":         "internal/file",
	"file_version":        "internal/file",
	"file_trash":          "internal/file",
	"file_property":       "internal/file",
	"file_share":          "internal/file",
	"blob_tray":           "internal/blob",
	"file_lock":           "internal/file",
	"file_grant":          "internal/file",
	"file_upload":         "internal/file",
	"file_upload_piece":   "internal/file",
	"media":               "internal/media",
	"media_file":          "internal/media",
	"card":                "internal/media",
	"photo":               "internal/photo",
	"photo_look":          "internal/photo",
	"photo_preview":       "internal/photo",
	"album":               "internal/album",
	"album_photo":         "internal/album",
	"album_piece":         "internal/album",
	"album_front":         "internal/album",
	"album_person":        "internal/album",
	"album_link":          "internal/album",
	"webmention":          "internal/mention",
	"webmention_sent":     "internal/webmention",
	"post_card":           "internal/media",
	"post":                "internal/post",
	"post_audience":       "internal/post",
	"post_tag":            "internal/post",
	"post_once":           "internal/post",
	"post_body":           "internal/post",
	"post_revision":       "internal/post",
	"boost":               "internal/post",
	"liked":               "internal/post",
	"kept":                "internal/post",
	"tombstone":           "internal/post",
	"page":                "internal/page",
	"page_picture":        "internal/page",
	"page_event":          "internal/page",
	"page_moved":          "internal/page",
	"site":                "internal/page",
	"emoji":               "internal/emoji",
	"roster_line":         "internal/roster",
	"poll":                "internal/poll",
	"draft":               "internal/draft",
	"poll_option":         "internal/poll",
	"poll_voter":          "internal/poll",
	"poll_vote":           "internal/poll",
	"filter":              "internal/moderation",
	"filter_keyword":      "internal/moderation",
	"filter_post":         "internal/moderation",
	"thread_mute":         "internal/moderation",
	"restriction":         "internal/moderation",
	"host_policy":         "internal/moderation",
	"hidden_item":         "internal/timeline",
	"home_item":           "internal/timeline",
	"marker":              "internal/timeline",
	"notification":        "internal/notification",
	"document":            "internal/federation/remote",
	"host":                "internal/federation/delivery",
	"activity":            "internal/federation/delivery",
	"delivery":            "internal/federation/delivery",
	"seen":                "internal/federation/inbox",
	"incoming":            "internal/federation/inbox",
	"river_job":           "internal/job",
	"standing_backup":     "internal/backup",
	"websub_topic":        "internal/websub",
	"websub_subscription": "internal/websub",
	"websub_request":      "internal/websub",
	"search_open":         "internal/search",
	"search_kept":         "internal/search",
	"search_person":       "internal/search",
	"search_page":         "internal/search",
	"search_file":         "internal/search",
	"search_due":          "internal/search",
	"hidden_reply":        "internal/post",
	"guest":               "internal/comment",
	"guest_trust":         "internal/comment",
	"comment":             "internal/comment",
	"comment_answer":      "internal/comment",
	"comment_choice":      "internal/comment",
	"push_subscription":   "internal/push",
	"letter":              "internal/mail",
	"mail":                "internal/mail",
	"mail_block":          "internal/mail",
	"subscriber":          "internal/subscriber",
	"mail_once":           "internal/mail",
}

// vague are names that say nothing about what a package is.
var vague = []string{"util", "utils", "common", "helper", "helpers", "misc", "base", "shared", "model", "models",
	"types", "manager", "processor"}

// within reports whether path is one of the listed paths or below a listed folder.
func within(path string, listed []string) bool {
	return slices.ContainsFunc(listed, func(l string) bool {
		return path == l || strings.HasSuffix(l, "/") && strings.HasPrefix(path+"/", l)
	})
}
