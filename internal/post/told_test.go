package post_test

import (
	"context"
	"testing"

	"allod/internal/db"
	"allod/internal/post"
)

func TestOnlyWhatGoesOutToEveryoneIsTold(t *testing.T) {
	each(t, func(w *town) {
		told := func(p *post.Post) (got *post.Post) {
			t.Helper()
			w.update(func(ctx context.Context, tx *db.Tx) (err error) {
				got, err = w.posts.Told(ctx, tx, p.ID)
				return err
			})
			return got
		}
		first := w.publish(w.ida, post.Draft{Text: "First"})
		second := w.publish(w.ida, post.Draft{Text: "Second"})
		for _, p := range []*post.Post{first, second} { // also what is not the newest
			if got := told(p); got == nil || got.ID != p.ID {
				t.Errorf("%v is told as %v", p.ID, got)
			}
		}
		q := w.edit(w.ida, first, post.Draft{Text: "Anew"})
		if got := told(q); got == nil || got.HTML != "<p>Anew</p>" {
			t.Errorf("what was edited is told as %v", got)
		}
		for name, d := range map[string]post.Draft{
			"unlisted":  {Text: "x", Visibility: post.Unlisted},
			"followers": {Text: "x", Visibility: post.Followers},
			"here only": {Text: "x", HereOnly: true},
			"an answer": {Text: "x", ReplyTo: w.publish(w.ben, post.Draft{Text: "Of Ben"}).ID},
		} {
			if told(w.publish(w.ida, d)) != nil {
				t.Errorf("%s is told", name)
			}
		}
		if _, err := w.posts.Delete(t.Context(), w.ida.ID, second.ID); err != nil {
			t.Fatal(err)
		}
		if told(second) != nil {
			t.Error("what was deleted is told")
		}
	})
}
