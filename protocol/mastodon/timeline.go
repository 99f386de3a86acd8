package mastodon

// The types of notifications.
const (
	NotificationMention       = "mention"
	NotificationStatus        = "status"
	NotificationReblog        = "reblog"
	NotificationFollow        = "follow"
	NotificationFollowRequest = "follow_request"
	NotificationFavourite     = "favourite"
	NotificationPoll          = "poll"
	NotificationUpdate        = "update"
	NotificationQuote         = "quote"
	NotificationQuotedUpdate  = "quoted_update"
)

// A Notification tells of something that someone did.
type Notification struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	// GroupKey is shared by similar notifications; "ungrouped-" and the id if
	// there are none.
	GroupKey  string  `json:"group_key"`
	CreatedAt Time    `json:"created_at"`
	Account   Account `json:"account"`
	// Status is absent for the types that have none, such as follow.
	Status *Status `json:"status,omitempty"`
}

// A Search is what was found.
type Search struct {
	Accounts List[Account] `json:"accounts"`
	Statuses List[Status]  `json:"statuses"`
	Hashtags List[Tag]     `json:"hashtags"`
}

// A Tag is a hashtag with its use over the last days.
type Tag struct {
	ID      string           `json:"id"`
	Name    string           `json:"name"`
	URL     string           `json:"url"`
	History List[TagHistory] `json:"history"`
	// Following and Featuring are absent when nobody is signed in.
	Following *bool `json:"following,omitempty"`
	Featuring *bool `json:"featuring,omitempty"`
}

// A TagHistory is the use of a hashtag on one day. All values are decimal
// numbers in strings; Day is the Unix time of its midnight.
type TagHistory struct {
	Day      string `json:"day"`
	Uses     string `json:"uses"`
	Accounts string `json:"accounts"`
}
