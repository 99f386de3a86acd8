package nextcloud

import (
	"errors"
	"net/http"
	"syscall"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/protocol/webdav"
)

// A refusal is an answer of WebDAV that no kind of fault stands for.
type refusal struct {
	status    int
	condition string // of RFC 4918 §16, or ""
	err       error
}

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

// changed is the refusal of what was asked on a condition that does not hold.
func changed() error {
	return &refusal{http.StatusPreconditionFailed, "", fault.New(fault.Conflict, "fault.dav.changed")}
}

// forbids is the refusal of a method where it has no meaning.
func forbids(key string) error {
	return &refusal{http.StatusMethodNotAllowed, "", fault.New(fault.Invalid, key)}
}

// exceptions are the names of Sabre's errors: apps look at some of them.
var exceptions = map[int]string{
	http.StatusBadRequest:           `Sabre\DAV\Exception\BadRequest`,
	http.StatusUnauthorized:         `Sabre\DAV\Exception\NotAuthenticated`,
	http.StatusForbidden:            `Sabre\DAV\Exception\Forbidden`,
	http.StatusNotFound:             `Sabre\DAV\Exception\NotFound`,
	http.StatusMethodNotAllowed:     `Sabre\DAV\Exception\MethodNotAllowed`,
	http.StatusConflict:             `Sabre\DAV\Exception\Conflict`,
	http.StatusPreconditionFailed:   `Sabre\DAV\Exception\PreconditionFailed`,
	http.StatusUnsupportedMediaType: `Sabre\DAV\Exception\UnsupportedMediaType`,
	http.StatusLocked:               `Sabre\DAV\Exception\Locked`,
	http.StatusNotImplemented:       `Sabre\DAV\Exception\NotImplemented`,
	http.StatusInsufficientStorage:  `Sabre\DAV\Exception\InsufficientStorage`,
	http.StatusTooManyRequests:      `OCP\AppFramework\OCS\OCSException`,
}

// statusOf is the status by which WebDAV tells an error (RFC 4918 §11).
func statusOf(status int, err error) (int, string) {
	var r *refusal
	switch {
	case errors.As(err, &r):
		return r.status, r.condition
	case errors.Is(err, file.ErrLocked):
		return http.StatusLocked, "lock-token-submitted"
	case errors.Is(err, file.ErrFull):
		return http.StatusInsufficientStorage, "quota-not-exceeded" // RFC 4331 §6
	case errors.Is(err, syscall.ENOSPC):
		return http.StatusInsufficientStorage, "sufficient-disk-space"
	case status == http.StatusUnprocessableEntity:
		return http.StatusBadRequest, ""
	case status == http.StatusGone:
		return http.StatusNotFound, ""
	}
	return status, ""
}

// davFace shows an error as Sabre does, in the reader's language.
func (d *door) davFace(w http.ResponseWriter, r *http.Request, status int, err error) {
	status, condition := statusOf(status, err)
	h := w.Header()
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", challenge)
	}
	if status == http.StatusMethodNotAllowed {
		h.Set("Allow", allowed)
	}
	name := exceptions[status]
	if name == "" {
		name = "Exception"
	}
	h.Set("Content-Type", webdav.Type)
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(webdav.Error(name, server.Sentence(d.Languages.Match(r.Header.Get("Accept-Language"), ""), err), condition))
	}
}

// challenge asks for a name and an app password (RFC 7617 §2.1).
const challenge = `Basic realm="Files", charset="UTF-8"`
