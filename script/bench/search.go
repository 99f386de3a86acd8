package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"allod/script/bench/seed"
)

// questions is how many searches are measured, and common how many of the
// commonest words they are drawn from, as often as people say them.
const (
	questions = 1000
	common    = 20_000
)

// searches measures a search for two words, one after the other.
func (m *measurement) searches(ctx context.Context, r *resident) error {
	if err := r.Stop(); err != nil {
		return err
	}
	began := time.Now()
	if err := seed.FillWords(ctx, database(r.plan)); err != nil {
		return fmt.Errorf("seed words: %w", err)
	}
	fmt.Fprintf(os.Stderr, "%s: their words taken in after %v\n", m.engine.name, time.Since(began).Round(time.Millisecond))
	var err error
	if r.Home, err = r.plan.Start(ctx, startPatience); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(3, 5))
	var took []time.Duration
	before, err := cpuOf(r.PID())
	if err != nil {
		return err
	}
	for i := range questions + questions/10 {
		if i == questions/10 { // the first ones warm the caches
			if before, err = cpuOf(r.PID()); err != nil {
				return err
			}
		}
		began := time.Now()
		if err := r.search(ctx, seed.Drawn(random, common)+" "+seed.Drawn(random, common)); err != nil {
			return err
		}
		if i >= questions/10 {
			took = append(took, time.Since(began))
		}
	}
	after, err := cpuOf(r.PID())
	if err != nil {
		return err
	}
	slices.Sort(took)
	m.table.add(fmt.Sprintf("search for two words, %d stored", m.sizes[len(m.sizes)-1]), "p95 ≤ 20 ms", "p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, %.2f ms CPU",
		milliseconds(took[questions/2]), milliseconds(took[questions*95/100]), milliseconds(took[questions*99/100]), milliseconds(after-before)/questions)
	return nil
}

// search asks as an app does.
func (r *resident) search(ctx context.Context, words string) error {
	address := r.plan.Origin() + "/api/v2/search?" + url.Values{"type": {"statuses"}, "q": {words}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("search for %q: %s", words, resp.Status)
	}
	return nil
}
