package site

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/film"
)

// seen reports whether visitors can be shown a picture, sound or video of a
// type: as it is, or by what is made of it.
func seen(mime string) bool { return shown(mime) || slices.Contains(small, mime) }

// leaving opens what a file is sent as to who has a link, and says how that is
// called and what it is. A photo or video is sent as it is only where the link
// says so: otherwise as what was made of it, which says nothing of place or
// camera. Unsupported where there is no such thing.
func (s *Site) leaving(ctx context.Context, link *file.Link, n *file.Node) (io.ReadSeekCloser, *file.Node, error) {
	if !link.Whole && strings.HasPrefix(n.Mime, "video/") {
		return s.bareFilm(ctx, n)
	}
	if !link.Whole && strings.HasPrefix(n.Mime, "image/") && !slices.Contains(saysNothing, n.Mime) {
		return s.barePicture(ctx, n)
	}
	body, err := s.Files.Open(ctx, n)
	return body, n, err
}

// saysNothing are types of pictures that no camera makes.
var saysNothing = []string{"image/gif", "image/svg+xml", "image/bmp"}

func (s *Site) barePicture(ctx context.Context, n *file.Node) (io.ReadSeekCloser, *file.Node, error) {
	p, body, err := s.Photos.Preview(ctx, n.OwnerID, n.Number, largeSide, largeSide, false)
	if err != nil {
		return nil, nil, notBare(err)
	}
	return body, called(n, p.Mime, map[string]string{"image/jpeg": ".jpg", "image/png": ".png"}[p.Mime]), nil
}

func (s *Site) bareFilm(ctx context.Context, n *file.Node) (io.ReadSeekCloser, *file.Node, error) {
	f, err := s.Films.Of(ctx, n)
	if err == nil && (f.State != film.Ready || len(f.Renditions) == 0) {
		err = fault.New(fault.NotFound, "")
	}
	if err != nil {
		return nil, nil, notBare(err)
	}
	body, err := s.Films.Open(ctx, f.Renditions[0])
	return body, called(n, "video/mp4", ".mp4"), err
}

// notBare is the fault of what cannot be sent without place and camera.
func notBare(err error) error {
	if fault.Is(err, fault.NotFound, fault.Invalid, fault.Unsupported, fault.TooLarge, fault.Timeout) || errors.Is(err, context.DeadlineExceeded) {
		return fault.Wrap(err, fault.Unsupported, "fault.share.not_bare")
	}
	return err
}

// called is a node as what was made of it, with the ending of its type.
func called(n *file.Node, mime, ending string) *file.Node {
	as := *n
	as.Mime = mime
	if had := path.Ext(n.Name); !strings.EqualFold(had, ending) && (ending != ".jpg" || !strings.EqualFold(had, ".jpeg")) {
		as.Name = strings.TrimSuffix(n.Name, had) + ending
	}
	return &as
}
