package web

import "time"

// An AccessView is who and what has access: browsers, apps, devices, passkeys and
// the servers that hold followers. Its forms have the fields "name" and "host".
type AccessView struct {
	Sessions  []Session
	EndOthers string // "" where there are no others
	Apps      []App
	Devices   DevicesView
	Passkeys  PasskeysView
	Servers   []HolderRow
	Cut       string
	People    string // where followers are
	Followers int64
	SignOut   string
}

// A PasskeysView is what opens the door in place of a password.
type PasskeysView struct {
	Can  bool   // they can be had here
	Ask  string // where the island asks for one
	Add  string // and brings it
	Back string
	List []Passkey
}

// A Passkey is one of them.
type Passkey struct {
	ID     string
	Name   string
	Made   time.Time
	Used   time.Time // zero for never
	Rename string
	Remove string
}

// A HolderRow is a server that holds what followers there may read.
type HolderRow struct {
	Host      string
	Followers int
}

// way is how somebody came in, in a word.
func (f Frame) way(w string) string {
	switch w {
	case "passkey":
		return f.T("access.by_passkey")
	case "link":
		return f.T("access.by_link")
	}
	return f.T("access.by_password")
}
