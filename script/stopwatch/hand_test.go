package stopwatch

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is how long anything may take to appear.
const patience = 40 * time.Second

// A tally is what a task asks of a person.
type tally struct{ presses, fields, keys int }

// handwork is how long that takes somebody who types without haste and points
// at each field and button, by the keystroke-level model of Card, Moran and
// Newell: 0.28 s a key, 1.1 s to point, 0.4 s from the keys to the pointer and back.
func (t tally) handwork() time.Duration {
	return time.Duration(t.keys)*280*time.Millisecond + time.Duration(t.presses+t.fields)*1500*time.Millisecond
}

// and is two tasks, one after the other.
func (t tally) and(o tally) tally {
	return tally{t.presses + o.presses, t.fields + o.fields, t.keys + o.keys}
}

// A hand is a person at a browser, whose every press and field is counted.
type hand struct {
	t   *testing.T
	ctx context.Context
	tally
}

func (h *hand) do(steps ...chromedp.Action[chromedp.Void]) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		at, _ := chromedp.Run(h.ctx, chromedp.Location()) // only to tell
		h.t.Fatalf("at %s: %v", at, err)
	}
}

// visit goes to an address that somebody was given. It counts for nothing.
func (h *hand) visit(link string) { h.t.Helper(); h.do(chromedp.Navigate(link)) }

// press clicks something, and what it is folded in before.
func (h *hand) press(css string) {
	h.t.Helper()
	h.unfold(css)
	h.presses++
	h.run(`document.querySelector(` + strconv.Quote(css) + `).click()`) // where it is, whatever the window shows
}

// unfold opens the folds that something is in, each by a press.
func (h *hand) unfold(css string) {
	h.t.Helper()
	h.do(chromedp.WaitReady(chromedp.CSS(css)))
	folds := value[int](h, `(() => {
		let n = 0;
		for (let d = document.querySelector(`+strconv.Quote(css)+`).parentElement?.closest("details:not([open])"); d; d = d.parentElement?.closest("details:not([open])")) {
			d.open = true;
			n++;
		}
		return n;
	})()`)
	h.presses += folds
}

// fill types into a field.
func (h *hand) fill(css, words string) {
	h.t.Helper()
	h.unfold(css)
	h.fields++
	h.keys += utf8.RuneCountInString(words)
	h.do(chromedp.WaitVisible(chromedp.CSS(css)), chromedp.SendKeys(chromedp.CSS(css), words))
}

// enter presses Enter in a field.
func (h *hand) enter(css string) {
	h.t.Helper()
	h.presses++
	h.do(chromedp.SendKeys(chromedp.CSS(css), "\r"))
}

// choose presses the button of a file, and chooses one.
func (h *hand) choose(css, file string) {
	h.t.Helper()
	path, err := filepath.Abs(file)
	if err != nil {
		h.t.Fatal(err)
	}
	h.unfold(css)
	h.presses++
	ctx, cancel := context.WithTimeout(h.ctx, patience)
	defer cancel()
	h.run(`document.querySelector(` + strconv.Quote(css) + `).scrollIntoView({ block: "center", behavior: "instant" })`) // clear of what stands still
	opened, err := chromedp.Run(ctx, chromedp.WaitEvent(page.FileChooserOpened, nil, chromedp.Click(chromedp.CSS(css))))
	if err == nil {
		_, err = chromedp.Call(ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, BackendNodeID: opened.BackendNodeID})
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// see waits for what a task ends with.
func (h *hand) see(css string) { h.t.Helper(); h.do(chromedp.WaitVisible(chromedp.CSS(css))) }

func (h *hand) run(js string) { h.t.Helper(); value[bool](h, "("+js+", true)") }

// has reports whether the page has something.
func (h *hand) has(css string) bool { h.t.Helper(); return h.count(css) > 0 }

// count says how many of something the page has.
func (h *hand) count(css string) int {
	h.t.Helper()
	return value[int](h, `document.querySelectorAll(`+strconv.Quote(css)+`).length`)
}

// await loads the home page until it has something, as what others send comes
// when it comes. It counts for nothing.
func (h *hand) await(origin, css string) {
	h.t.Helper()
	for until := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		h.visit(origin + "/")
		if h.has(css) {
			return
		}
		if time.Now().After(until) {
			h.t.Fatalf("%s never came", css)
		}
	}
}

// value is what an expression comes to on the page.
func value[T any](h *hand, js string) T {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		h.t.Fatalf("%s: %v", js, err)
	}
	return v
}

// tab is a window with cookies of its own.
func tab(t *testing.T, ctx context.Context) *hand {
	t.Helper()
	c, cancel := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(c, chromedp.EmulateViewport(1280, 900)); err != nil {
		t.Fatal(err)
	}
	h := &hand{t: t, ctx: c}
	if _, err := chromedp.Call(c, page.SetInterceptFileChooserDialog, page.SetInterceptFileChooserDialogParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	return h
}
