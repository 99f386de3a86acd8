package web

import (
	"time"

	"github.com/a-h/templ"

	"allod/internal/locale"
)

// A Post is something somebody said, as a reader sees it.
type Post struct {
	ID        string
	URL       string // its page here
	Permalink string // its own address if that is elsewhere, absolute
	UID       string // its lasting name, the same in its feeds and its object; "" if that is not ours to say
	Author    Person
	BoostedBy *Person   // who passed it on
	Time      time.Time // when it was said
	Placed    time.Time // when it came into this list, zero for Time
	Edited    time.Time // zero if never
	Level     Level
	Why       Why
	Fold      *Fold  // folds the post because its reader wants that, nil for nothing
	Warning   string // folds the post behind this sentence
	Sensitive bool   // folds its pictures
	Title     string // of an article, plain words; "" for most posts
	HTML      string // trusted
	Language  string // BCP 47
	Media     []Media
	Tags      []string // its hashtags, without #
	Poll      *Poll    // what it asks, nil for nothing
	Card      *Card    // the page it links to
	ReplyTo   *Parent
	Named     []Person // whom it names, for a post to named people
	Replies   int
	Boosts    int
	Likes     int
	Acts      *Acts // what the reader may do, nil for a visitor
	Minutes   int   // to read the whole of it, where HTML is its beginning or an article; else 0
	Whole     bool  // HTML is the whole of an article
	Contents  []Heading
	Rights    *Rights // what others may do with it, nil where nothing is told
	HereOnly  bool    // it stays on this home's pages
	Pinned    bool    // to its author's page
	History   string  // what it said before it was edited, "" for nowhere
	Reach     string  // how far it got, a ready sentence for its author
}

// A Parent is what a post answers.
type Parent struct {
	URL  string // "" if it is not here
	Name string // its author's, "" if not known
}

// Media is a picture, film or sound of a post.
type Media struct {
	Kind    MediaKind
	URL     string // the whole of it
	Small   string // a picture small enough for a column, or a film's poster
	Width   int    // pixels, 0 if not known
	Height  int
	Alt     string
	Seconds float64      // a film or sound plays, 0 if not known
	Sources []FilmSource // of a film or sound of this home; a browser takes the first that it plays
	Words   []FilmCaptions
	TakeOut string // where a form takes it out of what was said before, "" where it cannot
}

// MediaKind is what a piece of media is.
type MediaKind string

// The kinds of media. Everything else is offered as a link.
const (
	Picture MediaKind = "picture"
	Film    MediaKind = "film"
	Sound   MediaKind = "sound"
	Other   MediaKind = "other"
)

// Acts are what the reader may do with a post; "" for what they may not. All
// addresses but Reply stand below that of the post, as "/like" does.
type Acts struct {
	At     string // the address of the post's acts
	Reply  string // where to answer
	Boost  Act
	Like   Act
	Keep   Act
	Edit   string // where to write it anew
	Pin    Act
	Delete string // the page that asks before deleting
	Sent   string // the page that says where it went
	Hide   string // the page that asks for the reason to hide it below one's post
}

// own reports whether there is anything that only its author may do.
func (a Acts) own() bool { return a.Edit != "" || a.Pin.Action != "" || a.Delete != "" }

// whole is an act with its whole address.
func (a Acts) whole(act Act) Act {
	act.Action = a.At + act.Action
	return act
}

// acts are what the reader may do with a post. They stand below each post of a
// stream, and differ in little.
func acts(f Frame, p *Post) templ.Component {
	if p.Acts == nil {
		return answered(f, p)
	}
	key, at, reply := actsKey{f.Locale, f.Assets, p.Replies, *p.Acts}, p.Acts.At, p.Acts.Reply
	key.acts.At = holes[0]
	if reply != "" {
		key.acts.Reply = holes[1]
	}
	return actsMould.fill(key, at, reply)
}

type actsKey struct {
	words   *locale.Locale
	assets  *Assets
	replies int
	acts    Acts
}

var actsMould = mould[actsKey]{draw: func(k actsKey) templ.Component {
	return actsBelow(Frame{Locale: k.words, Assets: k.assets}, k.replies, k.acts)
}}

// A Heading is one of an article's text.
type Heading struct {
	Level    int // from 2
	ID, Text string
}

// contentsFrom is how many headings make a table of contents, and
// contentsOpen how many at most stand open.
const (
	contentsFrom = 3
	contentsOpen = 12
)

// Rights are what others may do with a post.
type Rights struct {
	Reserved bool
	Words    string // the name of a licence, or a sentence of its author's own
	URL      string // of a licence
}

// An Act is a one-button form that turns something on or off.
type Act struct {
	Action string // where it is posted
	On     bool
}

// Why says why an entry stands in the reader's stream.
type Why string

// The reasons.
const (
	WhyNothing Why = ""
	WhyFollow  Why = "follow"
	WhyBoost   Why = "boost"
	WhyNamed   Why = "named"
	WhyCircle  Why = "circle" // the author chose the reader among others
)

