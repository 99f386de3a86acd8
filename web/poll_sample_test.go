package web

import (
	"testing"
	"time"
)

// pollPosts are posts that ask, each as another reader meets it.
func pollPosts(from []Post) []Post {
	options := func(mine int) []PollOption {
		all := []PollOption{{Name: "Friday 11 December", Votes: 9}, {Name: "Saturday <12> December", Votes: 10}, {Name: "Neither, I will bring soup", Votes: 2}}
		if mine >= 0 {
			all[mine].Mine = true
		}
		return all
	}
	ends := now.Add(50 * time.Hour)
	polls := []Poll{
		{Post: "1", Options: options(-1), Ends: ends, People: 21, Vote: "/posts/1/vote"},
		{Post: "2", Options: options(1), Ends: ends, People: 21, Voted: true},
		{Post: "3", Options: options(-1), Multiple: true, Hidden: true, Ends: ends, People: 14, Vote: "/posts/3/vote"},
		{Post: "4", Options: options(0), Ends: now.Add(-time.Hour), Over: true, People: 21, Voted: true},
	}
	out := append([]Post{}, from[:len(polls)]...)
	for i := range polls {
		out[i].Poll = &polls[i]
	}
	return out
}

func pollSamples(posts []Post, inside func(Place) Page, outside func(int) Page) []sample {
	asked := pollPosts(posts)
	failed := asked[0]
	poll := *failed.Poll
	poll.Error, failed.Poll, failed.Acts = "This poll has closed.", &poll, nil
	return []sample{
		{"polls", Home(inside(PlaceHome), HomeView{Posts: asked, Older: "/home?before=8"})},
		{"polls-outside", Tag(outside(5), TagView{Tag: "supper", Posts: public(asked[1:])})},
		{"poll-not-counted", VotePage(inside(Nowhere), VoteView{Post: failed, Back: "/@ida/1"})},
		{"kept", Kept(inside(PlaceKept), KeptView{Posts: asked, Older: "/kept?max_id=4"})},
		{"kept-empty", Kept(inside(PlaceKept), KeptView{})},
	}
}

func TestRodIsAsLongAsItsShare(t *testing.T) {
	p := Poll{People: 4, Options: []PollOption{{Votes: 3}, {Votes: 1}, {}}}
	for i, want := range []string{"75", "25", "0"} {
		if got := p.share(p.Options[i]); got != want {
			t.Errorf("%d: %s, not %s", i, got, want)
		}
	}
	several := Poll{Multiple: true, People: 4, Options: []PollOption{{Votes: 4}, {Votes: 9}}}
	if a, b := several.share(several.Options[0]), several.share(several.Options[1]); a != "100" || b != "100" {
		t.Errorf("%s, %s", a, b)
	}
	if got := (&Poll{Options: make([]PollOption, 2)}).share(PollOption{}); got != "0" {
		t.Error(got)
	}
}
