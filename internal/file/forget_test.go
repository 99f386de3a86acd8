package file_test

import (
	"context"
	"fmt"
	"testing"

	"allod/internal/db"
	"allod/internal/file"
)

func TestNothingIsLeftOfWhoIsGone(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		removed := map[string]bool{}
		s.Changed.Then(func(_ context.Context, _ *db.Tx, c file.Change) error {
			if c.Kind == file.Removed {
				removed[c.Node.Name] = true
			}
			return nil
		})
		s.mkdir(ida, "a")
		s.mkdir(ida, "a/b")
		s.mkdir(ida, "a/b/empty")
		for i := range 7 {
			s.put(ida, fmt.Sprintf("a/b/%d", i), "once")
		}
		kept := s.put(ida, "top", "once").Blob
		gone := s.put(ida, "top", "twice").Blob // and a version
		s.mkdir(ida, "thrown")
		s.put(ida, "thrown/away", "twice")
		if err := s.Delete(t.Context(), ida, "thrown", false, nil); err != nil {
			t.Fatal(err)
		}
		s.put(bo, "mine", "once")

		rounds := 0
		for more := true; more; rounds++ {
			if rounds > 20 {
				t.Fatal("it does not end")
			}
			err := s.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				more, err = s.Forget(ctx, tx, ida, 3)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if rounds < 4 {
			t.Errorf("all was gone in %d rounds of 3", rounds)
		}
		for _, name := range []string{"a", "b", "empty", "6", "top", "away"} {
			if !removed[name] {
				t.Errorf("nobody was told that %q is gone: %v", name, removed)
			}
		}
		err := s.db.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			used, err := file.UsedBlobs(ctx, tx, []string{kept, gone})
			if len(used) != 1 || used[0] != kept {
				t.Errorf("%v are in use, not the one that Bo has", used)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := s.at(bo, "mine"); s.read(n) != "once" {
			t.Error("Bo's file changed")
		}
		if got := s.listing(ida, ""); got != "" {
			t.Errorf("left: %s", got)
		}
	})
}
