// Package schema holds the tables of the house, one forward-only file a step, in PostgreSQL's words.
package schema

import "embed"

// Files are the migrations, applied in the order of their numbers.
//
//go:embed *.sql
var Files embed.FS
