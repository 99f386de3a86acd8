package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// A filing measures files in one home, beside other servers and a bare disk.
type filing struct {
	*measurement
	home   *davServer
	others []*davServer
}

// filePlan is how much of files is measured.
type filePlan struct {
	rounds int
	small  int // files of 4 KiB
}

// files measures what devices do that keep files.
func (m *measurement) files(ctx context.Context) error {
	r, err := m.moveIn(ctx, "files")
	if err != nil {
		return err
	}
	defer func() { r.Kill() }()
	secret, err := r.plan.AppPassword(ctx, name)
	if err != nil {
		return err
	}
	f := &filing{measurement: m, home: &davServer{
		name: "home", addr: r.plan.Listen, base: "/remote.php/dav/files/" + name, auth: basic(name, secret), pid: r.PID(), fsyncs: true,
	}}
	for _, start := range []func(context.Context, string) (*davServer, func(), error){startNginx, startRclone} {
		folder, err := os.MkdirTemp(m.folder, "other")
		if err != nil {
			return err
		}
		s, end, err := start(ctx, folder)
		if errors.Is(err, errAbsent) {
			continue
		}
		if err != nil {
			return err
		}
		defer end()
		f.others = append(f.others, s)
	}
	return f.smallFiles(ctx)
}

// smallFiles writes small files, turn about.
func (f *filing) smallFiles(ctx context.Context) error {
	rates := map[string][]float64{}
	var shares []float64
	for round := range f.file.rounds {
		bare, err := bareSmall(ctx, filepath.Join(f.folder, "disk"), round, f.file.small)
		if err != nil {
			return err
		}
		rates["bare"] = append(rates["bare"], bare)
		for _, s := range append([]*davServer{f.home}, f.others...) {
			before, err := cpuOf(s.pid)
			if err != nil {
				return err
			}
			rate, err := s.putSmall(ctx, round, f.file.small)
			if err != nil {
				return err
			}
			after, err := cpuOf(s.pid)
			if err != nil {
				return err
			}
			rates[s.name] = append(rates[s.name], rate)
			if s == f.home {
				shares = append(shares, rate/bare)
				rates["cpu"] = append(rates["cpu"], milliseconds(after-before)/float64(f.file.small))
			}
		}
	}
	row := fmt.Sprintf("%d PUTs of 4 KiB, 8 connections, durable before the answer", f.file.small)
	f.table.add(row, "≥ 0.5 of a bare loop", "%.0f / s, %.2f ms CPU: %.2f of a bare create, fsync, rename on 8 threads (%.0f / s; rounds %.2f to %.2f)",
		median(rates["home"]), median(rates["cpu"]), median(shares), median(rates["bare"]), slices.Min(shares), slices.Max(shares))
	for _, s := range f.others {
		f.table.add("the same: "+s.name+", which syncs nothing", "", "%.0f / s", median(rates[s.name]))
	}
	return nil
}
