package server

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"allod/internal/fault"
)

// Status is the one table of errors. Invalid is 422 where the request was
// understood and what it says cannot be, and 400 where it could not be read
// (see Malformed).
func Status(err error) int {
	var r *refusal
	if errors.As(err, &r) {
		return r.status
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return http.StatusRequestEntityTooLarge
	}
	switch fault.Of(err) {
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Gone:
		return http.StatusGone
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Denied:
		return http.StatusForbidden
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.Unsupported:
		return http.StatusUnsupportedMediaType
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Timeout:
		return http.StatusGatewayTimeout
	}
	return http.StatusInternalServerError
}

// A refusal is an error with a status that its kind alone does not tell.
type refusal struct {
	status int
	retry  time.Duration // after which to try again, 0 if that is not said
	err    error
}

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

// A panicked is a panic on its way to the log.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// Malformed is the Invalid of a request that could not be read: 400. The
// cause goes to the log alone.
func Malformed(format string, args ...any) error {
	return BadRequest(fault.New(fault.Invalid, "fault.request.malformed").Because(format, args...))
}

// BadRequest gives err the status 400, for faults with a sentence of their own.
func BadRequest(err error) error { return &refusal{status: http.StatusBadRequest, err: err} }

// misdirected is what a request for another server gets (RFC 9110 §15.5.20).
func misdirected() error {
	return &refusal{status: http.StatusMisdirectedRequest, err: fault.New(fault.NotFound, "fault.request.host")}
}

// tooMany asks to come again after a while.
func tooMany(key string, after time.Duration) error {
	after = max(after, time.Second)
	seconds := int64((after + time.Second - 1) / time.Second)
	return &refusal{status: http.StatusTooManyRequests, retry: after, err: fault.New(fault.TooMany, key, "n", seconds)}
}

// BodyError gives an error of reading a request's body its kind: TooLarge, 408
// for one that came too slowly, Malformed for one that broke off.
func BodyError(err error) error {
	var large *http.MaxBytesError
	var known *refusal
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.As(err, &large):
		return fault.Wrap(err, fault.TooLarge, "fault.request.large")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &refusal{status: http.StatusRequestTimeout, err: fault.Wrap(err, fault.Timeout, "fault.request.slow")}
	}
	return Malformed("read the body: %w", err)
}

// ReadBody reads a body of at most limit bytes. Its errors are those of BodyError.
func ReadBody(r *http.Request, limit int64) ([]byte, error) {
	b, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, limit))
	if err != nil {
		return nil, refuseBody(r, err)
	}
	return b, nil
}

// refuseBody is BodyError, said when a sender who sent too much can hear it.
func refuseBody(r *http.Request, err error) error {
	var large *http.MaxBytesError
	if m, ok := r.Body.(*metered); ok && errors.As(err, &large) {
		m.overrun()
	}
	return BodyError(err)
}
