package site

import (
	"net/http"

	"allod/internal/auth"
	"allod/internal/fault"
	"allod/web"
)

const mailSettingsPath = settingsPath + "/mail"

// keeper is Denied for who does not keep this home.
func (s *Site) keeper(r *http.Request, v *reader) (*auth.Credential, error) {
	c, err := s.Auth.Credential(r.Context(), v.me.ID)
	if err == nil && !c.Owner {
		err = fault.New(fault.Denied, "")
	}
	return c, err
}

// mailSettings tells the keeper how mail is doing.
func (s *Site) mailSettings(w http.ResponseWriter, r *http.Request, v *reader) error {
	c, err := s.keeper(r, v)
	if err != nil {
		return err
	}
	st, err := s.Mail.State(r.Context())
	if err != nil {
		return err
	}
	p, err := s.settingsRoom(r, v, mailSettingsPath)
	if err != nil {
		return err
	}
	view := web.MailView{
		Ready: s.Mail.Ready(), Server: st.Server, From: st.From, Waiting: st.Waiting, Bounced: st.Bounced, Refused: st.Refused,
		Error: st.Error, Test: mailSettingsPath, Address: c.Email,
	}
	if !st.Sent.IsZero() {
		view.Sent = st.Sent.In(v.zone)
	}
	return s.draw(w, r, http.StatusOK, web.MailPage(p, view))
}

// tryMail sends the keeper a letter.
func (s *Site) tryMail(w http.ResponseWriter, r *http.Request, v *reader) error {
	c, err := s.keeper(r, v)
	if err != nil {
		return err
	}
	if !s.Mail.Ready() {
		return fault.New(fault.Conflict, "mail.off")
	}
	address, folded, err := auth.ParseEmail(c.Email)
	if err != nil {
		return fault.Wrap(err, fault.Conflict, "mail.no_address")
	}
	if err := s.Mail.Try(r.Context(), address, folded, v.words.Tag()); err != nil {
		return err
	}
	return seeOther(w, with(mailSettingsPath, "mail_tested"))
}
