package app

import (
	"context"
	"encoding/json"
	"time"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/server"
)

// noteTime is how long it may take to note what was held back from somebody.
const noteTime = 5 * time.Second

// heldBack notes that one who lives here asked too often, or that somebody
// tried their password too often, for them to read.
func (a *App) heldBack(r server.Refusal) {
	ctx, stop := context.WithTimeout(context.Background(), noteTime)
	defer stop()
	who, kind := r.Account, moderation.Rate
	if r.Name != "" {
		var err error
		if who, err = a.auth.Whose(ctx, r.Name); err != nil {
			a.log.WarnContext(ctx, "a refusal was not noted", "error", err)
			return
		}
		kind = moderation.SignIn
	}
	if err := a.guard.Note(ctx, who, kind, "", r.Until); err != nil {
		a.log.WarnContext(ctx, "a refusal was not noted", "error", err)
	}
}

// refusedPicture notes that a file of somebody was not taken, and why.
func (a *App) refusedPicture(ctx context.Context, owner id.ID, why error) {
	key, args := fault.Message(why)
	subject, err := json.Marshal(moderation.Sentence{Key: key, Args: args})
	if err == nil {
		err = a.guard.Note(ctx, owner, moderation.Picture, string(subject), time.Time{})
	}
	if err != nil {
		a.log.WarnContext(ctx, "a refusal was not noted", "error", err)
	}
}
