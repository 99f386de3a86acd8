package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"allod/internal/db"
	"allod/internal/db/dbtest"
)

// put inserts one row by its number.
func put(ctx context.Context, tx *db.Tx, n int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO seen (uri, seen_at) VALUES ($1, $2)`, fmt.Sprint("urn:", n), n)
	return err
}

func count(t *testing.T, d *db.DB) (n int64) {
	t.Helper()
	err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM seen`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestManyUpdatesAtOnceAreAllKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		errs := make(chan error, 200)
		for i := range int64(200) {
			wg.Go(func() {
				errs <- d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, i) })
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		if n := count(t, d); n != 200 {
			t.Fatalf("%d rows, not 200", n)
		}
	})
}

// TestMisbehavingClosureUndoesOnlyItself runs closures that fail in every way beside good ones.
func TestMisbehavingClosureUndoesOnlyItself(t *testing.T) {
	boom := errors.New("boom")
	ways := map[string]func(cancel func(), ctx context.Context, tx *db.Tx) error{
		"error":      func(func(), context.Context, *db.Tx) error { return boom },
		"panic":      func(func(), context.Context, *db.Tx) error { panic(boom) },
		"goexit":     func(func(), context.Context, *db.Tx) error { runtime.Goexit(); return nil },
		"cancel":     func(cancel func(), _ context.Context, _ *db.Tx) error { cancel(); return nil },
		"constraint": func(_ func(), ctx context.Context, tx *db.Tx) error { return put(ctx, tx, 1000) },
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, 1000) }); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		n := int64(1)
		for name, way := range ways {
			for range 5 {
				good, bad := n, n+1
				n += 2
				wg.Go(func() {
					if err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, good) }); err != nil {
						t.Error(err)
					}
				})
				wg.Go(func() {
					defer func() {
						if p := recover(); p != nil && name != "panic" {
							t.Errorf("%s: panic %v", name, p)
						}
					}()
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					ran := false
					err := d.Update(ctx, func(inner context.Context, tx *db.Tx) error {
						tx.After(func() { ran = true })
						if err := put(inner, tx, bad); err != nil {
							return err
						}
						return way(cancel, inner, tx)
					})
					if err == nil || ran {
						t.Errorf("%s was kept: %v, after ran: %v", name, err, ran)
					}
				})
			}
		}
		wg.Wait()
		if n := count(t, d); n != 26 {
			t.Fatalf("%d rows, not the 25 good ones and the first", n)
		}
	})
}

func TestNestedTransactionIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		nothing := func(context.Context, *db.Tx) error { return nil }
		for name, outer := range map[string]func(context.Context, func(context.Context, *db.Tx) error) error{"update": d.Update, "view": d.View} {
			err := outer(t.Context(), func(ctx context.Context, _ *db.Tx) error {
				if !db.Inside(ctx) {
					t.Error(name + ": the closure's context is not marked")
				}
				if err := d.View(ctx, nothing); !errors.Is(err, db.ErrInside) {
					t.Error(name + ": a view inside was let through")
				}
				return d.Update(ctx, nothing)
			})
			if !errors.Is(err, db.ErrInside) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestWaitingUpdateGivesUpAtItsDeadline(t *testing.T) {
	d := dbtest.SQLite(t)
	inside, release := make(chan bool), make(chan bool)
	go d.Update(context.Background(), func(context.Context, *db.Tx) error { //nolint:errcheck // only holds the writer
		close(inside)
		<-release
		return nil
	})
	<-inside
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := d.Update(ctx, func(context.Context, *db.Tx) error { t.Error("ran"); return nil })
	close(release)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	if err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, 1) }); err != nil {
		t.Fatal(err)
	}
}

