package site

import (
	"context"
	"sync"
	"time"

	"allod/internal/account"
	"allod/internal/id"
)

// choices remembers for a moment what readers have chosen.
type choices struct {
	now  func() time.Time
	home *time.Location // the zone of who has chosen none

	mu      sync.Mutex
	held    map[id.ID]choice
	changed int // how often something was forgotten
}

// A choice is a preference with its zone at hand.
type choice struct {
	account.Preference
	zone  *time.Location
	until time.Time
}

// How many are remembered, and for how long a change on another node is not seen.
const (
	choicesMax = 10_000
	choiceFor  = 15 * time.Second
)

func (c *choices) of(ctx context.Context, accounts *account.Service, who id.ID) (choice, error) {
	c.mu.Lock()
	held, ok := c.held[who]
	since := c.changed
	c.mu.Unlock()
	if ok && c.now().Before(held.until) {
		return held, nil
	}
	p, err := accounts.Preference(ctx, who)
	if err != nil {
		return choice{}, err
	}
	held = choice{*p, c.home, c.now().Add(choiceFor)}
	if zone, err := time.LoadLocation(p.Zone); err == nil && p.Zone != "" {
		held.zone = zone
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if since == c.changed {
		if len(c.held) >= choicesMax {
			clear(c.held)
		}
		c.held[who] = held
	}
	return held, nil
}

func (c *choices) forget(who id.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changed++
	delete(c.held, who)
}
