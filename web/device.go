package web

import "time"

// A ConnectView asks whether a device may keep the reader's files. Its fields
// are "name" and "password", with "decision", which is "allow" or "deny"; a
// passkey sends "token" and "answer" in place of the password.
type ConnectView struct {
	Action    string
	Device    string // as it calls itself, "" for one that does not say
	Address   string // where it asks from
	Elsewhere bool   // which is not the network of the reader
	Name      Field
	Password  Field

	PasskeyAsk string // "" where there are no passkeys
}

func (v ConnectView) scripts() []string {
	if v.PasskeyAsk == "" {
		return nil
	}
	return []string{"passkey.js"}
}

// deviceName is what a device calls itself, or words for one that does not say.
func (f Frame) deviceName(name string) string {
	if name == "" {
		return f.T("device.some")
	}
	return name
}

// A DevicesView is the devices that keep a person's files. Its form has the
// fields "name" and "password".
type DevicesView struct {
	List     []DeviceRow
	Add      string
	Address  string // of the home, as a device asks for it
	Login    string // the name that goes with it
	Name     Field
	Password Field
	Secret   string // of a device just made, shown this once
	Made     string // what that is called
}

// A DeviceRow is one of them.
type DeviceRow struct {
	ID      string
	Name    string
	Device  string // as it calls itself
	Network string
	Opened  time.Time
	Used    time.Time // zero for never
	Lost    time.Time // since when it is to delete its copies; zero for not
	Wiped   time.Time // when it said it had
	End     string
	Lose    string // "" where it is lost already
}
