package activitystreams

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// An InvalidError says what a …Document lacks. It means a fault of the
// program that fills it in, not of a person.
type InvalidError struct {
	// Document is the type being written, Property the property at fault.
	Document, Property string
	Reason             string
}

func (e *InvalidError) Error() string {
	return fmt.Sprintf("activitystreams: write %s: %s: %s", e.Document, e.Property, e.Reason)
}

// encode gives the JSON of v without escaping HTML, which peers would only
// have to undo. Order of fields is that of the struct, so the bytes depend on
// the values alone.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// A checker collects the first thing that is wrong with a document.
type checker struct {
	document string
	err      error
}

func (c *checker) fail(property, reason string) {
	if c.err == nil {
		c.err = &InvalidError{Document: c.document, Property: property, Reason: reason}
	}
}

// id demands an absolute identifier.
func (c *checker) id(property, value string) {
	if value == "" {
		c.fail(property, "missing")
		return
	}
	c.optional(property, value)
}

// optional demands an absolute identifier unless value is empty.
func (c *checker) optional(property, value string) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	if err != nil || !u.IsAbs() || !fitURI(value) || strings.ContainsAny(value, "<>\"") {
		c.fail(property, "not an absolute identifier")
	}
}

// ids demands absolute identifiers throughout.
func (c *checker) ids(property string, values []string) {
	for _, v := range values {
		c.id(property, v)
	}
}

// ref demands a reference to something.
func (c *checker) ref(property string, r Ref) {
	if r.IsEmbedded() {
		return
	}
	c.id(property, r.ID())
}

// required demands a text.
func (c *checker) required(property, value string) {
	if value == "" {
		c.fail(property, "missing")
	}
	c.text(property, value)
}

// text demands UTF-8 without control characters that readers would drop.
func (c *checker) text(property, value string) {
	if !utf8.ValidString(value) {
		c.fail(property, "not UTF-8")
	} else if clean(value, len(value)) != value {
		c.fail(property, "has control characters")
	}
}

// present is ids as a list that is never null.
func present(ids []string) []string {
	if ids == nil {
		return []string{}
	}
	return ids
}
