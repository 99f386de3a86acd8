package mastodon

// A ReadingList is a list of accounts whose statuses are read together.
type ReadingList struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// RepliesPolicy is "followed", "list" or "none".
	RepliesPolicy string `json:"replies_policy"`
	Exclusive     bool   `json:"exclusive"`
}

// A MutedAccount is an account with when its mute ends.
type MutedAccount struct {
	Account
	MuteExpiresAt Time `json:"mute_expires_at"`
}

// A WholeFilter is a filter with its parts.
type WholeFilter struct {
	Filter
	Keywords List[FilterKeyword] `json:"keywords"`
	Statuses List[FilterStatus]  `json:"statuses"`
}

// A FilterKeyword is a word or phrase of a filter.
type FilterKeyword struct {
	ID        string `json:"id"`
	Keyword   string `json:"keyword"`
	WholeWord bool   `json:"whole_word"`
}

// A FilterStatus is a status of a filter.
type FilterStatus struct {
	ID       string `json:"id"`
	StatusID string `json:"status_id"`
}

// A FilterV1 is a filter of one phrase, as the first version of the API has it.
type FilterV1 struct {
	ID           string       `json:"id"`
	Phrase       string       `json:"phrase"`
	Context      List[string] `json:"context"`
	ExpiresAt    Time         `json:"expires_at"`
	Irreversible bool         `json:"irreversible"`
	WholeWord    bool         `json:"whole_word"`
}
