package web

// A Level says who may see a post, in the words the whole program uses.
type Level string

// The levels, from widest to narrowest.
const (
	Public    Level = "public"
	Unlisted  Level = "unlisted"
	Followers Level = "followers"
	Circle    Level = "circle" // people who were chosen, and do not know of one another
	Direct    Level = "direct"
	Self      Level = "self"
)

// levels are all of them, in the order they are offered.
var levels = []Level{Public, Unlisted, Followers, Circle, Direct, Self}

// icon is the drawing of a level.
func (l Level) icon() string {
	switch l {
	case Public:
		return "globe"
	case Unlisted:
		return "link"
	case Followers:
		return "people"
	case Circle:
		return "named"
	case Direct:
		return "named"
	default:
		return "lock"
	}
}

// name is a level in a word or two.
func (f Frame) level(l Level) string {
	switch l {
	case Public:
		return f.T("level.public")
	case Unlisted:
		return f.T("level.unlisted")
	case Followers:
		return f.T("level.followers")
	case Circle:
		return f.T("audience.level")
	case Direct:
		return f.T("level.direct")
	default:
		return f.T("level.self")
	}
}

// choice is a level as the writer chooses it.
func (f Frame) choice(l Level) string {
	switch l {
	case Public:
		return f.T("level.public")
	case Unlisted:
		return f.T("level.unlisted")
	case Followers:
		return f.T("compose.to_followers")
	case Circle:
		return f.T("audience.within")
	case Direct:
		return f.T("compose.to_named")
	default:
		return f.T("level.self")
	}
}

// consequence is what choosing a level means.
func (f Frame) consequence(l Level) string {
	switch l {
	case Public:
		return f.T("compose.public_means")
	case Unlisted:
		return f.T("compose.unlisted_means")
	case Followers:
		return f.T("compose.followers_means")
	case Circle:
		return f.T("audience.within_means")
	case Direct:
		return f.T("compose.direct_means")
	default:
		return f.T("compose.self_means")
	}
}

// send is the verb of the button that publishes at a level.
func (f Frame) send(l Level) string {
	switch l {
	case Public:
		return f.T("compose.post_public")
	case Unlisted:
		return f.T("compose.post_unlisted")
	case Followers:
		return f.T("compose.post_followers")
	case Circle:
		return f.T("audience.post_circle")
	case Direct:
		return f.T("compose.post_direct")
	default:
		return f.T("compose.post_self")
	}
}

// answer is the verb of the button that replies at a level.
func (f Frame) answer(l Level) string {
	switch l {
	case Public:
		return f.T("compose.reply_public")
	case Unlisted:
		return f.T("compose.reply_unlisted")
	case Followers:
		return f.T("compose.reply_followers")
	case Circle:
		return f.T("audience.reply_circle")
	case Direct:
		return f.T("compose.reply_direct")
	default:
		return f.T("compose.reply_self")
	}
}
