package nextcloud

import (
	"log/slog"
	"net/http"
	"time"

	"allod/internal/auth"
	"allod/internal/locale"
	"allod/internal/server"
	"allod/web"
)

// Pages are drawn by the site, in its look and the reader's language.
type Pages interface {
	// Connect asks whether a device may come in.
	// wrong is what was wrong with the answer before, or nil.
	Connect(w http.ResponseWriter, r *http.Request, v web.ConnectView, wrong error) error
	// Connected says that it may, or that it was sent away.
	Connected(w http.ResponseWriter, r *http.Request, in bool) error
	// Problem says what is wrong. It is a server.Face.
	Problem(w http.ResponseWriter, r *http.Request, status int, err error)
}

// An EntranceConfig is what the entrance is built from.
type EntranceConfig struct {
	Log       *slog.Logger
	Auth      *auth.Service
	Sessions  *server.Sessions
	Limits    *server.Limits // nil asks nothing of anybody
	Pages     Pages
	Plain     server.Face // shows errors to programs
	Languages *locale.Bundle
	Origin    string // public, without a slash at its end
}

// The addresses by which a device is let in.
const (
	flowPath = "/index.php/login/v2"
	askPath  = flowPath + "/flow"
	pollPath = flowPath + "/poll"
	wipePath = "/index.php/core/wipe"

	signInPath = "/login" // of the site
)

const formMax = 8 << 10 // bytes

// EntranceRoutes puts into mux how devices are let in and sent away: Nextcloud's
// login flow, whose page with the question reads the cookie as pages do, and
// what a device that was shut out asks.
func EntranceRoutes(mux *http.ServeMux, c EntranceConfig) {
	e := &entrance{c}
	program := server.Door{Log: c.Log, Face: c.Plain, Timeout: time.Minute}
	mux.Handle("POST "+flowPath, program.Handler(e.begin))
	mux.Handle("POST "+pollPath, program.Handler(e.poll))
	mux.Handle("POST "+wipePath+"/check", program.Handler(e.lost))
	mux.Handle("POST "+wipePath+"/success", program.Handler(e.wiped))

	frame := server.Door{Log: c.Log, Face: (&door{Config: Config{Languages: c.Languages}}).ocsFace, Timeout: time.Minute}
	for _, v := range []string{"v1.php", "v2.php"} {
		mux.Handle("GET "+ocsPath+v+"/core/getapppassword", frame.Handler(own(e.exchange)))
		mux.Handle("GET "+ocsPath+v+"/core/getapppassword-onetime", frame.Handler(own(e.renew)))
		mux.Handle("DELETE "+ocsPath+v+"/core/apppassword", frame.Handler(own(e.leave)))
	}

	page := server.Door{Log: c.Log, Face: c.Pages.Problem, Timeout: time.Minute}
	mux.Handle("GET "+askPath+"/{word}", page.Handler(c.Sessions.Handler(e.ask)))
	mux.Handle("POST "+askPath+"/{word}", page.Handler(c.Sessions.Handler(e.decide)))
	mux.Handle("GET "+flowPath+"/done", page.Handler(c.Sessions.Handler(e.done)))
}

type entrance struct{ EntranceConfig }
