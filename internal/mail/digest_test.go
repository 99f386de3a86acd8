package mail_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/locale"
	"allod/internal/mail"
	"allod/internal/mail/mailtest"
	"allod/internal/markup"
	"allod/internal/post"
	"allod/internal/subscriber"
	"allod/web"
)

// A stage is a home as far as its letters go, whose clock is set by hand.
type stage struct {
	t     testing.TB
	db    *db.DB
	now   time.Time
	mu    sync.Mutex
	ida   *account.Account
	posts *post.Service
	subs  *subscriber.Service
	mail  *mail.Service
	jobs  *job.Queue
}

func (s *stage) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *stage) set(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = t
}

type nobody struct{}

func (nobody) Resolve(context.Context, []address.Handle) (map[address.Handle]*account.Account, error) {
	return nil, nil
}

// monday is a morning before the hour of digests.
var monday = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

func newStage(t testing.TB, d *db.DB, relay string) *stage {
	t.Helper()
	s := &stage{t: t, db: d, now: monday}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	vault, err := account.OpenVault(filepath.Join(t.TempDir(), "key"), true)
	must(err)
	ids := id.NewSource(s.clock)
	accounts := account.New(d, ids, s.clock, vault)
	_, err = accounts.Found(t.Context())
	must(err)
	people := auth.New(d, accounts, ids, s.clock, auth.Options{Memory: 64, Passes: 1})
	s.ida, err = people.Register(t.Context(), auth.Registration{Name: "ida", DisplayName: "Ida <evil@x.example>", Password: "a long enough password", Preference: account.Preference{Visibility: "public"}})
	must(err)
	names, err := account.NewNames("https://ida.example")
	must(err)
	catalogues, err := web.Catalogues()
	must(err)
	bundle, err := locale.Load(catalogues)
	must(err)
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	text := markup.New()
	s.posts = post.New(d, ids, s.clock, accounts, text, nobody{}, names)
	s.jobs = job.New(d, log)
	s.subs = subscriber.New(d, s.jobs, s.posts, ids, s.clock, time.UTC)
	s.mail = mail.New(mail.Config{DB: d, Jobs: s.jobs, Bundle: bundle, Names: names, Text: text, IDs: ids, Now: s.clock, Log: log,
		Passes: auth.NewPasses([]byte("key")), Relay: mail.Relay{Server: relay, TLS: "none", From: "home@ida.example"}})
	s.subs.Asked.Then(s.mail.Asked)
	s.subs.Due.Then(s.mail.Due)
	must(s.jobs.Prepare(t.Context()))
	return s
}

// follow has an address follow ida.
func (s *stage) follow(address, frequency, language string) *subscriber.Subscriber {
	s.t.Helper()
	if err := s.subs.Ask(s.t.Context(), s.ida.ID, address, frequency, language); err != nil {
		s.t.Fatal(err)
	}
	var asked *subscriber.Subscriber
	s.subs.Asked.Then(func(_ context.Context, _ *db.Tx, f subscriber.Asked) error {
		asked = f.Subscriber
		return nil
	})
	if err := s.subs.Ask(s.t.Context(), s.ida.ID, address, frequency, language); err != nil {
		s.t.Fatal(err)
	}
	if err := s.subs.Confirm(s.t.Context(), asked.ID, frequency); err != nil {
		s.t.Fatal(err)
	}
	return asked
}

func (s *stage) say(text string) {
	s.t.Helper()
	if _, err := s.posts.Publish(s.t.Context(), s.ida, post.Draft{Text: text, Visibility: post.Public}); err != nil {
		s.t.Fatal(err)
	}
}

// count counts rows.
func (s *stage) count(query string) (n int) {
	s.t.Helper()
	err := s.db.View(s.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, query).Scan(&n)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

const digests = `SELECT count(*) FROM mail JOIN letter ON letter.id = mail.letter_id WHERE letter.kind = 'digest'`

// TestDigestIsPutDownOncePerPeriod has several advance at the same time, as
// after a program was killed between two of them.
func TestDigestIsPutDownOncePerPeriod(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStage(t, d, "127.0.0.1:1")
		s.say("before anybody followed")
		for i := range 7 {
			s.follow(fmt.Sprintf("reader%d@x.example", i), "daily", []string{"en", "ru", "ar"}[i%3])
		}
		s.set(monday.Add(30 * time.Minute))
		s.say("after")
		advance := func() {
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					if _, err := s.subs.Advance(t.Context(), s.ida.ID, subscriber.Daily); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
		advance()
		if n := s.count(digests); n != 0 {
			t.Fatalf("%d digests before the hour", n)
		}
		s.set(monday.Add(90 * time.Minute))
		advance()
		if n, letters := s.count(digests), s.count(`SELECT count(*) FROM letter WHERE kind = 'digest'`); n != 7 || letters != 3 {
			t.Fatalf("%d digests in %d letters", n, letters)
		}
		if n := s.count(`SELECT count(*) FROM letter WHERE kind = 'digest' AND text LIKE '%before anybody%'`); n != 0 {
			t.Error("a digest tells of what was said before somebody followed")
		}
		advance()
		s.set(monday.Add(26 * time.Hour)) // a day of silence
		advance()
		if n := s.count(digests); n != 7 {
			t.Errorf("%d digests after a day of silence", n)
		}
	})
}

