package web

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// A HouseTab is a part of the page about the house.
type HouseTab string

// The parts, in their order.
const (
	HousePeople  HouseTab = "people"
	HouseJoining HouseTab = "joining"
	HouseSpace   HouseTab = "space"
	HouseServers HouseTab = "servers"
	HouseWork    HouseTab = "work"
	HouseDoctor  HouseTab = "doctor"
	HouseBackup  HouseTab = "backup"
	HouseName    HouseTab = "name"
)

// A HouseHead is what stands above each part of the page about the house.
type HouseHead struct {
	Tabs    []Tab
	Version string
	Waiting int // who asks to live here
}

// HouseTabName is what a part of the page about the house is called.
func (f Frame) HouseTabName(t HouseTab) string {
	switch t {
	case HouseJoining:
		return f.T("house.joining")
	case HouseSpace:
		return f.T("house.space")
	case HouseServers:
		return f.T("house.servers")
	case HouseWork:
		return f.T("house.work")
	case HouseDoctor:
		return f.T("doctor.title")
	case HouseBackup:
		return f.T("backup.title")
	case HouseName:
		return f.T("move.title")
	}
	return f.T("house.people")
}

// A TenantsView is who lives here, as the keeper sees it.
type TenantsView struct {
	HouseHead
	Rows   []Tenant
	Next   string
	Invite string // where to invite, "" where nobody can be
}

// A Tenant is one who lives here.
type Tenant struct {
	Space  string // where the keeper says how much their files may take up
	Person Person
	Page   string // what the keeper may do about them, "" for the keeper
	Keeper bool
	Posts  int64
	Bytes  int64
	Seen   time.Time // zero for never
	Came   time.Time
	By     string // who invited them, "" for nobody
	Paused time.Time
	Leaves time.Time
	Why    string
}

// A TenantView is what the keeper may do about one who lives here. Its forms
// have the field "why".
type TenantView struct {
	Tenant
	Back   string
	Pause  string
	Resume string
	Leave  string
	Remove string
	Reset  string
	Link   string // for a new password, just made
	Reason Field
}

// A JoiningView is how one comes to live here. The form has the fields
// "joining", "all_invite", "inward", "about" and "rules".
type JoiningView struct {
	HouseHead
	Action    string
	Joining   string
	AllInvite bool
	Inward    bool
	About     Field
	Rules     Field
	Invite    string
	Ask       string // the address of the page for asking, absolute
	Requests  []JoinRequest
}

// A JoinRequest is somebody who asks to live here. The form that refuses has the field "why".
type JoinRequest struct {
	ID      string
	Name    string
	Address string
	Email   string
	Reason  string
	Asked   time.Time
	Admit   string
	Refuse  string
	Why     Field
}

// A SpaceView is what the house takes up.
type SpaceView struct {
	HouseHead
	Database, Files, Cache, Free, Total int64
	By                                  []Tenant
}

// used is how much of the disk is taken, in percent.
func (v SpaceView) used() int {
	if v.Total <= 0 {
		return 0
	}
	return int(100 * (v.Total - v.Free) / v.Total)
}

// A ServersView is what is known of other servers.
type ServersView struct {
	HouseHead
	Rows []HostRow
}

// A WorkView is what the house has still to do.
type WorkView struct {
	HouseHead
	Rows []Work
}

// WorkDoes is what a kind of work is for.
type WorkDoes string

// What work may be for; any other word is other work.
const (
	WorkLane   WorkDoes = "lane"
	WorkErrand WorkDoes = "errand"
	WorkSweep  WorkDoes = "sweep"
	WorkForget WorkDoes = "forget"
	WorkResume WorkDoes = "resume"
	WorkPush   WorkDoes = "push"
)

// Work is one kind of it.
type Work struct {
	Does      WorkDoes
	Kind      string // as logs call it
	Waiting   int64
	Running   int64
	Failing   int64
	LastError string
}

// decimal is a number with the mark that its language writes before a fraction.
func (f Frame) decimal(text string) string {
	if f.Tag() == "ru" {
		return strings.ReplaceAll(text, ".", ",")
	}
	return text
}

// size is a number of bytes as people say it.
func (f Frame) size(bytes int64) string {
	value := float64(bytes) / 1000
	if value < 1 {
		value = math.Ceil(value) // something is never nothing
	}
	unit := 0
	for value >= 1000 && unit < 3 {
		value, unit = value/1000, unit+1
	}
	text := strconv.FormatFloat(value, 'f', 1, 64)
	if value >= 10 || unit == 0 {
		text = strconv.FormatFloat(value, 'f', 0, 64)
	}
	text = f.decimal(text)
	switch unit {
	case 0:
		return f.T("size.kb", "n", text)
	case 1:
		return f.T("size.mb", "n", text)
	case 2:
		return f.T("size.gb", "n", text)
	}
	return f.T("size.tb", "n", text)
}

// workName is what a kind of work does.
func (f Frame) workName(does WorkDoes) string {
	switch does {
	case WorkLane:
		return f.T("work.lane")
	case WorkErrand:
		return f.T("work.errand")
	case WorkSweep:
		return f.T("work.sweep")
	case WorkForget:
		return f.T("work.forget")
	case WorkResume:
		return f.T("work.resume")
	case WorkPush:
		return f.T("work.push")
	}
	return f.T("work.rest")
}
