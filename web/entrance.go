package web

// A FirstRunView is the page a home is opened with. Its fields are "token",
// "name", "address", "hue", "password" and "again".
type FirstRunView struct {
	Action   string
	Token    string // the one-time word of the link
	Name     Field
	Address  Field // the name before the host
	Hue      int
	Password Field
	Failed   string
}

// A SignInView is the door. Its fields are "username", "password" and "next";
// that of a passkey sends "token" and "answer" besides.
type SignInView struct {
	Action   string
	Next     string // where to go on to
	Username Field
	Failed   string // why it did not open
	Lost     string // where to begin without the password
	Join     string // where to ask for a place, "" where one cannot

	PasskeyAsk, PasskeyOpen string // "" where there are no passkeys
}

// scripts are those of the door: one, where there are passkeys.
func (v SignInView) scripts() []string {
	if v.PasskeyAsk == "" {
		return nil
	}
	return []string{"passkey.js"}
}

// A ConsentView asks whether an app may act for the reader. The first form
// says yes; both send Hidden and "decision", which is "allow" or "deny".
type ConsentView struct {
	Action  string
	App     string
	Website string   // "" if it names none
	Returns string   // the host it leads back to, "" if it shows a code
	Scopes  []string // as OAuth names them
	Hidden  []Hidden
}

// Hidden is a field the reader does not see.
type Hidden struct{ Name, Value string }

// A CodeView shows an app's code to be copied by hand.
type CodeView struct {
	App  string
	Code string
}

// scope is what a scope lets an app do.
func (f Frame) scope(name string) string {
	switch name {
	case "read":
		return f.T("consent.read")
	case "write":
		return f.T("consent.write")
	case "follow":
		return f.T("consent.follow")
	case "push":
		return f.T("consent.push")
	case "profile":
		return f.T("consent.profile")
	}
	return f.T("consent.use", "scope", name)
}
