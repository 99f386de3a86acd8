package outbox

import (
	"context"
	"fmt"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	"allod/internal/id"
	"allod/internal/poll"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

const (
	verbVote  = "vote"
	verbTally = "tally"
)

// votersTold is how many of those who voted from elsewhere are told the
// counts even if they do not follow the one who asked.
const votersTold = 500

// Voted tells one who asked elsewhere what was chosen, each option by itself.
func (s *Service) Voted(ctx context.Context, tx *db.Tx, f post.Voted) error {
	if !f.By.Local || f.Post.Local {
		return nil
	}
	for _, c := range f.Choices {
		e := errand{
			Verb: verbVote, Actor: f.By.ID, URI: f.By.Under("vote", f.Post.ID) + fmt.Sprintf("/%d", c), Inner: f.Post.Poll.Options[c].Name,
			Object: post.Address(s.Names, f.Post), Other: f.Post.AuthorID, To: inboxes([]*account.Account{f.Post.Author}),
		}
		if err := s.send(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) vote(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	asker, err := s.Accounts.Get(ctx, e.Other)
	if err != nil {
		return nil, err
	}
	uri, to := s.Names.ID(me, e.URI), s.Names.Actor(asker)
	raw, err := as.VoteDocument{ID: uri, AttributedTo: s.Names.Actor(me), InReplyTo: e.Object, Name: e.Inner, To: to}.JSON()
	if err != nil {
		return nil, err
	}
	if raw, err = s.proveBytes(ctx, me, raw, moment(e.At)); err != nil {
		return nil, err
	}
	object, err := as.Decode(raw)
	if err != nil {
		return nil, err
	}
	body, err := s.prove(ctx, me, as.NewCreate(uri+"/activity", s.Names.Actor(me), object, []string{to}, nil, moment(e.At)), e.At)
	return &parcel{body: body, to: e.To}, err
}

// Tally tells how many have chosen what in a poll of one who lives here: those
// who were told of the post, and those who voted.
func (s *Service) Tally(ctx context.Context, tx *db.Tx, p *post.Post) error {
	if !p.Local || !leaves(p) {
		return nil
	}
	uri := p.Author.Under("tally", p.ID) + fmt.Sprintf("/%d", s.Now().UnixMicro())
	return s.send(ctx, tx, errand{Verb: verbTally, Actor: p.AuthorID, URI: uri, Post: p.ID})
}

// Closed tells the last counts.
func (s *Service) Closed(ctx context.Context, tx *db.Tx, f post.Closed) error {
	return s.Tally(ctx, tx, f.Post)
}

func (s *Service) tally(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	told, err := s.told(ctx, e)
	if fault.Is(err, fault.NotFound) || err == nil && told.Post.Poll == nil {
		return nil, nil // deleted meanwhile
	} else if err != nil {
		return nil, err
	}
	note, err := s.note(ctx, *told)
	if err != nil {
		return nil, err
	}
	object, err := as.Decode(note)
	if err != nil {
		return nil, err
	}
	to, cc := translate.Audience(s.Names, me, told.Post.Visibility, told.Named)
	doc := as.NewUpdate(s.Names.ID(me, e.URI), s.Names.Actor(me), object, to, cc, moment(e.At))
	body, err := s.prove(ctx, me, doc, e.At)
	if err != nil {
		return nil, err
	}
	if told.Post.Visibility == post.Direct {
		return &parcel{body: body, to: inboxes(told.Named)}, nil
	}
	also := told.Named
	if told.Post.Visibility.Open() { // of others, who voted may not see the post any longer
		voters, err := s.votersElsewhere(ctx, e.Post)
		if err != nil {
			return nil, err
		}
		also = append(also, voters...)
	}
	return &parcel{body: body, followers: true, to: shared(also)}, nil
}

func (s *Service) votersElsewhere(ctx context.Context, p id.ID) ([]*account.Account, error) {
	var voted []id.ID
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		voted, err = poll.Voters(ctx, tx, p, false, votersTold)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.people(ctx, voted)
}
