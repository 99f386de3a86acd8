package nextcloud

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/protocol/webdav"
)

// lockMax is the longest that a lock lasts without being asked for again.
const lockMax = time.Hour

// tokens are those of locks that a device says it holds: of all places that change it is asked
// whether another lock stands in the way (RFC 4918 §7).
func tokens(list webdav.If) file.Tokens { return append(file.Tokens{}, list.Tokens()...) }

// lock answers LOCK (RFC 4918 §9.10).
func (d *door) lock(w http.ResponseWriter, r *http.Request, p place) error {
	in, err := webdav.ParseLock(r.Body)
	if err != nil {
		return unreadable(err)
	}
	depth, err := webdav.ParseDepth(r.Header, webdav.Infinity)
	if err != nil || depth == webdav.One {
		return server.Malformed("a lock of this depth: %w", err)
	}
	lasts := webdav.Timeout(r.Header, lockMax)
	if in.Refresh {
		return d.refresh(w, r, p, lasts)
	}
	_, check, err := d.conditions(r, p)
	if err != nil {
		return err
	}
	l := file.Lock{Shared: in.Shared, Deep: depth == webdav.Infinity, Holder: in.Owner, Lasts: lasts, Path: p.path()}
	var random [16]byte
	rand.Read(random[:])
	l.Token = webdav.Token(random)
	n, fresh, err := d.Files.TakeLock(r.Context(), me(r).who.ID, l, check)
	if errors.Is(err, file.ErrLocked) {
		return &refusal{http.StatusLocked, "no-conflicting-lock", err}
	}
	if err != nil {
		return err
	}
	d.describe(w.Header(), n)
	w.Header().Set("Lock-Token", "<"+l.Token+">")
	status := http.StatusOK
	if fresh {
		status = http.StatusCreated
	}
	return tellLock(w, status, &l, p)
}

func (d *door) refresh(w http.ResponseWriter, r *http.Request, p place, lasts time.Duration) error {
	list, err := webdav.ParseIf(r.Header.Get("If"), r.Host)
	if err != nil || len(list) == 0 {
		return server.Malformed("which lock: %w", err)
	}
	l, err := d.Files.RefreshLock(r.Context(), me(r).who.ID, p.path(), list.Tokens(), lasts)
	if fault.Is(err, fault.NotFound) {
		return &refusal{http.StatusPreconditionFailed, "lock-token-matches-request-uri", err}
	}
	if err != nil {
		return err
	}
	return tellLock(w, http.StatusOK, l, p)
}

func tellLock(w http.ResponseWriter, status int, l *file.Lock, p place) error {
	w.Header().Set("Content-Type", webdav.Type)
	w.WriteHeader(status)
	_, err := w.Write(webdav.PropBody("<d:lockdiscovery>" + activeLock(l, p.href(l.Path, false)) + "</d:lockdiscovery>"))
	return err
}

// activeLock is a lock as it is told (RFC 4918 §14.1).
func activeLock(l *file.Lock, root string) string {
	scope, depth := "exclusive", "0"
	if l.Shared {
		scope = "shared"
	}
	if l.Deep {
		depth = "infinity"
	}
	owner := ""
	if l.Holder != "" {
		owner = "<d:owner>" + l.Holder + "</d:owner>"
	}
	return "<d:activelock><d:lockscope><d:" + scope + "/></d:lockscope><d:locktype><d:write/></d:locktype><d:depth>" + depth + "</d:depth>" + owner +
		"<d:timeout>Second-" + strconv.FormatInt(int64(l.Lasts/time.Second), 10) + "</d:timeout><d:locktoken><d:href>" + l.Token +
		"</d:href></d:locktoken><d:lockroot><d:href>" + root + "</d:href></d:lockroot></d:activelock>"
}

// unlock answers UNLOCK (RFC 4918 §9.11).
func (d *door) unlock(w http.ResponseWriter, r *http.Request, p place) error {
	token := strings.Trim(strings.TrimSpace(r.Header.Get("Lock-Token")), "<>")
	if token == "" {
		return server.Malformed("there is no Lock-Token")
	}
	if _, err := d.Files.At(r.Context(), me(r).who.ID, p.path()); err != nil {
		return err
	}
	err := d.Files.Unlock(r.Context(), me(r).who.ID, p.path(), token)
	if fault.Is(err, fault.NotFound) {
		return &refusal{http.StatusConflict, "lock-token-matches-request-uri", err}
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
