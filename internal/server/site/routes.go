package site

import (
	"net/http"
	"slices"
)

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
	followsPath  = "/people/follows.opml"
	settingsPath = "/settings"
	tagPath      = "/tags/"
	searchPath   = "/search"
	postsPath    = "/posts/"
	mediaPath    = "/media/"
	proxyPath    = "/proxy/"
	eventsPath   = "/events/"
	sitePath     = "/site"
	guestPath    = "/guest/"
	hearPath     = "/hear/"
	waitingPath  = "/waiting"
	commentsPath = "/comments/"
	aboutPath    = "/about"
	joinPath     = "/join"
	lostPath     = "/lost"
	accessPath   = "/access"
	invitePath   = "/invitations"
	housePath    = "/house"
	healthPath   = "/health"
	circlesPath  = "/circles"
	listsPath    = "/lists"
	hiddenPath   = "/hidden"
	filtersPath  = "/filters"
	limitsPath   = "/limits"
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
	return slices.Concat(s.forEveryone(), s.forResidents(), s.forKeepers(), s.groupRoutes(), s.ofFiles(), s.ofShares(), s.ofPhotos(), s.files(), s.ofSites(), s.ofPeople())
}

// forEveryone are the addresses for whoever comes.
func (s *Site) forEveryone() []route {
	return []route{
		{"GET /{$}", s.open(s.front)},
		{"GET /tags/{tag}", s.open(s.tag)},
		{"GET /tags/{tag}/{feed}", s.open(s.tagFeed)},
		{"GET /search", s.open(s.search)},
		{"GET /first", s.open(s.askFirst)},
		{"POST /first", s.open(s.moveIn)},
		{"GET /login", s.open(s.askSignIn)},
		{"POST /login", s.open(s.signIn)},
		{"POST /login/passkey/ask", s.open(s.askAtDoor)},
		{"POST /login/passkey", s.open(s.openByPasskey)},
		{"POST /logout", s.open(s.signOut)},
		{"GET /join", s.open(s.askJoin)},
		{"POST /join", s.open(s.join)},
		{"GET /join/{code}", s.open(s.askJoin)},
		{"POST /join/{code}", s.open(s.join)},
		{"GET /lost", s.open(s.askLost)},
		{"POST /lost", s.open(s.lost)},
		{"GET /lost/{token}", s.open(s.askReset)},
		{"POST /lost/{token}", s.open(s.reset)},
		{"GET /about", s.open(s.aboutHome)},
		{"GET /guest/{pass}", s.open(s.guest)},
		{"POST /guest/{pass}", s.open(s.guestQuiet)},
		{"POST /guest/{pass}/{act}", s.open(s.guestActs)},
		{"GET /hear/{pass}", s.open(s.hearing)},
		{"POST /hear/{pass}", s.open(s.endHearing)},
		{"POST /hear/{pass}/confirm", s.open(s.confirmHearing)},
		{"GET /push/{pass}", s.open(s.earOn)},
		{"POST /push/{pass}", s.open(s.endEar)},
		{"POST /push/{pass}/confirm", s.open(s.confirmEar)},
		{"POST /push/moved", s.open(s.moveEar)},
	}
}

