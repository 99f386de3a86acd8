package site

import (
	"context"
	"net/http"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/server"
	"allod/web"
)

// A Mailer sends a letter with a link by which somebody chooses a new
// password, in their language: one a day. link makes it, only if the letter
// goes, so that asking again spoils no link. It returns at once; the letter goes when it goes.
type Mailer interface {
	SendReset(ctx context.Context, to, language string, link func() (string, error)) error
}

// askLost is where one who lost the password begins.
func (s *Site) askLost(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.lostPage(w, r, v, web.LostView{})
}

func (s *Site) lostPage(w http.ResponseWriter, r *http.Request, v *reader, view web.LostView) error {
	if s.Resets != nil {
		view.Action = lostPath
	}
	keeper, several, err := s.housekeeper(r.Context())
	if err != nil {
		return err
	}
	if keeper != nil && several {
		view.Keeper = keeper.Called()
	}
	p := web.Page{Frame: s.frame(v), Hue: s.hueFor(r.Context(), v)}
	return s.draw(w, r, http.StatusOK, web.Lost(p, view))
}

// housekeeper is who keeps the home, and whether anybody else lives there.
func (s *Site) housekeeper(ctx context.Context) (who *account.Account, several bool, err error) {
	all, err := s.Auth.Keepers(ctx)
	if err != nil || len(all) == 0 {
		return nil, false, err
	}
	alone, err := s.Alone(ctx)
	if err != nil {
		return nil, false, err
	}
	who, err = s.Accounts.Card(ctx, all[0])
	return who, alone == nil, err
}

// lost sends a letter, if somebody here has the address. Whoever asks is told the same either way.
func (s *Site) lost(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Email string `form:"email"`
	}](r)
	if err != nil {
		return err
	}
	if s.Resets == nil {
		return fault.New(fault.Unsupported, "fault.reset.no_mail")
	}
	if err := s.Limits.Reset(server.ClientAddr(r), in.Email); err != nil {
		return err
	}
	email, who, err := s.Auth.Reach(r.Context(), in.Email)
	if err != nil {
		return err
	}
	if who != nil {
		words, err := s.Accounts.Preference(r.Context(), who.ID)
		if err != nil {
			return err
		}
		err = s.Resets.SendReset(r.Context(), email, words.Language, func() (string, error) {
			token, err := s.Auth.ResetLink(r.Context(), who.ID)
			return s.resetLink(token), err
		})
		if err != nil {
			return err
		}
	}
	return s.lostPage(w, r, v, web.LostView{Sent: true})
}

func (s *Site) resetLink(token string) string { return s.Names.Origin + lostPath + "/" + token }

// askReset is the page with a button that a link leads to.
func (s *Site) askReset(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.resetPage(w, r, v, http.StatusOK, web.Field{})
}

func (s *Site) resetPage(w http.ResponseWriter, r *http.Request, v *reader, status int, password web.Field) error {
	token := r.PathValue("token")
	who, err := s.Auth.CheckReset(r.Context(), token)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store") // the address holds a secret
	p := web.Page{Frame: s.frame(v), Hue: who.Hue}
	return s.draw(w, r, status, web.Reset(p, web.ResetView{Action: lostPath + "/" + token, Who: who.Name, Password: password}))
}

// reset gives somebody the password they chose and lets them in.
func (s *Site) reset(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Password string `form:"password"`
		Again    string `form:"again"`
	}](r)
	if err != nil {
		return err
	}
	if err := s.Limits.Join(server.ClientAddr(r)); err != nil {
		return err
	}
	var who *account.Account
	if err = sameAgain(in.Password, in.Again, "password"); err == nil {
		who, err = s.Auth.UseReset(r.Context(), r.PathValue("token"), in.Password)
	}
	if fault.Is(err, fault.Invalid) {
		return s.resetPage(w, r, v, http.StatusUnprocessableEntity, web.Field{Error: server.Sentence(v.words, err)})
	} else if err != nil {
		return err
	}
	if err := s.Sessions.Begin(w, r, who, auth.ByLink); err != nil {
		return err
	}
	return seeOther(w, with(homePath, "password_changed"))
}
