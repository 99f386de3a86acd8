package server

import (
	"encoding/json"
	"maps"
	"mime/multipart"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

var upload = reflect.TypeFor[*multipart.FileHeader]()

// fill puts a tree of text, numbers, truths, lists and maps into the struct
// that into points to. The error of a value that does not fit names its field.
func fill(into any, tree map[string]any) error {
	return fillStruct(reflect.ValueOf(into).Elem(), tree)
}

func fillStruct(v reflect.Value, tree map[string]any) error {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			if err := fillStruct(v.Field(i), tree); err != nil {
				return err
			}
			continue
		}
		name := fieldName(f)
		if prefix, ok := strings.CutSuffix(name, "*"); ok {
			if !setNumbered(v.Field(i), prefix, tree) {
				return wrongField(prefix)
			}
			continue
		}
		value, given := tree[name]
		if !given || name == "" || value == nil {
			continue
		}
		if !set(v.Field(i), value) {
			return wrongField(name)
		}
	}
	return nil
}

// numberedMax is the highest number in the name of a field.
const numberedMax = 99

// setNumbered fills a map by number with what is called by a prefix and a
// number, such as picture-1 and picture-2.
func setNumbered(v reflect.Value, prefix string, tree map[string]any) bool {
	m := reflect.MakeMap(v.Type())
	for key, value := range tree {
		text, ok := strings.CutPrefix(key, prefix)
		n, err := strconv.Atoi(text)
		if !ok || err != nil || n < 1 || n > numberedMax || value == nil {
			continue
		}
		at := reflect.New(v.Type().Elem()).Elem()
		if !set(at, value) {
			return false
		}
		m.SetMapIndex(reflect.ValueOf(n), at)
	}
	v.Set(m)
	return true
}

// fieldName is what a field is called outside, "" for one that is not.
func fieldName(f reflect.StructField) string {
	if !f.IsExported() {
		return ""
	}
	for _, tag := range []string{"form", "json"} {
		if name, _, _ := strings.Cut(f.Tag.Get(tag), ","); name == "-" {
			return ""
		} else if name != "" {
			return name
		}
	}
	return ""
}

// set puts a value into v and reports whether it fits.
func set(v reflect.Value, value any) bool {
	if u, ok := v.Addr().Interface().(json.Unmarshaler); ok {
		b, err := json.Marshal(value)
		return err == nil && u.UnmarshalJSON(b) == nil
	}
	if v.Type() == upload {
		if all, ok := value.([]any); ok && len(all) > 0 {
			value = all[0]
		}
		f, ok := value.(*multipart.FileHeader)
		if ok {
			v.Set(reflect.ValueOf(f))
		}
		return ok || value == "" // a file field that was left empty
	}
	switch v.Kind() {
	case reflect.Pointer:
		at := reflect.New(v.Type().Elem())
		if !set(at.Elem(), value) {
			return false
		}
		v.Set(at)
		return true
	case reflect.Slice:
		return setList(v, value)
	case reflect.Struct:
		tree, ok := value.(map[string]any)
		return ok && fillStruct(v, tree) == nil
	case reflect.Map:
		return setMap(v, value)
	case reflect.Interface:
		if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf(value))
		}
		return v.NumMethod() == 0
	}
	return setScalar(v, value)
}

// setList takes a list, the numbered parts of a form, or a single value as a list of one.
func setList(v reflect.Value, value any) bool {
	var items []any
	switch value := value.(type) {
	case []any:
		items = value
	case map[string]any:
		for _, key := range slices.SortedFunc(maps.Keys(value), byNumber) {
			items = append(items, value[key])
		}
	case string:
		if value != "" {
			items = []any{value}
		}
	default:
		items = []any{value}
	}
	list := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		if item == nil || !set(list.Index(i), item) {
			return false
		}
	}
	v.Set(list)
	return true
}

// byNumber orders "2" before "10".
func byNumber(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

func setMap(v reflect.Value, value any) bool {
	tree, ok := value.(map[string]any)
	if !ok || v.Type().Key().Kind() != reflect.String {
		return false
	}
	m := reflect.MakeMapWithSize(v.Type(), len(tree))
	for key, item := range tree {
		at := reflect.New(v.Type().Elem()).Elem()
		if item != nil && !set(at, item) {
			return false
		}
		m.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), at)
	}
	v.Set(m)
	return true
}

// setScalar reads text, numbers and truths, each of which may be written as another.
func setScalar(v reflect.Value, value any) bool {
	var text string
	switch value := value.(type) {
	case string:
		text = value
	case json.Number:
		text = value.String()
	case bool:
		text = strconv.FormatBool(value)
	default:
		return false
	}
	var err error
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
		return true
	case reflect.Bool:
		b, ok := truth(text)
		v.SetBool(b)
		return ok
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		var n int64
		if text != "" {
			n, err = strconv.ParseInt(text, 10, v.Type().Bits())
		}
		v.SetInt(n)
	case reflect.Float32, reflect.Float64:
		var n float64
		if text != "" {
			n, err = strconv.ParseFloat(text, v.Type().Bits())
		}
		v.SetFloat(n)
		return err == nil && n-n == 0 // neither infinite nor NaN
	default:
		return false
	}
	return err == nil
}

// truth reads what browsers and apps send for yes and no.
func truth(text string) (is, ok bool) {
	switch strings.ToLower(text) {
	case "true", "1", "on", "t", "yes":
		return true, true
	case "false", "0", "off", "f", "no", "":
		return false, true
	}
	return false, false
}
