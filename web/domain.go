package web

import "github.com/a-h/templ"

// domainTitle heads the form for a domain.
func domainTitle(v DomainView) string {
	if v.Own != "" {
		return "domain.another"
	}
	return "domain.title"
}

// addressIn puts an address into a sentence.
func addressIn(handle string) map[string]templ.Component {
	return map[string]templ.Component{"address": plainAddress("@" + handle)}
}

// addressesIn puts two hosts into a sentence.
func addressesIn(domain, home string) map[string]templ.Component {
	return map[string]templ.Component{"domain": plainAddress(domain), "home": plainAddress(home)}
}
