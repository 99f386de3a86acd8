package server

// The addresses at which strangers knock, which pages and feeds announce.
const (
	HubPath     = "/websub"
	MentionPath = "/webmention"
	OutsidePath = "/outside"
)
