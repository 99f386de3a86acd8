package inbox_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/federation/inbox"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/relationship"
	as "allod/protocol/activitystreams"
	"allod/protocol/httpsig"
)

// A scene is a home with ana, who follows bob of another server.
type scene struct {
	*home
	ana *account.Account
	bob *actor
}

func newScene(t testing.TB, d *db.DB) *scene {
	h := newHome(t, d)
	s := &scene{home: h, ana: h.resident("ana", "public")}
	s.bob = newPeer(h).person("bob", bobsKey()).meet()
	h.follows(s.ana, s.bob.met)
	return s
}

func each(t *testing.T, f func(t *testing.T, s *scene)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newScene(t, d)) })
}

func TestPostOfOneWhoIsFollowedIsInTheStreamAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		note := s.bob.note()
		for _, form := range []httpsig.Form{httpsig.Cavage, httpsig.RFC9421} {
			must(t, s.bob.sendAs(form, "/inbox", s.bob.does("Create", note)))
		}
		if diff := cmp.Diff([]string{note.id()}, s.stream(s.ana)); diff != "" {
			t.Error(diff)
		}
		if n := s.count("river_job"); n != 0 {
			t.Errorf("%d jobs were put down", n)
		}
		must(t, s.bob.send(s.bob.does("Update", note.with(doc{"content": "<p>changed</p>", "updated": time.Now().Add(time.Minute).UTC().Format(time.RFC3339)}))))
		if p := s.stored(note.id()); p.HTML != "<p>changed</p>" {
			t.Errorf("after the edit it says %q", p.HTML)
		}
		must(t, s.bob.send(s.bob.does("Delete", doc{"type": "Tombstone", "id": note.id()})))
		must(t, s.bob.send(s.bob.does("Create", note)))
		if got := s.stream(s.ana); len(got) != 0 {
			t.Errorf("after the Delete the stream holds %v", got)
		}
	})
}

func TestEveryKindOfPostIsKept(t *testing.T) {
	s := newScene(t, dbtest.SQLite(t))
	for _, kind := range []string{"Note", "Article", "Page", "Question", "Image", "Video", "Audio", "Event"} {
		note := s.bob.note(doc{"type": kind, "name": "a title"})
		must(t, s.bob.send(s.bob.does("Create", note)))
		if s.stored(note.id()) == nil {
			t.Errorf("a %s is not here", kind)
		}
	}
}

func TestOnlyWhatConcernsSomebodyHereIsKept(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		carol := newPeer(s.home).person("carol", otherKey()).meet()
		mine := s.names.ID(s.ana, s.note(s.ana, post.Public).URI)
		for _, c := range []struct {
			name string
			note doc
			kept bool
		}{
			{"public and of a stranger", carol.note(), false},
			{"addressed", carol.note(doc{"to": s.names.Actor(s.ana), "cc": nil}), true},
			{"answering for all to see", carol.note(doc{"inReplyTo": mine}), true},
			{"answering among followers", carol.note(doc{"inReplyTo": mine, "to": carol.id + "/followers", "cc": nil}), false},
			{"a vote", carol.note(doc{"inReplyTo": mine, "content": nil, "name": "yes"}), false},
		} {
			must(t, carol.send(carol.does("Create", c.note, doc{"to": c.note["to"]})))
			if got := s.stored(c.note.id()) != nil; got != c.kept {
				t.Errorf("%s: kept is %v, want %v", c.name, got, c.kept)
			}
		}
	})
}

func TestBlockedSenderReachesNobodyWhoBlockedThem(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		carol := newPeer(s.home).person("carol", otherKey()).meet()
		mine := s.names.ID(s.ana, s.note(s.ana, post.Public).URI)
		must(t, s.ties.Block(t.Context(), s.ana.ID, carol.met.ID))
		before := s.snapshot()
		me := s.names.Actor(s.ana)
		for _, d := range []doc{
			carol.does("Create", carol.note(doc{"to": me, "cc": nil})), carol.does("Create", carol.note(doc{"inReplyTo": mine})),
			carol.does("Follow", me), carol.does("Like", mine), carol.does("Announce", mine),
		} {
			must(t, carol.send(d))
		}
		s.unchanged(before)
	})
}

func TestFollowIsTakenAnsweredAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		me := s.names.Actor(s.ana)
		want := func(step string, followed, asked bool) {
			t.Helper()
			r := s.relation(s.ana, s.bob.met)
			if r.FollowedBy != followed || r.RequestedBy != asked {
				t.Errorf("%s: %+v", step, r)
			}
		}
		follow := s.bob.does("Follow", me)
		undo := s.bob.does("Undo", follow)
		for range 2 { // some servers give a second Follow and its Undo the ids of the first
			must(t, s.bob.send(follow))
			want("followed", true, false)
			must(t, s.bob.send(undo))
			want("taken back", false, false)
		}
		must(t, s.bob.send(follow))
		must(t, s.bob.send(s.bob.does("Undo", follow.id())))
		want("taken back by id", false, false)

		eva := s.resident("eva", "followers")
		must(t, s.bob.send(s.bob.does("Follow", s.names.Actor(eva))))
		if r := s.relation(eva, s.bob.met); r.FollowedBy || !r.RequestedBy {
			t.Errorf("one who approves by hand: %+v", r)
		}
	})
}

func TestOurFollowCountsOnlyAfterTheAnswer(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		eva := s.resident("eva", "public")
		ask := func() (string, doc) {
			f, err := s.ties.Follow(t.Context(), eva.ID, s.bob.met.ID, relationship.Wishes{})
			must(t, err)
			uri := s.names.ID(eva, f.URI)
			return uri, doc{"type": "Follow", "id": uri, "actor": s.names.Actor(eva), "object": s.bob.id}
		}
		uri, embedded := ask()
		if s.relation(eva, s.bob.met).Following {
			t.Fatal("it counts before the answer")
		}
		private := s.bob.note(doc{"to": s.bob.id + "/followers", "cc": nil})
		must(t, s.bob.send(s.bob.does("Create", private)))
		if got := s.stream(eva); len(got) != 0 {
			t.Errorf("one whose follow is not answered reads %v", got)
		}
		must(t, s.bob.send(s.bob.does("Accept", uri)))
		if !s.relation(eva, s.bob.met).Following {
			t.Error("accepted by id, and not following")
		}
		must(t, s.bob.send(s.bob.does("Reject", embedded)))
		if s.relation(eva, s.bob.met).Following {
			t.Error("rejected, and still following")
		}
		_, embedded = ask()
		must(t, s.bob.send(s.bob.does("Accept", embedded.with(doc{"id": s.bob.id + "/renamed"}))))
		if !s.relation(eva, s.bob.met).Following {
			t.Error("accepted by the two ends, and not following")
		}
	})
}

func TestLikesAndBoostsOfAPostHere(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := s.note(s.ana, post.Public)
		uri := s.names.ID(s.ana, p.URI)
		want := func(step string, likes, boosts int64) {
			t.Helper()
			if q := s.stored(p.URI); q.Likes != likes || q.Boosts != boosts {
				t.Errorf("%s: %d likes and %d boosts, want %d and %d", step, q.Likes, q.Boosts, likes, boosts)
			}
		}
		like, boost := s.bob.does("Like", uri), s.bob.does("Announce", uri, doc{"to": as.Public})
		for range 2 {
			must(t, s.bob.send(like))
			must(t, s.bob.send(boost))
			want("done", 1, 1)
		}
		must(t, s.bob.send(s.bob.does("Undo", like)))
		must(t, s.bob.send(s.bob.does("Undo", boost.id())))
		want("taken back", 0, 0)
		react := s.bob.does("EmojiReact", uri, doc{"content": "🔥"})
		must(t, s.bob.send(react))
		want("a reaction is a like", 1, 0)
		must(t, s.bob.send(s.bob.does("Undo", react.id())))
		want("and taken back as one", 0, 0)
	})
}

func TestBoostOfAPostElsewhereIsFetched(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := newPeer(s.home)
		carol := p.person("carol", otherKey())
		note := carol.note()
		p.serve(note.id()[len(p.URL):], note)
		group := note.with(doc{"id": note.id() + "-2"})
		p.serve(group.id()[len(p.URL):], group)

		must(t, s.bob.send(s.bob.does("Announce", note.id(), doc{"to": as.Public})))
		must(t, s.bob.send(s.bob.does("Announce", carol.does("Create", group), doc{"to": as.Public})))
		s.settle()
		if got := s.stream(s.ana); len(got) != 2 {
			t.Errorf("the stream holds %v", got)
		}
		must(t, carol.send(carol.does("Announce", note.id()))) // nobody here follows her
		if n := s.count("boost"); n != 3 {
			t.Errorf("%d boosts of known posts are kept, want 3", n)
		}
	})
}

