// Package browser looks at the pages of a real home with a real browser: two
// homes on loopback find, follow and answer each other, one person with scripts
// and one without, on a phone and at a desk, in light and dark, in English,
// Russian and Arabic. Every page on the way is held to the rules of accessibility (axe),
// fits its width, says nothing in the console and asks nobody else for
// anything. Pictures of the pages are left in shots/.
//
// The pictures in testdata are computed landscapes, free to use.
//
// The tests start Chromium and take minutes, so they run only when
// ALLOD_BROWSER is set, as ./run does.
package browser