// TestMoreViewsThanReadersAtOnce begins many views that all wait for each
// other inside, in turns, with statements none has seen.
func TestMoreViewsThanReadersAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					for n := range 5 {
						var got int64
						if err := tx.QueryRow(ctx, fmt.Sprintf(`SELECT %d + CAST($1 AS BIGINT)`, i*5+n), int64(1)).Scan(&got); err != nil {
							return err
						}
						if got != int64(i*5+n+1) {
							t.Errorf("%d", got)
						}
						runtime.Gosched()
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

func TestClosedDatabaseAnswersWithAnError(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		count(t, d)
		for range 2 {
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
		}
		nothing := func(ctx context.Context, tx *db.Tx) error {
			var n int
			return tx.QueryRow(ctx, `SELECT 1`).Scan(&n)
		}
		if err := d.View(t.Context(), nothing); err == nil {
			t.Error("it can still be read")
		}
		if err := d.Update(t.Context(), nothing); err == nil {
			t.Error("it can still be written")
		}
	})
}

func TestTxIsDeadAfterItsClosure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var kept *db.Tx
		if err := d.Update(t.Context(), func(_ context.Context, tx *db.Tx) error { kept = tx; return nil }); err != nil {
			t.Fatal(err)
		}
		if err := put(t.Context(), kept, 1); err == nil {
			t.Fatal("a dead transaction wrote")
		}
	})
}

func TestViewChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, 1) }); err == nil {
			t.Fatal("a view wrote")
		}
	})
}

func TestValuesComeBackAsTheyWere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO session (id, account_id, token_hash, agent, address, created_at, seen_at, expires_at)
				VALUES ($1, $2, $3, $4, $5, $6, $6, $6)`, int64(1)<<62, 7, []byte{0, 1, 255}, "it's $1 = ANY($2)", "", 3); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO follow (id, follower_id, followed_id, accepted, boosts, notify, uri, created_at)
				VALUES (1, 2, 3, $1, $2, TRUE, '', 0)`, true, false); err != nil {
				return err
			}
			var big int64
			var hash []byte
			var text string
			if err := tx.QueryRow(ctx, `SELECT id, token_hash, agent FROM session WHERE account_id = ANY($1) AND agent <> ALL($2)`,
				[]int64{6, 7}, []string{"a", "b"}).Scan(&big, &hash, &text); err != nil {
				return err
			}
			if big != 1<<62 || string(hash) != "\x00\x01\xff" || text != "it's $1 = ANY($2)" {
				t.Errorf("%d %x %q", big, hash, text)
			}
			var accepted, boosts bool
			if err := tx.QueryRow(ctx, `SELECT accepted, boosts FROM follow WHERE accepted AND NOT boosts`).Scan(&accepted, &boosts); err != nil {
				return err
			}
			if !accepted || boosts {
				t.Errorf("%v %v", accepted, boosts)
			}
			err := tx.QueryRow(ctx, `SELECT id FROM session WHERE id = ANY($1)`, []int64(nil)).Scan(&big)
			if !errors.Is(err, db.ErrNoRows) {
				t.Errorf("an empty list matched: %v", err)
			}
			return tx.QueryRow(ctx, `SELECT id FROM session WHERE id <> ALL($1)`, []int64(nil)).Scan(&big)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestUniqueViolationIsRecognized(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		twice := func(ctx context.Context, tx *db.Tx) error { return errors.Join(put(ctx, tx, 1), put(ctx, tx, 1)) }
		if err := d.Update(t.Context(), twice); !db.IsUnique(err) {
			t.Fatal(err)
		}
		if db.IsUnique(errors.New("other")) {
			t.Fatal("any error is taken for it")
		}
	})
}

func BenchmarkUpdate(b *testing.B) {
	d := dbtest.SQLite(b)
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			base := time.Now().UnixNano()
			b.SetParallelism(max(callers/runtime.GOMAXPROCS(0), 1))
			var mu sync.Mutex
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					mu.Lock()
					base++
					n := base
					mu.Unlock()
					if err := d.Update(b.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, n) }); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
