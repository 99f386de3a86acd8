package stopwatch

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long anything may take to appear.
const patience = 20 * time.Second

// A hand is a person at a browser, whose every press and field is counted.
type hand struct {
	t               *testing.T
	ctx             context.Context
	presses, fields int
	questions       int // of the page somebody moves in by
}

func (h *hand) do(steps ...chromedp.Action[chromedp.Void]) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		at, _ := chromedp.Run(h.ctx, chromedp.Location())
		h.t.Fatalf("at %s: %v", at, err)
	}
}

// visit goes to an address that somebody was given. It counts for nothing.
func (h *hand) visit(link string) { h.t.Helper(); h.do(chromedp.Navigate(link)) }

// press clicks something.
func (h *hand) press(css string) {
	h.t.Helper()
	h.presses++
	h.do(chromedp.WaitReady(chromedp.CSS(css)))
	if !h.has(css) {
		h.t.Fatalf("nothing to press at %s", css)
	}
	h.eval(`document.querySelector(` + strconv.Quote(css) + `).click()`) // where it is, whatever the window shows
}

// fill types into a field.
func (h *hand) fill(css, words string) {
	h.t.Helper()
	h.fields++
	h.do(chromedp.WaitVisible(chromedp.CSS(css)), chromedp.SendKeys(chromedp.CSS(css), words))
}

// see waits for what the task ends with.
func (h *hand) see(css string) { h.t.Helper(); h.do(chromedp.WaitVisible(chromedp.CSS(css))) }

func (h *hand) eval(js string) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("("+js+", true)", chromedp.EvalAwaitPromise)); err != nil {
		h.t.Fatal(err)
	}
}

// has reports whether the page has something.
func (h *hand) has(css string) bool { h.t.Helper(); return h.count(css) > 0 }