func TestMissingParentsAreFetched(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := newPeer(s.home)
		carol := p.person("carol", otherKey())
		first := carol.note()
		second := carol.note(doc{"inReplyTo": first.id()})
		for _, n := range []doc{first, second} {
			p.serve(n.id()[len(p.URL):], n)
		}
		reply := s.bob.note(doc{"inReplyTo": second.id()})
		must(t, s.bob.send(s.bob.does("Create", reply)))
		if s.stored(reply.id()) == nil {
			t.Error("the reply waits for its parent")
		}
		s.eventually("the thread is whole", func() bool {
			r, q := s.stored(reply.id()), s.stored(first.id())
			return q != nil && r.ThreadID == q.ID && r.ReplyToID != 0
		})
	})
}

func TestBlockEndsTies(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		block := s.bob.does("Block", s.names.Actor(s.ana))
		must(t, s.bob.send(block))
		if r := s.relation(s.ana, s.bob.met); !r.BlockedBy || r.Following {
			t.Errorf("blocked: %+v", r)
		}
		must(t, s.bob.send(s.bob.does("Undo", block)))
		if r := s.relation(s.ana, s.bob.met); r.BlockedBy {
			t.Errorf("unblocked: %+v", r)
		}
	})
}

func TestDeletedActorIsGone(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		must(t, s.bob.send(s.bob.does("Delete", s.bob.id)))
		a, err := s.accounts.Get(t.Context(), s.bob.met.ID)
		must(t, err)
		if !a.Gone() {
			t.Error("it lives")
		}
		note := s.bob.note()
		must(t, s.bob.send(s.bob.does("Create", note)))
		if s.stored(note.id()) != nil {
			t.Error("one who is gone speaks")
		}
	})
}

func TestNewsOfStrangersCostNothing(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := newPeer(s.home)
		carol := p.person("carol", otherKey())
		for _, d := range []doc{carol.does("Delete", carol.id), carol.does("Update", actorDoc(carol.id, "carol", carol.key))} {
			if err := carol.send(d); err != inbox.ErrNothing {
				t.Errorf("%s: %v", d["type"], err)
			}
		}
		if p.asked("/users/carol") != 0 {
			t.Error("the stranger was fetched")
		}
	})
}

func TestChangedProfileIsFetchedWhereItIsServed(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.bob.person("bob", bobsKey(), doc{"name": "Robert"})
		s.ahead.Store(int64(time.Minute))
		must(t, s.bob.send(s.bob.does("Update", actorDoc(s.bob.id, "bob", bobsKey()).with(doc{"name": "Mallory"}))))
		s.eventually("the name is the served one", func() bool {
			a, err := s.accounts.Get(t.Context(), s.bob.met.ID)
			must(t, err)
			return a.DisplayName == "Robert"
		})
	})
}

func TestUnknownKeyIsFetchedOnce(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := newPeer(s.home)
		carol := p.person("carol", otherKey())
		note := carol.note(doc{"to": s.names.Actor(s.ana)})
		for range 3 {
			must(t, carol.send(carol.does("Create", note)))
		}
		if n := p.asked("/users/carol"); n != 1 {
			t.Errorf("the actor was asked for %d times", n)
		}
		if s.stored(note.id()) == nil {
			t.Error("the note is not here")
		}
	})
}

func TestNewKeyByTheOldIDIsFetchedOnce(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.bob.person("bob", otherKey())
		s.bob.key = otherKey()
		s.ahead.Store(int64(10 * time.Minute))
		note := s.bob.note()
		must(t, s.bob.send(s.bob.does("Create", note)))
		if s.stored(note.id()) == nil {
			t.Error("the note is not here")
		}
	})
}

func TestSenderTeachesHowItSigns(t *testing.T) {
	s := newScene(t, dbtest.SQLite(t))
	must(t, s.bob.sendAs(httpsig.RFC9421, "/inbox", s.bob.does("Create", s.bob.note())))
	if form, _ := s.learned.Load(s.bob.URL[len("http://"):]); form != httpsig.RFC9421 {
		t.Errorf("learned %v", form)
	}
}

