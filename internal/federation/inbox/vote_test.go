package inbox_test

import (
	"testing"
	"time"

	"allod/internal/poll"
	"allod/internal/post"
)

// ask has ana ask something and tells its address.
func (s *scene) ask(v post.Visibility) (*post.Post, string) {
	p, err := s.posts.Publish(s.t.Context(), s.ana, post.Draft{
		Text: "Tea?", Visibility: v, Poll: &poll.Ask{Options: []string{"yes", "no"}, For: time.Hour},
	})
	must(s.t, err)
	return p, s.names.ID(s.ana, p.URI)
}

func TestVotesOfOthersAreCounted(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		carol := newPeer(s.home).person("carol", otherKey())
		p, mine := s.ask(post.Public)
		vote := func(a *actor, name string, changes ...doc) doc {
			t.Helper()
			note := a.note(append([]doc{{"inReplyTo": mine, "content": nil, "name": name, "to": s.names.Actor(s.ana), "cc": nil}}, changes...)...)
			act := a.does("Create", note, doc{"to": s.names.Actor(s.ana)})
			must(t, a.send(act))
			return act
		}
		counts := func() [3]int64 {
			got, err := s.posts.Get(t.Context(), s.ana.ID, p.ID)
			must(t, err)
			return [3]int64{got.Poll.Options[0].Votes, got.Poll.Options[1].Votes, got.Poll.Voters}
		}
		must(t, s.bob.send(vote(s.bob, "yes"))) // the same once more
		vote(s.bob, "no")                       // once is enough
		vote(s.bob, "maybe")                    // and there is no such thing
		if got := counts(); got != [3]int64{1, 0, 1} {
			t.Errorf("counted %v", got)
		}
		vote(carol.meet(), "no")
		if got := counts(); got != [3]int64{1, 1, 2} {
			t.Errorf("counted %v", got)
		}
		s.ahead.Store(int64(2 * time.Hour))
		dora := newPeer(s.home).person("dora", otherKey()).meet()
		vote(dora, "no")
		if got := counts(); got != [3]int64{1, 1, 2} {
			t.Errorf("counted after the end: %v", got)
		}
		if s.count("post") != 1 {
			t.Error("a vote is kept as a post")
		}
	})
}

func TestVoteOnWhatAsksNothingChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		note := s.names.ID(s.ana, s.note(s.ana, post.Public).URI)
		_, hidden := s.ask(post.Followers)
		before := s.snapshot()
		for _, to := range []string{note, hidden, "https://nowhere.example/1"} {
			must(t, s.bob.send(s.bob.does("Create", s.bob.note(doc{"inReplyTo": to, "content": nil, "name": "yes", "to": s.names.Actor(s.ana), "cc": nil}))))
		}
		s.unchanged(before)
	})
}

func TestCountsAreUpdatedWithoutAnEdit(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		question := func(yes int) doc {
			return s.bob.note(doc{"type": "Question", "id": s.bob.id + "/q", "votersCount": yes, "oneOf": []doc{
				{"type": "Note", "name": "yes", "replies": doc{"type": "Collection", "totalItems": yes}}, {"type": "Note", "name": "no"}}})
		}
		must(t, s.bob.send(s.bob.does("Create", question(0))))
		must(t, s.bob.send(s.bob.does("Update", question(5))))
		got := s.stored(s.bob.id + "/q")
		if got == nil || got.Poll == nil || got.Poll.Options[0].Votes != 5 || got.Poll.Voters != 5 || !got.EditedAt.IsZero() {
			t.Errorf("%+v", got)
		}
	})
}
