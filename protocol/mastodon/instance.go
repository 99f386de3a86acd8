package mastodon

// An InstanceV2 is the server, as GET /api/v2/instance tells.
type InstanceV2 struct {
	Domain    string `json:"domain"`
	Title     string `json:"title"`
	Version   string `json:"version"`
	SourceURL string `json:"source_url"`
	// Description is plain text.
	Description   string                `json:"description"`
	Usage         InstanceUsage         `json:"usage"`
	Thumbnail     InstanceThumbnail     `json:"thumbnail"`
	Icon          List[InstanceIcon]    `json:"icon"`
	Languages     List[string]          `json:"languages"`
	Configuration InstanceConfiguration `json:"configuration"`
	Registrations InstanceRegistrations `json:"registrations"`
	// APIVersions maps "mastodon" to the level of the API that is offered.
	APIVersions map[string]int `json:"api_versions"`
	// Wrapstodon is the year of a running annual report.
	Wrapstodon *string         `json:"wrapstodon"`
	Contact    InstanceContact `json:"contact"`
	Rules      List[Rule]      `json:"rules"`
}

// An InstanceUsage says how many people were there within four weeks.
type InstanceUsage struct {
	Users struct {
		ActiveMonth int64 `json:"active_month"`
	} `json:"users"`
}

// An InstanceThumbnail is a picture of the server.
type InstanceThumbnail struct {
	URL         string `json:"url"`
	Description string `json:"description,omitempty"`
	Blurhash    string `json:"blurhash,omitempty"`
	// Versions maps "@1x" and "@2x" to addresses.
	Versions map[string]string `json:"versions,omitempty"`
}

// An InstanceIcon is an icon of one size, such as "48x48".
type InstanceIcon struct {
	Src  string `json:"src"`
	Size string `json:"size"`
}

// An InstanceConfiguration tells the limits that programs should keep.
type InstanceConfiguration struct {
	URLs              InstanceURLs            `json:"urls"`
	Vapid             InstanceVapid           `json:"vapid"`
	Accounts          InstanceAccountLimits   `json:"accounts"`
	Statuses          InstanceStatusLimits    `json:"statuses"`
	MediaAttachments  InstanceMediaLimits     `json:"media_attachments"`
	Polls             InstancePollLimits      `json:"polls"`
	Translation       InstanceTranslation     `json:"translation"`
	TimelinesAccess   InstanceTimelinesAccess `json:"timelines_access"`
	LimitedFederation bool                    `json:"limited_federation"`
}

// InstanceURLs are pages and endpoints of the server.
type InstanceURLs struct {
	Streaming      string  `json:"streaming"`
	Status         *string `json:"status"`
	About          string  `json:"about"`
	PrivacyPolicy  *string `json:"privacy_policy"`
	TermsOfService *string `json:"terms_of_service"`
}

// An InstanceVapid is the server's key for Web Push (RFC 8292).
type InstanceVapid struct {
	PublicKey string `json:"public_key"`
}

// InstanceAccountLimits are limits of profiles, in characters and numbers.
type InstanceAccountLimits struct {
	MaxDisplayNameLength       int `json:"max_display_name_length"`
	MaxNoteLength              int `json:"max_note_length"`
	MaxAvatarDescriptionLength int `json:"max_avatar_description_length"`
	MaxHeaderDescriptionLength int `json:"max_header_description_length"`
	MaxFeaturedTags            int `json:"max_featured_tags"`
	MaxPinnedStatuses          int `json:"max_pinned_statuses"`
	MaxProfileFields           int `json:"max_profile_fields"`
	ProfileFieldNameLimit      int `json:"profile_field_name_limit"`
	ProfileFieldValueLimit     int `json:"profile_field_value_limit"`
}

// InstanceStatusLimits are limits of statuses, in characters and numbers.
type InstanceStatusLimits struct {
	MaxCharacters            int `json:"max_characters"`
	MaxMediaAttachments      int `json:"max_media_attachments"`
	CharactersReservedPerURL int `json:"characters_reserved_per_url"`
}

// InstanceMediaLimits are limits of uploads: sizes in bytes, matrices in
// pixels, the frame rate per second.
type InstanceMediaLimits struct {
	SupportedMIMETypes  List[string] `json:"supported_mime_types"`
	DescriptionLimit    int          `json:"description_limit"`
	ImageSizeLimit      int64        `json:"image_size_limit"`
	ImageMatrixLimit    int64        `json:"image_matrix_limit"`
	VideoSizeLimit      int64        `json:"video_size_limit"`
	VideoFrameRateLimit int          `json:"video_frame_rate_limit"`
	VideoMatrixLimit    int64        `json:"video_matrix_limit"`
}

