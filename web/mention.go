package web

// Elsewhere is where something stands that was said on a page of another site.
type Elsewhere struct {
	Kind MentionKind
	Host string
	URL  string // that page
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
