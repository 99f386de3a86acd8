// Package fact lets a noun say what happened and the house decide what follows.
package fact

import (
	"context"
	"fmt"

	"allod/internal/db"
)

// A Fact is something that can happen. Its reactions run inside the
// transaction that records it, in the order listed; the first error undoes
// the change and everything that followed from it.
type Fact[T any] struct{ reactions []Reaction[T] }

// A Reaction is one consequence in our own tables, or a job or delivery put down in the same transaction.
type Reaction[T any] func(ctx context.Context, tx *db.Tx, what T) error

// Then adds reactions. It is called only while the house is being wired.
func (f *Fact[T]) Then(r ...Reaction[T]) { f.reactions = append(f.reactions, r...) }

// Record runs every reaction.
func (f *Fact[T]) Record(ctx context.Context, tx *db.Tx, what T) error {
	for _, react := range f.reactions {
		if err := react(ctx, tx, what); err != nil {
			return fmt.Errorf("%T: %w", what, err)
		}
	}
	return nil
}
