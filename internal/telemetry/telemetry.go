// Package telemetry is how the program tells its operator what it does: a log
// of one JSON line an event, and metrics for Prometheus. Both are made once
// and passed along; neither carries secrets or private text.
package telemetry

import (
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// NewLog returns a logger that writes one JSON object a line to w, for events
// of level and above. Times are UTC.
func NewLog(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{
		Level: level,
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey && a.Value.Kind() == slog.KindTime {
				a.Value = slog.TimeValue(a.Value.Time().UTC())
			}
			return a
		},
	}))
}

// Metrics is the registry of one process.
type Metrics struct {
	// Registry takes further collectors.
	Registry *prometheus.Registry

	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
}

// NewMetrics returns a registry with the metrics of the Go runtime, of the
// process, and of requests served.
func NewMetrics() *Metrics {
	labels := []string{"route", "status"}
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_requests_total",
			Help: "Requests served, by route pattern and class of status.",
		}, labels),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "http_request_duration_seconds",
			Help:    "Time from a request's header to the end of its answer, by route pattern and class of status.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, labels),
	}
	m.Registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.requests, m.durations,
	)
	return m
}

// Handler serves the metrics in the text format of Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{Registry: m.Registry})
}

// Measure counts and times the requests that next serves. It goes directly
// around an [http.ServeMux], whose pattern names the route; what matches none
// is "unmatched". The class of an answer that ended in a panic is "aborted".
func (m *Metrics) Measure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		watched := &watch{ResponseWriter: w}
		class := "aborted" // unless next returns
		defer func() {
			route := r.Pattern
			if route == "" {
				route = "unmatched"
			}
			m.requests.WithLabelValues(route, class).Inc()
			m.durations.WithLabelValues(route, class).Observe(time.Since(begun).Seconds())
		}()
		next.ServeHTTP(watched, r)
		class = watched.class()
	})
}

// A watch remembers the status of an answer.
type watch struct {
	http.ResponseWriter
	status int
}

// Unwrap lets http.ResponseController find the rest.
func (w *watch) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *watch) WriteHeader(status int) {
	if w.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watch) Write(b []byte) (int, error) {
	w.implied()
	return w.ResponseWriter.Write(b)
}

// ReadFrom keeps the way open for files to go out without passing through us.
func (w *watch) ReadFrom(r io.Reader) (int64, error) {
	w.implied()
	return io.Copy(w.ResponseWriter, r)
}

// Flush implements http.Flusher for those who ask for it directly.
func (w *watch) Flush() {
	w.implied()
	_ = http.NewResponseController(w.ResponseWriter).Flush() // an interface without a way to say no
}

// implied is the status of an answer whose header was not written.
func (w *watch) implied() {
	if w.status == 0 {
		w.status = http.StatusOK
	}
}

// class is "2xx" and so on.
func (w *watch) class() string {
	w.implied()
	if w.status < 100 || w.status > 599 {
		return "other"
	}
	return string(rune('0'+w.status/100)) + "xx"
}
