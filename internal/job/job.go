// Package job is durable work that leaves the process or takes its time: River on either engine, which it alone knows.
//
// A job is put down in the transaction of the change it follows from, and
// runs at least once after that commit. A job that fails is tried again, with growing pauses.
package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"allod/internal/db"
)

// Args are what a job is told; Kind names what it does. They are kept as JSON.
type Args interface{ Kind() string }

// Options are how a job is put down.
type Options struct {
	// Unique leaves out a job whose kind and args wait, run or will be tried again already.
	Unique bool
	// After is the moment before which it does not run.
	After time.Time
}

// workers is how many jobs run at once; most wait for the network.
const workers = 64

// timeout is how long one run of a job may take. After rescue, one that is
// still marked as running, because its process was killed, is run again.
const (
	timeout = time.Minute
	rescue  = 2 * time.Minute
)

// A Queue keeps and runs jobs.
type Queue struct {
	db       *db.DB
	log      *slog.Logger
	workers  *river.Workers
	periodic []*river.PeriodicJob
	engine   engine
	stranger bool // puts down jobs of kinds it does not know
}

// engine is a client on one of the two databases.
type engine interface {
	insert(ctx context.Context, tx *db.Tx, jobs []river.InsertManyParams) error
	start(ctx context.Context) error
	stop(ctx context.Context) error
	list(ctx context.Context, p *river.JobListParams) (*river.JobListResult, error)
}

// New returns a queue to which kinds are added before it starts.
func New(d *db.DB, log *slog.Logger) *Queue {
	return &Queue{db: d, log: log, workers: river.NewWorkers()}
}

// ErrNotStarted is returned by Add before Prepare.
var ErrNotStarted = errors.New("the job queue is not ready")

// Handle says what runs for jobs of A's kind. It is called before Prepare.
func Handle[A Args](q *Queue, run func(ctx context.Context, args A) error) {
	river.AddWorker(q.workers, &worker[A]{run: run})
}

// Every has a job put down again and again, beginning one period after the start.
func (q *Queue) Every(period time.Duration, args Args) {
	q.periodic = append(q.periodic, river.NewPeriodicJob(river.PeriodicInterval(period),
		func() (river.JobArgs, *river.InsertOpts) { return args, unique() }, nil))
}

type worker[A Args] struct {
	river.WorkerDefaults[A]
	run func(context.Context, A) error
}

// Work runs one job.
func (w *worker[A]) Work(ctx context.Context, j *river.Job[A]) error {
	return w.run(context.WithValue(ctx, completeKey{}, completer(func(ctx context.Context, tx *db.Tx) error {
		var err error
		if tx.SQL() != nil {
			_, err = river.JobCompleteTx[*riversqlite.Driver](ctx, tx.SQL(), j)
		} else {
			_, err = river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx.PGX(), j)
		}
		return err
	})), j.Args)
}

type (
	completeKey struct{}
	completer   func(ctx context.Context, tx *db.Tx) error
)

// Complete marks the job that ctx belongs to as done in tx. Where another
// unique job may be left out because this one runs, complete first, then look
// for what is left, and undo the transaction if there is something.
func Complete(ctx context.Context, tx *db.Tx) error {
	c, ok := ctx.Value(completeKey{}).(completer)
	if !ok {
		return errors.New("no job runs here")
	}
	return c(ctx, tx)
}

// NextRetry is when a failed job is tried again: after a pause that grows
// from two seconds to an hour.
func (w *worker[A]) NextRetry(j *river.Job[A]) time.Time {
	return time.Now().Add(min(time.Second<<min(j.Attempt, 12), time.Hour))
}

// Later ends a run without failure and runs the job again after d.
func Later(d time.Duration) error { return river.JobSnooze(d) }

// Prepare brings the queue's own tables up to date and makes Add ready.
func (q *Queue) Prepare(ctx context.Context) (err error) {
	cfg := &river.Config{
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		Workers:              q.workers,
		Logger:               slog.New(quiet{q.log.Handler()}),
		PeriodicJobs:         q.periodic,
		FetchCooldown:        5 * time.Millisecond,
		FetchPollInterval:    time.Second,
		JobTimeout:           timeout,
		RescueStuckJobsAfter: rescue,
		MaxAttempts:          1000,
		SkipUnknownJobCheck:  q.stranger,
	}
	if q.db.Dialect() == db.SQLite {
		q.engine, err = newLite(ctx, q.db, cfg)
	} else {
		q.engine, err = newPostgres(ctx, q.db, cfg)
	}
	if err != nil {
		return fmt.Errorf("job queue: %w", err)
	}
	return nil
}

// Start begins to run jobs, until Stop.
func (q *Queue) Start(ctx context.Context) error { return q.engine.start(ctx) }

// Stop takes no new jobs and waits for the running ones until ctx ends; what
// is cut off then is run again later.
func (q *Queue) Stop(ctx context.Context) error {
	if q.engine == nil {
		return nil
	}
	return q.engine.stop(ctx)
}

// Add puts down a job in the transaction of the change it follows from.
func (q *Queue) Add(ctx context.Context, tx *db.Tx, args Args, o Options) error {
	return q.AddMany(ctx, tx, []Args{args}, o)
}

// AddMany puts down several jobs. With Unique their args must differ.
func (q *Queue) AddMany(ctx context.Context, tx *db.Tx, all []Args, o Options) error {
	if q.engine == nil {
		return ErrNotStarted
	}
	if len(all) == 0 {
		return nil
	}
	opts := &river.InsertOpts{ScheduledAt: o.After}
	if o.Unique {
		opts.UniqueOpts = unique().UniqueOpts
	}
	jobs := make([]river.InsertManyParams, len(all))
	for i, a := range all {
		jobs[i] = river.InsertManyParams{Args: a, InsertOpts: opts}
	}
	return q.engine.insert(ctx, tx, jobs)
}

// unique leaves out those that are done, which the library would count among
// the others for as long as it keeps them.
func unique() *river.InsertOpts {
	return &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}}}
}

// quiet passes on only what went wrong: the library tells of every start, stop and lost election at Info.
type quiet struct{ slog.Handler }

// Enabled is true from Warn up.
func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}
