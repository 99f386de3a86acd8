package post_test

import (
	"testing"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
)

func TestWhatOneKeepsIsFoundAgainByOneselfAlone(t *testing.T) {
	each(t, func(w *town) {
		first, second := w.publish(w.ida, post.Draft{Text: "one"}), w.publish(w.ida, post.Draft{Text: "two", Visibility: post.Unlisted})
		hidden := w.publish(w.ida, post.Draft{Text: "three", Visibility: post.Followers})
		for _, p := range []*post.Post{second, first, second} {
			if err := w.posts.Keep(t.Context(), w.ben.ID, p.ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.posts.Keep(t.Context(), w.ben.ID, hidden.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("keeps what is hidden: %v", err)
		}
		list := func(who id.ID, p id.Page) (ids []id.ID) {
			t.Helper()
			items, err := w.posts.KeptBy(t.Context(), who, p)
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range items {
				if !it.Post.Kept {
					t.Errorf("%d is not marked", it.Post.ID)
				}
				ids = append(ids, it.Post.ID)
			}
			return ids
		}
		if got := list(w.ben.ID, id.Page{}); len(got) != 2 || got[0] != first.ID || got[1] != second.ID {
			t.Errorf("keeps %v", got)
		}
		if got := list(w.ida.ID, id.Page{}); len(got) != 0 {
			t.Errorf("the author keeps %v", got)
		}
		if p, err := w.posts.Get(t.Context(), w.ida.ID, first.ID); err != nil || p.Kept {
			t.Errorf("the author sees that it is kept: %v", err)
		}
		if err := w.posts.Unkeep(t.Context(), w.ben.ID, first.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.ties.Block(t.Context(), w.ida.ID, w.ben.ID); err != nil { // what may not be seen any longer is not listed
			t.Fatal(err)
		}
		if got := list(w.ben.ID, id.Page{}); len(got) != 0 {
			t.Errorf("keeps %v", got)
		}
		if _, err := w.posts.Delete(t.Context(), w.ida.ID, second.ID); err != nil {
			t.Fatal(err)
		}
	})
}
