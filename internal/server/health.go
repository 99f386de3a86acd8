package server

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"
)

const readyTime = 2 * time.Second

// Health answers /healthz as long as the process runs, and /readyz as long as
// ready returns nil within two seconds.
func Health(log *slog.Logger, ready func(context.Context) error) http.Handler {
	mux := http.NewServeMux()
	say := func(w http.ResponseWriter, status int, text string) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text+"\n")
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTime)
		defer cancel()
		if err := ready(ctx); err != nil {
			log.LogAttrs(ctx, slog.LevelWarn, "not ready", slog.String("error", err.Error()))
			say(w, http.StatusServiceUnavailable, "not ready")
			return
		}
		say(w, http.StatusOK, "ready")
	})
	return mux
}
