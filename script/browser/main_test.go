package browser

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"allod/internal/freeport"
)

// What all tests share: the program, the browser, and the port that stands for
// port 443 of every name below .example.
var (
	program  string
	chromium context.Context
	named    string
)

func TestMain(m *testing.M) {
	if os.Getenv("ALLOD_BROWSER") == "" {
		os.Exit(m.Run()) // each test skips itself
	}
	os.Exit(withBrowser(m.Run))
}

// withBrowser builds the program, starts Chromium, runs f and ends both.
func withBrowser(f func() int) int {
	dir, err := os.MkdirTemp("", "allod-browser-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "allod")
	build := exec.Command("go", "build", "-o", program, "./cmd/allod")
	build.Dir, build.Stderr = "../..", os.Stderr
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if err := build.Run(); err != nil {
		log.Print(err)
		return 1
	}
	if named, err = freeport.On("127.0.0.1"); err != nil {
		log.Print(err)
		return 1
	}
	ctx, cancel := startChromium(filepath.Join(dir, "profile"))
	defer cancel()
	if err := chromedp.Do(ctx); err != nil {
		log.Print(err)
		return 1
	}
	chromium = ctx
	return f()
}

// startChromium starts a browser that reaches nothing but loopback.
func startChromium(profile string) (context.Context, context.CancelFunc) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("ignore-certificate-errors", true),
		chromedp.Flag("host-resolver-rules", fmt.Sprintf("MAP *.example:443 %s, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE 127.0.0.2", named)))
	if path := os.Getenv("CHROMIUM"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(ctx, chromedp.WithErrorf(log.Printf))
	return ctx, func() { end(); cancel() }
}

// needsBrowser skips a test unless a browser was asked for.
func needsBrowser(t *testing.T) {
	t.Helper()
	if chromium == nil {
		t.Skip("set ALLOD_BROWSER=1, as script/browser/run does")
	}
}
