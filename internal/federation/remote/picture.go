package remote

import (
	"context"
	"io"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/media"
)

// What pictures of other servers may cost.
const (
	pictureTime    = 20 * time.Second // for one
	picturesAtOnce = 4                // fetched and decoded
)

// Media is a picture of another server's post: the copy that is kept, or one
// that is made now. Only an address that came with a post is ever fetched,
// and what comes is believed to be a picture by its content alone. The caller
// closes the body. NotFound for what is no medium of another server,
// Unsupported for what is no picture, and the faults of FetchObject.
func (s *Service) Media(ctx context.Context, medium id.ID) (mime string, body io.ReadSeekCloser, err error) {
	m, err := s.media.Get(ctx, medium)
	if err != nil {
		return "", nil, err
	}
	if m.Ours() {
		return "", nil, fault.New(fault.NotFound, "fault.media.unknown")
	}
	if m.PostID == 0 {
		return s.picture(ctx, m)
	}
	author, err := s.accounts.Get(ctx, m.OwnerID)
	if err != nil {
		return "", nil, err
	}
	return s.pictureOf(ctx, author, m)
}

// pictureOf is a picture of somebody, NotFound where this home shows nothing of their server.
func (s *Service) pictureOf(ctx context.Context, who *account.Account, m *media.Medium) (mime string, body io.ReadSeekCloser, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		shut, err := s.posts.ShutOut(ctx, tx, who)
		if err == nil && shut {
			err = fault.New(fault.NotFound, "fault.media.unknown")
		}
		return err
	})
	if err != nil {
		return "", nil, err
	}
	return s.picture(ctx, m)
}

// Portrait is the avatar or header of somebody elsewhere, as Media is a
// picture. NotFound for an address that is neither of theirs.
func (s *Service) Portrait(ctx context.Context, who id.ID, url string) (mime string, body io.ReadSeekCloser, err error) {
	a, err := s.accounts.Get(ctx, who)
	if err != nil {
		return "", nil, err
	}
	if a.Local || a.Gone() || url == "" || url != a.Avatar && url != a.Header {
		return "", nil, fault.New(fault.NotFound, "fault.media.unknown")
	}
	m, err := s.media.Portrait(ctx, who, url)
	if err != nil {
		return "", nil, err
	}
	return s.pictureOf(ctx, a, m)
}

// Emoji is a small picture in a text of somebody elsewhere, as Portrait is
// one of them. That the address came with a text of theirs is the caller's to know.
func (s *Service) Emoji(ctx context.Context, who id.ID, url string) (mime string, body io.ReadSeekCloser, err error) {
	a, err := s.accounts.Get(ctx, who)
	if err != nil {
		return "", nil, err
	}
	if a.Local || a.Gone() || url == "" {
		return "", nil, fault.New(fault.NotFound, "fault.media.unknown")
	}
	m, err := s.media.Portrait(ctx, who, url)
	if err != nil {
		return "", nil, err
	}
	return s.pictureOf(ctx, a, m)
}

// picture opens the copy of a picture, which is made where there is none.
func (s *Service) picture(ctx context.Context, m *media.Medium) (mime string, body io.ReadSeekCloser, err error) {
	f := m.Variant(media.Remote)
	if f == nil {
		if f, err = s.copyOf(ctx, m); err != nil {
			return "", nil, err
		}
	}
	body, err = s.media.OpenCopy(ctx, f)
	return f.Mime, body, err
}

// copyOf makes the copy of a picture, once for all who look at the same time,
// and not again for minutes where it failed.
func (s *Service) copyOf(ctx context.Context, m *media.Medium) (*media.File, error) {
	if m.Kind != media.Image && m.Kind != media.Unknown {
		return nil, fault.New(fault.Unsupported, "").Because("medium %d is %s", m.ID, m.Kind)
	}
	host, err := address.HostOf(m.RemoteURL)
	if err != nil {
		return nil, err
	}
	if s.ours(ctx, host) {
		return nil, fault.New(fault.NotFound, "").Because("medium %d claims to be at this home", m.ID)
	}
	name := "medium " + m.ID.String()
	if err := s.blank.of(s.now(), host, name); err != nil {
		return nil, err
	}
	return together(ctx, s, name, NewBudget(1), func(ctx context.Context) (*media.File, error) {
		if again, err := s.media.Get(ctx, m.ID); err != nil {
			return nil, err
		} else if f := again.Variant(media.Remote); f != nil {
			return f, nil
		}
		f, err := s.draw(ctx, m)
		if err != nil {
			s.blank.note(s.now(), host, name, err)
		}
		return f, err
	})
}

// draw fetches a picture and keeps a copy.
func (s *Service) draw(ctx context.Context, m *media.Medium) (*media.File, error) {
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
	case <-time.After(pictureTime):
		return nil, fault.New(fault.TooMany, "").Because("too many pictures at once")
	}
	stream, err := s.fetch.Open(ctx, fetch.Request{
		URL: m.RemoteURL, Accept: []string{"image/*"}, MaxBytes: media.PictureMax, Timeout: pictureTime,
	})
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	if err := refusal(&fetch.Response{Status: stream.Status, URL: stream.URL}); err != nil {
		return nil, err
	}
	return s.media.KeepCopy(ctx, m, stream)
}
