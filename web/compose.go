package web

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"
)

// A ComposeView is the form posts are written with. Its fields are named
// "text", "warning", "language", "visibility", "named" and "reply_to"; picture
// i, from 1, is "picture-i" with its description "alt-i", or, when the home
// holds it from an attempt before, "held-i", and "drop-i" to leave it out. An
// article also has "title" and "summary". The button "turn" asks for the form
// of another kind with all that was typed, and "preview" for a look at it.
type ComposeView struct {
	Kind       string // "note" or "article"
	MayTurn    bool   // the writer may choose between the two
	Edit       bool   // of a post that is there: who may see it is settled
	Back       string // the post that is edited
	Title      Field
	Summary    Field
	HereOnly   bool
	Stays      bool // it stays here whatever is chosen: it answers what does, or is settled
	Rights     RightsField
	Preview    *Post // as others will see it
	Action     string
	Draft      string // the name under which the browser keeps what is typed
	ReplyTo    string // the id of the post it answers
	From       string // the place it stands on, to come back to; "" for its own page
	Parent     *Post  // that post, for the composer's own page
	Guest      string // the id of the guest's comment below it that it answers, "" for none
	Answered   *Talk  // that comment
	Text       Field
	Warning    Field
	Language   string
	Visibility Level
	Audience   AudienceView
	Widest     Level // levels wider than this are not offered; "" for all
	Named      Field // addresses, for a post to named people
	Pictures   []PictureField
	Picture    string // what is wrong with the pictures
	Room       int    // how many pictures a post may have
	Longest    int    // how many characters
	Failed     string // why it was not posted, when no field is at fault
	Asking     Asking
	Keeping    Keeping
}

// A PictureField is one picture of a post being written.
type PictureField struct {
	Held   string // the id of what the home holds of it, "" for nothing yet
	Small  string // its preview
	Alt    string
	Number int // by which the text of an article names it; 0 while it is not held

	Kind    MediaKind // Film or Sound, "" for a picture
	Waiting string    // it cannot be posted yet, a sentence
}

// A RightsField chooses what others may do. Its fields are "rights" and, for a
// sentence of one's own, "own_rights".
type RightsField struct {
	Chosen   string // a value of Licences, "reserved", "own", or "" for what one always says
	Own      string
	Usual    *Rights // what one always says
	OfPost   bool    // it is of one post, which may say what one always says
	Licences []Option
	Error    string
}

// rows is how tall the field for the words begins.
func (v ComposeView) rows() string {
	if v.article() {
		return "18"
	}
	return "6"
}

// film reports whether all it shows is one film, which may have a title.
func (v ComposeView) film() bool {
	return !v.article() && len(v.Pictures) == 1 && v.Pictures[0].Kind == Film
}

// article reports whether it is one.
func (v ComposeView) article() bool { return v.Kind == "article" }

// slots are the pictures held and empty places up to the room there is.
func (v ComposeView) slots() []PictureField {
	slots := make([]PictureField, max(v.Room, len(v.Pictures)))
	copy(slots, v.Pictures)
	return slots
}

// offered are the levels this post may have. Within a circle only an answer stays.
func (v ComposeView) offered() (out []Level) {
	wide := v.Widest != "" && slices.Contains(levels, v.Widest)
	for _, l := range levels {
		if wide = wide && l != v.Widest; !wide && (l != Circle || v.Widest == Circle) {
			out = append(out, l)
		}
	}
	return out
}

// chosen is the level the form begins with: the one asked for, or the widest
// there is when that is not offered.
func (v ComposeView) chosen() Level {
	offered := v.offered()
	if slices.Contains(offered, v.Visibility) {
		return v.Visibility
	}
	return offered[0]
}

// numbered is the name of a field of picture i, from 0.
func numbered(name string, i int) string { return name + "-" + strconv.Itoa(i+1) }

// composing is the title of the composer's page.
func (f Frame) composing(v ComposeView) string {
	if v.Edit {
		return f.T("writing.edit_title")
	}
	if v.Answered != nil {
		return f.T("compose.reply_to", "name", v.Answered.Author.Name)
	}
	if v.Parent != nil {
		return f.T("compose.reply_to", "name", v.Parent.Author.Name)
	}
	return f.T("place.write")
}

// draft are what the composer's script needs: where to keep what is typed and
// what to say when the home cannot be reached.
func draft(f Frame, v ComposeView) templ.Attributes {
	a := templ.Attributes{
		"data-draft":    v.Draft,
		"data-kept":     f.T("compose.kept"),
		"data-again":    f.T("compose.found_again"),
		"data-discard":  f.T("compose.discard"),
		"data-sending":  f.T("compose.sending"),
		"data-lost":     f.T("compose.unreachable"),
		"data-lost-why": f.T("compose.unreachable_means"),
	}
	if v.Keeping.May {
		a["data-save"] = f.T("desk.saved")
		a["data-drafts"] = f.Places.Drafts + "/"
	}
	for category, text := range f.Forms("compose.left") {
		a["data-left-"+category] = text
	}
	for category, text := range f.Forms("compose.over") {
		a["data-over-"+category] = text
	}
	return a
}

// longest tells the script how much may be written. There is no maxlength: a
// text cut off in pasting would be lost.
func longest(v ComposeView) templ.Attributes {
	return templ.Attributes{"data-longest": strconv.Itoa(v.Longest)}
}
