package job

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"allod/internal/db"
)

// postgres runs the queue beside other nodes on one database.
type postgres struct{ client *river.Client[pgx.Tx] }

func newPostgres(ctx context.Context, d *db.DB, cfg *river.Config) (*postgres, error) {
	driver := riverpgxv5.New(d.Pool())
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: cfg.Logger})
	if err != nil {
		return nil, err
	}
	// Not MigrateTx: step 6 uses an enum value that must be committed first.
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return nil, err
	}
	client, err := river.NewClient(driver, cfg)
	return &postgres{client}, err
}

func (p *postgres) insert(ctx context.Context, tx *db.Tx, jobs []river.InsertManyParams) error {
	_, err := p.client.InsertManyTx(ctx, tx.PGX(), jobs) // not the Fast one: COPY knows no unique jobs
	return err
}

func (p *postgres) start(ctx context.Context) error { return p.client.Start(ctx) }
func (p *postgres) stop(ctx context.Context) error  { return p.client.Stop(ctx) }

func (p *postgres) list(ctx context.Context, params *river.JobListParams) (*river.JobListResult, error) {
	return p.client.JobList(ctx, params)
}
