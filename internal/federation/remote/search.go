package remote

import (
	"context"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	"allod/internal/id"
	as "allod/protocol/activitystreams"
)

// searchBudget is how many fetches one search may cost.
const searchBudget = 16

// Found is what a text leads to: an account, or else a post by our id. Who
// may see the post is still to be asked.
type Found struct {
	Account *account.Account
	Post    id.ID
}

// FindByText is what somebody typed or pasted to find: a handle, or the
// address of a person or post, be it the id or the page of it. It returns
// NotFound for what leads nowhere, and the faults of Find and Post.
func (s *Service) FindByText(ctx context.Context, text string) (Found, error) {
	text = strings.TrimSpace(text)
	if name, ok := strings.CutPrefix(text, "@"); ok && address.ValidName(name) {
		text += "@" + s.names.Host
	}
	if h, err := address.ParseHandle(text); err == nil {
		a, err := s.Find(ctx, h)
		return Found{Account: a}, err
	}
	if _, err := translate.Canonical(text); err != nil {
		return Found{}, fault.Wrap(err, fault.NotFound, "")
	}
	if a, err := s.known(ctx, text); err == nil && !a.Gone() {
		return Found{Account: a}, nil
	}
	if p, err := s.knownPost(ctx, text); err != nil || p != 0 {
		return Found{Post: p}, err
	}
	if name, post, ok := s.ownPage(ctx, text); ok {
		if post != 0 {
			return Found{Post: post}, nil
		}
		a, err := s.Find(ctx, address.Handle{Name: name})
		return Found{Account: a}, err
	}
	return s.lookUp(ctx, text, NewBudget(searchBudget))
}

// lookUp fetches an address and keeps what it leads to.
func (s *Service) lookUp(ctx context.Context, url string, b *Budget) (Found, error) {
	d, err := s.object(ctx, url, b)
	if err != nil {
		return Found{}, err
	}
	if as.IsActorType(d.Type()) {
		if a, err := s.known(ctx, d.ID()); err == nil {
			return Found{Account: a}, nil
		}
		a, err := s.actorIn(ctx, d, b)
		return Found{Account: a}, err
	}
	if p, err := s.knownPost(ctx, d.ID()); err != nil || p != 0 {
		return Found{Post: p}, err
	}
	said, err := s.saidBy(ctx, d.Ref, b)
	if err != nil {
		return Found{}, err
	}
	p, err := s.keepThread(ctx, said, b)
	return Found{Post: p}, err
}

// ownPage reads the address of a page of this home: of one who lives here,
// or of a post of theirs.
func (s *Service) ownPage(ctx context.Context, url string) (name string, post id.ID, ok bool) {
	u, err := address.Parse(url)
	if err != nil || !s.ours(ctx, u.Host) {
		return "", 0, false
	}
	path := strings.Trim(u.Path, "/")
	if owner, err := s.accounts.Owner(ctx, u.Host); err == nil && owner != nil && !strings.HasPrefix(path, "@") {
		path = strings.TrimSuffix("@"+owner.Name+"/"+path, "/")
	}
	name, rest, below := strings.Cut(path, "/")
	name, ok = strings.CutPrefix(name, "@")
	if !ok || !address.ValidName(name) {
		return "", 0, false
	}
	if below && rest != "" {
		post, err = id.Parse(rest)
	}
	return name, post, err == nil
}
