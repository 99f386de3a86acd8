package site

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"allod/internal/account"
	"allod/internal/album"
	"allod/internal/auth"
	"allod/internal/backup"
	"allod/internal/comment"
	"allod/internal/db"
	"allod/internal/draft"
	"allod/internal/emoji"
	"allod/internal/file"
	"allod/internal/film"
	"allod/internal/id"
	"allod/internal/live"
	"allod/internal/locale"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/mention"
	"allod/internal/moderation"
	"allod/internal/notification"
	"allod/internal/page"
	"allod/internal/photo"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/roster"
	"allod/internal/search"
	"allod/internal/server"
	"allod/internal/subscriber"
	"allod/internal/timeline"
	"allod/web"
)

// A Finder finds what a text in a search box names, a handle or the address
// of a profile or post, by asking its server where that is needed. It returns
// an account or the id of a post, and a fault where there is neither.
type Finder interface {
	FindByText(ctx context.Context, text string) (who *account.Account, post id.ID, err error)
}

// RemoteMedia brings pictures of other servers, made safe and capped. It is
// asked only for what this home has stored the address of.
type RemoteMedia interface {
	// Media is the picture of a post.
	Media(ctx context.Context, medium id.ID) (mime string, body io.ReadSeekCloser, err error)
	// Emoji is a small picture in a text of who, at url.
	Emoji(ctx context.Context, who id.ID, url string) (mime string, body io.ReadSeekCloser, err error)
	// Portrait is an avatar or header of who, at url.
	Portrait(ctx context.Context, who id.ID, url string) (mime string, body io.ReadSeekCloser, err error)
}

// Mail is how letters leave this home.
type Mail interface {
	// Ready reports whether any do.
	Ready() bool
	// Troubles are the addresses among folded that are sent nothing any more, and why.
	Troubles(ctx context.Context, folded []string) (map[string]Trouble, error)
	// State is how mail is doing.
	State(ctx context.Context) (MailState, error)
	// Try sends a letter to see whether mail works.
	Try(ctx context.Context, address, folded, language string) error
}

// A Trouble is why an address is sent nothing any more.
type Trouble struct {
	Asked  bool   // its owner wants no mail
	Reason string // as the other mail server said it
	Since  time.Time
}

// MailState is how mail is doing, for its keeper.
type MailState struct {
	Server, From              string
	Waiting, Bounced, Refused int
	Sent                      time.Time // zero: never
	Error                     string    // the newest, as the mail server said it
}

// Config is what the door stands on.
type Config struct {
	Log     *slog.Logger
	Now     func() time.Time
	Product string // the name of the program as its pages say it
	Names   account.Names
	Bundle  *locale.Bundle
	Zone    *time.Location // of the home; nil is UTC
	Text    *markup.Engine
	Live    *live.Bus

	DB          *db.DB
	Accounts    *account.Service
	Auth        *auth.Service
	Ties        *relationship.Service
	Files       *file.Service
	Photos      *photo.Service
	Albums      *album.Service
	Films       *film.Service
	Media       *media.Service
	Posts       *post.Service
	Drafts      *draft.Service
	Guard       *moderation.Service
	Emoji       *emoji.Service
	Roster      *roster.Service
	Pages       *page.Service
	Streams     *timeline.Service
	News        *notification.Service
	Mentions    *mention.Service
	Search      *search.Service
	Comments    *comment.Service
	Subscribers *subscriber.Service
	Mail        Mail
	Bells       Bells
	Ears        Ears
	Passes      auth.Passes // of letters

	Sessions *server.Sessions
	Limits   *server.Limits // nil asks nothing of anybody
	Finder   Finder
	Resets   Mailer // nil where this home sends no mail
	// Dispatches tells what became of what went out; nil where nothing goes out.
	Dispatches Dispatches
	Upkeep     Upkeep
	Backups    *backup.Service
	Checkup    Checkup
	Features   []Feature
	Version    string
	// WorkOnRoster has what somebody brought along worked on.
	WorkOnRoster func(ctx context.Context, tx *db.Tx, who id.ID) error
	Remote       RemoteMedia
	Domains      Domains
	// BringAlong has everybody here brought along to the name the home has; nil for a home that other servers are told nothing of.
	BringAlong func(ctx context.Context) error
	// ProxyKey signs the addresses of the media proxy. It stays the same for
	// a home, so that what apps keep stays true.
	ProxyKey []byte
	// Hub is where readers of feeds ask to be told of news (WebSub), "" for nowhere.
	Hub string
	// LookAtPoll has the poll of another server counted anew when it should be. It may be nil.
	LookAtPoll func(ctx context.Context, p *post.Post) error
	// Alone is the one person who lives here, whose site is the front of the
	// house; nil where there are several.
	Alone func(ctx context.Context) (*account.Account, error)
}

// Site answers with our own pages. It is safe for concurrent use.
type Site struct {
	Config
	assets  *web.Assets
	places  *web.Places
	pages   *shelf
	choices choices
	streams streams
	buffers sync.Pool // of *bytes.Buffer

	door   server.Door // pages
	ferry  server.Door // pages that take or hand out files: no end while bytes move
	bytes  server.Door // files: errors in a line of text
	events server.Door // streams: no end
}

// pageTime is the longest that a page or a form may take: a form may bring
// pictures, or ask another server.
const pageTime = time.Minute

// New returns the door.
func New(c Config) (*Site, error) {
	assets, err := web.NewAssets()
	if err != nil {
		return nil, err
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	s := &Site{
		Config: c, assets: assets, pages: newShelf(c.Now), choices: choices{now: c.Now, home: c.Zone, held: map[id.ID]choice{}},
		streams: streams{open: map[id.ID]int{}},
		places:  &web.Places{Home: homePath, Files: filesPath, Photos: photosPath, News: newsPath, People: peoplePath, Kept: bookmarksPath, Drafts: draftsPath, Settings: settingsPath, Write: composePath, SignIn: loginPath, Search: searchPath, About: aboutPath},
	}
	plain := server.PlainFace(c.Bundle)
	s.door = server.Door{Log: c.Log, Face: s.Problem, Timeout: pageTime}
	s.ferry = server.Door{Log: c.Log, Face: s.Problem}
	s.bytes = server.Door{Log: c.Log, Face: plain}
	s.events = server.Door{Log: c.Log, Face: plain}
	return s, nil
}

// Forget drops the kept pages that show something of an account.
func (s *Site) Forget(who id.ID) { s.pages.forget(who) }
