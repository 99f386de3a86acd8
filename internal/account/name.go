package account

import (
	"strings"

	"allod/internal/fault"
)

// NameMax is the longest name given out here, in bytes.
const NameMax = 30

// reserved are names that routes, protocols or custom give a meaning, so that
// no person is taken for the house and no page of theirs for one of ours.
const reserved = " about abuse account accounts activity actor admin administrator album albums anonymous api app apps asset assets auth " +
	"authorize authorize_interaction blog calendar campaign campaigns compose contact dav declaration docs events everyone explore " +
	"favicon favicon.ico feed feeds file files first follow followers following group groups health healthz help home host hostmaster http " +
	"https id inbox index info instance invite legal list lists local login logout mail mailer-daemon main manifest media mentions message " +
	"messages metrics moderator name news nobody nodeinfo notification notifications oauth ocs official outbox owner page pages " +
	"people photo photos post postmaster posts privacy profile proxy public push readyz register remote remote.php robots.txt root " +
	"rss search security server session settings setup share sign signin signup site static status stream strike support sw sync " +
	"system tag tags terms timeline token undefined user users video videos webfinger webmaster webmention websub well-known write www " +
	"comment comments guest guests hear hide mails reader readers waiting worker worker.js "

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
