package relationship

import (
	"context"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A Mute keeps what another says and passes on out of one's sight. They are not told.
type Mute struct {
	ID            id.ID
	By, Of        id.ID
	Notifications bool      // what they do is not told either
	Until         time.Time // zero: until it is taken back
	CreatedAt     time.Time
}

// Active reports whether a mute still holds.
func (m Mute) Active(now time.Time) bool { return m.Until.IsZero() || now.Before(m.Until) }

// MuteLongest is the longest that a mute may be told to last.
const MuteLongest = 10 * 365 * 24 * time.Hour

// Mute has me see no more of them, for a while or, where that is 0, until I
// take it back. Muting again changes how. Invalid for oneself.
func (s *Service) Mute(ctx context.Context, me, them id.ID, notifications bool, lasting time.Duration) error {
	if me == them {
		return fault.New(fault.Invalid, "fault.mute.self")
	}
	if lasting < 0 || lasting > MuteLongest {
		return fault.New(fault.Invalid, "fault.audience.duration").In("duration")
	}
	m := Mute{ID: s.ids.Next(), By: me, Of: them, Notifications: notifications, CreatedAt: s.now()}
	if lasting > 0 {
		m.Until = m.CreatedAt.Add(lasting)
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := account.Get(ctx, tx, them); err != nil {
			return err
		}
		if err := putMute(ctx, tx, &m); err != nil {
			return err
		}
		return s.Regarded.Record(ctx, tx, Regarded{me})
	})
}

// Unmute has me see them again. Nothing to end is no error.
func (s *Service) Unmute(ctx context.Context, me, them id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := deleteMute(ctx, tx, me, them); err != nil {
			return err
		}
		return s.Regarded.Record(ctx, tx, Regarded{me})
	})
}

// A Muted is a mute with whom it is of.
type Muted struct {
	Mute
	Account *account.Account
}

// Mutes are those whom who has muted and still does, the newest mute first.
func (s *Service) Mutes(ctx context.Context, who id.ID, p id.Page) (out []Muted, err error) {
	p = p.Bounded(40, ListMax)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := mutesBy(ctx, tx, who, s.now(), p)
		if err != nil {
			return err
		}
		ids := make([]id.ID, len(all))
		for i, m := range all {
			ids[i] = m.Of
		}
		people, err := account.List(ctx, tx, ids)
		for _, m := range all {
			if a := people[m.Of]; a != nil {
				out = append(out, Muted{m, a})
			}
		}
		return err
	})
	return out, err
}

// A HostBlock keeps a whole server out of one's sight.
type HostBlock struct {
	ID        id.ID
	By        id.ID
	Host      string // in normal form
	CreatedAt time.Time
}

// HostBlocksMax is how many servers one may block.
const HostBlocksMax = 10_000

// BlockHost has me see nothing from a server, nor be followed from there:
// those who do are let go. Invalid for what names none, or this home.
func (s *Service) BlockHost(ctx context.Context, me id.ID, host string) error {
	host, err := address.Host(host)
	if err != nil || host == "" {
		return fault.New(fault.Invalid, "fault.host.name").In("domain")
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := countHostBlocks(ctx, tx, me)
		if err != nil {
			return err
		}
		if n >= HostBlocksMax {
			return fault.New(fault.Invalid, "fault.host.many", "max", HostBlocksMax).In("domain")
		}
		if err := putHostBlock(ctx, tx, &HostBlock{ID: s.ids.Next(), By: me, Host: host, CreatedAt: s.now()}); err != nil {
			return err
		}
		followers, err := followersFrom(ctx, tx, me, host)
		if err != nil {
			return err
		}
		for _, f := range followers {
			if err := s.TakeReject(ctx, tx, f, me); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		return s.Regarded.Record(ctx, tx, Regarded{me})
	})
}

// UnblockHost ends a block of a server. Nothing to end is no error.
func (s *Service) UnblockHost(ctx context.Context, me id.ID, host string) error {
	host, err := address.Host(host)
	if err != nil {
		return fault.New(fault.Invalid, "fault.host.name").In("domain")
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := deleteHostBlock(ctx, tx, me, host); err != nil {
			return err
		}
		return s.Regarded.Record(ctx, tx, Regarded{me})
	})
}

