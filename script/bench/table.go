package main

import (
	"fmt"
	"os"
	"strings"
)

// A table collects cells by row and column; rows stand in the order in which they were first named.
type table struct {
	columns []string
	rows    []*row
}

type row struct {
	what, goal string
	cells      map[string]string
}

// column begins a column: cells go there from now on.
func (t *table) column(name string) { t.columns = append(t.columns, name) }

// add fills a cell of the present column, and tells of it at once.
func (t *table) add(what, goal, cell string, args ...any) {
	now := t.columns[len(t.columns)-1]
	text := fmt.Sprintf(cell, args...)
	fmt.Fprintf(os.Stderr, "%s: %s: %s\n", now, what, text)
	for _, r := range t.rows {
		if r.what == what {
			r.cells[now] = text
			return
		}
	}
	t.rows = append(t.rows, &row{what, goal, map[string]string{now: text}})
}

// String is the table in Markdown.
func (t *table) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| | %s | goal |\n|---|%s---|\n", strings.Join(t.columns, " | "), strings.Repeat("---|", len(t.columns)))
	for _, r := range t.rows {
		b.WriteString("| " + r.what)
		for _, c := range t.columns {
			b.WriteString(" | " + r.cells[c])
		}
		b.WriteString(" | " + r.goal + " |\n")
	}
	return b.String()
}
