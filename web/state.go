package web

// A StateView is a page that has nothing to show: what happened, what was
// kept, what to do.
type StateView struct {
	Icon   string
	Label  string // what kind of thing happened, in a word or two
	Title  string
	Text   string
	Detail string // more exact words, "" for none
	Links  []Link // the first is the one to take
}

// A Link is one thing to do next.
type Link struct {
	Label string
	URL   string
}

// StateOf is the page for a failure of a kind, named as the kinds of fault
// are ("not_found"), with the exact sentence of the failure, or "".
func StateOf(f Frame, kind, sentence string) StateView {
	v := StateView{Icon: "alert", Detail: sentence}
	switch kind {
	case "not_found":
		v.Icon, v.Label, v.Title, v.Text = "search", f.T("state.not_found.label"), f.T("state.not_found.title"), f.T("state.not_found.text")
	case "gone":
		v.Icon, v.Label, v.Title, v.Text = "trash", f.T("state.gone.label"), f.T("state.gone.title"), f.T("state.gone.text")
	case "denied":
		v.Icon, v.Label, v.Title, v.Text = "lock", f.T("state.denied.label"), f.T("state.denied.title"), f.T("state.denied.text")
	case "unauthenticated":
		v.Icon, v.Label, v.Title, v.Text = "lock", f.T("state.unauthenticated.label"), f.T("state.unauthenticated.title"), f.T("state.unauthenticated.text")
	case "invalid", "unsupported", "too_large":
		v.Label, v.Title, v.Text = f.T("state.invalid.label"), f.T("state.invalid.title"), f.T("state.invalid.text")
	case "conflict":
		v.Icon, v.Label, v.Title, v.Text = "refresh", f.T("state.conflict.label"), f.T("state.conflict.title"), f.T("state.conflict.text")
	case "too_many":
		v.Icon, v.Label, v.Title, v.Text = "clock", f.T("state.too_many.label"), f.T("state.too_many.title"), f.T("state.too_many.text")
	case "unavailable", "timeout":
		v.Icon, v.Label, v.Title, v.Text = "clock", f.T("state.unavailable.label"), f.T("state.unavailable.title"), f.T("state.unavailable.text")
	case "misdirected":
		v.Icon, v.Label, v.Title, v.Text = "globe", f.T("state.misdirected.label"), f.T("state.misdirected.title"), f.T("state.misdirected.text")
	default:
		v.Label, v.Title, v.Text = f.T("state.internal.label"), f.T("state.internal.title"), f.T("state.internal.text")
	}
	v.Links = f.waysOut(kind)
	return v
}

// waysOut are where to go from a failure.
func (f Frame) waysOut(kind string) []Link {
	switch {
	case f.Places == nil || kind == "misdirected":
		return nil
	case f.Me != nil:
		return []Link{{f.T("state.go_home"), f.Places.Home}}
	case kind == "unauthenticated" || kind == "denied":
		return []Link{{f.T("state.come_in"), f.Places.SignIn}}
	}
	return nil
}
