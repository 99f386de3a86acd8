package db

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// rebound remembers statements in SQLite's form; programs have a fixed set of them.
var rebound sync.Map // string → string

// rebind turns a statement in PostgreSQL's words into SQLite's: $1 becomes
// ?1, full text is asked of FTS5, and the two forms of list membership, = ANY($1) and <> ALL($1), read the
// list from JSON. Text in quotes is left alone.
func rebind(query string) string {
	if s, ok := rebound.Load(query); ok {
		return s.(string)
	}
	asked := query
	query = matchInSQLite(query)
	var b strings.Builder
	quoted := false
	for i := 0; i < len(query); i++ {
		c := query[i]
		if c == '\'' {
			quoted = !quoted
		}
		if quoted || (c != '$' && c != '=' && c != '<') {
			b.WriteByte(c)
			continue
		}
		if n, ok := list(query[i:], "= ANY("); ok {
			b.WriteString("IN (SELECT value FROM json_each(?" + n + "))")
			i += len("= ANY($)") + len(n) - 1
		} else if n, ok := list(query[i:], "<> ALL("); ok {
			b.WriteString("NOT IN (SELECT value FROM json_each(?" + n + "))")
			i += len("<> ALL($)") + len(n) - 1
		} else if c == '$' {
			b.WriteByte('?')
		} else {
			b.WriteByte(c)
		}
	}
	s := b.String()
	rebound.Store(asked, s)
	return s
}

// list reads "PREFIX$12)" at the start of s and returns "12".
func list(s, prefix string) (string, bool) {
	rest, ok := strings.CutPrefix(s, prefix)
	if !ok || !strings.HasPrefix(rest, "$") {
		return "", false
	}
	n, _, ok := strings.Cut(rest[1:], ")")
	if !ok || n == "" || strings.Trim(n, "0123456789") != "" {
		return "", false
	}
	return n, true
}

// listsAsJSON replaces slices, other than bytes, by their JSON for json_each.
func listsAsJSON(args []any) ([]any, error) {
	args = wordsFor(SQLite, args)
	for i, a := range args {
		if !isList(a) {
			continue
		}
		j, err := json.Marshal(a)
		if err != nil {
			return nil, err
		}
		args[i] = string(j)
		if string(j) == "null" {
			args[i] = "[]"
		}
	}
	return args, nil
}

// emptyLists replaces nil slices by empty ones: PostgreSQL would read NULL,
// of which nothing is a member and nothing is not.
func emptyLists(args []any) []any {
	args = wordsFor(Postgres, args)
	for i, a := range args {
		if isList(a) && reflect.ValueOf(a).IsNil() {
			args[i] = reflect.MakeSlice(reflect.TypeOf(a), 0, 0).Interface()
		}
	}
	return args
}

// isList reports whether an argument is a slice, other than bytes.
func isList(a any) bool {
	switch a.(type) {
	case nil, []byte, string, int64, int, bool:
		return false
	}
	t := reflect.TypeOf(a)
	return t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8
}
