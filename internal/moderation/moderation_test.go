package moderation_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/relationship"
)

// A town is a home where ida and ben live, and wren whom they know of elsewhere.
type town struct {
	t    *testing.T
	db   *db.DB
	mod  *moderation.Service
	ties *relationship.Service
	now  time.Time
	ida  *account.Account
	ben  *account.Account
	wren *account.Account
}

func each(t *testing.T, f func(*town)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &town{t: t, db: d, now: time.Now().UTC().Truncate(time.Microsecond)}
		clock := func() time.Time { return w.now }
		ids := id.NewSource(time.Now)
		vault, err := account.OpenVault(filepath.Join(t.TempDir(), "home.key"), true)
		if err != nil {
			t.Fatal(err)
		}
		people := account.New(d, ids, time.Now, vault)
		w.mod, w.ties = moderation.New(d, ids, clock), relationship.New(d, ids, clock)
		w.ties.Regarded.Then(w.mod.Regarded)
		for name, into := range map[string]**account.Account{"ida": &w.ida, "ben": &w.ben} {
			n, err := people.Prepare(name, "", 0, account.Preference{Visibility: "public"})
			if err != nil {
				t.Fatal(err)
			}
			err = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				*into, err = people.Settle(ctx, tx, n)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		uri := "https://far.example/users/wren"
		w.wren, err = people.Meet(t.Context(), &account.Account{Kind: account.KindPerson, Name: "wren", Host: "far.example", URI: uri, Location: uri, Inbox: uri + "/inbox"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		f(w)
	})
}

// over is what covers a post by somebody with these words.
func (w *town) over(at moderation.Place, by *account.Account, words ...string) []moderation.Cover {
	w.t.Helper()
	v, err := w.mod.Veil(w.t.Context(), w.ida.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return v.Over(w.ida.ID, at, moderation.Subject{Author: by.ID, Host: by.Host, Post: 7, Words: func() []string { return words }})
}

func (w *town) filter(f moderation.Filter) *moderation.Filter {
	w.t.Helper()
	f.Owner = w.ida.ID
	kept, err := w.mod.PutFilter(w.t.Context(), f)
	if err != nil {
		w.t.Fatal(err)
	}
	return kept
}

func TestFilterHoldsAtItsPlacesUntilItEnds(t *testing.T) {
	each(t, func(w *town) {
		w.filter(moderation.Filter{
			Title: "Sports", Action: moderation.Hide, Places: []moderation.Place{moderation.Home}, Until: w.now.Add(time.Hour),
			Keywords: []moderation.Keyword{{Text: "football", Whole: true}},
		})
		got := w.over(moderation.Home, w.ben, "no", "FOOTBALL, again")
		if len(got) != 1 || got[0].Why != moderation.ByFilter || got[0].Keywords[0] != "football" || moderation.Hidden(got) == nil {
			t.Errorf("%+v", got)
		}
		for _, other := range [][]moderation.Cover{
			w.over(moderation.Public, w.ben, "football"), w.over(moderation.Home, w.ben, "footballs"), w.over(moderation.Home, w.ida, "football"),
		} {
			if len(other) != 0 {
				t.Errorf("covered: %+v", other)
			}
		}
		w.now = w.now.Add(2 * time.Hour)
		if got := w.over(moderation.Home, w.ben, "football"); len(got) != 0 {
			t.Errorf("after its time: %+v", got)
		}
	})
}

func TestFiltersAreTheirOwners(t *testing.T) {
	each(t, func(w *town) {
		f := w.filter(moderation.Filter{Title: "x", Action: moderation.Warn, Places: moderation.Places, Keywords: []moderation.Keyword{{Text: "a"}}})
		ctx := t.Context()
		if _, err := w.mod.Filter(ctx, w.ben.ID, f.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("read: %v", err)
		}
		stolen := *f
		stolen.Owner = w.ben.ID
		if _, err := w.mod.PutFilter(ctx, stolen); !fault.Is(err, fault.NotFound) {
			t.Errorf("changed: %v", err)
		}
		if err := w.mod.DropFilter(ctx, w.ben.ID, f.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("dropped: %v", err)
		}
		if err := w.mod.DropKeyword(ctx, w.ben.ID, f.Keywords[0].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("word dropped: %v", err)
		}
		if _, err := w.mod.AddPost(ctx, w.ben.ID, f.ID, 9); !fault.Is(err, fault.NotFound) {
			t.Errorf("post added: %v", err)
		}
		p, err := w.mod.AddPost(ctx, w.ida.ID, f.ID, 7)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.over(moderation.Thread, w.ben); len(got) != 1 || !got[0].Named {
			t.Errorf("a post that is named: %+v", got)
		}
		if err := w.mod.DropPost(ctx, w.ida.ID, p.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.over(moderation.Thread, w.ben, "b"); len(got) != 0 {
			t.Errorf("no longer named: %+v", got)
		}
	})
}

func TestFilterRefusesWhatIsNone(t *testing.T) {
	each(t, func(w *town) {
		good := moderation.Filter{Title: "x", Action: moderation.Warn, Places: moderation.Places}
		for field, change := range map[string]func(*moderation.Filter){
			"title":         func(f *moderation.Filter) { f.Title = " \n" },
			"context":       func(f *moderation.Filter) { f.Places = []moderation.Place{"kitchen"} },
			"filter_action": func(f *moderation.Filter) { f.Action = "burn" },
			"keywords":      func(f *moderation.Filter) { f.Keywords = []moderation.Keyword{{Text: "\u200b"}} },
			"expires_in":    func(f *moderation.Filter) { f.Until = w.now.Add(1e6 * time.Hour) },
		} {
			f := good
			f.Owner = w.ida.ID
			change(&f)
			if _, err := w.mod.PutFilter(t.Context(), f); !fault.Is(err, fault.Invalid) || fault.Field(err) != field {
				t.Errorf("%s: %v in %q", field, err, fault.Field(err))
			}
		}
		many := good
		for range moderation.KeywordsMax + 1 {
			many.Keywords = append(many.Keywords, moderation.Keyword{Text: "a"})
		}
		many.Owner = w.ida.ID
		if _, err := w.mod.PutFilter(t.Context(), many); !fault.Is(err, fault.Invalid) {
			t.Errorf("too many words: %v", err)
		}
	})
}

func TestMutesAndServersCoverUntilTheyEnd(t *testing.T) {
	each(t, func(w *town) {
		ctx := t.Context()
		if err := w.ties.Mute(ctx, w.ida.ID, w.ben.ID, true, time.Hour); err != nil {
			t.Fatal(err)
		}
		if got := w.over(moderation.Home, w.ben); len(got) != 1 || got[0].Why != moderation.ByMute || got[0].Until != w.now.Add(time.Hour) {
			t.Errorf("%+v", got)
		}
		if got := w.over(moderation.Profile, w.ben); len(got) != 0 {
			t.Errorf("on his own page: %+v", got)
		}
		w.now = w.now.Add(time.Hour + time.Second)
		if got := w.over(moderation.Home, w.ben); len(got) != 0 {
			t.Errorf("the mute has ended: %+v", got)
		}
		if err := w.ties.BlockHost(ctx, w.ida.ID, "Far.Example."); err != nil {
			t.Fatal(err)
		}
		if got := w.over(moderation.Public, w.wren); len(got) != 1 || got[0].Why != moderation.ByHost || got[0].Host != "far.example" {
			t.Errorf("%+v", got)
		}
		below := *w.wren
		below.Host = "deep.far.example"
		if got := w.over(moderation.Public, &below); len(got) != 1 {
			t.Errorf("a server below: %+v", got)
		}
		below.Host = "notfar.example"
		if got := w.over(moderation.Public, &below); len(got) != 0 {
			t.Errorf("a server of another name: %+v", got)
		}
		if err := w.ties.UnblockHost(ctx, w.ida.ID, "far.example"); err != nil {
			t.Fatal(err)
		}
		if got := w.over(moderation.Public, w.wren); len(got) != 0 {
			t.Errorf("taken back: %+v", got)
		}
		for _, host := range []string{"", "far example", "http://", strings.Repeat("a", 300)} {
			if err := w.ties.BlockHost(ctx, w.ida.ID, host); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", host, err)
			}
		}
	})
}

func TestWhatHappenedIsCountedByTheHour(t *testing.T) {
	each(t, func(w *town) {
		ctx := t.Context()
		note := func(after time.Duration, until time.Time) {
			w.now = w.now.Add(after)
			if err := w.mod.Note(ctx, w.ben.ID, moderation.Rate, "", until); err != nil {
				t.Fatal(err)
			}
		}
		for range 1000 { // a flood is one line
			note(time.Millisecond, w.now.Add(time.Minute))
		}
		note(2*time.Minute, w.now.Add(10*time.Minute))
		all, err := w.mod.Restrictions(ctx, w.ben.ID)
		if err != nil || len(all) != 1 || all[0].Kind != moderation.Rate || all[0].Times != 1001 || !all[0].Holds(w.now) || all[0].Holds(w.now.Add(time.Hour)) {
			t.Fatalf("%+v %v", all, err)
		}
		note(time.Hour, time.Time{})
		if err := w.mod.Note(ctx, 0, moderation.Rate, "", w.now); err != nil {
			t.Error(err)
		}
		if all, err = w.mod.Restrictions(ctx, w.ben.ID); err != nil || len(all) != 2 || all[0].Times != 1 || all[0].Holds(w.now) {
			t.Errorf("an hour later: %+v %v", all, err)
		}
		if all, err = w.mod.Restrictions(ctx, w.ida.ID); err != nil || len(all) != 0 {
			t.Errorf("of somebody else: %+v %v", all, err)
		}
	})
}

func TestPauseThatIsOverIsRemembered(t *testing.T) {
	each(t, func(w *town) {
		stood := func(before, after auth.Standing) {
			err := w.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return w.mod.Stood(ctx, tx, auth.Stood{Who: w.ben.ID, Before: before, After: after})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		paused := auth.Standing{PausedAt: w.now, Why: "Adverts, three times", By: w.ida.ID}
		stood(auth.Standing{}, paused)
		w.now = w.now.Add(24 * time.Hour)
		stood(paused, auth.Standing{})
		all, err := w.mod.Restrictions(t.Context(), w.ben.ID)
		if err != nil || len(all) != 1 || all[0].Kind != moderation.Paused || all[0].Reason != paused.Why || all[0].By != w.ida.ID || !all[0].Since.Equal(paused.PausedAt) || !all[0].Ended.Equal(w.now) {
			t.Errorf("%+v %v", all, err)
		}
	})
}

func TestPolicyCoversWhatLiesBelow(t *testing.T) {
	each(t, func(w *town) {
		ctx := t.Context()
		if err := w.mod.SetPolicy(ctx, w.ida.ID, "bad.example", moderation.Suspend, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("without a reason: %v", err)
		}
		if err := w.mod.SetPolicy(ctx, w.ida.ID, "Bad.Example", moderation.Suspend, "Floods"); err != nil {
			t.Fatal(err)
		}
		for host, want := range map[string]bool{"bad.example": true, "a.b.bad.example": true, "verybad.example": false, "example": false, "": false} {
			if _, ok, err := w.mod.Policy(ctx, host); ok != want || err != nil {
				t.Errorf("%q: %v %v", host, ok, err)
			}
		}
		if err := w.mod.EndPolicy(ctx, "bad.example"); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := w.mod.Policy(ctx, "bad.example"); ok || err != nil {
			t.Errorf("taken back: %v %v", ok, err)
		}
	})
}
