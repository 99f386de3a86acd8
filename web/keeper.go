package web

import "time"

// A CheckState is how one step of a check-up went.
type CheckState string

// The states.
const (
	CheckGood    CheckState = "good"
	CheckWarning CheckState = "warn"
	CheckBad     CheckState = "bad"
	CheckSkipped CheckState = "quiet"
)

// icon is the state's.
func (s CheckState) icon() string {
	switch s {
	case CheckGood:
		return "check"
	case CheckSkipped:
		return "more"
	}
	return "alert"
}

// A Check is one step and what it says.
type Check struct {
	State CheckState
	Says  string
}

// A CheckGroup is a question that several steps answer.
type CheckGroup struct {
	Name  string
	Lines []Check
}

// A DoctorView is what a check-up of the home found.
type DoctorView struct {
	HouseHead
	Groups []CheckGroup
	Well   bool
	Again  string
}

// A NameView is by which name the home is known, and who is known by another.
type NameView struct {
	HouseHead
	Name   string   // "" for a home without a public one
	Behind []string // who other servers know by a name the home had before
	More   bool     // and more of them
	Along  string   // where to have them brought along
	Asked  bool     // that was just done
	Old    []OldName
	// Example is a line of the settings that gives the home another name.
	Example string
}

// An OldName is one that the home had, and since when nobody is known by it.
type OldName struct {
	Host string
	Left time.Time
}

// A BackupView is where copies of the home go. Its form's fields are
// "folder", "hours" and "keep".
type BackupView struct {
	HouseHead
	Action, Now  string
	Folder, Keep Field
	Hours        int
	KeepCount    int
	Chosen       string // the folder that is in use
	Made, Tried  time.Time
	Copies       int
	Bytes        int64
	Trouble      string
}

// backupHours are the choices of how often.
var backupHours = []int{1, 6, 24, 168}
