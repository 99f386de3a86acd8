package stopwatch

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A line is one task as it was counted, or something else that was measured.
type line struct {
	task  string
	tally *tally // nil for what is not counted, and for what cannot be done
	note  string
}

// says is a line's cell of the table.
func (l line) says() string {
	switch {
	case l.note != "":
		return l.note
	case l.tally == nil:
		return "not possible"
	}
	return fmt.Sprintf("%d + %d", l.tally.presses, l.tally.fields)
}

// table has a column for the first version, if it was measured, and one for the present.
func table(before, now []line) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| task, presses + fields | first version | now |\n|---|---|---|\n")
	for i, l := range now {
		was := "not measured"
		if i < len(before) {
			was = before[i].says()
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", l.task, was, l.says())
	}
	return b.String()
}

func TestTableTellsBothColumns(t *testing.T) {
	got := table([]line{{task: "post", tally: &tally{presses: 2, fields: 1}}, {task: "edit"}}, []line{{task: "post", tally: &tally{presses: 1, fields: 1}}, {task: "edit", tally: &tally{presses: 3, fields: 1}}, {task: "time", note: "2 s"}})
	want := "| task, presses + fields | first version | now |\n|---|---|---|\n| post | 2 + 1 | 1 + 1 |\n| edit | not possible | 3 + 1 |\n| time | not measured | 2 s |\n"
	if got != want {
		t.Errorf("%s", got)
	}
}

func TestHandworkGrowsWithKeysAndPresses(t *testing.T) {
	before := tally{presses: 1, fields: 4, keys: 60}
	now := tally{presses: 1, fields: 2, keys: 32}
	if before.handwork() <= now.handwork() || before.and(now) != (tally{2, 6, 92}) || now.handwork() != 13460*time.Millisecond {
		t.Errorf("%s and %s, together %v", before.handwork(), now.handwork(), before.and(now))
	}
}
