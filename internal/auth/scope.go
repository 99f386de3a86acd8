package auth

import (
	"slices"
	"strings"

	"allod/internal/fault"
)

// Scopes are what an app may do, as Mastodon names it.
type Scopes []string

// DefaultScopes are those of an app that names none.
const DefaultScopes = "read"

// known are all scopes there are. One with a colon is part of the one before the colon.
var known = []string{
	"profile", "read", "write", "follow", "push",
	"read:accounts", "read:blocks", "read:bookmarks", "read:collections", "read:favourites", "read:filters", "read:follows",
	"read:lists", "read:mutes", "read:notifications", "read:search", "read:statuses",
	"write:accounts", "write:blocks", "write:bookmarks", "write:collections", "write:conversations", "write:favourites",
	"write:filters", "write:follows", "write:lists", "write:media", "write:mutes", "write:notifications", "write:reports",
	"write:statuses",
}

// following are the scopes that the old "follow" stands for.
var following = []string{"read:blocks", "write:blocks", "read:follows", "write:follows", "read:mutes", "write:mutes"}

// KnownScopes are all scopes there are.
func KnownScopes() Scopes { return slices.Clone(known) }

// ParseScopes reads scopes separated by spaces, each kept once; none are
// DefaultScopes. It returns Invalid in the field "scope" for one that is unknown.
func ParseScopes(text string) (Scopes, error) {
	var s Scopes
	for word := range strings.FieldsSeq(text) {
		if !slices.Contains(known, word) {
			return nil, fault.New(fault.Invalid, "fault.scope.unknown", "scope", clip(word, 40)).In("scope")
		}
		if !slices.Contains(s, word) {
			s = append(s, word)
		}
	}
	if s == nil {
		s = Scopes{DefaultScopes}
	}
	return s, nil
}

// String are the scopes separated by spaces.
func (s Scopes) String() string { return strings.Join(s, " ") }

// Allow reports whether the scopes contain one, by its own name or as part of
// a wider one: "write" allows "write:statuses", "follow" allows
// "write:follows", and whoever may read accounts may read the "profile".
func (s Scopes) Allow(scope string) bool {
	if slices.Contains(s, scope) {
		return true
	}
	if whole, _, part := strings.Cut(scope, ":"); part && slices.Contains(s, whole) {
		return true
	}
	if slices.Contains(following, scope) && slices.Contains(s, "follow") {
		return true
	}
	return scope == "profile" && s.Allow("read:accounts")
}

// Within reports whether other allows all of the scopes.
func (s Scopes) Within(other Scopes) bool {
	return !slices.ContainsFunc(s, func(scope string) bool { return !other.Allow(scope) })
}