// InstancePollLimits are limits of polls; expirations are in seconds.
type InstancePollLimits struct {
	MaxOptions             int `json:"max_options"`
	MaxCharactersPerOption int `json:"max_characters_per_option"`
	MinExpiration          int `json:"min_expiration"`
	MaxExpiration          int `json:"max_expiration"`
}

// InstanceTranslation says whether statuses can be translated.
type InstanceTranslation struct {
	Enabled bool `json:"enabled"`
}

// InstanceTimelinesAccess says who may read which timelines.
type InstanceTimelinesAccess struct {
	LiveFeeds         InstanceFeedAccess `json:"live_feeds"`
	HashtagFeeds      InstanceFeedAccess `json:"hashtag_feeds"`
	TrendingLinkFeeds InstanceFeedAccess `json:"trending_link_feeds"`
}

// An InstanceFeedAccess is "public", "authenticated" or "disabled" for
// statuses from here and from elsewhere.
type InstanceFeedAccess struct {
	Local  string `json:"local"`
	Remote string `json:"remote"`
}

// InstanceRegistrations says whether and how one may join.
type InstanceRegistrations struct {
	Enabled          bool    `json:"enabled"`
	ApprovalRequired bool    `json:"approval_required"`
	ReasonRequired   *bool   `json:"reason_required"`
	Message          *string `json:"message"`
	MinAge           *int    `json:"min_age"`
	URL              *string `json:"url"`
}

// An InstanceContact is who answers for the server.
type InstanceContact struct {
	Email   string   `json:"email"`
	Account *Account `json:"account"`
}

// A Rule is a rule of the server.
type Rule struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Hint string `json:"hint"`
	// Translations are by language; absent if there are none.
	Translations map[string]RuleTranslation `json:"translations,omitempty"`
}

// A RuleTranslation is a [Rule] in another language.
type RuleTranslation struct {
	Text string `json:"text"`
	Hint string `json:"hint"`
}

// An InstanceV1 is the server, as GET /api/v1/instance tells.
type InstanceV1 struct {
	// URI is the domain.
	URI              string                  `json:"uri"`
	Title            string                  `json:"title"`
	ShortDescription string                  `json:"short_description"`
	Description      string                  `json:"description"`
	Email            string                  `json:"email"`
	Version          string                  `json:"version"`
	URLs             InstanceV1URLs          `json:"urls"`
	Stats            InstanceV1Stats         `json:"stats"`
	Thumbnail        *string                 `json:"thumbnail"`
	Languages        List[string]            `json:"languages"`
	Registrations    bool                    `json:"registrations"`
	ApprovalRequired bool                    `json:"approval_required"`
	InvitesEnabled   bool                    `json:"invites_enabled"`
	Configuration    InstanceV1Configuration `json:"configuration"`
	ContactAccount   *Account                `json:"contact_account"`
	Rules            List[Rule]              `json:"rules"`
}

// InstanceV1URLs are endpoints of the server.
type InstanceV1URLs struct {
	StreamingAPI string `json:"streaming_api"`
}

// InstanceV1Stats are numbers of what is stored there.
type InstanceV1Stats struct {
	UserCount   int64 `json:"user_count"`
	StatusCount int64 `json:"status_count"`
	DomainCount int64 `json:"domain_count"`
}

// An InstanceV1Configuration tells the limits that programs should keep.
type InstanceV1Configuration struct {
	Accounts         InstanceV1AccountLimits `json:"accounts"`
	Statuses         InstanceStatusLimits    `json:"statuses"`
	MediaAttachments InstanceV1MediaLimits   `json:"media_attachments"`
	Polls            InstancePollLimits      `json:"polls"`
}

// InstanceV1AccountLimits are limits of profiles.
type InstanceV1AccountLimits struct {
	MaxFeaturedTags int `json:"max_featured_tags"`
}

// InstanceV1MediaLimits are the limits of uploads that version 1 knows.
type InstanceV1MediaLimits struct {
	SupportedMIMETypes  List[string] `json:"supported_mime_types"`
	ImageSizeLimit      int64        `json:"image_size_limit"`
	ImageMatrixLimit    int64        `json:"image_matrix_limit"`
	VideoSizeLimit      int64        `json:"video_size_limit"`
	VideoFrameRateLimit int          `json:"video_frame_rate_limit"`
	VideoMatrixLimit    int64        `json:"video_matrix_limit"`
}
