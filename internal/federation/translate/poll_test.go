package translate

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"allod/internal/poll"
)

func TestQuestionOfElsewhereIsRead(t *testing.T) {
	end := time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC)
	long := strings.Repeat("ab ", 400)
	for _, row := range []struct {
		name, object string
		want         *poll.Poll
	}{
		{"one choice", `"oneOf":[{"type":"Note","name":"yes","replies":{"type":"Collection","totalItems":3}},{"name":"no"}],"votersCount":3,"endTime":"2026-05-06T12:00:00Z"`,
			&poll.Poll{Options: []poll.Option{{Name: "yes", Votes: 3}, {Name: "no"}}, Voters: 3, ClosesAt: end}},
		{"several, closed", `"anyOf":[{"name":"a  b"},{"name":"c"}],"closed":"2026-05-06T12:00:00Z"`,
			&poll.Poll{Options: []poll.Option{{Name: "a b"}, {Name: "c"}}, Multiple: true, Voters: -1, ClosesAt: end, ClosedAt: end}},
		{"nothing to choose from", `"oneOf":[{"name":"only"},{"name":"only"},{"name":""}]`, nil},
		{"counts beyond belief", `"oneOf":[{"name":"yes","replies":{"totalItems":9007199254740991}},{"name":"no","replies":{"totalItems":-4}}],"votersCount":9007199254740991`,
			&poll.Poll{Options: []poll.Option{{Name: "yes", Votes: votesMax}, {Name: "no"}}, Voters: votesMax}},
		{"long options", `"oneOf":[{"name":"` + long + `"},{"name":"no"}]`,
			&poll.Poll{Options: []poll.Option{{Name: strings.TrimSpace(long)[:optionMax]}, {Name: "no"}}, Voters: -1}},
		{"an end out of time", `"oneOf":[{"name":"yes"},{"name":"no"}],"endTime":"0001-01-01T00:00:00Z"`,
			&poll.Poll{Options: []poll.Option{{Name: "yes"}, {Name: "no"}}, Voters: -1}},
	} {
		a, err := Arrival(object(t, `{"id":"https://a.example/1","attributedTo":"https://a.example/users/bob","type":"Question",`+row.object+`}`), author())
		if diff := cmp.Diff(row.want, a.Poll); err != nil || diff != "" {
			t.Errorf("%s: %v %s", row.name, err, diff)
		}
	}
	var many []string
	for i := range 400 {
		many = append(many, `{"name":"`+strings.Repeat("x", i+1)+`"}`)
	}
	a, err := Arrival(object(t, `{"id":"https://a.example/1","attributedTo":"https://a.example/users/bob","type":"Question","oneOf":[`+strings.Join(many, ",")+`]}`), author())
	if err != nil || len(a.Poll.Options) != poll.RemoteOptionsMax {
		t.Errorf("%v: %v", err, a.Poll)
	}
}
