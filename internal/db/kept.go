package db

import (
	"context"
	"database/sql"
)

// kept are the writer's statements that stay prepared: a quarter of the CPU of
// an arriving post would go to preparing them anew. A statement cannot be
// prepared on the writer's one connection while a transaction has it, so what
// a closure asks for first is prepared before the next group begins. Whoever has the
// turn, the writer or a member, has kept to itself.
type kept struct {
	ready  map[string]*sql.Stmt
	wanted []string
}

// find is a statement that is ready, or nil; then it will be, next time.
func (k *kept) find(query string) *sql.Stmt {
	s, known := k.ready[query]
	if !known && len(k.ready) < preparedMax {
		if k.ready == nil {
			k.ready = map[string]*sql.Stmt{}
		}
		k.ready[query] = nil
		k.wanted = append(k.wanted, query)
	}
	return s
}

// prepare makes ready what was wanted. What cannot be prepared is run as it is.
func (k *kept) prepare(ctx context.Context, on *sql.DB) {
	for _, query := range k.wanted {
		if s, err := on.PrepareContext(ctx, rebind(query)); err == nil {
			k.ready[query] = s
		}
	}
	k.wanted = k.wanted[:0]
}
