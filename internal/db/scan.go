package db

import (
	"database/sql"
	"reflect"
)

// scanLite reads a row of SQLite. database/sql brings a value into a type of
// our own, as an id, over text and reflection, with two allocations each; a row of a stream
// has thirty of them. What is not as plain as that is left to it.
func (r *Rows) scanLite(dest []any) error {
	if len(r.values) != len(dest) {
		r.values, r.into = make([]any, len(dest)), make([]any, len(dest))
		for i := range r.values {
			r.into[i] = &r.values[i]
		}
	}
	if err := r.lite.Scan(r.into...); err != nil {
		return err
	}
	for i, d := range dest {
		if !assign(d, r.values[i]) {
			return r.lite.Scan(dest...)
		}
	}
	return nil
}

// assign puts a column's value where dest points, if both are of one kind.
func assign(dest, value any) bool {
	switch v := value.(type) {
	case int64:
		return assignInt(dest, v)
	case string:
		if d, ok := dest.(*string); ok {
			*d = v
			return true
		}
		to, ok := pointed(dest, reflect.String)
		if ok {
			to.SetString(v)
		}
		return ok
	case []byte:
		d, ok := dest.(*[]byte)
		if ok {
			*d = v
		}
		return ok
	case float64:
		d, ok := dest.(*float64)
		if ok {
			*d = v
		}
		return ok
	}
	return false
}

func assignInt(dest any, v int64) bool {
	switch d := dest.(type) {
	case *int64:
		*d = v
		return true
	case *bool:
		*d = v == 1
		return v == 0 || v == 1
	case *int:
		*d = int(v)
		return int64(*d) == v
	}
	to, ok := pointed(dest, reflect.Int64)
	if ok {
		to.SetInt(v)
	}
	return ok
}

// pointed is what dest points at, if it is of a kind and reads no column by itself.
func pointed(dest any, kind reflect.Kind) (reflect.Value, bool) {
	if _, ok := dest.(sql.Scanner); ok {
		return reflect.Value{}, false
	}
	v := reflect.ValueOf(dest)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != kind {
		return reflect.Value{}, false
	}
	return v.Elem(), true
}
