package telemetry_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"allod/internal/telemetry"
)

func TestLogIsOneJSONLineAnEvent(t *testing.T) {
	var out bytes.Buffer
	log := telemetry.NewLog(&out, slog.LevelInfo)
	log.Debug("unseen")
	log.Info("two\nlines", "host", "example.com", "err", errors.New("lost"), "time", "other", "took", 3*time.Second)
	log.WithGroup("g").Warn("again", "n", 1)
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	want := []map[string]any{
		{"level": "INFO", "msg": "two\nlines", "host": "example.com", "err": "lost", "took": 3e9},
		{"level": "WARN", "msg": "again", "g": map[string]any{"n": 1.0}},
	}
	if len(lines) != len(want) {
		t.Fatalf("%d lines: %q", len(lines), lines)
	}
	for i, line := range lines {
		var got map[string]any
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want[i], got, cmpopts.IgnoreMapEntries(func(k string, _ any) bool { return k == "time" })); diff != "" {
			t.Error(diff)
		}
	}
	if !strings.Contains(lines[1][:40], `Z"`) {
		t.Errorf("not in UTC: %s", lines[1])
	}
}

func TestRequestsAreMeasuredByRouteAndStatus(t *testing.T) {
	m := telemetry.NewMetrics()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /people/{name}", func(w http.ResponseWriter, r *http.Request) {
		switch r.PathValue("name") {
		case "gone":
			w.WriteHeader(http.StatusGone)
		case "broken":
			http.Error(w, "no", http.StatusInternalServerError)
			w.WriteHeader(http.StatusOK)
		case "early":
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusNotFound)
		case "abort":
			panic(http.ErrAbortHandler)
		}
	})
	srv := httptest.NewServer(m.Measure(mux))
	defer srv.Close()
	for _, path := range []string{"/people/a", "/people/b", "/people/gone", "/people/early", "/people/broken", "/nowhere"} {
		resp, err := http.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if _, err := http.Get(srv.URL + "/people/abort"); err == nil {
		t.Fatal("the connection was not aborted")
	}
	page := httptest.NewRecorder()
	m.Handler().ServeHTTP(page, httptest.NewRequest("GET", "/metrics", nil))
	for _, line := range []string{
		`http_requests_total{route="GET /people/{name}",status="2xx"} 2`,
		`http_requests_total{route="GET /people/{name}",status="aborted"} 1`,
		`http_requests_total{route="GET /people/{name}",status="4xx"} 2`,
		`http_requests_total{route="GET /people/{name}",status="5xx"} 1`,
		`http_requests_total{route="unmatched",status="4xx"} 1`,
		`http_request_duration_seconds_count{route="GET /people/{name}",status="4xx"} 2`,
		"go_goroutines ", "process_open_fds ",
	} {
		if !strings.Contains(page.Body.String(), "\n"+line) {
			t.Errorf("no line %s", line)
		}
	}
}

func TestMeasuringKeepsWhatWritersCan(t *testing.T) {
	m := telemetry.NewMetrics()
	srv := httptest.NewServer(m.Measure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := w.(io.ReaderFrom); !ok {
			t.Error("no io.ReaderFrom")
		}
		io.Copy(w, strings.NewReader("one "))
		w.(http.Flusher).Flush()
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Error(err)
		}
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		io.WriteString(w, "two")
	})))
	defer srv.Close()
	resp, err := http.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, err := io.ReadAll(resp.Body); err != nil || string(got) != "one two" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestRegistriesAreApart(t *testing.T) {
	telemetry.NewMetrics()
	telemetry.NewMetrics() // would panic on a shared registry
}
