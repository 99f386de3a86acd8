package mastodon

import (
	"context"
	"net/http"

	"allod/internal/id"
	"allod/internal/notification"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

// Pushes tells apps of notifications without their asking.
type Pushes interface {
	// Key is the public key of this home, in base64url.
	Key() string
	// Get is what a token has; NotFound where that is nothing.
	Get(ctx context.Context, token id.ID) (*Push, error)
	// Put is in the place of what the token had. It returns Invalid in the fields "endpoint", "keys" and "policy".
	Put(ctx context.Context, p Push) (*Push, error)
	// Change says anew what is told; NotFound where there is nothing.
	Change(ctx context.Context, token id.ID, alerts []notification.Kind, policy string) (*Push, error)
	// Drop ends it; nothing is no error.
	Drop(ctx context.Context, token id.ID) error
}

// A Push is an app that is told.
type Push struct {
	ID       id.ID
	Account  id.ID
	Token    id.ID
	Bearer   string // the token itself; asked, never told
	Endpoint string
	Key      string // of the app, in base64; asked, never told
	Secret   string // likewise
	Standard bool   // RFC 8291, and not the older form
	Alerts   []notification.Kind
	Policy   string
}

// alerts are what an app asks for beside where it is reached.
type alerts struct {
	Alerts mastodon.PushAlerts `json:"alerts"`
	Policy string              `json:"policy"`
}

// kinds are the kinds of news that an app asks for, of those there are here.
func (a *alerts) kinds() (out []notification.Kind) {
	for k, on := range switches(&a.Alerts) {
		if *on {
			out = append(out, k)
		}
	}
	return out
}

// switches are where the API says whether an app is told of a kind of news.
func switches(a *mastodon.PushAlerts) map[notification.Kind]*bool {
	return map[notification.Kind]*bool{
		notification.Mention: &a.Mention, notification.Like: &a.Favourite, notification.Boost: &a.Reblog, notification.Follow: &a.Follow,
		notification.FollowRequest: &a.FollowRequest, notification.Poll: &a.Poll, notification.Update: &a.Update,
	}
}

func (d *door) getPush(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Pushes.Get(r.Context(), tokenOf(r).ID)
	if err != nil {
		return err
	}
	return d.answer(w, d.push(p))
}

func (d *door) putPush(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		Subscription struct {
			Endpoint string `json:"endpoint"`
			Keys     struct {
				Key    string `json:"p256dh"`
				Secret string `json:"auth"`
			} `json:"keys"`
			Standard bool `json:"standard"`
		} `json:"subscription"`
		Data alerts `json:"data"`
	}](r)
	if err != nil {
		return err
	}
	t := tokenOf(r)
	p, err := d.Pushes.Put(r.Context(), Push{
		Account: t.AccountID, Token: t.ID, Bearer: server.Bearer(r), Endpoint: in.Subscription.Endpoint,
		Key: in.Subscription.Keys.Key, Secret: in.Subscription.Keys.Secret, Standard: in.Subscription.Standard,
		Alerts: in.Data.kinds(), Policy: in.Data.Policy,
	})
	if err != nil {
		return err
	}
	return d.answer(w, d.push(p))
}

func (d *door) changePush(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		Data   alerts `json:"data"`
		Policy string `json:"policy"` // where the documentation has it
	}](r)
	if err != nil {
		return err
	}
	if in.Data.Policy == "" {
		in.Data.Policy = in.Policy
	}
	p, err := d.Pushes.Change(r.Context(), tokenOf(r).ID, in.Data.kinds(), in.Data.Policy)
	if err != nil {
		return err
	}
	return d.answer(w, d.push(p))
}

func (d *door) dropPush(w http.ResponseWriter, r *http.Request) error {
	if err := d.Pushes.Drop(r.Context(), tokenOf(r).ID); err != nil {
		return err
	}
	return d.answer(w, struct{}{})
}

// push is a subscription in the words of the API.
func (d *door) push(p *Push) mastodon.WebPushSubscription {
	out := mastodon.WebPushSubscription{
		ID: int32(p.ID & 0x7fffffff), Endpoint: p.Endpoint, Standard: p.Standard, Policy: p.Policy, ServerKey: d.Pushes.Key(),
	}
	on := switches(&out.Alerts)
	for _, k := range p.Alerts {
		if at := on[k]; at != nil {
			*at = true
		}
	}
	return out
}