// forResidents are the addresses for those who live here.
func (s *Site) forResidents() []route {
	return []route{
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
		{"POST /posts/{id}/quiet", s.inside(s.quiet)},
		{"POST /posts/{id}/pictures/{picture}/remove", s.inside(s.removePicture)},
		{"GET /posts/{id}/hide", s.inside(s.askHide)},
		{"POST /posts/{id}/hide", s.inside(s.hide)},
		{"POST /posts/{id}/unhide", s.inside(s.unhide)},
		{"GET /waiting", s.inside(s.waiting)},
		{"GET /comments/{id}/hide", s.inside(s.askHideComment)},
		{"POST /comments/{id}/{act}", s.inside(s.decideComment)},
		{"GET /news", s.inside(s.news)},
		{"POST /news/read", s.inside(s.readNews)},
		{"GET /mentions", s.inside(s.toWaiting)},
		{"GET /mentions/{id}/hide", s.inside(s.askHideMention)},
		{"POST /mentions/{id}/{act}", s.inside(s.decideMention)},
		{"GET /people", s.inside(s.following)},
		{"GET /people/followers", s.inside(s.followers)},
		{"GET /people/requests", s.inside(s.requests)},
		{"GET /people/blocked", s.inside(s.blocked)},
		{"GET /people/follows.opml", s.inside(s.follows)},
		{"GET /people/find", s.inside(s.find)},
		{"GET /people/bring", s.inside(s.askBring)},
		{"POST /people/bring", s.inside(s.bring)},
		{"POST /people/bring/follow", s.inside(s.chooseBrought)},
		{"POST /people/bring/again", s.inside(s.bringAgain)},
		{"POST /people/bring/forget", s.inside(s.forgetBrought)},
		{"GET /people/{id}/mute", s.inside(s.askMute)},
		{"POST /people/{id}/mute", s.inside(s.mute)},
		{"POST /people/{id}/unmute", s.inside(s.unmute)},
		{"POST /people/{id}/boosts", s.inside(s.boosts)},
		{"POST /people/{id}/{act}", s.inside(s.relate)},
		{"GET /settings", s.inside(s.settings)},
		{"POST /settings/profile", s.inside(s.saveProfile)},
		{"POST /settings/password", s.own(s.savePassword)},
		{"POST /settings/sessions/{id}/end", s.own(s.endSession)},
		{"POST /settings/apps/{id}/revoke", s.own(s.revokeApp)},
		{"GET /settings/comments", s.inside(s.commentSettings)},
		{"POST /settings/comments", s.inside(s.saveCommentSettings)},
		{"GET /settings/emoji", s.inside(s.emojiSettings)},
		{"POST /settings/emoji", s.inside(s.addEmoji)},
		{"POST /settings/emoji/{id}/remove", s.inside(s.removeEmoji)},
		{"GET /settings/readers", s.inside(s.readers)},
		{"POST /settings/readers/{id}/remove", s.inside(s.removeReader)},
		{"GET /settings/notifications", s.own(s.bells)},
		{"POST /settings/notifications", s.inside(s.saveBells)},
		{"POST /settings/notifications/{id}/end", s.own(s.endBell)},
		{"GET /settings/mail", s.inside(s.mailSettings)},
		{"POST /settings/mail", s.inside(s.tryMail)},
		{"GET /access", s.own(s.access)},
		{"POST /access/others/end", s.own(s.endOthers)},
		{"POST /access/devices", s.own(s.addDevice)},
		{"POST /access/devices/{id}/end", s.own(s.endDevice)},
		{"POST /access/devices/{id}/lost", s.own(s.loseDevice)},
		{"POST /access/servers/cut", s.own(s.cutServer)},
		{"POST /access/passkeys/ask", s.own(s.askPasskey)},
		{"POST /access/passkeys", s.own(s.addPasskey)},
		{"POST /access/passkeys/{id}/name", s.own(s.renamePasskey)},
		{"POST /access/passkeys/{id}/remove", s.own(s.removePasskey)},
		{"GET /health", s.inside(s.health)},
		{"POST /health/retry", s.inside(s.retryHost)},
		{"GET /posts/{id}/delivery", s.inside(s.delivery)},
		{"POST /posts/{id}/delivery/retry", s.inside(s.retryPost)},
		{"GET /invitations", s.inside(s.invitations)},
		{"POST /invitations", s.inside(s.invite)},
		{"POST /invitations/{id}/end", s.inside(s.endInvitation)},
		{"GET /authorize_interaction", s.inside(s.interact)},
		{"GET /events/{stream}", s.events.Handler(s.Sessions.Handler(s.listen))},
	}
}

// forKeepers are the addresses for those who keep the home.
func (s *Site) forKeepers() []route {
	return []route{
		{"GET /house", s.kept(s.tenants)},
		{"GET /house/people/{id}", s.kept(s.tenant)},
		{"GET /house/people/{id}/space", s.kept(s.askQuota)},
		{"POST /house/people/{id}/space", s.kept(s.setQuota)},
		{"POST /house/people/{id}/{act}", s.kept(s.lookAfter)},
		{"GET /house/joining", s.kept(s.joining)},
		{"POST /house/joining", s.kept(s.saveJoining)},
		{"POST /house/requests/{id}/admit", s.kept(s.admit)},
		{"POST /house/requests/{id}/refuse", s.kept(s.refuse)},
		{"GET /house/space", s.kept(s.space)},
		{"GET /house/servers", s.kept(s.servers)},
		{"GET /house/work", s.kept(s.work)},
		{"GET /house/doctor", s.kept(s.doctor)},
		{"GET /house/backup", s.kept(s.backup)},
		{"POST /house/backup", s.kept(s.chooseBackup)},
		{"POST /house/backup/now", s.kept(s.backUpNow)},
		{"GET /house/name", s.kept(s.homeName)},
		{"POST /house/name", s.kept(s.moveHouse)},
	}
}

