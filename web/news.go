package web

import (
	"time"

	"github.com/a-h/templ"
)

// A NewsView is what the reader should be told.
type NewsView struct {
	Items     []News    // newest first
	Since     time.Time // up to when the reader had seen it, zero if never
	Older     string
	Newest    string
	Waiting   int    // how much of guests and other sites waits for the reader to decide
	WaitingAt string // where
	Hidden    int    // how much of the page their filters leave out
	Stream    string
	Read      string // where a form says that this is read, with the field "last"
}

// fresh is the newest that the reader has not seen, nil for none.
func (v NewsView) fresh() *News {
	for i := range v.Items {
		if v.Items[i].Fresh {
			return &v.Items[i]
		}
	}
	return nil
}

// NewsKind is what happened.
type NewsKind string

// The kinds of news.
const (
	NewsFollow   NewsKind = "follow"
	NewsRequest  NewsKind = "request"
	NewsAccepted NewsKind = "accepted"
	NewsNamed    NewsKind = "named"
	NewsReply    NewsKind = "reply"
	NewsLike     NewsKind = "like"
	NewsBoost    NewsKind = "boost"
	NewsHeld     NewsKind = "held"    // a draft that was not posted when it was due
	NewsEdited   NewsKind = "edited"  // a post they passed on says something else
	NewsPoll     NewsKind = "poll"    // a poll they asked is over
	NewsVoted    NewsKind = "voted"   // one they voted in
	NewsComment  NewsKind = "comment" // of a guest, who has no page
	NewsHidden   NewsKind = "hidden"
	NewsOpened   NewsKind = "opened"  // a browser unlike their others was let in
	NewsShared   NewsKind = "shared"  // somebody here shares a file or folder with them
	NewsApplied  NewsKind = "applied" // somebody asks the keeper to live here
)

// News is one thing the reader should be told.
type News struct {
	ID       string
	Kind     NewsKind
	Time     time.Time
	Who      Person
	Others   int    // how many more did the same
	Fresh    bool   // not seen before
	URL      string // the post it is about, "" for none
	Excerpt  string // plain words of that post
	Relation *Relation
	Fold     *Fold  // folds the words because the reader wants that, nil for nothing
	Look     string // where to decide on a guest's comment
}

// key is the message that says what happened.
func (n News) key() string {
	several := n.Others > 0
	switch n.Kind {
	case NewsFollow:
		return pick(several, "news.follow_several", "news.follow")
	case NewsRequest:
		return "news.request"
	case NewsAccepted:
		return "news.accepted"
	case NewsNamed:
		return "news.named"
	case NewsReply:
		return "news.reply"
	case NewsHeld:
		return "draft.news_held"
	case NewsEdited:
		return "writing.news_edited"
	case NewsPoll:
		return "poll.news_own"
	case NewsVoted:
		return "poll.news_voted"
	case NewsComment:
		return "news.comment"
	case NewsOpened:
		return "entered.opened"
	case NewsShared:
		return "share.news"
	case NewsApplied:
		return "entered.applied"
	case NewsHidden:
		return "news.hidden"
	case NewsLike:
		return pick(several, "news.like_several", "news.like")
	default:
		return pick(several, "news.boost_several", "news.boost")
	}
}

// whose is the post that it is about, in a word or two.
func (n News) whose(f Frame) string {
	if n.Kind == NewsEdited {
		return f.T("writing.a_post")
	}
	return f.T("news.your_post")
}

// pick is a or b.
func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// who is who did it, with their page if they have one.
func (n News) who() templ.Component {
	if n.Who.URL == "" {
		return unhoused(n.Who)
	}
	return person(n.Who)
}

// newsDays cuts the news where the day changes.
func newsDays(items []News) [][]News {
	var days [][]News
	for i, n := range items {
		if i == 0 || !sameDay(n.Time, items[i-1].Time) {
			days = append(days, nil)
		}
		days[len(days)-1] = append(days[len(days)-1], n)
	}
	return days
}
