package mastodon

import (
	"bytes"
	"encoding/json"
	"time"
)

const (
	timeLayout = "2006-01-02T15:04:05.000Z"
	dateLayout = "2006-01-02"
)

// A Time is written in UTC with exactly milliseconds, the zero Time as null.
type Time struct{ time.Time }

// At is t as a [Time].
func At(t time.Time) Time { return Time{t} }

// MarshalJSON writes the time, or null.
func (t Time) MarshalJSON() ([]byte, error) { return marshalTime(t.Time, timeLayout) }

// UnmarshalJSON reads RFC 3339 or null.
func (t *Time) UnmarshalJSON(raw []byte) error { return unmarshalTime(&t.Time, raw, time.RFC3339) }

// A Date is the day of a time in UTC, the zero Date null.
type Date struct{ time.Time }

// On is the day of t as a [Date].
func On(t time.Time) Date { return Date{t} }

// MarshalJSON writes the day, or null.
func (d Date) MarshalJSON() ([]byte, error) { return marshalTime(d.Time, dateLayout) }

// UnmarshalJSON reads a day or null.
func (d *Date) UnmarshalJSON(raw []byte) error { return unmarshalTime(&d.Time, raw, dateLayout) }

func marshalTime(t time.Time, layout string) ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + t.UTC().Format(layout) + `"`), nil
}

func unmarshalTime(into *time.Time, raw []byte, layout string) error {
	var s *string
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	*into = time.Time{}
	if s == nil {
		return nil
	}
	t, err := time.Parse(layout, *s)
	if err == nil {
		*into = t.UTC()
	}
	return err
}

// A List is written as [] even if it is nil.
type List[T any] []T

// MarshalJSON writes an array. It leaves escaping of HTML to the caller's
// encoder.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if len(l) == 0 {
		return []byte("[]"), nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode([]T(l)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
