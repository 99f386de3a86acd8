package push

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/notification"
)

// Kind is who is told by a subscription.
type Kind string

// The kinds.
const (
	App     Kind = "app"     // a program with a token of one who lives here
	Browser Kind = "browser" // a browser of one who lives here
	Guest   Kind = "guest"   // a browser of somebody without an account
)

// Encoding is how a message is sealed.
type Encoding string

// The encodings.
const (
	Standard Encoding = "aes128gcm" // RFC 8291
	Older    Encoding = "aesgcm"    // draft-ietf-webpush-encryption-04, which some apps still expect
)

// Policy is whose doings one is told of.
type Policy string

// The policies.
const (
	Everybody Policy = "all"
	Followed  Policy = "followed" // those one follows
	Followers Policy = "follower" // those who follow one
	Nobody    Policy = "none"
)

var policies = []Policy{Everybody, Followed, Followers, Nobody}

// A Target is what a browser or an app hands over so that it can be told (Push API).
type Target struct {
	Endpoint string
	Key      string // its public key, in base64
	Secret   string // in base64
}

// A Subscription is a browser or an app that is told.
type Subscription struct {
	ID        id.ID
	Kind      Kind
	AccountID id.ID // who is told; for a Guest, whom they follow
	HolderID  id.ID // the token or the session it ends with, 0 for a Guest
	Endpoint  string
	Encoding  Encoding
	Alerts    []notification.Kind // of an App or a Browser
	Policy    Policy
	Language  string // of a Guest

	ConfirmedAt time.Time // of a Guest, zero for one that has not answered yet
	ToldAt      time.Time // about, zero for never
	CreatedAt   time.Time

	host        string
	key, secret []byte
	bearer      []byte // sealed
	network     int64
	failedSince time.Time
}

// wants reports whether a subscription is for such news at all.
func (s *Subscription) wants(k notification.Kind) bool { return slices.Contains(s.Alerts, k) }

// Sizes of what a browser hands over.
const (
	endpointMax = 1500 // bytes; the longest known have a few hundred
	keySize     = 65
	secretSize  = 16
)

// take reads what a browser handed over into a subscription. It returns
// Invalid in the fields "endpoint" and "keys".
func (s *Service) take(ctx context.Context, t Target, into *Subscription) error {
	u, err := address.Parse(t.Endpoint)
	switch {
	case err != nil, u.Fragment != "", len(t.Endpoint) > endpointMax, !s.Plain && (u.Scheme != "https" || u.Port() != ""):
		return fault.New(fault.Invalid, "fault.push.endpoint").In("endpoint")
	case s.Ours(ctx, u.Host):
		return fault.New(fault.Invalid, "fault.push.ours").In("endpoint")
	}
	key, good := decode(t.Key, keySize)
	if good {
		_, err = ecdh.P256().NewPublicKey(key)
		good = err == nil
	}
	secret, sized := decode(t.Secret, secretSize)
	if !good || !sized {
		return fault.New(fault.Invalid, "fault.push.keys").In("keys")
	}
	into.Endpoint, into.host, into.key, into.secret = u.String(), u.Host, key, secret
	return nil
}

// decode reads base64 of either alphabet, with or without padding.
func decode(text string, size int) ([]byte, bool) {
	text = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(text, "="))
	if len(text) != base64.RawURLEncoding.EncodedLen(size) {
		return nil, false
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	return bytes.Clone(b), err == nil
}

// Alertable are the kinds of news that a browser can be told of, in the order they are offered.
var Alertable = []notification.Kind{
	notification.Mention, notification.Comment, notification.FollowRequest, notification.Follow, notification.Boost, notification.Like,
	notification.Update, notification.Poll, notification.Hidden, notification.Shared, notification.Held, notification.Opened, notification.Applied,
}

// alertsOf keeps those of kinds that there are, each once, in order.
func alertsOf(kinds []notification.Kind) (out []notification.Kind) {
	for _, k := range Alertable {
		if slices.Contains(kinds, k) {
			out = append(out, k)
		}
	}
	return out
}

// policyOf reads a policy; "" is Everybody.
func policyOf(text string) (Policy, error) {
	if text == "" {
		return Everybody, nil
	}
	if !slices.Contains(policies, Policy(text)) {
		return "", fault.New(fault.Invalid, "fault.push.policy").In("policy")
	}
	return Policy(text), nil
}
