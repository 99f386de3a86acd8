package book_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/book"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
)

const ida, bo id.ID = 1 << 20, 2 << 20

func TestBooks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := t.Context(), book.New(d, id.NewSource(time.Now), time.Now)
		all, err := s.List(ctx, ida, book.Contacts)
		if err != nil || len(all) != 1 || all[0].Slug != "contacts" {
			t.Fatalf("%+v %v", all, err)
		}
		if again, err := s.List(ctx, ida, book.Contacts); err != nil || len(again) != 1 || again[0].ID != all[0].ID {
			t.Errorf("%+v %v", again, err)
		}
		if _, err := s.Make(ctx, book.Book{OwnerID: ida, Kind: book.Contacts, Slug: "contacts"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("made twice: %v", err)
		}
		if _, err := s.Make(ctx, book.Book{OwnerID: ida, Kind: book.Contacts, Slug: "a/b"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("made at no address: %v", err)
		}
		club, err := s.Make(ctx, book.Book{OwnerID: ida, Kind: book.Contacts, Slug: "club", Title: "The club"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(ctx, bo, book.Contacts, "club"); !fault.Is(err, fault.NotFound) {
			t.Errorf("another reads it: %v", err)
		}
		if _, err := s.Get(ctx, ida, book.Dates, "club"); !fault.Is(err, fault.NotFound) {
			t.Errorf("found among dates: %v", err)
		}
		if _, _, err := s.Put(ctx, club, book.Entry{Name: "a.vcf", UID: "1", Body: "x"}, nil); err != nil {
			t.Fatal(err)
		}
		if err := s.Remove(ctx, ida, book.Contacts, "club"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Entry(ctx, club, "a.vcf"); !fault.Is(err, fault.NotFound) {
			t.Errorf("its entries are still there: %v", err)
		}
		if err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			return s.Leave(ctx, tx, account.Ended{Account: &account.Account{ID: ida}})
		}); err != nil {
			t.Fatal(err)
		}
		if now, err := s.List(ctx, ida, book.Contacts); err != nil || len(now) != 1 || now[0].ID == all[0].ID {
			t.Errorf("%+v %v", now, err)
		}
	})
}

func TestEntries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := t.Context(), book.New(d, id.NewSource(time.Now), time.Now)
		b, err := s.Get(ctx, ida, book.Dates, "personal")
		if err != nil {
			t.Fatal(err)
		}
		one, fresh, err := s.Put(ctx, b, book.Entry{Name: "1.ics", UID: "u1", Body: "first"}, nil)
		if err != nil || !fresh {
			t.Fatal(fresh, err)
		}
		two, fresh, err := s.Put(ctx, b, book.Entry{Name: "1.ics", UID: "u1", Body: "second"}, nil)
		if err != nil || fresh || two.State == one.State {
			t.Error(two, fresh, err)
		}
		if now, err := s.Get(ctx, ida, book.Dates, "personal"); err != nil || now.State != two.State {
			t.Errorf("%+v %v", now, err)
		}
		if _, _, err := s.Put(ctx, b, book.Entry{Name: "2.ics", UID: "u1", Body: "x"}, nil); !errors.Is(err, book.ErrUID) {
			t.Errorf("two of one UID: %v", err)
		}
		refuse := func(*book.Entry) error { return fault.New(fault.Denied, "") }
		if _, _, err := s.Put(ctx, b, book.Entry{Name: "1.ics", UID: "u1", Body: "third"}, refuse); !fault.Is(err, fault.Denied) {
			t.Error(err)
		}
		if err := s.Delete(ctx, b, "1.ics", refuse); !fault.Is(err, fault.Denied) {
			t.Error(err)
		}
		for name, e := range map[string]book.Entry{
			"no uid": {Name: "x", Body: "x"}, "no name": {UID: "u", Body: "x"}, "no text": {Name: "x", UID: "u", Body: "\xff"}, "zero": {Name: "x", UID: "u", Body: "\x00"},
		} {
			if _, _, err := s.Put(ctx, b, e, nil); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := s.Put(ctx, b, book.Entry{Name: "x", UID: "u", Body: strings.Repeat("x", book.BodyMax+1)}, nil); !fault.Is(err, fault.TooLarge) {
			t.Error(err)
		}
		if all, err := s.Entries(ctx, b); err != nil || len(all) != 1 || all[0].Body != "second" {
			t.Errorf("%+v %v", all, err)
		}
		if err := s.Delete(ctx, b, "1.ics", nil); err != nil {
			t.Fatal(err)
		}
		if err := s.Delete(ctx, b, "1.ics", nil); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
}

func TestWhatChangedInABook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := t.Context(), book.New(d, id.NewSource(time.Now), time.Now)
		b, err := s.Get(ctx, ida, book.Contacts, "contacts")
		if err != nil {
			t.Fatal(err)
		}
		put := func(name, body string) {
			t.Helper()
			if _, _, err := s.Put(ctx, b, book.Entry{Name: name, UID: name, Body: body}, nil); err != nil {
				t.Fatal(err)
			}
		}
		changed := func(since book.State) (names, gone []string, now book.State) {
			t.Helper()
			all, gone, now, err := s.Changed(ctx, b, since)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range all {
				names = append(names, m.Name)
			}
			return names, gone, now
		}
		put("a", "1")
		put("b", "1")
		_, _, first := changed(0)
		put("b", "2")
		put("c", "1")
		if err := s.Delete(ctx, b, "a", nil); err != nil {
			t.Fatal(err)
		}
		names, gone, second := changed(first)
		if strings.Join(names, " ") != "b c" || strings.Join(gone, " ") != "a" || second <= first {
			t.Errorf("changed are %v, gone %v, from %d to %d", names, gone, first, second)
		}
		if names, gone, _ := changed(second); len(names)+len(gone) != 0 {
			t.Errorf("nothing changed, and %v %v did", names, gone)
		}
		put("a", "3")
		if names, gone, _ := changed(first); strings.Join(names, " ") != "a b c" || len(gone) != 0 {
			t.Errorf("one came back: %v, gone %v", names, gone)
		}
		if _, _, _, err := s.Changed(ctx, b, second<<1); !errors.Is(err, book.ErrState) || !fault.Is(err, fault.Conflict) {
			t.Errorf("a state to come: %v", err)
		}
		if _, err := s.Change(ctx, ida, book.Contacts, "contacts", func(b *book.Book) error { b.Color = strings.Repeat("#", 65); return nil }); !fault.Is(err, fault.Invalid) {
			t.Errorf("a color without end: %v", err)
		}
	})
}
