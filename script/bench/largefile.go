package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// largeFile sends a file that is large, and fetches it, turn about, in a home that has just started.
func (f *filing) largeFile(ctx context.Context) error {
	if err := f.resident.again(ctx); err != nil {
		return err
	}
	f.home.pid = f.resident.PID()
	up, synced, down := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
	peak := peakOf(f.home.pid)
	defer peak.end()
	for round := range f.file.rounds {
		for _, s := range append([]*davServer{f.home}, f.others...) {
			path := fmt.Sprintf("/large%d.bin", round)
			syscall.Sync() // what was written before is no burden of this one
			began := time.Now()
			if err := s.putLarge(ctx, path, int64(round), f.file.large); err != nil {
				return err
			}
			up[s.name] = append(up[s.name], rate(f.file.large, began))
			if s.data != "" { // which has not synced it
				if err := syncFile(filepath.Join(s.data, path)); err != nil {
					return err
				}
			}
			synced[s.name] = append(synced[s.name], rate(f.file.large, began))
			began = time.Now()
			n, err := s.once("GET", path, "", nil)
			if err != nil || n != int64(f.file.large)<<20 {
				return fmt.Errorf("%s: %d bytes came back: %w", s.name, n, err)
			}
			down[s.name] = append(down[s.name], rate(f.file.large, began))
			if _, err := s.once("DELETE", path, "", nil); err != nil {
				return err
			}
		}
	}
	most := peak.end()
	row := fmt.Sprintf("%d MiB up, durable before the answer", f.file.large)
	f.table.add(row, "≥ 0.7 of nginx", "%.0f MiB/s", median(up["home"]))
	for _, s := range f.others {
		f.table.add("the same beside "+s.name, "", "%.2f of it without a sync (%.0f MiB/s), %.2f of it with an fsync after each (%.0f MiB/s)",
			share(up["home"], up[s.name]), median(up[s.name]), share(up["home"], synced[s.name]), median(synced[s.name]))
	}
	f.table.add(fmt.Sprintf("%d MiB down", f.file.large), "≥ 1.0 of nginx", "%.0f MiB/s", median(down["home"]))
	for _, s := range f.others {
		f.table.add("the same beside "+s.name+" ", "", "%.2f of it (%.0f MiB/s)", share(down["home"], down[s.name]), median(down[s.name]))
	}
	f.table.add("resident memory meanwhile, at most", "≤ 80 MB", "%.0f MB", float64(most)/1e6)
	return nil
}

// rate is how many MiB a second went by.
func rate(mib int, since time.Time) float64 { return float64(mib) / time.Since(since).Seconds() }

// share is the median of the shares of rounds.
func share(ours, theirs []float64) float64 {
	var all []float64
	for i := range ours {
		all = append(all, ours[i]/theirs[i])
	}
	return median(all)
}

func syncFile(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// putLarge sends so many MiB of which no two rounds are alike.
func (s *davServer) putLarge(ctx context.Context, path string, round int64, mib int) error {
	c, err := s.dial()
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := io.WriteString(c, s.head("PUT", path, "", int64(mib)<<20)); err != nil {
		return err
	}
	scoop := make([]byte, 1<<20)
	noise := rand.New(rand.NewPCG(uint64(round), 1))
	for i := 0; i < len(scoop); i += 8 {
		binary.LittleEndian.PutUint64(scoop[i:], noise.Uint64())
	}
	for i := range mib {
		binary.LittleEndian.PutUint64(scoop, uint64(i))
		if _, err := c.Write(scoop); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	status, _, err := c.answer("PUT", io.Discard)
	if err == nil && status/100 != 2 {
		err = fmt.Errorf("%s: PUT %s: %d", s.name, path, status)
	}
	return err
}

// A peak is the most memory that a process has had since somebody began to look.
type peak struct {
	stop, stopped chan struct{}
	all           []int64
}

func peakOf(pid int) *peak {
	p := &peak{stop: make(chan struct{}), stopped: make(chan struct{})}
	go func() {
		defer close(p.stopped)
		for {
			if rss, err := rssOf(pid); err == nil {
				p.all = append(p.all, rss)
			}
			select {
			case <-p.stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return p
}

// end stops looking, also where that was done before.
func (p *peak) end() int64 {
	select {
	case <-p.stopped:
	default:
		close(p.stop)
		<-p.stopped
	}
	if len(p.all) == 0 {
		return 0
	}
	return slices.Max(p.all)
}
