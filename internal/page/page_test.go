package page_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/page"
)

// ida and ben are two people with sites.
const (
	ida id.ID = 11
	ben id.ID = 12
)

func each(t *testing.T, f func(t *testing.T, s *page.Service)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f(t, page.New(d, id.NewSource(time.Now), time.Now, nil))
	})
}

func save(t *testing.T, s *page.Service, p page.Page) *page.Page {
	t.Helper()
	if p.AccountID == 0 {
		p.AccountID = ida
	}
	if p.Kind == "" {
		p.Kind = page.Text
	}
	kept, err := s.Save(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func titles(all []*page.Page) string {
	var out []string
	for _, p := range all {
		out = append(out, p.Title)
	}
	return strings.Join(out, " ")
}

func TestPagesStandInTheOrderTheirOwnerGivesThem(t *testing.T) {
	each(t, func(t *testing.T, s *page.Service) {
		var all []*page.Page
		for _, title := range []string{"One", "Two", "Three", "Hidden"} {
			all = append(all, save(t, s, page.Page{Title: title, Listed: title != "Hidden"}))
		}
		save(t, s, page.Page{AccountID: ben, Title: "His", Listed: true})
		for _, step := range []struct {
			which int
			up    bool
			want  string
		}{{2, true, "One Three Two"}, {2, true, "Three One Two"}, {2, true, "Three One Two"}, {0, false, "Three Two One"}, {1, false, "Three One Two"}} {
			if err := s.Step(t.Context(), ida, all[step.which].ID, step.up); err != nil {
				t.Fatal(err)
			}
			menu, err := s.Menu(t.Context(), 0, ida)
			if err != nil || titles(menu) != step.want {
				t.Errorf("%q, not %q: %v", titles(menu), step.want, err)
			}
		}
		if err := s.Step(t.Context(), ben, all[0].ID, true); !fault.Is(err, fault.NotFound) {
			t.Errorf("ben moves a page of ida's: %v", err)
		}
	})
}

func TestDraftIsSeenByItsOwnerAlone(t *testing.T) {
	each(t, func(t *testing.T, s *page.Service) {
		p := save(t, s, page.Page{Title: "Plans", Listed: true, Draft: true})
		for viewer, sees := range map[id.ID]bool{0: false, ben: false, ida: true} {
			all, err := s.All(t.Context(), viewer, ida)
			if err != nil || (len(all) == 1) != sees {
				t.Errorf("%d is shown %q: %v", viewer, titles(all), err)
			}
			at, err := s.Find(t.Context(), viewer, ida, "plans")
			if sees && (err != nil || at.Page == nil || at.Page.ID != p.ID) || !sees && !fault.Is(err, fault.NotFound) {
				t.Errorf("%d finds %+v: %v", viewer, at, err)
			}
		}
		if _, err := s.Mine(t.Context(), ben, p.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("ben has it: %v", err)
		}
	})
}

func TestRenamedPageIsFoundWhereItWas(t *testing.T) {
	each(t, func(t *testing.T, s *page.Service) {
		p := save(t, s, page.Page{Title: "About", Listed: true})
		for _, slug := range []string{"about-me", "who-i-am", "about-ida"} {
			p.Slug = slug
			p = save(t, s, *p)
		}
		for _, was := range []string{"about", "about-me", "/Who-I-Am/"} {
			if at, err := s.Find(t.Context(), 0, ida, was); err != nil || at.To != "about-ida" {
				t.Errorf("%s leads to %+v: %v", was, at, err)
			}
		}
		save(t, s, page.Page{Title: "Another", Slug: "about-me"}) // takes the address over
		if at, err := s.Find(t.Context(), 0, ida, "about-me"); err != nil || at.Page == nil || at.Page.Title != "Another" {
			t.Errorf("%+v: %v", at, err)
		}
		p.Slug = "about" // comes back to where it began
		p = save(t, s, *p)
		if at, err := s.Find(t.Context(), 0, ida, "about"); err != nil || at.Page == nil {
			t.Errorf("%+v: %v", at, err)
		}
		if err := s.Delete(t.Context(), ida, p.ID); err != nil {
			t.Fatal(err)
		}
		for _, was := range []string{"about", "about-ida", "who-i-am"} {
			if at, err := s.Find(t.Context(), 0, ida, was); !fault.Is(err, fault.Gone) {
				t.Errorf("%s leads to %+v: %v", was, at, err)
			}
		}
	})
}

func TestOldAddressesLeadOn(t *testing.T) {
	each(t, func(t *testing.T, s *page.Service) {
		save(t, s, page.Page{Title: "Boats", Listed: true})
		for from, to := range map[string]string{
			"/2019/05/boats.html": "boats", "old": "/2019/05/Boats.html", "?p=12": "boats", "%D0%BB%D0%BE%D0%B4%D0%BA%D0%B8": "boats", "home": "/", "post": "58838983895908353",
		} {
			if err := s.Lead(t.Context(), ida, from, to); err != nil {
				t.Fatalf("%s to %s: %v", from, to, err)
			}
		}
		for was, want := range map[string]string{
			"2019/05/boats.html": "boats", "old/": "boats", "?p=12": "boats", "Лодки": "boats", "home": "/", "post": "58838983895908353",
		} {
			if at, err := s.Find(t.Context(), 0, ida, was); err != nil || at.To != want {
				t.Errorf("%s leads to %+v: %v", was, at, err)
			}
		}
		if _, err := s.Find(t.Context(), 0, ben, "old"); !fault.Is(err, fault.NotFound) {
			t.Errorf("it leads on at ben's too: %v", err)
		}
		if err := s.Unlead(t.Context(), ida, "old"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Find(t.Context(), 0, ida, "old"); !fault.Is(err, fault.NotFound) {
			t.Errorf("it still leads on: %v", err)
		}
	})
}

func TestNothingLeadsInACircle(t *testing.T) {
	each(t, func(t *testing.T, s *page.Service) {
		lead := func(from, to string) error { return s.Lead(t.Context(), ida, from, to) }
		for _, step := range [][2]string{{"a", "b"}, {"b", "c"}, {"c", "d"}} {
			if err := lead(step[0], step[1]); err != nil {
				t.Fatal(err)
			}
		}
		for _, bad := range [][2]string{{"d", "a"}, {"d", "D/"}, {"d", "b"}} {
			if err := lead(bad[0], bad[1]); !fault.Is(err, fault.Invalid) || fault.Field(err) != "to" {
				t.Errorf("%s leads to %s: %v", bad[0], bad[1], err)
			}
		}
		// Two halves of a circle that were made at the same moment end somewhere, and not in a walk without end.
		if err := lead("b", "x"); err != nil {
			t.Fatal(err)
		}
		if at, err := s.Find(t.Context(), 0, ida, "a"); err != nil || at.To != "x" {
			t.Errorf("%+v: %v", at, err)
		}
		refused := 0
		for i := range 20 {
			if lead("long-"+string(rune('a'+i+1)), "long-"+string(rune('a'+i))) != nil {
				refused++
			}
		}
		if refused == 0 {
			t.Error("twenty steps lead one into the next")
		}
	})
}

func TestAddressOfTheHouseIsNobodysPage(t *testing.T) {
	each(t, func(t *testing.T, s *page.Service) {
		save(t, s, page.Page{Title: "About", Slug: "about"})
		for _, c := range []struct {
			slug string
			kind fault.Kind
		}{
			{"followers", fault.Invalid}, {"Follow", fault.Invalid}, {"feed", fault.Invalid}, {"POSTS", fault.Invalid}, {"inbox", fault.Invalid},
			{"58838983895908353", fault.Invalid}, {"２０２６", fault.Invalid}, {"—", fault.Invalid}, {"\u200b\u200d", fault.Invalid},
			{"aboutקשר", fault.Invalid}, {"about", fault.Conflict}, {"a\u200bbout", fault.Conflict}, {"ＡＢＯＵＴ", fault.Conflict},
			{strings.Repeat("x", page.SlugMax+1), fault.Invalid}, {"bad\xff", fault.Invalid},
		} {
			_, err := s.Save(t.Context(), page.Page{AccountID: ida, Kind: page.Text, Title: "New", Slug: c.slug})
			if !fault.Is(err, c.kind) || fault.Field(err) != "slug" {
				t.Errorf("%q: %v", c.slug, err)
			}
		}
	})
}

func TestSlugIsMadeOfTheTitle(t *testing.T) {
	for title, want := range map[string]string{
		"About me": "about-me", "  Jazz & wine!  ": "jazz-wine", "О себе": "о-себе", "نبذة عني": "نبذة-عني", "Don’t panic": "dont-panic",
		"Cafe\u0301": "café", "❤️ love": "love", "a/b.c": "a-b-c", "C++ 2026": "c-2026", "हिन्दी": "हिन्दी",
	} {
		if got, err := page.CheckSlug(title); err != nil || got != want {
			t.Errorf("%q is %q, not %q: %v", title, got, want, err)
		}
	}
}

func TestTitleThatIsAWordOfTheHouseMakesAnAddressBesideIt(t *testing.T) {
	each(t, func(t *testing.T, s *page.Service) {
		if p := save(t, s, page.Page{Title: "Pictures"}); p.Slug != "pictures-page" || p.Title != "Pictures" {
			t.Errorf("%q at %q", p.Title, p.Slug)
		}
	})
}

func TestTitleTurnsNothingAround(t *testing.T) {
	each(t, func(t *testing.T, s *page.Service) {
		p := save(t, s, page.Page{Title: "\u202eAbout\u2066 \n me\u0007", Slug: "x"})
		if p.Title != "About me" {
			t.Errorf("%q", p.Title)
		}
		for _, title := range []string{"", " \t", "\u200b\u200d\ufeff", "\u202e", "\u2800", "\u3164", strings.Repeat("x", page.TitleMax+1)} {
			if _, err := s.Save(t.Context(), page.Page{AccountID: ida, Kind: page.Text, Title: title, Slug: "y"}); fault.Field(err) != "title" {
				t.Errorf("%q: %v", title, err)
			}
		}
		if _, err := s.Save(t.Context(), page.Page{AccountID: ida, Kind: page.Text, Title: "T", Text: strings.Repeat("х", page.TextMax)}); fault.Field(err) != "text" {
			t.Errorf("words beyond what can be rendered are taken: %v", err)
		}
	})
}

func TestChangeIsTold(t *testing.T) {
	each(t, func(t *testing.T, s *page.Service) {
		var told []id.ID
		s.Changed.Then(func(_ context.Context, _ *db.Tx, c page.Changed) error {
			told = append(told, c.AccountID)
			return nil
		})
		p := save(t, s, page.Page{Title: "One"})
		if err := s.Lead(t.Context(), ben, "a", "b"); err != nil {
			t.Fatal(err)
		}
		if err := s.Delete(t.Context(), ida, p.ID); err != nil {
			t.Fatal(err)
		}
		if len(told) != 3 || told[0] != ida || told[1] != ben {
			t.Errorf("%v", told)
		}
	})
}
