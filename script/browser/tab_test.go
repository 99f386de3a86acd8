package browser

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is how long anything may take to appear.
const patience = 15 * time.Second

// A tab is what one person sees: a window with cookies of its own.
type tab struct {
	t      *testing.T // the test, or the step of it, that looks
	ctx    context.Context
	origin string
	plain  bool // scripts are off

	mu      sync.Mutex
	wrong   []string // what the console and the network said that they should not
	refused bool     // the answer that comes is meant to be a refusal
	lost    bool     // a step did not come to its end
}

// A way is how somebody browses.
type way struct {
	language string
	size     size
	plain    bool // without scripts
}

// openTab opens a window with cookies of its own, closed with the test.
func openTab(t *testing.T, origin string, w way) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chromium, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, origin: origin, plain: w.plain}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	go b.read(chromedp.Console(ctx))
	call(b, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
		UserAgent: value[string](b, `navigator.userAgent`), AcceptLanguage: w.language,
	})
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: w.plain})
	call(b, page.SetInterceptFileChooserDialog, page.SetInterceptFileChooserDialogParams{Enabled: true})
	b.show(light, w.size)
	if off := value[bool](b, `matchMedia("(scripting: none)").matches`); off != w.plain {
		t.Fatalf("scripts are off: %t", off)
	}
	return b
}

// do takes steps; the first that fails or takes too long ends the test.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.fatal(err)
	}
}

// fatal ends the test, saying where it was and what it saw.
func (b *tab) fatal(err error) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(b.ctx), 5*time.Second)
	defer cancel()
	at, _ := chromedp.Run(ctx, chromedp.Location()) // only to tell
	if picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot()); err == nil {
		keep(b.t, "failed", picture)
	}
	b.lost = true
	b.t.Fatalf("at %s: %v (shots/failed.png)", at, err)
}

// open goes to a path of the tab's home.
func (b *tab) open(path string) {
	b.t.Helper()
	b.visit(b.origin + path)
}

// visit goes to an address, such as a link that was handed over.
func (b *tab) visit(link string) {
	b.t.Helper()
	b.load(chromedp.Navigate(link))
}

// press clicks what leads to another page.
func (b *tab) press(css string) {
	b.t.Helper()
	b.reach(css)
	b.load(chromedp.Click(chromedp.CSS(css)))
}

// reach scrolls to where an element can be clicked, clear of what stands still.
func (b *tab) reach(css string) {
	b.t.Helper()
	b.see(css)
	value[bool](b, `document.querySelector(`+quoted(css)+`).scrollIntoView({ block: "center", behavior: "instant" }), true`)
}

// load takes a step that leads to another page, and waits for it.
func (b *tab) load(step chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, step)
	if err != nil {
		b.fatal(err)
	}
	if refused := answer.Status >= 400; refused != b.refusing() {
		b.fatal(fmt.Errorf("%s answered %d", answer.URL, answer.Status))
	}
}

// refusedBy does what the home is meant to refuse.
func (b *tab) refusedBy(f func()) {
	b.refuse(true)
	defer b.refuse(false)
	f()
}

func (b *tab) refuse(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused = on
}

func (b *tab) refusing() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refused
}

// tap clicks what changes the page it is on.
func (b *tab) tap(css string) {
	b.t.Helper()
	b.reach(css)
	b.do(chromedp.Click(chromedp.CSS(css)))
}

// fill types words into a field in place of what stands there.
func (b *tab) fill(css, words string) {
	b.t.Helper()
	b.see(css)
	value[bool](b, `document.querySelector(`+quoted(css)+`).select(), true`)
	b.do(chromedp.SendKeys(chromedp.CSS(css), words))
}

// choose answers the file chooser that clicking an element opens.
func (b *tab) choose(css, file string) {
	b.t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", file))
	if err != nil {
		b.t.Fatal(err)
	}
	b.reach(css)
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	opened, err := chromedp.Run(ctx, chromedp.WaitEvent(page.FileChooserOpened, nil, chromedp.Click(chromedp.CSS(css))))
	if err != nil {
		b.fatal(err)
	}
	call(b, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, BackendNodeID: opened.BackendNodeID})
}

// see waits until an element is there to be seen.
func (b *tab) see(css string) {
	b.t.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(css)))
}

// says waits until an element is there, and looks for words in it.
func (b *tab) says(css, words string) {
	b.t.Helper()
	b.see(css)
	if text := value[string](b, `document.querySelector(`+quoted(css)+`).innerText`); !strings.Contains(text, words) {
		b.t.Errorf("%s says %q, not %q", css, text, words)
	}
}

// count says how many elements there are.
func (b *tab) count(css string) int {
	b.t.Helper()
	return value[int](b, `document.querySelectorAll(`+quoted(css)+`).length`)
}

// await loads a page again and again until there is an element: what another
// home sends comes when it comes.
func (b *tab) await(path, css string) {
	b.t.Helper()
	for until := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		b.open(path)
		if b.count(css) > 0 {
			return
		}
		if time.Now().After(until) {
			b.fatal(context.DeadlineExceeded)
		}
	}
}

// shot is a picture of what the window shows.
func (b *tab) shot() []byte {
	b.t.Helper()
	return call(b, page.CaptureScreenshot, page.CaptureScreenshotParams{}).Data
}

// path is where the tab is, without its home.
func (b *tab) path() string {
	b.t.Helper()
	return value[string](b, `location.pathname`)
}

// hear notes every request that leaves the home.
func (b *tab) hear(event any) {
	if e, ok := event.(*network.EventRequestWillBeSent); ok {
		if to := e.Request.URL; strings.HasPrefix(to, "http") && !strings.HasPrefix(to, b.origin+"/") {
			b.note("asked " + to)
		}
	}
}

// read notes what the console says, but not that one page gave way to the next.
func (b *tab) read(messages func(func(chromedp.ConsoleMessage, error) bool)) {
	for m, err := range messages {
		if err != nil {
			return
		}
		bad := m.Type == "error" || m.Type == "warning" || m.IsException()
		aborted := strings.Contains(m.Text, "Transition was aborted") || strings.Contains(m.Text, "Transition was skipped")
		if expected := strings.Contains(m.Text, "the server responded with a status of 4"); bad && !aborted && !(expected && b.refusing()) {
			b.note("console " + string(m.Type) + ": " + m.Text + " (" + m.URL + ")")
		}
	}
}

func (b *tab) note(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrong = append(b.wrong, what)
}

// quiet fails the test if anything was said or asked that should not have been.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, what := range b.wrong {
		b.t.Error(what)
	}
	b.wrong = nil
}

// text is what an element says.
func (b *tab) text(css string) string {
	b.t.Helper()
	return value[string](b, `document.querySelector(`+quoted(css)+`).textContent.trim()`)
}
