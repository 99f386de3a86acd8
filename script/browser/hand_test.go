package browser

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestFilesByHand keeps files with a mouse and a keyboard: files and a whole
// folder are dropped, a picture is pasted, an upload is held and goes on, rows
// are walked through in a grid, renamed in place, dragged into a folder and
// thrown away by keys.
func TestFilesByHand(t *testing.T) {
	needsBrowser(t)
	h := startHome(t, "127.0.0.1")
	b := openTab(t, h.origin, way{language: "en", size: desk})
	b.visit(h.link)
	b.fill("#name", english.ana.name)
	b.fill("#address", english.ana.handle)
	b.fill("#password", english.ana.password)
	b.press("form .button.primary")
	b.press(`.places a[href="/files"]`)

	outside := t.TempDir()
	for path, size := range map[string]int{"list.txt": 20, "Box/a.txt": 1, "Box/Deep/b.txt": 2, "large.bin": 24 << 20} {
		path = filepath.Join(outside, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, bytes.Repeat([]byte("x"), size), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	b.drop(filepath.Join(outside, "list.txt"), filepath.Join(outside, "Box"))
	b.see(`.files a.name[href="/files/Box"]`)
	b.see(`.files a.name[href="/files/list.txt"]`)
	b.open("/files/Box/Deep")
	b.see(`.files a.name[href="/files/Box/Deep/b.txt"]`)

	b.open("/files")
	value[bool](b, `(async () => {
		const picture = await (await fetch(document.querySelector("link[rel=icon]").href)).blob();
		const pasted = new DataTransfer();
		pasted.items.add(new File([picture], "pasted.svg"));
		return document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: pasted, bubbles: true, cancelable: true }));
	})()`)
	b.see(`.files a.name[href="/files/pasted.svg"]`)

	b.throttle(4 << 20)
	b.drop(filepath.Join(outside, "large.bin"))
	b.tap(".upload button:first-child")
	b.says(".upload:last-child .quiet", "paused")
	b.throttle(-1)
	b.tap(".upload:last-child button:first-child")
	b.see(`.files a.name[href="/files/large.bin"]`)

	b.tap("label:has(#as-grid)")
	b.do(chromedp.Focus(`.files a.name[href="/files/Box"]`), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(" "))
	if chosen := value[string](b, `document.querySelector(".files :checked").closest("li").querySelector("a.name").textContent`); chosen != "large.bin" {
		t.Errorf("the arrow and the space bar chose %q", chosen)
	}
	b.look("files-grid", desk)
	b.open("/files")
	if !value[bool](b, `document.querySelector("#as-grid").checked`) {
		t.Error("the grid was forgotten")
	}
	b.tap("label:has(#as-list)")

	b.do(chromedp.Focus(`.files a.name[href="/files/list.txt"]`), chromedp.KeyEvent(kb.F2))
	b.see(".files .what .input")
	b.do(chromedp.KeyEvent("things"))
	b.do(chromedp.KeyEvent(kb.Enter))
	b.see(`.files a.name[href="/files/things.txt"]:focus`)

	b.load(chromedp.Evaluate[chromedp.Void](`(() => {
		const row = (name) => [...document.querySelectorAll(".files > li")].find((li) => li.querySelector("a.name").textContent === name);
		const dataTransfer = new DataTransfer();
		const tell = (to, what) => to.dispatchEvent(new DragEvent(what, { dataTransfer, bubbles: true, cancelable: true }));
		tell(row("things.txt"), "dragstart");
		tell(row("Box"), "dragover");
		tell(row("Box"), "drop");
	})()`))
	b.open("/files/Box")
	b.see(`.files a.name[href="/files/Box/things.txt"]`)
	b.do(chromedp.Focus(`.files a.name[href="/files/Box/things.txt"]`))
	b.load(chromedp.KeyEvent(kb.Delete))
	b.open("/files/Box")
	if n := b.count(`.files a.name[href="/files/Box/things.txt"]`); n != 0 {
		t.Error("the Delete key threw nothing away")
	}
}

// drop lets files and folders fall onto the page.
func (b *tab) drop(paths ...string) {
	b.t.Helper()
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: paths, DragOperationsMask: 1}
	for _, what := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		call(b, input.DispatchDragEvent, input.DispatchDragEventParams{Type: what, X: 600, Y: 400, Data: data})
	}
}

// throttle has uploads go at so many bytes a second; -1 as fast as they can.
func (b *tab) throttle(bytes float64) {
	b.t.Helper()
	call(b, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: bytes}},
	})
}
