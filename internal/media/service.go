package media

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media/derive"
)

// PictureMax is the largest picture taken, in bytes.
const PictureMax = 40 << 20

// sizes are those in which a picture leaves the house.
var sizes = [...]derive.Size{
	{Name: Large, MaxWidth: 2048, MaxHeight: 2048},
	{Name: Small, MaxWidth: 640, MaxHeight: 640},
}

// Deriver makes what is published of a picture.
type Deriver interface {
	Picture(ctx context.Context, src io.Reader, want []derive.Size) (*derive.Picture, error)
}

// Service takes in media, tells them and hands out their bytes.
type Service struct {
	db     *db.DB
	blobs  blob.Store
	derive Deriver
	ids    *id.Source
	now    func() time.Time

	// Refused, if not nil, is told of what was not taken in, and why.
	Refused func(ctx context.Context, owner id.ID, why error)
}

// New returns the service.
func New(d *db.DB, blobs blob.Store, deriver Deriver, ids *id.Source, now func() time.Time) *Service {
	return &Service{db: d, blobs: blobs, derive: deriver, ids: ids, now: now}
}

// Upload takes in a picture of owner: the original is kept as it is, and what
// may be published of it is made. It returns TooLarge, Unsupported for what is no picture, Invalid for a broken one.
func (s *Service) Upload(ctx context.Context, owner id.ID, r io.Reader, alt string, focusX, focusY float64) (*Medium, error) {
	m, err := s.upload(ctx, owner, r, alt, focusX, focusY)
	if s.Refused != nil && fault.Is(err, fault.TooLarge, fault.Unsupported, fault.Invalid) && fault.Field(err) == "" {
		s.Refused(ctx, owner, err)
	}
	return m, err
}

func (s *Service) upload(ctx context.Context, owner id.ID, r io.Reader, alt string, focusX, focusY float64) (*Medium, error) {
	m := &Medium{ID: s.ids.Next(), OwnerID: owner, Kind: Image, Alt: strings.TrimSpace(alt), FocusX: focus(focusX), FocusY: focus(focusY), CreatedAt: s.now()}
	if err := checkAlt(m.Alt); err != nil {
		return nil, err
	}
	original, err := s.blobs.Put(ctx, &capped{r: r, left: PictureMax})
	if err != nil {
		return nil, err
	}
	if err := s.develop(ctx, m, original.Hash, original.Size); err != nil {
		return nil, err
	}
	return m, s.keep(ctx, m)
}

// develop makes what is published of a stored original, and notes what it shows.
func (s *Service) develop(ctx context.Context, m *Medium, hash string, size int64) error {
	picture, err := s.look(ctx, hash)
	if err != nil {
		return err
	}
	m.Width, m.Height, m.Blurhash, m.Mime = picture.Width, picture.Height, picture.Blurhash, "image/"+picture.Format
	s.file(m, File{Variant: Original, Blob: hash, Size: size, Mime: m.Mime, Width: m.Width, Height: m.Height})
	for _, v := range picture.Variants {
		ref, err := s.blobs.Put(ctx, bytes.NewReader(v.Data))
		if err != nil {
			return err
		}
		name := v.Name
		if name == derive.Animation { // it moves, so it stands for the still one
			name, m.Files = Large, slices.DeleteFunc(m.Files, func(f File) bool { return f.Variant == Large })
		}
		s.file(m, File{Variant: name, Blob: ref.Hash, Size: ref.Size, Mime: v.Mime, Width: v.Width, Height: v.Height})
	}
	return nil
}

// look derives what is published of a stored original.
func (s *Service) look(ctx context.Context, hash string) (*derive.Picture, error) {
	f, _, err := s.blobs.Open(ctx, hash)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return s.derive.Picture(ctx, f, sizes[:])
}

func (s *Service) file(m *Medium, f File) {
	f.Key, f.MediaID, f.UsedAt = newKey(), m.ID, m.CreatedAt
	m.Files = append(m.Files, f)
}

// newKey is 128 random bits in base64url.
func newKey() string {
	var b [16]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// capped reads up to its cap and then fails with TooLarge.
type capped struct {
	r    io.Reader
	left int64
}

// Read reads from the source while it is within the cap.
func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, fault.New(fault.TooLarge, "fault.media.large", "n", PictureMax>>20)
	}
	return n, err
}

// focus is a coordinate within its bounds; what is none is the middle.
func focus(f float64) float64 {
	if f >= -1 && f <= 1 {
		return f
	}
	return 0
}

func checkAlt(alt string) error {
	if utf8.RuneCountInString(alt) > AltMax {
		return fault.New(fault.Invalid, "fault.media.alt_long", "max", AltMax).In("description")
	}
	return nil
}

// Mine are media of owner by their ids, in that order. NotFound if one is not theirs.
func (s *Service) Mine(ctx context.Context, owner id.ID, ids ...id.ID) (out []*Medium, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := with(ctx, tx, ofOwner, ids, owner)
		if err != nil {
			return err
		}
		by := map[id.ID]*Medium{}
		for _, m := range all {
			by[m.ID] = m
		}
		for _, i := range ids {
			if by[i] == nil {
				return fault.New(fault.NotFound, "fault.media.unknown")
			}
			out = append(out, by[i])
		}
		return nil
	})
	return out, err
}

// Describe changes what is said of a medium before it is posted. Nil leaves a
// thing as it is. Conflict for one that is posted: what was said of it has been
// told to others.
func (s *Service) Describe(ctx context.Context, owner, medium id.ID, alt *string, focusAt *[2]float64) (m *Medium, err error) {
	if alt != nil {
		if err := checkAlt(*alt); err != nil {
			return nil, err
		}
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := with(ctx, tx, ofOwner, []id.ID{medium}, owner)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fault.New(fault.NotFound, "fault.media.unknown")
		}
		m = all[0]
		if alt != nil {
			m.Alt = strings.TrimSpace(*alt)
		}
		if focusAt != nil {
			m.FocusX, m.FocusY = focus(focusAt[0]), focus(focusAt[1])
		}
		n, err := describe(ctx, tx, m)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.media.posted")
		}
		return err
	})
	return m, err
}

// Open hands out the bytes at an address. Originals have none: NotFound, as
// for an address that ended or never was, and for what is sealed.
func (s *Service) Open(ctx context.Context, key string) (*File, io.ReadSeekCloser, error) {
	f, err := s.File(ctx, key)
	if err != nil {
		return nil, nil, err
	}
	r, _, err := s.blobs.Open(ctx, f.Blob)
	if err != nil {
		return nil, nil, fmt.Errorf("media file %s: %w", f.Variant, err)
	}
	return f, r, nil
}

// File is what lies at an address, without its bytes; NotFound as for Open.
func (s *Service) File(ctx context.Context, key string) (*File, error) {
	f, _, err := s.at(ctx, key)
	if err == nil && f.sealed {
		err = fault.New(fault.NotFound, "fault.media.unknown")
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}
