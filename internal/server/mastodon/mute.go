package mastodon

import (
	"context"
	"net/http"
	"time"

	"allod/internal/id"
	"allod/internal/relationship"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

// mute keeps an account out of the caller's sight, for a while or for good.
func (d *door) mute(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		Notifications *bool `json:"notifications"`
		Duration      int   `json:"duration"`
	}](r)
	if err != nil {
		return err
	}
	return d.relate(w, r, func(ctx context.Context, me, them id.ID) error {
		lasting := time.Duration(min(max(in.Duration, -1), int(relationship.MuteLongest/time.Second)+1)) * time.Second
		return d.Ties.Mute(ctx, me, them, in.Notifications == nil || *in.Notifications, lasting)
	})
}

func (d *door) unmute(w http.ResponseWriter, r *http.Request) error {
	return d.relate(w, r, d.Ties.Unmute)
}

func (d *door) mutes(w http.ResponseWriter, r *http.Request) error {
	p, err := page(r, accountsUsual, accountsMax)
	if err != nil {
		return err
	}
	all, err := d.Ties.Mutes(r.Context(), viewer(r), p)
	if err != nil {
		return err
	}
	out := make([]mastodon.MutedAccount, len(all))
	for i, m := range all {
		out[i] = mastodon.MutedAccount{Account: d.Render.Account(m.Account), MuteExpiresAt: mastodon.At(m.Until)}
	}
	if len(all) > 0 {
		d.link(w, r, all[0].ID, all[len(all)-1].ID)
	}
	return d.answer(w, out)
}

func (d *door) domainBlocks(w http.ResponseWriter, r *http.Request) error {
	p, err := page(r, 100, 200)
	if err != nil {
		return err
	}
	all, err := d.Ties.HostBlocks(r.Context(), viewer(r), p)
	if err != nil {
		return err
	}
	out := make([]string, len(all))
	for i, h := range all {
		out[i] = h.Host
	}
	if len(all) > 0 {
		d.link(w, r, all[0].ID, all[len(all)-1].ID)
	}
	return d.answer(w, out)
}

func (d *door) blockDomain(w http.ResponseWriter, r *http.Request) error {
	return d.domain(w, r, d.Ties.BlockHost)
}

func (d *door) unblockDomain(w http.ResponseWriter, r *http.Request) error {
	return d.domain(w, r, d.Ties.UnblockHost)
}

func (d *door) domain(w http.ResponseWriter, r *http.Request, do func(ctx context.Context, me id.ID, host string) error) error {
	in, err := server.Decode[struct {
		Domain string `json:"domain"`
	}](r)
	if err == nil {
		err = do(r.Context(), viewer(r), in.Domain)
	}
	if err != nil {
		return err
	}
	return d.answer(w, struct{}{})
}

func (d *door) muteThread(w http.ResponseWriter, r *http.Request) error {
	return d.setThread(w, r, true)
}

func (d *door) unmuteThread(w http.ResponseWriter, r *http.Request) error {
	return d.setThread(w, r, false)
}

// setThread has the caller not be told of the conversation of a status, or again.
func (d *door) setThread(w http.ResponseWriter, r *http.Request, muted bool) error {
	p, err := d.seen(r)
	if err != nil {
		return err
	}
	if err := d.Guard.MuteThread(r.Context(), viewer(r), p.ThreadID, muted); err != nil {
		return err
	}
	return d.getStatus(w, r)
}
