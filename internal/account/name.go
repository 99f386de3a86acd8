package account

import (
	"strings"

	"allod/internal/fault"
	"allod/internal/markup"
)

// NameMax is the longest name given out here, in bytes.
const NameMax = 30

// reserved are names that routes, protocols or custom give a meaning, so that
// no person is taken for the house and no page of theirs for one of ours.
const reserved = " about abuse access account accounts activity actor admin administrator album albums anonymous api app apps archive article " +
	"articles asset assets auth authorize authorize_interaction backup blog bookmarks calendar campaign campaigns circle circles " +
	"comment comments compose confirm contact dav declaration delivery digest docs doctor draft drafts emoji events everyone " +
	"explore export favicon favicon.ico feed feeds file files filter filters first follow followers following group groups guest " +
	"guests health healthz hear help hidden hide home host hostmaster house http https id import inbox index index.php info instance " +
	"invitation invitations invite join keep kept legal limits list lists local login logout mail mailer-daemon mails main " +
	"manifest media mentions message messages metrics moderator name news nobody nodeinfo notification notifications oauth ocs " +
	"official outbox outside owner page pages passkey passkeys people photo photos poll polls post postmaster posts privacy profile proxy " +
	"public public.php push reader readers readyz recover register remote remote.php reset robots.txt root rss scheduled search security " +
	"server session settings setup share shared sign signin signup site sitemap sitemap.xml sitemaps static status status.php stream strike subscribe " +
	"support sw sync system tag tags terms timeline token undefined unsubscribe user users verify video videos waiting webfinger " +
	"webmaster webmention websub well-known worker worker.js write www lost "

// CheckName returns the name in the form it is kept, or what is wrong with
// it: 2 to NameMax letters a–z, digits, and single . _ - inside, beginning with
// a letter or digit, and not reserved. Case is kept, and compared folded.
func CheckName(name string) error {
	wrong := func(key string) error { return fault.New(fault.Invalid, key, "max", NameMax).In("name") }
	switch {
	case name == "":
		return wrong("fault.name.empty")
	case len(name) < 2:
		return wrong("fault.name.short")
	case len(name) > NameMax:
		return wrong("fault.name.long")
	}
	letter := false
	for i, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			letter = true
		case c == '_' || c == '-' || c == '.':
			if i == 0 || i == len(name)-1 || !letter {
				return wrong("fault.name.letters")
			}
			letter = false
		default:
			return wrong("fault.name.letters")
		}
	}
	if strings.Contains(reserved, " "+strings.ToLower(name)+" ") {
		return wrong("fault.name.reserved")
	}
	return nil
}

// Fold is the form in which names are compared.
func Fold(name string) string { return strings.ToLower(name) }

// seemly is a display name without what cannot be seen and what turns the
// direction of the words around it, "" where nothing is left to be seen. The
// joiners that scripts and emoji are written with stay.
func seemly(name string) string {
	name = strings.Join(strings.Fields(markup.Words(name)), " ")
	if markup.Line(name, 1) == "" {
		return ""
	}
	return name
}
