package stopwatch

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// A home is the program on loopback with a folder of its own.
type home struct{ origin, link string }

// address is how others call somebody who lives there.
func (h *home) address(name string) string {
	return name + "@" + strings.TrimPrefix(h.origin, "http://")
}

// install puts a program that was downloaded where it is to stay.
func install(t *testing.T, download string) string {
	t.Helper()
	from, err := os.Open(download)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	program := filepath.Join(t.TempDir(), "allod")
	to, err := os.OpenFile(program, os.O_CREATE|os.O_WRONLY, 0o755)
	if err == nil {
		_, err = io.Copy(to, from)
	}
	if err == nil {
		err = to.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return program
}

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

// TestStopwatch measures the first version and the present one and prints one table.
func TestStopwatch(t *testing.T) {
	if os.Getenv("ALLOD_STOPWATCH") == "" {
		t.Skip("run script/stopwatch/run")
	}
	var before []line
	if first := os.Getenv("ALLOD_FIRST"); first != "" {
		before = measure(t, first)
	}
	t.Log("\n" + table(before, measure(t, os.Getenv("ALLOD_PROGRAM"))))
}

// measure does all tasks with a program.
func measure(t *testing.T, download string) (lines []line) {
	t.Helper()
	size, err := os.Stat(download)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromium(t)
	defer cancel()
	elsewhere := start(t, download, "127.0.0.2")
	bo := tab(t, ctx)
	bo.moveIn(elsewhere, "Jonas")

	began := time.Now()
	mine := start(t, install(t, download), "127.0.0.1")
	ana := tab(t, ctx)
	questions := ana.moveIn(mine, "Ines")
	lines = append(lines,
		line{task: "download", note: fmt.Sprintf("%d MB, one file", size.Size()>>20)},
		line{task: "questions before the home is open", note: fmt.Sprint(questions)},
		line{task: "move in", tally: new(tally)})
	in := ana.tally
	*lines[2].tally = in
	for i, task := range tasks(mine, elsewhere) {
		lines = append(lines, line{task: task.name, tally: ana.does(mine, task)})
		switch {
		case i == 0:
			whole := in.and(*lines[len(lines)-1].tally)
			lines = append(lines, line{task: "from the download to the first public post", note: since(began)},
				line{task: "the same with typing and pointing", note: fmt.Sprintf("%s, %d keys", (time.Since(began) + whole.handwork()).Round(time.Second), whole.keys)})
			bo.visit(elsewhere.origin + "/")
			bo.find(mine.address("ines"))
			lines = append(lines, line{task: "from the download to being found from a second home", note: since(began)})
		case task.name == "follow a friend elsewhere":
			bo.visit(elsewhere.origin + "/")
			bo.write("Seven herons")
			bo.post("Seven herons")
			ana.await(mine.origin, ".h-entry .addr:not(:empty)[dir]")
		}
	}
	return lines
}

// since is how long ago something was, typing and thinking apart.
func since(began time.Time) string { return time.Since(began).Round(100 * time.Millisecond).String() }

// does counts a task, nil if the program cannot do it.
func (h *hand) does(at *home, task task) *tally {
	h.t.Helper()
	if task.needs != "" {
		if h.visit(at.origin + task.needs); h.has("main.state") {
			return nil
		}
	}
	h.visit(at.origin + "/")
	if task.marks != "" && !h.has(task.marks) {
		return nil
	}
	h.tally = tally{}
	h.t.Logf("%s", task.name)
	task.do(h)
	done := h.tally
	return &done
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
