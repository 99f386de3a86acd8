package outbox

import (
	"context"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

// An actorKey is somebody who lives here, by the ids of one origin.
type actorKey struct {
	who       id.ID
	authority string
}

// actorBytes is a proven actor document and the change of the account it is of.
type actorBytes struct {
	updated time.Time
	body    []byte
}

// Actor is the proven document of one who lives here. Its bytes are the same
// until the profile changes.
func (s *Service) Actor(ctx context.Context, a *account.Account) ([]byte, error) {
	key := actorKey{a.ID, a.Authority}
	s.mu.Lock()
	known := s.actors[key]
	s.mu.Unlock()
	if known.body != nil && known.updated.Equal(a.UpdatedAt) {
		return known.body, nil
	}
	keys, err := s.Accounts.PublicKeys(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	face := translate.Face{Bio: s.render(a.Bio)}
	for _, f := range a.Fields {
		face.Fields = append(face.Fields, account.Field{Name: f.Name, Value: s.render(f.Value)})
	}
	if face.Avatar, err = s.image(ctx, a.Avatar); err != nil {
		return nil, err
	}
	if face.Header, err = s.image(ctx, a.Header); err != nil {
		return nil, err
	}
	raw, err := translate.ActorDocument(s.Names, a, keys, face)
	if err != nil {
		return nil, err
	}
	body, err := s.proveBytes(ctx, a, raw, a.UpdatedAt)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.actors[key] = actorBytes{a.UpdatedAt, body}
	s.mu.Unlock()
	return body, nil
}

// render is a person's own words about themselves as HTML.
func (s *Service) render(text string) string {
	if text == "" {
		return ""
	}
	return s.Text.Render(text, markup.Links{
		Mention: handleLink,
		Tag:     func(tag string) string { return s.Names.Tag(markup.FoldTag(tag)) },
	})
}

// image is the document of a picture at one of our addresses; nil where there is none.
func (s *Service) image(ctx context.Context, key string) (*as.ImageDocument, error) {
	if key == "" {
		return nil, nil
	}
	f, err := s.Media.File(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return &as.ImageDocument{MediaType: f.Mime, URL: s.Names.File(key)}, nil
}

// Post is the proven document of a post of one who lives here.
func (s *Service) Post(ctx context.Context, p *post.Post) ([]byte, error) {
	t, err := s.told(ctx, errand{Post: p.ID})
	if err != nil {
		return nil, err
	}
	return s.note(ctx, *t)
}

// Tombstone is the proven document that stands where a post of a was.
func (s *Service) Tombstone(ctx context.Context, a *account.Account, t *post.Tombstone) ([]byte, error) {
	return s.tombstone(ctx, a, t.URI, t.DeletedAt)
}

// Collection is a collection of one who lives here, proved as it is now.
func (s *Service) Collection(ctx context.Context, a *account.Account, doc as.CollectionDocument) ([]byte, error) {
	raw, err := doc.JSON()
	if err != nil {
		return nil, err
	}
	return s.proveBytes(ctx, a, raw, s.Now())
}

// Activity is something that a told everyone, by its canonical id. NotFound for
// anything else.
func (s *Service) Activity(ctx context.Context, a *account.Account, uri string) ([]byte, error) {
	unknown := fault.New(fault.NotFound, "fault.post.unknown")
	kept, err := s.Delivery.Body(ctx, uri)
	if err != nil {
		return nil, err
	}
	if kept == nil || kept.AccountID != a.ID {
		return nil, unknown
	}
	activity, err := as.DecodeActivity(kept.Body)
	if err != nil {
		return nil, err
	}
	if !activity.IsPublic() {
		return nil, unknown
	}
	return kept.Body, nil
}

// handleLink is where a handle in a profile leads: to its own server, which is asked nothing here.
func handleLink(h address.Handle) (href, label string, ok bool) {
	if h.Host == "" {
		return "", "", false
	}
	return "https://" + h.Host + "/@" + h.Name, h.Name, true
}