func TestDigestReachesTheMailboxWithOneClickOut(t *testing.T) {
	c := mailtest.Start(t)
	s := newStage(t, dbtest.SQLite(t), c.Address)
	s.follow("reader@x.example", "each", "en")
	s.set(monday.Add(time.Minute))
	s.say("Low tide at seven.")
	if n, err := s.subs.Advance(t.Context(), s.ida.ID, subscriber.Each); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if err := s.jobs.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.jobs.Stop(context.Background()) })
	l := c.Await(t, "reader@x.example", 2)
	way := l.Link(t, "https://ida.example/hear/")
	if h := l.Header; h.Get("List-Unsubscribe") != "<"+way+">" || h.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" ||
		h.Get("Auto-Submitted") != "auto-generated" || len(h["Bcc"]) != 0 || len(h["From"]) != 1 {
		t.Errorf("header %v", h)
	}
	if from, err := l.Header.AddressList("From"); err != nil || len(from) != 1 || from[0].Address != "home@ida.example" {
		t.Errorf("it comes from %v: %v", from, err)
	}
	if l.Subject() == "" || l.Text == "" || l.HTML == "" {
		t.Errorf("%q\n%s\n%s", l.Subject(), l.Text, l.HTML)
	}
}

func TestBouncedAddressIsSentNothingMore(t *testing.T) {
	c := mailtest.Start(t)
	c.Refuse("gone@x.example", 550, [3]int{5, 1, 1}, "No such user here")
	c.Refuse("policy@x.example", 550, [3]int{5, 7, 1}, "We do not like this letter")
	c.Refuse("full@x.example", 452, [3]int{4, 2, 2}, "Mailbox full")
	s := newStage(t, dbtest.SQLite(t), c.Address)
	put := func(address string) {
		t.Helper()
		if err := s.mail.Try(t.Context(), mail.Recipient{Address: address, Folded: address}, "en"); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range []string{"gone@x.example", "policy@x.example", "full@x.example", "good@x.example"} {
		put(a)
	}
	if err := s.jobs.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.jobs.Stop(context.Background()) })
	c.Await(t, "good@x.example", 1)
	settled := func() int { return s.count(`SELECT count(*) FROM mail WHERE state <> 'due' OR attempts > 0`) }
	for deadline := time.Now().Add(10 * time.Second); settled() < 4 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	troubles, err := s.mail.Troubles(t.Context(), []string{"gone@x.example", "policy@x.example", "full@x.example", "good@x.example"})
	if err != nil || len(troubles) != 1 || troubles["gone@x.example"].Reason != "550 5.1.1 No such user here" {
		t.Errorf("%+v %v", troubles, err)
	}
	if n := s.count(`SELECT count(*) FROM mail WHERE state = 'due' AND folded = 'full@x.example' AND attempts = 1 AND error LIKE '452%'`); n != 1 {
		t.Error("a full mailbox is not tried again")
	}
	put("gone@x.example")
	if n := s.count(`SELECT count(*) FROM mail WHERE folded = 'gone@x.example'`); n != 1 {
		t.Errorf("%d mails to an address that does not exist", n)
	}
	for range 40 {
		put("good@x.example")
	}
	if n := s.count(`SELECT count(*) FROM mail WHERE folded = 'good@x.example'`); n != 30 {
		t.Errorf("%d mails to one address in a day", n)
	}
}

// BenchmarkDigests puts 10,000 digests down.
func BenchmarkDigests(b *testing.B) {
	s := newStage(b, dbtest.SQLite(b), "127.0.0.1:1")
	const readers = 10_000
	now := s.clock()
	for begin := 0; begin < readers; begin += 500 {
		err := s.db.Update(b.Context(), func(ctx context.Context, tx *db.Tx) error {
			for i := begin; i < begin+500; i++ {
				if _, err := tx.Exec(ctx, `INSERT INTO subscriber (id, account_id, address, folded, language, frequency, confirmed_at, last_post_id, next_at, created_at)
					VALUES ($1, $2, $3, $3, 'en', 'weekly', 1, 1, 1, 1)`, i+1, s.ida.ID, fmt.Sprintf("reader%d@x.example", i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	s.say("News of the week")
	for n := 1; b.Loop(); n++ {
		sum := 0
		for {
			n, err := s.subs.Advance(b.Context(), s.ida.ID, subscriber.Weekly)
			if err != nil {
				b.Fatal(err)
			}
			if n == 0 {
				break
			}
			sum += n
		}
		if sum != readers {
			b.Fatalf("%d of %d", sum, readers)
		}
		b.StopTimer()
		s.set(now.Add(time.Duration(n) * 8 * 24 * time.Hour))
		s.say(fmt.Sprintf("News of week %d", n))
		b.StartTimer()
	}
}
