package post

import "allod/internal/account"

// Address is the id of a post as others see it, by its canonical id.
func Address(n account.Names, p *Post) string {
	if !p.Local && p.Location != "" {
		return p.Location
	}
	return n.ID(p.Author, p.URI)
}

// Page is the address of a post for people: here, or at its own server.
func Page(n account.Names, p *Post) string {
	switch {
	case p.Local:
		return n.Profile(p.Author) + "/" + p.ID.String()
	case p.URL != "":
		return p.URL
	}
	return Address(n, p)
}
