package post_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/post"
)

func (w *town) edit(by *account.Account, p *post.Post, d post.Draft) *post.Post {
	w.t.Helper()
	q, err := w.posts.Edit(w.t.Context(), by, p.ID, d)
	if err != nil {
		w.t.Fatal(err)
	}
	return q
}

func TestEditKeepsWhatWasSaid(t *testing.T) {
	each(t, func(w *town) {
		told := 0
		w.posts.Edited.Then(func(context.Context, *db.Tx, post.Edited) error { told++; return nil })
		p := w.publish(w.ida, post.Draft{Text: "First #one", Warning: "wet"})
		if q := w.edit(w.ida, p, post.Draft{Text: "First #one", Warning: "wet"}); !q.EditedAt.IsZero() || told != 0 {
			t.Error("an edit that changes nothing leaves a trace")
		}
		w.edit(w.ida, p, post.Draft{Text: "Second, @ben"})
		q := w.edit(w.ida, p, post.Draft{Text: "Third"})
		if q.EditedAt.IsZero() || q.Visibility != post.Public || q.HTML != "<p>Third</p>" || told != 2 {
			t.Errorf("%+v, told %d times", q, told)
		}
		now, earlier, err := w.posts.History(t.Context(), 0, p.ID)
		if err != nil || now.HTML != "<p>Third</p>" || len(earlier) != 2 {
			t.Fatalf("%+v %d %v", now, len(earlier), err)
		}
		if first := earlier[0]; !strings.Contains(first.HTML, "First") || first.Warning != "wet" || !first.SaidAt.Equal(p.PublishedAt.Truncate(time.Microsecond)) {
			t.Errorf("%+v", first)
		}
		if items, err := w.posts.ByTag(t.Context(), 0, "one", id.Page{Limit: 20}); err != nil || len(items) != 0 {
			t.Errorf("%d posts still have the hashtag: %v", len(items), err)
		}
	})
}

func TestHistoryIsForThoseWhoMaySeeThePost(t *testing.T) {
	each(t, func(w *town) {
		w.follow(w.ben, w.ida)
		p := w.publish(w.ida, post.Draft{Text: "secret one", Visibility: post.Followers})
		w.edit(w.ida, p, post.Draft{Text: "secret two"})
		if _, earlier, err := w.posts.History(t.Context(), w.ben.ID, p.ID); err != nil || len(earlier) != 1 {
			t.Errorf("a follower sees %d versions: %v", len(earlier), err)
		}
		for _, who := range []*account.Account{{}, w.wren} {
			if _, earlier, err := w.posts.History(t.Context(), who.ID, p.ID); !fault.Is(err, fault.NotFound) || earlier != nil {
				t.Errorf("%v %v", earlier, err)
			}
			if _, err := w.posts.Whole(t.Context(), who.ID, p.ID); !fault.Is(err, fault.NotFound) {
				t.Error(err)
			}
		}
	})
}