// count says how many of something the page has.
func (h *hand) count(css string) int {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.ctx, patience)
	defer cancel()
	n, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.querySelectorAll(`+strconv.Quote(css)+`).length`, chromedp.EvalAwaitPromise))
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// begin counts from nothing at the home page, where tasks begin.
func (h *hand) begin(origin string) {
	h.t.Helper()
	h.visit(origin + "/")
	h.presses, h.fields = 0, 0
}

// A home is the program on loopback with a folder of its own.
type home struct{ origin, link string }

func start(t *testing.T, program, host string) *home {
	t.Helper()
	l, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Fatal(err)
	}
	listen := l.Addr().String()
	l.Close()
	h := &home{origin: "http://" + listen}
	cmd := exec.Command(program, "serve", "--data", t.TempDir(), "--origin", h.origin, "--listen", listen, "--allow-private", "127.0.0.0/8", "--rate-limits", "off")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if i := strings.Index(lines.Text(), h.origin+"/first?"); i >= 0 {
			h.link = strings.Fields(lines.Text()[i:])[0]
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return h
		}
	}
	t.Fatal("no link to the first page")
	return nil
}

func (h *hand) moveIn(to *home, name string) {
	h.t.Helper()
	h.visit(to.link)
	h.presses, h.fields = 0, 0
	h.questions = h.count("form .q")
	h.fill("#name", name)
	h.fill("#address", strings.ToLower(name))
	h.fill("#password", "a long walk before breakfast")
	h.fill("#again", "a long walk before breakfast")
	h.press("form .button.primary")
	h.see("main .nothing, main .ledger")
}

// composer opens where one writes: on the home page, if it stands there.
func (h *hand) composer() {
	h.t.Helper()
	if !h.has("main textarea[name=text]") {
		h.press(".rail .write")
		h.see("main textarea[name=text]")
	}
}

const send = "main form:has(textarea[name=text]) button.primary"

// A line is one task as it was counted.
type line struct {
	task            string
	presses, fields int
	note            string
}

func TestStopwatch(t *testing.T) {
	if os.Getenv("ALLOD_STOPWATCH") == "" {
		t.Skip("run script/stopwatch/run")
	}
	program := os.Getenv("ALLOD_PROGRAM")
	if program == "" {
		program = filepath.Join(t.TempDir(), "allod")
		build := exec.Command("go", "build", "-o", program, "./cmd/allod")
		build.Dir, build.Stderr, build.Env = "../..", os.Stderr, append(os.Environ(), "CGO_ENABLED=0")
		if err := build.Run(); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := chromium(t)
	defer cancel()
	other := start(t, program, "127.0.0.2")
	bo := tab(t, ctx)
	bo.moveIn(other, "Jonas")
	bo.begin(other.origin)
	bo.composer()
	bo.fill("main textarea[name=text]", "Seven herons.")
	bo.press(send)
	bo.see(".h-entry")

	began := time.Now()
	mine := start(t, program, "127.0.0.1")
	ana := tab(t, ctx)
	ana.moveIn(mine, "Ines")
	lines := []line{{"move in", ana.presses, ana.fields, fmt.Sprint(ana.questions, " questions")}}
	count := func(task string, f func()) {
		ana.begin(mine.origin)
		f()
		lines = append(lines, line{task, ana.presses, ana.fields, ""})
	}
	count("post", func() {
		ana.composer()
		ana.fill("main textarea[name=text]", "Up before the light.")
		ana.press(send)
		ana.see(".h-entry")
	})
	posted := time.Since(began)
	found(t, mine, "ines")
	lines = append(lines, line{"first public post", 0, 0, posted.Round(100 * time.Millisecond).String()}, line{"found by name from a second home", 0, 0, time.Since(began).Round(100 * time.Millisecond).String()})
	count("post for oneself alone", func() {
		ana.composer()
		ana.fill("main textarea[name=text]", "First frost.")
		ana.eval(`document.querySelectorAll("details:has([name=visibility])").forEach(d => d.open = true)`)
		ana.press(`label:has([name=visibility][value=self])`)
		ana.press(send)
		ana.see(".h-entry")
	})
	count("follow a friend elsewhere", func() {
		ana.press(`.rail a[href="/people"]`)
		ana.fill("[name=address]", "jonas@"+strings.TrimPrefix(other.origin, "http://"))
		ana.press("form:has([name=address]) button")
		ana.see(`form[action$="/follow"] button`)
		ana.press(`form[action$="/follow"] button`)
		ana.see(`form[action$="/unfollow"], .relation`)
	})
	count("sign out a lost browser", func() {
		ana.press(`.rail a[href="/settings"]`)
		ana.see("#profile")
		if ana.has(`.tabs a[href="/access"]`) {
			ana.press(`.tabs a[href="/access"]`)
		}
		ana.see("#sessions")
	})
	optional(ana, mine, &lines, "invite somebody", func() {
		ana.press(`.rail a[href="/settings"]`)
		ana.press(`.tabs a[href="/house"]`)
		ana.press(`.tabs a[href="/house/joining"]`)
		ana.press(`label:has([value=invited])`)
		ana.press(`form[action="/house/joining"] button.primary`)
		ana.press(`main a[href="/invitations"]`)
		ana.press(`form[action="/invitations"] button.primary`)
		ana.see("#link")
	}, "/house")
	optional(ana, mine, &lines, "make an about page", func() {
		ana.press(`.rail a[href="/@ines"]`)
		ana.press(`a[href="/site"]`)
		ana.press(`a[href^="/site/new"]`)
		ana.fill("[name=title]", "About me")
		ana.press(`form[action^="/site/new"] button.primary`)
		ana.see("h1")
	}, "/site")
	optional(ana, mine, &lines, "find an old post", func() {
		if ana.has(`a[href="/search"]`) {
			ana.press(`a[href="/search"]`)
		} else { // no page leads there from home: it is typed into the address
			ana.fields++
			ana.visit(mine.origin + "/search")
		}
		ana.fill("main [name=q]", "light")
		ana.press("main form:has([name=q]) button")
		ana.see(".h-entry")
	}, "/search")
	t.Log("\n" + table(lines))
}

// optional counts a task where the program has its page.
func optional(h *hand, at *home, lines *[]line, task string, f func(), path string) {
	h.t.Helper()
	h.visit(at.origin + path)
	if h.has("main.state") {
		*lines = append(*lines, line{task: task, note: "not possible"})
		return
	}
	h.begin(at.origin)
	f()
	*lines = append(*lines, line{task, h.presses, h.fields, ""})
}

// found asks for somebody by name, as another server does.
func found(t *testing.T, at *home, name string) {
	t.Helper()
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		r, err := http.Get(at.origin + "/.well-known/webfinger?resource=" + url.QueryEscape("acct:"+name+"@"+strings.TrimPrefix(at.origin, "http://")))
		if err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return
			}
		}
	}
	t.Fatal("not found by name")
}

func chromium(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()))
	if path := os.Getenv("CHROMIUM"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(ctx)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx, func() { end(); cancel() }
}

func tab(t *testing.T, ctx context.Context) *hand {
	t.Helper()
	c, cancel := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(c, chromedp.EmulateViewport(1280, 900)); err != nil {
		t.Fatal(err)
	}
	return &hand{t: t, ctx: c}
}

func table(lines []line) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| task | presses | fields | |\n|---|---|---|---|\n")
	for _, l := range lines {
		fmt.Fprintf(&b, "| %s | %d | %d | %s |\n", l.task, l.presses, l.fields, l.note)
	}
	return b.String()
}
