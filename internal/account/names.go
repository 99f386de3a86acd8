package account

import (
	"net/url"
	"strings"

	"allod/internal/address"
)

// Gateway is the path below which portable things are served (FEP-ef61).
const Gateway = "/.well-known/apgateway/"

// Names says where things are on the web: it joins the host to what is kept
// without one.
type Names struct {
	// Origin is the configured public origin, such as https://home.example, without a slash.
	Origin string
	// Host is the normal form of its host, the part after the @ of those who live here.
	Host string
}

// NewNames returns the names under an origin.
func NewNames(origin string) (Names, error) {
	host, err := address.HostOf(origin)
	return Names{Origin: origin, Host: host}, err
}

// Base is the origin in the ids of one who lives here: fixed at their first
// delivery, and until then that of their own domain if they have one.
func (n Names) Base(a *Account) string {
	switch own := n.Own(a); {
	case a.Authority != "":
		return a.Authority
	case own != "":
		return own
	}
	return n.Origin
}

// Own is the origin of the own domain of one who lives here, "" for none.
func (n Names) Own(a *Account) string {
	if a.Domain == "" {
		return ""
	}
	scheme, _, _ := strings.Cut(n.Origin, "://")
	return scheme + "://" + a.Domain
}

// Site is the address below which the pages of one who lives here are, for
// people: their own domain if they have one, else that of Profile.
func (n Names) Site(a *Account) string {
	if own := n.Own(a); own != "" && a.Local {
		return own
	}
	return n.Profile(a)
}

// ID is the address of a thing of an account by its canonical id: portable
// ids of those who live here are joined to their gateway, others are addresses already.
func (n Names) ID(owner *Account, uri string) string {
	if rest, ok := strings.CutPrefix(uri, "ap://"); ok {
		if owner.Local {
			if len(owner.Former) > 0 {
				if at := published(rest); !at.IsZero() {
					owner = owner.AsOf(at)
				}
			}
			return n.Base(owner) + Gateway + rest
		}
		if g, _, ok := strings.Cut(owner.Location, Gateway); ok {
			return g + Gateway + rest
		}
	}
	if strings.HasPrefix(uri, "/") {
		return n.Origin + uri
	}
	return uri
}

// Actor is the id of an account as others see it.
func (n Names) Actor(a *Account) string {
	if !a.Local && a.Location != "" {
		return a.Location
	}
	return n.ID(a, a.URI)
}

// Key is the id of a key of one who lives here, as it stands in signatures.
func (n Names) Key(a *Account, k KeyKind) string {
	if k == RSA {
		return n.Actor(a) + "#main-key"
	}
	return n.Actor(a) + "#ed25519-key"
}

// Below is the address of something below an actor: inbox, outbox, followers, following.
func (n Names) Below(a *Account, what string) string { return n.Actor(a) + "/" + what }

// SharedInbox is where things many here may read are delivered.
func (n Names) SharedInbox(a *Account) string { return n.Base(a) + "/inbox" }

// Profile is the page of an account: at the host of its id, which other
// servers insist on, or at its own server. People are led to Site.
func (n Names) Profile(a *Account) string {
	switch {
	case a.Local:
		return n.Base(a) + "/@" + a.Name
	case a.URL != "":
		return a.URL
	}
	return a.Location
}

// Tag is the page of a hashtag, by its folded form.
func (n Names) Tag(folded string) string { return n.Origin + "/tags/" + url.PathEscape(folded) }

// File is the address of a media file by its key.
func (n Names) File(key string) string { return n.Origin + "/media/" + key }

// Handle is name@host of anybody.
func (n Names) Handle(a *Account) string {
	if a.Host == "" {
		return a.Name + "@" + n.HostOf(a)
	}
	return a.Handle()
}

// HostOf is the part after the @ of one who lives here: their own domain
// where their ids carry it, else the host of the home.
func (n Names) HostOf(a *Account) string {
	if a.Domain != "" && n.Base(a) == n.Own(a) {
		return a.Domain
	}
	return n.Host
}
