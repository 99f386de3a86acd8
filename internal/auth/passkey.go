package auth

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Limits of passkeys.
const (
	PasskeyNameMax = 60 // characters
	PasskeysMax    = 20 // of one person

	ceremonyFor = 5 * time.Minute
	answerMax   = 64 << 10 // bytes of an authenticator's answer
)

// A Passkey opens the door in place of a password: a device or a password
// manager holds its private half and signs what it is asked (WebAuthn, Level 3).
type Passkey struct {
	ID        id.ID
	AccountID id.ID
	Name      string
	CreatedAt time.Time
	UsedAt    time.Time // zero for never

	credential webauthn.Credential
}

// newCeremony says what passkeys are asked for. A browser gives them to
// names, not to addresses of machines, and only over https or on the machine itself.
func newCeremony(origin string) *webauthn.WebAuthn {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	host := u.Hostname()
	if _, err := netip.ParseAddr(host); err == nil || u.Scheme != "https" && host != "localhost" && !strings.HasSuffix(host, ".localhost") {
		return nil
	}
	w, err := webauthn.New(&webauthn.Config{RPID: host, RPDisplayName: host, RPOrigins: []string{origin}})
	if err != nil {
		return nil
	}
	return w
}

// Passwordless reports whether passkeys can be had here.
func (s *Service) Passwordless() bool { return s.ceremony != nil }

func noPasskeys() error { return fault.New(fault.Unsupported, "fault.passkey.none") }

// holder is an account as the library asks for it.
type holder struct {
	account  *account.Account
	passkeys []*Passkey
}

// WebAuthnID is the user handle: the account's id, which says nothing of the person.
func (h *holder) WebAuthnID() []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(h.account.ID))
}

// WebAuthnName is what a device shows beside the home's name.
func (h *holder) WebAuthnName() string { return h.account.Name }

// WebAuthnDisplayName is what people call the account.
func (h *holder) WebAuthnDisplayName() string { return h.account.Called() }

// WebAuthnCredentials are what may answer.
func (h *holder) WebAuthnCredentials() []webauthn.Credential {
	out := make([]webauthn.Credential, len(h.passkeys))
	for i, p := range h.passkeys {
		out[i] = p.credential
	}
	return out
}

// Passkeys are those of an account, the oldest first.
func (s *Service) Passkeys(ctx context.Context, who id.ID) (all []*Passkey, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = listPasskeys(ctx, tx, who)
		return err
	})
	return all, err
}

// A Ceremony is a question to an authenticator: the options as the browser
// takes them, and a word that brings the answer back to them, once.
type Ceremony struct {
	Token   string `json:"token"`
	Options any    `json:"options"`
}

// AskForPasskey begins to add a passkey to an account from one of its sessions.
func (s *Service) AskForPasskey(ctx context.Context, who, session id.ID) (*Ceremony, error) {
	if s.ceremony == nil {
		return nil, noPasskeys()
	}
	h, err := s.holder(ctx, who)
	if err != nil {
		return nil, err
	}
	if len(h.passkeys) >= PasskeysMax {
		return nil, fault.New(fault.Conflict, "fault.passkey.many", "max", PasskeysMax)
	}
	var known []protocol.CredentialDescriptor
	for _, p := range h.passkeys {
		known = append(known, p.credential.Descriptor())
	}
	options, data, err := s.ceremony.BeginRegistration(h, webauthn.WithExclusions(known),
		webauthn.WithResidentKeyRequirement(protocol.ResidentKeyRequirementRequired),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		}))
	if err != nil {
		return nil, err
	}
	return s.ask(ctx, who, session, data, options.Response)
}

// AskAtTheDoor begins to let somebody in by a passkey. Whose it is, it says itself.
func (s *Service) AskAtTheDoor(ctx context.Context) (*Ceremony, error) {
	if s.ceremony == nil {
		return nil, noPasskeys()
	}
	options, data, err := s.ceremony.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, err
	}
	return s.ask(ctx, 0, 0, data, options.Response)
}

func (s *Service) ask(ctx context.Context, who, session id.ID, data *webauthn.SessionData, options any) (*Ceremony, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	token := newSecret()
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return insertChallenge(ctx, tx, hashOf(token), who, session, string(raw), s.now().Add(ceremonyFor))
	})
	if err != nil {
		return nil, err
	}
	return &Ceremony{token, options}, nil
}