// ofFiles are the addresses where one keeps one's files.
func (s *Site) ofFiles() []route {
	return []route{
		{"GET /files", s.inside(s.folder)},
		{"GET /files/{rest...}", s.inside(s.folder)},
		{"GET /file/favorites", s.inside(s.favorites)},
		{"POST /file/chosen", s.long(s.doChosen)},
		{"GET /file/attach", s.inside(s.askAttach)},
		{"POST /file/attach", s.inside(s.attach)},
		{"GET /file/trash", s.inside(s.trash)},
		{"POST /file/trash/restore", s.inside(s.restore)},
		{"POST /file/trash/discard", s.inside(s.discard)},
		{"GET /file/trash/empty", s.inside(s.askEmptyTrash)},
		{"POST /file/trash/empty", s.long(s.emptyTrash)},
		{"GET /file/storage", s.inside(s.storage)},
		{"GET /file/{number}", s.inside(s.aboutNode)},
		{"POST /file/{number}/make", s.inside(s.makeFolder)},
		{"POST /file/{number}/add", s.long(s.addFiles)},
		{"POST /file/{number}/send", s.sender(s.send)},
		{"GET /file/{number}/sent", s.sender(s.sent)},
		{"POST /file/{number}/unsend", s.sender(s.unsend)},
		{"GET /file/{number}/name", s.inside(s.askName)},
		{"POST /file/{number}/name", s.inside(s.rename)},
		{"GET /file/{number}/move", s.inside(s.askMove)},
		{"POST /file/{number}/favorite", s.inside(s.favor)},
		{"POST /file/{number}/trash", s.inside(s.throwAway)},
		{"GET /file/{number}/text", s.inside(s.askText)},
		{"POST /file/{number}/text", s.inside(s.writeText)},
		{"GET /file/{number}/versions", s.inside(s.fileVersions)},
		{"GET /file/{number}/versions/{version}", s.long(s.rawVersion)},
		{"POST /file/{number}/versions/{version}/restore", s.inside(s.restoreVersion)},
		{"POST /file/{number}/versions/{version}/delete", s.inside(s.deleteVersion)},
		{"GET /file/{number}/raw", s.bytes.Handler(s.Sessions.Handler(s.raw))},
		{"GET /file/{number}/film/{part}", s.bytes.Handler(s.Sessions.Handler(s.filmPart))},
		{"GET /file/{number}/captions", s.inside(s.askCaptions)},
		{"POST /file/{number}/captions", s.inside(s.writeCaptions)},
		{"GET /file/{number}/fetch", s.bytes.Handler(s.Sessions.Handler(s.fetchFile))},
		{"GET /file/{number}/zip", s.long(s.zipFolder)},
	}
}

// ofShares are the addresses of links to files: those where they are made, and their own.
func (s *Site) ofShares() []route {
	return []route{
		{"GET /file/shared", s.inside(s.sharedList)},
		{"GET /file/{number}/share", s.inside(s.askShare)},
		{"POST /file/{number}/share", s.inside(s.share)},
		{"POST /file/{number}/share/{id}/end", s.inside(s.endShare)},
		{"POST /file/{number}/people", s.inside(s.shareWith)},
		{"POST /file/{number}/people/{id}", s.inside(s.changeShare)},
		{"POST /file/{number}/people/{id}/end", s.inside(s.endGrant)},
		{"POST /file/{number}/share/leave", s.inside(s.leaveShare)},
		{"GET /s/{token}", s.open(s.shared)},
		{"POST /s/{token}", s.open(s.unlock)},
		{"POST /s/{token}/add", s.open(s.addShared)},
		{"GET /s/{token}/raw", s.bytes.Handler(s.sharedBytes(false))},
		{"GET /s/{token}/fetch", s.bytes.Handler(s.sharedBytes(true))},
		{"GET /s/{token}/zip", s.bytes.Handler(s.sharedZip)},
		{"GET /index.php/s/{token}", s.bytes.Handler(s.sharedFromApp)},
	}
}

