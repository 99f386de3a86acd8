package mastodon

import (
	"net/http"
	"strings"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/post"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

// A signUp is what somebody typed into an app to live here.
type signUp struct {
	Username   string `form:"username"`
	Email      string `form:"email"`
	Password   string `form:"password"`
	Agreement  bool   `form:"agreement"`
	Locale     string `form:"locale"`
	Reason     string `form:"reason"`
	InviteCode string `form:"invite_code"`
}

// createAccount asks for a place here in somebody's name, or uses an
// invitation for them: by the rules and limits of the page for it. The token
// opens once the keeper has let them in.
func (d *door) createAccount(w http.ResponseWriter, r *http.Request) error {
	in, err := server.DecodeBody[signUp](r)
	if err != nil {
		return err
	}
	m, err := d.Accounts.Manners(r.Context())
	if err != nil {
		return err
	}
	if m.Joining != account.Asked && in.InviteCode == "" {
		return fault.New(fault.Denied, "fault.join.closed")
	}
	if err := d.Limits.Join(server.ClientAddr(r)); err != nil {
		return err
	}
	if !in.Agreement {
		return d.notMade(w, r, fault.New(fault.Invalid, "fault.api.agreement").In("agreement"))
	}
	secret, t, err := d.Auth.SignUp(r.Context(), auth.Registration{
		Name: in.Username, Email: strings.TrimSpace(in.Email), Password: in.Password, Invitation: in.InviteCode,
		Preference: account.Preference{Visibility: string(post.Public), Language: d.Languages.Match(in.Locale, "").Tag()},
	}, in.Reason, tokenOf(r), auth.Caller{Agent: r.UserAgent(), Address: server.ClientAddr(r).String()})
	if fault.Is(err, fault.Invalid, fault.Conflict) && fault.Field(err) != "" {
		return d.notMade(w, r, err)
	} else if err != nil {
		return err
	}
	return d.answer(w, mastodon.Token{
		AccessToken: secret, TokenType: "Bearer", Scope: t.Scopes.String(), CreatedAt: t.CreatedAt.Unix(),
	})
}

// notMade tells what is wrong with one thing that somebody typed, in the form
// in which apps put it beside its field.
func (d *door) notMade(w http.ResponseWriter, r *http.Request, err error) error {
	sentence := server.Sentence(d.Languages.Match(r.Header.Get("Accept-Language"), ""), err)
	field := fault.Field(err)
	if field == "name" {
		field = "username"
	}
	return server.JSON(w, http.StatusUnprocessableEntity, mastodon.ValidationError{
		Error: sentence, Details: map[string][]mastodon.FieldError{field: {{Error: codeOf(err), Description: sentence}}},
	})
}

// codeOf is Mastodon's word for what is wrong.
func codeOf(err error) string {
	key, _ := fault.Message(err)
	switch {
	case fault.Is(err, fault.Conflict):
		return mastodon.ErrTaken
	case key == "fault.api.agreement":
		return mastodon.ErrAccepted
	case key == "fault.name.reserved":
		return mastodon.ErrReserved
	case key == "fault.name.empty", key == "fault.join.reason":
		return mastodon.ErrBlank
	case strings.HasSuffix(key, "long"):
		return mastodon.ErrTooLong
	case strings.HasSuffix(key, "short"), key == "fault.form.short_password":
		return mastodon.ErrTooShort
	}
	return mastodon.ErrInvalid
}
