package web

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
