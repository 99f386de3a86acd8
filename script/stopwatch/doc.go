// Package stopwatch measures how much a home asks of a person: it starts the
// real program in a fresh folder, drives it with Chromium as a person would, and
// counts questions, presses and fields for everyday tasks, with the time from the
// download to the first public post and to being found by name from a second home.
//
// Tasks begin at the home page. A press is a click, or Enter in a field; opening
// something folded is one, and so is the button that chooses a file. A field is
// one that is typed into. Where a program offers several ways the shortest counts.
//
// It runs only when ALLOD_STOPWATCH is set, as ./run does, which measures the
// program of this tree and that of the first version, both on one day by one script.
package stopwatch
