package blobtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"allod/internal/blob"
	"allod/internal/fault"
)

// A Workshop is a store that also keeps drafts.
type Workshop interface {
	blob.Store
	blob.Drafts
}

// RunDrafts checks that the stores open returns keep the contract of drafts. Each is new and empty.
func RunDrafts(t *testing.T, open func(t *testing.T) Workshop) {
	for _, c := range []struct {
		name  string
		check func(*testing.T, Workshop)
	}{
		{"a draft grows and becomes content", growing},
		{"what is torn leaves a draft as it was", tornDraft},
		{"a draft can be finished again", finishedAgain},
		{"a discarded draft is gone", discarded},
		{"whoever extends a draft takes it", taken},
		{"only names of drafts name drafts", onlyDrafts},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t, open(t)) })
	}
}

func extend(t *testing.T, s Workshop, draft string, at blob.Progress, text string) blob.Progress {
	t.Helper()
	to, err := s.Extend(t.Context(), draft, at, strings.NewReader(text))
	if err != nil || to.Size != at.Size+int64(len(text)) {
		t.Fatalf("extend: %d %v", to.Size, err)
	}
	return to
}

func growing(t *testing.T, s Workshop) {
	long := strings.Repeat("a long piece ", 100_000)
	for _, pieces := range [][]string{{"one", " and ", "two"}, {""}, {"", "late"}, {long, "short", long}} {
		draft, at := blob.NewDraft(), blob.Progress{}
		for _, p := range pieces {
			at = extend(t, s, draft, at, p)
		}
		whole := []byte(strings.Join(pieces, ""))
		r, err := s.OpenDraft(t.Context(), draft)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(io.NewSectionReader(r, 0, at.Size))
		if r.Close(); err != nil || !bytes.Equal(got, whole) {
			t.Fatalf("%d bytes are read of a draft: %v", len(got), err)
		}
		if ref, err := at.Ref(); err != nil || ref != refOf(whole) {
			t.Errorf("would become %v: %v", ref, err)
		}
		ref, err := s.Finish(t.Context(), draft, at)
		if err != nil || ref != refOf(whole) {
			t.Fatalf("became %v: %v", ref, err)
		}
		if err := blob.Verify(t.Context(), s, ref.Hash); err != nil {
			t.Error(err)
		}
	}
	if drafts(t, s) != 0 {
		t.Error("drafts are left")
	}
}

func drafts(t *testing.T, s Workshop) (n int) {
	t.Helper()
	err := s.WalkDrafts(t.Context(), func(_ string, grown time.Time) error {
		if since := time.Since(grown); since < -2*time.Second || since > time.Minute {
			t.Errorf("a new draft is %v old", since)
		}
		n++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func tornDraft(t *testing.T, s Workshop) {
	at := extend(t, s, "D", blob.Progress{}, "first")
	broken := errors.New("line dropped")
	to, err := s.Extend(t.Context(), "D", at, io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || to.Size != at.Size {
		t.Fatalf("%d %v", to.Size, err)
	}
	extend(t, s, "D", at, "a piece that nobody heard of") // as before a power cut
	at = extend(t, s, "D", at, "second")
	if ref, err := s.Finish(t.Context(), "D", at); err != nil || ref != refOf([]byte("firstsecond")) {
		t.Fatalf("%v %v", ref, err)
	}
}

func finishedAgain(t *testing.T, s Workshop) {
	at := extend(t, s, "D", blob.Progress{}, "whole")
	for range 2 {
		if ref, err := s.Finish(t.Context(), "D", at); err != nil || ref != refOf([]byte("whole")) {
			t.Fatalf("%v %v", ref, err)
		}
	}
	if _, err := s.Extend(t.Context(), "D", at, strings.NewReader("more")); !fault.Is(err, fault.NotFound) {
		t.Errorf("extended though it is content: %v", err)
	}
	if err := blob.Verify(t.Context(), s, refOf([]byte("whole")).Hash); err != nil {
		t.Error(err)
	}
	if err := s.Delete(t.Context(), refOf([]byte("whole")).Hash); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(t.Context(), "D", at); !fault.Is(err, fault.NotFound) {
		t.Errorf("finished though nothing is left: %v", err)
	}
}

func discarded(t *testing.T, s Workshop) {
	at := extend(t, s, "D", blob.Progress{}, "going")
	if n := drafts(t, s); n != 1 {
		t.Errorf("%d drafts", n)
	}
	for range 2 {
		if err := s.Discard(t.Context(), "D"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.OpenDraft(t.Context(), "D"); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
	if _, err := s.Extend(t.Context(), "D", at, strings.NewReader("more")); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
	if n := drafts(t, s); n != 0 {
		t.Errorf("%d drafts", n)
	}
}

func taken(t *testing.T, s Workshop) {
	at := extend(t, s, "D", blob.Progress{}, "first")
	r, w := io.Pipe()
	lost := make(chan error, 1)
	go func() {
		_, err := s.Extend(context.Background(), "D", at, r)
		lost <- err
	}()
	if _, err := w.Write([]byte("slow")); err != nil { // it has begun
		t.Fatal(err)
	}
	end := extend(t, s, "D", at, "second")
	_, _ = w.Write([]byte("and late"))
	w.Close()
	if err := <-lost; !errors.Is(err, blob.ErrTaken) {
		t.Errorf("the one before: %v", err)
	}
	if ref, err := s.Finish(t.Context(), "D", end); err != nil || ref != refOf([]byte("firstsecond")) {
		t.Fatalf("%v %v", ref, err)
	}
	if err := blob.Verify(t.Context(), s, refOf([]byte("firstsecond")).Hash); err != nil {
		t.Error(err)
	}
}

func onlyDrafts(t *testing.T, s Workshop) {
	for _, name := range []string{"", "..", "../X", "a", "A/B", "A\x00", refOf(nil).Hash} {
		if _, err := s.Extend(t.Context(), name, blob.Progress{}, strings.NewReader("x")); !fault.Is(err, fault.Invalid) {
			t.Errorf("extend %q: %v", name, err)
		}
		if _, err := s.OpenDraft(t.Context(), name); !fault.Is(err, fault.Invalid) {
			t.Errorf("open %q: %v", name, err)
		}
		if _, err := s.Finish(t.Context(), name, blob.Progress{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("finish %q: %v", name, err)
		}
		if err := s.Discard(t.Context(), name); !fault.Is(err, fault.Invalid) {
			t.Errorf("discard %q: %v", name, err)
		}
	}
	if _, err := s.Extend(t.Context(), "D", blob.Progress{Sum: []byte("nonsense")}, strings.NewReader("x")); err == nil {
		t.Error("a state that is none is taken")
	}
}
