package mail

import (
	"context"

	"allod/internal/account"
	"allod/internal/comment"
	"allod/internal/db"
	"allod/internal/post"
)

// The pages that letters lead to, with the purposes of their passes.
const (
	GuestPass = "guest"
	guestPath = "/guest/"
)

// guestPage is the page of a guest.
func (s *Service) guestPage(g *comment.Guest) string {
	return s.Names.Origin + guestPath + s.Passes.Make(GuestPass, g.ID)
}

// Written asks a guest whether a comment is theirs, once a day. The letter
// holds nothing that was typed: whoever wrote it may not be them.
func (s *Service) Written(ctx context.Context, tx *db.Tx, f comment.Written) error {
	owner, err := account.Get(ctx, tx, f.Comment.OwnerID)
	if err != nil {
		return err
	}
	words := s.Bundle.Match("", f.Guest.Language)
	return s.confirm(ctx, tx, string(Comment), &Letter{
		By: owner.ID, Sender: s.Names.Host, Kind: Comment, Language: words.Tag(),
		Subject: words.T("mail.comment_subject", "host", s.Names.Host),
		Parts: []Part{
			{Text: words.T("mail.comment_text", "host", s.Names.Host, "name", owner.Called())},
			{Text: words.T("mail.comment_button"), Link: words.T("mail.comment_link"), URL: s.guestPage(f.Guest)},
			{Text: words.T("mail.comment_not_you")},
		},
	}, Recipient{Address: f.Guest.Address, Folded: f.Guest.Folded})
}

// Told tells a guest who asked for it that a comment stands on the page.
func (s *Service) Told(ctx context.Context, tx *db.Tx, f comment.Told) error {
	if !f.Comment.Tell || !f.First {
		return nil
	}
	owner, err := account.Get(ctx, tx, f.Comment.OwnerID)
	if err != nil {
		return err
	}
	words := s.Bundle.Match("", f.Guest.Language)
	page := post.Page(s.Names, &post.Post{ID: f.Comment.PostID, Author: owner, Local: true})
	return s.Put(ctx, tx, &Letter{
		By: owner.ID, Sender: s.Names.Host, Kind: Shown, Language: words.Tag(),
		Subject: words.T("mail.shown_subject", "host", s.Names.Host),
		Parts: []Part{
			{Text: words.T("mail.shown_text", "name", owner.Called()), Link: words.T("mail.shown_link"), URL: page + "#comment-" + f.Comment.ID.String()},
			{Text: words.T("mail.shown_yours"), Link: words.T("mail.shown_yours_link"), URL: s.guestPage(f.Guest)},
		},
	}, []Recipient{{Address: f.Guest.Address, Folded: f.Guest.Folded}})
}

// Answered tells a guest what somebody who lives here answered to their comment.
func (s *Service) Answered(ctx context.Context, tx *db.Tx, f comment.Answered) error {
	owner, err := account.Get(ctx, tx, f.Comment.OwnerID)
	if err != nil {
		return err
	}
	words := s.Bundle.Match("", f.Guest.Language)
	part := s.told(words, f.Post)
	part.URL = post.Page(s.Names, &post.Post{ID: f.Comment.PostID, Author: owner, Local: true}) + "#post-" + f.Post.ID.String()
	return s.Put(ctx, tx, &Letter{
		By: f.Post.AuthorID, Sender: s.Names.Host, Kind: Answer, Language: words.Tag(),
		Subject: words.T("mail.answer_subject", "name", f.Post.Author.Called(), "host", s.Names.Host),
		Parts:   []Part{{Text: words.T("mail.answer_text", "name", f.Post.Author.Called(), "date", words.Date(f.Comment.CreatedAt))}, part},
	}, []Recipient{{Address: f.Guest.Address, Folded: f.Guest.Folded, Way: s.guestPage(f.Guest)}})
}

// Try sends the keeper a letter, to see whether mail works.
func (s *Service) Try(ctx context.Context, to Recipient, language string) error {
	words := s.Bundle.Match("", language)
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.Put(ctx, tx, &Letter{
			Sender: s.Names.Host, Kind: Test, Language: words.Tag(), Subject: words.T("mail.test_subject", "host", s.Names.Host),
			Parts: []Part{{Text: words.T("mail.test_text", "host", s.Names.Host)}},
		}, []Recipient{to})
	})
}

// Disowned has an address sent nothing any more, where its owner asks for that.
func (s *Service) Disowned(ctx context.Context, tx *db.Tx, f comment.Disowned) error {
	if !f.Silence {
		return nil
	}
	return block(ctx, tx, f.Guest.Folded, asked, "", s.Now())
}
