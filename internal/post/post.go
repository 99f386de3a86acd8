// Package post is what was said, to whom, in reply to what; and who likes it and passes it on.
//
// No byte of a post that is not for everybody leaves except through See,
// which is told who asks.
package post

import (
	"time"

	"allod/internal/account"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/poll"
)

// Visibility is who may see a post.
type Visibility string

// The levels. Those a post names may see it at every level but Self.
const (
	Public    Visibility = "public"
	Unlisted  Visibility = "unlisted"  // everyone who comes across it
	Followers Visibility = "followers" // those who follow the author
	Circle    Visibility = "circle"    // those whom its author chose, who are named to nobody
	Direct    Visibility = "direct"    // those it names
	Self      Visibility = "self"      // the author
)

// ParseVisibility reads a level; ok is false for what is none.
func ParseVisibility(s string) (v Visibility, ok bool) {
	switch v = Visibility(s); v {
	case Public, Unlisted, Followers, Circle, Direct, Self:
		return v, true
	}
	return "", false
}

// Open reports whether everyone may see it.
func (v Visibility) Open() bool { return v == Public || v == Unlisted }

// Shut reports whether only chosen people may see it, whoever follows its author.
func (v Visibility) Shut() bool { return v == Circle || v == Direct || v == Self }

// Limits of a post of ours.
const (
	TextMax    = 5000              // characters of a note
	ArticleMax = markup.MaxArticle // bytes of an article
	TitleMax   = 300               // characters
	SummaryMax = 500               // characters
	WarningMax = 500               // characters
	NamedMax   = 100               // people
	PinnedMax  = 5                 // posts

	ArticleMedia = 20 // media of an article; media.PerPost are those of a note
)

// The kinds of posts that are written here.
const (
	Note    = "note"
	Article = "article"
	Video   = "video" // a note with a title and one video
)

// A Post is what was said.
type Post struct {
	ID         id.ID
	AuthorID   id.ID
	Author     *account.Account
	Local      bool
	Kind       string // Note, Article or Video; other kinds as read
	Visibility Visibility
	URI        string // canonical id
	Location   string // where it is fetched; "" for ours
	URL        string // the page for people; "" for ours

	ReplyToID        id.ID
	ReplyToURI       string
	ReplyToAccountID id.ID
	ThreadID         id.ID // the oldest post of the conversation that is here

	Title     string
	Warning   string
	Sensitive bool
	Language  string // BCP 47; "" unknown
	Text      string // Markdown of ours
	HTML      string // sanitized
	Words     int    // of the whole text where HTML is its beginning; else 0
	Body      *Body  // the whole of it, as far as Unfold was asked; else nil
	Tags      Tags
	Media     []*media.Medium
	Poll      *poll.Poll  // nil where it asks nothing
	Card      *media.Card // of the page it links to; nil for none
	Previewed bool        // it came with word of what it links to, which is believed; told on arrival alone

	Rights   account.Rights // what others may do with it; "" is not told
	HereOnly bool           // it stays on this home's pages
	PinnedAt time.Time      // to its author's profile; zero: it is not

	Likes, Boosts, Replies int64
	Liked, Boosted, Kept   bool // by the one who asks

	Hiding *Hiding // hidden from others below a post; filled in within a Thread alone

	PublishedAt time.Time
	EditedAt    time.Time // zero: never
	ArrivedAt   time.Time

	mediaCount int
	polled     bool
	clean      int
}

// Tags are what a text names, as it names them.
type Tags struct {
	Mentions []Mention       `json:"mentions,omitempty"`
	Hashtags []string        `json:"hashtags,omitempty"` // without #, as written
	Emoji    []account.Emoji `json:"emoji,omitempty"`
}

// A Mention is a person named in a text.
type Mention struct {
	AccountID id.ID  `json:"account,omitempty"` // 0 for one we have not met
	Handle    string `json:"handle"`            // name, or name@host
	URI       string `json:"uri"`               // canonical actor id
	URL       string `json:"url"`               // the address in the text
}

// A Boost is a post passed on.
type Boost struct {
	ID         id.ID
	AccountID  id.ID
	PostID     id.ID
	Visibility Visibility
	URI        string
	CreatedAt  time.Time
}

// A Like is a thank-you for a post.
type Like struct {
	ID        id.ID
	AccountID id.ID
	PostID    id.ID
	URI       string
	CreatedAt time.Time
}

// An Item is a line of a stream or profile: a post by itself, or brought by a boost.
type Item struct {
	ID    id.ID // the list pages by it
	Post  *Post
	Boost *Boost           // nil for a post by itself
	By    *account.Account // who boosted it; nil for a post by itself
}

// An Entry names an Item before it is seen.
type Entry struct{ ID, PostID, BoostID id.ID }
