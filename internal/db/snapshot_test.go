package db_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"allod/internal/db"
	"allod/internal/db/dbtest"
)

// pairs are the names that a database holds twice, under a and b.
func pairs(t *testing.T, d *db.DB) map[string]int {
	t.Helper()
	out := map[string]int{}
	err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, "SELECT uri FROM seen ORDER BY uri")
		names, err := db.Collect(rows, err, db.Scalar[string])
		for _, n := range names {
			out[n[2:]]++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSnapshotIsOneMoment takes one while four writers put down pairs: no pair is torn.
func TestSnapshotIsOneMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, stop := context.WithCancel(t.Context())
		var writers sync.WaitGroup
		for w := range 4 {
			writers.Go(func() {
				for n := 0; ctx.Err() == nil; n++ {
					name := strconv.Itoa(w) + "-" + strconv.Itoa(n)
					_ = d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
						for _, half := range []string{"a/", "b/"} {
							if _, err := tx.Exec(ctx, "INSERT INTO seen (uri, seen_at) VALUES ($1, $2)", half+name, n); err != nil {
								return err
							}
						}
						return nil
					})
				}
			})
		}
		for len(pairs(t, d)) < 20 {
		}
		path := filepath.Join(t.TempDir(), "copy.db")
		err := d.Snapshot(t.Context(), path, nil)
		stop()
		writers.Wait()
		if err != nil {
			t.Fatal(err)
		}
		if err := db.CheckFile(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		copied, err := db.Open(t.Context(), db.Config{URL: path})
		if err != nil {
			t.Fatal(err)
		}
		defer copied.Close()
		got := pairs(t, copied)
		if len(got) < 20 {
			t.Errorf("%d pairs", len(got))
		}
		for name, n := range got {
			if n != 2 {
				t.Errorf("%s is there %d times", name, n)
			}
		}
	})
}

// TestEveryKindOfColumnComesBack goes from an engine to a file and from there to each engine.
func TestEveryKindOfColumnComesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const insert = `INSERT INTO media (id, owner_id, post_id, position, kind, mime, width, height, alt, blurhash, focus_x, focus_y, remote_url, created_at)
			VALUES (1, 2, 0, 0, 'image', 'image/webp', 3, 4, 'ليلى 🙂', '', 0.25, -1, '', 5)`
		const follow = `INSERT INTO follow (id, follower_id, followed_id, accepted, boosts, notify, uri, created_at) VALUES (1, 2, 3, true, false, true, '', 9)`
		const home = `INSERT INTO home (id, instance, seal_public, setup_hash, created_at) VALUES (1, 'x', $1, $2, 5)`
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for _, s := range []string{insert, follow} {
				if _, err := tx.Exec(ctx, s); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, home, []byte{0, 1, 255}, []byte{})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "copy.db")
		if err := d.Snapshot(t.Context(), path, nil); err != nil {
			t.Fatal(err)
		}
		dbtest.Each(t, func(t *testing.T, to *db.DB) {
			if err := to.Fill(t.Context(), path, nil); err != nil {
				t.Fatal(err)
			}
			err := to.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				var alt string
				var x float64
				var accepted, boosts bool
				var seal, setup []byte
				if err := tx.QueryRow(ctx, `SELECT alt, focus_x, accepted, boosts FROM media JOIN follow ON follow.id = media.id`).Scan(&alt, &x, &accepted, &boosts); err != nil {
					return err
				}
				if err := tx.QueryRow(ctx, `SELECT seal_public, setup_hash FROM home`).Scan(&seal, &setup); err != nil {
					return err
				}
				if alt != "ليلى 🙂" || x != 0.25 || !accepted || boosts || string(seal) != "\x00\x01\xff" || len(setup) != 0 {
					t.Errorf("%q %v %v %v %v %v", alt, x, accepted, boosts, seal, setup)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	})
}

func TestDamageIsSeen(t *testing.T) {
	d := dbtest.SQLite(t)
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for n := range 3000 {
			if _, err := tx.Exec(ctx, "INSERT INTO seen (uri, seen_at) VALUES ($1, $2)", "https://far.example/"+strconv.Itoa(n), n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := d.Snapshot(t.Context(), path, nil); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func([]byte) []byte{
		"holes": func(b []byte) []byte { clear(b[len(b)/3 : len(b)-len(b)/3]); return b },
		"cut":   func(b []byte) []byte { return b[:len(b)/2] },
		"foreign": func([]byte) []byte {
			return []byte("not a database, but long enough to be looked at as if it were one, which it is not by any means at all")
		},
	} {
		broken := filepath.Join(t.TempDir(), "broken.db")
		if err := os.WriteFile(broken, change(append([]byte{}, whole...)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := db.CheckFile(t.Context(), broken); err == nil {
			t.Errorf("%s passes", name)
		}
	}
	if err := db.CheckFile(t.Context(), path); err != nil {
		t.Error(err)
	}
}
