package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"
)

// used measures reading, in homes that hold posts already.
func (m *measurement) used(ctx context.Context) error {
	var homes []*resident
	defer func() {
		for _, r := range homes {
			r.Kill()
		}
	}()
	for _, n := range m.sizes {
		r, err := m.stored(ctx, n)
		if err != nil {
			return err
		}
		homes = append(homes, r)
	}
	m.streams(ctx, homes)
	for _, r := range homes[:len(homes)-1] {
		r.Kill()
	}
	last := homes[len(homes)-1]
	if err := m.starts(ctx, last); err != nil {
		return err
	}
	m.pages(ctx, last)
	m.article(ctx, last)
	return m.searches(ctx, last)
}

// starts measures how long a used home takes to its first answer.
func (m *measurement) starts(ctx context.Context, r *resident) error {
	var took []time.Duration
	for range m.plan.starts {
		if err := r.again(ctx); err != nil {
			return err
		}
		took = append(took, r.Took)
	}
	m.table.add("start to the first answer, used database", "≤ 100 ms", "%.0f ms", milliseconds(median(took)))
	return nil
}

// A view is one page of one home's stream, as its reader's browser asks for it.
type view struct {
	r         *resident
	row, goal string
	url       string
	cpu       []float64 // milliseconds of a request, one number a round
	err       error
}

// laterPage is the page that is measured beside the first.
const laterPage = 40

// streams measures the home stream at every size, first page and a later one,
// and beside them a request that asks for nothing, all in turn.
func (m *measurement) streams(ctx context.Context, homes []*resident) {
	bare := &view{r: homes[0], row: "a request for nothing (/healthz): CPU", goal: "", url: homes[0].plan.Origin() + "/healthz"}
	views := []*view{bare}
	for i, r := range homes {
		row := fmt.Sprintf("home stream of 20, %d stored: CPU a request, page ", m.sizes[i])
		first := &view{r: r, row: row + "1", goal: "≤ 0.5 ms, flat", url: r.plan.Origin() + "/"}
		views = append(views, first)
		later, err := r.turn(ctx, first.url, laterPage)
		if err != nil {
			m.fail(ctx, row+fmt.Sprint(laterPage), err)
			continue
		}
		views = append(views, &view{r: r, row: row + fmt.Sprint(laterPage), goal: "that of page 1", url: later})
	}
	for range m.rounds {
		for _, v := range views {
			v.err = errors.Join(v.err, v.read(ctx, m.plan.load))
		}
	}
	for _, v := range views {
		if v.err != nil {
			m.fail(ctx, v.row, v.err)
			continue
		}
		m.table.add(v.row, v.goal, "%.2f ms", median(v.cpu))
	}
}

// viewers is how many read a home stream at once.
const viewers = 4

// read reads the view again and again for a while, and notes what a request costs the home.
func (v *view) read(ctx context.Context, for_ time.Duration) error {
	before, err := cpuOf(v.r.PID())
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: viewers, DisableCompression: true}}
	defer client.CloseIdleConnections()
	counts, errs := make([]int, viewers), make([]error, viewers)
	var all sync.WaitGroup
	began := time.Now()
	for i := range viewers {
		all.Go(func() {
			for time.Since(began) < for_ && errs[i] == nil {
				_, errs[i] = v.r.look(ctx, client, v.url)
				counts[i]++
			}
		})
	}
	all.Wait()
	after, err := cpuOf(v.r.PID())
	if err := errors.Join(append(errs, err)...); err != nil {
		return err
	}
	n := 0
	for _, c := range counts {
		n += c
	}
	v.cpu = append(v.cpu, milliseconds(after-before)/float64(n))
	return nil
}

// look reads a page as the signed-in person.
func (r *resident) look(ctx context.Context, client *http.Client, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	for _, c := range r.cookies {
		req.AddCookie(c)
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", req.URL.Path, resp.Status)
	}
	return string(page), err
}

var olderLink = regexp.MustCompile(`<a [^>]*rel="next"[^>]*href="([^"]*)"|<a [^>]*href="([^"]*)"[^>]*rel="next"`)

// turn follows the link to what is older until it has come to page n, and returns its address.
func (r *resident) turn(ctx context.Context, at string, n int) (string, error) {
	for p := 1; p < n; p++ {
		page, err := r.look(ctx, http.DefaultClient, at)
		if err != nil {
			return "", err
		}
		if posts := strings.Count(page, "<article"); posts != 20 {
			return "", fmt.Errorf("page %d of the home stream shows %d posts", p, posts)
		}
		m := olderLink.FindStringSubmatch(page)
		if m == nil {
			return "", fmt.Errorf("page %d of the home stream has no link to an older one", p)
		}
		at = r.plan.Origin() + html.UnescapeString(m[1]+m[2])
	}
	return at, nil
}

// pages measures what everyone may read, and the home timeline of apps.
func (m *measurement) pages(ctx context.Context, r *resident) {
	h := m.at(r)
	if _, err := h.run(ctx, nil, "post", "-c", "1", "-n", "40"); err != nil && !errors.Is(err, errNoHarness) {
		m.fail(ctx, "40 posts for the profile", err)
	}
	for _, page := range []struct{ row, url string }{{"public profile, 8 clients", r.profile}, {"public post, 8 clients", r.post}} {
		n, err := h.run(ctx, nil, "page", "-url", page.url, "-c", "8", "-d", m.plan.load.String(), "-runs", fmt.Sprint(m.runs))
		if err != nil {
			m.fail(ctx, page.row, err)
			continue
		}
		m.table.add(page.row, "≥ 5000 / s", "%.0f / s, %.3f ms CPU, p99 %.1f ms", n["req_per_s"], n["srv_cpu_ms_per_op"], n["p99_ms"])
	}
	row := fmt.Sprintf("API home timeline, limit 20, %d stored, 8 clients", m.sizes[len(m.sizes)-1])
	n, err := h.run(ctx, nil, "timeline", "-c", "8", "-d", m.plan.load.String(), "-runs", fmt.Sprint(m.runs))
	if err != nil {
		m.fail(ctx, row, err)
		return
	}
	m.table.add(row, "", "%.0f / s, %.2f ms CPU, p99 %.1f ms", n["req_per_s"], n["srv_cpu_ms_per_op"], n["p99_ms"])
}
