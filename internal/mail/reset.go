package mail

import (
	"context"

	"allod/internal/db"
)

// Reset sends somebody a link by which they choose a new password, unless
// they were sent one today. link makes it, only if the letter goes. Once it
// has gone or cannot go, the letter is kept without its words, as the link opens a door.
func (s *Service) Reset(ctx context.Context, to Recipient, language string, link func() (string, error)) error {
	day := s.Now().Unix() / 86400
	var sent bool
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		sent, err = remembered(ctx, tx, to.Folded, string(Reset), day)
		return err
	})
	if err != nil || sent {
		return err
	}
	way, err := link()
	if err != nil {
		return err
	}
	words := s.Bundle.Match("", language)
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		fresh, err := rememberOnce(ctx, tx, to.Folded, string(Reset), day)
		if err != nil || !fresh {
			return err
		}
		return s.Put(ctx, tx, &Letter{
			Sender: s.Names.Host, Kind: Reset, Language: words.Tag(), Subject: words.T("mail.reset_subject", "host", s.Names.Host),
			Parts: []Part{
				{Text: words.T("mail.reset_text", "host", s.Names.Host)},
				{Text: words.T("mail.reset_button"), Link: words.T("mail.reset_link"), URL: way},
				{Text: words.T("mail.reset_not_you")},
			},
		}, []Recipient{to})
	})
}
