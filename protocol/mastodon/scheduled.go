package mastodon

// A ScheduledStatus is a status that is to be posted later.
type ScheduledStatus struct {
	ID               string                `json:"id"`
	ScheduledAt      Time                  `json:"scheduled_at"`
	Params           ScheduledParams       `json:"params"`
	MediaAttachments List[MediaAttachment] `json:"media_attachments"`
}

// ScheduledParams is what a scheduled status is made of.
type ScheduledParams struct {
	Text string         `json:"text"`
	Poll *ScheduledPoll `json:"poll"`
	// MediaIDs is null if there are none.
	MediaIDs    []string `json:"media_ids"`
	Sensitive   bool     `json:"sensitive"`
	SpoilerText *string  `json:"spoiler_text"`
	Visibility  *string  `json:"visibility"`
	InReplyToID *string  `json:"in_reply_to_id"`
	Language    *string  `json:"language"`
	// ScheduledAt is always null: the time is beside the params.
	ScheduledAt   *string `json:"scheduled_at"`
	Idempotency   *string `json:"idempotency"`
	WithRateLimit bool    `json:"with_rate_limit"`
}

// A ScheduledPoll is the poll of a scheduled status.
type ScheduledPoll struct {
	Options    List[string] `json:"options"`
	Multiple   bool         `json:"multiple"`
	HideTotals bool         `json:"hide_totals"`
	// ExpiresIn is in seconds.
	ExpiresIn int64 `json:"expires_in"`
}
