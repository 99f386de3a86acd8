package account

import (
	"context"
	"sync"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// cards keeps accounts as they were read a moment ago, for pages that show
// many posts of few people. What a person or their server changes is dropped
// at once; the counts may be cardTime old.
type cards struct {
	mu  sync.Mutex
	by  map[id.ID]card
	gen int // counts what was dropped
}

type card struct {
	account *Account
	until   time.Time
}

const (
	cardTime = 5 * time.Second
	cardsMax = 5000
)

// Authors are the accounts of ids, by id, for being shown; unknown ones are
// left out. The accounts are shared and must not be changed. Inside an Update
// they are read anew.
func (s *Service) Authors(ctx context.Context, tx *db.Tx, who []id.ID) (map[id.ID]*Account, error) {
	if tx.Writes() {
		return List(ctx, tx, who)
	}
	now := s.now()
	found, missing, gen := s.cards.find(who, now)
	if len(missing) == 0 {
		return found, nil
	}
	read, err := List(ctx, tx, missing)
	if err != nil {
		return nil, err
	}
	s.cards.keep(read, now.Add(cardTime), gen)
	for i, a := range read {
		found[i] = a
	}
	return found, nil
}

// Card is the account of an id, for being shown and for telling who asks: as
// Authors has it. NotFound where it is unknown.
func (s *Service) Card(ctx context.Context, who id.ID) (*Account, error) {
	if found, missing, _ := s.cards.find([]id.ID{who}, s.now()); len(missing) == 0 {
		return found[who], nil
	}
	var found map[id.ID]*Account
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		found, err = s.Authors(ctx, tx, []id.ID{who})
		return err
	})
	if err == nil && found[who] == nil {
		err = notFound(db.ErrNoRows)
	}
	return found[who], err
}

func (c *cards) find(who []id.ID, now time.Time) (found map[id.ID]*Account, missing []id.ID, gen int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found = make(map[id.ID]*Account, len(who))
	for _, i := range who {
		if k, ok := c.by[i]; ok && now.Before(k.until) {
			found[i] = k.account
		} else {
			missing = append(missing, i)
		}
	}
	return found, missing, c.gen
}

// keep takes in what was read, unless something was dropped meanwhile: it may
// have been read before that change.
func (c *cards) keep(read map[id.ID]*Account, until time.Time, gen int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gen != gen {
		return
	}
	if c.by == nil || len(c.by)+len(read) > cardsMax {
		c.by = make(map[id.ID]card, len(read))
	}
	for i, a := range read {
		c.by[i] = card{a, until}
	}
}

func (c *cards) drop(who id.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen++
	delete(c.by, who)
}
