package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A filing measures files in one home, beside other servers and a bare disk.
type filing struct {
	*measurement
	resident *resident
	home     *davServer
	others   []*davServer
}

// filePlan is how much of files is measured.
type filePlan struct {
	rounds int
	small  int // files of 4 KiB
	turns  int // in which they are written
	large  int // MiB of the large one
	photos int // of 12 megapixels
	vips   int // of those that vips makes smaller
}

// files measures what devices do that keep files. What fails leaves its reason in the table.
func (m *measurement) files(ctx context.Context) error {
	r, err := m.moveIn(ctx, "files")
	if err != nil {
		return err
	}
	defer func() { r.Kill() }()
	f := &filing{measurement: m, resident: r}
	if f.home, err = r.davHome(ctx); err != nil {
		return err
	}
	for name, start := range map[string]func(context.Context, string) (*davServer, func(), error){"nginx": startNginx, "rclone": startRclone} {
		folder, err := os.MkdirTemp(m.folder, "other")
		if err != nil {
			return err
		}
		s, end, err := start(ctx, folder)
		if errors.Is(err, errAbsent) {
			m.table.add(name, "", "%v", err)
			continue
		}
		if err != nil {
			return err
		}
		defer end()
		f.others = append(f.others, s)
	}
	slices.SortFunc(f.others, func(a, b *davServer) int { return strings.Compare(a.name, b.name) })
	for _, part := range []struct {
		row     string
		measure func(context.Context) error
	}{
		{"small files", f.smallFiles}, {"a folder", f.folderOf}, {"a large file", f.largeFile}, {"nothing to sync", f.nothingToSync}, {"photos", f.photosOf},
	} {
		if err := part.measure(ctx); err != nil {
			m.fail(ctx, part.row, err)
		}
	}
	return ctx.Err()
}

// davHome is the home as devices see it.
func (r *resident) davHome(ctx context.Context) (*davServer, error) {
	secret, err := r.plan.AppPassword(ctx, name)
	if err != nil {
		return nil, err
	}
	return &davServer{
		name: "home", addr: r.plan.Listen, base: "/remote.php/dav/files/" + name, auth: basic(name, secret), secret: secret, pid: r.PID(),
	}, nil
}

// smallFiles writes small files, some at a time, turn about with the others.
func (f *filing) smallFiles(ctx context.Context) error {
	rates := map[string][]float64{}
	shares := map[string][]float64{}
	some := f.file.small / f.file.turns
	bare := &bareDisk{filepath.Join(f.folder, "disk")}
	all := append([]smallWriter{bare, f.home}, smallWriters(f.others)...)
	for _, w := range all {
		if err := w.makeFolder(); err != nil {
			return err
		}
	}
	var spent time.Duration
	for turn := range f.file.turns {
		for _, w := range all {
			cpu, err := used(w.process(), func() error {
				rate, err := eightWrite(ctx, w, turn*some, some)
				rates[w.called()] = append(rates[w.called()], rate)
				return err
			})
			if err != nil {
				return err
			}
			if w == smallWriter(f.home) {
				spent += cpu
			}
		}
		for _, w := range all[1:] {
			shares[w.called()] = append(shares[w.called()], rates[w.called()][turn]/rates["bare"][turn])
		}
	}
	ours := shares["home"]
	f.table.add(fmt.Sprintf("%d PUTs of 4 KiB, 8 connections, durable before the answer", f.file.small), "≥ 0.5 of a bare loop",
		"%.0f / s, %.2f ms CPU: %.2f of a bare create, fsync, rename on 8 threads (%.0f / s), turn about %d times (%.2f to %.2f)",
		median(rates["home"]), milliseconds(spent)/float64(f.file.small), median(ours), median(rates["bare"]), f.file.turns, slices.Min(ours), slices.Max(ours))
	for _, s := range f.others {
		f.table.add("the same: "+s.name+", which syncs nothing", "", "%.0f / s: %.2f of the bare loop", median(rates[s.name]), median(shares[s.name]))
	}
	return nil
}

// What Nextcloud's desktop app asks of a folder.
const desktopAsks = `<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"><d:prop>
	<d:resourcetype/><d:getlastmodified/><d:getcontentlength/><d:getetag/><d:quota-available-bytes/><d:quota-used-bytes/><oc:size/><oc:id/><oc:fileid/><oc:downloadURL/><oc:dDC/>
	<oc:permissions/><oc:checksums/><nc:is-encrypted/><nc:metadata-files-live-photo/><oc:share-types/></d:prop></d:propfind>`

const xmlDepthOne = "Depth: 1\r\nContent-Type: application/xml\r\n"

// folderOf lists a folder of small files, again and again: the processor's clock has ticks of 10 ms.
func (f *filing) folderOf(ctx context.Context) error {
	const times = 20
	for _, s := range append([]*davServer{f.home}, f.others...) {
		if s.name == "nginx" {
			continue // knows no PROPFIND without a module that Debian does not bring along
		}
		var bytes int64
		var took []time.Duration
		cpu, err := used(s.pid, func() (err error) {
			for range times {
				began := time.Now()
				if bytes, err = s.once("PROPFIND", smallFolder+"/", xmlDepthOne, []byte(desktopAsks)); err != nil {
					return err
				}
				took = append(took, time.Since(began))
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		row, goal := fmt.Sprintf("PROPFIND, depth 1, of %d entries", f.file.small), "≤ 60 ms CPU"
		if s != f.home {
			row, goal = "the same: "+s.name, ""
		}
		f.table.add(row, goal, "%.0f ms CPU, %.0f ms, %.1f MB", milliseconds(cpu)/times, milliseconds(median(took)), float64(bytes)/1e6)
	}
	return nil
}

// used is the processor time that a process, and children that have ended, spent while f ran.
func used(pid int, f func() error) (time.Duration, error) {
	before, err := cpuOf(pid)
	if err != nil {
		return 0, err
	}
	if err := f(); err != nil {
		return 0, err
	}
	after, err := cpuOf(pid)
	return after - before, err
}