// ofPhotos are the addresses of one's photos.
func (s *Site) ofPhotos() []route {
	return []route{
		{"GET /photos", s.inside(s.photos)},
		{"POST /photos/add", s.long(s.addPhotos)},
		{"POST /photos/post", s.inside(s.postPhotos)},
		{"GET /photos/albums", s.inside(s.albums)},
		{"POST /photos/albums", s.inside(s.makeAlbum)},
		{"GET /photos/albums/{id}", s.inside(s.album)},
		{"GET /photos/albums/{id}/edit", s.inside(s.askAlbum)},
		{"POST /photos/albums/{id}/edit", s.inside(s.changeAlbum)},
		{"POST /photos/albums/{id}/arrange", s.inside(s.arrangeAlbum)},
		{"GET /photos/albums/{id}/delete", s.inside(s.askAlbumDelete)},
		{"POST /photos/albums/{id}/delete", s.inside(s.deleteAlbum)},
		{"GET /photos/albums/{id}/share", s.inside(s.askAlbumShare)},
		{"POST /photos/albums/{id}/show", s.inside(s.showAlbum)},
		{"POST /photos/albums/{id}/withdraw", s.inside(s.withdrawAlbum)},
		{"POST /photos/albums/{id}/tell", s.inside(s.tellAlbum)},
		{"POST /photos/albums/{id}/invite", s.inside(s.inviteToAlbum)},
		{"POST /photos/albums/{id}/people/{who}/end", s.inside(s.excludeFromAlbum)},
		{"POST /photos/albums/{id}/link", s.inside(s.linkAlbum)},
		{"POST /photos/albums/{id}/links/{link}/end", s.inside(s.endAlbumLink)},
		{"POST /photos/albums/{id}/leave", s.inside(s.leaveAlbum)},
		{"GET /photos/albums/{id}/{number}", s.inside(s.albumPhoto)},
		{"GET /album/{token}", s.open(s.linkedAlbum)},
		{"POST /album/{token}", s.open(s.unlockAlbum)},
		{"GET /album/{token}/comment", s.open(s.askLinkedComment)},
		{"POST /album/{token}/comment", s.open(s.linkedComment)},
		{"GET /album/{token}/{photo}", s.open(s.linkedPhoto)},
		{"GET /photos/{number}", s.inside(s.photo)},
		{"GET /photos/{number}/{side}", s.bytes.Handler(s.Sessions.Handler(s.photoPreview))},
	}
}

// files are the addresses of the pictures of posts, and of what the pages load.
func (s *Site) files() []route {
	return []route{
		{"GET /media/{key...}", s.bytes.Handler(s.file)},
		{"GET /proxy/{medium}/{mac}", s.bytes.Handler(s.proxyMedium)},
		{"GET /proxy/emoji/{post}/{code}/{mac}", s.bytes.Handler(s.proxyEmoji)},
		{"GET /proxy/likeness/{account}/{code}/{mac}", s.bytes.Handler(s.proxyLikeness)},
		{"GET /proxy/{part}/{account}/{mac}", s.bytes.Handler(s.proxyPortrait)},
		{"GET /assets/{name}", s.bytes.Handler(s.asset)},
		{"GET /worker.js", s.bytes.Handler(s.worker)},
		{"GET /favicon.ico", s.bytes.Handler(s.favicon)},
		{"GET /robots.txt", s.bytes.Handler(s.robots)},
		{"GET /sitemap.xml", s.open(s.sitemap)},
		{"GET /sitemaps/{name}/{part}", s.open(s.siteMap)},
	}
}

