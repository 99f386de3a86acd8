package db

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type postgres struct{ pool *pgxpool.Pool }

func openPostgres(ctx context.Context, url string) (*postgres, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	// The home's own work needs a connection each for streams of updates and
	// pages; the library's default of one a core starves the jobs.
	cfg.MaxConns = max(cfg.MaxConns, 16)
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return &postgres{pool: pool}, nil
}

func (p *postgres) ping(ctx context.Context) error { return p.pool.Ping(ctx) }

func (p *postgres) close() error {
	p.pool.Close()
	return nil
}

func (p *postgres) update(ctx context.Context, fn func(context.Context, *Tx) error) error {
	raw, err := p.pool.Begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	inner := enter(ctx)
	defer raw.Rollback(inner) //nolint:errcheck // a no-op after Commit
	tx := &Tx{pg: raw}
	if err := fn(inner, tx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := raw.Commit(inner); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	tx.runAfter()
	return nil
}

func (p *postgres) view(ctx context.Context, fn func(context.Context, *Tx) error) error {
	return fn(context.WithValue(ctx, insideKey{}, true), &Tx{pg: readOnly{p.pool}})
}

// readOnly runs single queries on the pool and refuses the rest.
type readOnly struct{ pool *pgxpool.Pool }

func (r readOnly) Exec(context.Context, string, ...any) (pgconn.CommandTag, error) {
	return pgconn.CommandTag{}, errReadOnly
}

func (r readOnly) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return r.pool.Query(ctx, sql, args...)
}
