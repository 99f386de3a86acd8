package moderation

import (
	"context"
	"slices"
	"sync"
	"time"

	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/relationship"
)

// A Veil is all that one person does not want to see, ready to be held against
// posts. It does not change.
type Veil struct {
	regard  *relationship.Regard
	filters []compiled
	threads map[id.ID]bool
	hosts   map[string]HostPolicy // of the home, for everybody
	until   time.Time
}

// A compiled filter has its words folded.
type compiled struct {
	*Filter
	words []word
	posts map[id.ID]bool
}

type word struct {
	folded, typed string
	grams         []uint32
	whole         bool
}

func wordOf(k Keyword) word {
	folded := fold(k.Text)
	return word{folded: folded, typed: k.Text, grams: gramsOf(folded), whole: k.Whole}
}

// A text is one of a post, ready to be searched.
type text struct {
	folded string
	sieve  *sieve
}

func textsOf(all []string) []text {
	out := []text{}
	for _, t := range all {
		if folded := fold(t); folded != "" {
			out = append(out, text{folded, sieveOf(folded)})
		}
	}
	return out
}

func (w *word) in(texts []text) bool {
	return slices.ContainsFunc(texts, func(t text) bool { return t.sieve.may(w.grams) && contains(t.folded, w.folded, w.whole) })
}

// A Subject is a post as a veil is held against it, perhaps passed on by another.
type Subject struct {
	Author, By id.ID // By is 0 where nobody passed it on
	Host       string
	ByHost     string
	Post       id.ID
	Words      func() []string // all its texts, asked for only where they matter
}

// Why is what keeps something from sight.
type Why string

// The reasons.
const (
	ByMute   Why = "mute"   // of its author or of who passed it on
	ByHost   Why = "host"   // a block of their whole server
	ByQuiet  Why = "boosts" // it was passed on by one whose passing on is not wanted
	ByList   Why = "list"   // its author is on a list that is read apart
	ByFilter Why = "filter"
	ByHome   Why = "home"   // the home is quiet about the server
	ByThread Why = "thread" // of a conversation one does not want to be told of
)

// A Cover is one reason why a post is not, or not openly, shown.
type Cover struct {
	Why      Why
	Action   Action
	Who      id.ID              // who is muted, or comes from a blocked server
	Host     string             // the server that is blocked
	Until    time.Time          // when it ends by itself, zero if it does not
	Since    time.Time          // zero where it is not known
	List     *relationship.List // for ByList
	Filter   *Filter            // for ByFilter
	Keywords []string           // of it, as typed, that the post holds
	Named    bool               // it is a post that the filter names
}

// Bare reports whether a veil hides nothing at all.
func (v *Veil) Bare() bool {
	return v == nil || len(v.filters) == 0 && len(v.hosts) == 0 && len(v.regard.Mutes) == 0 && len(v.regard.Quiet) == 0 && len(v.regard.Hosts) == 0 && len(v.regard.Apart) == 0
}

// Over are the reasons that cover a post at a place, the strongest first; none
// where it is openly shown. What is one's own is never covered.
func (v *Veil) Over(me id.ID, at Place, s Subject) []Cover {
	if v.Bare() || s.Author == me && (s.By == 0 || s.By == me) {
		return nil
	}
	var out []Cover
	if c, ok := v.regarded(at, s); ok {
		out = append(out, c)
	}
	if s.Author != me {
		out = append(out, v.filtered(at, s)...)
	}
	slices.SortStableFunc(out, func(a, b Cover) int { return weight(b.Action) - weight(a.Action) })
	return out
}

func weight(a Action) int {
	switch a {
	case Hide:
		return 2
	case Warn:
		return 1
	case Blur:
	}
	return 0
}

// regarded is the reason that lies in whose post it is. On somebody's own page
// nothing of theirs is hidden: who goes there wants to see it.
func (v *Veil) regarded(at Place, s Subject) (Cover, bool) {
	if at == Profile {
		return Cover{}, false
	}
	for _, who := range [...]id.ID{s.Author, s.By} {
		if m, ok := v.regard.Mutes[who]; ok && who != 0 {
			return Cover{Why: ByMute, Action: Hide, Who: who, Until: m.Until, Since: m.CreatedAt}, true
		}
	}
	for i, host := range [...]string{s.Host, s.ByHost} {
		if h, ok := v.regard.HostBlockOf(host); ok && host != "" {
			return Cover{Why: ByHost, Action: Hide, Who: [...]id.ID{s.Author, s.By}[i], Host: h.Host, Since: h.CreatedAt}, true
		}
	}
	if at == Public {
		return v.quieted(s)
	}
	if at != Home {
		return Cover{}, false
	}
	if s.By != 0 && v.regard.Quiet[s.By] {
		return Cover{Why: ByQuiet, Action: Hide, Who: s.By}, true
	}
	brought := s.Author
	if s.By != 0 {
		brought = s.By
	}
	if l := v.regard.Apart[brought]; l != nil {
		return Cover{Why: ByList, Action: Hide, Who: brought, List: l, Since: l.CreatedAt}, true
	}
	return Cover{}, false
}