// placed is when a post came into the list it is shown in.
func (p *Post) placed() time.Time {
	if p.Placed.IsZero() {
		return p.Time
	}
	return p.Placed
}

// fresh reports whether a post came into its list when it was said: it did
// unless somebody passed it on later.
func (p *Post) fresh() bool {
	return p.Placed.IsZero() || p.Placed.Equal(p.Time)
}

// aDay is one day of a list of posts.
type aDay struct {
	time  time.Time
	posts []Post
}

// byDay cuts a list where the day changes.
func byDay(posts []Post) []aDay {
	var days []aDay
	begin := 0
	for i := range posts {
		if i+1 == len(posts) || !sameDay(posts[i].placed(), posts[i+1].placed()) {
			days = append(days, aDay{time: posts[i].placed(), posts: posts[begin : i+1]})
			begin = i + 1
		}
	}
	return days
}

// folded says that this is an article of which only the summary is shown here.
func (p *Post) folded() bool { return p.Minutes > 0 && !p.Whole }

// pictures and others divide media into what goes in the grid and what stands alone.
func (p *Post) pictures() (pictures, others []Media) {
	for _, m := range p.Media {
		if m.Kind == Picture {
			pictures = append(pictures, m)
		} else {
			others = append(others, m)
		}
	}
	return pictures, others
}

// grid is the class of a grid of n pictures.
func grid(n int) string {
	switch n {
	case 1:
		return "one"
	case 2:
		return "two"
	case 3:
		return "three"
	case 4:
		return "four"
	default:
		return "many"
	}
}

// A Talk is a post, the comment of a guest or what a page of another site
// says, with what was answered to it.
type Talk struct {
	Post
	Guest   bool       // of somebody without an account
	Site    *Elsewhere // on a page of another site; nil for what is said here or in the fediverse
	Answer  string     // where one without an account, or for a comment one who lives here, answers it; "" for nowhere
	Hide    string     // where the owner hides it, "" for who may not
	Veil    *Veil      // it is hidden from others
	Waits   *Decision  // the reader has to decide on it
	Left    bool       // its writer took it back, and others had answered
	Answers []Talk
}

// strange reports whether it was said by somebody who has no account anywhere that we know of.
func (t *Talk) strange() bool { return t.Guest || t.Site != nil }

// anchor is the name of a talk within its page.
func (t *Talk) anchor() string {
	switch {
	case t.Guest:
		return "comment-" + t.ID
	case t.Site != nil:
		return "mention-" + t.ID
	}
	return "post-" + t.ID
}

// A Decision are the forms by which an owner decides on what waits for them; "" for what they cannot.
type Decision struct {
	Show    string
	Trust   string // and whoever said it from now on
	Decline string
	Spam    string
}

// A ConversationView is a post's own page.
type ConversationView struct {
	Before  []Post // what it answers, oldest first
	Post    Post
	Answers []Talk       // of everybody, wherever they speak, in one order
	Total   int          // how many answers there are in all
	Hidden  int          // and how many of them are hidden
	Reply   *ComposeView // nil if the reader may not answer
	Quiet   *Act         // has the reader be told no more of it, nil for a visitor
	Comment *CommentLink // where a visitor may answer, nil for nowhere
	Veil    *Veil        // the post itself is hidden below another's
	Older   string       // more answers
}

// A HomeView is the stream of what the reader follows.
type HomeView struct {
	Desk   *Desk  // where one writes, nil for who may not
	Begun  *Begun // what was being typed last, nil for nothing
	Hidden int    // how many posts of the page were left out
	Posts  []Post // newest first
	Older  string // the next page, "" at the end
	Newest string // the first page, "" if this is it
	Stream string // server-sent events of new posts, "" for none
}

// A TagView is the public posts with a hashtag.
type TagView struct {
	Tag    string // without its #
	Posts  []Post // newest first
	Older  string // the next page, "" at the end
	Newest string // the first page, "" if this is it
	Feeds  []Feed
}

// A DeleteView asks before a post is deleted.
type DeleteView struct {
	Post   Post
	Action string
	Back   string
}

// A HistoryView is what a post says and what it said before.
type HistoryView struct {
	Now     Post
	Earlier []Post // the newest first; URL is the whole of an article, "" where it is all there
	Back    string
}

// A VersionView is an article as it was.
type VersionView struct {
	Post  Post      // Time is since when it said that
	Until time.Time // when it was edited
	Back  string    // its history
	Now   string    // the article as it is
}

// first is the first picture of a post that may be shown unasked.
func (p *Post) first() (Media, bool) {
	pictures, _ := p.pictures()
	if len(pictures) == 0 || p.Sensitive || p.Warning != "" {
		return Media{}, false
	}
	return pictures[0], true
}

// called is what a post is called in an index: its title, or when it was said.
func (p *Post) called(f Frame) string {
	if p.Title != "" {
		return p.Title
	}
	return f.Moment(p.Time)
}