// asked takes the question back that an answer is to: it can be answered once,
// by whom and where it was asked.
func (s *Service) asked(ctx context.Context, token string, who, session id.ID) (data webauthn.SessionData, err error) {
	over := fault.New(fault.Invalid, "fault.passkey.over")
	var raw string
	found := false
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		raw, found, err = takeChallenge(ctx, tx, hashOf(token), who, session, s.now())
		return err
	})
	if err != nil {
		return data, err
	}
	if !found {
		return data, over
	}
	return data, json.Unmarshal([]byte(raw), &data)
}

// AddPasskey keeps the passkey of an answer under a name. It returns Invalid
// in the field "name", and for an answer that proves nothing.
func (s *Service) AddPasskey(ctx context.Context, who, session id.ID, token, name string, answer []byte) (*Passkey, error) {
	if s.ceremony == nil {
		return nil, noPasskeys()
	}
	name, err := passkeyName(name)
	if err != nil {
		return nil, err
	}
	data, err := s.asked(ctx, token, who, session)
	if err != nil {
		return nil, err
	}
	h, err := s.holder(ctx, who)
	if err != nil {
		return nil, err
	}
	if len(answer) > answerMax {
		return nil, unproven(errors.New("the answer is too long"))
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, unproven(err)
	}
	made, err := s.ceremony.CreateCredential(h, data, parsed)
	if err != nil {
		return nil, unproven(err)
	}
	p := &Passkey{ID: s.ids.Next(), AccountID: who, Name: name, CreatedAt: s.now(), credential: *made}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		err := insertPasskey(ctx, tx, p)
		if db.IsUnique(err) {
			return fault.New(fault.Conflict, "fault.passkey.known").Because("%w", err)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// unproven is the one sentence for all that may be wrong with an answer.
func unproven(err error) error { return fault.Wrap(err, fault.Invalid, "fault.passkey.unproven") }

func passkeyName(name string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", fault.New(fault.Invalid, "fault.passkey.name").In("name")
	case utf8.RuneCountInString(name) > PasskeyNameMax || !printable(name):
		return "", fault.New(fault.Invalid, "fault.passkey.name_long", "max", PasskeyNameMax).In("name")
	}
	return name, nil
}

func (s *Service) holder(ctx context.Context, who id.ID) (h *holder, err error) {
	h = &holder{}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if h.account, err = account.Get(ctx, tx, who); err != nil {
			return err
		}
		h.passkeys, err = listPasskeys(ctx, tx, who)
		return err
	})
	return h, err
}

// CheckPasskey is the account that the passkey of an answer opens. It
// returns Unauthenticated for one that opens nothing.
func (s *Service) CheckPasskey(ctx context.Context, token string, answer []byte) (*account.Account, error) {
	if s.ceremony == nil {
		return nil, noPasskeys()
	}
	data, err := s.asked(ctx, token, 0, 0)
	if err != nil {
		return nil, err
	}
	wrong := func(err error) error { return fault.Wrap(err, fault.Unauthenticated, "fault.passkey.unknown") }
	if len(answer) > answerMax {
		return nil, wrong(errors.New("the answer is too long"))
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return nil, wrong(err)
	}
	var h *holder
	_, used, err := s.ceremony.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		if len(handle) != 8 {
			return nil, errors.New("no such user handle")
		}
		h, err = s.holder(ctx, id.ID(binary.BigEndian.Uint64(handle)))
		return h, err
	}, data, parsed)
	if err != nil {
		return nil, wrong(err)
	}
	if h.account.Gone() || !h.account.Local || used.Authenticator.CloneWarning {
		return nil, wrong(errors.New("the account is gone, or the passkey was copied"))
	}
	for _, p := range h.passkeys {
		if string(p.credential.ID) == string(used.ID) {
			p.credential, p.UsedAt = *used, s.now()
			err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return touchPasskey(ctx, tx, p) })
			return h.account, err
		}
	}
	return nil, wrong(errors.New("no such passkey"))
}

// RenamePasskey calls a passkey of an account otherwise. It returns Invalid in the field "name".
func (s *Service) RenamePasskey(ctx context.Context, who, which id.ID, name string) error {
	name, err := passkeyName(name)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return renamePasskey(ctx, tx, who, which, name) })
}

// RemovePasskey has a passkey of an account open nothing any more. One that is not there is out already.
func (s *Service) RemovePasskey(ctx context.Context, who, which id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return dropPasskey(ctx, tx, who, which) })
}
