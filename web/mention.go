package web

import "time"

// A Mention is what a page of another site says about a post here.
type Mention struct {
	ID       string
	Kind     MentionKind
	Who      Person // as that page has it
	Host     string // of that page
	URL      string // that page
	Text     string // plain words
	Language string
	Time     time.Time // zero if not said
	Waits    bool      // nobody but the post's author sees it
	Show     string    // where the author lets it be shown, "" for others
	Decline  string    // where they do not
	Post     *Link     // what it is about, where that is not plain
}

// MentionKind is what a page does with a post.
type MentionKind string

// The kinds.
const (
	MentionReply  MentionKind = "reply"
	MentionLike   MentionKind = "like"
	MentionRepost MentionKind = "repost"
	MentionLink   MentionKind = "mention"
)

// A MentionsView is what waits for somebody to decide.
type MentionsView struct {
	Mentions []Mention
	Total    int
	Older    string
	Newest   string
}

// mentioned says what a page does with a post.
func (f Frame) mentioned(k MentionKind) string {
	switch k {
	case MentionReply:
		return f.T("mention.reply")
	case MentionLike:
		return f.T("mention.like")
	case MentionRepost:
		return f.T("mention.repost")
	}
	return f.T("mention.link")
}
