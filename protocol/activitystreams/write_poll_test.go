package activitystreams

import (
	"testing"
	"time"
)

func TestWriteQuestion(t *testing.T) {
	d := fullNote()
	d.Poll = &PollDocument{Options: []OptionDocument{{"Friday", 3}, {"Saturday", 0}}, Voters: 3, Ends: noon.Add(time.Hour)}
	o, err := golden(t, "question", render(t, d)).Object()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "type", o.Type, TypeQuestion)
	same(t, "poll", *o.Poll, Poll{Options: []Option{{"Friday", 3}, {"Saturday", 0}}, Voters: 3})
	same(t, "end", o.EndTime, noon.Add(time.Hour).UTC())

	d.Poll = &PollDocument{Options: []OptionDocument{{"a", -1}, {"b", -1}}, Multiple: true, Voters: 2, Closed: noon}
	o, err = golden(t, "question_hidden", render(t, d)).Object()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "poll", *o.Poll, Poll{Options: []Option{{"a", 0}, {"b", 0}}, Multiple: true, Voters: 2, Closed: noon.UTC()})
	for _, options := range [][]OptionDocument{nil, {{"", 1}}} {
		if raw, err := (NoteDocument{ID: me, AttributedTo: me, Published: noon, Poll: &PollDocument{Options: options}}).JSON(); err == nil {
			t.Errorf("%v is written: %s", options, raw)
		}
	}
}

func TestWriteVote(t *testing.T) {
	vote := VoteDocument{ID: base + "/vote/1/0", AttributedTo: me, InReplyTo: "https://meadow.example/questions/1", Name: "Tea & <cake>", To: her}
	o, err := golden(t, "vote", render(t, vote)).Object()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "name", o.Name.String(), vote.Name)
	same(t, "content", o.Content.String(), "")
	same(t, "to", o.To, []string{her})
}
