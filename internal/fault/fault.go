// Package fault names the dozen kinds of failure and wraps errors in them.
//
// An error of this package has a kind for the program, which each door turns
// into its own status codes, and a message for the person: a key of the
// catalogues in web/locale with named arguments, so that every door can say
// it in the reader's language.
package fault

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Kind tells the program what went wrong.
type Kind uint8

// The kinds. Internal is the kind of every error that says nothing else.
const (
	Internal Kind = iota
	NotFound
	Gone
	Invalid
	Denied
	Unauthenticated
	Conflict
	TooLarge
	TooMany
	Unsupported
	Unavailable
	Timeout
)

var names = [...]string{
	"internal", "not found", "gone", "invalid", "denied", "unauthenticated", "conflict",
	"too large", "too many", "unsupported", "unavailable", "timeout",
}

// String is the name in lower case, for logs and metrics.
func (k Kind) String() string {
	if int(k) < len(names) {
		return names[k]
	}
	return "internal"
}

// An Error is a failure with its kind and the sentence a person is shown.
type Error struct {
	Kind Kind
	// Key names the sentence in the catalogues, such as "fault.post.empty".
	// Empty means the general sentence of the kind, "fault.<kind>".
	Key string
	// Args are name, value pairs that the sentence may mention.
	Args []any
	// Field is the form field or parameter at fault, if one is.
	Field string
	// Err is the cause. It goes to the log, never to a stranger.
	Err error
}

// Error is the form for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	if e.Key != "" {
		b.WriteString(" (" + e.Key + ")")
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes an error of a kind with a sentence by key and name, value pairs for it.
func New(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: args}
}

// Wrap gives err a kind and a sentence. It returns nil for a nil err.
func Wrap(err error, kind Kind, key string, args ...any) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: kind, Key: key, Args: args, Err: err}
}

// In says which field is at fault and returns the same error.
func (e *Error) In(field string) *Error {
	e.Field = field
	return e
}

// Because adds a cause for the log and returns the same error.
func (e *Error) Because(format string, args ...any) *Error {
	e.Err = fmt.Errorf(format, args...)
	return e
}

// Of is the kind of err: that of the first Error in its chain, Timeout for a
// passed deadline, Internal otherwise.
func Of(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return Timeout
	}
	return Internal
}

// Is reports whether err is of one of the kinds.
func Is(err error, kinds ...Kind) bool {
	if err == nil {
		return false
	}
	k := Of(err)
	for _, want := range kinds {
		if k == want {
			return true
		}
	}
	return false
}

// Message is the catalogue key and arguments of what a person is told about err.
func Message(err error) (key string, args []any) {
	var e *Error
	if errors.As(err, &e) && e.Key != "" {
		return e.Key, e.Args
	}
	return "fault." + strings.ReplaceAll(Of(err).String(), " ", "_"), nil
}

// Field is the form field at fault, or "".
func Field(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Field
	}
	return ""
}
