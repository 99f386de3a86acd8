package mastodon

// The values of a status's visibility.
const (
	VisibilityPublic   = "public"
	VisibilityUnlisted = "unlisted"
	VisibilityPrivate  = "private" // followers and those mentioned
	VisibilityDirect   = "direct"  // those mentioned
)

// A Status is a post.
type Status struct {
	ID                 string  `json:"id"`
	CreatedAt          Time    `json:"created_at"`
	InReplyToID        *string `json:"in_reply_to_id"`
	InReplyToAccountID *string `json:"in_reply_to_account_id"`
	Sensitive          bool    `json:"sensitive"`
	// SpoilerText is the content warning.
	SpoilerText string  `json:"spoiler_text"`
	Visibility  string  `json:"visibility"`
	Language    *string `json:"language"`
	URI         string  `json:"uri"`
	URL         *string `json:"url"`

	RepliesCount    int64 `json:"replies_count"`
	ReblogsCount    int64 `json:"reblogs_count"`
	FavouritesCount int64 `json:"favourites_count"`
	QuotesCount     int64 `json:"quotes_count"`

	EditedAt Time `json:"edited_at"`
	// Content is HTML.
	Content string  `json:"content"`
	Reblog  *Status `json:"reblog"`
	// Application is absent if the author does not show it.
	Application *StatusApplication `json:"application,omitempty"`
	Account     Account            `json:"account"`

	MediaAttachments  List[MediaAttachment] `json:"media_attachments"`
	Mentions          List[Mention]         `json:"mentions"`
	Tags              List[StatusTag]       `json:"tags"`
	Emojis            List[CustomEmoji]     `json:"emojis"`
	TaggedCollections List[Collection]      `json:"tagged_collections"`

	Card          *PreviewCard `json:"card"`
	Poll          *Poll        `json:"poll"`
	Quote         *Quote       `json:"quote"`
	QuoteApproval Approval     `json:"quote_approval"`

	// StatusViewer is nil, and its fields absent, when nobody is signed in.
	*StatusViewer
}

// A StatusViewer is how the one who asks stands to a status.
type StatusViewer struct {
	Favourited bool `json:"favourited"`
	Reblogged  bool `json:"reblogged"`
	Muted      bool `json:"muted"`
	Bookmarked bool `json:"bookmarked"`
	// Pinned is absent unless the status is theirs and can be pinned.
	Pinned   *bool              `json:"pinned,omitempty"`
	Filtered List[FilterResult] `json:"filtered"`
}

// A DeletedStatus is a status that was just deleted, with the text that was
// typed instead of its content.
type DeletedStatus struct {
	Status
	// Content hides that of the status.
	Content *string `json:"content,omitempty"`
	Text    string  `json:"text"`
}

// A StatusEdit is what a status said from a moment on.
type StatusEdit struct {
	Content          string                `json:"content"`
	SpoilerText      string                `json:"spoiler_text"`
	Sensitive        bool                  `json:"sensitive"`
	CreatedAt        Time                  `json:"created_at"`
	Account          Account               `json:"account"`
	MediaAttachments List[MediaAttachment] `json:"media_attachments"`
	Emojis           List[CustomEmoji]     `json:"emojis"`
}

// A StatusApplication is the program that a status was posted with.
type StatusApplication struct {
	Name    string  `json:"name"`
	Website *string `json:"website"`
}

// A Mention is a person named in a status.
type Mention struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	URL      string `json:"url"`
	Acct     string `json:"acct"`
}

// A StatusTag is a hashtag used in a status.
type StatusTag struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// A Quote is the status that a status quotes.
type Quote struct {
	// State is "pending", "accepted", "rejected", "revoked", "deleted",
	// "unauthorized", "blocked_account", "blocked_domain" or "muted_account".
	State        string  `json:"state"`
	QuotedStatus *Status `json:"quoted_status"`
}

// A Context is the conversation around a status.
type Context struct {
	Ancestors   List[Status] `json:"ancestors"`
	Descendants List[Status] `json:"descendants"`
}

