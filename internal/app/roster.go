package app

import (
	"context"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/relationship"
	"allod/internal/roster"
)

// rosterWork is the job that looks for those whom somebody followed elsewhere,
// and follows the chosen, a few at a time.
type rosterWork struct {
	Account id.ID `json:"account"`
}

// Kind names the job.
func (rosterWork) Kind() string { return "app.roster" }

// What one run of the job may do before it makes room for others.
const (
	linesAtOnce = 20
	linesTime   = 40 * time.Second
	lineTime    = 15 * time.Second // for one line, so that what hangs is settled within the run that it hangs in
	linesPause  = time.Second
)

// wantAlong puts the job down.
func (a *App) wantAlong(ctx context.Context, tx *db.Tx, who id.ID) error {
	return a.jobs.Add(ctx, tx, rosterWork{who}, job.Options{})
}

func (a *App) workOnRoster(ctx context.Context, j rosterWork) error {
	me, err := a.accounts.Get(ctx, j.Account)
	if fault.Is(err, fault.NotFound) || err == nil && me.Gone() {
		return nil
	} else if err != nil {
		return err
	}
	lines, err := a.roster.Next(ctx, me.ID, linesAtOnce)
	if err != nil || len(lines) == 0 {
		return err
	}
	for began := a.now(); len(lines) > 0 && a.now().Sub(began) < linesTime; lines = lines[1:] {
		patience, stop := context.WithTimeout(ctx, lineTime)
		to, found := a.alongside(patience, me, lines[0])
		stop()
		if err := a.roster.Settle(ctx, lines[0], to, found); err != nil {
			return err
		}
	}
	return job.Later(linesPause)
}

// alongside does what is to be done about one line and tells how far it has come.
func (a *App) alongside(ctx context.Context, me *account.Account, l roster.Line) (roster.State, id.ID) {
	if l.State == roster.Chosen {
		if _, err := a.ties.Follow(ctx, me.ID, l.Found, relationship.Wishes{Boosts: true}); fault.Is(err, fault.Internal, fault.Unavailable, fault.Timeout, fault.TooMany) {
			return roster.Lost, 0
		} else if err != nil {
			return roster.Feed, 0 // they have blocked each other, or one is gone
		}
		return roster.Followed, l.Found
	}
	lost := false
	for _, at := range whereabouts(l) {
		if ctx.Err() != nil {
			return roster.Lost, 0
		}
		found, err := a.remote.FindByText(ctx, at)
		if err == nil && found.Account != nil && found.Account.ID != me.ID && found.Account.URI != account.HomeURI && !found.Account.Gone() {
			return a.standing(ctx, me.ID, found.Account.ID), found.Account.ID
		}
		lost = lost || fault.Is(err, fault.Unavailable, fault.Timeout, fault.TooMany, fault.Internal)
	}
	if lost {
		return roster.Lost, 0
	}
	return roster.Feed, 0
}

// standing tells whether somebody who was found is followed already.
func (a *App) standing(ctx context.Context, me, them id.ID) roster.State {
	all, err := a.ties.Relations(ctx, me, []id.ID{them})
	if err == nil && (all[them].Following || all[them].Requested) {
		return roster.Followed
	}
	return roster.Person
}

// whereabouts are the addresses at which somebody may be found: their handle,
// their page, and the page that the feeds of many servers lie below.
func whereabouts(l roster.Line) (all []string) {
	add := func(at string) {
		for _, had := range all {
			if had == at {
				return
			}
		}
		if at != "" {
			all = append(all, at)
		}
	}
	add(l.Handle)
	add(l.Page)
	for _, end := range []string{"/feed.atom", "/feed.rss", "/feed.json", ".rss", ".atom"} {
		if page, ok := strings.CutSuffix(l.Feed, end); ok && (strings.Contains(page, "/@") || strings.Contains(page, "/users/")) {
			add(page)
			break
		}
	}
	return all
}
