package web

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

// TestMould draws a template once for each key, and fills its holes anew each time.
func TestMould(t *testing.T) {
	drawn := 0
	m := mould[string]{draw: func(string) templ.Component {
		drawn++
		return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, `<a href="`+holes[0]+`/like">`+holes[1]+`</a><a href="`+holes[0]+`/boost">x</a>`)
			return err
		})
	}}
	for _, c := range []struct{ at, reply, want string }{
		{"/posts/1", "/a#reply", `<a href="/posts/1/like">/a#reply</a><a href="/posts/1/boost">x</a>`},
		{"/posts/2", `/b?x=1&y="`, `<a href="/posts/2/like">/b?x=1&amp;y=&#34;</a><a href="/posts/2/boost">x</a>`},
		{"javascript:alert(1)", "", `<a href="about:invalid#TemplFailedSanitizationURL/like"></a><a href="about:invalid#TemplFailedSanitizationURL/boost">x</a>`},
	} {
		filled := m.fill("key", c.at, c.reply)
		for range 2 { // a component may be drawn again
			var b strings.Builder
			if err := filled.Render(t.Context(), &b); err != nil || b.String() != c.want {
				t.Errorf("%s %v", b.String(), err)
			}
		}
	}
	if drawn != 1 {
		t.Errorf("drawn %d times", drawn)
	}
}

// TestMouldForgets keeps no more than castsMax.
func TestMouldForgets(t *testing.T) {
	m := mould[int]{draw: func(int) templ.Component { return templ.Raw("x") }}
	for i := range castsMax + 10 {
		if err := m.fill(i).Render(t.Context(), io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	if len(m.casts) != 10 {
		t.Errorf("%d kept", len(m.casts))
	}
}

// TestActsOfEach draws the acts of posts in different states one after the other: none has those of another.
func TestActsOfEach(t *testing.T) {
	f := frame(t, languages(t).English(), &ida)
	draw := func(a Acts, replies int) string {
		var b strings.Builder
		if err := acts(f, &Post{ID: "1", Replies: replies, Acts: &a}).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	plain := Acts{At: "/posts/1", Reply: "/@ida/1#reply", Like: Act{Action: "/like"}}
	liked, own := plain, plain
	liked.Like.On, liked.At = true, "/posts/2"
	own.Delete = "/delete"
	for range 2 {
		for _, c := range []struct {
			got       string
			has, lack string
		}{
			{draw(plain, 0), `action="/posts/1/like"`, "Liked"},
			{draw(plain, 3), "3 replies", "/posts/2"},
			{draw(liked, 0), `action="/posts/2/like"`, "/posts/1"},
			{draw(own, 0), `href="/posts/1/delete"`, "Liked"},
			{draw(Acts{At: "/posts/3", Like: Act{Action: "/like"}}, 0), "/posts/3/like", "#reply"},
		} {
			if !strings.Contains(c.got, c.has) || strings.Contains(c.got, c.lack) {
				t.Errorf("want %s, not %s: %s", c.has, c.lack, c.got)
			}
		}
	}
}
