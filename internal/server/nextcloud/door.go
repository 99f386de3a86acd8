package nextcloud

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/album"
	"allod/internal/auth"
	"allod/internal/book"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/locale"
	"allod/internal/server"
)

// Passwords are those of devices.
type Passwords interface {
	// CheckAppPassword is the account that a name and an app password open.
	CheckAppPassword(ctx context.Context, login, secret string, from auth.Caller) (*account.Account, *auth.AppPassword, error)
	// AppPasswords are those of an account, also of devices that are lost.
	AppPasswords(ctx context.Context, who id.ID) ([]*auth.AppPassword, error)
}

// People are those who live here.
type People interface {
	Card(ctx context.Context, who id.ID) (*account.Account, error)
	ByName(ctx context.Context, name string) (*account.Account, error)
	Residents(ctx context.Context, after id.ID, limit int) ([]*account.Account, error)
}

// Config is what the door stands on.
type Config struct {
	Log       *slog.Logger
	Now       func() time.Time
	Languages *locale.Bundle
	Files     *file.Service
	Books     *book.Service
	Photos    Photos
	Portraits Portraits
	Albums    *album.Service
	Passwords Passwords
	People    People
	Passes    Passes
	Seals     Seals
	Limits    *server.Limits // nil asks nothing of anybody
	Origin    string
	Name      string // of the home
	Instance  string // of the home, random, for ever the same
	Restored  string // another one after each time that the home is taken from a backup
	Key       []byte // proves addresses of single files
}

// The addresses of the door.
const (
	remotePath = "/remote.php/"
	ocsPath    = "/ocs/"
)

// Counts reports whether the door counts a request by itself.
func Counts(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, remotePath) || strings.HasPrefix(r.URL.Path, ocsPath) && !strings.Contains(r.URL.Path, "/core/")
}

// Routes puts the door's routes into mux.
func Routes(mux *http.ServeMux, c Config) {
	d := &door{Config: c, mark: mark(c.Instance)}
	dav := server.Door{Log: c.Log, Face: d.davFace}
	mux.Handle(remotePath, dav.Handler(d.admit(d.dav)))
	mux.Handle(publicPath, dav.Handler(d.visit(d.dav)))
	mux.Handle("GET "+directPath+"{ticket}", dav.Handler(d.lent))
	plain := server.Door{Log: c.Log, Face: server.JSONFace(c.Languages), Timeout: time.Minute}
	mux.Handle("GET /status.php", plain.Handler(d.status))
	mux.Handle("GET /index.php/204", plain.Handler(d.alive))
	d.ocs(mux)
	d.books(mux, dav)
	d.previews(mux)
	d.avatars(mux)
}

type door struct {
	Config
	mark   string // the second part of each oc:id
	fitted fitted // passwords of links
}

// mark tells the files of this home from those of others, without telling its instance.
func mark(instance string) string {
	sum := sha256.Sum256([]byte("file ids of " + instance))
	return "oc" + hex.EncodeToString(sum[:5])
}

// A guest is a device that was let in.
type guest struct {
	who    *account.Account
	device *auth.AppPassword
	link   *file.Link // by which they came, nil for who lives here
}

type guestKey struct{}

// me is who was let in.
func me(r *http.Request) *guest {
	g, _ := r.Context().Value(guestKey{}).(*guest)
	return g
}

// admit lets in who brings an app password. Who is paused may look and not change anything.
func (d *door) admit(h server.Handler) server.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := fromElsewhere(r); err != nil {
			return err
		}
		g, err := d.guest(r)
		if err != nil {
			return err
		}
		if !reads(r.Method) {
			if err := g.device.MayAct(); err != nil {
				return err
			}
		}
		w.Header().Set("Cache-Control", "private, no-cache")
		return h(w, r.WithContext(context.WithValue(r.Context(), guestKey{}, g)))
	}
}

// guest finds out whose device asks. What turns out to be nobody's is counted
// twice: as a request of its network, and as a device that was not let in.
func (d *door) guest(r *http.Request) (*guest, error) {
	from := server.ClientAddr(r)
	if err := d.Limits.Spent(from); err != nil {
		return nil, err
	}
	login, secret, ok := r.BasicAuth()
	if !ok {
		if err := d.Limits.Request(from); err != nil {
			return nil, err
		}
		return nil, fault.New(fault.Unauthenticated, "fault.device.wrong")
	}
	who, device, err := d.Passwords.CheckAppPassword(r.Context(), login, secret, auth.Caller{Agent: r.UserAgent(), Address: from.String()})
	if fault.Is(err, fault.Unauthenticated) {
		if slow := d.Limits.Request(from); slow != nil {
			return nil, slow
		}
		if slow := d.Limits.Device(from); slow != nil {
			return nil, slow
		}
	}
	if err != nil {
		return nil, err
	}
	return &guest{who: who, device: device}, d.Limits.Keeper(who.ID)
}

// reads reports whether a method changes nothing.
func reads(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, "PROPFIND", "REPORT", "SEARCH":
		return true
	}
	return false
}

// fromElsewhere refuses what a page of another site has a browser send, which
// may know a password from an earlier visit.
func fromElsewhere(r *http.Request) error {
	denied := fault.New(fault.Denied, "fault.form.elsewhere")
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
	default:
		return denied
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		if u, err := url.Parse(origin); err != nil || !strings.EqualFold(u.Host, r.Host) {
			return denied
		}
	}
	return nil
}
