package db

import (
	"fmt"

	"allod/internal/id"
)

// Paged ends a query that has a WHERE clause with the bounds, order and limit
// of a page by column, and adds their values to args.
func Paged(query, column string, p id.Page, args ...any) (string, []any) {
	order := "DESC"
	if p.Upward() {
		order = "ASC"
	}
	n := len(args)
	query += fmt.Sprintf(" AND %s < $%d AND %s > $%d ORDER BY %s %s LIMIT $%d", column, n+1, column, n+2, column, order, n+3)
	return query, append(args, p.Below(), p.Above(), p.Limit)
}
