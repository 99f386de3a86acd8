package mastodon

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/draft"
	"allod/internal/emoji"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/locale"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/moderation"
	"allod/internal/notification"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/search"
	"allod/internal/server"
	"allod/internal/timeline"
)

// Media takes in pictures and tells their owner of them.
type Media interface {
	Upload(ctx context.Context, owner id.ID, r io.Reader, alt string, focusX, focusY float64) (*media.Medium, error)
	Describe(ctx context.Context, owner, medium id.ID, alt *string, focus *[2]float64) (*media.Medium, error)
	Mine(ctx context.Context, owner id.ID, ids ...id.ID) ([]*media.Medium, error)
}

// A Finder finds what a text typed into a search box names, a handle or the
// address of a profile or post, by asking its server where that is needed. It
// returns an account or the id of a post, and an error of one of the kinds of
// package fault where there is neither.
type Finder func(ctx context.Context, text string) (who *account.Account, post id.ID, err error)

// Home is what the home says of itself.
type Home struct {
	Title       string // "" is the host
	Description string // plain text
	Software    string // name and version, such as "allod 0.1.0"
	Source      string // address of the source code
	Languages   []string
	Thumbnail   string // address of a picture
}

// Config is what the door stands on.
type Config struct {
	Log       *slog.Logger
	Now       func() time.Time
	Languages *locale.Bundle
	Names     account.Names
	Home      Home
	DB        *db.DB
	Accounts  *account.Service
	Auth      *auth.Service
	Ties      *relationship.Service
	Posts     *post.Service
	Guard     *moderation.Service
	Text      *markup.Engine
	Drafts    *draft.Service
	Emoji     *emoji.Service // nil is none
	Streams   *timeline.Service
	News      *notification.Service
	Media     Media
	Search    *search.Service
	Find      Finder
	Pushes    Pushes
	Limits    *server.Limits // nil asks nothing of anybody
	Render    *Renderer
	// LookAtPoll has the poll of another server counted anew when it should be. It may be nil.
	LookAtPoll func(ctx context.Context, p *post.Post) error
}

// timeout is long enough to take in a picture or to ask another server.
const timeout = time.Minute

// Routes puts every method on mux. What is below /api/ and no method of any
// door is NotFound in the API's own form.
func Routes(mux *http.ServeMux, c Config) {
	d := newDoor(c)
	frame := server.Door{Log: c.Log, Face: server.JSONFace(c.Languages), Timeout: timeout}
	for _, rt := range d.routes() {
		mux.Handle(rt.pattern, server.CORS(frame.Handler(d.admit(rt))))
	}
	mux.Handle("/api/", server.CORS(frame.Handler(func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.NotFound, "")
	})))
}

// A door answers the methods of the API.
type door struct {
	Config
	census  census
	buffers sync.Pool // of *bytes.Buffer
}

func newDoor(c Config) *door {
	return &door{Config: c, buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }}}
}

// bufferMax is the largest buffer that is kept for the next answer, in bytes.
const bufferMax = 1 << 20

// answer writes v as JSON, encoded once.
func (d *door) answer(w http.ResponseWriter, v any) error {
	b := d.buffers.Get().(*bytes.Buffer)
	defer func() {
		if b.Cap() <= bufferMax {
			b.Reset()
			d.buffers.Put(b)
		}
	}()
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	_, err := w.Write(b.Bytes())
	return err
}
