// Package stopwatch measures how much a home asks of a person: it starts the
// real program in a fresh folder, drives it with Chromium as a person would, and
// counts questions, presses and fields for everyday tasks, with the time from the start
// to the first public post and to being found by name from a second home.
//
// It runs only when ALLOD_STOPWATCH is set, as ./run does. ALLOD_PROGRAM
// names another program to measure, such as one of an earlier release.
package stopwatch
