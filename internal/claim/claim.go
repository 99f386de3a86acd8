// Package claim finds out whether a domain that somebody says is theirs leads to this home.
package claim

import (
	"context"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/fetch"
)

// Bounds of a check.
const (
	checkTime  = 15 * time.Second
	answerSize = 1 << 10 // bytes
)

// Checker checks claims.
type Checker struct {
	fetch *fetch.Client
	names account.Names
}

// New returns a checker of a home with these names.
func New(client *fetch.Client, names account.Names) *Checker { return &Checker{client, names} }

// Check asks a claimed domain for what only this home answers. It returns
// Unavailable where nobody answers there in time, or not in private, and
// Conflict where somebody else does.
func (c *Checker) Check(ctx context.Context, claim *account.Claim) error {
	scheme, _, _ := strings.Cut(c.names.Origin, "://")
	resp, err := c.fetch.Do(ctx, fetch.Request{
		URL: scheme + "://" + claim.Host + account.ClaimPath + claim.Token, MaxBytes: answerSize, Timeout: checkTime, NoRedirect: true,
	})
	switch {
	case err != nil:
		return fault.Wrap(err, fault.Unavailable, "fault.domain.unreachable", "domain", claim.Host)
	case resp.Status != 200 || strings.TrimSpace(string(resp.Body)) != claim.Answer:
		return fault.New(fault.Conflict, "fault.domain.elsewhere", "domain", claim.Host).Because("status %d from %s", resp.Status, claim.Host)
	}
	return nil
}
