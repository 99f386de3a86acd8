package app

import (
	"errors"

	"allod/internal/fault"
	"allod/internal/server"
	"allod/web"
)

// A told error reads as the sentence that pages have for it.
type told struct {
	sentence string
	error
}

// Error is the sentence.
func (t *told) Error() string { return t.sentence }

// Unwrap is the error itself.
func (t *told) Unwrap() error { return t.error }

// inWords has a fault read as its sentence, in English as the command line
// speaks; what is no fault stays as it is.
func inWords(err error) error {
	if err == nil || fault.Is(err, fault.Internal) {
		return err
	}
	catalogues, failed := web.Catalogues()
	if failed != nil {
		return errors.Join(err, failed)
	}
	bundle, failed := loadLanguages(catalogues)
	if failed != nil {
		return errors.Join(err, failed)
	}
	return &told{server.Sentence(bundle.Match("", "en"), err), err}
}
