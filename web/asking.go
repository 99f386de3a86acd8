package web

import "strconv"

// Asking is the poll of a form: answer i, from 1, is "poll-option-i"; the
// others are "poll_for", "poll_multiple" and "poll_hidden".
type Asking struct {
	Options  []string
	Room     int // how many answers there may be
	Longest  int // characters of each
	For      string
	Choices  []Option // of For
	Multiple bool
	Hidden   bool
	Error    string
	May      bool // a poll may be asked
}

// answersAtOnce is how many empty places for answers are shown unasked.
const answersAtOnce = 4

// shown and more are the places for answers: those at hand, and those folded away.
func (a Asking) shown() int { return max(answersAtOnce, min(len(a.Options), a.Room)) }

// option is answer i, from 0, as far as it was typed.
func (a Asking) option(i int) string {
	if i < len(a.Options) {
		return a.Options[i]
	}
	return ""
}

// begun reports whether anything of a poll was typed.
func (a Asking) begun() bool { return a.Error != "" || len(a.Options) > 0 }

// longestAnswer caps an answer: one line of it is easily seen to be cut.
func (a Asking) longestAnswer() string { return strconv.Itoa(a.Longest) }
