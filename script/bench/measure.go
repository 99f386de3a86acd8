package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"allod/script/bench/home"
	"allod/script/bench/seed"
)

// Who lives in the homes, and whom they follow.
const (
	name     = "ida"
	email    = "ida@example.org"
	password = "a long enough passphrase"
	authors  = 100
	// postsEvery is the time between two posts of a home stream: a million are of a year.
	postsEvery = 30 * time.Second
)

const startPatience = 60 * time.Second

// A measurement fills the column of one engine.
type measurement struct {
	plan
	engine  engine
	binary  string
	folder  string
	table   *table
	harness harness
}

// A resident is a running home with the person who lives in it, and all that opens its doors.
type resident struct {
	*home.Home
	plan    home.Plan
	token   string
	cookies []*http.Cookie
	profile string // address of the person's page
	post    string // and of a post of theirs
}

// all measures everything. What fails leaves its reason in the table; only
// what all depends on is an error.
func (m *measurement) all(ctx context.Context) error {
	if info, err := os.Stat(m.binary); err == nil {
		m.table.add("binary", "≤ 50 MB", "%.1f MB", float64(info.Size())/1e6)
	}
	if err := m.used(ctx); err != nil {
		return fmt.Errorf("%s: used homes: %w", m.engine.name, err)
	}
	if err := m.fresh(ctx); err != nil {
		return fmt.Errorf("%s: fresh home: %w", m.engine.name, err)
	}
	if err := m.files(ctx); err != nil {
		return fmt.Errorf("%s: files: %w", m.engine.name, err)
	}
	return nil
}

// fail leaves the reason for a row that could not be measured.
func (m *measurement) fail(ctx context.Context, row string, err error) {
	if errors.Is(err, errNoHarness) {
		m.table.add(row, "", "%v", err)
	} else if ctx.Err() == nil {
		m.table.add(row, "", "failed: %s", strings.ReplaceAll(err.Error(), "\n", " "))
	}
}

// moveIn makes a home with one person who has posted once, and starts it.
func (m *measurement) moveIn(ctx context.Context, called string) (*resident, error) {
	p, err := m.engine.plan(ctx, m.folder, called, m.binary)
	if err != nil {
		return nil, err
	}
	if err := p.AddAccount(ctx, name, email, password); err != nil {
		return nil, err
	}
	h, err := p.Start(ctx, startPatience)
	if err != nil {
		return nil, err
	}
	r := &resident{Home: h, plan: p}
	if err := r.enter(ctx); err != nil {
		h.Kill()
		return nil, err
	}
	return r, nil
}

// enter signs in, takes a token, and posts once.
func (r *resident) enter(ctx context.Context) error {
	b, err := r.plan.NewBrowser()
	if err != nil {
		return err
	}
	if r.token, err = b.Token(ctx, email, password); err != nil {
		return fmt.Errorf("token: %w", err)
	}
	r.cookies = b.Cookies()
	var me, posted struct {
		URL string `json:"url"`
	}
	if err := r.call(ctx, http.MethodGet, "/api/v1/accounts/verify_credentials", "", &me); err != nil {
		return err
	}
	err = r.call(ctx, http.MethodPost, "/api/v1/statuses", `{"status":"The first words of this home.","visibility":"public"}`, &posted)
	r.profile, r.post = me.URL, posted.URL
	return err
}

// call sends a request to the Mastodon API.
func (r *resident) call(ctx context.Context, method, path, body string, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, r.plan.Origin()+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %s: %.200s", method, path, resp.Status, answer)
	}
	return json.Unmarshal(answer, into)
}

// again stops the home and starts it anew, with the same people.
func (r *resident) again(ctx context.Context) error {
	if err := r.Stop(); err != nil {
		return err
	}
	h, err := r.plan.Start(ctx, startPatience)
	if err != nil {
		return err
	}
	r.Home = h
	return nil
}

// at points the harness at a home.
func (m *measurement) at(r *resident) *harness {
	h := m.harness
	h.base, h.token, h.pid = r.plan.Origin(), r.token, r.PID()
	return &h
}

// stored makes a home whose stream holds so many posts.
func (m *measurement) stored(ctx context.Context, posts int) (*resident, error) {
	r, err := m.moveIn(ctx, fmt.Sprintf("used%d", posts))
	if err != nil {
		return nil, err
	}
	if err := r.Stop(); err != nil {
		return nil, err
	}
	began := time.Now()
	err = seed.Fill(ctx, seed.Plan{Database: database(r.plan), Reader: name, Authors: authors, Posts: posts, Every: postsEvery})
	if err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	fmt.Fprintf(os.Stderr, "%s: %d posts stored in %v\n", m.engine.name, posts, time.Since(began).Round(time.Millisecond))
	r.Home, err = r.plan.Start(ctx, startPatience)
	return r, err
}
