package post

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

// Spoken is what was said in a post, for a search that shows nothing of it but through See.
type Spoken struct {
	ID, AuthorID   id.ID
	Local          bool
	Kind           string
	Visibility     Visibility
	Language       string
	Title, Warning string
	HTML           string // the whole of it, not sanitized again
	Hashtags       []string
	Pictured       bool // media hang on it
}

// Words are the posts of ids as they were said, whoever asks, in no order.
func Words(ctx context.Context, tx *db.Tx, ids []id.ID) ([]*Spoken, error) {
	return spoken(ctx, tx, ids)
}
