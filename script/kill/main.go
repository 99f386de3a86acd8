// Command kill tries whether the home keeps what it acknowledged.
//
// It starts the real binary on SQLite, has people post and other servers
// deliver notes to it without pause, ends it with SIGKILL at random moments,
// starts it again on the same data, and at the end compares what was
// acknowledged with what is there. Nothing acknowledged may be lost, nothing
// stored twice, and a delivery repeated only if it was in flight at a kill.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	t := trial{out: os.Stdout}
	flag.StringVar(&t.binary, "binary", "bin/allod", "the program")
	flag.StringVar(&t.folder, "data", "", "data folder, kept afterwards; a temporary one that is removed if empty")
	flag.IntVar(&t.kills, "kills", 200, "how often the program is killed")
	flag.Uint64Var(&t.seed, "seed", 0, "of the moments; 0 takes a random one")
	flag.Parse()
	if err := inFolder(ctx, t); err != nil {
		fmt.Fprintln(os.Stderr, "kill:", err)
		os.Exit(1)
	}
}

// inFolder runs a trial in its folder, or in a temporary one.
func inFolder(ctx context.Context, t trial) error {
	if t.folder == "" {
		folder, err := os.MkdirTemp("", "allod-kill-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		t.folder = folder
	}
	return t.run(ctx)
}

// A trial is one run of the test.
type trial struct {
	binary, folder string
	kills          int
	seed           uint64
	out            io.Writer
}
