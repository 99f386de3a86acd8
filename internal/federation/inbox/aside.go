package inbox

import (
	"context"
	"sync"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/job"
)

// asideMax is how many activities of one host wait at once.
const asideMax = 200

// An aside counts the activities of each host that wait, as far as this process put them aside.
type aside struct {
	mu      sync.Mutex
	waiting map[string]int
}

func newAside() *aside { return &aside{waiting: map[string]int{}} }

func (a *aside) full(host string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.waiting[host] >= asideMax
}

func (a *aside) enter(host string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting[host]++
}

func (a *aside) leave(host string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waiting[host]--; a.waiting[host] <= 0 {
		delete(a.waiting, host)
	}
}

// hostOf is the host that an account's requests are counted under.
func hostOf(a *account.Account) string {
	host, err := address.HostOf(a.Location)
	if err != nil {
		return a.URI
	}
	return host
}

// resumed is the job of one incoming activity.
type resumed struct {
	ID id.ID `json:"id"`
}

// Kind names the job.
func (resumed) Kind() string { return "inbox.resume" }

// putAside keeps an activity as it came, and a job to fetch what it needs.
func (b *Inbox) putAside(ctx context.Context, tx *db.Tx, e *envelope) error {
	if e.fetched {
		return dropped("what it needs cannot be had")
	}
	host := hostOf(e.signer)
	if b.aside.full(host) {
		return fault.New(fault.TooMany, "")
	}
	in := &incoming{id: b.ids.Next(), signer: e.signer.ID, body: e.raw, received: b.now()}
	if e.to != nil {
		in.to = e.to.ID
	}
	if err := insertIncoming(ctx, tx, in); err != nil {
		return err
	}
	tx.After(func() { b.aside.enter(host) })
	return b.jobs.Add(ctx, tx, resumed{in.id}, job.Options{})
}
