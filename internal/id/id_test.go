package id_test

import (
	"math"
	"sync"
	"testing"
	"time"

	"allod/internal/id"
)

func TestIDsRiseAlsoWhenTheClockSteps(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_000)
	s := id.NewSource(func() time.Time { return now })
	last := s.Next()
	for i := range 100_000 {
		if i%1000 == 0 {
			now = now.Add(time.Duration(i%7-3) * time.Millisecond)
		}
		next := s.Next()
		if next <= last {
			t.Fatalf("%d after %d", next, last)
		}
		last = next
	}
}

func TestIDsOfManyAtOnceDiffer(t *testing.T) {
	s := id.NewSource(time.Now)
	var mu sync.Mutex
	seen := map[id.ID]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 1000 {
				n := s.Next()
				mu.Lock()
				if seen[n] {
					t.Errorf("%d twice", n)
				}
				seen[n] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

func TestIDCarriesItsTime(t *testing.T) {
	at := time.Date(2019, 7, 4, 12, 0, 0, 123e6, time.UTC)
	s := id.NewSource(time.Now)
	a, b := s.At(at), s.At(at)
	if a == b || !a.Time().Equal(at) || !b.Time().Equal(at) || a < id.First(at) || a >= id.First(at.Add(time.Millisecond)) {
		t.Errorf("%d %d %v", a, b, a.Time())
	}
	if far := s.At(time.Date(2500, 1, 1, 0, 0, 0, 0, time.UTC)); far <= 0 {
		t.Errorf("%d", far)
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]id.ID{"1": 1, "9223372036854775807": math.MaxInt64, "113000000000000000": 113000000000000000} {
		if got, err := id.Parse(text); err != nil || got != want || got.String() != text {
			t.Errorf("%s: %d %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "01", "-1", "+1", " 1", "1 ", "9223372036854775808", "1e3", "١", "12345678901234567890"} {
		if got, err := id.Parse(text); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("113000000000000000")
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := id.Parse(s); err == nil && n.String() != s {
			t.Errorf("%q became %d", s, n)
		}
	})
}

func TestPageBounds(t *testing.T) {
	p := id.Page{Max: 9, Since: 3}
	if p.Below() != 9 || p.Above() != 3 || p.Upward() {
		t.Errorf("%+v", p)
	}
	p = id.Page{Min: 5}.Bounded(20, 40)
	if p.Below() != math.MaxInt64 || p.Above() != 5 || !p.Upward() || p.Limit != 20 {
		t.Errorf("%+v", p)
	}
	if l := (id.Page{Limit: 1000}).Bounded(20, 40).Limit; l != 40 {
		t.Error(l)
	}
	if got := id.NewestFirst(p, []int{1, 2, 3}); got[0] != 3 {
		t.Error(got)
	}
}