// quieted is the policy of the home on a post's server: lists of what
// everybody says leave it out, and who follows its author sees it still.
func (v *Veil) quieted(s Subject) (Cover, bool) {
	if len(v.hosts) == 0 || s.Host == "" {
		return Cover{}, false
	}
	for _, h := range relationship.Above(s.Host) {
		if p, ok := v.hosts[h]; ok {
			return Cover{Why: ByHome, Action: Hide, Who: s.Author, Host: p.Host, Since: p.Since}, true
		}
	}
	return Cover{}, false
}

func (v *Veil) filtered(at Place, s Subject) (out []Cover) {
	var texts []text
	for i := range v.filters {
		f := &v.filters[i]
		if at != "" && !f.At(at) {
			continue
		}
		c := Cover{Why: ByFilter, Action: f.Action, Filter: f.Filter, Until: f.Until, Since: f.CreatedAt, Named: f.posts[s.Post]}
		if texts == nil && len(f.words) > 0 {
			texts = textsOf(s.Words()) // once
		}
		for _, w := range f.words {
			if w.in(texts) {
				c.Keywords = append(c.Keywords, w.typed)
			}
		}
		if c.Named || len(c.Keywords) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// Matches are the filters that a post meets wherever it stands, for programs that know the places themselves.
func (v *Veil) Matches(me id.ID, s Subject) []Cover {
	if v == nil || len(v.filters) == 0 || s.Author == me {
		return nil
	}
	return v.filtered("", s)
}

// ThreadMuted reports whether one does not want to be told of a conversation.
func (v *Veil) ThreadMuted(thread id.ID) bool { return v != nil && v.threads[thread] }

// Hidden is the reason among covers to leave a post out, nil if it is shown.
func Hidden(covers []Cover) *Cover {
	if len(covers) > 0 && covers[0].Action == Hide {
		return &covers[0]
	}
	return nil
}

// veils remembers the veils of people for a moment.
type veils struct {
	mu      sync.Mutex
	held    map[id.ID]*Veil
	changed int // how often something was forgotten
}

// How many are remembered, and for how long a change on another node is not seen.
const (
	veilsMax = 10_000
	veilFor  = 15 * time.Second
)

// Veil is what a person does not want to see; nil for a stranger.
func (s *Service) Veil(ctx context.Context, who id.ID) (*Veil, error) {
	if who == 0 {
		return nil, nil
	}
	s.veils.mu.Lock()
	v, since := s.veils.held[who], s.veils.changed
	s.veils.mu.Unlock()
	if v != nil && s.now().Before(v.until) {
		return v, nil
	}
	v, err := s.weave(ctx, who)
	if err != nil {
		return nil, err
	}
	s.veils.mu.Lock()
	defer s.veils.mu.Unlock()
	if since == s.veils.changed {
		if len(s.veils.held) >= veilsMax {
			clear(s.veils.held)
		}
		s.veils.held[who] = v
	}
	return v, nil
}

// weave reads what a person does not want to see and makes it ready.
func (s *Service) weave(ctx context.Context, who id.ID) (*Veil, error) {
	now := s.now()
	v := &Veil{threads: map[id.ID]bool{}, until: now.Add(veilFor)}
	var filters []*Filter
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if v.regard, err = relationship.RegardOf(ctx, tx, who, now); err != nil {
			return err
		}
		if filters, err = filtersOf(ctx, tx, who); err != nil {
			return err
		}
		threads, err := threadsOf(ctx, tx, who, threadsMax)
		for _, t := range threads {
			v.threads[t] = true
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if _, _, err := s.Policy(ctx, "any.invalid"); err != nil { // has them at hand
		return nil, err
	}
	s.hosts.mu.RLock()
	v.hosts = s.hosts.by
	s.hosts.mu.RUnlock()
	v.ends(v.regard.Ending)
	for _, f := range filters {
		if !f.Active(now) {
			continue
		}
		v.ends(f.Until)
		c := compiled{Filter: f, posts: map[id.ID]bool{}}
		for _, k := range f.Keywords {
			c.words = append(c.words, wordOf(k))
		}
		for _, p := range f.Posts {
			c.posts[p.Post] = true
		}
		v.filters = append(v.filters, c)
	}
	return v, nil
}

// ends has a veil be read anew when something of it ends.
func (v *Veil) ends(at time.Time) {
	if !at.IsZero() && at.Before(v.until) {
		v.until = at
	}
}

// threadsMax is how many conversations of one person are kept quiet.
const threadsMax = 5000

func (s *Service) forget(who id.ID) {
	s.veils.mu.Lock()
	defer s.veils.mu.Unlock()
	s.veils.changed++
	delete(s.veils.held, who)
}
