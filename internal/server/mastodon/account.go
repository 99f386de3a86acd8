package mastodon

import (
	"context"
	"net/http"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

// Pages of accounts.
const (
	accountsUsual = 40
	accountsMax   = 80
)

func (d *door) getAccount(w http.ResponseWriter, r *http.Request) error {
	a, err := d.account(r)
	if err != nil {
		return err
	}
	return d.answer(w, d.Render.Account(a))
}

// lookupAccount finds one who is known here by name or name@host, and asks no other server.
func (d *door) lookupAccount(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		Acct string `json:"acct"`
	}](r)
	if err != nil {
		return err
	}
	a, err := d.known(r.Context(), in.Acct)
	if err != nil {
		return err
	}
	return d.answer(w, d.Render.Account(a))
}

// known is the account of a handle, without asking other servers. What is no handle is NotFound.
func (d *door) known(ctx context.Context, text string) (*account.Account, error) {
	bare := strings.TrimPrefix(strings.TrimSpace(text), "@")
	if address.ValidName(bare) {
		return anybody(d.Accounts.ByName(ctx, bare))
	}
	h, err := address.ParseHandle(bare)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "fault.account.unknown")
	}
	if a, ours, err := d.Accounts.Here(ctx, d.Names.Host, h.Name, h.Host); ours {
		return anybody(a, err)
	}
	a, err := d.Accounts.ByHandle(ctx, h.Name, h.Host)
	if err != nil {
		return nil, err
	}
	return a, d.welcome(ctx, a)
}

// accountStatuses tells an author's posts, or those they pinned.
func (d *door) accountStatuses(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		ExcludeReplies bool `json:"exclude_replies"`
		ExcludeReblogs bool `json:"exclude_reblogs"`
		OnlyMedia      bool `json:"only_media"`
		Pinned         bool `json:"pinned"`
	}](r)
	if err != nil {
		return err
	}
	p, err := page(r, statusesUsual, post.ListMax)
	if err != nil {
		return err
	}
	a, err := d.account(r)
	if err != nil {
		return err
	}
	if in.Pinned {
		posts, err := d.Posts.PinnedBy(r.Context(), viewer(r), a.ID)
		if err != nil {
			return err
		}
		return d.answer(w, d.Render.Posts(posts, viewer(r)))
	}
	choice := post.Choice{Replies: !in.ExcludeReplies, Boosts: !in.ExcludeReblogs, MediaOnly: in.OnlyMedia}
	items, err := d.Posts.ByAuthor(r.Context(), viewer(r), a.ID, choice, p)
	if err != nil {
		return err
	}
	return d.items(w, r, moderation.Profile, items)
}

func (d *door) followers(w http.ResponseWriter, r *http.Request) error {
	return d.ties(w, r, d.Ties.Followers)
}

func (d *door) following(w http.ResponseWriter, r *http.Request) error {
	return d.ties(w, r, d.Ties.Following)
}

// ties tells people whom they follow and who follows them; of others it tells
// nobody, and hide_collections says so, as the ActivityPub collections do.
func (d *door) ties(w http.ResponseWriter, r *http.Request, list func(context.Context, id.ID, id.Page) ([]relationship.Listed, error)) error {
	p, err := page(r, accountsUsual, accountsMax)
	if err != nil {
		return err
	}
	a, err := d.account(r)
	if err != nil {
		return err
	}
	if a.ID != viewer(r) {
		return d.answer(w, []mastodon.Account{})
	}
	all, err := list(r.Context(), a.ID, p)
	if err != nil {
		return err
	}
	return d.listed(w, r, all)
}

// listed answers a page of follows or blocks with the accounts at their other ends.
func (d *door) listed(w http.ResponseWriter, r *http.Request, all []relationship.Listed) error {
	out := make([]mastodon.Account, len(all))
	for i, l := range all {
		out[i] = d.Render.Account(l.Account)
	}
	if len(all) > 0 {
		d.link(w, r, all[0].ID, all[len(all)-1].ID)
	}
	return d.answer(w, out)
}

// relationships tells how the caller stands to accounts, in the order asked; unknown ones are left out.
func (d *door) relationships(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		IDs []string `json:"id"`
	}](r)
	if err != nil {
		return err
	}
	ids, err := parseIDs(in.IDs, "id", accountsMax)
	if err != nil {
		return err
	}
	var people map[id.ID]*account.Account
	err = d.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		people, err = account.List(ctx, tx, ids)
		return err
	})
	if err != nil {
		return err
	}
	relations, err := d.Ties.Relations(r.Context(), viewer(r), ids)
	if err != nil {
		return err
	}
	out := make([]mastodon.Relationship, 0, len(ids))
	for _, i := range ids {
		if people[i] != nil {
			out = append(out, relationshipOf(i, relations[i]))
		}
	}
	return d.answer(w, out)
}

// parseIDs reads at most so many ids of a parameter, each once.
func parseIDs(texts []string, field string, most int) ([]id.ID, error) {
	if len(texts) > most {
		return nil, wrong(field)
	}
	met := map[id.ID]bool{}
	ids := make([]id.ID, 0, len(texts))
	for _, text := range texts {
		i, err := id.Parse(text)
		if err != nil {
			return nil, wrong(field)
		}
		if !met[i] {
			met[i] = true
			ids = append(ids, i)
		}
	}
	return ids, nil
}

func relationshipOf(who id.ID, r relationship.Relation) mastodon.Relationship {
	asked := r.Following || r.Requested
	out := mastodon.Relationship{
		ID: who.String(), Following: r.Following, Requested: r.Requested, ShowingReblogs: asked && r.Boosts, Notifying: asked && r.Notify,
		FollowedBy: r.FollowedBy, RequestedBy: r.RequestedBy, Blocking: r.Blocking, BlockedBy: r.BlockedBy, DomainBlocking: r.HostBlocked,
	}
	if r.Mute != nil {
		out.Muting, out.MutingNotifications, out.MutingExpiresAt = true, r.Mute.Notifications, mastodon.At(r.Mute.Until)
	}
	return out
}
