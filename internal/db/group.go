package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	groupMax  = 128                   // Updates that share a commit at most
	groupTime = 20 * time.Millisecond // how long a group takes in new ones
)

var errClosed = errors.New("the database is closed")

// A group is SQLite's single writer. Its goroutine opens a transaction, hands
// it to each waiting caller in turn, and commits once for all of them; each
// caller runs its closure in its own goroutine.
type group struct {
	write *sql.DB
	queue chan *member
	ended chan struct{}
	kept  kept

	mu     sync.RWMutex // held for reading while a member is put in the queue
	closed bool
}

// A member is one Update on its way through the group.
type member struct {
	taken   atomic.Bool  // by the writer, or by a caller that gave up
	turn    chan *sql.Tx // the writer hands over the transaction
	ran     chan bool    // the caller hands it back: keep the work or undo it
	settled chan error   // the writer says how it ended; nil: it is durable, or undone as asked
}

func newGroup(write *sql.DB) *group {
	g := &group{write: write, queue: make(chan *member, groupMax), ended: make(chan struct{})}
	go g.run()
	return g
}

func (g *group) close() {
	g.mu.Lock()
	if !g.closed {
		g.closed = true
		close(g.queue)
	}
	g.mu.Unlock()
	<-g.ended
}

func (g *group) join(ctx context.Context, m *member) error {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.closed {
		return errClosed
	}
	select {
	case g.queue <- m:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// update is the caller's side.
func (g *group) update(ctx context.Context, fn func(context.Context, *Tx) error) (err error) {
	m := &member{turn: make(chan *sql.Tx, 1), ran: make(chan bool, 1), settled: make(chan error, 1)}
	if err := g.join(ctx, m); err != nil {
		return err
	}
	var raw *sql.Tx
	select {
	case raw = <-m.turn:
	case err = <-m.settled: // no transaction could be begun
		return err
	case <-ctx.Done():
		if m.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		select { // the writer had chosen us already
		case raw = <-m.turn:
		case err = <-m.settled:
			return err
		}
	}
	tx := &Tx{lite: raw, kept: &g.kept}
	keep := false
	defer func() { // also when fn panics or ends its goroutine
		m.ran <- keep
		if lost := <-m.settled; lost != nil {
			err = lost
		} else if keep {
			tx.runAfter()
		}
	}()
	if err = fn(enter(ctx), tx); err == nil {
		err = ctx.Err()
	}
	keep = err == nil
	return err
}

// run is the writer's side.
func (g *group) run() {
	defer close(g.ended)
	for m := range g.queue {
		if m.taken.CompareAndSwap(false, true) {
			g.commit(m)
		}
	}
}

// commit runs one group, which begins with first.
func (g *group) commit(first *member) {
	ctx := context.Background()
	g.kept.prepare(ctx, g.write)
	raw, err := g.write.BeginTx(ctx, nil)
	if err != nil {
		first.settled <- fmt.Errorf("begin: %w", err)
		return
	}
	// The first needs no savepoint: undoing it undoes nobody else.
	first.turn <- raw
	if !<-first.ran {
		first.settled <- rollback(raw)
		return
	}
	kept := []*member{first}
	var broken error
	for deadline := time.Now().Add(groupTime); len(kept) < groupMax && broken == nil && time.Now().Before(deadline); {
		m := g.waiting()
		if m == nil {
			break
		}
		var keep bool
		keep, broken = g.runMember(ctx, raw, m)
		if keep || broken != nil {
			kept = append(kept, m)
		}
	}
	if broken == nil {
		if err := raw.Commit(); err != nil {
			broken = fmt.Errorf("commit: %w", err)
		}
	}
	if broken != nil {
		rollback(raw) //nolint:errcheck // the group is lost either way, and everyone is told
	}
	for _, m := range kept {
		m.settled <- broken
	}
}

// waiting is the next member of the queue that has not given up, or nil.
func (g *group) waiting() *member {
	for {
		select {
		case m, ok := <-g.queue:
			if !ok {
				return nil
			}
			if m.taken.CompareAndSwap(false, true) {
				return m
			}
		default:
			return nil
		}
	}
}

// runMember runs m in a savepoint. An undone m is settled here. broken means
// that the whole transaction is lost: a full disk, an I/O error.
func (g *group) runMember(ctx context.Context, raw *sql.Tx, m *member) (keep bool, broken error) {
	if _, err := raw.ExecContext(ctx, "SAVEPOINT m"); err != nil {
		m.turn <- raw
		<-m.ran
		return false, fmt.Errorf("savepoint: %w", err)
	}
	m.turn <- raw
	if <-m.ran {
		if _, err := raw.ExecContext(ctx, "RELEASE m"); err != nil {
			return true, fmt.Errorf("release savepoint: %w", err)
		}
		return true, nil
	}
	if _, err := raw.ExecContext(ctx, "ROLLBACK TO m"); err != nil {
		return false, fmt.Errorf("roll back to savepoint: %w", err)
	}
	if _, err := raw.ExecContext(ctx, "RELEASE m"); err != nil {
		return false, fmt.Errorf("release savepoint: %w", err)
	}
	m.settled <- nil
	return false, nil
}

func rollback(raw *sql.Tx) error {
	if err := raw.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}
