package site

import "net/http"

// The addresses of the house. Those of people begin with an @.
const (
	homePath     = "/"
	firstPath    = "/first"
	loginPath    = "/login"
	logoutPath   = "/logout"
	composePath  = "/compose"
	newsPath     = "/news"
	readPath     = "/news/read"
	peoplePath   = "/people"
	settingsPath = "/settings"
	tagPath      = "/tags/"
	postsPath    = "/posts/"
	mediaPath    = "/media/"
	proxyPath    = "/proxy/"
	eventsPath   = "/events/"
)

// Routes puts the door's routes into mux. What no door knows is answered here
// too, with a page that says so.
func (s *Site) Routes(mux *http.ServeMux) {
	// For everyone.
	mux.Handle("GET /{$}", s.open(s.front))
	mux.Handle("GET /tags/{tag}", s.open(s.tag))
	mux.Handle("GET /first", s.open(s.askFirst))
	mux.Handle("POST /first", s.open(s.moveIn))
	mux.Handle("GET /login", s.open(s.askSignIn))
	mux.Handle("POST /login", s.open(s.signIn))
	mux.Handle("POST /logout", s.open(s.signOut))

	// For those who live here.
	mux.Handle("GET /compose", s.inside(s.askCompose))
	mux.Handle("POST /compose", s.inside(s.compose))
	mux.Handle("POST /posts/{id}/like", s.inside(s.like))
	mux.Handle("POST /posts/{id}/boost", s.inside(s.boost))
	mux.Handle("GET /posts/{id}/delete", s.inside(s.askDelete))
	mux.Handle("POST /posts/{id}/delete", s.inside(s.delete))
	mux.Handle("GET /news", s.inside(s.news))
	mux.Handle("POST /news/read", s.inside(s.readNews))
	mux.Handle("GET /people", s.inside(s.following))
	mux.Handle("GET /people/followers", s.inside(s.followers))
	mux.Handle("GET /people/requests", s.inside(s.requests))
	mux.Handle("GET /people/find", s.inside(s.find))
	mux.Handle("POST /people/{id}/{act}", s.inside(s.relate))
	mux.Handle("GET /settings", s.inside(s.settings))
	mux.Handle("POST /settings/profile", s.inside(s.saveProfile))
	mux.Handle("POST /settings/password", s.inside(s.savePassword))
	mux.Handle("POST /settings/sessions/{id}/end", s.inside(s.endSession))
	mux.Handle("POST /settings/apps/{id}/revoke", s.inside(s.revokeApp))
	mux.Handle("GET /authorize_interaction", s.inside(s.interact))
	mux.Handle("GET /events/{stream}", s.events.Handler(s.Sessions.Handler(s.listen)))

	// Files.
	mux.Handle("GET /media/{key}", s.bytes.Handler(s.file))
	mux.Handle("GET /proxy/{medium}/{mac}", s.bytes.Handler(s.proxyMedium))
	mux.Handle("GET /proxy/{part}/{account}/{mac}", s.bytes.Handler(s.proxyPortrait))
	mux.Handle("GET /assets/{name}", s.bytes.Handler(s.asset))
	mux.Handle("GET /favicon.ico", s.bytes.Handler(s.favicon))
	mux.Handle("GET /robots.txt", s.bytes.Handler(s.robots))

	// People, /@name and below, and whatever is nothing at all. A method here
	// would be at odds with the whole subtrees of other doors.
	mux.Handle("/{handle}", s.open(s.profile))
	mux.Handle("/{handle}/{rest...}", s.open(s.below))
}
