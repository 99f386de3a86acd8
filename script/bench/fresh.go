package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// fresh measures rest and writing, in a home that begins empty.
func (m *measurement) fresh(ctx context.Context) error {
	r, err := m.moveIn(ctx, "fresh")
	if err != nil {
		return err
	}
	defer func() { r.Kill() }()
	if err := m.idle(ctx, r); err != nil {
		return err
	}
	rsa, err := newRival()
	if err != nil {
		return err
	}
	h := m.at(r)
	m.posting(ctx, h)
	m.receiving(ctx, h, rsa)
	m.delivering(ctx, h, rsa)
	return nil
}

// idle measures what a home holds that does nothing.
func (m *measurement) idle(ctx context.Context, r *resident) error {
	if err := r.again(ctx); err != nil {
		return err
	}
	before, err := cpuOf(r.PID())
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(m.plan.idle):
	}
	after, err := cpuOf(r.PID())
	if err != nil {
		return err
	}
	rss, err := rssOf(r.PID())
	if err != nil {
		return err
	}
	m.table.add(fmt.Sprintf("resident memory, one person, after %v of rest", m.plan.idle), "≤ 40 MB", "%.1f MB, %.1f %% of a core",
		float64(rss)/1e6, 100*(after-before).Seconds()/m.plan.idle.Seconds())
	return nil
}

func (m *measurement) posting(ctx context.Context, h *harness) {
	const row = "API posts, 4 clients"
	n, err := h.run(ctx, nil, "post", "-c", "4", "-n", fmt.Sprint(m.posts), "-runs", fmt.Sprint(m.runs))
	if err != nil {
		m.fail(ctx, row, err)
		return
	}
	m.table.add(row, "", "%.0f / s, %.2f ms CPU, p99 %.1f ms", n["posts_per_s"], n["srv_cpu_ms_per_op"], n["p99_ms"])
}

// receiving measures signed notes on their way into the home stream. The
// share of RSA is its processor time alone, measured here, in that of the home.
func (m *measurement) receiving(ctx context.Context, h *harness, rsa *rival) {
	const row = "inbox: signed notes visible in the home stream"
	n, err := h.run(ctx, nil, "inbox", "-hosts", "10", "-actors", "10", "-n", fmt.Sprint(m.notes), "-c", "8", "-single", "20",
		"-runs", fmt.Sprint(m.runs), "-net", "51", "-port", "9151", "-key", filepath.Join(h.folder, "key.pem"))
	if err != nil {
		m.fail(ctx, row, err)
		return
	}
	m.table.add(row, "≥ 1000 / s", "%.0f / s", n["visible_per_s"])
	m.table.add("inbox: accepted (verified and durable before 202)", "", "%.0f / s, p99 %.1f ms, %.2f ms CPU", n["accepted_per_s"], n["p99_ms"], n["srv_cpu_ms_per_op"])
	m.table.add("inbox: refused or lost of "+fmt.Sprint(m.notes), "0", "%.0f", float64(m.notes)-n["visible"])
	m.table.add("inbox: one note on an idle home, delivery to stream", "≤ 10 ms", "%.1f ms at the median", n["single_visible_p50_ms"])
	alone := milliseconds(rsa.verification())
	m.table.add("inbox: share of RSA verification in the home's CPU", "", "%.1f %% (%.3f of %.2f ms)",
		100*alone/n["srv_cpu_ms_per_op"], alone, n["srv_cpu_ms_per_op"])
}

// How long RSA is measured alone, and how long the pauses are in which it is.
const (
	signTime = 2 * time.Second
	signRest = time.Second // for the home to come to rest after a run
)

// delivering measures one post on its way to many inboxes, in turn with the rate of signing alone.
func (m *measurement) delivering(ctx context.Context, h *harness, rsa *rival) {
	row := fmt.Sprintf("one post to %d inboxes: the last after", m.followers)
	rates := []float64{rsa.signatures(signTime)}
	runs := m.runs + 1 // the first may have to find out how to sign
	n, err := h.run(ctx, func() {
		time.Sleep(signRest)
		rates = append(rates, rsa.signatures(signTime))
	}, "fanout", "-hosts", fmt.Sprint(m.followers), "-runs", fmt.Sprint(runs), "-rest", (signRest + signTime + time.Second).String(),
		"-net", "61", "-port", "9261", "-key", filepath.Join(h.folder, "key.pem"))
	if err != nil {
		m.fail(ctx, row, err)
		return
	}
	rate := median(rates)
	m.table.add(row, "≤ 700 ms", "%.0f ms (median of %d), %.0f reached, %.0f twice", n["last_ms"], runs, n["reached"], n["duplicates"])
	m.table.add("the same, as a rate, beside RSA-2048 signing alone on all cores", "≥ 55 %", "%.0f / s of %.0f / s (%.0f to %.0f): %.0f %%",
		n["deliveries_per_s"], rate, slices.Min(rates), slices.Max(rates), 100*n["deliveries_per_s"]/rate)
	alone := milliseconds(rsa.signature())
	m.table.add("the same: CPU a delivery, and the share of signing in it", "", "%.2f ms, %.0f %%", n["srv_cpu_ms_per_op"], 100*alone/n["srv_cpu_ms_per_op"])
	m.table.add("the same: the API answers after", "before any delivery", "%.1f ms; first delivery after %.1f ms", n["post_ms"], n["first_ms"])
	m.table.add("the same: good signatures", "all", "%.0f", n["good_signatures"])
	m.table.add("noise: cores that neither home nor load used meanwhile", "0", "%.1f", n["other_cores"])
}
