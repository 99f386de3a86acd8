package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver that the home uses
)

// inFlight is how long before a kill a delivery may have come for the home
// not to have noted yet that it did: a busy lane notes twenty at a time.
const inFlight = 2 * time.Second

// check compares what the home holds with what was acknowledged.
func check(ctx context.Context, l *ledger, app *client, peers []*peer) error {
	stream, err := app.walk(ctx, "/api/v1/timelines/home", byLastID)
	if err != nil {
		return err
	}
	linked, err := app.walk(ctx, "/api/v1/timelines/home", byLink)
	if err != nil {
		return err
	}
	var me struct{ ID string }
	if err := app.call(ctx, http.MethodGet, "/api/v1/accounts/verify_credentials", nil, &me); err != nil {
		return err
	}
	own, err := app.walk(ctx, "/api/v1/accounts/"+me.ID+"/statuses", byLastID)
	if err != nil {
		return err
	}
	l.checkStream(stream, linked)
	l.checkPosts(own)
	l.checkDeliveries(peers)
	l.checkRepeats()
	return nil
}

// A pager finds the address of the page after one.
type pager func(path string, last status, link string) string

func byLastID(path string, last status, _ string) string {
	return path + "?limit=40&max_id=" + last.ID
}

var nextLink = regexp.MustCompile(`<([^>]*)>; rel="next"`)

func byLink(_ string, _ status, link string) string {
	m := nextLink.FindStringSubmatch(link)
	if m == nil {
		return ""
	}
	u, err := url.Parse(m[1])
	if err != nil {
		return ""
	}
	return u.RequestURI()
}

// walk reads a list of statuses page by page to its end.
func (c *client) walk(ctx context.Context, path string, next pager) ([]status, error) {
	var all []status
	for at := path + "?limit=40"; at != ""; {
		var page []status
		link, err := c.page(ctx, at, &page)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		all = append(all, page...)
		at = next(path, page[len(page)-1], link)
	}
	return all, nil
}

// counted counts statuses by their address.
func counted(all []status) map[string]int {
	n := make(map[string]int, len(all))
	for _, s := range all {
		n[s.URI]++
	}
	return n
}

// checkStream wants every acknowledged note and post once in the home stream.
func (l *ledger) checkStream(stream, linked []status) {
	paged, whole := counted(stream), counted(linked)
	expected := slices.Clone(l.notes)
	for _, uri := range l.posts {
		expected = append(expected, uri)
	}
	for _, uri := range expected {
		switch n, m := paged[uri], whole[uri]; {
		case m == 0:
			l.violate("lost: %s was acknowledged and is not in the home stream", uri)
		case m > 1:
			l.violate("twice: %s is %d times in the home stream", uri, m)
		case n != 1:
			l.violate("paging by the id of the last status shows %s %d times; by the Link header once", uri, n)
		}
		delete(whole, uri)
	}
	for uri := range whole {
		l.violate("%s is in the home stream and was never acknowledged", uri)
	}
}

// tag is what a home puts around a text that has no markup of its own.
var tag = regexp.MustCompile(`<[^>]*>`)

// checkPosts wants every acknowledged post once under its author.
func (l *ledger) checkPosts(own []status) {
	found := map[string]int{}
	for _, s := range own {
		text := strings.TrimSpace(tag.ReplaceAllString(s.Content, ""))
		if found[text]++; found[text] > 1 {
			l.violate("twice: the post %q", text)
		}
		if uri, ok := l.posts[text]; !ok {
			l.violate("the post %q is there and was never acknowledged", text)
		} else if uri != s.URI || l.answered[text] != s.ID {
			l.violate("the post %q was acknowledged as %s %s and is %s %s", text, l.answered[text], uri, s.ID, s.URI)
		}
	}
	for text := range l.posts {
		if found[text] == 0 {
			l.violate("lost: the post %q was acknowledged and is not there", text)
		}
	}
}

// checkDeliveries wants every post delivered to every peer under one id, and nothing else delivered.
func (l *ledger) checkDeliveries(peers []*peer) {
	known := map[string]bool{}
	for _, uri := range l.posts {
		known[uri] = true
	}
	told := map[string]string{} // object to the id of the activity that tells of it
	for activity, object := range l.objects {
		if !known[object] {
			l.violate("%s was delivered and tells of %q, which is no acknowledged post", activity, object)
		}
		if other, ok := told[object]; ok {
			l.violate("%s was delivered as %s and as %s", object, other, activity)
		}
		told[object] = activity
	}
	for uri := range known {
		for _, p := range peers {
			if len(l.arrivals[route{told[uri], p.host}]) == 0 {
				l.violate("lost: %s was never delivered to %s", uri, p.host)
			}
		}
	}
}

// checkRepeats wants a delivery repeated only where a kill came before the
// home could note that it had arrived, and always with the same bytes.
func (l *ledger) checkRepeats() {
	first := map[string][32]byte{}
	for r, all := range l.arrivals {
		for i, one := range all {
			if body, ok := first[r.activity]; ok && body != one.body {
				l.violate("%s was delivered with different bytes", r.activity)
			}
			first[r.activity] = one.body
			if i > 0 && !l.killedBetween(all[i-1].at, one.at) {
				l.violate("%s came to %s again %v later, and was not in flight at a kill", r.activity, r.host, one.at.Sub(all[i-1].at))
			}
		}
	}
}

// killedBetween reports whether the home was killed between sending what
// arrived at two moments, and soon after the first.
func (l *ledger) killedBetween(first, second time.Time) bool {
	return slices.ContainsFunc(l.outages, func(o outage) bool {
		late := o.until.IsZero() || first.Before(o.until) // the first was sent before the kill
		return late && o.from.Before(second) && o.from.Sub(first) < inFlight
	})
}

// slowestRepeat is the longest time between the arrival of a delivery that was repeated and the kill that caused it.
func (l *ledger) slowestRepeat() (longest time.Duration) {
	for _, all := range l.arrivals {
		for _, one := range all[:len(all)-1] {
			for _, o := range l.outages {
				if o.from.After(one.at) {
					longest = max(longest, o.from.Sub(one.at))
					break
				}
			}
		}
	}
	return longest
}

// checkFile wants the database whole, with nothing in it twice and nothing left undone.
func (l *ledger) checkFile(ctx context.Context, file string) error {
	d, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer d.Close()
	var verdict string
	if err := d.QueryRowContext(ctx, `PRAGMA integrity_check`).Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		l.violate("the integrity check of the database says: %s", verdict)
	}
	for _, want := range []struct {
		what, query string
		n           int
	}{
		{"posts of those who live here", `SELECT count(*) FROM post WHERE local`, len(l.posts)},
		{"posts of others", `SELECT count(*) FROM post WHERE NOT local`, len(l.notes)},
		{"items of the home stream", `SELECT count(*) FROM home_item`, len(l.posts) + len(l.notes)},
		{"deliveries that are not done", `SELECT count(*) FROM delivery WHERE state <> 'done'`, 0},
		{"activities that wait", `SELECT count(*) FROM incoming`, 0},
	} {
		var n int
		if err := d.QueryRowContext(ctx, want.query).Scan(&n); err != nil {
			return fmt.Errorf("%s: %w", want.what, err)
		}
		if n != want.n {
			l.violate("the database holds %d %s, not %d", n, want.what, want.n)
		}
	}
	return nil
}
