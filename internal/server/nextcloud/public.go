package nextcloud

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/protocol/webdav"
)

// publicPath is below which who has a link finds what it leads to, in WebDAV.
const publicPath = "/public.php/dav/files/"

// publicMethods are those that have a meaning there. Locks are for people of the home.
var publicMethods = map[string]bool{
	http.MethodOptions: true, http.MethodGet: true, http.MethodHead: true, "PROPFIND": true, http.MethodPut: true, "MKCOL": true,
	http.MethodDelete: true, "MOVE": true, "COPY": true,
}

// visit lets in who has a link, with its password if there is one (RFC 7617), as "anonymous" or by any name.
func (d *door) visit(h server.Handler) server.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := fromElsewhere(r); err != nil {
			return err
		}
		token, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, publicPath), "/")
		which, ok := d.Passes.Read(sharePurpose, token)
		if !ok {
			return fault.New(fault.NotFound, "fault.share.over")
		}
		l, _, err := d.Files.Shared(r.Context(), which, "", file.ByName, 0, 0)
		if err != nil {
			return err
		}
		if err := d.said(r, l); err != nil {
			return err
		}
		if !publicMethods[r.Method] {
			return forbids("fault.dav.method")
		}
		if l.Kept && (r.Method == http.MethodGet || r.Method == "COPY") {
			return fault.New(fault.Denied, "fault.share.kept")
		}
		w.Header().Set("Cache-Control", "private, no-store")
		w.Header().Set("X-Robots-Tag", "noindex, nofollow")
		g := &guest{who: &account.Account{ID: l.Visitor(), Name: token}, device: &auth.AppPassword{}, link: l}
		return h(w, r.WithContext(context.WithValue(r.Context(), guestKey{}, g)))
	}
}

// bare refuses to send a photo or video by a link that sends them without place
// and camera: what is made of them for pages is no file of this folder.
func bare(l *file.Link, n *file.Node) error {
	if l == nil || l.Whole || !strings.HasPrefix(n.Mime, "image/") && !strings.HasPrefix(n.Mime, "video/") {
		return nil
	}
	return fault.New(fault.Denied, "fault.share.not_bare")
}

// said refuses who does not say the password of a link. One that fitted is known for a while,
// since it is said with each request and looking at it is meant to be slow.
func (d *door) said(r *http.Request, l *file.Link) error {
	if l.Password == "" {
		return nil
	}
	wrong := fault.New(fault.Unauthenticated, "fault.form.wrong_password")
	_, password, ok := r.BasicAuth()
	if !ok {
		return wrong
	}
	proof := sha256.Sum256([]byte(l.Password + "\x00" + password))
	if d.fitted.has(proof, d.Now()) {
		return nil
	}
	if err := d.Limits.Knock(server.ClientAddr(r)); err != nil {
		return err
	}
	fits, err := d.Seals.Fits(r.Context(), password, l.Password)
	if err != nil {
		return err
	}
	if !fits {
		return wrong
	}
	d.fitted.add(proof, d.Now())
	return nil
}

// fitted are passwords that were right lately, by what tells them.
type fitted struct {
	mu  sync.Mutex
	all map[[sha256.Size]byte]time.Time
}

const (
	fittedFor = 10 * time.Minute
	fittedMax = 1000
)

func (f *fitted) has(proof [sha256.Size]byte, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, ok := f.all[proof]
	return ok && now.Sub(at) < fittedFor
}

func (f *fitted) add(proof [sha256.Size]byte, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all == nil || len(f.all) >= fittedMax {
		f.all = map[[sha256.Size]byte]time.Time{}
	}
	f.all[proof] = now
}

// publicPlace reads an address below publicPath. A link to a file leads to it by itself, and by the file's name below it.
func (d *door) publicPlace(r *http.Request, parts []string) (place, error) {
	unknown := fault.New(fault.NotFound, "fault.file.unknown")
	if len(parts) < 4 || parts[0] != "public.php" || parts[1] != "dav" || parts[2] != "files" || parts[3] != me(r).who.Name {
		return place{}, unknown
	}
	p := place{area: "files", names: parts[4:], base: publicPath + url.PathEscape(parts[3])}
	if len(p.names) == 1 {
		n, err := d.Files.At(r.Context(), me(r).who.ID, "")
		if err != nil {
			return place{}, err
		}
		if !n.Folder && file.Fold(n.Name) == file.Fold(p.names[0]) {
			p.base, p.names = p.base+"/"+string(webdav.AppendEscaped(nil, p.names[0])), nil
		}
	}
	return p, nil
}
