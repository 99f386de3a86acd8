package photo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A Preview is a smaller picture of a photo.
type Preview struct {
	Side          int // the longer one is no longer
	Mime          string
	Width, Height int

	blob string
	node id.ID
}

// Etag names what the preview shows, without quotes: the content of a file, in a size.
func (p *Preview) Etag() string { return mark(p.node, p.blob) + "-" + strconv.Itoa(p.Side) }

// Preview is the smallest kept picture of a person's photo that fills x by y
// pixels, or the largest there is. With cover it fills both sides, without it
// fits into them. One that was not looked at is looked at now. NotFound where there is no such photo, or nothing to show of it.
func (s *Service) Preview(ctx context.Context, owner id.ID, number int64, x, y int, cover bool) (*Preview, io.ReadSeekCloser, error) {
	p, all, err := s.kept(ctx, owner, number)
	if err != nil {
		return nil, nil, err
	}
	if p.State == Due {
		if err := s.lookAt(ctx, &due{content: p.content, kind: p.Kind, tries: tries, picture: p.picture}); err != nil {
			return nil, nil, err
		}
		if p, all, err = s.kept(ctx, owner, number); err != nil {
			return nil, nil, err
		}
	}
	best := choose(all, x, y, cover)
	if best == nil {
		return nil, nil, fault.New(fault.NotFound, "fault.photo.no_preview")
	}
	best.node = p.NodeID
	r, _, err := s.Blobs.Open(ctx, best.blob)
	return best, r, err
}

func (s *Service) kept(ctx context.Context, owner id.ID, number int64) (p *Photo, all []*Preview, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if p, err = s.get(ctx, tx, owner, number); err != nil {
			return err
		}
		all, err = previews(ctx, tx, p.content)
		return err
	})
	return p, all, err
}

// choose is the smallest of previews that is large enough, or the largest; nil where there is none.
func choose(all []*Preview, x, y int, cover bool) *Preview {
	for _, p := range all {
		wide, high := p.Width >= x, p.Height >= y
		if wide && high || !cover && (wide || high) {
			return p
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

// mark is short and says nothing of content to who does not have it.
func mark(node id.ID, content string) string {
	sum := sha256.Sum256([]byte(node.String() + " " + content))
	return hex.EncodeToString(sum[:8])
}