// ofSites are the addresses where one keeps one's own site.
func (s *Site) ofSites() []route {
	return []route{
		{"GET /site", s.inside(s.keep)},
		{"GET /site/new", s.inside(s.askNewPage)},
		{"POST /site/new", s.inside(s.newPage)},
		{"GET /site/pages/{id}", s.inside(s.askPage)},
		{"POST /site/pages/{id}", s.inside(s.changePage)},
		{"POST /site/pages/{id}/{act}", s.inside(s.arrange)},
		{"GET /site/pages/{id}/delete", s.inside(s.askPageDelete)},
		{"POST /site/pages/{id}/delete", s.inside(s.deletePage)},
		{"GET /site/pages/{id}/events", s.inside(s.myDates)},
		{"GET /site/pages/{id}/events/new", s.inside(s.askNewEvent)},
		{"POST /site/pages/{id}/events/new", s.inside(s.newEvent)},
		{"GET /site/pages/{id}/events/{event}", s.inside(s.askEvent)},
		{"POST /site/pages/{id}/events/{event}", s.inside(s.changeEvent)},
		{"POST /site/pages/{id}/events/{event}/skip", s.inside(s.skipEvent)},
		{"GET /site/pages/{id}/events/{event}/delete", s.inside(s.askEventDelete)},
		{"POST /site/pages/{id}/events/{event}/delete", s.inside(s.deleteEvent)},
		{"GET /site/pages/{id}/pictures", s.inside(s.askPictures)},
		{"POST /site/pages/{id}/pictures", s.inside(s.addPictures)},
		{"POST /site/pages/{id}/pictures/arrange", s.inside(s.arrangePictures)},
		{"GET /site/front", s.inside(s.askFront)},
		{"POST /site/front", s.inside(s.composeFront)},
		{"GET /site/look", s.inside(s.askLook)},
		{"POST /site/look", s.inside(s.saveLook)},
		{"GET /site/moved", s.inside(s.askMoved)},
		{"POST /site/moved", s.inside(s.leadFrom)},
		{"POST /site/moved/end", s.inside(s.leadNoMore)},
		{"POST /site/missing", s.inside(s.saveMissing)},
		{"GET /site/domain", s.inside(s.askDomain)},
		{"POST /site/domain", s.inside(s.claimDomain)},
		{"POST /site/domain/check", s.inside(s.checkDomain)},
		{"POST /site/domain/end", s.inside(s.endDomain)},
		{"GET /.well-known/own-domain/{token}", s.bytes.Handler(s.answerClaim)},
	}
}

// ofPeople are /@name and below, and whatever is nothing at all. A method here
// would be at odds with the whole subtrees of other doors.
func (s *Site) ofPeople() []route {
	return []route{
		{"/{handle}", s.open(s.profile)},
		{"/{handle}/{rest...}", s.open(s.below)},
	}
}

// groupRoutes are those of circles, lists, and what is hidden.
func (s *Site) groupRoutes() []route {
	return []route{
		{"GET /circles", s.grouping(circles, s.groups)},
		{"POST /circles", s.grouping(circles, s.makeGroup)},
		{"GET /circles/{id}/people", s.grouping(circles, s.groupPeople)},
		{"POST /circles/{id}", s.grouping(circles, s.changeGroup)},
		{"POST /circles/{id}/add", s.grouping(circles, s.addToGroup)},
		{"POST /circles/{id}/remove", s.grouping(circles, s.removeFromGroup)},
		{"POST /circles/{id}/end", s.grouping(circles, s.endGroup)},
		{"GET /lists", s.grouping(lists, s.groups)},
		{"POST /lists", s.grouping(lists, s.makeGroup)},
		{"GET /lists/{id}", s.inside(s.listStream)},
		{"GET /lists/{id}/people", s.grouping(lists, s.groupPeople)},
		{"POST /lists/{id}", s.grouping(lists, s.changeGroup)},
		{"POST /lists/{id}/add", s.grouping(lists, s.addToGroup)},
		{"POST /lists/{id}/remove", s.grouping(lists, s.removeFromGroup)},
		{"POST /lists/{id}/end", s.grouping(lists, s.endGroup)},
		{"GET /hidden", s.inside(s.hidden)},
		{"POST /hidden/hosts", s.inside(s.blockHost)},
		{"POST /hidden/hosts/end", s.inside(s.unblockHost)},
		{"POST /filters", s.inside(s.makeFilter)},
		{"GET /filters/{id}", s.inside(s.askFilter)},
		{"POST /filters/{id}", s.inside(s.changeFilter)},
		{"POST /filters/{id}/end", s.inside(s.endFilter)},
		{"GET /limits", s.open(s.limits)},
		{"POST /limits/hosts", s.kept(s.setHostLimit)},
		{"POST /limits/hosts/end", s.kept(s.endHostLimit)},
	}
}
