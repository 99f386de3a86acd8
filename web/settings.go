package web

import (
	"strings"
	"time"
)

// A SettingsView is what a person may change about their home.
type SettingsView struct {
	Profile  ProfileForm
	Password PasswordForm
	Access   AccessView // where one is signed in
	More     string     // all that has access
	Limits   []Limit
}

// A ProfileForm is how a person appears and what they begin with. Its fields
// are "name", "bio", "avatar" and "no_avatar", "hue", "language", "zone",
// "visibility", "rights" with "own_rights", "approve", "listed", and "fact-name-i" with "fact-value-i" from 1.
type ProfileForm struct {
	Action     string
	Name       Field
	Bio        Field
	Avatar     Field // its value is the address of the picture there is
	Hue        int
	Language   string
	Languages  []Option
	Zone       string // IANA time zone, "" for that of the home
	Zones      []Option
	Visibility Level
	Rights     RightsField
	Approve    bool // each follower is asked about first
	Listed     bool // on the front page, where several live
	Facts      []FactField
	Failed     string
}

// A FactField is a fact being written.
type FactField struct {
	Name  string
	Value Field
}

// A PasswordForm changes the password. Its fields are "current", "password"
// and "again".
type PasswordForm struct {
	Action   string
	Username string // for password managers
	Current  Field
	Password Field
}

// A Session is a browser somebody is signed in with.
type Session struct {
	Device  string // such as "Firefox on Linux"
	Opened  time.Time
	Used    time.Time
	Current bool
	Way     string // password, passkey or link
	Network string // where it signed in from, as far as is told
	Revoke  string
}

// An App is a program that may act for a person.
type App struct {
	Name    string
	Website string
	Scopes  []string
	Opened  time.Time
	Used    time.Time // zero if never
	Device  string    // where it ran then, "" if it does not tell
	Network string
	Revoke  string
}

// may is what an app may do, in one line.
func (f Frame) may(scopes []string) string {
	var words []string
	for _, s := range scopes {
		words = append(words, f.scope(s))
	}
	return strings.Join(words, "; ")
}
