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
	mentionsPath = "/mentions"
	readPath     = "/news/read"
	peoplePath   = "/people"
	settingsPath = "/settings"
	tagPath      = "/tags/"
	searchPath   = "/search"
	postsPath    = "/posts/"
	mediaPath    = "/media/"
	proxyPath    = "/proxy/"
	eventsPath   = "/events/"
	sitePath     = "/site"
	guestPath    = "/guest/"
	waitingPath  = "/waiting"
	commentsPath = "/comments/"
)

// Routes puts the door's routes into mux. What no door knows is answered here
// too, with a page that says so.
func (s *Site) Routes(mux *http.ServeMux) {
	for _, r := range s.routes() {
		mux.Handle(r.pattern, r.handler)
	}
}

// A route is an address of the house.
type route struct {
	pattern string // as http.ServeMux reads it
	handler http.Handler
}

// routes are all addresses, in the order of docs/forms.md.
func (s *Site) routes() []route {
	return []route{
		// For everyone.
		{"GET /{$}", s.open(s.front)},
		{"GET /tags/{tag}", s.open(s.tag)},
		{"GET /tags/{tag}/{feed}", s.open(s.tagFeed)},
		{"GET /search", s.open(s.search)},
		{"GET /first", s.open(s.askFirst)},
		{"POST /first", s.open(s.moveIn)},
		{"GET /login", s.open(s.askSignIn)},
		{"POST /login", s.open(s.signIn)},
		{"POST /logout", s.open(s.signOut)},
		{"GET /guest/{pass}", s.open(s.guest)},
		{"POST /guest/{pass}/{act}", s.open(s.guestActs)},

		// For those who live here.
		{"GET /compose", s.inside(s.askCompose)},
		{"POST /compose", s.inside(s.compose)},
		{"POST /posts/{id}/like", s.inside(s.like)},
		{"POST /posts/{id}/boost", s.inside(s.boost)},
		{"GET /drafts", s.inside(s.drafts)},
		{"POST /drafts/{id}/drop", s.inside(s.dropDraft)},
		{"POST /posts/{id}/keep", s.inside(s.bookmark)},
		{"GET /kept", s.inside(s.bookmarks)},
		{"POST /posts/{id}/vote", s.inside(s.vote)},
		{"GET /posts/{id}/edit", s.inside(s.askEdit)},
		{"POST /posts/{id}/edit", s.inside(s.edit)},
		{"POST /posts/{id}/pin", s.inside(s.pin)},
		{"GET /posts/{id}/delete", s.inside(s.askDelete)},
		{"POST /posts/{id}/delete", s.inside(s.delete)},
		{"GET /posts/{id}/hide", s.inside(s.askHide)},
		{"POST /posts/{id}/hide", s.inside(s.hide)},
		{"POST /posts/{id}/unhide", s.inside(s.unhide)},
		{"GET /waiting", s.inside(s.waitingComments)},
		{"GET /comments/{id}/hide", s.inside(s.askHideComment)},
		{"POST /comments/{id}/{act}", s.inside(s.decideComment)},
		{"GET /news", s.inside(s.news)},
		{"POST /news/read", s.inside(s.readNews)},
		{"GET /mentions", s.inside(s.waiting)},
		{"POST /mentions/{id}/{act}", s.inside(s.decide)},
		{"GET /people", s.inside(s.following)},
		{"GET /people/followers", s.inside(s.followers)},
		{"GET /people/requests", s.inside(s.requests)},
		{"GET /people/blocked", s.inside(s.blocked)},
		{"GET /people/find", s.inside(s.find)},
		{"POST /people/{id}/{act}", s.inside(s.relate)},
		{"GET /settings", s.inside(s.settings)},
		{"POST /settings/profile", s.inside(s.saveProfile)},
		{"POST /settings/password", s.inside(s.savePassword)},
		{"POST /settings/sessions/{id}/end", s.inside(s.endSession)},
		{"POST /settings/apps/{id}/revoke", s.inside(s.revokeApp)},
		{"GET /settings/comments", s.inside(s.commentSettings)},
		{"POST /settings/comments", s.inside(s.saveCommentSettings)},
		{"GET /settings/mail", s.inside(s.mailSettings)},
		{"POST /settings/mail", s.inside(s.tryMail)},
		{"GET /authorize_interaction", s.inside(s.interact)},
		{"GET /events/{stream}", s.events.Handler(s.Sessions.Handler(s.listen))},

		// Files.
		{"GET /media/{key}", s.bytes.Handler(s.file)},
		{"GET /proxy/{medium}/{mac}", s.bytes.Handler(s.proxyMedium)},
		{"GET /proxy/{part}/{account}/{mac}", s.bytes.Handler(s.proxyPortrait)},
		{"GET /assets/{name}", s.bytes.Handler(s.asset)},
		{"GET /favicon.ico", s.bytes.Handler(s.favicon)},
		{"GET /robots.txt", s.bytes.Handler(s.robots)},

		// One's own site.
		{"GET /site", s.inside(s.keep)},
		{"GET /site/new", s.inside(s.askNewPage)},
		{"POST /site/new", s.inside(s.newPage)},
		{"GET /site/pages/{id}", s.inside(s.askPage)},
		{"POST /site/pages/{id}", s.inside(s.changePage)},
		{"POST /site/pages/{id}/{act}", s.inside(s.arrange)},
		{"GET /site/pages/{id}/delete", s.inside(s.askPageDelete)},
		{"POST /site/pages/{id}/delete", s.inside(s.deletePage)},
		{"GET /site/front", s.inside(s.askFront)},
		{"POST /site/front", s.inside(s.composeFront)},
		{"GET /site/look", s.inside(s.askLook)},
		{"POST /site/look", s.inside(s.saveLook)},
		{"GET /site/moved", s.inside(s.askMoved)},
		{"POST /site/moved", s.inside(s.leadOn)},
		{"POST /site/moved/end", s.inside(s.leadNoMore)},
		{"POST /site/missing", s.inside(s.saveMissing)},

		// People, /@name and below, and whatever is nothing at all. A method here
		// would be at odds with the whole subtrees of other doors.
		{"/{handle}", s.open(s.profile)},
		{"/{handle}/{rest...}", s.open(s.below)},
	}
}
