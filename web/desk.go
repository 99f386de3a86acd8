package web

import (
	"time"

	"github.com/a-h/templ"

	"allod/internal/locale"
)

// A Desk is the small form of the home page, with nothing typed into it yet.
type Desk struct {
	Action     string
	Draft      string // the name under which the browser keeps what is typed
	From       string // the place it stands on, to come back to
	Language   string
	Visibility Level
	Followers  int
	Room       int // how many pictures a post may have
	Longest    int // how many characters
}

type deskKey struct {
	words  *locale.Locale
	assets *Assets
	drafts string
	desk   Desk
}

var deskMould = mould[deskKey]{draw: func(k deskKey) templ.Component {
	f, d := Frame{Locale: k.words, Assets: k.assets, Places: &Places{Drafts: k.drafts}}, k.desk
	return deskForm(f, ComposeView{Kind: "note", Action: d.Action, Draft: d.Draft, From: d.From, Language: d.Language, Visibility: d.Visibility,
		Room: d.Room, Longest: d.Longest, Audience: AudienceView{Followers: d.Followers}, Keeping: Keeping{May: true}},
		f.T("compose.your_words"), f.T("compose.placeholder"))
}}

func emptyDesk(f Frame, d Desk) templ.Component {
	key, action := deskKey{f.Locale, f.Assets, f.Places.Drafts, d}, d.Action
	key.desk.Action = holes[0]
	return deskMould.fill(key, action)
}

// A Begun is what was being typed when a page was left, to go on with.
type Begun struct {
	ID      string // of the draft
	Key     string // of the form it came with, for the script
	At      int64  // when it was kept, for the script
	Time    time.Time
	Excerpt string
	Edit    string // where to go on
	Drop    string
}

// short are the levels that the small composer offers: the plain ones, and the
// one it begins with.
func (v ComposeView) short() (out []Level) {
	chosen := v.chosen()
	for _, l := range v.offered() {
		if l != Unlisted || l == chosen {
			out = append(out, l)
		}
	}
	return out
}
