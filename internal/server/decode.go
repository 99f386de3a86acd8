package server

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"allod/internal/fault"
)

// Limits of what is decoded.
const (
	formBytes = 1 << 20 // of a body without uploads
	formPairs = 1000
	keyDepth  = 6
	keyBytes  = 200
	jsonDepth = 32
)

// Decode reads a request into a T: its address and then its body, which wins,
// as JSON, form or multipart form, whichever it says it is. Fields are found
// by their "form" or else "json" tag. A form writes lists as "ids[]" and parts
// as "source[privacy]" or "fields[0][name]". Numbers and truths may be text. A
// tag that ends in * is of a map by number: "picture-*" takes picture-1 to picture-99.
//
// It returns Unsupported for another content type, TooLarge over 1 MiB,
// Malformed for what cannot be read, and Invalid in its field for a value of
// the wrong kind. Unknown fields are ignored.
func Decode[T any](r *http.Request) (T, error) { return decode[T](r, formBytes, true) }

// DecodeBody is Decode without what stands in the address, for secrets.
func DecodeBody[T any](r *http.Request) (T, error) { return decode[T](r, formBytes, false) }

// DecodeUpload is Decode for a body of up to limit bytes, with files for fields of type
// *multipart.FileHeader, or a list of them where several may come. Their bytes lie on disk until the door's handler returns.
func DecodeUpload[T any](r *http.Request, limit int64) (T, error) { return decode[T](r, limit, true) }

func decode[T any](r *http.Request, limit int64, address bool) (into T, err error) {
	tree := map[string]any{}
	if address {
		q, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return into, Malformed("address: %w", err)
		}
		if err := plant(tree, q); err != nil {
			return into, err
		}
	}
	body, files, err := readForm(r, limit)
	if err != nil {
		return into, err
	}
	for key, v := range body {
		tree[key] = v
	}
	for key, all := range files {
		list := make([]any, len(all))
		for i, f := range all {
			list[i] = f
		}
		tree[key] = list
	}
	return into, fill(&into, tree)
}

// readForm reads a body as the tree of its fields, and its files.
func readForm(r *http.Request, limit int64) (tree map[string]any, files map[string][]*multipart.FileHeader, err error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil, nil
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Header.Get("Content-Type") == "":
		if b, err := ReadBody(r, 0); err != nil && !fault.Is(err, fault.TooLarge) || len(b) == 0 && err == nil {
			return nil, nil, err
		}
	case err != nil:
	case kind == "application/json":
		tree, err = readJSON(r, limit)
		return tree, nil, err
	case kind == "application/x-www-form-urlencoded":
		tree, err = readEncoded(r, limit)
		return tree, nil, err
	case kind == "multipart/form-data":
		return readMultipart(r, params["boundary"], limit)
	}
	return nil, nil, fault.New(fault.Unsupported, "fault.request.type")
}

func readJSON(r *http.Request, limit int64) (map[string]any, error) {
	b, err := ReadBody(r, limit)
	if err != nil || len(bytes.TrimSpace(b)) == 0 {
		return nil, err
	}
	if !utf8.Valid(b) {
		return nil, Malformed("JSON is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var tree map[string]any
	if err := d.Decode(&tree); err != nil {
		return nil, Malformed("JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, Malformed("JSON: more after its end")
	}
	return tree, clean(tree, jsonDepth)
}

// clean refuses text that no engine can store, and depth that no field has.
func clean(v any, depth int) error {
	if depth == 0 {
		return Malformed("nested too deep")
	}
	switch v := v.(type) {
	case string:
		if strings.Contains(v, "\x00") {
			return Malformed("NUL in text")
		}
	case []any:
		for _, e := range v {
			if err := clean(e, depth-1); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, e := range v {
			if err := clean(e, depth-1); err != nil {
				return err
			}
		}
	}
	return nil
}

func readEncoded(r *http.Request, limit int64) (map[string]any, error) {
	b, err := ReadBody(r, limit)
	if err != nil {
		return nil, err
	}
	q, err := url.ParseQuery(string(b))
	if err != nil {
		return nil, Malformed("form: %w", err)
	}
	tree := map[string]any{}
	return tree, plant(tree, q)
}

func readMultipart(r *http.Request, boundary string, limit int64) (map[string]any, map[string][]*multipart.FileHeader, error) {
	if boundary == "" {
		return nil, nil, Malformed("multipart form without a boundary")
	}
	form, err := multipart.NewReader(http.MaxBytesReader(nil, r.Body, limit), boundary).ReadForm(formBytes)
	if err != nil {
		return nil, nil, refuseBody(r, err)
	}
	if q, ok := r.Context().Value(requestKey{}).(*request); ok {
		q.forms = append(q.forms, form)
	} else if err := form.RemoveAll(); err != nil { // no door will do it
		return nil, nil, err
	}
	files := map[string][]*multipart.FileHeader{}
	for name, f := range form.File {
		files[name] = f
	}
	tree := map[string]any{}
	return tree, files, plant(tree, form.Value)
}

// plant grows a tree from the pairs of a form.
func plant(tree map[string]any, pairs url.Values) error {
	n := 0
	for key, values := range pairs {
		if n += len(values); n > formPairs {
			return Malformed("more than %d pairs", formPairs)
		}
		path, ok := splitKey(key)
		if !ok {
			return Malformed("key %.40q", key)
		}
		for i, v := range values {
			if !utf8.ValidString(v) || strings.Contains(v, "\x00") {
				return Malformed("the value of %.40q is no text", key)
			}
			if err := grow(tree, path, i, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// splitKey turns "a[b][]" into a, b and "".
func splitKey(key string) ([]string, bool) {
	if len(key) > keyBytes || !utf8.ValidString(key) || strings.Contains(key, "\x00") {
		return nil, false
	}
	name, rest, nested := strings.Cut(key, "[")
	if !nested {
		return []string{key}, true
	}
	rest, ok := strings.CutSuffix(rest, "]")
	path := append([]string{name}, strings.Split(rest, "][")...)
	return path, ok && len(path) <= keyDepth
}

// grow puts the i-th value of a key at its place. An empty step is a place in
// a list: as a last step the next one, before that the i-th, so that the
// values of "f[][a]" and "f[][b]" meet. A tree keeps lists as maps by number.
func grow(at map[string]any, path []string, i int, v string) error {
	for step, name := range path {
		if name == "" {
			name = "#" + pad(i)
		}
		if step == len(path)-1 {
			if _, taken := at[name].(map[string]any); taken {
				return Malformed("%.40q is a value and has parts", path[0])
			}
			at[name] = v
			return nil
		}
		next, ok := at[name].(map[string]any)
		if !ok {
			if _, taken := at[name]; taken {
				return Malformed("%.40q is a value and has parts", path[0])
			}
			next = map[string]any{}
			at[name] = next
		}
		at = next
	}
	return nil
}

// pad makes numbers below formPairs sort as text.
func pad(i int) string {
	return string([]byte{byte('0' + i/100%10), byte('0' + i/10%10), byte('0' + i%10)})
}
