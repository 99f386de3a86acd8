package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"allod/internal/freeport"
	"allod/script/bench/home"
)

// An engine makes databases for homes.
type engine struct {
	name  string
	admin string // postgres:// URL of a cluster of our own; "" for SQLite
}

// findEngines are SQLite, and PostgreSQL where script/postgres runs one.
func findEngines(ctx context.Context) ([]engine, error) {
	all := []engine{{name: "SQLite"}}
	at := os.Getenv("ALLOD_TEST_POSTGRES")
	if at == "" {
		return all, nil
	}
	d, err := sql.Open("pgx", at)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	// script/postgres is made for tests and syncs nothing; a measurement that compares must.
	for _, statement := range []string{
		`ALTER SYSTEM SET fsync = on`, `ALTER SYSTEM SET full_page_writes = on`, `ALTER SYSTEM SET synchronous_commit = on`, `SELECT pg_reload_conf()`,
	} {
		if _, err := d.ExecContext(ctx, statement); err != nil {
			return nil, fmt.Errorf("PostgreSQL: %w", err)
		}
	}
	return append(all, engine{"PostgreSQL", at}), nil
}

// plan is a new home of that name, with an empty database.
func (e engine) plan(ctx context.Context, folder, name, binary string) (home.Plan, error) {
	p := home.Plan{Binary: binary, Data: filepath.Join(folder, name)}
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return p, err
	}
	log, err := os.OpenFile(filepath.Join(folder, name+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return p, err
	}
	p.Log = log // closed with this process
	if p.Listen, err = freeport.On("127.0.0.1"); err != nil || e.admin == "" {
		return p, err
	}
	u, err := url.Parse(e.admin)
	if err != nil {
		return p, err
	}
	d, err := sql.Open("pgx", e.admin)
	if err != nil {
		return p, err
	}
	defer d.Close()
	database := "allod_bench_" + name
	if _, err := d.ExecContext(ctx, "CREATE DATABASE "+database); err != nil {
		return p, err
	}
	u.Path = "/" + database
	p.Database = u.String()
	return p, nil
}

// database is where a seed finds the database of a home.
func database(p home.Plan) string {
	if p.Database != "" {
		return p.Database
	}
	return filepath.Join(p.Data, "allod.db")
}
