package server

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"time"
)

const (
	writeTime = time.Minute // for one piece of an answer to leave
	piece     = 1 << 20     // of a long answer
)

// An answer knows whether it has begun, and gives each piece of itself the
// same time to leave, so that a long answer may take long and a stuck one may not.
type answer struct {
	http.ResponseWriter
	control *http.ResponseController
	status  int // 0 until it has begun
	extends time.Time
}

// answering returns w, or the answer around it.
func answering(w http.ResponseWriter) *answer {
	if a, ok := w.(*answer); ok {
		return a
	}
	return &answer{ResponseWriter: w, control: http.NewResponseController(w)}
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader begins the answer.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
	}
	a.extend()
	a.ResponseWriter.WriteHeader(status)
}

// Write sends a piece.
func (a *answer) Write(b []byte) (int, error) {
	a.begin()
	n, err := a.ResponseWriter.Write(b)
	if err != nil {
		err = &hungUp{err}
	}
	return n, err
}

// hungUp is the error of an answer that cannot be delivered.
type hungUp struct{ error }

func (h *hungUp) Unwrap() error { return h.error }

// ReadFrom sends a file piece by piece, which the system may copy by itself:
// it sees through one io.LimitedReader, so that of the caller is taken apart.
func (a *answer) ReadFrom(r io.Reader) (n int64, err error) {
	left, limited := int64(math.MaxInt64), (*io.LimitedReader)(nil)
	if l, ok := r.(*io.LimitedReader); ok {
		left, limited, r = l.N, l, l.R
	}
	for left > n && err == nil {
		a.begin()
		var sent int64
		sent, err = io.CopyN(a.ResponseWriter, r, min(piece, left-n))
		n += sent
	}
	if limited != nil {
		limited.N -= n
	}
	if err == io.EOF {
		err = nil
	}
	return n, err
}

// FlushError sends what is written so far, for http.ResponseController.
func (a *answer) FlushError() error {
	a.begin()
	return a.control.Flush()
}

// Flush is FlushError for those who know http.Flusher alone.
func (a *answer) Flush() { _ = a.FlushError() }

func (a *answer) begin() {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	a.extend()
}

// extend moves the deadline, at most once a second. A writer that has none,
// as in tests, is left alone.
func (a *answer) extend() {
	if now := time.Now(); now.Sub(a.extends) > time.Second {
		a.extends = now
		_ = a.control.SetWriteDeadline(now.Add(writeTime))
	}
}

// JSON answers with v. Nothing is written when v has no JSON form.
func JSON(w http.ResponseWriter, status int, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	return err
}