// A Poll is a question of a status.
type Poll struct {
	ID        string `json:"id"`
	ExpiresAt Time   `json:"expires_at"`
	Expired   bool   `json:"expired"`
	Multiple  bool   `json:"multiple"`
	// VotersCount is null unless several options may be chosen.
	VotesCount  int64             `json:"votes_count"`
	VotersCount *int64            `json:"voters_count"`
	Options     List[PollOption]  `json:"options"`
	Emojis      List[CustomEmoji] `json:"emojis"`

	// PollViewer is nil, and its fields absent, when nobody is signed in.
	*PollViewer
}

// A PollOption is one choice of a [Poll].
type PollOption struct {
	Title string `json:"title"`
	// VotesCount is null if results are not published yet.
	VotesCount *int64 `json:"votes_count"`
}

// A PollViewer is how the one who asks has voted.
type PollViewer struct {
	Voted bool `json:"voted"`
	// OwnVotes are indexes of options.
	OwnVotes List[int] `json:"own_votes"`
}

// A PreviewCard is what is known of a page that a status links to.
type PreviewCard struct {
	URL         string  `json:"url"`
	Title       string  `json:"title"`
	Description string  `json:"description"`
	Language    *string `json:"language"`
	// Type is "link", "photo", "video" or "rich".
	Type         string `json:"type"`
	AuthorName   string `json:"author_name"`
	AuthorURL    string `json:"author_url"`
	ProviderName string `json:"provider_name"`
	ProviderURL  string `json:"provider_url"`
	// HTML is for the types video and rich.
	HTML             string                  `json:"html"`
	Width            int                     `json:"width"`
	Height           int                     `json:"height"`
	Image            *string                 `json:"image"`
	ImageDescription string                  `json:"image_description"`
	EmbedURL         string                  `json:"embed_url"`
	Blurhash         *string                 `json:"blurhash"`
	PublishedAt      Time                    `json:"published_at"`
	Authors          List[PreviewCardAuthor] `json:"authors"`
	// MissingAttribution is whether the one who asks is named as the author
	// without having confirmed it; absent when nobody is signed in.
	MissingAttribution *bool `json:"missing_attribution,omitempty"`
}

// A PreviewCardAuthor is who wrote the page.
type PreviewCardAuthor struct {
	Name    string   `json:"name"`
	URL     string   `json:"url"`
	Account *Account `json:"account"`
}

// A FilterResult is why a status is filtered.
type FilterResult struct {
	Filter Filter `json:"filter"`
	// KeywordMatches and StatusMatches are null if there are none.
	KeywordMatches []string `json:"keyword_matches"`
	StatusMatches  []string `json:"status_matches"`
}

// A Filter is a rule of a person about what to hide.
type Filter struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Context holds "home", "notifications", "public", "thread", "account".
	Context   List[string] `json:"context"`
	ExpiresAt Time         `json:"expires_at"`
	// FilterAction is "warn", "hide" or "blur".
	FilterAction string `json:"filter_action"`
}

// A Collection is a list of accounts that someone recommends.
type Collection struct {
	ID           string               `json:"id"`
	AccountID    string               `json:"account_id"`
	URI          string               `json:"uri"`
	URL          *string              `json:"url"`
	Name         string               `json:"name"`
	Description  string               `json:"description"`
	Language     *string              `json:"language"`
	Local        bool                 `json:"local"`
	Sensitive    bool                 `json:"sensitive"`
	Discoverable bool                 `json:"discoverable"`
	Tag          *StatusTag           `json:"tag"`
	ItemCount    int64                `json:"item_count"`
	Items        List[CollectionItem] `json:"items"`
	CreatedAt    Time                 `json:"created_at"`
	UpdatedAt    Time                 `json:"updated_at"`
}

// A CollectionItem is one account of a [Collection].
type CollectionItem struct {
	ID        string  `json:"id"`
	AccountID *string `json:"account_id"`
	// State is "pending" or "accepted".
	State     string `json:"state"`
	CreatedAt Time   `json:"created_at"`
}
