// Package blobtest is the contract of blob.Store, run against every implementation.
package blobtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"allod/internal/blob"
	"allod/internal/fault"
)

// Run checks that the stores open returns keep the contract. Each is new and empty.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	for _, c := range []struct {
		name  string
		check func(*testing.T, blob.Store)
	}{
		{"what is put can be read and sought", roundTrip},
		{"equal content is stored once", once},
		{"a failed put keeps nothing", failedPut},
		{"an ended context is heeded", endedContext},
		{"only hashes name content", onlyHashes},
		{"deleting is final and repeatable", deleting},
		{"only what has had its time expires", expiring},
		{"a sweep asks before it deletes", sweeping},
		{"a walk visits everything in order", walking},
		{"a walk ends at the visitor's error", walkStops},
		{"a put renews the age", renewing},
		{"many may write at once", concurrent},
		{"an open reader survives deletion", openReader},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t, open(t)) })
	}
}

func put(t *testing.T, s blob.Store, content []byte) blob.Ref {
	t.Helper()
	ref, err := s.Put(t.Context(), bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func refOf(content []byte) blob.Ref {
	sum := sha256.Sum256(content)
	return blob.Ref{Hash: hex.EncodeToString(sum[:]), Size: int64(len(content))}
}

func list(t *testing.T, s blob.Store) []blob.Ref {
	t.Helper()
	var refs []blob.Ref
	err := s.Walk(t.Context(), func(ref blob.Ref, _ time.Time) error {
		refs = append(refs, ref)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return refs
}

func roundTrip(t *testing.T, s blob.Store) {
	for _, size := range []int{0, 1, 100, 1 << 20} {
		content := bytes.Repeat([]byte("allod"), size/5+1)[:size]
		ref := put(t, s, content)
		if diff := cmp.Diff(refOf(content), ref); diff != "" {
			t.Fatal(diff)
		}
		r, n, err := s.Open(t.Context(), ref.Hash)
		if err != nil || n != int64(size) {
			t.Fatalf("open: %d bytes, %v", n, err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
			t.Fatalf("read back %d bytes, %v", len(got), err)
		}
		if _, err := r.Seek(int64(size/2), io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content[size/2:]) {
			t.Fatalf("read %d bytes after seeking, %v", len(got), err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if err := blob.Verify(t.Context(), s, ref.Hash); err != nil {
			t.Fatal(err)
		}
	}
}

func once(t *testing.T, s blob.Store) {
	first, second := put(t, s, []byte("same")), put(t, s, []byte("same"))
	if diff := cmp.Diff(first, second); diff != "" {
		t.Fatal(diff)
	}
	if diff := cmp.Diff([]blob.Ref{first}, list(t, s)); diff != "" {
		t.Fatal(diff)
	}
}

func failedPut(t *testing.T, s blob.Store) {
	broken := errors.New("line dropped")
	_, err := s.Put(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Fatalf("got %v, want the reader's error", err)
	}
	if refs := list(t, s); len(refs) != 0 {
		t.Fatalf("kept %v", refs)
	}
}

func endedContext(t *testing.T, s blob.Store) {
	ref := put(t, s, []byte("here"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, strings.NewReader("late")); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v", err)
	}
	if _, _, err := s.Open(ctx, ref.Hash); !errors.Is(err, context.Canceled) {
		t.Errorf("open: %v", err)
	}
	if err := s.Delete(ctx, ref.Hash); !errors.Is(err, context.Canceled) {
		t.Errorf("delete: %v", err)
	}
	visit := func(blob.Ref, time.Time) error { return nil }
	if err := s.Walk(ctx, visit); !errors.Is(err, context.Canceled) {
		t.Errorf("walk: %v", err)
	}
	if diff := cmp.Diff([]blob.Ref{ref}, list(t, s)); diff != "" {
		t.Error(diff)
	}
}

func onlyHashes(t *testing.T, s blob.Store) {
	hash := put(t, s, []byte("x")).Hash
	for _, name := range []string{
		"", ".", "..", "../secret", hash[:63], hash + "0", strings.ToUpper(hash), "g" + hash[1:], "../" + hash[3:], hash[:62] + "/.", hash[:63] + "\x00",
	} {
		if r, _, err := s.Open(t.Context(), name); !fault.Is(err, fault.Invalid) {
			t.Errorf("Open(%q) = %v, %v; want an invalid fault", name, r, err)
		}
		if err := s.Delete(t.Context(), name); !fault.Is(err, fault.Invalid) {
			t.Errorf("Delete(%q) = %v; want an invalid fault", name, err)
		}
	}
	if _, _, err := s.Open(t.Context(), refOf([]byte("never put")).Hash); !fault.Is(err, fault.NotFound) {
		t.Errorf("unknown hash: %v; want a not found fault", err)
	}
}

func deleting(t *testing.T, s blob.Store) {
	ref, other := put(t, s, []byte("going")), put(t, s, []byte("staying"))
	for range 2 {
		if err := s.Delete(t.Context(), ref.Hash); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.Open(t.Context(), ref.Hash); !fault.Is(err, fault.NotFound) {
		t.Fatalf("after deletion: %v", err)
	}
	if diff := cmp.Diff([]blob.Ref{other}, list(t, s)); diff != "" {
		t.Fatal(diff)
	}
	if again := put(t, s, []byte("going")); again != ref {
		t.Fatalf("put again as %v", again)
	}
}

func expiring(t *testing.T, s blob.Store) {
	ref := put(t, s, []byte("a while"))
	for _, c := range []struct {
		before time.Time
		left   int
	}{{time.Now().Add(-time.Hour), 1}, {time.Now().Add(time.Hour), 0}, {time.Now().Add(time.Hour), 0}} {
		if err := s.Expire(t.Context(), ref.Hash, c.before); err != nil {
			t.Fatal(err)
		}
		if n := len(list(t, s)); n != c.left {
			t.Errorf("%d are left of what was put before %v", n, c.before)
		}
	}
	if err := s.Expire(t.Context(), "../secret", time.Now()); !fault.Is(err, fault.Invalid) {
		t.Errorf("%v; want an invalid fault", err)
	}
}

func sweeping(t *testing.T, s blob.Store) {
	var used []string
	for i := range 250 { // more than are asked about at once
		if ref := put(t, s, fmt.Appendf(nil, "thing %d", i)); i%50 == 0 {
			used = append(used, ref.Hash)
		}
	}
	again := put(t, s, []byte("unused but put again"))
	asked := 0
	sweep := func(before time.Time) {
		t.Helper()
		err := blob.Sweep(t.Context(), s, before, func(_ context.Context, hashes []string) ([]string, error) {
			put(t, s, []byte("unused but put again"))
			asked += len(hashes)
			return used, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	sweep(time.Now().Add(-time.Hour))
	if n := len(list(t, s)); n != 251 || asked != 0 {
		t.Fatalf("%d are left, %d were asked about, of what is all new", n, asked)
	}
	time.Sleep(2100 * time.Millisecond) // stores may keep whole seconds
	sweep(time.Now().Add(-time.Second))
	left := map[string]bool{}
	for _, ref := range list(t, s) {
		left[ref.Hash] = true
	}
	for _, h := range append(used, again.Hash) {
		if !left[h] {
			t.Errorf("%s is gone", h)
		}
	}
	if len(left) != len(used)+1 || asked != 251 {
		t.Errorf("%d are left, %d were asked about", len(left), asked)
	}
	broken := errors.New("no answer")
	err := blob.Sweep(t.Context(), s, time.Now().Add(time.Hour), func(context.Context, []string) ([]string, error) { return nil, broken })
	if !errors.Is(err, broken) || len(list(t, s)) != len(left) {
		t.Errorf("without an answer: %v", err)
	}
}

func walking(t *testing.T, s blob.Store) {
	var want []blob.Ref
	for i := range 50 {
		want = append(want, put(t, s, fmt.Appendf(nil, "content %d", i)))
	}
	slices.SortFunc(want, func(a, b blob.Ref) int { return strings.Compare(a.Hash, b.Hash) })
	if diff := cmp.Diff(want, list(t, s)); diff != "" {
		t.Fatal(diff)
	}
}

func walkStops(t *testing.T, s blob.Store) {
	put(t, s, []byte("one"))
	put(t, s, []byte("two"))
	enough, visits := errors.New("enough"), 0
	err := s.Walk(t.Context(), func(blob.Ref, time.Time) error {
		visits++
		return enough
	})
	if !errors.Is(err, enough) || visits != 1 {
		t.Fatalf("%d visits, %v", visits, err)
	}
}

func renewing(t *testing.T, s blob.Store) {
	age := func() (at time.Time) {
		put(t, s, []byte("again"))
		if err := s.Walk(t.Context(), func(_ blob.Ref, modified time.Time) error { at = modified; return nil }); err != nil {
			t.Fatal(err)
		}
		return at
	}
	first := age()
	if d := time.Since(first); d < -2*time.Second || d > time.Minute {
		t.Fatalf("a new blob is %v old", d)
	}
	time.Sleep(1100 * time.Millisecond) // stores may keep whole seconds
	if second := age(); !second.After(first) {
		t.Fatalf("put at %v, again at %v", first, second)
	}
}

func concurrent(t *testing.T, s blob.Store) {
	var wait sync.WaitGroup
	for i := range 32 {
		wait.Go(func() {
			content := fmt.Appendf(nil, "shared %d", i%4)
			ref, err := s.Put(t.Context(), bytes.NewReader(content))
			if err != nil || ref != refOf(content) {
				t.Errorf("put: %v, %v", ref, err)
				return
			}
			if err := blob.Verify(t.Context(), s, ref.Hash); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := len(list(t, s)); n != 4 {
		t.Fatalf("%d blobs, want 4", n)
	}
}

func openReader(t *testing.T, s blob.Store) {
	ref := put(t, s, []byte("still here"))
	r, _, err := s.Open(t.Context(), ref.Hash)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := s.Delete(t.Context(), ref.Hash); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != "still here" {
		t.Fatalf("%q, %v", got, err)
	}
}
