package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Photos of 12 megapixels.
const (
	photoWide, photoHigh = 4032, 3024
	negatives            = 4 // pictures that they are made of
)

// photosOf puts photos into a home and waits until they are there in all sizes; then
// it looks at a page of them in a home that has just started.
func (f *filing) photosOf(ctx context.Context) error {
	r, err := f.moveIn(ctx, "photos")
	if err != nil {
		return err
	}
	defer func() { r.Kill() }()
	home, err := r.davHome(ctx)
	if err != nil {
		return err
	}
	var all [][]byte
	for i := range negatives {
		p, err := negative(i)
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	if _, err := home.once("MKCOL", "/album/", "", nil); err != nil {
		return err
	}
	began := time.Now()
	cpu, err := usedByAll(r.PID(), func() error {
		for i := range f.file.photos {
			if _, err := home.once("PUT", fmt.Sprintf("/album/%04d.jpg", i), "", print(all[i%negatives], i)); err != nil {
				return err
			}
		}
		return home.wait(ctx, f.file.photos)
	})
	if err != nil {
		return err
	}
	took := time.Since(began)
	f.table.add(fmt.Sprintf("%d photos of 12 MP to all sizes", f.file.photos), "", "%.0f s on %d cores, %.0f ms CPU each: %.2f a second and core",
		took.Seconds(), runtime.NumCPU(), milliseconds(cpu)/float64(f.file.photos), float64(f.file.photos)/cpu.Seconds())
	if err := f.vipsOf(ctx, all); err != nil {
		f.fail(ctx, "the same by vips", err)
	}
	return f.coldPage(ctx, r)
}

// negative is a picture with fine grain and large forms, as a JPEG.
func negative(which int) ([]byte, error) {
	noise := rand.New(rand.NewPCG(uint64(which), 12))
	m := image.NewRGBA(image.Rect(0, 0, photoWide, photoHigh))
	for y := range photoHigh {
		for x := range photoWide {
			grain := noise.IntN(24)
			m.SetRGBA(x, y, color.RGBA{uint8(x/32 + grain), uint8(y/24 + grain), uint8((x+y)/64*(which+1) + grain), 255})
		}
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 88})
	return b.Bytes(), err
}

// print is a picture that no other one is equal to, by a comment behind its beginning (ITU T.81 B.2.4.5).
func print(negative []byte, which int) []byte {
	b := append([]byte{0xff, 0xd8, 0xff, 0xfe, 0, 10}, binary.BigEndian.AppendUint64(nil, uint64(which))...)
	return append(b, negative[2:]...)
}

const sizesAsked = `<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:nc="http://nextcloud.org/ns"><d:prop><nc:metadata-photos-size/></d:prop></d:propfind>`

// wait waits until so many photos have been looked at.
func (s *davServer) wait(ctx context.Context, want int) error {
	for {
		c, err := s.dial()
		if err != nil {
			return err
		}
		var b bytes.Buffer
		_, _, err = c.ask("PROPFIND", "/album/", xmlDepthOne, []byte(sizesAsked), &b)
		c.Close()
		if err != nil || strings.Count(b.String(), "</nc:metadata-photos-size>") >= want {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// usedByAll is used with what children spent that have ended.
func usedByAll(pid int, f func() error) (time.Duration, error) {
	before, err := cpuWithChildren(pid)
	if err != nil {
		return 0, err
	}
	if err := f(); err != nil {
		return 0, err
	}
	after, err := cpuWithChildren(pid)
	return after - before, err
}

// vipsOf makes the same sizes by the program that comes with libvips, one processor at a time.
func (f *filing) vipsOf(ctx context.Context, negatives [][]byte) error {
	program, err := exec.LookPath("vipsthumbnail")
	if err != nil {
		return errAbsent
	}
	dir := filepath.Join(f.folder, "vips")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var cpu time.Duration
	for i := range f.file.vips {
		from := filepath.Join(dir, fmt.Sprintf("%d.jpg", i))
		if err := os.WriteFile(from, print(negatives[i%len(negatives)], i), 0o600); err != nil {
			return err
		}
		for _, side := range []int{2048, 1024, 512, 256} { // each from the one before it, as at home
			to := filepath.Join(dir, fmt.Sprintf("%d-%d.jpg", i, side))
			c := exec.CommandContext(ctx, program, from, "--size", fmt.Sprint(side), "-o", to+"[strip]")
			c.Env = append(os.Environ(), "VIPS_CONCURRENCY=1")
			if out, err := c.CombinedOutput(); err != nil {
				return fmt.Errorf("vipsthumbnail: %w: %s", err, out)
			}
			cpu += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
			from = to
		}
	}
	f.table.add("the same by vips, a process for each size, for comparison alone", "", "%.0f ms CPU each: %.2f a second and core",
		milliseconds(cpu)/float64(f.file.vips), float64(f.file.vips)/cpu.Seconds())
	return nil
}

var thumbnail = regexp.MustCompile(`<img src="(/photos/\d+/\d+[^"]*)"`)

// coldPage looks at the page of photos, and all pictures on it, just after a start.
func (f *filing) coldPage(ctx context.Context, r *resident) error {
	var page, whole []time.Duration
	pictures, kb := 0, 0.0
	for range f.file.rounds {
		if err := r.again(ctx); err != nil {
			return err
		}
		var body []byte
		spent, err := used(r.PID(), func() (err error) { body, err = r.fetch(ctx, "/photos"); return err })
		if err != nil {
			return err
		}
		page = append(page, spent)
		all := thumbnail.FindAllSubmatch(body, -1)
		pictures, kb = len(all), 0
		spent, err = used(r.PID(), func() error {
			for _, m := range all {
				b, err := r.fetch(ctx, strings.ReplaceAll(string(m[1]), "&amp;", "&"))
				if err != nil {
					return err
				}
				kb += float64(len(b)) / 1e3
			}
			return nil
		})
		if err != nil {
			return err
		}
		whole = append(whole, spent+page[len(page)-1])
	}
	f.table.add(fmt.Sprintf("the page of %d thumbnails, just after a start", pictures), "≤ 150 ms of the server", "%.0f ms CPU the page, %.0f ms with all its pictures (%.0f KB; at most %.0f ms)",
		milliseconds(median(page)), milliseconds(median(whole)), kb, milliseconds(slices.Max(whole)))
	return nil
}

// fetch gets a page as its person.
func (r *resident) fetch(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.plan.Origin()+path, nil)
	if err != nil {
		return nil, err
	}
	for _, c := range r.cookies {
		req.AddCookie(c)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", path, resp.Status)
	}
	return b, err
}
