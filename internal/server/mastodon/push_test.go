package mastodon

import (
	"context"
	"net/http"
	"testing"

	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/notification"
	"allod/protocol/mastodon"
)

// pushes keeps what each token wants to be told, and tells nobody.
type pushes map[id.ID]*Push

func (pushes) Key() string { return "BKey" }

func (p pushes) Get(_ context.Context, token id.ID) (*Push, error) {
	if p[token] == nil {
		return nil, fault.New(fault.NotFound, "fault.push.unknown")
	}
	return p[token], nil
}

func (p pushes) Put(_ context.Context, one Push) (*Push, error) {
	one.ID = 1<<40 + 7
	p[one.Token] = &one
	return &one, nil
}

func (p pushes) Change(_ context.Context, token id.ID, alerts []notification.Kind, policy string) (*Push, error) {
	one, err := p.Get(context.Background(), token)
	if err == nil {
		one.Alerts, one.Policy = alerts, policy
	}
	return one, err
}

func (p pushes) Drop(_ context.Context, token id.ID) error {
	delete(p, token)
	return nil
}

const pushPath = "/api/v1/push/subscription"

func TestPushSubscriptionIsThatOfItsToken(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ada := h.person(t, "ada")
	h.expect(t, http.StatusForbidden, h.tokenFor(t, ada.ID, "read", "write", "follow"), "GET", pushPath, "")
	bo := &human{ada.Account, h.tokenFor(t, ada.ID, "push")}
	h.expect(t, http.StatusNotFound, bo.token, "GET", pushPath, "")
	form := "subscription[endpoint]=https://push.example/1&subscription[keys][p256dh]=k&subscription[keys][auth]=s&subscription[standard]=true" +
		"&data[alerts][mention]=true&data[alerts][reblog]=1&data[alerts][admin.sign_up]=false&data[policy]=followed"
	golden(t, "push_subscription", into[any](t, h.ok(t, bo.token, "POST", pushPath, form)))
	if p := h.Pushes.(pushes); len(p) != 1 {
		t.Fatalf("%d are kept", len(p))
	} else {
		for token, one := range p {
			if one.Token != token || one.Account != bo.ID || one.Bearer != bo.token || one.Key != "k" || one.Secret != "s" || !one.Standard {
				t.Errorf("%+v", one)
			}
		}
	}
	got := into[mastodon.WebPushSubscription](t, h.ok(t, bo.token, "PUT", pushPath, "data[alerts][poll]=true&policy=none"))
	if !got.Alerts.Poll || got.Alerts.Mention || got.Policy != "none" {
		t.Errorf("%+v", got)
	}
	h.ok(t, bo.token, "DELETE", pushPath, "")
	h.expect(t, http.StatusNotFound, bo.token, "GET", pushPath, "")
}
