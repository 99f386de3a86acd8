// Command bench measures the real binary from outside and prints one Markdown table.
//
// It starts homes on loopback, on SQLite and, where ALLOD_TEST_POSTGRES names
// one, on PostgreSQL, fills them, loads them, and reads what they cost from
// /proc. Everything it starts it ends.
//
//	bench [-quick] [-only files] [-binary FILE] [-fediload FILE]
//	bench seed -database URL|FILE -reader NAME [-posts N] [-authors N]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"allod/script/bench/seed"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	run := bench
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "seed" {
		run, args = fill, args[1:]
	}
	if err := run(ctx, args); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// fill is the command that only fills a database.
func fill(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench seed", flag.ExitOnError)
	p := seed.Plan{Every: postsEvery}
	flags.StringVar(&p.Database, "database", "", "postgres:// URL, or the path of a SQLite file")
	flags.StringVar(&p.Reader, "reader", name, "who follows all authors; has posted once")
	flags.IntVar(&p.Posts, "posts", 100_000, "how many posts")
	flags.IntVar(&p.Authors, "authors", authors, "how many authors")
	if err := flags.Parse(args); err != nil {
		return err
	}
	began := time.Now()
	if err := seed.Fill(ctx, p); err != nil {
		return err
	}
	fmt.Printf("%d posts in %v\n", p.Posts, time.Since(began).Round(time.Millisecond))
	return nil
}

// A plan is how much is measured.
type plan struct {
	sizes     []int         // of home streams, in posts; the last is that of a used database
	idle      time.Duration // before memory is read
	starts    int
	rounds    int           // of alternating measurements
	load      time.Duration // of one measurement of pages
	posts     int
	notes     int
	runs      int // of what is measured several times
	followers int
	file      filePlan
}

var (
	whole = plan{sizes: []int{1_000, 100_000, 1_000_000}, idle: 30 * time.Second, starts: 5, rounds: 3, load: 5 * time.Second,
		posts: 1200, notes: 2000, runs: 3, followers: 1000, file: filePlan{rounds: 3, small: 10_000, turns: 10, large: 1024, photos: 1000, vips: 20}}
	quick = plan{sizes: []int{1_000, 100_000}, idle: 5 * time.Second, starts: 3, rounds: 2, load: time.Second,
		posts: 400, notes: 1000, runs: 1, followers: 1000, file: filePlan{rounds: 2, small: 2_000, turns: 4, large: 256, photos: 40, vips: 4}}
)

// bench measures on every engine there is and prints the table.
func bench(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	fast := flags.Bool("quick", false, "measure less")
	binary := flags.String("binary", "bin/allod", "the program")
	only := flags.String("only", "", "files: measure only those")
	fediload := flags.String("fediload", "", "the load harness; without it some rows are not measured")
	if err := flags.Parse(args); err != nil {
		return err
	}
	p := whole
	if *fast {
		p = quick
	}
	folder, err := os.MkdirTemp("", "allod-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	engines, err := findEngines(ctx)
	if err != nil {
		return err
	}
	t := &table{}
	for _, e := range engines {
		t.column(e.name)
		m := &measurement{plan: p, engine: e, binary: *binary, folder: filepath.Join(folder, e.name), table: t,
			harness: harness{path: *fediload, folder: folder}}
		measure := m.all
		if *only == "files" {
			measure = m.files
		}
		if err := measure(ctx); err != nil {
			return err
		}
	}
	fmt.Printf("\n%s, %d cores, %s", runtime.GOOS+"/"+runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	fmt.Printf("; SQLite syncs every commit, so does PostgreSQL; load and home share the machine.\n\n%s", t)
	return ctx.Err()
}