func TestForwardedReplyIsFetchedFromItsOwnServer(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := newPeer(s.home)
		carol := p.person("carol", otherKey())
		parent := s.bob.note()
		must(t, s.bob.send(s.bob.does("Create", parent)))
		note := carol.note(doc{"inReplyTo": parent.id(), "content": "<p>true</p>"})
		p.serve(note.id()[len(p.URL):], note)

		must(t, s.bob.send(carol.does("Create", note.with(doc{"content": "<p>false</p>"}))))
		s.settle()
		if q := s.stored(note.id()); q == nil || q.HTML != "<p>true</p>" {
			t.Fatalf("kept is %+v", q)
		}
		p.serve(note.id()[len(p.URL):], note.with(doc{"content": "<p>edited</p>", "updated": time.Now().Add(time.Minute).UTC().Format(time.RFC3339)}))
		must(t, s.bob.send(carol.does("Update", note)))
		s.settle()
		if q := s.stored(note.id()); q.HTML != "<p>edited</p>" {
			t.Errorf("after a forwarded edit it says %q", q.HTML)
		}
		p.handle(note.id()[len(p.URL):], nil)
		must(t, s.bob.send(carol.does("Delete", note.id())))
		s.settle()
		if s.stored(note.id()) != nil {
			t.Error("it is still here after a forwarded Delete")
		}
	})
}

func TestPortableActorIsBelievedByProof(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		w := newPortable(newPeer(s.home), otherKey(), "walker")
		s.follows(s.ana, w.met)
		note := w.note(doc{"id": "ap://" + w.did + "/notes/1"})
		act := w.does("Create", note, doc{"id": "ap://" + w.did + "/acts/1"})
		must(t, w.send(w.proven(act, s.now())))
		if s.stored(note.id()) == nil {
			t.Error("delivered by itself, it is not here")
		}
		handed := w.note(doc{"id": "ap://" + w.did + "/notes/2"})
		act = w.does("Create", handed, doc{"id": "ap://" + w.did + "/acts/2"})
		must(t, s.bob.send(w.proven(act, s.now())))
		if s.stored(handed.id()) == nil {
			t.Error("handed on by another, it is not here")
		}
	})
}

func TestSweepForgetsWhatIsOld(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		must(t, s.bob.send(s.bob.does("Create", s.bob.note())))
		s.update(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO incoming (id, account_id, body, received_at) VALUES (1, $1, $2, 1)`, id.ID(1), []byte("{}"))
			return err
		})
		must(t, s.Sweep(t.Context()))
		if s.count("seen") != 1 || s.count("incoming") != 0 {
			t.Error("the young is gone, or the old is not")
		}
		s.ahead.Store(int64(29 * 24 * time.Hour))
		must(t, s.Sweep(t.Context()))
		if s.count("seen") != 0 {
			t.Error("the old is still here")
		}
	})
}

func TestOddTextIsKeptByBothEngines(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		odd := "a\x00b \u2028 \U0001F525 \u202e"
		must(t, s.bob.send(s.bob.does("Create", s.bob.note(doc{
			"content": odd, "summary": odd, "name": odd, "contentMap": doc{odd: odd}, "url": "https://x.example/" + odd,
			"inReplyTo": s.bob.id + "/" + odd, "tag": []doc{{"type": "Hashtag", "name": "#" + odd, "href": odd}, {"type": "Mention", "name": odd, "href": odd}},
			"attachment": []doc{{"type": "Document", "mediaType": odd, "url": "https://x.example/" + odd, "name": odd, "blurhash": odd, "width": 1e18, "height": -1}},
		}))))
		for _, d := range []doc{
			s.bob.does("Create", s.bob.note(doc{"id": s.bob.id + "/\x00"})), s.bob.does("Like", s.bob.id+"/\x00"),
			s.bob.does("Like", s.bob.note().id(), doc{"id": s.bob.id + "/\x00"}), s.bob.does("Delete", s.bob.id+"/\x00"),
		} {
			if err := s.bob.send(d); err != nil && !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", d["type"], err)
			}
		}
	})
}