// HostBlocks are the servers that who has blocked, the newest first.
func (s *Service) HostBlocks(ctx context.Context, who id.ID, p id.Page) (out []HostBlock, err error) {
	p = p.Bounded(100, 200)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = hostBlocksBy(ctx, tx, who, p)
		return err
	})
	return out, err
}

// Quiet are those whom who follows without wanting to see what they pass on.
func (s *Service) Quiet(ctx context.Context, who id.ID) (out []*account.Account, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		ids, err := quietFollows(ctx, tx, who)
		if err != nil {
			return err
		}
		out, err = inOrder(ctx, tx, ids)
		return err
	})
	return out, err
}

// A Regard is whom and what one person does not want to see, and why.
type Regard struct {
	Mutes  map[id.ID]Mute
	Quiet  map[id.ID]bool // followed, and not to see what they pass on
	Hosts  map[string]HostBlock
	Apart  map[id.ID]*List // people of lists that are read apart
	Ending time.Time       // when the first mute ends, zero if none does
}

// RegardOf reads the regard of one person.
func RegardOf(ctx context.Context, tx *db.Tx, who id.ID, now time.Time) (*Regard, error) {
	r := &Regard{Mutes: map[id.ID]Mute{}, Quiet: map[id.ID]bool{}, Hosts: map[string]HostBlock{}, Apart: map[id.ID]*List{}}
	mutes, err := mutesBy(ctx, tx, who, now, id.Page{Limit: regardMax})
	if err != nil {
		return nil, err
	}
	for _, m := range mutes {
		r.Mutes[m.Of] = m
		if !m.Until.IsZero() && (r.Ending.IsZero() || m.Until.Before(r.Ending)) {
			r.Ending = m.Until
		}
	}
	hosts, err := hostBlocksBy(ctx, tx, who, id.Page{Limit: HostBlocksMax})
	if err != nil {
		return nil, err
	}
	for _, h := range hosts {
		r.Hosts[h.Host] = h
	}
	quiet, err := quietFollows(ctx, tx, who)
	if err != nil {
		return nil, err
	}
	for _, q := range quiet {
		r.Quiet[q] = true
	}
	lists, err := listsOf(ctx, tx, who)
	if err != nil {
		return nil, err
	}
	for _, l := range lists {
		if !l.Exclusive {
			continue
		}
		members, err := listMembers(ctx, tx, l.ID)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			r.Apart[m] = l
		}
	}
	return r, nil
}

// regardMax is how many mutes of one person are heeded.
const regardMax = 10_000

// A Shun is why one who lives here is not shown, or not told of, what another does.
type Shun struct {
	Host          bool // of the whole server; else it is a mute
	Notifications bool
}

// Shunning are those of readers who mute one of by, or have blocked host, a
// server or "" for this home.
func Shunning(ctx context.Context, tx *db.Tx, readers, by []id.ID, host string, now time.Time) (map[id.ID]Shun, error) {
	out := map[id.ID]Shun{}
	if len(readers) == 0 {
		return out, nil
	}
	mutes, err := mutesOf(ctx, tx, by, now)
	if err != nil {
		return nil, err
	}
	for _, m := range mutes {
		s := out[m.By]
		s.Notifications = s.Notifications || m.Notifications
		out[m.By] = s
	}
	if host == "" {
		return out, nil
	}
	blockers, err := hostBlockers(ctx, tx, Above(host))
	for _, who := range blockers {
		out[who] = Shun{Host: true, Notifications: true}
	}
	return out, err
}

// Above are a host and the domains it lies below, each of which may be blocked.
func Above(host string) []string {
	if host == "" {
		return nil
	}
	out := []string{host}
	for rest := host; ; {
		_, after, ok := strings.Cut(rest, ".")
		if !ok || !strings.Contains(after, ".") && strings.Contains(after, ":") || after == "" {
			return out
		}
		out, rest = append(out, after), after
	}
}

// HostBlockOf is the block that covers a host, if there is one.
func (r *Regard) HostBlockOf(host string) (HostBlock, bool) {
	if len(r.Hosts) == 0 {
		return HostBlock{}, false
	}
	for _, h := range Above(host) {
		if b, ok := r.Hosts[h]; ok {
			return b, true
		}
	}
	return HostBlock{}, false
}

// Sweep forgets mutes that have ended.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return forgetMutes(ctx, tx, s.now()) })
}
