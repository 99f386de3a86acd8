package inbox_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"allod/internal/db/dbtest"
	"allod/internal/post"
	"allod/protocol/httpsig"
)

// BenchmarkCreate takes in signed Creates of notes of one who is followed
// here, from eight callers, as the door does: verified, durable, and in the
// follower's stream.
func BenchmarkCreate(b *testing.B) {
	for _, form := range []httpsig.Form{httpsig.Cavage, httpsig.RFC9421} {
		b.Run(form.String(), func(b *testing.B) {
			s := newScene(b, dbtest.SQLite(b))
			s.resident("eva", string(post.Public))
			requests := make([]*http.Request, b.N)
			bodies := make([][]byte, b.N)
			for i := range b.N {
				bodies[i] = raw(s.bob.does("Create", s.bob.note(), doc{"to": "https://www.w3.org/ns/activitystreams#Public"}))
				requests[i] = signed(b, form, "/inbox", bodies[i], s.bob.keyID, s.bob.key, s.now())
			}
			var next atomic.Int64
			b.SetParallelism(4) // eight callers on two cores
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := next.Add(1) - 1
					if err := s.take(requests[i], bodies[i]); err != nil {
						b.Error(err)
					}
				}
			})
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "notes/s")
			if n := s.count("home_item"); n != b.N {
				b.Errorf("%d of %d are in the stream", n, b.N)
			}
		})
	}
}

// BenchmarkVerify is the RSA verification and what goes with it, without the database's part of Create.
func BenchmarkVerify(b *testing.B) {
	s := newScene(b, dbtest.SQLite(b))
	body := raw(s.bob.does("Create", s.bob.note()))
	r := signed(b, httpsig.Cavage, "/inbox", body, s.bob.keyID, s.bob.key, s.now())
	b.Run("signature", func(b *testing.B) {
		for range b.N {
			sig, err := httpsig.DefaultPolicy(s.now).Parse(httpsig.NewMessage(r, origin, body))
			if err != nil {
				b.Fatal(err)
			}
			if err := sig.Verify(s.bob.key.Public()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("request", func(b *testing.B) {
		for range b.N {
			if _, err := s.Verify(b.Context(), httpsig.NewMessage(r, origin, body)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
