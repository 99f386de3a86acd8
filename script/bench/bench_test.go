package main

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTable(t *testing.T) {
	var b table
	b.column("SQLite")
	b.add("binary", "≤ 50 MB", "%d MB", 26)
	b.add("start", "≤ 100 ms", "%d ms", 60)
	b.column("PostgreSQL")
	b.add("start", "≤ 100 ms", "failed")
	want := "| | SQLite | PostgreSQL | goal |\n|---|---|---|---|\n| binary | 26 MB |  | ≤ 50 MB |\n| start | 60 ms | failed | ≤ 100 ms |\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		in   []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 2, 9}, 3}} {
		if got := median(c.in); got != c.want {
			t.Errorf("median of %v is %v", c.in, got)
		}
	}
}

func TestUsageOfThisProcess(t *testing.T) {
	before, err := cpuOf(os.Getpid())
	if err != nil {
		t.Skip("no /proc here:", err)
	}
	for end := ownCPU() + 50*time.Millisecond; ownCPU() < end; { // busy for some ticks of the clock
		continue
	}
	after, err := cpuOf(os.Getpid())
	if err != nil || after <= before || after-before > 10*time.Second {
		t.Errorf("from %v to %v, %v", before, after, err)
	}
	if rss, err := rssOf(os.Getpid()); err != nil || rss < 1<<20 {
		t.Errorf("%d bytes resident, %v", rss, err)
	}
}

func TestRivalCosts(t *testing.T) {
	r, err := newRival()
	if err != nil {
		t.Fatal(err)
	}
	if s, v := r.signature(), r.verification(); v <= 0 || s <= v {
		t.Errorf("a signature costs %v, a verification %v", s, v)
	}
	if n := r.signatures(20 * time.Millisecond); n <= 0 {
		t.Errorf("%v signatures a second", n)
	}
}

func TestOlderLink(t *testing.T) {
	for _, page := range []string{
		`<a href="/">x</a><a class="button older" rel="next" href="/?max_id=7">older</a>`,
		`<a href="/?max_id=7" class="older" rel="next">older</a>`,
	} {
		m := olderLink.FindStringSubmatch(page)
		if m == nil || m[1]+m[2] != "/?max_id=7" {
			t.Errorf("%s: %q", page, m)
		}
	}
}