func TestNobodyElseEditsAndNothingDeletedComesBack(t *testing.T) {
	each(t, func(w *town) {
		p := w.publish(w.ida, post.Draft{Text: "mine"})
		if _, err := w.posts.Edit(t.Context(), w.ben, p.ID, post.Draft{Text: "his"}); !fault.Is(err, fault.Denied) {
			t.Error(err)
		}
		for name, d := range map[string]post.Draft{"empty": {}, "long": {Text: strings.Repeat("x", post.TextMax+1)}, "language": {Text: "x", Language: "?!"}} {
			if _, err := w.posts.Edit(t.Context(), w.ida, p.ID, d); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.posts.Delete(t.Context(), w.ida.ID, p.ID); err != nil {
			t.Fatal(err)
		}
		_, err := w.posts.Edit(t.Context(), w.ida, p.ID, post.Draft{Text: "again"})
		if key, _ := fault.Message(err); !fault.Is(err, fault.Gone) || key != "fault.post.edit_gone" {
			t.Errorf("%v %s", err, key)
		}
		if _, err := w.posts.Get(t.Context(), w.ida.ID, p.ID); !fault.Is(err, fault.NotFound) {
			t.Error("it came back")
		}
	})
}

func TestOlderUpdateNeverReplacesANewerOne(t *testing.T) {
	each(t, func(w *town) {
		a := w.arrival(w.wren, 1)
		a.Media = []media.Medium{{Kind: media.Image, RemoteURL: "https://far.example/1.png", Alt: "one"}}
		p, err := w.receive(a)
		if err != nil {
			t.Fatal(err)
		}
		take := func(html string, at time.Duration, all ...media.Medium) {
			t.Helper()
			b := w.arrival(w.wren, 1)
			b.HTML, b.Edited, b.Media = html, time.Now().Add(at), all
			w.update(func(ctx context.Context, tx *db.Tx) error {
				_, err := w.posts.TakeUpdate(ctx, tx, b)
				return err
			})
		}
		take("<p>newer</p>", -time.Minute, media.Medium{Kind: media.Image, RemoteURL: "https://far.example/1.png", Alt: "better"})
		take("<p>older</p>", -2*time.Minute)
		now, earlier, err := w.posts.History(t.Context(), 0, p.ID)
		if err != nil || now.HTML != "<p>newer</p>" || len(earlier) != 1 || earlier[0].HTML != "<p>hello</p>" {
			t.Fatalf("%+v %d %v", now, len(earlier), err)
		}
		if len(now.Media) != 1 || now.Media[0].Alt != "better" || len(earlier[0].Media) != 1 || earlier[0].Media[0].Alt != "one" {
			t.Errorf("%+v %+v", now.Media, earlier[0].Media)
		}
		take("<p>from the future</p>", 1000*time.Hour)
		take("<p>after that</p>", time.Second)
		if now, _, _ := w.posts.History(t.Context(), 0, p.ID); now.HTML != "<p>after that</p>" {
			t.Errorf("a clock that runs ahead silences its author: %s", now.HTML)
		}
		for i := range 30 {
			take("<p>"+strings.Repeat("x", i+1)+"</p>", time.Second+time.Duration(i)*time.Millisecond)
		}
		if _, earlier, err := w.posts.History(t.Context(), 0, p.ID); err != nil || len(earlier) > 10 {
			t.Errorf("%d versions of another's post are kept: %v", len(earlier), err)
		}
		w.update(func(ctx context.Context, tx *db.Tx) error {
			if all, err := media.EverOf(ctx, tx, p.ID); err != nil || len(all) != 0 {
				t.Errorf("%d pictures are kept that no version shows: %v", len(all), err)
			}
			return nil
		})
	})
}

func TestListsNeverHoldTheWholeOfAnArticle(t *testing.T) {
	each(t, func(w *town) {
		text := "# Low tide\n\n" + strings.Repeat("The whole street walked out to the wreck. ", 500) + "\n\n## The bell\n\nlast words"
		p := w.publish(w.ida, post.Draft{Kind: post.Article, Title: " The  wreck ", Text: text, Rights: account.BYSA})
		listed, err := w.posts.Get(t.Context(), 0, p.ID)
		if err != nil || listed.Title != "The wreck" || listed.Body != nil || len(listed.HTML) > 400 || listed.Text != "" || listed.Words < 3500 || listed.Rights != account.BYSA {
			t.Fatalf("%+v %v", listed, err)
		}
		whole, err := w.posts.Whole(t.Context(), 0, p.ID)
		if err != nil || !strings.Contains(whole.Body.HTML, "last words") || whole.Typed() != text || len(whole.Body.Contents) != 2 {
			t.Fatalf("%v", err)
		}
		w.edit(w.ida, p, post.Draft{Title: "The bell", Summary: "About a bell", Text: "Short now"})
		whole, err = w.posts.Whole(t.Context(), 0, p.ID)
		if err != nil || whole.HTML != "<p>About a bell</p>" || whole.Body.HTML != "<p>Short now</p>" || whole.Kind != post.Article || whole.Rights != account.BYSA {
			t.Errorf("%+v %v", whole, err)
		}
		_, earlier, err := w.posts.History(t.Context(), 0, p.ID)
		if err != nil || len(earlier) != 1 || len(earlier[0].HTML) > 400 {
			t.Fatal(err)
		}
		_, was, err := w.posts.Earlier(t.Context(), 0, p.ID, earlier[0].ID, func(*media.Medium) string { return "" })
		if err != nil || !strings.Contains(was.HTML, "last words") || was.Title != "The wreck" {
			t.Errorf("%v", err)
		}
		for name, d := range map[string]post.Draft{
			"no title": {Kind: post.Article, Text: "x"}, "no text": {Kind: post.Article, Title: "x"}, "kind": {Kind: "film", Text: "x"},
			"too long": {Kind: post.Article, Title: "x", Text: strings.Repeat("x", post.ArticleMax+1)},
			"rights":   {Text: "x", Rights: account.Rights(strings.Repeat("x", account.RightsMax+1))},
		} {
			d.Visibility = post.Public
			if _, err := w.posts.Publish(t.Context(), w.ida, d); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestArticleFromElsewhereIsFolded(t *testing.T) {
	each(t, func(w *town) {
		a := w.arrival(w.wren, 2)
		a.Kind, a.Title, a.HTML = post.Article, "Far away", `<h1>One</h1><p>`+strings.Repeat("word ", 300)+`<img src="https://far.example/a.png"></p><script>x</script>`
		a.Media = []media.Medium{{Kind: media.Image, RemoteURL: "https://far.example/a.png", Alt: "a boat"}}
		p, err := w.receive(a)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := w.posts.Whole(t.Context(), 0, p.ID)
		if err != nil || len(whole.HTML) > 400 || strings.Contains(whole.Body.HTML, "script") {
			t.Fatalf("%+v %v", whole, err)
		}
		text, beside := whole.Said(func(m *media.Medium) string { return "/at/" + m.Alt })
		if !strings.Contains(text, `<img src="/at/a boat" alt="a boat"`) || len(beside) != 0 || strings.Contains(text, "far.example") {
			t.Errorf("%s %v", text, beside)
		}
	})
}

func TestPinsAreFewAndOnesOwn(t *testing.T) {
	each(t, func(w *town) {
		var all []*post.Post
		for range post.PinnedMax + 1 {
			all = append(all, w.publish(w.ida, post.Draft{Text: "pin me"}))
		}
		for _, p := range all[:post.PinnedMax] {
			if err := w.posts.Pin(t.Context(), w.ida.ID, p.ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.posts.Pin(t.Context(), w.ida.ID, all[post.PinnedMax].ID); !fault.Is(err, fault.Invalid) {
			t.Error(err)
		}
		if err := w.posts.Pin(t.Context(), w.ben.ID, all[0].ID); !fault.Is(err, fault.Denied) {
			t.Error(err)
		}
		if err := w.posts.Pin(t.Context(), w.ida.ID, w.publish(w.ida, post.Draft{Text: "x", Visibility: post.Self}).ID); !fault.Is(err, fault.Invalid) {
			t.Error(err)
		}
		if err := w.posts.Unpin(t.Context(), w.ida.ID, all[1].ID); err != nil {
			t.Fatal(err)
		}
		if pinned, err := w.posts.PinnedBy(t.Context(), 0, w.ida.ID); err != nil || len(pinned) != post.PinnedMax-1 || pinned[0].ID != all[post.PinnedMax-1].ID {
			t.Errorf("%d pinned: %v", len(pinned), err)
		}
	})
}

func TestWhatStaysHereIsNotPassedOn(t *testing.T) {
	each(t, func(w *town) {
		p := w.publish(w.ida, post.Draft{Text: "just here", HereOnly: true})
		if _, err := w.posts.Boost(t.Context(), w.ben, p.ID, post.Public); !fault.Is(err, fault.Denied) {
			t.Error(err)
		}
		if reply := w.publish(w.ben, post.Draft{Text: "so does this", ReplyTo: p.ID}); !reply.HereOnly {
			t.Error("the answer leaves")
		}
		w.update(func(ctx context.Context, tx *db.Tx) error {
			if err := w.posts.TakeLike(ctx, tx, w.wren, p.ID, "https://far.example/like/1"); !fault.Is(err, fault.NotFound) {
				t.Error(err)
			}
			return nil
		})
		items, err := w.posts.ByAuthor(t.Context(), 0, w.ida.ID, post.Choice{Elsewhere: true}, id.Page{Limit: 20})
		if err != nil || len(items) != 0 {
			t.Errorf("%d posts are told elsewhere: %v", len(items), err)
		}
	})
}
