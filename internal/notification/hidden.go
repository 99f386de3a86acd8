package notification

import (
	"context"
	"slices"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/moderation"
	"allod/internal/post"
	"allod/internal/relationship"
)

// hidden is why somebody is not told of what they would have been: they mute
// whom it is from, have blocked that one's server, or do not want to be told
// of the conversation. It is kept all the same.
func (s *Service) hidden(ctx context.Context, tx *db.Tx, n *Notification) (moderation.Why, error) {
	from, err := account.Get(ctx, tx, n.FromID)
	if err != nil {
		return "", err
	}
	shunning, err := relationship.Shunning(ctx, tx, []id.ID{n.AccountID}, []id.ID{n.FromID}, from.Host, s.now())
	if err != nil {
		return "", err
	}
	switch why := shunning[n.AccountID]; {
	case n.FromID == n.AccountID:
	case why.Host:
		return moderation.ByHost, nil
	case why.Notifications:
		return moderation.ByMute, nil
	}
	return mutedThread(ctx, tx, n)
}

// mutedThread is that somebody does not want to be told of the conversation
// that a notification is about. What they asked for themselves, and what the
// owner of a post did with words of theirs, they are told all the same.
func mutedThread(ctx context.Context, tx *db.Tx, n *Notification) (moderation.Why, error) {
	switch n.Kind {
	case Mention, Like, Boost, Update, Comment:
	default:
		return "", nil
	}
	thread, err := post.ThreadOf(ctx, tx, n.PostID)
	if err != nil {
		return "", err
	}
	muters, err := moderation.ThreadMuters(ctx, tx, thread)
	for _, who := range muters {
		if who == n.AccountID {
			return moderation.ByThread, nil
		}
	}
	return "", err
}

// Regarded tells a person again what they were not told, where nothing keeps
// it from them any longer.
func (s *Service) Regarded(ctx context.Context, tx *db.Tx, f relationship.Regarded) error {
	all, err := list(ctx, tx, f.Who, nil, true, id.Page{Limit: ListMax})
	if err != nil {
		return err
	}
	for _, n := range all {
		if n.Hidden == moderation.ByThread {
			continue
		}
		why, err := s.hidden(ctx, tx, n)
		if err != nil {
			return err
		}
		if why != n.Hidden {
			if err := setHidden(ctx, tx, n.ID, string(why)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Covers are the reasons for which their reader's filters keep the words of a
// notification from them. It is one decision for the page, the apps and what is sent to browsers.
func (n *Notification) Covers(veil *moderation.Veil, text *markup.Engine) []moderation.Cover {
	if n.Post == nil || veil.Bare() {
		return nil
	}
	var out []moderation.Cover
	for _, c := range veil.Over(n.AccountID, moderation.Notifications, n.Post.Subject(text)) {
		if c.Why == moderation.ByFilter { // mutes were looked at when it was made: they may leave notifications out
			out = append(out, c)
		}
	}
	return out
}

// Folded reports whether covers keep its words from sight, and not its pictures alone.
func Folded(covers []moderation.Cover) bool {
	return slices.ContainsFunc(covers, func(c moderation.Cover) bool { return c.Action != moderation.Blur })
}

// Unseen reports whether covers leave a notification out.
func Unseen(covers []moderation.Cover) bool { return moderation.Hidden(covers) != nil }
