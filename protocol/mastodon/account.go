package mastodon

// An Account is a person's profile.
type Account struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	// Acct is the username, with "@host" for people elsewhere.
	Acct string `json:"acct"`
	// URL is the profile page, URI the id of the ActivityPub actor.
	URL         *string `json:"url"`
	URI         string  `json:"uri"`
	DisplayName string  `json:"display_name"`
	// Note is HTML.
	Note string `json:"note"`

	Avatar            string `json:"avatar"`
	AvatarStatic      string `json:"avatar_static"`
	AvatarDescription string `json:"avatar_description"`
	Header            string `json:"header"`
	HeaderStatic      string `json:"header_static"`
	HeaderDescription string `json:"header_description"`

	Locked       bool  `json:"locked"`
	Bot          bool  `json:"bot"`
	Group        bool  `json:"group"`
	Discoverable *bool `json:"discoverable"`
	Indexable    bool  `json:"indexable"`
	// HideCollections is null for people elsewhere.
	HideCollections  *bool `json:"hide_collections"`
	ShowMedia        bool  `json:"show_media"`
	ShowMediaReplies bool  `json:"show_media_replies"`
	ShowFeatured     bool  `json:"show_featured"`

	// CreatedAt is at midnight since 3.4.
	CreatedAt      Time  `json:"created_at"`
	LastStatusAt   Date  `json:"last_status_at"`
	StatusesCount  int64 `json:"statuses_count"`
	FollowersCount int64 `json:"followers_count"`
	FollowingCount int64 `json:"following_count"`

	Emojis          List[CustomEmoji] `json:"emojis"`
	Fields          List[Field]       `json:"fields"`
	FeatureApproval Approval          `json:"feature_approval"`

	// Noindex and Roles are absent for people elsewhere.
	Noindex *bool              `json:"noindex,omitempty"`
	Roles   *List[AccountRole] `json:"roles,omitempty"`
	// Moved is absent unless the person moved; it has no Moved of its own.
	Moved *Account `json:"moved,omitempty"`
	// Memorial, Suspended and Limited are absent unless true.
	Memorial  bool `json:"memorial,omitempty"`
	Suspended bool `json:"suspended,omitempty"`
	Limited   bool `json:"limited,omitempty"`
}

// A Field is one row of a profile.
type Field struct {
	Name string `json:"name"`
	// Value is HTML, or plain text inside a [Source].
	Value      string `json:"value"`
	VerifiedAt Time   `json:"verified_at"`
}

// An AccountRole is a role that a profile shows.
type AccountRole struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Color string `json:"color"`
}

// A CredentialAccount is the account of the one who asks.
type CredentialAccount struct {
	Account
	Source Source `json:"source"`
	Role   Role   `json:"role"`
}

// A Source is the profile as it was typed, and the defaults for new statuses.
type Source struct {
	// Privacy is a default visibility.
	Privacy   string `json:"privacy"`
	Sensitive bool   `json:"sensitive"`
	// Language is an ISO 639-1 code or "".
	Language            string       `json:"language"`
	Note                string       `json:"note"`
	Fields              List[Field]  `json:"fields"`
	FollowRequestsCount int64        `json:"follow_requests_count"`
	HideCollections     *bool        `json:"hide_collections"`
	Discoverable        *bool        `json:"discoverable"`
	Indexable           bool         `json:"indexable"`
	AttributionDomains  List[string] `json:"attribution_domains"`
	// QuotePolicy is "public", "followers" or "nobody".
	QuotePolicy string `json:"quote_policy"`
}

// A Role is what a person may do here.
type Role struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Color string `json:"color"`
	// Permissions is a bit mask in decimal.
	Permissions     string `json:"permissions"`
	Highlighted     bool   `json:"highlighted"`
	CollectionLimit int    `json:"collection_limit"`
}

// A Relationship is how the one who asks stands to another account.
type Relationship struct {
	ID             string `json:"id"`
	Following      bool   `json:"following"`
	ShowingReblogs bool   `json:"showing_reblogs"`
	Notifying      bool   `json:"notifying"`
	// Languages is null if all are followed.
	Languages           []string `json:"languages"`
	FollowedBy          bool     `json:"followed_by"`
	Blocking            bool     `json:"blocking"`
	BlockedBy           bool     `json:"blocked_by"`
	Muting              bool     `json:"muting"`
	MutingNotifications bool     `json:"muting_notifications"`
	MutingExpiresAt     Time     `json:"muting_expires_at"`
	Requested           bool     `json:"requested"`
	RequestedBy         bool     `json:"requested_by"`
	DomainBlocking      bool     `json:"domain_blocking"`
	Endorsed            bool     `json:"endorsed"`
	Note                string   `json:"note"`
}

// An Approval says who may quote a status or feature an account.
type Approval struct {
	// Automatic and Manual hold "public", "followers", "following" or
	// "unsupported_policy".
	Automatic List[string] `json:"automatic"`
	Manual    List[string] `json:"manual"`
	// CurrentUser is "automatic", "manual", "denied", "unknown" or "missing".
	CurrentUser string `json:"current_user"`
}

// A CustomEmoji is a picture that stands for a word between colons.
type CustomEmoji struct {
	Shortcode       string  `json:"shortcode"`
	URL             string  `json:"url"`
	StaticURL       string  `json:"static_url"`
	VisibleInPicker bool    `json:"visible_in_picker"`
	Category        *string `json:"category,omitempty"`
}
