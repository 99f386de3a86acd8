package hometest_test

import (
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"allod/internal/backup"
	"allod/internal/hometest"
)

// TestKeeperLooksAndKeepsCopiesInABrowser goes the whole way on pages: the check-up, a place
// that is no good, a good one, and a copy that is whole. Others who live there see none of it.
func TestKeeperLooksAndKeepsCopiesInABrowser(t *testing.T) {
	h := hometest.Start(t, "")
	ida, ben := h.Settle("ida"), h.Settle("ben")
	keeper, other := ida, ben
	if resp, err := ida.Browser.Get(h.Origin + "/house"); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("the first who lives here does not keep the home: %v", err)
	} else {
		resp.Body.Close()
	}
	if page := keeper.Page("/house/doctor"); !strings.Contains(page, "Can others find you?") || strings.Contains(page, "Something needs you") {
		t.Errorf("%s", page)
	}
	if page := keeper.Page("/house/backup"); !strings.Contains(page, "No second place is chosen yet") {
		t.Error("the page does not say that there are no copies")
	}
	dir := filepath.Join(t.TempDir(), "copies")
	if status, page := press(t, keeper, "/house/backup", url.Values{"folder": {"copies"}, "hours": {"24"}, "keep": {"7"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="copies"`) || !strings.Contains(page, "Write the whole path") {
		t.Errorf("%d %s", status, page)
	}
	if status, _ := press(t, keeper, "/house/backup", url.Values{"folder": {dir}, "hours": {"24"}, "keep": {"7"}}); status != http.StatusOK {
		t.Errorf("%d", status)
	}
	if status, page := press(t, keeper, "/house/backup/now", nil); status != http.StatusOK || !strings.Contains(page, "The last complete copy was made") {
		t.Errorf("%d %s", status, page)
	}
	if r, err := backup.Check(t.Context(), dir, ""); err != nil || !r.Whole() {
		t.Errorf("%+v %v", r, err)
	}
	for _, path := range []string{"/house/doctor", "/house/backup"} {
		resp, err := other.Browser.Get(h.Origin + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d to who does not keep the home", path, resp.StatusCode)
		}
	}
}

// press sends a form of a page.
func press(t *testing.T, p *hometest.Person, path string, fields url.Values) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.Home.Origin+path, strings.NewReader(fields.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", p.Home.Origin)
	resp, err := p.Browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}
